"""Which of two relays answers a question better: a sum of named points, each from one trait. Pure.

docs/search.md has the table with the reasons for its figures. Whatever else is equal, a relay that is nearer, open,
fresher, surer, has room, speaks the language or names the person's group never stands lower (a property test holds it).
"""

from typing import NamedTuple

from kiosk.directory.hours.schedule import Kind
from kiosk.directory.parts import Confidence, Level, Room
from kiosk.directory.search.question import Reason

NAMES = (
    *("words", "need", "focus", "danger", "open", "distance", "level", "area"),
    *("audience", "language", "room", "fresh", "confidence", "phone"),
)
"""The rows of the sum, in the order of :func:`points`."""

WORDS, NEED, DANGER = 40.0, 40.0, 100.0
OPEN = {Kind.OPEN: 20.0, Kind.HOLIDAY: 8.0, Kind.UNKNOWN: 6.0, Kind.CLOSED: 0.0}
CLOSED_THEN = -250.0
"""Of one that is surely closed at the time that was asked for: behind all who may be open."""
NEAR, HALF_KM = 26.0, 6.0
"""Of a relay next door; half of it at ``HALF_KM``."""
FAR_KM, PER_KM, FAR_MOST = 50.0, 0.1, 40.0
"""Beyond ``FAR_KM`` each kilometre costs: nobody goes there, however open it is."""
NO_DISTANCE = 7.0
"""Of one that is reached by telephone, or of which nobody knows where it is: as if it were at 16 km."""
LEVEL = {Level.LOCAL: 4.0, Level.DEPARTMENTAL: 3.0, Level.REGIONAL: 2.0, Level.NATIONAL: 1.0}
AREA = {True: 2.0, None: 0.0, False: -15.0}
AUDIENCE = {
    "exclusive": 12.0,
    "priority": 8.0,
    "named": 5.0,
    "anybody": 2.0,
    "some": -2.0,
    "others": 0.0,
    "somebody": -6.0,
}
"""``some``: it names groups, and nobody said who asks; ``somebody``: it receives nobody else than whom it names."""
LANGUAGE = {"spoken": 6.0, "unknown": 2.0, "others": 0.0}
ROOM = {Room.AVAILABLE: 8.0, Room.LIMITED: 4.0, Room.UNKNOWN: 2.0, Room.FULL: -8.0}
FRESH, STALE_DAYS = 4.0, 1095.0
"""Of what was seen today; it is gone after three years."""
CONFIDENCE = {Confidence.A: 3.0, Confidence.B: 2.0, Confidence.UNRATED: 1.0, Confidence.C: -18.0}
FOCUS = 3.0
"""Of one that is for what is needed and nothing else; a part of it for one that is for other needs too."""
PHONE = (0.0, 1.0, 3.0)


class Traits(NamedTuple):
    """All that a relay is weighed by."""

    words: float
    """Between 0 and 1: how much of the question's words it has, the rarer and the nearer to its name the more."""
    need: float
    """Between 0 and 1: how surely it is for what is needed."""
    focus: float
    """Between 0 and 1: the share of its needs that is needed."""
    danger: bool
    """A national line, known to be right, for a person in danger."""
    kind: Kind
    """Open, at the time that is asked about."""
    must_be_open: bool
    """That time was asked for."""
    distance_km: float | None
    level: Level | None
    serves: bool | None
    """Whether the area that it names holds the place; None: it names none, or no place is known."""
    audience: str
    """A key of :data:`AUDIENCE`."""
    language: str
    """A key of :data:`LANGUAGE`."""
    room: Room
    age_days: int | None
    """Since it was checked or changed; None: not known."""
    confidence: Confidence
    phone: int
    """As :class:`kiosk.directory.index.facts.Reach`."""


def points(traits: Traits) -> tuple[float, ...]:
    """The rows of the sum, in the order of :data:`NAMES`."""
    away = traits.distance_km
    return (
        WORDS * traits.words,
        NEED * traits.need,
        FOCUS * traits.focus,
        DANGER * traits.need if traits.danger else 0.0,
        open_points(traits.kind, traits.must_be_open),
        NO_DISTANCE if away is None else points_at(away),
        LEVEL.get(traits.level, 0.0) if traits.level else 0.0,
        AREA[traits.serves],
        AUDIENCE[traits.audience],
        LANGUAGE[traits.language],
        ROOM[traits.room],
        age_points(traits.age_days),
        CONFIDENCE[traits.confidence],
        PHONE[traits.phone],
    )


def open_points(kind: Kind, must_be_open: bool) -> float:
    """The row ``open``."""
    return CLOSED_THEN if must_be_open and kind is Kind.CLOSED else OPEN[kind]


def points_at(away_km: float) -> float:
    """The row ``distance`` of a relay that is so far away."""
    far = min(PER_KM * (away_km - FAR_KM), FAR_MOST) if away_km > FAR_KM else 0.0
    return NEAR * HALF_KM / (HALF_KM + away_km) - far


def age_points(age_days: int | None) -> float:
    """The row ``fresh``."""
    return 0.0 if age_days is None else FRESH * max(0.0, 1.0 - max(age_days, 0) / STALE_DAYS)


def best_points(level: Level | None, confidence: Confidence, phone: int) -> float:
    """The rows ``level``, ``confidence`` and ``phone``."""
    return (LEVEL[level] if level else 0.0) + CONFIDENCE[confidence] + PHONE[phone]


def profile_points(level: Level | None, audience: str, language: str, confidence: Confidence, phone: int) -> float:
    """The same with ``audience`` and ``language``."""
    return best_points(level, confidence, phone) + AUDIENCE[audience] + LANGUAGE[language]


def reasons(traits: Traits) -> tuple[Reason, ...]:
    """The rows as they are shown: those that speak, with what they were read from."""
    values = (
        f"{traits.words:.0%} of the words",
        f"{traits.need:.0%} sure",
        f"{traits.focus:.0%} of its needs",
        "a national line for a danger" if traits.danger else "none",
        str(traits.kind),
        "none" if traits.distance_km is None else f"{traits.distance_km:.1f} km",
        str(traits.level or "unknown"),
        {True: "serves the place", None: "not named", False: "another area"}[traits.serves],
        traits.audience,
        traits.language,
        str(traits.room),
        "unknown" if traits.age_days is None else f"{traits.age_days} days",
        str(traits.confidence) or "unrated",
        ("none", "voice", "free")[traits.phone],
    )
    return tuple(
        Reason(name, value, round(row, 3))
        for name, value, row in zip(NAMES, values, points(traits), strict=True)
        if row
    )
