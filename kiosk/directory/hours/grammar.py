"""A whole French text about opening times, to what it says. Pure.

Every word must have its place in the grammar, to the end or to where contacts and prices begin: one that has none may be
the one that turns the meaning round ("la structure n'est plus ouverte").
"""

from dataclasses import replace
from enum import Enum, auto

from kiosk.directory.hours.expression import DAY_MIN, State, Times
from kiosk.directory.hours.reading import Reader
from kiosk.directory.hours.statements import (
    EVERY_DAY,
    Days,
    NotUnderstood,
    Opening,
    Period,
    Said,
    Season,
    Span,
)
from kiosk.directory.hours.words import Kind, Word, words

BETWEEN = frozenset({Kind.LINE, Kind.AND, Kind.THEN, Kind.OPEN, Kind.ALL_YEAR, Kind.NO_APPOINTMENT})
BETWEEN_SIGNS = ",;/-.:|+>*\u2022()&"
HARMLESS = frozenset({Kind.WORD, Kind.NUMBER, Kind.SIGN, Kind.PHONE, Kind.CONTACT, Kind.TO, Kind.FROM, Kind.AND}) | {
    Kind.ARTICLE,
    Kind.LINE,
    Kind.THEN,
}
"""What may follow where contacts begin. A day or time there would be one that we passed over."""


class Order(Enum):
    """How a text goes: ``lundi 9h-12h``, or ``9h-12h le lundi``."""

    DAYS_FIRST = auto()
    TIMES_FIRST = auto()


def said(text: str, of_days: frozenset[int] = frozenset()) -> tuple[Said, int]:
    """What ``text`` says, and where in it contacts and prices begin. ``of_days``: of which days, where a table says it.

    Raises: NotUnderstood.
    """
    return _Grammar(text, of_days).read()


class _Grammar:
    def __init__(self, text: str, of_days: frozenset[int]) -> None:
        self._reader = Reader(words(text), text)
        self._of_days = of_days
        self._said = Said()
        self._period = Period()
        self._appointment = ""
        self._order: Order | None = None

    def read(self) -> tuple[Said, int]:
        reader = self._reader
        while reader.skip(frozenset({Kind.HEADING, Kind.OPEN, Kind.LINE}), ":-.,*>"):
            pass
        while True:
            self._skip_between()
            word = reader.peek()
            if word is None:
                return self._said, len(reader.text)
            if word.kind in (Kind.CONTACT, Kind.PHONE) and self._has_said_something():
                self._check_rest()
                return self._said, word.start
            self._statement(word)

    def _has_said_something(self) -> bool:
        return bool(self._said.openings)

    def _check_rest(self) -> None:
        start = self._reader.at
        while word := self._reader.peek():
            if word.kind not in HARMLESS:
                raise self._reader.refuse("opening times among the contacts")
            self._reader.at += 1
        self._reader.at = start

    def _skip_between(self) -> None:
        reader = self._reader
        while reader.skip(BETWEEN, BETWEEN_SIGNS):
            last = reader.peek(-1)
            if last and last.plain == "(" and reader.kind() in (Kind.TIME, Kind.NUMBER, Kind.FROM):
                raise reader.refuse("times in brackets: besides, or instead")

    def _statement(self, word: Word) -> None:
        reader, found = self._reader, self._said
        if word.kind is Kind.HEADING:
            reader.at += 1
            reader.skip(frozenset({Kind.LINE}), ":-")
            if reader.kind() not in (Kind.TERM, Kind.SCHOOL_HOLIDAY):
                reader.at -= 1
                raise reader.refuse("a heading for another thing")
            return
        if reader.take(Kind.EXCEPT):
            self._exception()
        elif reader.take(Kind.CLOSED):
            self._closing()
        elif found.openings and self._includes_holidays():
            found.open_on_public_holidays = True
        elif word.kind in (Kind.TERM, Kind.SCHOOL_HOLIDAY):
            reader.at += 1
            is_term = word.kind is Kind.TERM and not word.plain.startswith("hors")
            self._change_period(Period(season=Season.TERM if is_term else Season.HOLIDAYS))
        elif dates := reader.read_dates():
            self._change_period(Period(dates))
        elif reader.take(Kind.APPOINTMENT):
            self._by_appointment(word)
        else:
            self._opening()

    def _includes_holidays(self) -> bool:
        reader = self._reader
        start = reader.at
        before = reader.take(Kind.INCLUDED)
        reader.skip(frozenset({Kind.ARTICLE}))
        if reader.take(Kind.PUBLIC_HOLIDAY) and (before or reader.take(Kind.INCLUDED)):
            return True
        reader.at = start
        return False

    def _change_period(self, period: Period) -> None:
        reader, openings = self._reader, self._said.openings
        reader.skip(frozenset({Kind.LINE}), ":,-.)")
        if reader.peek() is not None:
            self._period = period
        elif len(openings) == 1 and period.season is not Season.HOLIDAYS and openings[0].period == Period():
            openings[0] = replace(openings[0], period=period)
        else:
            raise reader.refuse("a part of the year, and not for what")

    def _by_appointment(self, word: Word) -> None:
        reader, openings = self._reader, self._said.openings
        comment = reader.text[word.start : word.end]
        is_heading = reader.is_sign(":")
        reader.skip(frozenset({Kind.LINE, Kind.TO}), ":,.-)")
        rest = reader.peek()
        is_last = rest is None or rest.kind in (Kind.PHONE, Kind.CONTACT)
        if is_last and openings:
            openings[:] = [_on_condition(opening, comment) for opening in openings]
        elif is_last:
            openings.append(Opening(Days(EVERY_DAY, public_holidays=True), (), comment=comment))
        elif is_heading or not openings:
            self._appointment = comment
        else:
            raise reader.refuse("by appointment, and not when")

    # --- what is closed --------------------------------------------------------------------------------------

    def _closing(self) -> None:
        if self._of_days and self._reader.peek() is None and not self._said.openings:
            self._said.closed_days.append((Days(self._of_days), 0))
        elif not self._closed_part():
            raise self._reader.refuse("closed, and not when")

    def _exception(self) -> None:
        reader = self._reader
        if not self._said.openings and reader.kind() is not Kind.SCHOOL_HOLIDAY:
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
        reader, found = self._reader, self._said
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

    # --- what is open ----------------------------------------------------------------------------------------

    def _opening(self) -> None:
        reader = self._reader
        place = reader.place
        days = reader.read_days()
        self._go(Order.DAYS_FIRST if days else Order.TIMES_FIRST)
        if days:
            opening = self._modified(Opening(days, (), self._period, place))
            reader.skip(frozenset({Kind.LINE, Kind.AND, Kind.OPEN, Kind.NO_APPOINTMENT}), ":,-.>=")
            self._timed(opening)
            return
        spans = self._spans()
        if not spans:
            raise reader.refuse("neither days nor times")
        opening = Opening(Days(), spans, self._period, place)
        reader.skip(frozenset({Kind.AND, Kind.NO_APPOINTMENT, Kind.OPEN}), ":,-")
        days = reader.read_days()
        if days is None:
            is_all_day = spans[0].times == Times(0, DAY_MIN)
            week = self._of_days or (EVERY_DAY if is_all_day else frozenset())
            if not week:
                raise NotUnderstood("times, and not of which days", place)
            days = Days(week, public_holidays=is_all_day and not self._of_days)
        self._add(self._modified(replace(opening, days=days)))

    def _go(self, order: Order) -> None:
        if self._order not in (None, order) and not self._of_days:
            raise self._reader.refuse("days before and after times")
        self._order = order

    def _timed(self, opening: Opening) -> None:
        reader = self._reader
        if reader.take(Kind.CLOSED):
            half = reader.read_half()
            days = replace(opening.days, half=half or opening.days.half, public_holidays=False)
            if opening.days.public_holidays:
                self._said.closed_on_public_holidays = True
            here = reader.at
            reader.skip(frozenset({Kind.LINE, Kind.OPEN}), "/,-;")
            spans = self._spans() if half else ()
            if half and spans:
                if any(half.fits(span.times) for span in spans) or opening.days.half:
                    raise reader.refuse("open while closed")
                self._add(replace(opening, spans=spans))
                return
            reader.at = here
            if opening.days.nth or opening.days.parity is not None or opening.comment:
                raise reader.refuse("closed on some of these days")
            if opening.days.week:
                self._said.closed_days.append((days, opening.place))
            return
        word = reader.peek()
        if word and reader.take(Kind.APPOINTMENT):
            here = reader.at
            reader.skip(frozenset({Kind.LINE}), ":,-")
            spans = self._spans()
            if not spans:
                reader.at = here
            self._add(_on_condition(replace(opening, spans=spans), reader.text[word.start : word.end]))
            return
        spans = self._spans()
        if not spans:
            raise reader.refuse("days, and not at which times")
        self._add(self._modified(replace(opening, spans=spans)))

    def _spans(self) -> tuple[Span, ...]:
        reader = self._reader
        if reader.take(Kind.ALL_DAY):
            return (Span(Times(0, DAY_MIN)),)
        times = reader.read_times()
        for one, half in times:
            if half and not half.fits(one):
                raise reader.refuse("a morning in the afternoon")
        return tuple(Span(one) for one, _ in times)

    def _modified(self, opening: Opening) -> Opening:
        """Past what narrows ``opening`` down: every other week, of the month, but not ..., by appointment."""
        reader = self._reader
        while True:
            here = reader.at
            in_brackets = reader.is_sign("(")
            reader.skip(frozenset({Kind.ONLY, Kind.NO_APPOINTMENT}), "(")
            word = reader.peek()
            if word and reader.take(Kind.EVERY_OTHER):
                opening = _on_condition(opening, reader.text[word.start : word.end])
            elif word and opening.spans and reader.take(Kind.APPOINTMENT):
                opening = _on_condition(opening, reader.text[word.start : word.end])
            elif word and reader.take(Kind.EVEN_WEEK, Kind.ODD_WEEK):
                parity = 0 if word.kind is Kind.EVEN_WEEK else 1
                opening = replace(opening, days=replace(opening.days, parity=parity))
            elif not opening.spans and reader.take(Kind.EXCEPT):
                opening = self._but(opening)
            elif nth := self._of_the_month(opening.days):
                opening = replace(opening, days=replace(opening.days, nth=nth))
            elif not opening.spans and opening.period == Period() and (dates := reader.read_dates()):
                opening = replace(opening, period=Period(dates))
            else:
                reader.at = here
                return opening
            reader.skip(frozenset({Kind.ONLY}))
            if in_brackets and not reader.skip(frozenset(), ")"):
                raise reader.refuse("brackets that do not end")

    def _but(self, opening: Opening) -> Opening:
        reader = self._reader
        if reader.take(Kind.SCHOOL_HOLIDAY):
            self._said.closed_season = Season.HOLIDAYS
            return opening
        days = reader.read_days()
        if days is None or days.half or days.nth or days.parity is not None:
            raise reader.refuse("an exception that is not understood")
        self._said.closed_on_public_holidays |= days.public_holidays
        return replace(opening, days=replace(opening.days, week=opening.days.week - days.week))

    def _of_the_month(self, days: Days) -> frozenset[int]:
        """``2e et 4e du mois`` after its day; empty, and nothing taken, for anything else."""
        reader = self._reader
        start = reader.at
        reader.skip(frozenset({Kind.ARTICLE, Kind.FROM}))
        nth = reader.read_ordinals()
        word = reader.take(Kind.DAY)
        is_same = word is None or days.week == {word.value}
        if nth and is_same and len(days.week) == 1 and not days.nth and reader.take(Kind.OF_MONTH):
            return nth
        reader.at = start
        return frozenset()

    def _add(self, opening: Opening) -> None:
        days = opening.days
        if opening.comment or self._appointment:
            opening = _on_condition(opening, opening.comment or self._appointment)
        if self._of_days and not days.week <= self._of_days:
            raise NotUnderstood("another day than the table's", opening.place)
        if days.half and not all(days.half.fits(span.times) for span in opening.spans):
            raise NotUnderstood("a morning in the afternoon", opening.place)
        if days.half and not opening.spans:
            raise NotUnderstood("half a day, and not at which times", opening.place)
        self._said.openings.append(opening)


def _on_condition(opening: Opening, comment: str) -> Opening:
    """``opening``, but nobody knows whether."""
    comment = " ".join(comment.replace('"', " ").split())
    spans = tuple(Span(span.times, State.UNKNOWN, comment) for span in opening.spans)
    return replace(opening, spans=spans, comment=comment)
