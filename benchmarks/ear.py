"""When the earpiece began to sound, read off the WAV that the files back end writes.

The file's samples lie on a 20 ms beat of the monotonic clock; when a frame was *made* is known from the file's
growth: a frame that is in the file by T was made by T at the latest, so the earliest growth seen, counted back,
is the beat's zero. An upper bound, true to about the watcher's own pause.
"""

import threading
import time
import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiosk.audio.frames import FRAME, FRAME_S, RATE

HEADER_BYTES = 44
WATCH_S = 0.002
NEAR_S = 4.0
"""Growth this far from a frame still dates it: a beat that began anew after a stall must not spoil the rest."""


@dataclass
class Ear:
    """Follows one WAV from before its first frame on, in a thread of its own."""

    path: Path
    _growth: list[tuple[float, int]] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="ear", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        self._thread.join(2)

    def sounded_at(self, after: float, quiet_s: float = 0.0) -> float | None:
        """Monotonic second of the first sample that is not silence, after ``after``; None: all is silent.

        With ``quiet_s`` the silence must have lasted that long before ``after`` to count as the beginning.
        """
        sound = np.flatnonzero(self._samples())
        times = self.times_of(sound)
        later = times[times > after]
        is_new = not np.any((times > after - quiet_s) & (times <= after))
        return float(later[0]) if len(later) and is_new else None

    def _samples(self) -> NDArray[np.int16]:
        try:
            with wave.open(str(self.path)) as source:
                return np.frombuffer(source.readframes(source.getnframes()), dtype="<i2")
        except (OSError, EOFError, wave.Error):
            return np.zeros(0, dtype=np.int16)

    def times_of(self, samples: NDArray[np.int64]) -> NDArray[np.float64]:
        """Monotonic second at which each of ``samples`` (counted from the file's first) left the mixer."""
        if not self._growth or not len(samples):
            return np.zeros(0)
        seen = np.array(self._growth)
        zeros = seen[:, 0] - (seen[:, 1] - 1) * FRAME_S
        reach = round(NEAR_S / FRAME_S)
        frames = samples // FRAME
        dated = np.empty(len(samples))
        for frame in np.unique(frames):
            near = zeros[np.abs(seen[:, 1] - frame) <= reach]
            dated[frames == frame] = (near if len(near) else zeros).min()
        return np.asarray(dated + frames * FRAME_S + (samples % FRAME) / RATE)

    def _watch(self) -> None:
        length = 0
        while not self._stopped.wait(WATCH_S):
            try:
                now_long = (self.path.stat().st_size - HEADER_BYTES) // (2 * FRAME)
            except FileNotFoundError:
                continue
            if now_long > length:
                length = now_long
                self._growth.append((time.monotonic(), length))
