"""Brings the far end's speech to one loudness, slowly: a whisper is raised, a shout turned down, noise left alone.

The gain moves only while somebody speaks, and by what is said over seconds; in pauses it stays, so that the
background does not swell up between the words. It comes before the limiter, which stays the guard against harm.
"""

from collections import deque

import numpy as np

from kiosk.audio.frames import FRAME_S, Floats, gain, level_dbfs

WANTED_DBFS = -25.0
"""Mean level of the frames in which somebody speaks; the root mean square is some 3 dB above, as our prompts are."""
MOST_UP_DB, MOST_DOWN_DB = 12.0, -6.0
NEAR_ENOUGH_DB = 2.0
"""Speech this close to what is wanted is left as it is."""
QUIETEST_DBFS = -52.0
"""Below it nothing counts as speech: raised, it would still be noise."""
ABOVE_LULL_DB = 10.0
"""Speech has, within its last 0.4 s, a lull deeper than this: what has none is noise or a tone."""
UP_DB_S, DOWN_DB_S = 4.0, 12.0
"""How fast the gain moves, for each second of speech."""
BACK_DB_S = 1.0
"""How fast it goes back to nothing while there is nothing but loud noise."""
_MEMORY_S = 1.2
_LULL_FRAMES = 20


class Leveller:
    """One call's. Frames of 20 ms, one thread."""

    def __init__(self) -> None:
        self._speech_dbfs: float | None = None
        self._lately: deque[float] = deque(maxlen=_LULL_FRAMES)
        self._gain_db = 0.0

    @property
    def gain_db(self) -> float:
        """As of now."""
        return self._gain_db

    def level(self, frame: Floats) -> Floats:
        """The frame at its new loudness."""
        before = self._gain_db
        self._listen(level_dbfs(frame))
        if before == 0.0 and self._gain_db == 0.0:
            return frame
        slope = np.linspace(gain(before), gain(self._gain_db), len(frame), dtype=np.float32)
        return (frame * slope).astype(np.float32)

    def _listen(self, dbfs: float) -> None:
        self._lately.append(dbfs)
        if dbfs < QUIETEST_DBFS:
            return
        if dbfs < min(self._lately) + ABOVE_LULL_DB:
            steady = len(self._lately) == _LULL_FRAMES and max(self._lately) < min(self._lately) + ABOVE_LULL_DB
            if steady:
                self._move(0.0, BACK_DB_S)
            return
        if self._speech_dbfs is None:
            self._speech_dbfs = dbfs
        self._speech_dbfs += (dbfs - self._speech_dbfs) * FRAME_S / _MEMORY_S
        missing = WANTED_DBFS - self._speech_dbfs
        target = 0.0 if abs(missing) < NEAR_ENOUGH_DB else max(MOST_DOWN_DB, min(MOST_UP_DB, missing))
        self._move(target, UP_DB_S if target > self._gain_db else DOWN_DB_S)

    def _move(self, target: float, pace_db_s: float) -> None:
        step = pace_db_s * FRAME_S
        self._gain_db += max(-step, min(step, target - self._gain_db))
