"""A beat of 20 ms kept by the monotonic clock, for handsets without a sound card's clock."""

import threading
import time
from collections.abc import Callable

from kiosk.audio.frames import FRAME_S, SILENCE
from kiosk.audio.priority import ask_for_real_time

FORGIVEN_S = 0.2
"""A beat later than this (the machine slept) is not made good by a burst: the beat starts anew from there."""


class Beat:
    """Calls ``tick`` every 20 ms in a thread of its own, at absolute times, so that lateness never adds up."""

    def __init__(self, tick: Callable[[], None], name: str, *, real_time: bool = True) -> None:
        self._tick = tick
        self._real_time = real_time
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.restarts = 0
        """Times the beat was so late that it began anew."""

    def start(self) -> None:
        """Begin; the first tick comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """No tick comes after this returned (unless called from a tick)."""
        self._stopped.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=5.0)

    def _run(self) -> None:
        if self._real_time:
            ask_for_real_time()
        due = time.monotonic()
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            self._tick()
            due += FRAME_S
            if time.monotonic() - due > FORGIVEN_S:
                self.restarts += 1
                due = time.monotonic()


class NullHandset:
    """No handset at all: silence in, nothing out, but the beat goes on, and with it the call."""

    def __init__(self) -> None:
        self._beat: Beat | None = None

    def start(self, render: Callable[[bytes], bytes], on_fault: Callable[[str], None]) -> None:
        """Begin the beat; it has no faults to tell of."""
        del on_fault

        def beat() -> None:
            render(SILENCE)

        self._beat = Beat(beat, "handset-null")
        self._beat.start()

    def close(self) -> None:
        """End the beat."""
        if self._beat is not None:
            self._beat.stop()
