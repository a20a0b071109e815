"""How well speech came through: PESQ narrow and wide band (ITU-T P.862, P.862.2) after alignment.

The recording is searched for each piece by cross-correlation and cut out there; what moves inside a piece (a jitter
buffer that adapts) PESQ's own alignment follows. A piece that is not found at all scores the scale's end.
"""

from dataclasses import dataclass

import numpy as np
import soxr

from benchmarks.voice.speech import RATE, Floats, Samples, Speech

WORST_NB, WORST_WB = 1.0, 1.0
NARROW = 8_000
SLACK_S = 0.15
"""Left on both sides of a piece, for what a terminal stretches."""
NEAR_S = (-5.5, 5.0)
"""A sentence that is said more than once is looked for this much before and after its place in the speech."""


@dataclass(frozen=True)
class Score:
    """One piece: mean opinion scores as PESQ maps them, and where it was found."""

    piece: str
    nb: float
    wb: float
    at_s: float
    """Seconds into the recording."""
    likeness: float
    """Correlation at the best shift, 0..1: under about 0.2 it was hardly there."""


def scores(speech: Speech, recording: Samples, rate: int, *, repeats: bool = False) -> list[Score]:
    """Each piece of ``speech`` as it is in ``recording``. ``repeats``: a sentence may be in it more than once."""
    heard = recording.astype(np.float64)
    if rate != RATE:
        heard = soxr.resample(heard, rate, RATE, quality="VHQ")
    heard = np.concatenate((heard, np.zeros(RATE)))
    found = []
    for piece in speech.pieces:
        wanted = speech.of(piece)
        begin, end = 0, len(heard)
        if repeats:
            begin = max(0, piece.start + int(NEAR_S[0] * RATE))
            end = piece.start + len(wanted) + int(NEAR_S[1] * RATE)
        at, likeness = locate(wanted, heard[begin:end])
        at += begin
        slack = int(SLACK_S * RATE)
        around = np.concatenate((np.zeros(slack), heard, np.zeros(slack)))[at : at + len(wanted) + 2 * slack]
        # The same silence on both: PESQ's scale ends lower for a recording that begins before its reference.
        nb, wb = rated(np.concatenate((np.zeros(slack), wanted, np.zeros(slack))), around)
        found.append(Score(piece.name, round(nb, 3), round(wb, 3), round(at / RATE, 4), round(likeness, 3)))
    return found


def locate(wanted: Floats, heard: Floats) -> tuple[int, float]:
    """Where ``wanted`` begins in ``heard`` (samples), and how alike the two are there."""
    if len(heard) < len(wanted):
        heard = np.concatenate((heard, np.zeros(len(wanted) - len(heard))))
    size = 1 << (len(heard) + len(wanted) - 1).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    match = np.fft.irfft(product, size)[: len(heard) - len(wanted) + 1]
    at = int(np.argmax(match))
    energy = np.sqrt(np.sum(wanted**2) * np.sum(heard[at : at + len(wanted)] ** 2)) + 1.0
    return at, float(match[at] / energy)


def rated(wanted: Floats, heard: Floats) -> tuple[float, float]:
    """PESQ of ``heard`` against ``wanted``, narrow and wide band; the worst where nothing was heard."""
    import pesq  # at use: all but the scores works without the extra

    if not len(heard) or np.abs(heard).max() < 50:
        return WORST_NB, WORST_WB
    try:
        wide = pesq.pesq(RATE, _int16(wanted), _int16(heard), "wb")
        narrow = pesq.pesq(NARROW, _int16(_narrowed(wanted)), _int16(_narrowed(heard)), "nb")
    except pesq.PesqError:
        return WORST_NB, WORST_WB
    return float(narrow), float(wide)


def _narrowed(pcm: Floats) -> Floats:
    return np.asarray(soxr.resample(pcm, RATE, NARROW, quality="VHQ"))


def _int16(pcm: Floats) -> Samples:
    return np.clip(np.rint(pcm), -32768, 32767).astype(np.int16)
