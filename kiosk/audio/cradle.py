"""The cradle test's sums: what is played from the earpiece, and what of it came back through the microphone. Pure.

On its hook the handset's earpiece and microphone hear each other through its own body and the cradle. A short quiet
sequence of notes, measured against the calibration of the installation, tells a dead earpiece, a mute microphone or a
failing capsule before a caller meets it (docs/audio.md). :class:`Probe` walks through it frame by frame, in the
mixer.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kiosk.audio.frames import FADE, FRAME, FULL_SCALE, RATE, RISE, Floats, Samples, gain, samples
from kiosk.audio.signal import Levels, Signal

SILENT_DBFS = -120.0
SLOPE_S = 0.010
"""Raised-cosine slope at each end of a note, so that nothing clicks in the quiet room."""
EDGE_S = 0.010
"""Left out at each end of a note when it is measured: its slopes."""
HOP_S = 0.005
"""Steps in which the loop's delay is looked for."""


def notes(signal: Signal) -> Floats:
    """The samples of the sequence, without the quiet before it."""
    count = samples(signal.note_s)
    time_s = np.arange(count) / RATE
    edge = samples(SLOPE_S)
    slope = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    shape = np.ones(count)
    shape[:edge], shape[-edge:] = slope, slope[::-1]
    peak = FULL_SCALE * gain(signal.dbfs) * np.sqrt(2.0)
    return np.concatenate([peak * shape * np.sin(2.0 * np.pi * hertz * time_s) for hertz in signal.hertz]).astype(
        np.float32
    )


def measure(heard: Samples, signal: Signal) -> Levels:
    """What of ``signal`` is in ``heard``, the microphone's sound from the test's first frame on.

    Each note is one bin of a windowed DFT (what Goertzel's recurrence sums up), taken where the sequence as a whole
    is loudest: the delay of a sound card is known only then.
    """
    wide = heard.astype(np.float64)
    note, edge = samples(signal.note_s), samples(EDGE_S)
    filters = [_bin(hertz, note - 2 * edge) for hertz in signal.hertz]
    start = samples(signal.quiet_s)
    best, best_delay = [0.0] * len(filters), 0
    for delay in range(0, samples(signal.longest_delay_s) + 1, samples(HOP_S)):
        at = [start + delay + index * note + edge for index in range(len(filters))]
        powers = [_power(wide, each, one) for each, one in zip(at, filters, strict=True)]
        if sum(powers) > sum(best):
            best, best_delay = powers, delay
    noise = [_noise(wide[:start], one) for one in filters]
    return Levels(
        tuple(_dbfs(max(0.0, tone - floor)) for tone, floor in zip(best, noise, strict=True)),
        tuple(map(_dbfs, noise)),
        tuple(round(_dbfs(tone) - _dbfs(floor), 1) for tone, floor in zip(best, noise, strict=True)),
        round(1000.0 * best_delay / RATE, 1),
    )


def order_db(heard: Samples, signal: Signal, delay_ms: float) -> float:
    """How much louder each note is in its own time than in the others' times, at that delay; of the worst note.

    Speech may well hold all the notes, but not one after the other.
    """
    wide = heard.astype(np.float64)
    note, edge = samples(signal.note_s), samples(EDGE_S)
    start = samples(signal.quiet_s) + round(delay_ms * RATE / 1000.0)
    at = [start + index * note + edge for index in range(len(signal.hertz))]
    worst = np.inf
    for own, hertz in enumerate(signal.hertz):
        powers = [_dbfs(_power(wide, each, _bin(hertz, note - 2 * edge))) for each in at]
        worst = min(worst, powers[own] - max(power for index, power in enumerate(powers) if index != own))
    return round(float(worst), 1)


def loudest_dbfs(heard: Samples) -> float:
    """Root mean square of the loudest frame."""
    whole = heard[: len(heard) // FRAME * FRAME].astype(np.float64).reshape(-1, FRAME)
    return _dbfs(float((whole**2).mean(axis=1).max())) if len(whole) else SILENT_DBFS


class Probe:
    """One run of the test: gives the earpiece's frames and keeps the microphone's. The mixer's thread only.

    ``on_done(heard)`` is called once, from that thread, with all that the microphone heard, or None when the test was
    broken off; it must return at once.
    """

    def __init__(self, signal: Signal, on_done: Callable[[Samples | None], None]) -> None:
        quiet = np.zeros(samples(signal.quiet_s), dtype=np.float32)
        played = np.concatenate([quiet, notes(signal)])
        self._ear = np.zeros(-(-samples(signal.whole_s) // FRAME) * FRAME, dtype=np.float32)
        self._ear[: len(played)] = played
        self._heard: list[Samples] = []
        self._on_done = on_done

    @property
    def is_over(self) -> bool:
        """True once every frame has been played."""
        return len(self._heard) * FRAME >= len(self._ear)

    def next(self, mic: Samples) -> Floats:
        """The earpiece's next frame, given the microphone's last."""
        at = len(self._heard) * FRAME
        self._heard.append(mic)
        if self.is_over:
            self._on_done(np.concatenate(self._heard))
        return self._ear[at : at + FRAME]

    def break_off(self) -> Floats:
        """End now: the next 5 ms, fading away, and nothing after them."""
        at = len(self._heard) * FRAME
        self._on_done(None)
        return (self._ear[at : at + FADE] * (1.0 - RISE)).astype(np.float32)


def _bin(hertz: float, count: int) -> NDArray[np.complex128]:
    """Correlating with this gives the root mean square of a sine at ``hertz``: a Hann window, one bin."""
    window = np.hanning(count)
    turn = np.exp(-2j * np.pi * hertz * np.arange(count) / RATE)
    result: NDArray[np.complex128] = window * turn * (np.sqrt(2.0) / window.sum())
    return result


def _power(wide: NDArray[np.float64], at: int, one: NDArray[np.complex128]) -> float:
    part = wide[at : at + len(one)]
    return float(abs(np.dot(part, one[: len(part)])) ** 2)


def _noise(quiet: NDArray[np.float64], one: NDArray[np.complex128]) -> float:
    """Mean power in the bin over the quiet, by windows that overlap by half."""
    starts: Sequence[int] = range(0, max(1, len(quiet) - len(one) + 1), max(1, len(one) // 2))
    return float(np.mean([_power(quiet, at, one) for at in starts]))


def _dbfs(power: float) -> float:
    if power <= 0.0:
        return SILENT_DBFS
    return round(max(SILENT_DBFS, 10.0 * float(np.log10(power / FULL_SCALE**2))), 1)
