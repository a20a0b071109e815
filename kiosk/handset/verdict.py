"""What a cradle test means: its levels against the calibration, and what a row of tests amounts to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

import msgspec

from kiosk.audio.signal import Levels
from kiosk.errors import NeedsTechnician

WEAK_DB = 6.0
"""Heard this much more faintly than at the installation: a capsule, plug or membrane is failing."""
MUTE_SNR_DB = 10.0
"""Less than this above the room's noise is no note: the search for the delay alone finds 5 dB in pure noise."""
CLEAR_DB = 12.0
"""A note that would not have stood out of the room's noise by this much proves nothing."""
CALIBRATIONS = 3
"""Tests that make a calibration."""
SPREAD_DB = 3.0
"""They must agree so well, note by note."""
BAD_IN_A_ROW = 2
"""One bad test may be a sleeve over the handset; two are a fault."""


class Verdict(StrEnum):
    """Of one test. Wire value."""

    OK = "ok"
    WEAK = "weak"
    MUTE = "mute"
    NOISY = "noisy"
    """The room was too loud to tell: neither good nor bad, tried again soon."""
    NO_CALIBRATION = "no_calibration"


BAD = frozenset({Verdict.WEAK, Verdict.MUTE})


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What a healthy handset at this place gave, at its installation."""

    at_ms: int
    """Wall clock, ms since 1970."""
    hertz: tuple[float, ...]
    played_dbfs: float
    tone_dbfs: tuple[float, ...]

    def fits(self, hertz: Sequence[float], played_dbfs: float) -> bool:
        """Whether it was made with these notes; of others it says nothing."""
        return self.hertz == tuple(hertz) and self.played_dbfs == played_dbfs


def judge(levels: Levels, calibration: Calibration | None) -> Verdict:
    """The verdict of one test. ``calibration`` None: there is none for these notes."""
    if calibration is None:
        return Verdict.NO_CALIBRATION
    # In the middle: one note may fall into a hole of the handset's response, or onto a fan.
    lost = median(then - now for then, now in zip(calibration.tone_dbfs, levels.tone_dbfs, strict=True))
    if median(levels.snr_db) >= MUTE_SNR_DB:
        return Verdict.WEAK if lost > WEAK_DB else Verdict.OK
    room = median(then - noise for then, noise in zip(calibration.tone_dbfs, levels.noise_dbfs, strict=True))
    return Verdict.MUTE if room >= CLEAR_DB else Verdict.NOISY


def lost_db(levels: Levels, calibration: Calibration) -> float:
    """How much fainter than at the installation, in dB."""
    return round(median(then - now for then, now in zip(calibration.tone_dbfs, levels.tone_dbfs, strict=True)), 1)


def calibrated(tests: Sequence[Levels], hertz: Sequence[float], played_dbfs: float, now_ms: int) -> Calibration:
    """The calibration that ``tests`` make. Raises: NeedsTechnician when they are silent, noisy or disagree."""
    by_note = list(zip(*(one.tone_dbfs for one in tests), strict=True))
    worst = min(min(one.snr_db) for one in tests)
    if worst < CLEAR_DB:
        raise NeedsTechnician(
            f"calibration: a note stood only {worst:.0f} dB above the noise ({CLEAR_DB:.0f} are needed); lay the "
            f"handset on its hook, keep the room quiet, check both plugs and the card's levels (alsamixer), or raise "
            f"[cradle] dbfs"
        )
    spread = max(max(note) - min(note) for note in by_note)
    if spread > SPREAD_DB:
        raise NeedsTechnician(
            f"calibration: the tests differ by {spread:.1f} dB; seat the handset firmly on its hook and try again"
        )
    middle = tuple(round(float(median(note)), 1) for note in by_note)
    return Calibration(at_ms=now_ms, hertz=tuple(hertz), played_dbfs=played_dbfs, tone_dbfs=middle)


@dataclass(frozen=True)
class Course:
    """What the tests so far amount to."""

    verdict: Verdict | None = None
    """Of the last test that proved anything; None before it."""
    bad: int = 0
    """Bad ones in a row."""

    def after(self, verdict: Verdict) -> "Course":
        """The course with one more test. A noisy room proves nothing."""
        if verdict is Verdict.NOISY:
            return self if self.verdict is not None else replace(self, verdict=verdict)
        return Course(verdict, self.bad + 1 if verdict in BAD else 0)

    @property
    def is_fault(self) -> bool:
        """Two bad tests in a row; one good test clears it."""
        return self.bad >= BAD_IN_A_ROW


def fault_text(course: Course) -> str:
    """The fault in English for the technician; empty when there is none."""
    if not course.is_fault:
        return ""
    if course.verdict is Verdict.MUTE:
        return (
            "the handset's test tone is not heard: earpiece or microphone is dead; see its cord and plugs, then run "
            "kiosk handset test"
        )
    return (
        "the handset's test tone is heard more faintly than at the installation: a capsule is failing or covered; "
        "clean or change the handset, then run kiosk handset calibrate"
    )
