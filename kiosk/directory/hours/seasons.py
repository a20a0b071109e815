"""Parts of the year as people write them: months, dates, lists and ranges of both. Pure."""

from kiosk.directory.hours.cursor import Cursor
from kiosk.directory.hours.expression import Dates, Moment
from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.parsing import MONTH_DAYS


class SeasonReader(Cursor):
    """Parts of the year. Takes what it understands and leaves the rest, or takes nothing."""

    def read_dates(self) -> tuple[Dates, ...]:
        """``d'octobre à juin``, ``en juillet et août``, ``du 1er au 15 août 2026``, ``le 25 décembre``. Empty: none."""
        found, is_range = self.read_dates_once()
        while is_range and (self.kind() is Kind.AND or self.is_sign("/")):
            here = self.at
            self.at += 1
            more, is_range = self.read_dates_once()
            if not is_range:
                self.at = here
                break
            found += more
        return found

    def read_dates_once(self) -> tuple[tuple[Dates, ...], bool]:
        """From a day to a day, or a list of days or months; and whether it is the former."""
        start = self.at
        self.skip(frozenset({Kind.FROM, Kind.ARTICLE, Kind.OF_MONTH}))
        if self.kind() in (Kind.FROM, Kind.TO):
            self.at += 1
        if by_figures := self._read_figures():
            return (by_figures,), True
        if self.take(Kind.YEAR_END):
            return (self._dates(Moment(12, 25), Moment(1, 1)),), False
        first = self._moment()
        if first is None:
            self.at = start
            return (), False
        if self.kind() is Kind.TO or self.is_sign("-/"):
            is_slash = self.is_sign("/")
            here = self.at
            self.at += 1
            last = self._moment()
            if last is None or (is_slash and last.month - first.month != 1):
                self.at = here
                return (self._dates(first, first),), False
            if first.month == 0:
                first = Moment(last.month, first.day, last.year)
            return (self._dates(first, last),), True
        if first.month == 0:
            self.at = start
            return (), False
        found = [self._dates(first, first)]
        while self.kind() is Kind.AND or self.is_sign(",") or self._is_next_month(first):
            here = self.at
            self.skip(frozenset({Kind.AND, Kind.ARTICLE, Kind.FROM}), ",")
            more = self._moment()
            if more is None or more.month == 0:
                self.at = here
                break
            found.append(self._dates(more, more))
        return tuple(found), False

    def _is_next_month(self, first: Moment) -> bool:
        """``juillet août``."""
        word = self.peek()
        is_month = word is not None and word.kind is Kind.MONTH and self.kind(-1) is Kind.MONTH
        return is_month and word is not None and first.day == 0 and word.value == first.month + 1

    def _read_figures(self) -> Dates | None:
        """``01/04 au 30/09``; two figures with a bar alone may be hours."""
        start = self.at
        first = self._figures()
        last = self._figures() if first and self.take(Kind.TO) else None
        if first is None or last is None:
            self.at = start
            return None
        return self._dates(first, last)

    def _is_figures(self) -> bool:
        start = self.at
        found = self._read_figures()
        self.at = start
        return found is not None

    def _figures(self) -> Moment | None:
        day, month = self.peek(), self.peek(2)
        if day is None or month is None or not self.is_sign("/", 1):
            return None
        if {day.kind, month.kind} != {Kind.NUMBER} or len(day.plain) != 2 or len(month.plain) != 2:
            return None
        if not 1 <= month.value <= 12 or not 1 <= day.value <= MONTH_DAYS[month.value - 1]:
            return None
        self.at += 3
        year = self.peek(1)
        if not self.is_sign("/") or year is None or year.kind is not Kind.NUMBER:
            return Moment(month.value, day.value)
        if not 2000 <= year.value <= 2199:
            raise self.refuse("a date without a whole year")
        self.at += 2
        return Moment(month.value, day.value, year.value)

    def _moment(self) -> Moment | None:
        """A month (day 0), a day of one, or a day alone (month 0)."""
        start = self.at
        day = self.take(Kind.NUMBER, Kind.ORDINAL)
        month = self.take(Kind.MONTH)
        if month is None:
            if day is not None and 1 <= day.value <= 31 and self.kind() is Kind.TO and self.kind(2) is Kind.MONTH:
                return Moment(0, day.value)
            self.at = start
            return None
        if day is not None and not 1 <= day.value <= MONTH_DAYS[month.value - 1]:
            raise self.refuse("no such day")
        year = self.peek()
        if year is None or year.kind is not Kind.NUMBER or not 2000 <= year.value <= 2199:
            return Moment(month.value, day.value if day else 0)
        self.at += 1
        return Moment(month.value, day.value if day else 0, year.value)

    def _dates(self, first: Moment, last: Moment) -> Dates:
        if (first.day == 0) != (last.day == 0):
            raise self.refuse("half a date")
        if first.year is None and last.year is not None:
            is_over_new_year = (first.month, first.day) > (last.month, last.day)
            first = Moment(first.month, first.day, last.year - (1 if is_over_new_year else 0))
        if (first.year is None) != (last.year is None):
            raise self.refuse("half a date")
        if first.day:
            return Dates(first, last, is_exact=True)
        return Dates(Moment(first.month, 1, first.year), Moment(last.month, MONTH_DAYS[last.month - 1], last.year))
