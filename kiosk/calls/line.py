"""What a line is to the call machine: a place that dials, and the events it answers with.

Both lines (VoIP in the voice process, mobile over the modem) speak this vocabulary, and so do the SIP engines,
so that one event means one thing from the wire to the state. Every event carries the id of the attempt that it
answers; whoever receives a stale one ignores it. Each attempt ends in exactly one :class:`Ended`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Protocol

AttemptId = NewType("AttemptId", str)
"""Names one dialling over one line: the visit's ULID and the number of the dialling in it."""


class LineKind(StrEnum):
    """The two paths out of the terminal."""

    VOIP = "voip"
    GSM = "gsm"


class Cause(StrEnum):
    """Why an attempt ended. Wire value of records; the table with SIP and AT sources is in docs/calls.md."""

    HUNG_UP_BY_REMOTE = "hung_up_by_remote"
    HUNG_UP_BY_CALLER = "hung_up_by_caller"
    """We ended it on purpose: the handset went down, or the other path won."""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    """It rang and nobody came (480, 408 after 180, NO ANSWER)."""
    NOT_FOUND = "not_found"
    """The trunk does not know the number (404, 410, 484, 604)."""
    FORBIDDEN = "forbidden"
    """The trunk will not carry us (401, 403, 407 with the right answer refused)."""
    UNAVAILABLE = "unavailable"
    """The platform answered that it cannot now (5xx, 480 before alerting)."""
    UNREACHABLE = "unreachable"
    """Nothing there to talk to: no address, no route, refused connection, no network on the modem."""
    TIMEOUT = "timeout"
    """Sent, and no answer came."""
    MEDIA_FAILED = "media_failed"
    """Signalling worked, sound cannot: no common codec, device lost, media gone silent."""
    ENGINE_LOST = "engine_lost"
    """The voice process died under the call."""
    MODEM_LOST = "modem_lost"
    NOT_READY = "not_ready"
    """The line cannot dial at all: no SIM, locked SIM, no voice firmware, no engine. Its health says which."""
    FAILED = "failed"
    """Anything the line could not tell apart; the detail is in the log."""


@dataclass(frozen=True)
class Progressed:
    """The far side is working on it: 183, or the modem says it dials. Not yet alerting."""

    attempt: AttemptId
    early_media: bool = False
    """True when the far end's sound can be heard already (183 with SDP)."""


@dataclass(frozen=True)
class Alerted:
    """It rings at the far end (180, +CLCC state 3)."""

    attempt: AttemptId
    early_media: bool = False


@dataclass(frozen=True)
class Answered:
    """The far end is on the line and sound crosses."""

    attempt: AttemptId
    codec: str = ""
    certain: bool = True
    """False where the modem family cannot tell "answered" from "line open"; see docs/hardware.md."""


@dataclass(frozen=True)
class MediaStalled:
    """No sound from the far end for ``silent_s`` seconds, on a call that was answered and is not held."""

    attempt: AttemptId
    silent_s: float
    outward: bool = False
    """It is heard, but reports that for ``silent_s`` seconds nothing of ours came to it."""


@dataclass(frozen=True)
class MediaResumed:
    """Sound flows again, both ways as far as is known, after :class:`MediaStalled`."""

    attempt: AttemptId


@dataclass(frozen=True)
class Ended:
    """The attempt is over; nothing follows for its id."""

    attempt: AttemptId
    cause: Cause
    status: int | None = None
    """The SIP status, or the 3GPP CME/CEER cause number, when one was given."""


LineEvent = Progressed | Alerted | Answered | MediaStalled | MediaResumed | Ended


class Readiness(StrEnum):
    """What is known of a line, from proof and not from memory."""

    READY = "ready"
    """Proved within the last minutes: a dial is expected to work."""
    UNKNOWN = "unknown"
    """No recent proof either way: worth dialling, with the other path close behind."""
    DEAD = "dead"
    """Known not to work now: costs nothing to skip."""


@dataclass(frozen=True)
class MobileProof:
    """What a modem last showed of itself and its network, for the health report."""

    modem: str
    """Maker and model, as it calls itself."""
    operator: str
    technology: str
    signal_dbm: int | None
    warning: str
    """What it complained of, and works all the same."""


@dataclass(frozen=True)
class LineHealth:
    """A line's readiness and, in English for the technician, the reason when it is not ready."""

    readiness: Readiness
    reason: str = ""
    proof_age_s: float | None = field(default=None, compare=False)
    """Since the path was last proved; None: never, or the line does not say. For the health report, as what follows."""
    registered: bool | None = field(default=None, compare=False)
    rtt_ms: float | None = field(default=None, compare=False)
    mobile: MobileProof | None = field(default=None, compare=False)


class Line(Protocol):
    """One path out. All methods return at once (nothing on the call path waits); outcomes come as events.

    Called from core's event loop only. Events are delivered on the same loop, never from inside a method.
    """

    @property
    def kind(self) -> LineKind: ...

    @property
    def engine(self) -> str:
        """What carries the calls, for the record: the SIP engine's name or the modem's family."""

    @property
    def health(self) -> LineHealth: ...

    def dial(self, attempt: AttemptId, number: str, language: str) -> None:
        """Start dialling ``number`` (digits, or ``+`` and digits; already allowed by the dial plan).

        ``language`` (ISO 639-1) goes to the platform where the line can carry it.
        """

    def hang_up(self, attempt: AttemptId) -> None:
        """End the attempt in whatever phase it is; :class:`Ended` follows. Unknown ids are ignored."""

    def send_digit(self, attempt: AttemptId, digit: str) -> None:
        """Send one DTMF digit (0-9, ``*``, ``#``) on an answered attempt."""
