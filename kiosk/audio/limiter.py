"""The last stage before the ear: nothing clips, and nothing is louder than is safe for long.

Two guards in one. The *peak* guard looks 2 ms ahead and turns down before a peak arrives, so that no sample
exceeds :data:`CEILING_DBFS`. The *sustained* guard holds the level over half a second to
:data:`SUSTAINED_DBFS`: a howling far end or a stuck tone is turned down to the loudness of raised speech. What that
means in dB of sound pressure at the ear is set once by the installer (docs/audio.md).
"""

import numpy as np

from kiosk.audio.frames import FRAME, FRAME_S, FULL_SCALE, Floats, gain

CEILING_DBFS = -3.0
"""Highest peak."""
SUSTAINED_DBFS = -10.0
"""Highest root mean square over about half a second."""
BLOCK = 32
"""Samples of one step of the gain: 2 ms, also the delay of this stage."""
RELEASE = gain(0.2)
"""Gain recovers by 0.2 dB in 2 ms: 6 dB in 60 ms."""
SUSTAINED_S = 0.5

_BLOCKS = FRAME // BLOCK
_CEILING = FULL_SCALE * gain(CEILING_DBFS)
_SUSTAINED_POWER = (FULL_SCALE * gain(SUSTAINED_DBFS)) ** 2
_MEMORY = float(np.exp(-FRAME_S / SUSTAINED_S))
_STEPS = (np.arange(BLOCK, dtype=np.float32) / BLOCK).astype(np.float32)


class Limiter:
    """Holds the gain between frames. One thread."""

    def __init__(self) -> None:
        self._held: Floats = np.zeros(BLOCK, dtype=np.float32)
        """The last block, which is not let out before its successor is known."""
        self._held_need = 1.0
        self._gain = 1.0
        self._power = 0.0

    def limit(self, frame: Floats) -> Floats:
        """The frame, 2 ms later, with every sample within the ceiling. ``frame`` has ``FRAME`` samples."""
        line = np.concatenate((self._held, frame))
        blocks = line[:FRAME].reshape(_BLOCKS, BLOCK)
        peaks = np.abs(frame.reshape(_BLOCKS, BLOCK)).max(axis=1)
        guard = self._sustained(frame)
        # The gain at a border between two blocks is safe for both, and between two safe borders a straight line
        # is safe too: so no sample can exceed the ceiling, however the peaks lie.
        borders = np.empty(_BLOCKS + 1, dtype=np.float32)
        borders[0] = self._gain
        for k in range(_BLOCKS):
            peak = float(peaks[k])
            need = guard if peak * guard <= _CEILING else _CEILING / peak
            self._gain = min(self._gain * RELEASE, self._held_need, need)
            self._held_need = need
            borders[k + 1] = self._gain
        gains = borders[:-1, None] + (borders[1:] - borders[:-1])[:, None] * _STEPS
        self._held = line[FRAME:]
        return (blocks * gains).reshape(FRAME)

    def _sustained(self, frame: Floats) -> float:
        power = float(np.dot(frame, frame)) / FRAME
        self._power = _MEMORY * self._power + (1.0 - _MEMORY) * power
        if self._power <= _SUSTAINED_POWER:
            return 1.0
        return float(np.sqrt(_SUSTAINED_POWER / self._power))
