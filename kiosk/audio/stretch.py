"""Makes speech a little shorter or longer without a change of pitch: by whole pitch periods, or anywhere in a pause.

For setting a delay right while somebody speaks: a period of the voice (5 to 15 ms) left out or said twice, its ends
laid over each other, is not heard as such.
"""

import numpy as np

from kiosk.audio.frames import Floats, samples

SHORTEST = samples(0.0025)
LONGEST = samples(0.015)
ALIKE = 0.85
"""Correlation from which two stretches count as one period and the next."""
_WINDOW = samples(0.005)


def shortened(pcm: Floats, most: int, quiet: float) -> Floats:
    """``pcm`` with one stretch of at most ``most`` samples left out, or ``pcm`` itself when there is no good place.

    ``quiet``: root mean square below which any place is good; elsewhere a whole period of the voice goes.
    """
    longest = min(LONGEST, most, len(pcm) // 2)
    if longest < SHORTEST:
        return pcm
    period = longest if rms(pcm) < quiet else _period(pcm[: longest + _WINDOW], 0, longest)
    if not period:
        return pcm
    rise = np.arange(1, period + 1, dtype=np.float32) / period
    seam = pcm[:period] * (1.0 - rise) + pcm[period : 2 * period] * rise
    return np.concatenate((seam, pcm[2 * period :])).astype(np.float32)


def lengthened(past: Floats, pcm: Floats, most: int, quiet: float) -> Floats:
    """``pcm``, which follows ``past``, with one stretch of at most ``most`` samples said twice; or ``pcm`` itself."""
    longest = min(LONGEST, most, len(pcm), len(past))
    if longest < SHORTEST:
        return pcm
    around = np.concatenate((past[len(past) - longest :], pcm[:_WINDOW]))
    period = longest if rms(around) < quiet else _period(around, longest, longest)
    if not period:
        return pcm
    rise = np.arange(1, period + 1, dtype=np.float32) / period
    again = pcm[:period] * (1.0 - rise) + past[len(past) - period :] * rise
    return np.concatenate((again, pcm)).astype(np.float32)


def _period(pcm: Floats, at: int, longest: int) -> int:
    """The lag from ``SHORTEST`` to ``longest`` at which the sound looks most as it does at ``at``; 0: at none.

    ``at`` is an end of ``pcm``: 0 looks forward, otherwise (``_WINDOW`` before the end) backward.
    """
    wide = pcm.astype(np.float64)
    here = wide[at : at + _WINDOW]
    if len(here) < _WINDOW or len(wide) < _WINDOW + SHORTEST:
        return 0
    likeness = np.correlate(wide, here, mode="valid")
    squares = np.concatenate(([0.0], np.cumsum(wide**2)))
    energy = squares[_WINDOW:] - squares[:-_WINDOW]
    likeness /= np.sqrt(energy * float(here @ here)) + 1.0
    lags = likeness[at + SHORTEST :] if at == 0 else likeness[: at - SHORTEST + 1][::-1]
    best = int(np.argmax(lags))
    return best + SHORTEST if lags[best] > ALIKE else 0


def rms(pcm: Floats) -> float:
    """Root mean square of ``pcm``; 0 for nothing."""
    return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) if len(pcm) else 0.0
