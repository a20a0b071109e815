"""Sounds without words, as loops of samples: a tone is a pure function of the sample's index.

Ringing and busy are France's (ITU-T E.180 supplement 2: 440 Hz, 1.5 s in 5 s and 0.5 s in 1 s), because the
caller knows them; the others are ours and made unlike both. Each sound begins and ends in a 10 ms slope, so
nothing clicks. None is louder than the prompts (-20 dBFS).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from kiosk.audio.frames import FULL_SCALE, Floats, gain, samples
from kiosk.audio.scene import Tone

SLOPE_S = 0.010
"""Raised-cosine slope at each end of a sound."""


@dataclass(frozen=True)
class Note:
    """One sound of a cadence: frequencies sounding together, or a rest when there are none."""

    duration_s: float
    hertz: tuple[float, ...] = ()
    dbfs: float = -120.0
    """Root mean square while it sounds."""
    steady: bool = False
    """Without slopes, for a note that is followed by itself; whole periods must fit."""


@dataclass(frozen=True)
class Cadence:
    """A beginning, heard once, and a loop after it."""

    loop: tuple[Note, ...]
    opening: tuple[Note, ...] = ()


def _howl(dbfs: float) -> tuple[Note, ...]:
    return (Note(0.25, (400.0, 800.0), dbfs), Note(0.25, (500.0, 1000.0), dbfs))


CADENCES: dict[Tone, Cadence] = {
    Tone.NONE: Cadence((Note(1.0),)),
    Tone.READY: Cadence((Note(1.0, (440.0,), -34.0, steady=True),)),
    # Two soft low beats, then a rest shorter than 2 s (EN 301 549: no long silence); nothing rings like it.
    Tone.WORKING: Cadence((Note(0.09, (330.0,), -30.0), Note(0.11), Note(0.09, (392.0,), -30.0), Note(1.31))),
    Tone.RINGING: Cadence((Note(1.5, (440.0,), -26.0), Note(3.5))),
    Tone.BUSY: Cadence((Note(0.5, (440.0,), -26.0), Note(0.5))),
    Tone.FAILED: Cadence(
        opening=(Note(0.28, (523.25,), -25.0), Note(0.28, (440.0,), -25.0), Note(0.5, (349.23,), -25.0), Note(0.9)),
        loop=(Note(0.12, (220.0, 440.0), -31.0), Note(1.48)),
    ),
    # Thirty steps of 0.5 s, from hardly heard to as loud as a prompt and no further: a hint, not a punishment.
    Tone.HOWLER: Cadence(
        opening=tuple(note for step in range(30) for note in _howl(-45.0 + 0.8 * step)),
        loop=_howl(-21.0),
    ),
}

COMFORT_DBFS = -58.0
"""Faint hiss under every off-hook scene without a far end, so that a pause is never taken for a dead line."""


def tone(which: Tone, start: int, count: int) -> Floats:
    """``count`` samples of ``which`` from sample ``start`` (0 is its beginning). Any thread."""
    opening, loop = prepared(which)
    out = np.empty(count, dtype=np.float32)
    filled = 0
    while filled < count:
        index = start + filled
        source, at = (opening, index) if index < len(opening) else (loop, (index - len(opening)) % len(loop))
        n = min(count - filled, len(source) - at)
        out[filled : filled + n] = source[at : at + n]
        filled += n
    return out


@cache
def prepared(which: Tone) -> tuple[Floats, Floats]:
    """Opening and loop of ``which`` as samples; made once, so call it before the beat begins."""
    cadence = CADENCES[which]
    return _play(cadence.opening), _play(cadence.loop)


@cache
def comfort() -> Floats:
    """Four seconds of soft low-passed noise to loop; the same every time."""
    rng = np.random.default_rng(1)
    white = rng.standard_normal(samples(4.0) + 3)
    soft = np.convolve(white, np.ones(4) / 4.0, mode="valid")
    hiss: Floats = (soft / soft.std() * FULL_SCALE * gain(COMFORT_DBFS)).astype(np.float32)
    return hiss


def _play(notes: tuple[Note, ...]) -> Floats:
    parts = [_sound(note) for note in notes]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def _sound(note: Note) -> Floats:
    count = samples(note.duration_s)
    time_s = np.arange(count) / samples(1.0)
    wave = np.zeros(count)
    for hertz in note.hertz:
        wave += np.sin(2.0 * np.pi * hertz * time_s)
    if note.hertz:
        # A sine of peak 1 has the power 1/2; n of them together n/2.
        wave *= FULL_SCALE * gain(note.dbfs) * np.sqrt(2.0 / len(note.hertz))
    if not note.steady and note.hertz:
        edge = samples(SLOPE_S)
        slope = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
        wave[:edge] *= slope
        wave[-edge:] *= slope[::-1]
    return wave.astype(np.float32)
