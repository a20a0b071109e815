"""What is asked of the directory, and what it answers. Pure: any thread may use all of this."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.directory.hours.openness import Answer as Openness
from kiosk.directory.parts import Room
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service

__all__ = ["MOST_RESULTS", "Answer", "Clock", "Found", "Openness", "Question", "Reason", "Room", "Service", "Spot"]

MOST_RESULTS = 100
"""Nobody reads more; a search that is asked for more answers so many."""


@dataclass(frozen=True)
class Clock:
    """What the terminal knows of the time. A Pi has no battery: after a power cut without network it may be wrong."""

    now: datetime
    """Aware; any zone."""
    is_trusted: bool


@dataclass(frozen=True)
class Question:
    """One question. Every field narrows or orders; an empty one asks for whatever there is."""

    text: str = ""
    """In the person's words, in any interface language; may name a place and a need."""
    near: Spot | None = None
    """From where; it wins over a place in ``text``."""
    home: Spot | None = None
    """Where the terminal stands: from there, when nothing else says from where. It tells places of one name apart."""
    radius_km: float | None = None
    """Local services no farther than this; without ``near`` it says nothing."""
    needs: tuple[str, ...] = ()
    """One of these; a theme (``sante--addictions``, or ``sante``) takes in all that lies below it."""
    audiences: tuple[str, ...] = ()
    """Who asks: all that a person is. A service exclusive to others is left out."""
    languages: tuple[str, ...] = ()
    """One of these is spoken there. A service that does not say is left out."""
    open_at: datetime | None = None
    """Aware: when it must be open. Services that are surely closed then come after all others. None: now will do."""
    language: str = "fr"
    """The interface's: how ``text`` is read first."""
    limit: int = 10
    """At most so many, and never more than :data:`MOST_RESULTS`."""
    explain: bool = False
    """Say of each result why it stands where it stands."""


@dataclass(frozen=True)
class Reason:
    """Why a result stands where it stands: one row of the sum that is its score."""

    name: str
    """A row of the ranking's table (docs/search.md): ``words``, ``need``, ``distance`` ..."""
    value: str
    """What it was read from: ``2.4 km``, ``open``."""
    points: float


@dataclass(frozen=True)
class Found:
    """One result."""

    service: Service
    openness: Openness
    """At ``open_at``, else now."""
    distance_km: float | None
    """As the crow flies from where it was asked; None: one of the two has no point."""
    room: Room
    """What may be believed of its room on that day."""
    reasons: tuple[Reason, ...]
    """Their points add up to ``score``; empty unless the question asks to explain."""
    score: float


@dataclass(frozen=True)
class Answer:
    """All results, best first, and what they rest on."""

    found: tuple[Found, ...]
    clock: Clock
    near: Spot | None = None
    """From where it was searched: as asked, else as named in the text."""
    needs: tuple[str, ...] = ()
    """What was searched for: as asked, else as understood from the text, surest first."""
