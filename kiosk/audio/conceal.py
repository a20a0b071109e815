"""Fills a hole in speech with what the voice was doing just before (in the manner of ITU-T G.711 Appendix I).

Repeating the last pitch periods, fading away within 60 ms, makes a short hole hardly heard and a long one quiet. The
sound that comes after it is laid over the repetition's continuation, so that neither end clicks.
"""

import numpy as np

from kiosk.audio.frames import FRAME, Floats, samples

SHORTEST = samples(0.0025)
"""Shortest pitch period looked for: 400 Hz."""
LONGEST = samples(0.015)
"""Longest: 66 Hz."""
HISTORY = 3 * LONGEST + FRAME
"""Samples of the past that are needed."""
WHOLE = samples(0.010)
"""The first of a hole is filled at full loudness..."""
FADE_OUT = samples(0.060)
"""...and silence is reached this long after the sound broke off."""
_LAP = samples(0.0025)
_MATCH = samples(0.005)
_ALIKE = 0.5
_JOIN_FIRST, _JOIN_MORE, _JOIN_MOST = samples(0.005), samples(0.004), samples(0.010)
"""The sound after a hole comes in over 5 ms, and 4 ms more for each 10 ms of it."""


def continuation(past: Floats) -> Floats:
    """60 ms (``FADE_OUT`` samples) that carry ``past`` on and fade away.

    ``past`` holds the last ``HISTORY`` samples that were heard. Pure; about 0.1 ms of work.
    """
    carried = Repetition(past).take(FADE_OUT)
    return (carried * _FADE).astype(np.float32)


def join_length(filled: int) -> int:
    """Over how many samples the sound after a hole of ``filled`` samples is to come in."""
    return min(_JOIN_MOST, _JOIN_FIRST + max(0, filled // samples(0.010) - 1) * _JOIN_MORE)


def fade(start: int, count: int) -> Floats:
    """The gains of samples ``start`` to ``start + count`` of a hole."""
    at = np.arange(start, start + count, dtype=np.float32)
    return np.clip((FADE_OUT - at) / (FADE_OUT - WHOLE), 0.0, 1.0).astype(np.float32)


_FADE = fade(0, FADE_OUT)


def bridged(onward: Floats, future: Floats) -> Floats:
    """A hole filled from both sides: ``onward``, its past carried on, passes into ``future`` carried back. Pure."""
    period = _period_at_start(future)
    if not period:
        return onward
    count = len(onward)
    backward = np.resize(future[:period][::-1], count)[::-1]
    rise = np.arange(1, count + 1, dtype=np.float32) / (count + 1)
    return (onward * (1.0 - rise) + backward * rise).astype(np.float32)


def _period_at_start(future: Floats) -> int:
    """The pitch period that ``future`` begins with; 0: it has none."""
    wide = future[: LONGEST + _MATCH].astype(np.float64)
    if len(wide) < SHORTEST + 2 * _MATCH or not wide.any():
        return 0
    likeness = np.correlate(wide, wide[:_MATCH], mode="valid")
    squares = np.concatenate(([0.0], np.cumsum(wide**2)))
    energy = squares[_MATCH:] - squares[:-_MATCH]
    likeness /= np.sqrt(energy * float(wide[:_MATCH] @ wide[:_MATCH])) + 1.0
    best = SHORTEST + int(np.argmax(likeness[SHORTEST:]))
    return best if likeness[best] > _ALIKE else 0


class Repetition:
    """``past`` carried on without end, at its loudness: one period for 10 ms, then two, then three (Appendix I)."""

    def __init__(self, past: Floats) -> None:
        self._past = past[-HISTORY:]
        self._period = _pitch(self._past)
        self._cycle = self._of(1)
        self._at = 0
        self._periods = 1
        self._given = 0

    def take(self, count: int) -> Floats:
        """The next ``count`` samples."""
        out: list[Floats] = []
        left = count
        while left > 0:
            due = min(3, 1 + self._given // WHOLE)
            if due > self._periods:
                # More periods sound less like a buzz; the change is made where one ends, in step with the voice.
                self._periods = due
                self._cycle = self._of(due)
                self._at %= self._period
            step = min(left, WHOLE - self._given % WHOLE)
            out.append(np.take(self._cycle, np.arange(self._at, self._at + step), mode="wrap"))
            self._at = (self._at + step) % len(self._cycle)
            self._given += step
            left -= step
        return np.concatenate(out).astype(np.float32)

    def _of(self, periods: int) -> Floats:
        """The last ``periods`` periods, the end of which runs into their beginning.

        The sound that led up to them is laid over their end, so that the seam does not buzz.
        """
        long = periods * self._period
        cycle = self._past[-long:].copy()
        lap = min(_LAP, self._period)
        slope = np.arange(1, lap + 1, dtype=np.float32) / lap
        cycle[-lap:] = cycle[-lap:] * (1.0 - slope) + self._past[-long - lap : len(self._past) - long] * slope
        return cycle


def _pitch(past: Floats) -> int:
    """The shift at which the last 20 ms look most like what went before them."""
    recent = past[-FRAME:]
    if not recent.any():
        return LONGEST
    # One correlation per shift LONGEST..SHORTEST, each against the energy of the stretch it is compared with.
    earlier = past[len(past) - FRAME - LONGEST : len(past) - SHORTEST]
    likeness = np.correlate(earlier, recent, mode="valid")
    squares = np.concatenate(([0.0], np.cumsum(earlier.astype(np.float64) ** 2)))
    energy = squares[FRAME:] - squares[:-FRAME]
    return LONGEST - int(np.argmax(likeness / np.sqrt(energy + 1.0)))
