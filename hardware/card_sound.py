"""A call's sound over the module's own USB sound card (Quectel ``QPCMV=1,2``): 8 kHz, s16 little-endian, mono.

Debian's ``arecord`` and ``aplay`` (alsa-utils) move it, each a process of its own at the end of a pipe. The handset's
sound library would have to forget all its cards to see one that came after it was started, and a module's card comes
and goes with each of its restarts; ALSA's own tools open a card by its name at the moment they are asked.
"""

import array
import fcntl
import os
import subprocess
import termios
import threading
from contextlib import suppress

from hardware.errors import DeviceMissing, DeviceVanished
from hardware.pcm import SAMPLE_RATE, Counters, PcmPort, Waiting

PREFIX = "card:"
"""How a sound card is named where a serial port could stand."""
AHEAD_BYTES = SAMPLE_RATE * 2 * 60 // 1000
"""60 ms wait in the pipe at most; the rest waits here, where it can be counted and dropped."""
_FORM = ("-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(SAMPLE_RATE), "--period-size=160", "--buffer-size=960")
END_S = 1.0


class CardSound:
    """Sound of the call that is up, in native order; the counterpart of :class:`~hardware.pcm.PcmPort`.

    ``name``: an ALSA card's id or a device (``Android``, ``hw:CARD=Android``, ``null``). One reading and one writing
    thread at most. Raises (constructor): DeviceMissing when alsa-utils is not installed.
    """

    def __init__(self, name: str) -> None:
        device = name if ":" in name or name == "null" else f"plughw:CARD={name}"
        self._name = name
        self._lock = threading.Lock()
        self._waiting = Waiting()
        self._is_open = True
        try:
            self._ear = subprocess.Popen(
                ("arecord", "-D", device, *_FORM), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
            )
            self._mouth = subprocess.Popen(("aplay", "-D", device, *_FORM), stdin=subprocess.PIPE)
        except OSError as error:
            raise DeviceMissing(
                f"the modem's sound card {name} cannot be used ({error}); install alsa-utils"
            ) from error
        assert self._ear.stdout is not None
        assert self._mouth.stdin is not None
        self._from_ear, self._to_mouth = self._ear.stdout.fileno(), self._mouth.stdin.fileno()
        for handle in (self._from_ear, self._to_mouth):
            os.set_blocking(handle, False)

    @property
    def sample_rate(self) -> int:
        """Hz of both directions."""
        return SAMPLE_RATE

    @property
    def is_open(self) -> bool:
        """False once the card has vanished or was closed."""
        return self._is_open

    @property
    def counters(self) -> Counters:
        """What crossed it so far."""
        return self._waiting.counters

    def queued_s(self) -> float:
        """Seconds of our sound that wait to be sent."""
        return (len(self._waiting.unsent) + (self._in_pipe() if self._is_open else 0)) / (2 * SAMPLE_RATE)

    def read(self, samples: int) -> bytes:
        """Up to ``samples`` samples from the far end; fewer, or none, when they have not arrived.

        Raises: DeviceVanished, once; afterwards reads give nothing.
        """
        with self._lock:
            if self._is_open:
                self._receive()
            return self._waiting.fetch(samples)

    def write(self, pcm: bytes) -> None:
        """Queue PCM for the far end; what does not fit is dropped, newest first.

        Raises: DeviceVanished, once; afterwards writes go nowhere.
        """
        with self._lock:
            if not self._is_open:
                return
            self._waiting.put(pcm)
            size = min(len(self._waiting.unsent), AHEAD_BYTES - self._in_pipe()) & ~1
            if size <= 0:
                return
            try:
                sent = os.write(self._to_mouth, self._waiting.unsent[:size])
            except BlockingIOError:
                return
            except OSError as error:
                self._close()
                raise self._vanished() from error
            self._waiting.note_sent(sent)

    def hold(self, is_held: bool) -> None:
        """Nothing to obey here: a card takes its sound at its own pace."""

    def close(self) -> None:
        """End both programs; any thread, and twice is harmless."""
        with self._lock:
            self._close()

    def _receive(self) -> None:
        try:
            while data := os.read(self._from_ear, 4096):
                self._waiting.receive(data)
        except BlockingIOError:
            self._waiting.drop_late()
            return
        except OSError as error:
            self._close()
            raise self._vanished() from error
        # The end of the pipe: the program has ended, and with it the card.
        self._close()
        raise self._vanished()

    def _in_pipe(self) -> int:
        waiting = array.array("i", [0])
        try:
            fcntl.ioctl(self._to_mouth, termios.FIONREAD, waiting)
        except OSError:
            return AHEAD_BYTES
        return waiting[0]

    def _close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        self._waiting.clear()
        for program in (self._ear, self._mouth):
            program.terminate()
            for pipe in (program.stdout, program.stdin):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            try:
                program.wait(END_S)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait(END_S)

    def _vanished(self) -> DeviceVanished:
        return DeviceVanished(
            f"the modem's sound card {self._name} is gone or in use; see `arecord -l`, and end what else uses it"
        )


CallSound = PcmPort | CardSound


def open_sound(place: str) -> CallSound:
    """The sound of a call: ``card:NAME``, or a serial port. May block: for a thread.

    Raises: DeviceMissing, DeviceBusy, DeviceForbidden.
    """
    return CardSound(place.removeprefix(PREFIX)) if place.startswith(PREFIX) else PcmPort(place)
