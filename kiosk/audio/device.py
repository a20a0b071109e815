"""The handset on a sound card, through PortAudio (ALSA's ``plughw`` or PulseAudio).

The only room that knows the sound library. The ear's stream is the beat: its callback, in the library's thread, takes
the mouth's last frame and renders the ear's next. Mouth and ear are two streams, because with one for both a stall of
either stops the other too, and the library then polls with a whole processor. A thread of ours watches, and beats
on while the card is away (the call must go on). Another, the keeper, alone opens and closes: on a card that was pulled
out the library may raise, or never return (PortAudio issue 1037).
"""

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.audio.cards import SoundDevice, card_ids, find, sound_device
from kiosk.audio.frames import FRAME, RATE, SILENCE
from kiosk.audio.paced import Beat
from kiosk.audio.priority import ask_for_real_time
from kiosk.errors import NeedsTechnician

log = logging.getLogger(__name__)

LATENCY_S = 0.03
"""Asked of the card for each direction; it gives what it can (docs/audio.md)."""
TAKE_OVER_S = 0.1
"""Without a beat from the card for this long, ours goes on in its place."""
LOST_S = 0.6
"""Without a beat for this long, the card is lost: closed and looked for again."""
SLOW_START_S = 3.0
"""What a card (or a sound server) may take from opening to its first beat."""
MOUTH_KEPT = 3
"""Frames of the mouth that wait for the beat at most: 60 ms; older ones are dropped."""
MOUTH_PRIMED = 2
"""Frames to wait for before the mouth is taken (again): the two streams' beats fall anywhere in each other."""
STUCK_S = 10.0
"""A library call that has not returned after this never will."""
HANGS = "the sound library hangs on the lost sound card; the voice process starts again"
"""The one fault that a handset does not come back from by itself."""
FIRST_BACK_OFF_S = 0.5
LONGEST_BACK_OFF_S = 8.0
CARDS = Path("/proc/asound/cards")


class DeviceHandset:
    """The handset on the sound cards named ``input`` and ``output`` (part of id or name; empty: the default).

    Not ``patient``: ``start`` raises when a card is missing. ``patient``: it says so through ``on_fault`` and goes
    on looking, as it does after a loss.
    """

    def __init__(
        self, mouth: str, ear: str, *, patient: bool = False, library: Callable[[], Any] | None = None
    ) -> None:
        """``library`` stands in for PortAudio's binding in tests."""
        self._library = library or _library
        self._names = (mouth, ear)
        self._patient = patient
        self._render: Callable[[bytes], bytes] = lambda _mic: SILENCE
        self._on_fault: Callable[[str], None] = lambda _text: None
        self._rendering = threading.Lock()
        self._generation = 0
        """Grows with each opening; a callback of an older one is deaf and mute."""
        self._opened_at = 0.0
        self._ear_at = 0.0
        self._mouth_at = 0.0
        self._said: deque[bytes] = deque(maxlen=MOUTH_KEPT)
        self._mouth_is_primed = False
        self._card = ""
        self._busy_since: float | None = None
        self._closing = threading.Event()
        self._first_opening: Future[None] = Future()
        self._beat = Beat(self._watch, "handset-watch")
        self._keeper = threading.Thread(target=self._keep, name="handset-keeper", daemon=True)
        self._fault = ""
        self.xruns = 0
        """Times the card said that a beat came too late."""

    def start(self, render: Callable[[bytes], bytes], on_fault: Callable[[str], None]) -> None:
        """Open the cards and begin. Raises: NeedsTechnician, with the names of the cards there are."""
        self._render, self._on_fault = render, on_fault
        self._keeper.start()
        if not self._patient:
            try:
                self._first_opening.result(timeout=STUCK_S)
            except TimeoutError:
                self._closing.set()
                raise NeedsTechnician("the sound card does not open; unplug it and plug it in again") from None
            except NeedsTechnician:
                self._closing.set()
                raise
        self._beat.start()

    def close(self) -> None:
        """End the beat and let the cards go; at most a few seconds, however stuck the library is."""
        self._closing.set()
        self._beat.stop()
        self._deafen()
        if self._keeper.is_alive():
            self._keeper.join(timeout=3.0)

    # --- the beat: the card's thread, and ours in its absence ---

    def _ear_of(self, generation: int) -> Callable[..., None]:
        is_first = True

        def next_for_ear(ear: Any, frames: int, _time: Any, status: Any) -> None:
            nonlocal is_first
            if is_first:
                ask_for_real_time()
                is_first = False
            self.xruns += 1 if status else 0
            with self._rendering:
                live = generation == self._generation and frames == FRAME and not self._closing.is_set()
                if live:
                    self._ear_at = time.monotonic()
                ear[:] = self._render(self._next_mouth()) if live else bytes(len(ear))

        return next_for_ear

    def _mouth_of(self, generation: int) -> Callable[..., None]:
        def said(mouth: Any, _frames: int, _time: Any, status: Any) -> None:
            self.xruns += 1 if status else 0
            if generation == self._generation:
                self._mouth_at = time.monotonic()
                self._said.append(bytes(mouth))

        return said

    def _next_mouth(self) -> bytes:
        if not self._mouth_is_primed and len(self._said) < MOUTH_PRIMED:
            return SILENCE
        self._mouth_is_primed = bool(self._said)
        return self._said.popleft() if self._said else SILENCE

    def _deafen(self) -> None:
        """From now on the streams that are open are deaf and mute."""
        with self._rendering:
            self._generation += 1

    def _watch(self) -> None:
        if time.monotonic() - self._ear_at > TAKE_OVER_S:
            with self._rendering:
                if time.monotonic() - self._ear_at > TAKE_OVER_S:
                    self._render(SILENCE)
        since = self._busy_since
        if since is not None and time.monotonic() - since > STUCK_S:
            self._tell(HANGS)

    # --- the keeper ---

    def _keep(self) -> None:
        pause = FIRST_BACK_OFF_S
        while not self._closing.is_set():
            try:
                streams = self._guarded(self._open)
            except NeedsTechnician as failure:
                if not self._first_opening.done():
                    self._first_opening.set_exception(failure)
                    if not self._patient:
                        return
                self._tell(str(failure))
                self._closing.wait(pause)
                pause = min(2.0 * pause, LONGEST_BACK_OFF_S)
                continue
            if not self._first_opening.done():
                self._first_opening.set_result(None)
            if self._stay():
                pause = FIRST_BACK_OFF_S
            self._deafen()
            self._guarded(partial(_let_go, streams))

    def _stay(self) -> bool:
        """Returns when the card is lost or we close; whether it ever beat."""
        while not self._closing.wait(0.05):
            last = min(self._ear_at, self._mouth_at)
            has_beaten = last >= self._opened_at
            if has_beaten:
                self._tell("")
            if time.monotonic() - max(last, self._opened_at) > (LOST_S if has_beaten else SLOW_START_S):
                which = "ear" if self._ear_at < self._mouth_at else "mouth"
                self._tell(f"the sound card {self._card} is lost ({which} first); see its plug and its power")
                self._closing.wait(FIRST_BACK_OFF_S)
                return has_beaten
        return True

    def _open(self) -> list[Any]:
        sounddevice = self._library()
        # The library reads the list of cards once; a card that came back is only in a new list.
        sounddevice._terminate()
        sounddevice._initialize()
        devices = _listed(sounddevice)
        mouth, ear = (
            find(devices, name, direction) if name else None
            for name, direction in zip(self._names, ("input", "output"), strict=True)
        )
        self._card = " / ".join(dict.fromkeys(one.name if one else "(default)" for one in (mouth, ear)))
        self._deafen()
        self._said.clear()
        self._mouth_is_primed = False
        self._opened_at = time.monotonic()
        form = {"samplerate": RATE, "blocksize": FRAME, "channels": 1, "dtype": "int16", "latency": LATENCY_S}
        streams: list[Any] = []
        try:
            for kind, device, callback in (
                (sounddevice.RawInputStream, mouth, self._mouth_of(self._generation)),
                (sounddevice.RawOutputStream, ear, self._ear_of(self._generation)),
            ):
                streams.append(kind(device=device.index if device else None, callback=callback, **form))
                streams[-1].start()
        except (sounddevice.PortAudioError, ValueError) as error:
            _let_go(streams)
            there = ", ".join(sorted({one.name for one in devices})) or "none"
            raise NeedsTechnician(
                f"sound card {self._card}: does not open ({error}); end what else uses it, or name another in "
                f"[audio] input and output; there are: {there}"
            ) from error
        return streams

    def _guarded(self, call: Callable[[], Any]) -> Any:
        self._busy_since = time.monotonic()
        try:
            return call()
        finally:
            self._busy_since = None

    def _tell(self, fault: str) -> None:
        if fault == self._fault:
            return
        self._fault = fault
        log.warning("handset: %s", fault or "the sound card is back")
        self._on_fault(fault)


def list_devices() -> list[SoundDevice]:
    """What can be named in ``[audio]``; for the technician. Raises: NeedsTechnician without the sound library."""
    return _listed(_library())


def _library() -> Any:
    # Before the library starts: have ALSA convert rates and channels, which bare cards often cannot.
    os.environ.setdefault("PA_ALSA_PLUGHW", "1")
    try:
        import sounddevice
    except OSError as error:
        raise NeedsTechnician(f"sound library: {error}; install the package libportaudio2") from error
    return sounddevice


def _listed(sounddevice: Any) -> list[SoundDevice]:
    ids = card_ids(CARDS.read_text(encoding="utf-8")) if CARDS.is_file() else {}
    return [
        sound_device(index, one["name"], one["max_input_channels"], one["max_output_channels"], ids)
        for index, one in enumerate(sounddevice.query_devices())
    ]


def _let_go(streams: list[Any]) -> None:
    for stream in streams:
        try:
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)
        except Exception as error:
            log.warning("handset: the lost card could not be closed: %s", error)


def main() -> int:
    """``python -m kiosk.audio.device``: the names that ``[audio] input`` and ``output`` may give."""
    try:
        devices = list_devices()
    except NeedsTechnician as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(f"{'id':16} {'mouth':>5} {'ear':>5}  name\n")
    for one in devices:
        sys.stdout.write(f"{one.card_id or '-':16} {one.inputs:5} {one.outputs:5}  {one.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
