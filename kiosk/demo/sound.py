"""Was this said there? Compares recordings by ear-like features, not by any state of the call.

Both are cut into 32 ms windows and sixteen bands of telephone width; the reference is slid along the recording
and the best correlation of the band levels is the score. Codecs, gain, filters and delay leave it near 1; another
sentence of the same voice stays below 0.5 (``tests/demo/test_sound.py``).
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kiosk.audio.files import read_recording

RATE = 16_000
WINDOW, HOP = 512, 256
BANDS = 16
LOWEST_HZ, HIGHEST_HZ = 250.0, 3400.0
FLOOR_DB = -60.0
CROSSED = 0.7
"""From this score on, the sentence was heard."""

Features = npt.NDArray[np.float64]


def similarity(said: Path, heard: Path, from_s: float = 0.0) -> float:
    """How surely what is in ``said`` can be heard in ``heard`` (from ``from_s`` on): 0 to 1.

    Raises: BadInput when one of them is no recording.
    """
    offset = round(from_s * RATE)
    return _best_match(_features(read_recording(said)), _features(read_recording(heard)[offset:]))


def presence(said: Path, heard: Path, from_s: float = 0.0) -> float:
    """The gain at which the very samples of ``said`` stand in ``heard``, whatever is mixed over them: 0 to about 1.

    For what the terminal itself plays: it reaches the earpiece's recording sample by sample, under other voices.
    """
    wanted = read_recording(said).astype(np.float64)
    sound = read_recording(heard)[round(from_s * RATE) :].astype(np.float64)
    if len(sound) < len(wanted):
        return 0.0
    size = 1 << int(np.ceil(np.log2(len(sound) + len(wanted))))
    products = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(wanted, size)), size)
    return float(max(0.0, products[: len(sound)].max() / (wanted**2).sum()))


def _features(pcm: npt.NDArray[np.int16]) -> Features:
    """Band levels in dB over a floor below the recording's loudest, a row a window."""
    if len(pcm) < WINDOW:
        return np.zeros((0, BANDS))
    starts = np.arange(0, len(pcm) - WINDOW + 1, HOP)
    windows = pcm[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) / RATE * WINDOW
    cuts = np.clip(np.rint(edges).astype(int), 1, power.shape[1] - 1)
    bands = np.stack([power[:, low : max(high, low + 1)].sum(axis=1) for low, high in pairwise(cuts)], 1)
    level = 10.0 * np.log10(bands + 1e-3)
    return np.asarray(np.maximum(level - level.max(), FLOOR_DB) - FLOOR_DB)


def _best_match(said: Features, heard: Features) -> float:
    if len(said) == 0 or len(heard) < len(said) // 2:
        return 0.0
    heard = np.pad(heard, ((0, len(said)), (0, 0)))
    wanted = said - said.mean()
    size = 1 << int(np.ceil(np.log2(len(heard) + len(said))))
    spectrum = np.fft.rfft(heard, size, axis=0) * np.conj(np.fft.rfft(wanted, size, axis=0))
    products = np.fft.irfft(spectrum.sum(axis=1), size)[: len(heard) - len(said) + 1]
    sums = np.cumsum(np.pad(heard.sum(axis=1), (1, 0)))
    squares = np.cumsum(np.pad((heard**2).sum(axis=1), (1, 0)))
    count = said.size
    total = sums[len(said) :] - sums[: -len(said)]
    energy = squares[len(said) :] - squares[: -len(said)] - total**2 / count
    scores = products[: len(energy)] / np.sqrt(np.maximum(energy, 1e-9) * (wanted**2).sum() + 1e-9)
    return float(max(0.0, min(1.0, scores.max())))
