"""The far end's voice and ear at a simulated modem's sound port, on a 20 ms beat of the monotonic clock."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from hardware.simulated import wav
from hardware.simulated.pty_port import Pty

FRAME_S = 0.02
FRAME_BYTES = 320
GAP_SAMPLES = 800
"""Behind the clock by more than this, the recording is filled with the silence that the far end heard."""
STOP_BYTES, GO_BYTES, ROOM_BYTES = 3200, 960, 6400
"""A modem with flow control asks the host to stop at 0.2 s of unplayed sound, to go on at 0.06 s, and loses what
comes beyond 0.4 s."""


class Intake:
    """The unplayed sound of a host, in a modem that can say "stop". Pure."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.is_stopped = False
        self.lost = 0
        """Bytes that found no room: the host did not stop when told."""

    def put(self, data: bytes) -> None:
        """Sound arrived."""
        room = ROOM_BYTES - len(self._held)
        self._held += data[:room]
        self.lost += max(0, len(data) - room)

    def take(self) -> bytes:
        """The next 20 ms of it, or what there is."""
        frame = bytes(self._held[:FRAME_BYTES])
        del self._held[:FRAME_BYTES]
        return frame

    def news(self) -> str | None:
        """``0`` once the host must stop, ``1`` once it may go on."""
        if not self.is_stopped and len(self._held) >= STOP_BYTES:
            self.is_stopped = True
            return "0"
        if self.is_stopped and len(self._held) <= GO_BYTES:
            self.is_stopped = False
            return "1"
        return None

    def clear(self) -> None:
        """The call is over."""
        self._held.clear()
        self.is_stopped = False


class Sound(threading.Thread):
    """Plays the greeting to the client and records it.

    ``on_flow`` gets ``0`` and ``1`` on this thread where the modem has flow control; None where it has none.
    """

    def __init__(self, port: Pty, greeting: bytes, recordings: Path, on_flow: Callable[[str], None] | None) -> None:
        super().__init__(name="sound", daemon=True)
        self.is_streaming = False
        self.is_choked = False
        """The network takes nothing: unplayed sound piles up in the modem."""
        self._port = port
        self._greeting = greeting
        self._recordings = recordings
        self._on_flow = on_flow
        self._intake = Intake()
        self._lock = threading.Lock()
        self._recording: wav.Recording | None = None
        self._began = 0.0
        self._at = 0
        self._odd = b""
        self.calls = 0

    @property
    def lost(self) -> int:
        """Bytes that a modem with flow control had no room for."""
        return self._intake.lost

    def call(self, is_up: bool) -> None:
        """A call opened: the greeting from its beginning, a new recording. Or it ended. Any thread."""
        with self._lock:
            if self._recording is not None:
                self._recording.close()
                self._recording = None
            self._intake.clear()
            if is_up:
                self.calls += 1
                path = self._recordings
                if self.calls > 1 or path.is_dir():
                    folder, stem = (path, "heard") if path.is_dir() else (path.parent, path.stem)
                    path = folder / f"{stem}-{self.calls}.wav"
                self._recording = wav.Recording(path)
                self._began = time.monotonic()
                self._at = 0
                self._odd = b""

    def run(self) -> None:
        """Beat until the process ends."""
        beat = time.monotonic()
        while True:
            with self._lock:
                self._frame()
            beat = max(beat + FRAME_S, time.monotonic() - 5 * FRAME_S)
            time.sleep(max(0.0, beat - time.monotonic()))

    def _frame(self) -> None:
        heard = self._port.read()
        if self._recording is None or not self.is_streaming:
            self._odd = b""
            return
        if self._on_flow is not None:
            heard = self._held_back(heard, self._on_flow)
        heard = self._odd + heard
        self._odd = b""
        frame = self._greeting[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        self._port.write(frame.ljust(FRAME_BYTES, b"\0"))
        if len(heard) % 2:
            heard, self._odd = heard[:-1], heard[-1:]
        due = int((time.monotonic() - self._began) * wav.RATE)
        behind = due - self._recording.samples - len(heard) // 2
        if behind > GAP_SAMPLES:
            heard = b"\0\0" * behind + heard
        if heard:
            self._recording.append(heard)

    def _held_back(self, heard: bytes, on_flow: Callable[[str], None]) -> bytes:
        self._intake.put(heard)
        played = b"" if self.is_choked else self._intake.take()
        if (news := self._intake.news()) is not None:
            on_flow(news)
        return played
