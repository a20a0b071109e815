"""A relay's row of the index read for one question: is it open, how far is it, does it speak the language ... Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kiosk.directory.hours.openness import Answer as Openness
from kiosk.directory.hours.openness import Closed, HolidayCheck, Open, is_usual, openness
from kiosk.directory.hours.schedule import Kind
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.index.cells import CALENDARS
from kiosk.directory.index.curve import apart_km
from kiosk.directory.index.facts import coded
from kiosk.directory.index.store import Row, Week
from kiosk.directory.parts import Confidence, Hours, Level, Room, Strength
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.search.matching import areas_of
from kiosk.directory.search.question import Clock, Question
from kiosk.directory.search.ranking import Traits
from kiosk.directory.words.meaning import is_within

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


_LEVELS: dict[str | None, Level | None] = {None: None} | {str(level): level for level in Level}
_CONFIDENCES: dict[str | None, Confidence] = {None: Confidence.UNRATED} | {str(one): one for one in Confidence}


class Scales:
    """Reads rows for one question; made for it, used by its thread."""

    def __init__(
        self,
        question: Question,
        needs: frozenset[str],
        moment: Moment,
        near: Spot | None,
        hours: Callable[[int], tuple[Hours, Week | None]],
        guessed: tuple[str, ...] = (),
    ) -> None:
        """``guessed``: who asks, as the text says it; where no filter says who, it is preferred for it a little."""
        self._needs = frozenset(map(coded, needs))
        self._moment = moment
        self._must_be_open = question.open_at is not None
        self._hours = hours
        self.near = near if near is not None and is_point(near) else None
        """From where distances are measured."""
        self._areas = areas_of(near) if near is not None and (near.department or near.insee) else frozenset()
        self._audiences = frozenset(map(coded, question.audiences))
        self._guessed = frozenset() if question.audiences else frozenset(map(coded, guessed))
        spoken = question.languages or ((question.language,) if question.language != "fr" else ())
        self._languages = frozenset(map(coded, spoken))
        self._today = moment.at.toordinal()
        self._kinds: dict[tuple[int, int], Kind] = {}
        self._answers: dict[tuple[int, int], Openness] = {}
        self._minutes: dict[Territory, int | None] = {}

    @property
    def names_language(self) -> bool:
        """Whether a language makes a difference."""
        return bool(self._languages)

    @property
    def best_audience(self) -> str | None:
        """The most that anybody can fit who asks, a key of ``ranking.AUDIENCE``; None: nobody knows who asks."""
        return "exclusive" if self._audiences else "named" if self._guessed else None

    def distance_km(self, row: Row) -> float | None:
        """As the crow flies; None: one of the two has no point."""
        if self.near is None or row.latitude is None or row.longitude is None:
            return None
        assert self.near.latitude is not None
        assert self.near.longitude is not None
        return apart_km(self.near.latitude, self.near.longitude, row.latitude, row.longitude)

    def kind(self, hours: int, calendar: int) -> Kind:
        """Whether a relay with those hours and calendar (their keys) is open at the moment that is asked about."""
        key = hours, calendar
        known = self._kinds.get(key)
        if known is None:
            known = self._kinds[key] = self._worked_out(*key)
        return known

    def openness(self, hours: int, calendar: int) -> Openness:
        """The same in full: until when, or from when on."""
        key = hours, calendar
        if key not in self._answers:
            own, _ = self._hours(hours)
            territory, schools = CALENDARS[calendar]
            self._answers[key] = openness(own, territory, self._moment.at, self._moment.is_sure, schools)
        return self._answers[key]

    def traits(self, row: Row, words: float, need: float, danger: bool) -> Traits:
        """All that it is weighed by."""
        away = self.distance_km(row)
        confidence = _CONFIDENCES[row.confidence]
        level = _LEVELS[row.level]
        if level is Level.NATIONAL and away is not None and away > TOLD_KM:
            away = None
        return Traits(
            words=words,
            need=need,
            focus=_focus(row.needs, self._needs),
            danger=danger and bool(row.phone) and confidence is not Confidence.C,
            kind=self.kind(row.hours, row.calendar),
            must_be_open=self._must_be_open,
            distance_km=away,
            level=level,
            serves=_serves(row.area, self._areas),
            audience=_audience(row.audiences, self._audiences, self._guessed),
            language=_language(row.languages, self._languages),
            room=self._room(row),
            age_days=None if row.seen_on is None or not self._moment.is_sure else self._today - row.seen_on,
            confidence=confidence,
            phone=row.phone,
        )

    def _room(self, row: Row) -> Room:
        # as record.room_on, from the columns; a terminal that does not know the day believes no statement
        if row.room is None or row.stated_on is None or row.good_until is None or not self._moment.is_sure:
            return Room.UNKNOWN
        return Room(row.room) if row.stated_on <= self._today <= row.good_until else Room.UNKNOWN

    def _worked_out(self, hours_key: int, calendar: int) -> Kind:
        _, week = self._hours(hours_key)
        territory = CALENDARS[calendar].territory
        if week is not None and territory is not None and self._moment.is_sure:
            minute = self._usual_minute(territory)
            if minute is not None:
                return next((kind for start, end, kind in week if start <= minute < end), Kind.CLOSED)
        return kind_of(self.openness(hours_key, calendar))

    def _usual_minute(self, territory: Territory) -> int | None:
        """The minute of the week there; None on a public holiday and the day after."""
        if territory not in self._minutes:
            there = self._moment.at.astimezone(zone(territory))
            is_like_others = is_usual(there.date(), territory)
            minute = there.weekday() * 1440 + there.hour * 60 + there.minute
            self._minutes[territory] = minute if is_like_others else None
        return self._minutes[territory]


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
def _focus(needs: str | None, asked: frozenset[str]) -> float:
    all_of_them = needs.split() if needs else ()
    return sum(any(is_within(need, one) for one in asked) for need in all_of_them) / max(len(all_of_them), 1)


@lru_cache(maxsize=4096)
def _serves(area: str | None, asked: frozenset[str]) -> bool | None:
    return None if area is None or not asked else not asked.isdisjoint(area.split())


@lru_cache(maxsize=4096)
def _audience(audiences: str | None, asked: frozenset[str], guessed: frozenset[str]) -> str:
    groups = dict(one.rsplit(":", 1) for one in (audiences or "").split())
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


@lru_cache(maxsize=4096)
def _language(languages: str | None, asked: frozenset[str]) -> str:
    if not asked or not languages:
        return "unknown"
    return "others" if asked.isdisjoint(languages.split()) else "spoken"
