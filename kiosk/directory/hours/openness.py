"""Is it open: four honest answers for a service at a place and a time. Pure: the time is given, never read.

Sums are made on the place's wall clock, as the hours on a door are, and answers carry its time zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from kiosk.directory.hours.expression import DAY_MIN, Expression, State
from kiosk.directory.hours.holidays import holiday
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.schedule import CLOSED, DayPlan, Kind, Reason, Segment, Verdict, plan, verdict_at
from kiosk.directory.hours.schools import Zone
from kiosk.directory.hours.territory import Territory, territory_of, zone
from kiosk.directory.record import Closure, Hours
from kiosk.errors import BadInput

HORIZON_DAYS = 366
"""The next opening is looked for so far ahead: a winter shelter has one a year."""
WEEKLY_HORIZON_DAYS = 35
"""The same where every week is like another, but for holidays and closures."""
ALWAYS_DAYS = 8
"""Open for so long without a break is open day and night."""


@dataclass(frozen=True)
class Open:
    """It is open."""

    until: datetime | None
    """When that ends, or stops being sure; None: day and night."""


@dataclass(frozen=True)
class Closed:
    """It is closed."""

    opens_at: datetime | None
    """The next opening that is sure; None: none within a year. By appointment or on a holiday it may be earlier."""
    reason: str = ""
    """Of a temporary closure, in its source's words."""


@dataclass(frozen=True)
class Unknown:
    """Nobody can say from what is written."""

    reason: Reason
    comment: str = ""
    """What the source says about it, in its own words: "sur rendez-vous"."""


@dataclass(frozen=True)
class HolidayCheck:
    """By its usual hours it is open, or will be later that day; but it is a public holiday: ask."""

    day: date
    name: str
    """Catalogue name ``holiday.<name>``, see :mod:`kiosk.directory.hours.holidays`."""


Answer = Open | Closed | Unknown | HolidayCheck


def openness(
    hours: Hours, place: Territory | None, at: datetime, clock_trusted: bool = True, schools: Zone | None = None
) -> Answer:
    """Whether a service with ``hours`` in ``place`` is open ``at`` (aware; any zone).

    ``place`` None: not in France, or nobody knows where (:func:`territory_at`). ``clock_trusted`` False: a terminal
    without network has no clock that it may believe; then only what holds at all times is said. ``schools``: the zone
    of its school holidays (:func:`kiosk.directory.hours.schools.zone_at`); None: not known. Any thread; expressions
    that were seen lately are not parsed again. Raises: BadInput for a naive ``at``.
    """
    if at.tzinfo is None:
        raise BadInput("openness: the time needs its zone; give an aware datetime")
    if not hours.osm:
        return Unknown(Reason.NOT_UNDERSTOOD if hours.text else Reason.NO_HOURS)
    try:
        expression = parse(hours.osm)
    except BadInput:
        return Unknown(Reason.NOT_UNDERSTOOD)
    if expression.is_always_open and not hours.closures:
        return Open(None)
    if all(rule.state is State.CLOSED for rule in expression.rules):
        return Closed(None)
    if place is None:
        return Unknown(Reason.PLACE)
    if not clock_trusted:
        return Unknown(Reason.CLOCK)
    return _Place(expression, hours.closures, place, schools).answer(at)


def territory_at(insee: str = "", postcode: str = "", country: str = "") -> Territory | None:
    """The territory of an address: by its INSEE code, else its postcode; with neither, a national service's: Paris.

    None: abroad, or a code that says nothing. A postcode tells Alsace-Moselle and overseas, not the Marquesas.
    """
    if country not in ("", "FR") and not insee:
        return None
    try:
        if insee:
            return territory_of(insee)
        postcode = "".join(postcode.split())
        if not postcode:
            return Territory.METROPOLE
        if len(postcode) != 5 or not postcode.isdigit():
            return None
        if postcode in _ISLANDS:
            return _ISLANDS[postcode]
        return territory_of(postcode[:3] if postcode[:2] in ("97", "98") else postcode[:2])
    except BadInput:
        return None


def usual_week(hours: Hours) -> tuple[tuple[int, int, Kind], ...] | None:
    """The week from Monday 0:00 in minutes (start, end, kind), where each week is like the other; closed is left out.

    It holds on every day that is no public holiday, nor the day after one. None: weeks differ, temporary closures,
    school holidays matter, or the hours are not understood. Any thread.
    """
    try:
        expression = parse(hours.osm)
    except BadInput:
        return None
    if hours.closures or not expression.is_weekly or expression.asks_school_holidays:
        return None
    place = _Place(expression, (), Territory.METROPOLE)
    return tuple(
        (day * DAY_MIN + one.start_min, day * DAY_MIN + one.end_min, one.verdict.kind)
        for day in range(7)
        for one in place.painted(_USUAL_MONDAY + timedelta(day))
    )


def is_usual(day: date, territory: Territory) -> bool:
    """Whether :func:`usual_week` holds on ``day``: neither it nor the day before is a public holiday. Any thread."""
    return holiday(day, territory) is None and holiday(day - timedelta(1), territory) is None


_USUAL_MONDAY = date(2026, 3, 2)
"""No public holiday is near."""
_ISLANDS = {"97133": Territory.SAINT_BARTHELEMY, "97150": Territory.SAINT_MARTIN}
"""Postcodes that still begin like Guadeloupe's, of which both were a part."""


class _Place:
    """One expression at one place: its minutes in a row."""

    def __init__(
        self,
        expression: Expression,
        closures: tuple[Closure, ...],
        territory: Territory,
        schools: Zone | None = None,
    ) -> None:
        self._expression = expression
        self._closures = closures
        self._territory = territory
        self._schools = schools
        self._plans: dict[date, DayPlan] = {}

    def answer(self, at: datetime) -> Answer:
        here = at.astimezone(zone(self._territory)).replace(tzinfo=None)
        today, minute = here.date(), here.hour * 60 + here.minute
        now = verdict_at(self.painted(today), minute)
        if now.kind is Kind.OPEN:
            return Open(self._ends(today, minute))
        if now.kind is Kind.UNKNOWN:
            return Unknown(now.reason or Reason.COMMENT, now.comment)
        later = [one for one in self.painted(today) if one.end_min > minute and one.verdict.kind is Kind.HOLIDAY]
        if later and later[0].verdict.holiday is not None:
            return HolidayCheck(later[0].verdict.holiday.day, later[0].verdict.holiday.name)
        closure = self._closure(today)
        return Closed(self._opens(today, minute), closure.reason if closure else "")

    def _ends(self, today: date, minute: int) -> datetime | None:
        for days in range(ALWAYS_DAYS):
            day = today + timedelta(days)
            reached = minute if days == 0 else 0
            for one in self.painted(day):
                if one.start_min <= reached < one.end_min and one.verdict.kind is Kind.OPEN:
                    reached = one.end_min
            if reached < DAY_MIN:
                return self._moment(day, reached)
        return None

    def _opens(self, today: date, minute: int) -> datetime | None:
        is_weekly = self._expression.is_weekly and not self._closures
        for days in range(WEEKLY_HORIZON_DAYS if is_weekly else HORIZON_DAYS):
            day = today + timedelta(days)
            for one in self.painted(day):
                if one.verdict.kind is Kind.OPEN and (days > 0 or one.start_min > minute):
                    return self._moment(day, one.start_min)
        return None

    def painted(self, day: date) -> tuple[Segment, ...]:
        """The day's minutes 0 to 1440 in order, the end of the night before among them. None is closed."""
        if self._closure(day):
            return ()
        own = self._plan(day)
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
        before = day - timedelta(1)
        if self._closure(before):
            return
        for one in self._plan(before).segments:
            if one.end_min > DAY_MIN:
                # "closed on holidays": the night into the holiday may be the holiday's already
                verdict = Verdict(Kind.HOLIDAY, holiday=own.shut_by) if own.shut_by else one.verdict
                yield Segment(max(one.start_min - DAY_MIN, 0), one.end_min - DAY_MIN, verdict)

    def _plan(self, day: date) -> DayPlan:
        if day not in self._plans:
            self._plans[day] = plan(self._expression, day, self._territory, self._schools)
        return self._plans[day]

    def _closure(self, day: date) -> Closure | None:
        return next((one for one in self._closures if one.start <= day <= one.end), None)

    def _moment(self, day: date, minute: int) -> datetime:
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001
        return wall.replace(tzinfo=zone(self._territory))


_SUREST = (Kind.OPEN, Kind.HOLIDAY, Kind.UNKNOWN, Kind.CLOSED)
"""Where a night and the next day's hours overlap, the one that says most holds."""
