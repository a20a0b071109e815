"""A day at a place, minute by minute with the night before it, and when it opens or ends after that. Pure.

Days are remembered: in a search by many, and by each after it, the same hours are asked about on the same day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

from kiosk.directory.hours.expression import DAY_MIN, Expression
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.schedule import CLOSED, DayPlan, Kind, Segment, Verdict, plan, verdict_at
from kiosk.directory.hours.schools import Zone
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.record import Closure

HORIZON_DAYS = 366
"""The next opening is looked for so far ahead: a winter shelter has one a year."""
WEEKLY_HORIZON_DAYS = 35
"""The same where every week is like another, but for holidays and closures."""
ALWAYS_DAYS = 8
"""Open for so long without a break is open day and night."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Outlook:
    """A day, as hours and temporary closures say."""

    expression: Expression
    closures: tuple[Closure, ...]
    territory: Territory
    schools: Zone | None
    day: date

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Its minutes 0 to 1440 in order, the end of the night before among them. None is closed."""
        return self._painted(self.day)

    @cached_property
    def closure(self) -> Closure | None:
        """The temporary closure that it falls in."""
        return self._closure(self.day)

    @cached_property
    def next_opening(self) -> datetime | None:
        """The first sure opening on a later day; None: none before the horizon."""
        is_weekly = self.expression.is_weekly and not self.closures
        end = self.day + (WEEKLY_HORIZON_DAYS if is_weekly else HORIZON_DAYS) * ONE_DAY
        day = self.expression.not_before(self.day + ONE_DAY)
        while day is not None and day < end:
            for one in self._painted(day):
                if one.verdict.kind is Kind.OPEN:
                    return self.moment(one.start_min, day)
            closure = self._closure(day)
            day = self.expression.not_before((closure.end if closure else day) + ONE_DAY)
        return None

    @cached_property
    def night_end(self) -> datetime | None:
        """When what is open at its last minute ends, or stops being sure; None: day and night."""
        for days in range(1, ALWAYS_DAYS):
            day = self.day + days * ONE_DAY
            reached = open_until(self._painted(day), 0)
            if reached < DAY_MIN:
                return self.moment(reached, day)
        return None

    def moment(self, minute: int, day: date | None = None) -> datetime:
        """That minute of the place's wall clock, shown for the first time; where it leaps over it, what comes next."""
        day = day or self.day
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001
        here = wall.replace(tzinfo=zone(self.territory))
        while _is_leapt_over(here):
            here += timedelta(minutes=1)
        return here

    def _painted(self, day: date) -> tuple[Segment, ...]:
        if self._closure(day):
            return ()
        own = self._plan(day)
        if not self.expression.has_nights:
            return own.segments
        night = tuple(self._night_before(day, own))
        if not night:
            return tuple(Segment(one.start_min, min(one.end_min, DAY_MIN), one.verdict) for one in own.segments)
        ways = (night, own.segments)
        edges = sorted({min(edge, DAY_MIN) for way in ways for one in way for edge in (one.start_min, one.end_min)})
        found = []
        for start, end in pairwise(edges):
            verdict = min((verdict_at(way, start) for way in ways), key=lambda one: _SUREST.index(one.kind))
            if verdict != CLOSED:
                found.append(Segment(start, end, verdict))
        return tuple(found)

    def _night_before(self, day: date, own: DayPlan) -> Iterator[Segment]:
        before = day - ONE_DAY
        if self._closure(before):
            return
        for one in self._plan(before).segments:
            if one.end_min > DAY_MIN:
                # "closed on holidays": the night into the holiday may be the holiday's already
                verdict = Verdict(Kind.HOLIDAY, holiday=own.shut_by) if own.shut_by else one.verdict
                yield Segment(max(one.start_min - DAY_MIN, 0), one.end_min - DAY_MIN, verdict)

    def _plan(self, day: date) -> DayPlan:
        return plan(self.expression, day, self.territory, self.schools)

    def _closure(self, day: date) -> Closure | None:
        return next((one for one in self.closures if one.start <= day <= one.end), None)


@lru_cache(maxsize=4096)
def outlook(osm: str, closures: tuple[Closure, ...], territory: Territory, schools: Zone | None, day: date) -> Outlook:
    """The day of a service with those hours. Any thread; the last are remembered. Raises: BadInput as ``parse``."""
    return Outlook(parse(osm), closures, territory, schools, day)


def open_until(segments: tuple[Segment, ...], minute: int) -> int:
    """How long what is open at ``minute`` stays so without a break; ``minute`` itself: it is not."""
    for one in segments:
        if one.start_min <= minute < one.end_min and one.verdict.kind is Kind.OPEN:
            minute = one.end_min
    return minute


def minute_of(here: datetime) -> int:
    """The minute of the day that is due at ``here``, a time on a place's own clock.

    In the autumn the clock shows an hour twice. What ends or begins in it does so the first time: all through the
    second the last minute of that hour is due.
    """
    minute = here.hour * 60 + here.minute
    if not here.fold:
        return minute
    while _is_shown_twice(here):
        here += timedelta(minutes=1)
        minute += 1
    return minute - 1


def _is_leapt_over(here: datetime) -> bool:
    return _offset(here, 0) < _offset(here, 1)


def _is_shown_twice(here: datetime) -> bool:
    return _offset(here, 0) > _offset(here, 1)


def _offset(here: datetime, fold: int) -> timedelta:
    return here.replace(fold=fold).utcoffset() or timedelta()


_SUREST = (Kind.OPEN, Kind.HOLIDAY, Kind.UNKNOWN, Kind.CLOSED)
"""Where a night and the next day's hours overlap, the one that says most holds."""
