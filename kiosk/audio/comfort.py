"""The background of a call, for where the far end sends nothing: a line that is up is never dead silent."""

import numpy as np

from kiosk.audio.frames import FRAME, FULL_SCALE, RATE, Floats, gain, level_dbfs

LOUDEST_DBFS = -48.0
QUIETEST_DBFS = -70.0
_RISE_DB = 0.05
"""A frame: the floor goes up by 2.5 dB in a second of speech, and comes down at once."""


def _hiss() -> Floats:
    """Two seconds of noise with the slope of a room's, at full scale's root mean square."""
    white = np.random.default_rng(20).standard_normal(2 * RATE)
    spectrum = np.fft.rfft(white)
    hertz = np.fft.rfftfreq(len(white), 1 / RATE)
    shaped = np.fft.irfft(spectrum * (hertz > 80) / np.sqrt(1.0 + (hertz / 1000.0) ** 2), len(white))
    whole: Floats = (shaped * (FULL_SCALE / np.sqrt(np.mean(shaped**2)))).astype(np.float32)
    return whole


_HISS = _hiss()


class Comfort:
    """Learns the far end's background from its speech's pauses, and imitates it. One thread."""

    def __init__(self) -> None:
        self._floor_dbfs = QUIETEST_DBFS
        self._known = False
        self._at = 0

    @property
    def level_dbfs(self) -> float:
        """Of the imitation."""
        return min(LOUDEST_DBFS, max(QUIETEST_DBFS, self._floor_dbfs))

    def learn(self, pcm: Floats) -> None:
        """Real sound of the far end's."""
        level = level_dbfs(pcm)
        if level <= self._floor_dbfs or not self._known:
            self._floor_dbfs, self._known = level, True
        else:
            self._floor_dbfs += _RISE_DB * len(pcm) / FRAME

    def told(self, level: int) -> None:
        """The far end named its background's level, in -dB of overload (RFC 3389 §3)."""
        self._floor_dbfs, self._known = -float(level), True

    def noise(self, count: int) -> Floats:
        """The next ``count`` samples."""
        start = self._at
        self._at = (start + count) % len(_HISS)
        out: Floats = np.take(_HISS, np.arange(start, start + count), mode="wrap") * np.float32(gain(self.level_dbfs))
        return out
