"""A whole French text about opening times, to what it says. Pure.

Every word must have its place in the grammar, to the end or to where contacts and prices begin: one that has none may
be the one that turns the meaning round ("la structure n'est plus ouverte").
"""

import re
from dataclasses import replace

from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.labels import OF_ANOTHER, OF_TOWNS, PLACE, PURPOSE, WELCOMES
from kiosk.directory.hours.otherwise import Otherwise
from kiosk.directory.hours.statements import EVERY_DAY, Days, NotUnderstood, Opening, Period, Said, Season
from kiosk.directory.hours.words import Word

BETWEEN = frozenset({Kind.LINE, Kind.AND, Kind.THEN, Kind.OPEN, Kind.ALL_YEAR, Kind.NO_APPOINTMENT})
BETWEEN_SIGNS = ",;/-.:|+>*\u2022()&"
HARMLESS = frozenset({Kind.WORD, Kind.NUMBER, Kind.SIGN, Kind.PHONE, Kind.CONTACT, Kind.TO, Kind.FROM, Kind.AND}) | {
    Kind.ARTICLE,
    Kind.LABEL,
    Kind.LINE,
    Kind.THEN,
}
"""What may follow where contacts begin. A day or time there would be one that we passed over."""
FIXED_HOLIDAYS = frozenset({(1, 1), (1, 5), (8, 5), (14, 7), (15, 8), (1, 11), (11, 11), (25, 12)})
"""Days and months: whoever is closed on them is so whatever day of the week they are."""
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

_OF_PHONE = frozenset({Kind.DAY, Kind.DAYS, Kind.TIME, Kind.NUMBER, Kind.TO, Kind.FROM, Kind.AND, Kind.ARTICLE}) | {
    Kind.SIGN,
    Kind.PHONE,
    Kind.ALL_DAY,
}
_LABEL_SIGNS = ':-.,*>\u2022\u00ab\u00bb"'
_FREE_CALL = re.compile(r"(?:appel|numero|service) (?:gratuit|anonyme|vert|unique)$")
"""Contacts that may be told before all times: they say nothing of them."""


def said(text: str, of_days: frozenset[int] = frozenset()) -> tuple[Said, int]:
    """What ``text`` says, and where in it contacts and prices begin. ``of_days``: of which days, where a table says it.

    Raises: NotUnderstood.
    """
    return _Grammar(text, of_days).read()


class _Grammar(Otherwise):
    """The text as a whole: which statements, in which part of the year, and what is closed."""

    _names: list[Word]
    """What the text calls the place before all times."""

    def read(self) -> tuple[Said, int]:
        reader = self.reader
        self._skip_label()
        while True:
            self._skip_between()
            word = reader.peek()
            if word is None or (word.kind in (Kind.CONTACT, Kind.PHONE) and self.said.openings):
                self._check_weeks()
            if word is None:
                return self.said, len(reader.text)
            if word.kind in (Kind.CONTACT, Kind.PHONE) and self.said.openings:
                self._check_rest()
                return self.said, word.start
            article = int(word.kind is Kind.ARTICLE)
            if reader.kind(article) is Kind.BY_PHONE and self.said.openings and reader.is_after_break():
                reader.at += article
                self._check_phone_hours()
                return self.said, word.start
            self._statement(word)

    def _skip_label(self) -> None:
        """Past what is said before all times: opening times of which service, open, one's own name for them."""
        reader = self.reader
        names: list[Word] = []
        while True:
            start = reader.at
            reader.skip(frozenset({Kind.HEADING, Kind.LABEL, Kind.OPEN, Kind.ONLY, Kind.LINE}), _LABEL_SIGNS)
            names += reader.since(start)
            here = reader.at
            reader.skip(frozenset({Kind.FROM, Kind.TO, Kind.ARTICLE, Kind.AND}), "(\u00ab")
            if names and self._skip_town(names[-1]):
                continue
            word = reader.peek()
            is_free = word is not None and word.kind is Kind.CONTACT and _FREE_CALL.match(word.plain) is not None
            if not is_free and (word is None or reader.take(Kind.LABEL, Kind.HEADING) is None):
                reader.at = here
                break
            names += [word] if word else []
            reader.at += is_free
            reader.skip(frozenset(), ")")
        if any(not _is_whole(part) for part in _parts(names)):
            raise NotUnderstood("one of its services, or all of it", names[0].start)
        self._names = [word for word in names if word.kind is Kind.LABEL]

    def _skip_town(self, last: Word) -> bool:
        """Past ``Epernay`` of ``Antenne d'Epernay``: after such a place the name is a town's."""
        reader = self.reader
        start = reader.at
        is_of = last.plain in OF_TOWNS and all(word.plain in ("de", "d'") for word in reader.since(start - 1))
        while is_of and (word := reader.peek()) and word.kind is Kind.WORD and self._is_name(word):
            reader.at += 1
            reader.skip(frozenset(), "-")
        return reader.at > start

    def _is_name(self, word: Word) -> bool:
        """Whether it is written as names are: ``Epernay``. What is shouted may be any word."""
        written = self.reader.text[word.start : word.end]
        return written[0].isupper() and written[1:].islower()

    def _check_weeks(self) -> None:
        """Refuses what may or may not be of the even weeks too."""
        said = {one.days.parity for one in self.said.openings}
        if self.parity is not None and said != {0, 1} and len(self.said.openings) > 1:
            raise self.reader.refuse("even or odd weeks, and not of which days")

    def _check_rest(self) -> None:
        start = self.reader.at
        first = self.reader.peek()
        if (
            first
            and first.plain.startswith("par ")
            and not self.reader.text.startswith("Par", first.start)
            and not self._is_apart()
        ):
            raise self.reader.refuse("by telephone only, or too")
        while word := self.reader.peek():
            if word.kind not in HARMLESS or word.plain.startswith(ALARMING):
                raise self.reader.refuse("opening times among the contacts")
            self.reader.at += 1
        self.reader.at = start

    def _check_phone_hours(self) -> None:
        """Refuses what comes after ``accueil téléphonique`` if any of it may be of the door."""
        reader = self.reader
        start = reader.at
        reader.at += 1
        is_heading = reader.kind() is not Kind.LINE or bool(self._names)
        reader.skip(frozenset({Kind.LINE, Kind.OPEN}), ":-")
        if reader.peek() is None or not is_heading:
            raise reader.refuse("by telephone, and perhaps all of it")
        while word := reader.peek():
            if word.kind not in _OF_PHONE or (word.plain in ".;" and not reader.is_end()):
                raise reader.refuse("by telephone, and what of the door")
            reader.at += 1
        reader.at = start

    def _is_apart(self) -> bool:
        return self.reader.is_after_break() and self.reader.kind(-1) is not Kind.AND

    def _skip_between(self) -> None:
        reader = self.reader
        start = reader.at
        while reader.kind() is Kind.NO_APPOINTMENT or reader.skip(BETWEEN - {Kind.NO_APPOINTMENT}, BETWEEN_SIGNS):
            if (free := reader.take(Kind.NO_APPOINTMENT)) and free.value and reader.is_sign(":"):
                self.appointment = ""
            last = reader.peek(-1)
            if last and last.plain == "(" and reader.kind() is Kind.TIME and self.ends_otherwise_in_holidays():
                continue
            if last and last.plain == "(" and self.ends_otherwise_on_days():
                continue
            if last and last.plain == "(" and reader.kind() in (Kind.TIME, Kind.NUMBER, Kind.FROM):
                raise reader.refuse("times in brackets: besides, or instead")
        self._is_after_open = any(reader.kind(back) is Kind.OPEN for back in range(start - reader.at, 0))

    def _statement(self, word: Word) -> None:
        in_brackets = self.reader.is_sign("(", -1)
        is_within = not self.reader.is_after_break()
        is_local = bool(self.said.openings) and (in_brackets or is_within or word.kind is Kind.EXCEPT)
        before = len(self.said.closed_dates), self.said.closed_season
        self._one_statement(word)
        if before == (len(self.said.closed_dates), self.said.closed_season):
            return
        if is_local:
            self.said.local.append(self.reader.place)
        if self._is_of_fixed_holidays(before[0]):
            return
        if len(self.said.openings) > 1 and (in_brackets or (word.kind is Kind.EXCEPT and is_within)):
            raise self.reader.refuse("a part of the year: closed for the last, or for all")

    def _is_of_fixed_holidays(self, known: int) -> bool:
        """Whether all dates closed since ``known`` are holidays, and the last opening is of those alone of the year."""
        new = self.said.closed_dates[known:]
        is_of_last = bool(self.said.openings) and self.said.openings[-1].days.public_holidays
        return (
            is_of_last
            and bool(new)
            and all(one.first == one.last and (one.first.day, one.first.month) in FIXED_HOLIDAYS for one in new)
        )

    def _one_statement(self, word: Word) -> None:
        reader, found = self.reader, self.said
        if word.kind is Kind.HEADING:
            reader.at += 1
            if not found.openings:
                return  # "Du 01/01 au 30/06 : ouverture le mardi"
            if word.plain.startswith("horaire") and reader.kind() is Kind.FROM and reader.kind(1) is Kind.DAY:
                return  # "Horaires du mardi : ... Horaires du mercredi : ..."
            reader.skip(frozenset({Kind.LINE}), ":-")
            if reader.kind() not in (Kind.TERM, Kind.SCHOOL_HOLIDAY, Kind.SEASON):
                reader.at -= 1
                raise reader.refuse("a heading for another thing")
            return
        is_hors = word.kind is Kind.EXCEPT and "hors" in word.plain and reader.kind(1) is Kind.SCHOOL_HOLIDAY
        if is_hors and (not found.openings or self.period.season is Season.HOLIDAYS):
            reader.at += 2
            found.closed_season = found.closed_season if found.openings else Season.HOLIDAYS
            self._change_period(Period(season=Season.TERM))
        elif reader.take(Kind.LATE):
            self.read_late()
        elif self.read_closed_half() or self.read_half_by_appointment():
            pass
        elif reader.take(Kind.EXCEPT):
            self.read_exception()
        elif (subject := self._skip_subject()) or reader.kind() is Kind.CLOSED:
            reader.at += 1
            self.read_closing(subject)
        elif found.openings and self.includes_holidays():
            found.open_on_public_holidays = True
        elif word.kind in (Kind.EVEN_WEEK, Kind.ODD_WEEK) and (not found.openings or reader.is_after_break()):
            reader.at += 1
            reader.skip(frozenset({Kind.LINE}), ":,-")
            if self._peek_days() is None:
                raise reader.refuse("even or odd weeks, and not what then")
            self.parity = 0 if word.kind is Kind.EVEN_WEEK else 1
        elif reader.take(Kind.REST_OF_YEAR):
            self._change_period(Period(is_rest=True))
        elif reader.take(Kind.SEASON):
            in_brackets = reader.is_sign("(")
            reader.skip(frozenset({Kind.LINE}), "(:,-")
            dates = reader.read_dates()
            if not dates or (in_brackets and not reader.is_sign(")")):
                raise reader.refuse("a season, and not from when to when")
            self._change_period(Period(dates))
        elif word.plain == "vacances" and self.period.season is Season.TERM:
            reader.at += 1
            self._change_period(Period(season=Season.HOLIDAYS))
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
            elif self._may_be_of_last(word):
                raise reader.refuse("a part of the year: of what was before, or of what comes")
            else:
                self._change_period(Period(dates))
        elif reader.take(Kind.APPOINTMENT):
            self._by_appointment(word)
        elif reader.take(Kind.OR_APPOINTMENT):
            self._or_by_appointment(word)
        else:
            self.read_opening()

    def _skip_subject(self) -> int:
        """Past ``la bibliothèque`` of ``la bibliothèque est fermée le lundi``, if the text is of no other; how many."""
        reader = self.reader
        start = reader.at
        reader.skip(frozenset({Kind.ARTICLE}))
        name = reader.take(Kind.LABEL)
        known = {word.plain for word in self._names if word.value == PLACE}
        if name is None or name.value != PLACE or reader.kind() is not Kind.CLOSED or known - {name.plain}:
            reader.at = start
        return reader.at - start

    def _may_be_of_last(self, first: Word) -> bool:
        """Whether the dates from ``first`` on, now read, stand between two openings, and may be of either."""
        reader, openings = self.reader, self.said.openings
        if not openings or openings[-1].period != Period() or reader.peek() is None:
            return False
        back = -1
        while (word := reader.peek(back)) and word.start >= first.start:
            back -= 1
        return reader.kind(back) is Kind.TIME or (reader.is_sign(",", back) and reader.is_sign(","))

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
            self.said.periods.append((period, reader.place))
        elif self._is_after_open:
            raise reader.refuse("open then: only, or too")
        elif any(one.is_exact and one.first == one.last and one.first.year is None for one in period.dates):
            raise reader.refuse("one day, and not of which year")
        elif self.said.has_closings:
            raise reader.refuse("a part of the year after an exception: closed then, or open then alone")
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
            self.condition_all(comment)
        elif is_last:
            openings.append(Opening(Days(EVERY_DAY, public_holidays=True), (), comment=comment))
        elif is_heading or not openings:
            self.appointment = comment
        else:
            raise reader.refuse("by appointment, and not when")

    def _or_by_appointment(self, word: Word) -> None:
        reader = self.reader
        reader.skip(frozenset({Kind.LINE}), ".,)")
        rest = reader.peek()
        is_last = rest is None or rest.kind in (Kind.PHONE, Kind.CONTACT)
        if not is_last or not self.said.openings or any(one.comment for one in self.said.openings):
            raise reader.refuse("or by appointment, and not when")
        self.said.otherwise = re.sub(r"(?i)^(?:ou|et) (?:bien )?", "", reader.text[word.start : word.end])


def _parts(names: list[Word]) -> list[list[Word]]:
    """The words before all times, cut where another thing is named: ``Centre social : permanence juridique``."""
    parts: list[list[Word]] = [[]]
    for word in names:
        if word.kind in (Kind.HEADING, Kind.LINE) or word.plain in ":.":
            parts.append([])
        elif word.kind is Kind.LABEL:
            parts[-1].append(word)
    return parts


def _is_whole(names: list[Word]) -> bool:
    """Whether that may be all that a place is there for, not one of the things that are done there."""
    heads = [word for word in names if word.value in (PLACE, PURPOSE) and word.plain not in WELCOMES]
    return bool(heads) or not any(word.value == OF_ANOTHER for word in names)
