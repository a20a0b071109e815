"""OSM ``opening_hours`` text to an :class:`Expression`, or a clear refusal. Pure.

Forgiving in spaces, capitals and dashes, strict in all else: what is not understood to the last sign is refused, and
reads "unknown" to who asks.
"""

import re
from functools import lru_cache
from typing import NoReturn

from kiosk.directory.hours import expression
from kiosk.directory.hours.expression import (
    DAY_MIN,
    Dates,
    Expression,
    Join,
    Moment,
    Rule,
    State,
    Times,
    Weekdays,
    Weeks,
)
from kiosk.errors import BadInput

DAYS = tuple(name.lower() for name in expression.DAYS)
MONTHS = tuple(name.lower() for name in expression.MONTHS)
MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
STATES = {"open": State.OPEN, "off": State.CLOSED, "closed": State.CLOSED, "unknown": State.UNKNOWN}
MAX_CHARS = 2000
"""Of real expressions the longest seen has 300."""

LOOK_AHEAD = 3
"""Empty tokens behind the last: nobody looks further than two ahead."""

_TOKEN = re.compile(
    r"""\s*(?: (?P<comment>"[^"]*") | (?P<always>24\s*/\s*7) | (?P<time>\d{1,2}\s*:\s*\d{2}(?!\d)) | (?P<number>\d+)
    | (?P<word>[a-z]+) | (?P<sign>\|\||[;,\-\[\]+/:]) )""",
    re.VERBOSE | re.IGNORECASE,
)
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"})


def parse(text: str) -> Expression:
    """The expression that ``text`` is. Any thread; the last ones are remembered, refused ones too.

    A rule with a comment and without the word ``open`` is *unknown*, never open: "by appointment" is not an open door.
    Raises: BadInput, naming where ``text`` stops being an expression that we evaluate.
    """
    if len(text) > MAX_CHARS:
        raise BadInput(f"opening hours of {len(text)} characters: give at most {MAX_CHARS}")
    found = _known(text)
    if isinstance(found, str):
        raise BadInput(found)
    return found


@lru_cache(maxsize=8192)
def _known(text: str) -> Expression | str:
    """The expression, or why there is none."""
    try:
        return _Reader(text).expression()
    except BadInput as error:
        return str(error)


class _Reader:
    """One pass over the tokens, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        plain, place = text.translate(_DASHES).rstrip(), 0
        while place < len(plain):
            found = _TOKEN.match(plain, place)
            if found is None or found.lastgroup is None:
                raise BadInput(f"opening hours {text!r}: not understood from {plain[place:].strip()[:20]!r}")
            kind = found.lastgroup
            value = found[kind] if kind == "comment" else "".join(found[kind].split()).lower()
            self._tokens.append((kind, value))
            place = found.end()
        self._count = len(self._tokens)
        self._tokens += [("", "")] * LOOK_AHEAD

    def expression(self) -> Expression:
        rules: list[Rule] = []
        join = Join.NORMAL
        while True:
            rules.append(self._rule(join))
            if self._is_done():
                break
            kind = self._take()
            if kind not in (Join.NORMAL, Join.ADDITIONAL, Join.FALLBACK):
                self._at -= 1
                self._refuse()
            join = Join(kind)
            while join is Join.NORMAL and self._value() == ";":
                self._take()
            if self._is_done() and join is not Join.FALLBACK:
                break  # a last or second ; is common, and means nothing
        return Expression(tuple(rules))

    def _rule(self, join: Join) -> Rule:
        start = self._at
        if self._kind() == "always":
            self._take()
            state, comment = self._state()
            return Rule(state=state, comment=comment, join=join, is_always=True)
        dates = self._dates()
        weeks = self._weeks()
        if (dates or weeks) and self._value() == ":":
            self._take()
        weekdays, holidays, is_and = self._days()
        if (weekdays or holidays) and self._value() == ":" and self._kind(1) == "time":
            self._take()  # "Mo-Fr: 09:00-17:00", as people write
        times = self._times()
        state, comment = self._state()
        if self._at == start:
            self._refuse()
        return Rule(dates, weeks, weekdays, holidays, is_and, times, state, comment, join)

    # --- days -----------------------------------------------------------------------------------------------

    def _dates(self) -> tuple[Dates, ...]:
        found: list[Dates] = []
        while self._starts_date():
            first, first_has_day = self._moment(None)
            last, last_has_day = first, first_has_day
            if self._value() == "-":
                self._take()
                if first_has_day and self._kind() == "number" and len(self._value()) <= 2:
                    last = Moment(first.month, self._number(1, MONTH_DAYS[first.month - 1]), first.year)
                else:
                    last, last_has_day = self._moment(first.year)
            if first_has_day != last_has_day or (first.year is None) != (last.year is None):
                self._refuse()
            if not last_has_day:
                last = Moment(last.month, MONTH_DAYS[last.month - 1], last.year)
            found.append(Dates(first, last, is_exact=first_has_day))
            if self._value() != "," or not self._starts_date(after=1):
                break
            self._take()
        return tuple(found)

    def _starts_date(self, after: int = 0) -> bool:
        if self._kind(after) == "number" and len(self._value(after)) == 4:
            after += 1
        return self._value(after) in MONTHS

    def _moment(self, year: int | None) -> tuple[Moment, bool]:
        if self._kind() == "number" and len(self._value()) == 4:
            year = self._number(1970, 2199)
        if self._value() not in MONTHS:
            self._refuse()
        month = MONTHS.index(self._take()) + 1
        if self._kind() == "number":
            return Moment(month, self._number(1, MONTH_DAYS[month - 1]), year), True
        return Moment(month, 1, year), False

    def _weeks(self) -> tuple[Weeks, ...]:
        if self._value() != "week":
            return ()
        self._take()
        found: list[Weeks] = []
        while True:
            first = last = self._number(1, 53)
            step = 1
            if self._value() == "-":
                self._take()
                last = self._number(first, 53)
                if self._value() == "/":
                    self._take()
                    step = self._number(1, 26)
            found.append(Weeks(first, last, step))
            if self._value() != "," or self._kind(1) != "number":
                return tuple(found)
            self._take()

    def _days(self) -> tuple[tuple[Weekdays, ...], frozenset[str], bool]:
        plain: set[int] = set()
        nth: list[Weekdays] = []
        holidays: set[str] = set()
        is_and = False
        while self._value() in DAYS or self._value() in ("ph", "sh"):
            if self._value() in ("ph", "sh"):
                holidays.add(self._take().upper())
                if self._value() in DAYS and not plain and not nth:
                    is_and = True
                    continue
            else:
                first = last = DAYS.index(self._take())
                if self._value() == "[":
                    nth.append(Weekdays(frozenset({first}), self._nth()))
                elif self._value() == "-":
                    self._take()
                    if self._value() not in DAYS:
                        self._refuse()
                    last = DAYS.index(self._take())
                    plain.update((first + n) % 7 for n in range((last - first) % 7 + 1))
                else:
                    plain.add(first)
            if self._value() != "," or not (self._value(1) in DAYS or self._value(1) in ("ph", "sh")):
                break
            self._take()
        if is_and and len(holidays) > 1:
            self._refuse()
        weekdays = ((Weekdays(frozenset(plain)),) if plain else ()) + tuple(nth)
        return weekdays, frozenset(holidays), is_and

    def _nth(self) -> frozenset[int]:
        found: set[int] = set()
        self._take()
        while True:
            if self._value() == "-":
                self._take()
                found.add(-self._number(1, 5))
            else:
                first = last = self._number(1, 5)
                if self._value() == "-":
                    self._take()
                    last = self._number(first, 5)
                found.update(range(first, last + 1))
            if self._value() == "]":
                self._take()
                return frozenset(found)
            if self._value() != ",":
                self._refuse()
            self._take()

    # --- times and state -------------------------------------------------------------------------------------

    def _times(self) -> tuple[Times, ...]:
        found: list[Times] = []
        while self._kind() == "time":
            start = self._clock(DAY_MIN)
            if self._value() == "+":
                self._take()
                found.append(Times(start, DAY_MIN, is_open_ended=True))
            else:
                if self._value() != "-":
                    self._refuse()
                self._take()
                end = self._clock(2 * DAY_MIN)
                end += DAY_MIN if end < start else 0
                if end == start or end - start > DAY_MIN or self._value() in ("+", "/"):
                    self._refuse()
                found.append(Times(start, end))
            if self._value() != "," or self._kind(1) != "time":
                break
            self._take()
        return tuple(found)

    def _clock(self, most_min: int) -> int:
        if self._kind() != "time":
            self._refuse()
        hours, _, minutes = self._value().partition(":")
        clock = int(hours) * 60 + int(minutes)
        if int(minutes) > 59 or clock > most_min:
            self._refuse()
        self._take()
        return clock

    def _state(self) -> tuple[State, str]:
        said = STATES[self._take()] if self._value() in STATES else None
        comment = self._take()[1:-1].strip() if self._kind() == "comment" else ""
        if said is None:
            said = State.UNKNOWN if comment else State.OPEN
        return said, comment

    # --- tokens ----------------------------------------------------------------------------------------------

    def _is_done(self) -> bool:
        return self._at >= self._count

    def _kind(self, after: int = 0) -> str:
        return self._tokens[self._at + after][0]

    def _value(self, after: int = 0) -> str:
        return self._tokens[self._at + after][1]

    def _take(self) -> str:
        value = self._value()
        self._at += self._at < self._count
        return value

    def _number(self, least: int, most: int) -> int:
        if self._kind() != "number" or not least <= int(self._value()) <= most:
            self._refuse()
        return int(self._take())

    def _refuse(self) -> NoReturn:
        here = " ".join(value for _, value in self._tokens[self._at : self._at + 4]).strip() or "its end"
        raise BadInput(f"opening hours {self._text!r}: not understood at {here!r}; see docs/hours.md for what is")
