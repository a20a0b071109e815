"""The one sound format inside the terminal, and the few sums everybody needs.

16 kHz, mono, signed 16 bit in native order, in frames of 20 ms. Sums are made in ``float32`` on the same scale
(-32768..32767), so that nothing clips before the limiter has seen it.
"""

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples in a second."""
FRAME = 320
"""Samples in a frame: 20 ms."""
FRAME_S = FRAME / RATE
FRAME_BYTES = 2 * FRAME
FADE = 80
"""Samples of a cut's fade: 5 ms, too short to be heard as a delay, long enough not to click."""
FULL_SCALE = 32_768.0

Floats = NDArray[np.float32]
Samples = NDArray[np.int16]

SILENCE = bytes(FRAME_BYTES)
RISE: Floats = (np.arange(1, FADE + 1, dtype=np.float32) / FADE).astype(np.float32)
"""Gains of a 5 ms fade in; ``1 - RISE`` is its fade out."""


def gain(db: float) -> float:
    """The factor of ``db`` decibels."""
    return float(10.0 ** (db / 20.0))


def level_dbfs(pcm: Floats | Samples) -> float:
    """Root mean square in dB of full scale; -120 for silence. A full-scale sine is -3."""
    if len(pcm) == 0:
        return -120.0
    wide = pcm.astype(np.float64)
    rms = float(np.sqrt(np.mean(wide * wide))) / FULL_SCALE
    return max(-120.0, 20.0 * float(np.log10(rms))) if rms > 0 else -120.0


def samples(seconds: float) -> int:
    """How many samples that is, rounded."""
    return round(seconds * RATE)


def to_samples(pcm: Floats) -> Samples:
    """Rounded to 16 bit; what lies beyond is cut off, never wrapped round."""
    return np.clip(np.rint(pcm), -32_768, 32_767).astype(np.int16)
