"""Sound from one rate to another: a stream with hardly any delay, or a whole recording.

A stream goes through a short filter of our own, 1.5 to 3 ms late. soxr's streams are the better filter, but hand out
what they have in blocks: 10 to 35 ms of a call's delay, and 100 ms in their fixed-rate form. Recordings have the time.
"""

import math
from functools import cache

import numpy as np
import soxr
from numpy.lib.stride_tricks import sliding_window_view

from kiosk.audio.frames import RATE, Floats, Samples, to_samples

TAPS = 48
"""Samples at the lower of the two rates that an output sample is made of. Half of them is the delay."""
BAND = 0.48
"""Middle of the filter's edge, as a part of the lower rate: at 8 kHz all passes up to 3.4 kHz, nothing from 4.4 on."""
KAISER = 8.96
"""90 dB (Kaiser's formula), as far down as a 16-bit sample reaches."""


class Resampler:
    """A stream from one rate to another, in ``float32``. One thread. Rates in hertz, of any ratio."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._is_same = from_rate == to_rate
        shared = math.gcd(from_rate, to_rate)
        self._up, self._down = to_rate // shared, from_rate // shared
        self._table = _filters(self._up, self._down)
        self._past: Floats = np.zeros(self._table.shape[1] - 1, dtype=np.float32)
        self._next = 0
        """Where the next output sample lies, in steps of 1/``_up`` of an input sample from the next chunk's first."""

    def feed(self, pcm: Floats) -> Floats:
        """What ``pcm`` makes at the other rate; now and then one sample more or less than its share."""
        if self._is_same or not len(pcm):
            return pcm
        line = np.concatenate((self._past, pcm))
        self._past = line[len(pcm) :]
        count = max(0, -(-(len(pcm) * self._up - self._next) // self._down))
        out: Floats = np.empty(count, dtype=np.float32)
        windows = sliding_window_view(line, self._table.shape[1])
        for first in range(min(self._up, count)):
            # Every ``_up``-th output sample is made by the same filter, ``_down`` input samples further on.
            place, phase = divmod(self._next + self._down * first, self._up)
            out[first :: self._up] = (
                windows[place :: self._down][: -(-(count - first) // self._up)] @ self._table[phase]
            )
        self._next += self._down * count - len(pcm) * self._up
        return out


@cache
def _filters(up: int, down: int) -> Floats:
    """A windowed sinc, cut into ``up`` phases: row p makes the samples that lie p/``up`` behind an input sample."""
    taps = TAPS * max(1, -(-down // up))
    at = (np.arange(taps * up) - (taps * up - 1) / 2) / up
    width = 2 * BAND * min(1.0, up / down)
    whole = width * np.sinc(width * at) * np.kaiser(taps * up, KAISER)
    phases = whole.reshape(taps, up).T[:, ::-1]
    # Each phase passes a constant unchanged, so that no tone at the rates' difference is added.
    return np.ascontiguousarray(phases / phases.sum(axis=1, keepdims=True), dtype=np.float32)


def resample(pcm: Samples, from_rate: int) -> Samples:
    """A whole recording at 16 kHz."""
    if from_rate == RATE:
        return pcm
    out: Floats = soxr.resample(pcm.astype(np.float32), from_rate, RATE, quality="VHQ")
    return to_samples(out)
