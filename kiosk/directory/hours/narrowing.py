"""What narrows an opening down: every other week, of the month, but not ..., by appointment. Pure."""

from dataclasses import replace

from kiosk.directory.hours.expression import State
from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.reading import HALVES, Reader
from kiosk.directory.hours.statements import Days, NotUnderstood, Opening, Period, Said, Season, Span
from kiosk.directory.hours.words import words

_INCLUDABLE = frozenset({Kind.ARTICLE, Kind.DAY, Kind.DAYS, Kind.PUBLIC_HOLIDAY, Kind.SCHOOL_HOLIDAY})
"""What "inclus" may speak of when it comes first; after days it speaks of them."""


class Narrowing:
    """A text being read, and what it has said so far."""

    def __init__(self, text: str, of_days: frozenset[int]) -> None:
        self.reader = Reader(words(text), text)
        self._of_days = of_days
        self.said = Said()
        self.period = Period()
        self.parity: int | None = None
        self.appointment = ""
        self._has_halves = False
        self._is_after_open = False
        self._has_exception = False
        self.said.is_column = bool(of_days)

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
            elif word and opening.spans and not self._is_of_half() and reader.take(Kind.APPOINTMENT):
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

    def _is_of_half(self) -> bool:
        """Whether ``sur rendez-vous l'après-midi`` is next."""
        after = 2 if self.reader.kind(1) is Kind.ARTICLE else 1
        return self.reader.kind() is Kind.APPOINTMENT and self.reader.kind(after) in HALVES

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
