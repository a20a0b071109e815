"""What an expression says of one day at a place, minute by minute: sure, or with the reason why not. Pure.

School holidays are not always known, and some public holidays are kept by some communes alone. A day is then worked out
both ways, and only what is the same both ways is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from kiosk.directory.hours.expression import DAY_MIN, DayFacts, Expression, Join, Rule, State, Times
from kiosk.directory.hours.holidays import Holiday, holiday
from kiosk.directory.hours.schools import Zone, are_out
from kiosk.directory.hours.territory import Territory


class Kind(StrEnum):
    """What is known of a minute."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    HOLIDAY = "holiday"
    """A public holiday of which the hours say nothing."""


class Reason(StrEnum):
    """Why nothing sure can be said. Wire value; catalogue names ``hours.unknown.<value>``."""

    NO_HOURS = "no_hours"
    NOT_UNDERSTOOD = "not_understood"
    """There are words of its source to show, and no expression that we evaluate."""
    NO_TIMES = "no_times"
    """Open that day; at what time is not said."""
    COMMENT = "comment"
    """It depends on what the comment says: by appointment, every other week."""
    SCHOOL_HOLIDAYS = "school_holidays"
    """It depends on whether schools are out."""
    CLOCK = "clock"
    """This terminal does not know the time."""
    PLACE = "place"
    """Abroad, or in no known department: its time is not known."""


@dataclass(frozen=True)
class Verdict:
    """What is known of a minute, and why not more."""

    kind: Kind
    reason: Reason | None = None
    comment: str = ""
    holiday: Holiday | None = None


CLOSED = Verdict(Kind.CLOSED)
OPEN = Verdict(Kind.OPEN)


@dataclass(frozen=True)
class Segment:
    """Minutes of a day, ``end_min`` excluded; above 1440 they are those of the next morning."""

    start_min: int
    end_min: int
    verdict: Verdict


@dataclass(frozen=True)
class DayPlan:
    """One day's own opening: the night that begins on it included, the end of the night before it not."""

    segments: tuple[Segment, ...]
    """In order, none overlapping, none closed."""
    shut_by: Holiday | None = None
    """It is this holiday, and the hours say that it is closed then."""


def plan(expression: Expression, day: date, territory: Territory, zone: Zone | None = None) -> DayPlan:
    """What ``expression`` says of ``day`` in ``territory`` and the school ``zone``. Any thread."""
    feast = holiday(day, territory)
    if not expression.asks_school_holidays:
        if feast is None:
            return DayPlan(_said(_held(expression, DayFacts(day)), False)[0])
        schools: tuple[bool, ...] = (False,)
    else:
        out = are_out(day, zone)
        schools = (False, True) if out is None else (out,)
    public = (False,) if feast is None else (True,) if feast.is_sure else (False, True)
    by_public = []
    shut_by = None
    for is_public in public:
        ways = [_said(_held(expression, DayFacts(day, is_public, is_school)), is_public) for is_school in schools]
        segments = [found if is_settled else _asked(found, feast) for found, is_settled in ways]
        by_public.append(_agreed(segments, Verdict(Kind.UNKNOWN, Reason.SCHOOL_HOLIDAYS)))
        if is_public and any(is_settled for _, is_settled in ways) and not by_public[-1]:
            shut_by = feast
    return DayPlan(_agreed(by_public, Verdict(Kind.HOLIDAY, holiday=feast)), shut_by)


def _held(expression: Expression, facts: DayFacts) -> tuple[Rule, ...]:
    return tuple(rule for rule in expression.rules if rule.holds(facts))


def _asked(segments: tuple[Segment, ...], feast: Holiday | None) -> tuple[Segment, ...]:
    """All of it to be asked for: it is a holiday, of which the hours say nothing."""
    ask = Verdict(Kind.HOLIDAY, holiday=feast)
    return _joined(Segment(one.start_min, one.end_min, ask) for one in segments)


@lru_cache(maxsize=4096)
def _said(rules: tuple[Rule, ...], is_public_holiday: bool) -> tuple[tuple[Segment, ...], bool]:
    """A day of which ``rules`` speak, all facts taken for sure, and whether a holiday that it is, is spoken of too.

    Remembered: a year has few days that are not like another.
    """
    found: tuple[Segment, ...] = ()
    is_settled = not is_public_holiday
    for rule in rules:
        if rule.join is Join.FALLBACK:
            found = _painted(_segments(rule), found)
        elif rule.state is State.CLOSED:
            is_whole_day = not rule.times
            found = () if is_whole_day else _painted(found, _segments(rule))
            is_settled = (is_settled and not is_whole_day) or not is_public_holiday or rule.settles_holidays
        elif rule.join is Join.ADDITIONAL:
            found = _painted(found, _segments(rule))
            is_settled = is_settled or rule.settles_holidays
        else:
            found = _segments(rule)
            is_settled = not is_public_holiday or rule.settles_holidays
    return _joined(one for one in found if one.verdict.kind is not Kind.CLOSED), is_settled


def _segments(rule: Rule) -> tuple[Segment, ...]:
    times = rule.times or (Times(0, DAY_MIN),)
    found: tuple[Segment, ...] = ()
    for one in sorted(times, key=lambda each: each.start_min):
        if rule.state is State.CLOSED:
            verdict = CLOSED
        elif rule.state is State.UNKNOWN:
            verdict = Verdict(Kind.UNKNOWN, Reason.COMMENT, rule.comment)
        elif one.is_open_ended or not (rule.times or rule.is_always):
            # OSM would have "Mo-Fr" open at night as well. Who writes it means that the times are not known.
            verdict = Verdict(Kind.UNKNOWN, Reason.NO_TIMES, rule.comment)
        else:
            verdict = OPEN
        found = _painted(found, (Segment(one.start_min, one.end_min, verdict),))
    return found


def _painted(under: tuple[Segment, ...], over: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Both, and where they overlap ``over`` alone."""
    kept = list(over)
    for below in under:
        start = below.start_min
        for above in over:
            if above.end_min <= start or above.start_min >= below.end_min:
                continue
            if above.start_min > start:
                kept.append(Segment(start, above.start_min, below.verdict))
            start = max(start, above.end_min)
        if start < below.end_min:
            kept.append(Segment(start, below.end_min, below.verdict))
    return tuple(sorted(kept, key=lambda one: one.start_min))


def _joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Neighbours of one verdict as one."""
    found: list[Segment] = []
    for one in segments:
        if found and found[-1].end_min == one.start_min and found[-1].verdict == one.verdict:
            found[-1] = Segment(found[-1].start_min, one.end_min, one.verdict)
        else:
            found.append(one)
    return tuple(found)


def _agreed(ways: list[tuple[Segment, ...]], otherwise: Verdict) -> tuple[Segment, ...]:
    """What is the same in all ``ways``; ``otherwise`` where they differ."""
    first, *others = ways
    if all(other == first for other in others):
        return first
    edges = sorted({edge for way in ways for one in way for edge in (one.start_min, one.end_min)})
    found = []
    for start, end in pairwise(edges):
        verdicts = {verdict_at(way, start) for way in ways}
        verdict = verdicts.pop() if len(verdicts) == 1 else otherwise
        if verdict.kind is not Kind.CLOSED:
            found.append(Segment(start, end, verdict))
    return _joined(found)


def verdict_at(segments: Iterable[Segment], minute: int) -> Verdict:
    """What ``segments`` say of ``minute``."""
    return next((one.verdict for one in segments if one.start_min <= minute < one.end_min), CLOSED)
