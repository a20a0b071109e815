"""One statement about when a service is open: days and times in either order, and what narrows them down. Pure."""

from dataclasses import replace
from enum import Enum, auto

from kiosk.directory.hours.expression import DAY_MIN, State, Times
from kiosk.directory.hours.reading import Reader
from kiosk.directory.hours.statements import EVERY_DAY, Days, NotUnderstood, Opening, Period, Said, Season, Span
from kiosk.directory.hours.words import Kind, words


class Order(Enum):
    """How a text goes: ``lundi 9h-12h``, or ``9h-12h le lundi``."""

    DAYS_FIRST = auto()
    TIMES_FIRST = auto()


_INCLUDABLE = frozenset({Kind.ARTICLE, Kind.DAY, Kind.DAYS, Kind.PUBLIC_HOLIDAY, Kind.SCHOOL_HOLIDAY})
"""What "inclus" may speak of when it comes first; after days it speaks of them."""


class Openings:
    """A text being read, and what it has said so far."""

    def __init__(self, text: str, of_days: frozenset[int]) -> None:
        self.reader = Reader(words(text), text)
        self._of_days = of_days
        self.said = Said()
        self.period = Period()
        self.appointment = ""
        self._order: Order | None = None
        self._has_halves = False
        self._is_after_open = False
        self.said.is_column = bool(of_days)

    def read_opening(self) -> None:
        """Past one statement, and notes it. Raises: NotUnderstood."""
        reader = self.reader
        place = reader.place
        days = reader.read_days()
        self._go(Order.DAYS_FIRST if days else Order.TIMES_FIRST)
        if days:
            opening = self._modified(Opening(days, (), self.period, place))
            reader.skip(frozenset({Kind.LINE, Kind.AND, Kind.OPEN, Kind.NO_APPOINTMENT}), ":,-.>=(")
            self._timed(opening)
            return
        spans = self._spans()
        if not spans:
            raise reader.refuse("neither days nor times")
        opening = Opening(Days(), spans, self.period, place)
        reader.skip(frozenset({Kind.AND, Kind.NO_APPOINTMENT, Kind.OPEN}), ":,-(")
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
            raise self.reader.refuse("days before and after times")
        self._order = order

    def _timed(self, opening: Opening) -> None:
        reader = self.reader
        if reader.take(Kind.CLOSED):
            half = reader.read_half()
            days = replace(opening.days, half=half or opening.days.half, public_holidays=False)
            if opening.days.public_holidays:
                self.said.closed_on_public_holidays = True
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
                self.said.closed_days.append((days, opening.place))
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
        spans = self._spans()
        if not spans:
            raise reader.refuse("days, and not at which times")
        half = opening.days.half
        if half and self._has_halves and half.fits(spans[0].times):  # "lundi matin 9h-12h, apres-midi 14h-17h"
            opening = replace(opening, days=replace(opening.days, half=None))
        self._add(self._modified(replace(opening, spans=spans)))

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

    def _modified(self, opening: Opening) -> Opening:
        """Past what narrows ``opening`` down: every other week, of the month, but not ..., by appointment."""
        reader = self.reader
        while True:
            here = reader.at
            in_brackets = reader.is_sign("(")
            reader.skip(frozenset({Kind.ONLY, Kind.NO_APPOINTMENT}), "(")
            word = reader.peek()
            if word and reader.take(Kind.EVERY_OTHER):
                start = opening.place if word.plain.startswith("sur") else word.start
                opening = on_condition(opening, reader.text[start : word.end])
            elif word and opening.spans and reader.take(Kind.APPOINTMENT):
                comment = reader.text[word.start : word.end]
                opening = on_condition(opening, comment)
                if reader.peek() is None and not in_brackets:  # at the end of all: perhaps of all
                    self.said.openings[:] = [on_condition(other, comment) for other in self.said.openings]
            elif word and reader.take(Kind.EVEN_WEEK, Kind.ODD_WEEK):
                parity = 0 if word.kind is Kind.EVEN_WEEK else 1
                opening = replace(opening, days=replace(opening.days, parity=parity))
            elif not opening.spans and reader.take(Kind.EXCEPT):
                opening = self._but(opening)
            elif opening.days.public_holidays and reader.take(Kind.INCLUDED):
                pass
            elif word and word.plain == "inclus" and not opening.spans and reader.kind(1) not in _INCLUDABLE:
                reader.at += 1
            elif not opening.spans and self.includes_holidays():
                opening = replace(opening, days=replace(opening.days, public_holidays=True))
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
        reader = self.reader
        if reader.take(Kind.SCHOOL_HOLIDAY):
            self.said.closed_season = Season.HOLIDAYS
            return opening
        days = reader.read_days()
        if days is None or days.half or days.nth or days.parity is not None:
            raise reader.refuse("an exception that is not understood")
        self.said.closed_on_public_holidays |= days.public_holidays
        return replace(opening, days=replace(opening.days, week=opening.days.week - days.week))

    def _of_the_month(self, days: Days) -> frozenset[int]:
        """``2e et 4e du mois`` after its day; empty, and nothing taken, for anything else."""
        reader = self.reader
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
        if opening.comment or self.appointment:
            opening = on_condition(opening, opening.comment or self.appointment)
        if self._of_days and not days.week <= self._of_days:
            raise NotUnderstood("another day than the table's", opening.place)
        if days.is_one and not opening.comment:
            raise NotUnderstood("one of these days, and not which", opening.place)
        if days.half and not all(days.half.fits(span.times) for span in opening.spans):
            raise NotUnderstood("a morning in the afternoon", opening.place)
        if days.half and not opening.spans:
            raise NotUnderstood("half a day, and not at which times", opening.place)
        self.said.openings.append(opening)

    def includes_holidays(self) -> bool:
        """Past ``y compris les jours feries``, if that is next."""
        reader = self.reader
        start = reader.at
        before = reader.take(Kind.INCLUDED)
        reader.skip(frozenset({Kind.ARTICLE}))
        if reader.take(Kind.PUBLIC_HOLIDAY) and (before or reader.take(Kind.INCLUDED)):
            return True
        reader.at = start
        return False


def on_condition(opening: Opening, comment: str) -> Opening:
    """``opening``, but nobody knows whether: it hangs on ``comment``."""
    comment = " ".join(comment.replace('"', " ").split())
    spans = tuple(Span(span.times, State.UNKNOWN, comment) for span in opening.spans)
    return replace(opening, spans=spans, comment=comment)
