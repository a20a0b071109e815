"""A sound that cannot be mistaken for another, and the proof that it was heard.

The melody changes its note every 100 ms by a seed, so that its likeness with what was recorded shows the right sound,
whole and at the right speed: an echo, a tone, silence or another melody score low.
"""

import itertools
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NOTE_S = 0.1
HOP_S = 0.02
Floats = NDArray[np.float64]


def melody(seed: int, seconds: float, rate: int) -> NDArray[np.int16]:
    """Notes between 400 and 2,800 Hz with a soft beginning each, at -12 dBFS."""
    random = np.random.default_rng(seed)
    notes = random.uniform(400, 2800, size=int(seconds / NOTE_S))
    count = int(NOTE_S * rate)
    t = np.arange(count) / rate
    shape = np.minimum(1, np.minimum(t, NOTE_S - t) / 0.01)
    sound = np.concatenate([np.sin(2 * np.pi * note * t) * shape for note in notes])
    return np.asarray(8000 * sound, dtype=np.int16)


def write_wav(path: Path, pcm: NDArray[np.int16], rate: int) -> None:
    """A mono 16-bit WAV file."""
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(pcm.tobytes())


def read_wav(path: Path) -> tuple[NDArray[np.int16], int]:
    """First channel and rate."""
    with wave.open(str(path), "rb") as wav:
        pcm = np.frombuffer(wav.readframes(wav.getnframes()), dtype=np.int16)
        return pcm[:: wav.getnchannels()], wav.getframerate()


def likeness(wanted: NDArray[np.int16], wanted_rate: int, heard: NDArray[np.int16], heard_rate: int) -> float:
    """0..1: the mean likeness of the two spectrograms at the best shift of ``wanted`` against ``heard``.

    What is missing of ``wanted``, at its beginning or end too, counts for nothing and shifts nothing.
    """
    a = _spectrogram(wanted, wanted_rate)
    before = np.zeros(len(wanted) * heard_rate // wanted_rate, dtype=np.int16)
    # A shift within a row blurs every note's edge, hence the parts of a row.
    parts = (int(HOP_S * heard_rate * part) for part in (0.0, 0.25, 0.5, 0.75))
    return max(_best(a, _spectrogram(np.concatenate((before[part:], heard)), heard_rate)) for part in parts)


def _best(a: Floats, b: Floats) -> float:
    b = np.concatenate((b, np.zeros_like(a)))
    return max(float(np.mean(np.sum(a * b[lag : lag + len(a)], axis=1))) for lag in range(len(b) - len(a) + 1))


def _spectrogram(pcm: NDArray[np.int16], rate: int) -> Floats:
    """Energy in 40 bands between 300 and 3,000 Hz, one row per 20 ms; rows of length 1, or 0 where it is silent."""
    hop = int(HOP_S * rate)
    window = np.hanning(2 * hop)
    frames = [pcm[i : i + 2 * hop] * window for i in range(0, len(pcm) - 2 * hop, hop)]
    if not frames:
        return np.zeros((1, 40))
    spectrum = np.abs(np.fft.rfft(np.array(frames), axis=1))
    frequency = np.fft.rfftfreq(2 * hop, 1 / rate)
    edges = np.linspace(300, 3000, 41)
    bands = np.stack(
        [spectrum[:, (frequency >= lo) & (frequency < hi)].sum(axis=1) for lo, hi in itertools.pairwise(edges)],
        axis=1,
    )
    size = np.linalg.norm(bands, axis=1, keepdims=True)
    return np.where(size > 2000, bands / np.maximum(size, 1), 0.0)
