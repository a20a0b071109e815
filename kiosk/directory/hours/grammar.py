"""A whole French text about opening times, to what it says. Pure.

Every word must have its place in the grammar, to the end or to where contacts and prices begin: one that has none may
be the one that turns the meaning round ("la structure n'est plus ouverte").
"""

from dataclasses import replace

from kiosk.directory.hours.expression import DAY_MIN, Times
from kiosk.directory.hours.openings import Openings, on_condition
from kiosk.directory.hours.statements import EVERY_DAY, Days, Opening, Period, Said, Season
from kiosk.directory.hours.words import Kind, Word

BETWEEN = frozenset({Kind.LINE, Kind.AND, Kind.THEN, Kind.OPEN, Kind.ALL_YEAR, Kind.NO_APPOINTMENT})
BETWEEN_SIGNS = ",;/-.:|+>*\u2022()&"
HARMLESS = frozenset({Kind.WORD, Kind.NUMBER, Kind.SIGN, Kind.PHONE, Kind.CONTACT, Kind.TO, Kind.FROM, Kind.AND}) | {
    Kind.ARTICLE,
    Kind.LINE,
    Kind.THEN,
}
"""What may follow where contacts begin. A day or time there would be one that we passed over."""
ALARMING = (
    "suspen",
    "annul",
    "interromp",
    "interrup",
    "exceptionnel",
    "travaux",
    "variable",
    "provisoire",
    "temporaire",
)
"""Beginnings of words that take back what was said, wherever they stand."""


def said(text: str, of_days: frozenset[int] = frozenset()) -> tuple[Said, int]:
    """What ``text`` says, and where in it contacts and prices begin. ``of_days``: of which days, where a table says it.

    Raises: NotUnderstood.
    """
    return _Grammar(text, of_days).read()


class _Grammar(Openings):
    """The text as a whole: which statements, in which part of the year, and what is closed."""

    def read(self) -> tuple[Said, int]:
        reader = self.reader
        while reader.skip(frozenset({Kind.HEADING, Kind.OPEN, Kind.LINE}), ":-.,*>"):
            pass
        while True:
            self._skip_between()
            word = reader.peek()
            if word is None:
                return self.said, len(reader.text)
            if word.kind in (Kind.CONTACT, Kind.PHONE) and self.said.openings:
                self._check_rest()
                return self.said, word.start
            self._statement(word)

    def _check_rest(self) -> None:
        start = self.reader.at
        while word := self.reader.peek():
            if word.kind not in HARMLESS or word.plain.startswith(ALARMING):
                raise self.reader.refuse("opening times among the contacts")
            self.reader.at += 1
        self.reader.at = start

    def _skip_between(self) -> None:
        reader = self.reader
        start = reader.at
        while reader.skip(BETWEEN, BETWEEN_SIGNS):
            last = reader.peek(-1)
            if last and last.plain == "(" and reader.kind() is Kind.TIME and self._ends_otherwise_in_holidays():
                continue
            if last and last.plain == "(" and self._ends_otherwise_on_days():
                continue
            if last and last.plain == "(" and reader.kind() in (Kind.TIME, Kind.NUMBER, Kind.FROM):
                raise reader.refuse("times in brackets: besides, or instead")
        self._is_after_open = any(reader.kind(back) is Kind.OPEN for back in range(start - reader.at, 0))

    def _ends_otherwise_in_holidays(self) -> bool:
        """``(17h pendant les vacances scolaires)`` after the only opening."""
        reader, openings = self.reader, self.said.openings
        end = reader.peek()
        if end is None or reader.kind(1) is not Kind.SCHOOL_HOLIDAY or not reader.is_sign(")", 2) or len(openings) != 1:
            return False
        opening = openings[0]
        last = opening.spans[-1] if opening.spans else None
        if opening.period != Period() or last is None or not last.times.start_min < end.value <= DAY_MIN:
            return False
        reader.at += 2
        spans = (*opening.spans[:-1], replace(last, times=Times(last.times.start_min, end.value)))
        openings[:] = [
            replace(opening, period=Period(season=Season.TERM)),
            replace(opening, spans=spans, period=Period(season=Season.HOLIDAYS)),
        ]
        return True

    def _ends_otherwise_on_days(self) -> bool:
        """``(16h30 le vendredi)``, ``(vendredi : 16h30)`` or ``(jusqu'à 16h30 le vendredi)`` after openings."""
        reader = self.reader
        start, place = reader.at, reader.place
        reader.take(Kind.UNTIL)
        end = reader.take(Kind.TIME)
        days = reader.read_days()
        if end is None:
            reader.skip(frozenset({Kind.UNTIL}), ":,")
            end = reader.take(Kind.TIME)
        is_plain = days is not None and Days(days.week) == days
        if days is None or end is None or not is_plain or not reader.is_sign(")") or not self.said.openings:
            reader.at = start
            return False
        self.said.early_ends.append((days, end.value, place))
        return True

    def _statement(self, word: Word) -> None:
        reader, found = self.reader, self.said
        if word.kind is Kind.HEADING:
            reader.at += 1
            reader.skip(frozenset({Kind.LINE}), ":-")
            if reader.kind() not in (Kind.TERM, Kind.SCHOOL_HOLIDAY):
                reader.at -= 1
                raise reader.refuse("a heading for another thing")
            return
        if reader.take(Kind.EXCEPT):
            in_brackets = reader.is_sign("(", -2)
            before = len(found.closed_dates), found.closed_season
            self._exception()
            if in_brackets and len(found.openings) > 1 and before != (len(found.closed_dates), found.closed_season):
                raise reader.refuse("a part of the year in brackets: of the last, or of all")
        elif reader.take(Kind.CLOSED):
            self._closing()
        elif found.openings and self.includes_holidays():
            found.open_on_public_holidays = True
        elif word.kind in (Kind.TERM, Kind.SCHOOL_HOLIDAY):
            reader.at += 1
            is_term = word.kind is Kind.TERM and not word.plain.startswith("hors")
            if not is_term and self._is_said_closed():
                found.closed_season = Season.HOLIDAYS
            else:
                self._change_period(Period(season=Season.TERM if is_term else Season.HOLIDAYS))
        elif dates := reader.read_dates():
            if self._is_said_closed():
                found.closed_dates.extend(dates)
            else:
                self._change_period(Period(dates))
        elif reader.take(Kind.APPOINTMENT):
            self._by_appointment(word)
        else:
            self.read_opening()

    def _is_said_closed(self) -> bool:
        """Past ``: ferme`` after a part of the year, if that is next and not itself the beginning of more."""
        reader = self.reader
        start = reader.at
        reader.skip(frozenset({Kind.LINE}), ":,-")
        if reader.take(Kind.CLOSED) and (reader.peek() is None or reader.kind() is Kind.LINE or reader.is_sign(".;,)")):
            return True
        reader.at = start
        return False

    def _change_period(self, period: Period) -> None:
        reader, openings = self.reader, self.said.openings
        reader.skip(frozenset({Kind.LINE}), ":,-.)")
        if reader.peek() is not None:
            self.period = period
        elif self._is_after_open:
            raise reader.refuse("open then: only, or too")
        elif len(openings) == 1 and period.season is not Season.HOLIDAYS and openings[0].period == Period():
            openings[0] = replace(openings[0], period=period)
        else:
            raise reader.refuse("a part of the year, and not for what")

    def _by_appointment(self, word: Word) -> None:
        reader, openings = self.reader, self.said.openings
        comment = reader.text[word.start : word.end]
        is_heading = reader.is_sign(":")
        reader.skip(frozenset({Kind.LINE, Kind.TO}), ":,.-)")
        rest = reader.peek()
        is_last = rest is None or rest.kind in (Kind.PHONE, Kind.CONTACT)
        if is_last and openings:
            openings[:] = [on_condition(opening, comment) for opening in openings]
        elif is_last:
            openings.append(Opening(Days(EVERY_DAY, public_holidays=True), (), comment=comment))
        elif is_heading or not openings:
            self.appointment = comment
        else:
            raise reader.refuse("by appointment, and not when")

    # --- what is closed --------------------------------------------------------------------------------------

    def _closing(self) -> None:
        if self._of_days and self.reader.peek() is None and not self.said.openings:
            self.said.closed_days.append((Days(self._of_days), 0))
        elif not self._closed_part():
            raise self.reader.refuse("closed, and not when")

    def _exception(self) -> None:
        reader = self.reader
        if not self.said.openings and reader.kind() is not Kind.SCHOOL_HOLIDAY:
            raise reader.refuse("an exception from nothing")
        while self._closed_part(may_end_early=True):
            here = reader.at
            reader.skip(frozenset({Kind.AND, Kind.ARTICLE}), ",")
            if reader.kind() not in (Kind.SCHOOL_HOLIDAY, Kind.PUBLIC_HOLIDAY):
                reader.at = here
                return
        raise reader.refuse("an exception that is not understood")

    def _closed_part(self, may_end_early: bool = False) -> bool:
        """Past days or dates that are closed, and notes them; False if there are none."""
        reader, found = self.reader, self.said
        place = reader.place
        here = reader.at
        reader.skip(frozenset({Kind.ARTICLE, Kind.FROM}))
        if reader.take(Kind.SCHOOL_HOLIDAY):
            found.closed_season = Season.HOLIDAYS
            return True
        reader.at = here
        if dates := reader.read_dates():
            found.closed_dates.extend(dates)
            return True
        days = reader.read_days()
        if days is None:
            return False
        found.closed_on_public_holidays |= days.public_holidays
        if not days.week:
            return True
        if days.nth or days.parity is not None:
            raise reader.refuse("closed on some of these days")
        here = reader.at
        reader.skip(frozenset(), ",:")
        has_word = reader.take(Kind.UNTIL) is not None
        if reader.take(Kind.CLOSED):
            has_word = reader.take(Kind.TO) is not None
            if not has_word:
                here = reader.at
        if may_end_early and reader.kind() is Kind.TIME:
            end = reader.take(Kind.TIME)
            reader.skip(frozenset(), ")")
            if end and days.half is None and (reader.peek() is None or reader.kind() in (Kind.LINE, Kind.CONTACT)):
                found.early_ends.append((replace(days, public_holidays=False), end.value, place))
                return True
            raise reader.refuse("open then, or closed then")
        reader.at = here
        if reader.kind() in (Kind.TIME, Kind.NUMBER) or (
            reader.kind() is Kind.FROM and reader.kind(1) in (Kind.TIME, Kind.NUMBER)
        ):
            raise reader.refuse("open then, or closed then")
        found.closed_days.append((replace(days, public_holidays=False), place))
        return True
