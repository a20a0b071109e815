"""An OSM ``opening_hours`` expression as frozen parts, and which days each part means. Pure.

The subset that directories use, by the words of its specification (OpenStreetMap wiki, Key:opening_hours).
:mod:`kiosk.directory.hours.parsing` makes these, :mod:`kiosk.directory.hours.printing` writes them.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As OSM writes them."""
DAY_MIN = 24 * 60


class State(StrEnum):
    """What a rule says of its times. As in OSM."""

    OPEN = "open"
    CLOSED = "off"
    UNKNOWN = "unknown"


class Join(StrEnum):
    """How a rule meets those before it. As in OSM."""

    NORMAL = ";"
    """On its days it replaces them."""
    ADDITIONAL = ","
    """It adds to them."""
    FALLBACK = "||"
    """It holds when they leave open what is."""


@dataclass(frozen=True)
class Moment:
    """A day in a year, or in every year."""

    month: int
    day: int
    year: int | None = None

    def on(self, year: int) -> date:
        """The day in ``year``; 29 February of a common year is 1 March."""
        is_missing = self.month == 2 and self.day == 29 and not isleap(year)
        return date(year, 3, 1) if is_missing else date(year, self.month, self.day)


@dataclass(frozen=True)
class Dates:
    """From a day to a day, both included; over the new year if the last is before the first."""

    first: Moment
    last: Moment
    is_exact: bool = False
    """Written with days, not with months alone."""

    def holds(self, day: date) -> bool:
        """Whether ``day`` is within."""
        low, high, here = self.first, self.last, (day.month, day.day)
        if low.year is not None and high.year is not None:
            return (low.year, low.month, low.day) <= (day.year, *here) <= (high.year, high.month, high.day)
        if (low.month, low.day) <= (high.month, high.day):
            return (low.month, low.day) <= here <= (high.month, high.day)
        return here >= (low.month, low.day) or here <= (high.month, high.day)

    def not_before(self, day: date) -> date | None:
        """The first day from ``day`` on that may be within; None: none ever again."""
        if self.holds(day):
            return day
        if self.first.year is not None and self.last.year is not None:
            return self.first.on(self.first.year) if self.first.on(self.first.year) > day else None
        this_year = self.first.on(day.year)
        return this_year if this_year > day else self.first.on(day.year + 1)


@dataclass(frozen=True)
class Weeks:
    """ISO weeks ``first`` to ``last``, each ``step``-th."""

    first: int
    last: int
    step: int = 1

    def holds(self, day: date) -> bool:
        """Whether ``day`` is in one of them."""
        week = day.isocalendar().week
        return self.first <= week <= self.last and (week - self.first) % self.step == 0


@dataclass(frozen=True)
class Weekdays:
    """Days of the week, Monday 0 to Sunday 6; with ``nth`` only those of the month (-1: the last)."""

    days: frozenset[int]
    nth: frozenset[int] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether ``day`` is one of them."""
        if day.weekday() not in self.days:
            return False
        if not self.nth:
            return True
        from_start = (day.day - 1) // 7 + 1
        end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        from_end = -((end.day - day.day) // 7 + 1)
        return from_start in self.nth or from_end in self.nth


@dataclass(frozen=True)
class Times:
    """Minutes from the day's midnight; ``end_min`` above 1440 is the next morning."""

    start_min: int
    end_min: int
    is_open_ended: bool = False
    """OSM's ``18:00+``: when it ends is not said."""


@dataclass(frozen=True)
class DayFacts:
    """A day, and what it is in the calendar of a place."""

    day: date
    is_public_holiday: bool = False
    is_school_holiday: bool = False


@dataclass(frozen=True)
class Rule:
    """One rule: on these days, at these times, this state. Nothing said of a thing: any."""

    dates: tuple[Dates, ...] = ()
    weeks: tuple[Weeks, ...] = ()
    weekdays: tuple[Weekdays, ...] = ()
    holidays: frozenset[str] = frozenset()
    """Of ``PH`` and ``SH``."""
    is_weekday_in_holiday: bool = False
    """``SH Mo``: Mondays in school holidays; else ``SH,Mo``: both."""
    times: tuple[Times, ...] = ()
    state: State = State.OPEN
    comment: str = ""
    join: Join = Join.NORMAL
    is_always: bool = False
    """``24/7``."""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # what is worked out from rules is remembered by them: their parts are looked at once
        return hash((self.dates, self.weeks, self.weekdays, self.holidays, self.times, self.state, self.comment))

    def holds(self, facts: DayFacts) -> bool:
        """Whether it speaks of that day."""
        if self.dates and not any(one.holds(facts.day) for one in self.dates):
            return False
        if self.weeks and not any(one.holds(facts.day) for one in self.weeks):
            return False
        if not self.weekdays and not self.holidays:
            return True
        by_week = any(one.holds(facts.day) for one in self.weekdays)
        by_holiday = ("PH" in self.holidays and facts.is_public_holiday) or (
            "SH" in self.holidays and facts.is_school_holiday
        )
        return by_week and by_holiday if self.is_weekday_in_holiday else by_week or by_holiday

    @property
    def may_open(self) -> bool:
        """Whether anything is sure to be open on its days."""
        return self.state is State.OPEN and (self.is_always or any(not one.is_open_ended for one in self.times))

    def not_before(self, day: date) -> date | None:
        """The first day from ``day`` on that may be in its part of the year; None: none ever again."""
        if not self.dates:
            return day
        return min((found for one in self.dates if (found := one.not_before(day))), default=None)

    @property
    def settles_holidays(self) -> bool:
        """Whether what it says of a day stands on a public holiday too: it names holidays, or the very day."""
        return (
            self.is_always or "PH" in self.holidays or any(one.is_exact and one.first == one.last for one in self.dates)
        )


@dataclass(frozen=True)
class Expression:
    """All rules, in their order."""

    rules: tuple[Rule, ...]

    @cached_property
    def asks_school_holidays(self) -> bool:
        """Whether an answer may depend on the school calendar."""
        return any("SH" in rule.holidays for rule in self.rules)

    @cached_property
    def is_weekly(self) -> bool:
        """One week like the other, but for holidays."""
        return not any(rule.dates or rule.weeks or any(one.nth for one in rule.weekdays) for rule in self.rules)

    @cached_property
    def is_always_open(self) -> bool:
        """Day and night, holidays too."""
        return len(self.rules) == 1 and self.rules[0].is_always and self.rules[0].state is State.OPEN

    @cached_property
    def is_never_open(self) -> bool:
        """Closed at all times."""
        return all(rule.state is State.CLOSED for rule in self.rules)

    @cached_property
    def has_nights(self) -> bool:
        """Whether any of its times goes on past midnight."""
        return any(one.end_min > DAY_MIN for rule in self.rules for one in rule.times)

    def not_before(self, day: date) -> date | None:
        """The first day from ``day`` on that may have anything open, by its part of the year; None: never again."""
        return min((found for rule in self._opening if (found := rule.not_before(day))), default=None)

    @cached_property
    def _opening(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.may_open)
