"""What the cells of a relay mean for one question: is it open, how far is it, does it speak the language ... Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from math import inf, isnan
from typing import NamedTuple

from kiosk.directory.hours.openness import Answer as Openness
from kiosk.directory.hours.openness import Closed, HolidayCheck, Open, is_usual, openness
from kiosk.directory.hours.schedule import Kind
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.index.cells import CALENDARS, Cells, Home, Profile, Statement
from kiosk.directory.index.curve import apart_km
from kiosk.directory.index.store import Week
from kiosk.directory.parts import Hours, Room, Strength
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.search import ranking
from kiosk.directory.search.matching import areas_of
from kiosk.directory.search.needing import Met
from kiosk.directory.search.question import Clock, Question
from kiosk.directory.search.ranking import Traits

TOLD_KM = 50.0
"""A national service farther off than this is no place to go to: its distance is not told."""
EVERYBODY = "tous-publics"


@dataclass(frozen=True)
class Moment:
    """When it is asked about, and whether that is sure."""

    at: datetime
    is_sure: bool

    @classmethod
    def of(cls, question: Question, clock: Clock) -> "Moment":
        """A time that somebody names needs no clock; now is as sure as the clock is."""
        if question.open_at is None or question.open_at == clock.now:
            return cls(clock.now, clock.is_trusted)
        return cls(question.open_at, True)


class Asker(NamedTuple):
    """Who asks, as far as it changes what a profile is worth."""

    audiences: frozenset[str]
    guessed: frozenset[str]
    """The same as the text says it, where nothing else does: preferred a little, and nobody is left out."""
    languages: frozenset[str]
    """One of them would be good."""
    must_speak: bool
    """One of them must be spoken."""

    @classmethod
    def of(cls, question: Question, guessed: Iterable[str] = ()) -> "Asker":
        """The one of ``question``; without a language, who speaks that of a foreign interface is better."""
        spoken = question.languages or ((question.language,) if question.language != "fr" else ())
        audiences = frozenset(question.audiences)
        return cls(audiences, frozenset(() if audiences else guessed), frozenset(spoken), bool(question.languages))

    @property
    def most(self) -> float:
        """What the rows ``audience`` and ``language`` can be worth at the most."""
        best = "exclusive" if self.audiences else "named" if self.guessed else "anybody"
        return ranking.AUDIENCE[best] + ranking.LANGUAGE["spoken" if self.languages else "unknown"]

    def merit(self, profile: Profile) -> float:
        """What ``profile`` is worth; endless depths for who cannot be a result."""
        own = [who for who, strength in profile.audiences if strength is Strength.EXCLUSIVE]
        if self.audiences and own and self.audiences.isdisjoint(own):
            return -inf
        if self.must_speak and self.languages.isdisjoint(profile.languages):
            return -inf
        return self.merit_of_line(profile)

    def merit_of_line(self, profile: Profile) -> float:
        """The same for a national line, which nothing but age and gender shuts out."""
        if not self.audiences.isdisjoint(profile.refused):
            return -inf
        return ranking.profile_points(
            profile.level, self.fit(profile), self.language(profile), profile.confidence, profile.phone
        )

    def fit(self, profile: Profile) -> str:
        """The trait ``audience``."""
        return _audience(profile.audiences, self.audiences, self.guessed)

    def language(self, profile: Profile) -> str:
        """The trait ``language``."""
        if not self.languages or not profile.languages:
            return "unknown"
        return "others" if self.languages.isdisjoint(profile.languages) else "spoken"


class Day(NamedTuple):
    """The day that is asked about, as far as it changes what a statement is worth."""

    today: int
    """An ordinal (:meth:`datetime.date.toordinal`)."""
    is_sure: bool
    """A terminal that does not know the day believes no statement."""

    @classmethod
    def of(cls, moment: Moment) -> "Day":
        """The one of ``moment``."""
        return cls(moment.at.toordinal() if moment.is_sure else 0, moment.is_sure)

    def age_days(self, seen_on: int) -> int | None:
        """Since it was checked or changed; None: not known."""
        return self.today - seen_on if seen_on and self.is_sure else None

    def room(self, said: Statement | None) -> Room:
        """What may be believed of its room, as :func:`kiosk.directory.record.room_on`."""
        if said is None or not self.is_sure or not said.stated_on <= self.today <= said.good_until:
            return Room.UNKNOWN
        return said.room


def serves(home: Home, areas: frozenset[str]) -> bool | None:
    """The trait ``serves``: whether one of ``areas`` is served; None: it names none, or no place is known."""
    return None if not home.serves or not areas else not areas.isdisjoint(home.serves)


class Scales:
    """Reads cells for one question; made for it, used by its thread."""

    def __init__(
        self,
        cells: Cells,
        question: Question,
        moment: Moment,
        near: Spot | None,
        hours: Callable[[int], tuple[Hours, Week | None]],
        guessed: Iterable[str] = (),
    ) -> None:
        """``guessed``: who asks, as the text says it."""
        self._cells = cells
        self._moment = moment
        self._must_be_open = question.open_at is not None
        self._hours = hours
        self.near = near if near is not None and is_point(near) else None
        """From where distances are measured."""
        self.areas = areas_of(near) if near is not None and (near.department or near.insee) else frozenset()
        """The codes of the areas that hold the place; none: it is not known."""
        self.asker = Asker.of(question, guessed)
        self.day = Day.of(moment)
        self._answers: dict[tuple[int, int], Openness] = {}
        self._minutes: dict[Territory, int | None] = {}

    @cached_property
    def most(self) -> float:
        """What anybody can have at the most, but for words, need, focus, danger and distance."""
        return (
            max(ranking.OPEN.values())
            + max((ranking.best_points(*kind) for kind in self._cells.kinds), default=0.0)
            + self.asker.most
            + ranking.AREA[True if self.areas else None]
            + ranking.ROOM[Room.AVAILABLE if any(self._cells.statements) else Room.UNKNOWN]
            + ranking.FRESH
        )

    def open_points(self, hours: int, calendar: int) -> float:
        """The row ``open``."""
        return ranking.open_points(self._kind(hours, calendar), self._must_be_open)

    def distance_km(self, number: int) -> float | None:
        """As the crow flies; None: one of the two has no point, or it is no place to go to."""
        cells, at = self._cells, number - 1
        if self.near is None or self.near.latitude is None or self.near.longitude is None or isnan(cells.latitude[at]):
            return None
        away_km = apart_km(self.near.latitude, self.near.longitude, cells.latitude[at], cells.longitude[at])
        return None if away_km > TOLD_KM and cells.profile[at] in cells.national else away_km

    def openness(self, hours: int, calendar: int) -> Openness:
        """Whether it is open at the moment that is asked about; until when, or from when on."""
        key = hours, calendar
        if key not in self._answers:
            own, _ = self._hours(hours)
            territory, schools = CALENDARS[calendar]
            self._answers[key] = openness(own, territory, self._moment.at, self._moment.is_sure, schools)
        return self._answers[key]

    def room(self, number: int) -> Room:
        """What may be believed of its room."""
        return self.day.room(self._cells.statements[self._cells.statement[number - 1]])

    def traits(self, number: int, words: float, need: Met, is_danger: bool) -> Traits:
        """All that it was judged by; ``need``: what its needs are worth."""
        cells, at = self._cells, number - 1
        profile = cells.profiles[cells.profile[at]]
        return Traits(
            words=words,
            need=need.share,
            focus=need.focus,
            danger=is_danger and cells.profile[at] in cells.lines,
            kind=self._kind(cells.hours[at], cells.calendar[at]),
            must_be_open=self._must_be_open,
            distance_km=self.distance_km(number),
            level=profile.level,
            serves=serves(cells.homes[cells.home[at]], self.areas),
            audience=self.asker.fit(profile),
            language=self.asker.language(profile),
            room=self.room(number),
            age_days=self.day.age_days(cells.seen_on[at]),
            confidence=profile.confidence,
            phone=profile.phone,
        )

    def _kind(self, hours: int, calendar: int) -> Kind:
        _, week = self._hours(hours)
        territory = CALENDARS[calendar].territory
        if week is not None and territory is not None and self._moment.is_sure:
            minute = self._usual_minute(territory)
            if minute is not None:
                return _at(week, minute)
        return kind_of(self.openness(hours, calendar))

    def _usual_minute(self, territory: Territory) -> int | None:
        """The minute of the week there; None on a public holiday and the day after."""
        if territory not in self._minutes:
            there = self._moment.at.astimezone(zone(territory))
            is_like_others = is_usual(there.date(), territory)
            minute = there.weekday() * 1440 + there.hour * 60 + there.minute
            self._minutes[territory] = minute if is_like_others else None
        return self._minutes[territory]


def _at(week: Week, minute: int) -> Kind:
    for start, end, kind in week:
        if start <= minute < end:
            return kind
    return Kind.CLOSED


def is_point(near: Spot) -> bool:
    """Whether distances from it say something: it is no whole department or region."""
    return near.has_point and near.kind not in (SpotKind.DEPARTMENT, SpotKind.REGION)


def kind_of(answer: Openness) -> Kind:
    """The bare word of an answer."""
    if isinstance(answer, Open):
        return Kind.OPEN
    if isinstance(answer, Closed):
        return Kind.CLOSED
    return Kind.HOLIDAY if isinstance(answer, HolidayCheck) else Kind.UNKNOWN


@lru_cache(maxsize=4096)
def _audience(audiences: Sequence[tuple[str, Strength]], asked: frozenset[str], guessed: frozenset[str]) -> str:
    groups = dict(audiences)
    if not guessed.isdisjoint(groups):
        return "named"
    if not asked:
        is_for_all = not groups or EVERYBODY in groups
        return "somebody" if Strength.EXCLUSIVE in groups.values() else "anybody" if is_for_all else "some"
    strengths = {strength for who, strength in groups.items() if who in asked}
    for strength, fit in ((Strength.EXCLUSIVE, "exclusive"), (Strength.PRIORITY, "priority"), (Strength.OPEN, "named")):
        if strength in strengths:
            return fit
    if Strength.EXCLUSIVE in groups.values():
        return "somebody"
    return "anybody" if not groups or EVERYBODY in groups else "others"
