"""The social worker's mode in words: its state, what happens to it, what it asks to be done. Pure data.

A state holds what one person at the screen does; :mod:`kiosk.guide.worker` says what becomes of it.
"""

from dataclasses import dataclass, replace

from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service
from kiosk.directory.search.question import Answer, Clock, Found, Question
from kiosk.guide.correction import Wrong
from kiosk.guide.worker_page import WorkerView
from kiosk.guide.worker_touch import Touch

FILTERS = ("need", "audience", "language", "open", "radius")
MANY = ("need", "audience", "language")
"""Filters that may have several values."""
RADII = ("5", "10", "30", "100")
TIMES = ("now", "tonight", "night", "tomorrow", "saturday", "sunday")


@dataclass(frozen=True)
class Asked:
    """What is asked."""

    text: str = ""
    place: str = ""
    """As it was typed."""
    near: Spot | None = None
    """As it was understood."""
    needs: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    open: str = ""
    """One of ``TIMES``, a time in ISO 8601, or nothing."""
    radius: str = ""
    """Kilometres, or nothing."""

    def values(self, name: str) -> tuple[str, ...]:
        """What the filter ``name`` is set to."""
        match name:
            case "need":
                return self.needs
            case "audience":
                return self.audiences
            case "language":
                return self.languages
            case "open":
                return (self.open,) if self.open else ()
            case _:
                return (self.radius,) if self.radius else ()

    def toggled(self, name: str, value: str) -> "Asked":
        """With ``value`` of the filter ``name`` on, or off if it was on."""
        set_now = self.values(name)
        if value in set_now:
            fresh = tuple(each for each in set_now if each != value)
        else:
            fresh = (*set_now, value) if name in MANY else (value,)
        match name:
            case "need":
                return replace(self, needs=fresh)
            case "audience":
                return replace(self, audiences=fresh)
            case "language":
                return replace(self, languages=fresh)
            case "open":
                return replace(self, open="".join(fresh))
            case _:
                return replace(self, radius="".join(fresh))


@dataclass(frozen=True)
class Worker:
    """The mode, open."""

    language: str
    used: float
    """Monotonic seconds of the last touch."""
    asked: Asked = Asked()
    view: WorkerView = WorkerView.SEARCH
    filter: str = ""
    """Of CHOOSE."""
    shown: Found | None = None
    """Of CARD and WRONG."""
    from_short_list: bool = False
    """The card was reached from there."""
    page: int = 1
    look: int = 0
    """The number of the last question: an answer to another one changes nothing."""
    answer: Answer | None = None
    kept: tuple[Found, ...] = ()
    told: frozenset[tuple[str, Wrong]] = frozenset()
    """Corrections that were already sent from here: each once."""
    notice: str = ""
    """Catalogue name of what was just done, or could not be."""
    is_good: bool = False
    """The notice is good news."""
    is_hidden: bool = False
    """A caller has the handset: nothing is shown, until the mode is opened again."""


@dataclass(frozen=True)
class Rules:
    """What this site has."""

    language: str = "fr"
    has_printer: bool = False
    has_texts: bool = False


@dataclass(frozen=True)
class Moment:
    """When it is."""

    now: float
    """Monotonic seconds."""
    clock: Clock


# --- events beside the touches ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answered:
    """The directory's answer to question ``look``; None: it cannot be asked now."""

    look: int
    answer: Answer | None


@dataclass(frozen=True)
class Placed:
    """The place of question ``look``, as the gazetteer understands it; None: there is none like it."""

    look: int
    near: Spot | None


@dataclass(frozen=True)
class Done:
    """What became of a slip or a message: the catalogue name of its sentence."""

    notice: str
    is_good: bool


@dataclass(frozen=True)
class HandsetUp:
    """A caller has the handset."""


@dataclass(frozen=True)
class CallBegan:
    """Somebody calls, or browses by the keys, with a handset that was up already."""


@dataclass(frozen=True)
class HandsetDown:
    """The visit is over."""


@dataclass(frozen=True)
class TimePassed:
    """:func:`deadline` came."""


Event = Touch | Answered | Placed | Done | HandsetUp | CallBegan | HandsetDown | TimePassed

# --- effects ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """Ask the directory."""

    look: int
    question: Question


@dataclass(frozen=True)
class Locate:
    """Ask the gazetteer, then go on."""

    look: int
    place: str


@dataclass(frozen=True)
class PrintSlip:
    """Print these on one slip."""

    services: tuple[Service, ...]
    language: str


@dataclass(frozen=True)
class SendText:
    """Send this one by text message."""

    service: Service
    number: str
    language: str

    def __repr__(self) -> str:
        return "SendText(...)"


@dataclass(frozen=True)
class FileCorrection:
    """Tell the platform."""

    relay: str
    wrong: Wrong


Effect = Look | Locate | PrintSlip | SendText | FileCorrection
Step = tuple[Worker | None, list[Effect]]
