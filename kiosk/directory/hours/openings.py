"""One statement about when a service is open: days and times in either order, and what narrows them down. Pure."""

from dataclasses import replace
from enum import Enum, auto

from kiosk.directory.hours.expression import DAY_MIN, Times
from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.narrowing import Narrowing, on_condition
from kiosk.directory.hours.statements import (
    EVERY_DAY,
    Cut,
    Days,
    Half,
    NotUnderstood,
    Opening,
    Period,
    Span,
)


class Order(Enum):
    """How a text goes: ``lundi 9h-12h``, or ``9h-12h le lundi``."""

    DAYS_FIRST = auto()
    TIMES_FIRST = auto()


_ENDS = frozenset({Kind.LINE, Kind.PHONE, Kind.CONTACT, Kind.EXCEPT, Kind.CLOSED})
"""After which a text may go on another way round."""


class Openings(Narrowing):
    """A text being read, with what is open in it."""

    _order: Order | None = None

    def read_opening(self) -> None:
        """Past one statement, and notes it. Raises: NotUnderstood."""
        reader = self.reader
        place = reader.place
        is_switched = False
        if not self._goes_on():
            is_switched = self._go(Order.DAYS_FIRST if self._peek_days() else Order.TIMES_FIRST)
        self._read_one(place)
        if is_switched and not (reader.peek() is None or reader.is_break() or reader.kind() in _ENDS):
            raise reader.refuse("days before and after times")

    def _read_one(self, place: int) -> None:
        reader = self.reader
        goes_on = self._goes_on()
        is_besides = reader.kind(-1) is Kind.AND and not reader.is_break(-2) and not self._has_exception
        days = None if goes_on else reader.read_days()
        if days:
            opening = self._modified(Opening(self._in_weeks(days), (), self.period, place, is_besides=is_besides))
            reader.skip(frozenset({Kind.LINE, Kind.AND, Kind.OPEN, Kind.NO_APPOINTMENT, Kind.ONLY}), ":,-.>=(|")
            if (
                reader.kind() is Kind.TO
                and reader.kind(1) is Kind.TIME
                and reader.is_sign("-", 2)
                and not reader.is_sign("-", 4)
            ):
                reader.at += 1  # "samedi à 9h - 17h"
            self._timed(opening)
            return
        spans = self._spans()
        if not spans:
            raise reader.refuse("neither days nor times")
        if goes_on:
            last = self.said.openings[-1]
            more = replace(last, spans=spans, place=place, comment="", is_free=False)
            self._add(self._modified(more, goes_on=True))
            if not (self.said.openings[-1].comment or self.said.openings[-1].is_free):
                raise reader.refuse("more times of these days, on the same condition or on none")
            return
        opening = Opening(Days(), spans, self.period, place)
        reader.skip(frozenset({Kind.AND, Kind.NO_APPOINTMENT, Kind.OPEN}), ":,-(")
        days = reader.read_days()
        if days is None:
            is_all_day = spans[0].times == Times(0, DAY_MIN)
            week = self._of_days or (EVERY_DAY if is_all_day else frozenset())
            if not week:
                raise NotUnderstood("times, and not of which days", place)
            days = Days(week, public_holidays=is_all_day and not self._of_days)
        self._add(self._modified(replace(opening, days=self._in_weeks(days))))
        reader.take(Kind.ONLY)

    def _peek_days(self) -> Days | None:
        start = self.reader.at
        days = self.reader.read_days()
        self.reader.at = start
        return days

    def _go(self, order: Order) -> bool:
        """Notes whether days or times come first; whether that changes here, which only a new sentence may."""
        is_switched = self._order not in (None, order) and not self._of_days
        if is_switched and not self.reader.is_after_break():
            raise self.reader.refuse("days before and after times")
        self._order = order
        return is_switched

    def _goes_on(self) -> bool:
        """``14h-17h sur rendez-vous`` after ``lundi 9h-12h sans rendez-vous``: other times of the same days."""
        reader, openings = self.reader, self.said.openings
        is_after = reader.is_after(frozenset({Kind.APPOINTMENT, Kind.NO_APPOINTMENT}), "(),;/-")
        is_told_apart = bool(openings) and (bool(openings[-1].comment) or openings[-1].is_free)
        return self._order is Order.DAYS_FIRST and is_after and is_told_apart and reader.starts_times()

    def _explicit_period(self) -> Period | None:
        return None if self.period == Period() else self.period

    def _in_weeks(self, days: Days) -> Days:
        """``days`` of the even or odd weeks that the text is about just now."""
        if self.parity is None:
            return days
        if days.parity is not None or days.nth:
            raise self.reader.refuse("even or odd weeks twice")
        return replace(days, parity=self.parity)

    def _timed(self, opening: Opening) -> None:
        reader = self.reader
        if self._ends_early(opening) or self._closed_half_first(opening):
            return
        if reader.take(Kind.CLOSED):
            if reader.kind() is Kind.ARTICLE and reader.kind(1) in (Kind.DAY, Kind.DAYS):
                raise reader.refuse("these days closed, or those")
            if reader.is_sign("/|") and self._is_afternoon_cell():
                opening = replace(opening, spans=self._spans())  # "lundi : fermé / 14h-17h"
                self._add(opening)
                return
            half = reader.read_half()
            days = replace(opening.days, half=half or opening.days.half, public_holidays=False)
            if opening.days.public_holidays:
                self.close_holidays(opening.place, is_inline=False)
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
                self.said.closed_days.append(Cut(days, opening.place, period=self._explicit_period()))
            return
        word = reader.peek()
        if word and reader.take(Kind.APPOINTMENT):
            here = reader.at
            reader.skip(frozenset({Kind.LINE}), ":,-")
            spans = self._spans()
            if not spans:
                reader.at = here
            self._add(on_condition(replace(opening, spans=spans), reader.text[word.start : word.end]))
            return
        spans = self._same() or self._spans()
        if not spans:
            raise reader.refuse("days, and not at which times")
        half = opening.days.half
        if half and self._has_halves and half.fits(spans[0].times):  # "lundi matin 9h-12h, apres-midi 14h-17h"
            opening = replace(opening, days=replace(opening.days, half=None))
        opening = replace(opening, spans=spans)
        for one in self._seasons(opening) or (self._modified(opening),):
            self._add(one)

    def _ends_early(self, opening: Opening) -> bool:
        """Past ``jusqu'à 16h`` of ``lundi au vendredi 9h-17h, vendredi jusqu'à 16h``."""
        reader, days = self.reader, opening.days
        is_end = reader.kind(2) in (None, Kind.LINE, Kind.CONTACT) or reader.is_sign(",.;)", 2)
        if not (reader.kind() is Kind.UNTIL and reader.kind(1) is Kind.TIME and is_end):
            return False
        meant = [one for one in self.said.openings if one.days.week & days.week]
        if (
            Days(days.week) != days
            or opening.period != self.period
            or len(meant) != 1
            or not meant[0].days.week > days.week
        ):
            raise reader.refuse("until when, and not from when")
        end = reader.peek(1)
        reader.at += 2
        period = self._explicit_period()
        self.said.early_ends.append(Cut(days, opening.place, end.value if end else 0, period, is_inline=True))
        return True

    def _closed_half_first(self, opening: Opening) -> bool:
        """Past ``matin fermé, après-midi 14h-17h`` after its days."""
        reader = self.reader
        start = reader.at
        half = reader.read_half()
        reader.skip(frozenset(), ":")
        if half is None or opening.days.half or not reader.take(Kind.CLOSED):
            reader.at = start
            return False
        reader.skip(frozenset({Kind.LINE, Kind.AND}), ",-/;|")
        spans = self._spans()
        if not spans or not all(half.is_free_of(span.times) for span in spans):
            raise reader.refuse("half a day closed, and not when it is open")
        self._add(self._modified(replace(opening, spans=spans)))
        return True

    def _is_afternoon_cell(self) -> bool:
        """Whether the times that come next are all of an afternoon."""
        reader = self.reader
        start = reader.at
        spans = self._spans()
        reader.at = start
        return bool(spans) and all(Half.AFTERNOON.fits(span.times) for span in spans)

    def _seasons(self, opening: Opening) -> list[Opening]:
        """``opening`` and the same days at other times in other parts of the year, all in one sentence.

        ``d'octobre à mars de 10h à 17h et d'avril à septembre de 10h à 18h``, or all of it with the times first. Empty,
        and nothing taken, for anything else.
        """
        reader = self.reader
        start = reader.at
        is_dates_first = opening.period != self.period
        dates = () if is_dates_first or opening.period != Period() else reader.read_dates_once()[0]
        if not is_dates_first and not dates:
            return []
        found = [opening if is_dates_first else replace(opening, period=Period(dates))]
        while reader.skip(frozenset({Kind.AND}), ",;/"):
            try:
                dates = reader.read_dates()
                spans = self._spans()
                dates = dates or reader.read_dates()
            except NotUnderstood:
                dates, spans = (), ()
            if not dates or not spans:
                reader.at = start
                return []
            found.append(replace(opening, spans=spans, period=Period(dates)))
        if len(found) == 1 or not (reader.peek() is None or reader.is_break()):
            reader.at = start
            return []
        return found

    def _same(self) -> tuple[Span, ...]:
        """Past ``idem``: the times of the line before. Empty: something else is next."""
        before = self.said.openings[-1] if self.said.openings else None
        if before is None or not self.reader.take(Kind.SAME):
            return ()
        if before.comment or before.days.nth or before.days.parity is not None or before.period != self.period:
            raise self.reader.refuse("the same times, or the same condition too")
        return before.spans

    def _spans(self) -> tuple[Span, ...]:
        reader = self.reader
        if reader.take(Kind.ALL_DAY):
            return (Span(Times(0, DAY_MIN)),)
        times = reader.read_times()
        self._has_halves = any(half for _, half in times)
        for one, half in times:
            if half and not half.fits(one):
                raise reader.refuse("a morning in the afternoon")
        return tuple(Span(one) for one, _ in times)

    def _add(self, opening: Opening) -> None:
        days = opening.days
        if opening.comment or self.appointment:
            opening = on_condition(opening, opening.comment or self.appointment)
        if self._of_days and not days.week <= self._of_days:
            raise NotUnderstood("another day than the table's", opening.place)
        if days.is_one and not opening.comment:
            raise NotUnderstood("one of these days, and not which", opening.place)
        if days.half and not all(days.half.fits(span.times) for span in opening.spans):
            raise NotUnderstood("a morning in the afternoon", opening.place)
        if days.is_pair and any(span.times.end_min > DAY_MIN for span in opening.spans):
            raise NotUnderstood("the night between two days, or both nights", opening.place)
        if days.half and not opening.spans:
            raise NotUnderstood("half a day, and not at which times", opening.place)
        self.said.openings.append(replace(opening, is_free=self._is_free()))
