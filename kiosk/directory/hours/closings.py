"""What a text says is closed: days, halves of days, an hour at noon, parts of the year. Pure."""

from dataclasses import replace

from kiosk.directory.hours.expression import Times
from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.openings import Openings
from kiosk.directory.hours.statements import Cut, Days, Half, Season

_HOLIDAYS = (Kind.SCHOOL_HOLIDAY, Kind.PUBLIC_HOLIDAY, Kind.YEAR_END)


class Closings(Openings):
    """A text being read, with what is closed in it."""

    _is_inline = False

    def read_closing(self, subject: int = 0) -> None:
        """Past what follows ``fermé``, which has ``subject`` words before it, and notes it. Raises: NotUnderstood."""
        self._is_inline = not self.reader.is_after_break(back=-2 - subject)
        if not self._is_inline:
            self.reader.skip(frozenset(), ":")  # "Fermeture : jeudi matin"
        if self._of_days and self.reader.peek() is None and not self.said.openings:
            self.said.closed_days.append(Cut(Days(self._of_days), 0))
        elif not (self._closed_at_noon() or self._closed_half_anyway() or self._closed_part()):
            raise self.reader.refuse("closed, and not when")
        self._read_more_closed()

    def _read_more_closed(self) -> None:
        """Past ``et vacances scolaires et jours feries``, of which nobody would say that it is open then alone."""
        reader = self.reader
        while True:
            here = reader.at
            reader.skip(frozenset({Kind.AND, Kind.ARTICLE, Kind.FROM}), ",")
            if here == reader.at or not self._is_end(1) or not self._closes_holidays():
                reader.at = here
                return

    def _is_end(self, after: int) -> bool:
        """Whether the closed days end there, or go on to more holidays."""
        reader = self.reader
        if reader.is_sign(",", after):
            return reader.kind(after + 1) in (None, Kind.ARTICLE, *_HOLIDAYS)
        return reader.kind(after) in (None, Kind.AND) or reader.is_break(after) or reader.is_sign(")", after)

    def _closes_holidays(self) -> bool:
        """Past the next word, if it is of holidays, which are closed."""
        reader = self.reader
        place = reader.place
        if reader.take(Kind.SCHOOL_HOLIDAY):
            self.said.closed_season = Season.HOLIDAYS
        elif reader.take(Kind.PUBLIC_HOLIDAY):
            self.close_holidays(place, self._is_inline)
        elif reader.kind() is Kind.YEAR_END:
            self.said.closed_dates.extend(reader.read_dates())
        else:
            return False
        return True

    def _closed_at_noon(self) -> bool:
        """Past ``de 12h30 à 13h30``, and cuts it out of the day of all openings; False if it is not in all of them."""
        reader, openings = self.reader, self.said.openings
        start = reader.at
        is_new = reader.is_after(frozenset({Kind.CLOSED}), "") and reader.is_after_break(back=-2)
        if reader.read_dates():
            reader.at = start
            return False
        times = reader.read_times()
        if len(times) != 1 or not openings or reader.kind() in (Kind.DAY, Kind.DAYS, Kind.ARTICLE, Kind.FROM):
            reader.at = start
            return False
        pause, _ = times[0]
        if len(openings) > 1 and not is_new:
            raise reader.refuse("closed at noon on the last of these days, or on all")
        if not all(len(one.spans) == 1 and _is_within(pause, one.spans[0].times) for one in openings):
            raise reader.refuse("closed at times that are not open on all days")
        openings[:] = [
            replace(
                one,
                spans=(
                    replace(one.spans[0], times=Times(one.spans[0].times.start_min, pause.start_min)),
                    replace(one.spans[0], times=Times(pause.end_min, one.spans[0].times.end_min)),
                ),
            )
            for one in openings
        ]
        return True

    def _closed_half_anyway(self) -> bool:
        """Past ``l'après-midi`` without days, if nothing is open then."""
        reader, openings = self.reader, self.said.openings
        start = reader.at
        about = openings[-1:] if self._is_inline else openings
        half = reader.read_half()
        if half is None and self._is_of_cell():
            return True
        is_end = reader.peek() is None or reader.is_break() or reader.is_sign("),/")
        if half and is_end and about and all(half.is_free_of(span.times) for one in about for span in one.spans):
            return True
        reader.at = start
        return False

    def _is_of_cell(self) -> bool:
        """``lundi 9h-12h / fermé``: the cell of a table's afternoon, in which nothing is open anyway."""
        reader, openings = self.reader, self.said.openings
        is_cell = reader.is_sign("/|", -2) and (reader.peek() is None or reader.kind() is Kind.LINE)
        return is_cell and bool(openings) and all(Half.MORNING.fits(span.times) for span in openings[-1].spans)

    def read_closed_half(self) -> bool:
        """Past ``l'après-midi fermé`` after what is open, if nothing is open then; False if something else is next."""
        reader, openings = self.reader, self.said.openings
        start = reader.at
        is_inline = not reader.is_after_break()
        half = reader.read_half()
        reader.skip(frozenset(), ":")
        if half is None or not openings or not reader.take(Kind.CLOSED):
            reader.at = start
            return False
        about = openings[-1:] if is_inline else openings
        if not all(half.is_free_of(span.times) for one in about for span in one.spans):
            raise reader.refuse("open while closed")
        return True

    def read_exception(self) -> None:
        """Past what follows ``sauf``, and notes it. Raises: NotUnderstood."""
        self._is_inline = not self.reader.is_after_break(back=-2)
        reader = self.reader
        if self._is_from_closed():
            raise reader.refuse("an exception from what is closed")
        if reader.is_after(frozenset({Kind.ALL_YEAR, Kind.EXCEPT}), ",") and (dates := reader.read_dates()):
            self.said.closed_dates.extend(dates)  # "toute l'année sauf août", before or after what is open
            self._read_more_closed()
            return
        if not self.said.openings and reader.kind() is not Kind.SCHOOL_HOLIDAY:
            raise reader.refuse("an exception from nothing")
        while self._closed_part(may_end_early=True):
            here = reader.at
            reader.skip(frozenset({Kind.AND, Kind.ARTICLE}), ",")
            if reader.is_after(frozenset({Kind.PUBLIC_HOLIDAY, Kind.SCHOOL_HOLIDAY}), ",") and self._peek_dates():
                continue  # "sauf jours fériés et août"
            closed = self.said.closed_days
            is_of_halves = bool(closed) and closed[-1].days.half is not None
            more = self._peek_days() if is_of_halves else None
            if reader.kind() not in (Kind.SCHOOL_HOLIDAY, Kind.PUBLIC_HOLIDAY) and (more is None or more.half is None):
                reader.at = here
                return
        raise reader.refuse("an exception that is not understood")

    def _is_from_closed(self) -> bool:
        """Whether the exception is one of ``fermé les jours fériés sauf le 8 mai``: then it is open."""
        reader = self.reader
        back = -2
        while (kind := reader.kind(back)) not in (None, Kind.TIME, Kind.CLOSED) and not reader.is_break(back):
            back -= 1
        return kind is Kind.CLOSED

    def _peek_dates(self) -> bool:
        """Whether dates come next. Raises: NotUnderstood if they are not the last of their sentence."""
        reader = self.reader
        start = reader.at
        dates = reader.read_dates()
        if dates and not (reader.peek() is None or reader.is_break() or reader.is_sign(")")):
            raise reader.refuse("a part of the year: closed then, or open otherwise")
        reader.at = start
        return bool(dates)

    def _closed_days(self) -> Days | None:
        """Past days; of ``jours fériés, et le samedi de 9h à 12h`` the holidays alone if Saturday is open besides."""
        reader = self.reader
        start = reader.at
        reader.skip(frozenset({Kind.ARTICLE}))
        after = reader.at + 1 if reader.kind() is Kind.PUBLIC_HOLIDAY else None
        reader.at = start
        days = reader.read_days()
        others = frozenset(day for one in self.said.openings for day in one.days.week)
        if after is None or days is None or not days.week or days.week & others or not reader.starts_times():
            return days
        reader.at = after
        return Days(public_holidays=True)

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
        days = self._closed_days()
        if days is None:
            return False
        if days.public_holidays:
            self.close_holidays(place, self._is_inline)
        if not days.week:
            return True
        if days.parity is not None or (days.nth and (may_end_early or days.half or reader.starts_times())):
            raise reader.refuse("closed on some of these days")
        if days.nth:
            found.closed_nth.append(Cut(days, place, is_inline=self._is_inline))
            return True
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
                found.early_ends.append(self._cut(days, place, may_end_early, end.value))
                return True
            raise reader.refuse("open then, or closed then")
        reader.at = here
        if reader.kind() in (Kind.TIME, Kind.NUMBER) or (
            reader.kind() is Kind.FROM and reader.kind(1) in (Kind.TIME, Kind.NUMBER)
        ):
            raise reader.refuse("open then, or closed then")
        found.closed_days.append(self._cut(days, place, may_end_early))
        return True

    def _cut(self, days: Days, place: int, is_exception: bool, end_min: int | None = None) -> Cut:
        days = replace(days, public_holidays=False)
        period = self._explicit_period() if self._is_inline else None
        return Cut(days, place, end_min, period, self._is_inline, is_exception)


def _is_within(inner: Times, outer: Times) -> bool:
    return outer.start_min < inner.start_min < inner.end_min < outer.end_min
