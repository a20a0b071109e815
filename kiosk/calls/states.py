"""The call machine's words: its states, the events that move it, the effects that it asks for.

A state holds only its own data. What the ear hears, the screen shows and the lights do are no effects: they are
read off the state (:mod:`kiosk.calls.scenes`, :mod:`kiosk.calls.snapshots`), so that a restarted voice or screen
process is told the present and not the past.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from kiosk.calls.dialplan import Target
from kiosk.calls.line import AttemptId, LineEvent, LineHealth, LineKind
from kiosk.calls.record import CallRecord
from kiosk.calls.visit import Try, Visit
from kiosk.directory.record import Service
from kiosk.directory.search.question import Answer, Question
from kiosk.guide.browse import Stand, Way


class Outcome(StrEnum):
    """How a call came to nothing, or to its end. Catalogue names ``outcome.<value>``."""

    ENDED = "ended"
    """It was answered, and the far end hung up."""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    """No line carried it."""
    REFUSED = "refused"
    """The number policy says no."""


# --- states -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Idle:
    """Handset on its hook."""


@dataclass(frozen=True)
class Menu:
    """Handset up, waiting for the person to choose."""

    visit: Visit
    since: float
    """Monotonic seconds of the last sign of life."""


@dataclass(frozen=True)
class Browsing:
    """Handset up, the person looks something up in the directory."""

    visit: Visit
    stand: Stand
    since: float
    """Monotonic seconds of the last key, or of the page's beginning."""
    is_hushed: bool = False
    """A key without a meaning cut the telling short: silence until the next page, or ``*``."""
    is_asked: bool = False
    """Nobody pressed a key for long: "are you there?" is asked, and any key goes on."""
    first: str = ""
    """Name of what is told before the card: that the call to it has just ended, or that it cannot be called."""


@dataclass(frozen=True)
class Dialling:
    """One target, one or both lines trying; none has alerted yet."""

    visit: Visit
    target: Target
    order: tuple[LineKind, ...]
    """Every line that may carry this target, best first."""
    live: tuple[Try, ...]
    failed: frozenset[LineKind]
    since: float
    rescue: bool
    """True while saving a call that was cut off."""

    @property
    def waiting(self) -> tuple[LineKind, ...]:
        """Lines still to be tried, best first."""
        busy = {one.line for one in self.live}
        return tuple(kind for kind in self.order if kind not in self.failed and kind not in busy)


@dataclass(frozen=True)
class Alerting:
    """One line rings at the far end; the others have been let go."""

    visit: Visit
    target: Target
    order: tuple[LineKind, ...]
    one: Try
    failed: frozenset[LineKind]
    since: float
    early_media: bool
    rescue: bool


@dataclass(frozen=True)
class Connected:
    """The caller is joined to one line."""

    visit: Visit
    target: Target
    one: Try
    since: float
    certain: bool
    """False where the modem cannot tell an answer from an open line: shown as still ringing."""
    silent_since: float | None = None
    """When the far end was last heard, if the line says that it went silent."""


@dataclass(frozen=True)
class Over:
    """Handset up, the call is over or came to nothing; the person is told and offered what comes next."""

    visit: Visit
    target: Target | None
    outcome: Outcome
    since: float


@dataclass(frozen=True)
class LeftOffHook:
    """Handset up and nobody there: the visit is filed, the terminal asks to hang up."""

    language: str
    since: float


State = Idle | Menu | Browsing | Dialling | Alerting | Connected | Over | LeftOffHook

# --- events: what happened --------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandsetLifted:
    pass


@dataclass(frozen=True)
class HandsetReplaced:
    pass


@dataclass(frozen=True)
class Stopped:
    """The switchboard was told to end (an update, a restart), be the handset up or not."""


@dataclass(frozen=True)
class CallAsked:
    """The person asked for a number that the dial plan allows."""

    target: Target


@dataclass(frozen=True)
class CutOffByRestart:
    """The switchboard itself was restarted under a call to ``target``, and the handset is still up."""

    target: Target


@dataclass(frozen=True)
class RefusedNumberAsked:
    """The person (or a script) asked for a number that the dial plan refuses."""


@dataclass(frozen=True)
class DirectoryAsked:
    """The person wants to find a place or a service."""


@dataclass(frozen=True)
class Looked:
    """The directory answered the question ``look``; None: it cannot be read."""

    look: str
    answer: Answer | None


@dataclass(frozen=True)
class Gave:
    """What became of the slip or message ``give``: a name of ``takeaway.toml``."""

    give: str
    word: str


@dataclass(frozen=True)
class DigitPressed:
    """A telephone key meant for the far end, or for the directory's page."""

    digit: str


@dataclass(frozen=True)
class WentBack:
    """``#``: leave what is being done, without hanging up."""


@dataclass(frozen=True)
class AskedToRepeat:
    """``*``: say it again."""


@dataclass(frozen=True)
class LanguageChosen:
    language: str


@dataclass(frozen=True)
class VolumeChosen:
    """Steps from the default."""

    volume: int


@dataclass(frozen=True)
class DeadlinePassed:
    """The state's own deadline came; worthless if the state has changed since."""


Event = (
    HandsetLifted
    | HandsetReplaced
    | Stopped
    | CallAsked
    | CutOffByRestart
    | RefusedNumberAsked
    | DirectoryAsked
    | Looked
    | Gave
    | DigitPressed
    | WentBack
    | AskedToRepeat
    | LanguageChosen
    | VolumeChosen
    | DeadlinePassed
    | LineEvent
)

# --- effects: what to do ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dial:
    attempt: AttemptId
    line: LineKind
    number: str
    language: str


@dataclass(frozen=True)
class HangUp:
    attempt: AttemptId


@dataclass(frozen=True)
class SendDigit:
    attempt: AttemptId
    digit: str


@dataclass(frozen=True)
class Look:
    """Ask the directory; :class:`Looked` answers with the same ``look``."""

    look: str
    question: Question


@dataclass(frozen=True)
class Give:
    """Let the person take ``service`` along; :class:`Gave` answers with the same ``give``."""

    give: str
    way: Way
    service: Service
    language: str
    number: str
    """Whole, of the mobile telephone that a message goes to; else empty."""

    def __repr__(self) -> str:
        return f"Give({self.way})"


@dataclass(frozen=True)
class Checkpoint:
    """Keep this on the card: the visit's record as it would read if the power failed now."""

    record: CallRecord


@dataclass(frozen=True)
class FileRecord:
    """The visit is over; this is its one record."""

    record: CallRecord


Effect = Dial | HangUp | SendDigit | Look | Give | Checkpoint | FileRecord

Step = tuple[State, list[Effect]]


@dataclass(frozen=True)
class Moment:
    """What the outside world is at the event: the machine reads no clock and asks no line."""

    now: float
    """Monotonic seconds."""
    wall_ms: int
    """Wall clock, ms since 1970 UTC."""
    fresh_id: str
    """A ULID that nobody has yet, for a visit that may begin."""
    health: Mapping[LineKind, LineHealth]
    """The lines that exist, and what is known of each."""


def visit_of(state: State) -> Visit | None:
    """The visit under way, if the handset is up and somebody is there."""
    return None if isinstance(state, Idle | LeftOffHook) else state.visit


def live_tries(state: State) -> tuple[Try, ...]:
    """The attempts that are dialling, alerting or joined; not those already hung up by us."""
    match state:
        case Dialling(live=live):
            return live
        case Alerting(one=one) | Connected(one=one):
            return (one,)
        case Idle() | Menu() | Browsing() | Over() | LeftOffHook():
            return ()
    assert_never(state)
