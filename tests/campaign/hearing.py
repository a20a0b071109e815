"""Which far end the earpiece had, read off the file that the files back end writes."""

import contextlib
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.ear import HEADER_BYTES
from kiosk.audio.frames import RATE
from tests.campaign.far_ends import MOBILE_HZ, TRUNK_HZ

PIECE = RATE // 10
"""Samples of one look: 100 ms."""
QUIET = 20.0
"""Root mean square of 16-bit samples below which the ear hears nothing."""
SHARE = 0.02
"""Of the sound's power: a tone with less is not there."""


def kinds(samples: NDArray[np.int16]) -> list[str]:
    """What each 100 ms were: quiet, trunk, mobile, both or other (our own tones and words). Pure."""
    whole = samples[: len(samples) // PIECE * PIECE].astype(np.float64).reshape(-1, PIECE)
    if not len(whole):
        return []
    power = np.abs(np.fft.rfft(whole * np.hanning(PIECE), axis=1)) ** 2
    total = power.sum(axis=1)
    loud = np.sqrt((whole**2).mean(axis=1)) > QUIET
    has = {hertz: _near(power, hertz) / np.maximum(total, 1.0) > SHARE for hertz in (TRUNK_HZ, MOBILE_HZ)}
    return [
        _kind(bool(loud[n]), bool(has[TRUNK_HZ][n]), bool(has[MOBILE_HZ][n]), _pure(power[n], float(total[n])))
        for n in range(len(whole))
    ]


def _near(power: NDArray[np.float64], hertz: int) -> NDArray[np.float64]:
    """Power within 20 Hz."""
    at = hertz * PIECE // RATE
    near: NDArray[np.float64] = power[:, at - 2 : at + 3].sum(axis=1)
    return near


def _pure(power: NDArray[np.float64], total: float) -> bool:
    """Is nearly all of it in the two tones? Words have something everywhere."""
    both = _near(power[None, :], TRUNK_HZ)[0] + _near(power[None, :], MOBILE_HZ)[0]
    return bool(both > 0.8 * max(total, 1.0))


def _kind(loud: bool, trunk: bool, mobile: bool, pure: bool) -> str:
    if not loud:
        return "quiet"
    if not pure:
        return "other"
    return "both" if trunk and mobile else "trunk" if trunk else "mobile"


class EarFile:
    """The ear's file as a clock: its samples lie on the beat, and some are written later than they were heard."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zeros: list[tuple[float, float]] = []

    def look(self) -> None:
        """Note how far the file has grown; call often."""
        now = time.monotonic()
        with contextlib.suppress(FileNotFoundError):
            heard_s = max(0, self._path.stat().st_size - HEADER_BYTES) / 2 / RATE
            self._zeros.append((now, now - heard_s))

    def between(self, start: float, stop: float) -> list[tuple[float, str]]:
        """What the ear had in each 100 ms of a time, with its monotonic second; nothing when nobody looked then."""
        near = [zero for at, zero in self._zeros if start - 1.0 < at < stop + 1.0]
        self._zeros = [each for each in self._zeros if each[0] > start - 1.0]
        if not near:
            return []
        # The earliest: what is in the file at a time was heard by then.
        zero = min(near)
        first = max(0, round((start - zero) * RATE))
        with self._path.open("rb") as source:
            source.seek(HEADER_BYTES + 2 * first)
            samples = np.frombuffer(source.read(2 * round((stop - start) * RATE)), dtype="<i2")
        return [(start + n * PIECE / RATE, kind) for n, kind in enumerate(kinds(samples))]
