"""The words of a text, read from left to right; days, times and parts of the year as people write them. Pure.

Each of the ``read_...`` takes what it understands and leaves the rest, or takes nothing and returns None; what can be
read in two ways is refused.
"""

from itertools import pairwise

from kiosk.directory.hours.expression import DAY_MIN, Times
from kiosk.directory.hours.kinds import PUBLIC_HOLIDAYS, Kind
from kiosk.directory.hours.seasons import SeasonReader
from kiosk.directory.hours.statements import Days, Half

HALVES = {Kind.MORNING: Half.MORNING, Kind.AFTERNOON: Half.AFTERNOON, Kind.EVENING: Half.EVENING}
NIGHT_FROM_MIN, NIGHT_UNTIL_MIN = 17 * 60, 6 * 60
"""Who closes after midnight closes by six, or has opened in the evening: else a figure is wrong."""
NIGHT_MOST_MIN = 18 * 60
DAWN_MIN = 5 * 60
"""An opening between midnight and five is more often one of the afternoon."""
LIST_OR_RANGE = 4
"""``lundi-jeudi`` and longer is a range; of ``mardi-jeudi`` nobody knows whether Wednesday is meant."""


class Reader(SeasonReader):
    """Days, times and parts of the year."""

    # --- days ------------------------------------------------------------------------------------------------

    def read_days(self) -> Days | None:
        """``du lundi au jeudi et le samedi``, ``les 1er et 3e lundis du mois``, ``jours feries``.

        Two days with nothing between them may be a range, or an empty line of a table before the other: but not in a
        list of more, and next to each other in the week (``lundi, mardi mercredi et vendredi``: it lacks a comma).
        """
        start = self.at
        lead = self._read_leading_half()
        week: set[int] = set()
        nth: frozenset[int] = frozenset()
        holidays = False
        parity: int | None = None
        is_one = False
        in_a_row: list[int] = []
        lacks_comma: list[bool] = []
        last = count = 0
        while True:
            before = self.at
            if count:
                self.skip(frozenset({Kind.AND}), ",/&-" if self._is_list() else ",/&")
            if count and self.at == before:
                word = self.peek()
                if len(week) != count or word is None or word.kind is not Kind.DAY:
                    break
                in_a_row = [*(in_a_row or week), word.value]  # "lu ma je 9h-12h"
                has_and = any(one.kind is Kind.AND for one in self._words[start : self.at])
                lacks_comma.append(count > 1 and not has_and and word.value == last + 1)
            articles = self.at
            self.skip(frozenset({Kind.ARTICLE, Kind.FROM}))
            is_one |= any(word.value for word in self._words[articles : self.at] if word.kind is Kind.ARTICLE)
            if self.take(Kind.PUBLIC_HOLIDAY):
                holidays = True
            elif count == 0 and (found := self.read_ordinals()):
                nth = found
                word = self.take(Kind.DAY)
                if word is None or self.take(Kind.OF_MONTH) is None:
                    raise self.refuse("a day of the month, but not which")
                week.add(word.value)
                count += 1
                break
            elif (word := self.peek()) and word.kind is Kind.DAYS and word.value & PUBLIC_HOLIDAYS:
                week |= self._read_day_range(week) or set()
                holidays = True
            elif (some := self._read_day_range(week)) is not None:
                week |= some
                last = max(some)
            else:
                self.at = before
                break
            count += 1
        if not count:
            self.at = start
            return None
        is_run = bool(in_a_row) and in_a_row == list(range(in_a_row[0], in_a_row[0] + len(in_a_row)))
        is_list = lacks_comma == [True] and count > 3
        if not is_list and (len(lacks_comma) == 1 or is_run):
            raise self.refuse("days in a row: all of them, all between, or the last")
        half = self.read_half() or lead
        is_of_last = half is not lead and count > 1 and not self._is_shared(start)
        if self.kind() is Kind.FROM and self.kind(1) in (Kind.EVEN_WEEK, Kind.ODD_WEEK):
            self.at += 1
        if word := self.take(Kind.EVEN_WEEK, Kind.ODD_WEEK):
            parity = 0 if word.kind is Kind.EVEN_WEEK else 1
        is_pair = count == 1 and len(week) == 2
        return Days(frozenset(week), nth, holidays, parity, half, is_of_last, is_pair, is_one)

    def _read_leading_half(self) -> Half | None:
        """``tous les matins`` before ``du lundi au samedi``."""
        start = self.at
        self.skip(frozenset({Kind.ARTICLE}))
        word = self.take(*HALVES)
        is_of_days = self.kind() in (Kind.FROM, Kind.ARTICLE) and self._is_day(1)
        if word is None or not is_of_days:
            self.at = start
            return None
        return HALVES[word.kind]

    def _is_shared(self, start: int) -> bool:
        """Whether the half after listed days is of each: ``les mardi et jeudi matin``, ``mardi et jeudi matins``."""
        articles = [word.plain for word in self._words[start : self.at] if word.kind is Kind.ARTICLE]
        return articles == ["les"] or self._words[self.at - 1].plain.endswith("s")

    def _is_list(self) -> bool:
        return self.is_sign("-") and self.kind(1) in (Kind.DAY, Kind.ARTICLE)

    def read_ordinals(self) -> frozenset[int]:
        start = self.at
        found: set[int] = set()
        if self.kind() is Kind.NUMBER and self.kind(1) is Kind.ORDINAL:
            many, word = self.peek(), self.peek(1)
            if many is not None and word is not None and word.value == 1 and 2 <= many.value <= 4:
                self.at += 2
                return frozenset(range(1, many.value + 1))
        while word := self.take(Kind.ORDINAL):
            found.add(word.value)
            if self.kind() in (Kind.AND, Kind.SIGN) and self.kind(1) in (Kind.ORDINAL, Kind.ARTICLE):
                self.skip(frozenset({Kind.AND, Kind.ARTICLE}), ",&/")
        if self.kind() is not Kind.DAY and self.kind() is not Kind.OF_MONTH:
            self.at = start
            return frozenset()
        return frozenset(found)

    def _read_day_range(self, known: set[int]) -> frozenset[int] | None:
        word = self.take(Kind.DAYS)
        if word:
            return frozenset(day for day in range(7) if word.value >> day & 1)
        word = self.take(Kind.DAY)
        if word is None:
            return None
        first = word.value
        if self.kind() is Kind.TO and self._is_day(1):
            self.at += 1
            self.skip(frozenset({Kind.ARTICLE}))
            last = self._day()
            return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))
        if self.is_sign("-") and self.kind(1) is Kind.DAY:
            return self._read_dashed(first, known)
        return frozenset({first})

    def _read_dashed(self, first: int, known: set[int]) -> frozenset[int]:
        days = [first]
        while self.is_sign("-") and self.kind(1) is Kind.DAY:
            self.at += 1
            days.append(self._day())
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise self.refuse("days in no order")
        if len(days) > 2 or days[1] == days[0] + 1:
            return frozenset(days)
        if days[1] - days[0] + 1 < LIST_OR_RANGE or known:
            raise self.refuse("two days with a dash: both, or all between")
        return frozenset(range(days[0], days[1] + 1))

    def _is_day(self, after: int) -> bool:
        return self.kind(after) is Kind.DAY or (self.kind(after) is Kind.ARTICLE and self.kind(after + 1) is Kind.DAY)

    def _day(self) -> int:
        word = self.take(Kind.DAY)
        if word is None:
            raise self.refuse("a day is missing")
        return word.value

    def read_half(self) -> Half | None:
        start = self.at
        self.skip(frozenset({Kind.ARTICLE}))
        word = self.take(*HALVES)
        if word is None:
            self.at = start
            return None
        return HALVES[word.kind]

    # --- times -----------------------------------------------------------------------------------------------

    def read_times(self) -> tuple[tuple[Times, Half | None], ...]:
        """``de 9h à 12h30 et de 14 à 17h``, ``9h/12h - 14h/17h``: in pairs, in order. Empty: here are none."""
        found: list[tuple[Times, Half | None]] = []
        bare = 0
        while True:
            before = self.at
            half, had_from = self._skip_to_times(is_first=not found)
            if not self._is_time():
                self.at = before
                break
            start, is_bare_start = self._time()
            has_between = self._is_after_between(before)
            if not self._skip_within(has_between):
                raise self.refuse("a time without an end")
            if not self._is_time():
                raise self.refuse("a time without an end")
            is_slash = self.is_sign("/", -1)
            end, is_bare_end = self._time()
            if is_bare_start and is_bare_end and is_slash:
                raise self.refuse("two numbers that may be a date")
            if is_bare_start and is_bare_end:
                bare += 0 if had_from else 1
            previous = found[-1][0].end_min if found else 0
            if start < previous and self._is_joined(before):
                self.at = before  # "lundi 9h-22h et 9h-18h le samedi": the second are of other days
                break
            found.append((self._span(start, end, previous), half))
            if half is None:
                self._skip_half_after(found[-1][0])
        if bare and bare == len(found):
            raise self.refuse("numbers that may be hours or days")
        return tuple(found)

    def _skip_to_times(self, is_first: bool) -> tuple[Half | None, bool]:
        half: Half | None = None
        had_from = False
        while True:
            if self.kind() in HALVES and (not is_first or self._is_before_time(1)):
                half = HALVES[self._words[self.at].kind]
                self.at += 1
                self.skip(frozenset(), ":")
            elif is_first and self.kind() is Kind.ARTICLE and self.kind(1) in HALVES and self._is_before_time(2):
                self.at += 1  # "le matin de 9h à 12h"
            elif self.kind() in (Kind.FROM, Kind.BETWEEN):
                had_from = True
                self.at += 1
            elif is_first and self.kind() is Kind.ARTICLE and self.kind(1) in HALVES:
                return None, False
            elif not self.skip(frozenset({Kind.AND, Kind.THEN, Kind.LINE, Kind.ARTICLE}), ",/-;:|.+>&"):
                return half, had_from

    def _skip_half_after(self, times: Times) -> None:
        """Past ``le matin`` of ``9h-12h le matin et 14h-17h l'après-midi``, where it says what is so anyway."""
        here = self.at
        self.skip(frozenset({Kind.ARTICLE}))
        word = self.take(*HALVES)
        is_one = word is not None and not word.plain.endswith("s") and self.at - here <= 2
        if word is None or not is_one or not HALVES[word.kind].fits(times) or self.kind() is Kind.TIME:
            self.at = here

    def _is_before_time(self, after: int) -> bool:
        """Whether a time follows, be it with ``:`` or ``de`` before it."""
        while self.kind(after) in (Kind.FROM, Kind.BETWEEN) or self.is_sign(":", after):
            after += 1
        return self.kind(after) is Kind.TIME

    def _is_joined(self, start: int) -> bool:
        return self._words[start].kind in (Kind.AND, Kind.LINE) or self._words[start].plain in ",;."

    def _is_after_between(self, start: int) -> bool:
        return any(word.kind is Kind.BETWEEN for word in self._words[start : self.at])

    def _skip_within(self, has_between: bool) -> bool:
        """Past what stands between a beginning and its end; False if nothing that may."""
        if has_between:
            return self.take(Kind.AND) is not None
        if self.take(Kind.TO, Kind.UNTIL):
            return True
        if self.skip(frozenset(), "-/>=~"):
            return True
        zero = self.peek()
        if zero and zero.kind is Kind.NUMBER and zero.plain == "0" and self.kind(1) is Kind.TIME:
            self.at += 1  # "9h 0 12h": the key beside the one with the accent
            return True
        return self.kind() is Kind.TIME

    def _is_time(self) -> bool:
        word = self.peek()
        if word is None or word.kind is Kind.TIME:
            return word is not None
        is_hour = word.kind is Kind.NUMBER and word.value <= 24 and len(word.plain) <= 2
        if self.kind(1) is Kind.TO and self.kind(2) is Kind.NUMBER and self.kind(3) is Kind.MONTH:
            return False  # "du 14 au 18 août"
        if self.is_sign("/", 1) and self._is_figures():
            return False  # "du 01/04 au 30/09"
        return is_hour and self.kind(1) not in (Kind.MONTH, Kind.ORDINAL) and not self.is_sign(":", 1)

    def _time(self) -> tuple[int, bool]:
        word = self._words[self.at]
        self.at += 1
        return (word.value, False) if word.kind is Kind.TIME else (word.value * 60, True)

    def _span(self, start: int, end: int, previous_end: int) -> Times:
        start = 0 if start == DAY_MIN else start
        end = DAY_MIN if end == 0 else end
        if max(start, end) > DAY_MIN or start < previous_end or start == end or 0 < start < DAWN_MIN:
            raise self.refuse("times in no order")
        if end < start:
            end += DAY_MIN
            is_night = start >= NIGHT_FROM_MIN or end - DAY_MIN <= NIGHT_UNTIL_MIN
            if not is_night or end - start > NIGHT_MOST_MIN:
                raise self.refuse("an end before the beginning")
        return Times(start, end)
