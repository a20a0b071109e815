"""Is it open: four honest answers for a service at a place and a time. Pure: the time is given, never read.

Sums are made on the place's wall clock, as the hours on a door are, and answers carry its time zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.directory.hours.expression import DAY_MIN
from kiosk.directory.hours.holidays import holiday
from kiosk.directory.hours.outlook import Outlook, minute_of, open_until, outlook
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.schedule import Kind, Reason, verdict_at
from kiosk.directory.hours.schools import Zone
from kiosk.directory.hours.territory import Territory, territory_of, zone
from kiosk.directory.record import Hours
from kiosk.errors import BadInput


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
    if expression.is_never_open:
        return Closed(None)
    if place is None:
        return Unknown(Reason.PLACE)
    if not clock_trusted:
        return Unknown(Reason.CLOCK)
    here = at.astimezone(zone(place))
    return _answer(outlook(hours.osm, hours.closures, place, schools, here.date()), here)


def _answer(today: Outlook, here: datetime) -> Answer:
    minute = minute_of(here)
    now = verdict_at(today.segments, minute)
    if now.kind is Kind.OPEN:
        end_min = open_until(today.segments, minute)
        return Open(today.moment(end_min) if end_min < DAY_MIN else today.night_end)
    if now.kind is Kind.UNKNOWN:
        return Unknown(now.reason or Reason.COMMENT, now.comment)
    later = [one for one in today.segments if one.end_min > minute]
    ask = next((one.verdict.holiday for one in later if one.verdict.kind is Kind.HOLIDAY), None)
    if ask is not None:
        return HolidayCheck(ask.day, ask.name)
    opens_min = next((one.start_min for one in later if one.verdict.kind is Kind.OPEN), None)
    opens_at = today.next_opening if opens_min is None else today.moment(opens_min)
    return Closed(opens_at, today.closure.reason if today.closure else "")


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
    week = [Outlook(expression, (), Territory.METROPOLE, None, _USUAL_MONDAY + timedelta(day)) for day in range(7)]
    return tuple(
        (day * DAY_MIN + one.start_min, day * DAY_MIN + one.end_min, one.verdict.kind)
        for day, outlook_of_day in enumerate(week)
        for one in outlook_of_day.segments
    )


def is_usual(day: date, territory: Territory) -> bool:
    """Whether :func:`usual_week` holds on ``day``: neither it nor the day before is a public holiday. Any thread."""
    return holiday(day, territory) is None and holiday(day - timedelta(1), territory) is None


_USUAL_MONDAY = date(2026, 3, 2)
"""No public holiday is near."""
_ISLANDS = {"97133": Territory.SAINT_BARTHELEMY, "97150": Territory.SAINT_MARTIN}
"""Postcodes that still begin like Guadeloupe's, of which both were a part."""
