"""Voices for the tests of a call's sound, and measures of what became of them on the way."""

import numpy as np

from kiosk.audio.frames import RATE, Floats, Samples, to_samples
from tests.audio.line import Sent, encoded, sent


def voice(seconds: float, seed: int = 5) -> Samples:
    """A gliding voice with syllables: never the same twice, so that a place in it can be found again."""
    dice = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    glide = np.interp(t, np.arange(0, seconds + 1, 0.25), dice.uniform(100, 180, round(seconds * 4) + 4))
    phase = 2 * np.pi * np.cumsum(glide) / RATE
    pcm = sum(np.sin(n * phase) / n for n in range(1, 20))
    loud = np.interp(t, np.arange(0, seconds + 1, 0.1), dice.uniform(0.2, 1.0, round(seconds * 10) + 10))
    return to_samples(np.asarray(3000.0 * pcm * loud, dtype=np.float32))


def lag(wanted: Samples, pcm: Floats, most: int = RATE // 2) -> int:
    """By how many samples ``pcm`` comes later."""
    size = 1 << (len(wanted) + len(pcm)).bit_length()
    both = np.fft.rfft(pcm, size) * np.conj(np.fft.rfft(wanted.astype(np.float64), size))
    return int(np.argmax(np.fft.irfft(both, size)[:most]))


def likeness_db(wanted: Samples, pcm: Floats) -> float:
    """Signal to what is not the signal, at the best shift."""
    late = lag(wanted, pcm)
    out = pcm[late : late + len(wanted)].astype(np.float64)
    ref = wanted[: len(out)].astype(np.float64)
    scale = float(out @ ref) / float(ref @ ref)
    return float(10 * np.log10(np.sum((scale * ref) ** 2) / np.sum((out - scale * ref) ** 2)))


def from_the_start(codec: str, pcm: Samples) -> list[Sent]:
    return sent(codec, encoded(codec, pcm))
