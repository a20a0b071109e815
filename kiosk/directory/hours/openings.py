"""One statement about when a service is open: days and times in either order, and what narrows them down. Pure."""

from dataclasses import replace
from enum import Enum, auto

from kiosk.directory.hours.expression import DAY_MIN, State, Times
from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.reading import Reader
from kiosk.directory.hours.statements import EVERY_DAY, Cut, Days, NotUnderstood, Opening, Period, Said, Season, Span
from kiosk.directory.hours.words import words


class Order(Enum):
    """How a text goes: ``lundi 9h-12h``, or ``9h-12h le lundi``."""

    DAYS_FIRST = auto()
    TIMES_FIRST = auto()


_ENDS = frozenset({Kind.LINE, Kind.PHONE, Kind.CONTACT, Kind.EXCEPT, Kind.CLOSED})
"""After which a text may go on another way round."""
_INCLUDABLE = frozenset({Kind.ARTICLE, Kind.DAY, Kind.DAYS, Kind.PUBLIC_HOLIDAY, Kind.SCHOOL_HOLIDAY})
"""What "inclus" may speak of when it comes first; after days it speaks of them."""


class Openings:
    """A text being read, and what it has said so far."""

    def __init__(self, text: str, of_days: frozenset[int]) -> None:
        self.reader = Reader(words(text), text)
        self._of_days = of_days
        self.said = Said()
        self.period = Period()
        self.parity: int | None = None
        self.appointment = ""
        self._order: Order | None = None
        self._has_halves = False
        self._is_after_open = False
        self._has_exception = False
        self.said.is_column = bool(of_days)

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
        if reader.take(Kind.CLOSED):
            if reader.kind() is Kind.ARTICLE and reader.kind(1) in (Kind.DAY, Kind.DAYS):
                raise reader.refuse("these days closed, or those")
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
        if before is None or before.comment or not self.reader.take(Kind.SAME):
            return ()
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

    def _modified(self, opening: Opening, goes_on: bool = False) -> Opening:
        """Past what narrows ``opening`` down: every other week, of the month, but not ..., by appointment."""
        reader = self.reader
        while True:
            here = reader.at
            in_brackets = reader.is_sign("(")
            reader.skip(frozenset({Kind.ONLY, Kind.NO_APPOINTMENT}), "(")
            if reader.is_sign(",") and reader.kind(1) is Kind.EVERY_OTHER:
                reader.at += 1
            word = reader.peek()
            if word and reader.take(Kind.EVERY_OTHER):
                start = opening.place if word.plain.startswith("sur") else word.start
                opening = on_condition(opening, reader.text[start : word.end])
            elif word and opening.spans and reader.take(Kind.APPOINTMENT):
                comment = reader.text[word.start : word.end]
                opening = on_condition(opening, comment)
                is_own = in_brackets or goes_on or reader.begins_sentence(opening.place)
                if reader.is_end() and not is_own:  # at the end of all: perhaps of all
                    self.condition_all(comment)
            elif word and reader.take(Kind.EVEN_WEEK, Kind.ODD_WEEK):
                parity = 0 if word.kind is Kind.EVEN_WEEK else 1
                opening = replace(opening, days=replace(opening.days, parity=parity))
            elif not opening.spans and reader.take(Kind.EXCEPT):
                opening = self._but(opening)
            elif opening.days.public_holidays and reader.take(Kind.INCLUDED):
                is_list = reader.kind(-3) is Kind.AND  # "samedi, dimanche et jours fériés compris"
                opening = replace(opening, days=replace(opening.days, has_own_holidays=not is_list))
            elif not in_brackets and self._includes_own_days(opening.days):
                pass
            elif word and word.plain == "inclus" and not opening.spans and reader.kind(1) not in _INCLUDABLE:
                reader.at += 1
            elif not opening.spans and self.includes_holidays():
                opening = replace(opening, days=replace(opening.days, public_holidays=True, has_own_holidays=True))
            elif nth := self._of_the_month(opening.days):
                opening = replace(opening, days=replace(opening.days, nth=nth))
            elif not opening.spans and opening.period == Period() and (dates := reader.read_dates()):
                is_of_day = word is not None and word.kind in (Kind.NUMBER, Kind.ORDINAL)  # "lundi 8 au 12 juin"
                if any(one.first.year is None and (is_of_day or one.first == one.last) for one in dates):
                    raise reader.refuse("one day, and not of which year")
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
            self.said.local.append(reader.place)
            return opening
        days = reader.read_days()
        if days is None or days.half or days.nth or days.parity is not None:
            raise reader.refuse("an exception that is not understood")
        self._has_exception = True  # "sauf jeudi 9h-11h et dimanche 14h-16h": nobody knows what Sunday's are
        if days.public_holidays:
            self.close_holidays(opening.place, is_inline=True)
        return replace(opening, days=replace(opening.days, week=opening.days.week - days.week))

    def close_holidays(self, place: int, is_inline: bool) -> None:
        """Notes that it is closed on holidays; ``is_inline``: said within a sentence, of what stands there."""
        self.said.closed_on_public_holidays = True
        self.said.local_holidays.append((place, is_inline))

    def _includes_own_days(self, known: Days) -> bool:
        """Past ``, dimanche compris`` or ``, y compris le dimanche`` of days that are among them anyway."""
        reader = self.reader
        start = reader.at
        reader.skip(frozenset(), ",")
        before = reader.take(Kind.INCLUDED)
        try:
            days = reader.read_days()
        except NotUnderstood:
            days = None
        if days and Days(days.week) == days and days.week <= known.week and (before or reader.take(Kind.INCLUDED)):
            return True
        reader.at = start
        return False

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
        if days.is_pair and any(span.times.end_min > DAY_MIN for span in opening.spans):
            raise NotUnderstood("the night between two days, or both nights", opening.place)
        if days.half and not opening.spans:
            raise NotUnderstood("half a day, and not at which times", opening.place)
        self.said.openings.append(replace(opening, is_free=self._is_free()))

    def _is_free(self) -> bool:
        """Whether ``sans rendez-vous`` comes next."""
        reader = self.reader
        start = reader.at
        reader.skip(frozenset(), "(,")
        word = reader.take(Kind.NO_APPOINTMENT)
        reader.at = start
        return word is not None and word.value == 1

    def condition_all(self, comment: str) -> None:
        """All openings so far hang on ``comment``, but those of which the contrary is said."""
        openings = self.said.openings
        openings[:] = [one if one.is_free else on_condition(one, comment) for one in openings]

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
