"""CallRecord: all that is kept of a visit, and nothing more (docs/privacy.md says why of each field).

No number, no audio, nothing about the person but the language they chose. The JSON form is the ``body`` of an
event in docs/wire.md.
"""

from enum import StrEnum

import msgspec

from kiosk.calls.line import Cause, LineKind


class Purpose(StrEnum):
    """Whom the visit tried to reach, by kind; never which relay and never a number."""

    HELPLINE = "helpline"
    EMERGENCY = "emergency"
    RELAY = "relay"


class EndedBy(StrEnum):
    """How the last call of a visit came to its end."""

    CALLER = "caller"
    REMOTE = "remote"
    DROP = "drop"
    """Every path failed, or the call was cut and could not be saved."""
    REFUSED = "refused"
    """The far end's own no: busy, declined, or nobody came. Also what the number policy refuses."""
    POWER_CUT = "power_cut"
    """Written at the next start from the last checkpoint."""


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One dialling over one line. Milliseconds count from the start of this attempt."""

    line: LineKind
    engine: str
    """baresip, rfcvoip, or the modem family."""
    purpose: Purpose
    rescue: bool = False
    """True when it was dialled to save a call that had dropped."""
    started_ms: int
    """From the lifting of the handset."""
    result: str
    """answered, busy, declined, no_answer, not_found, unavailable, unreachable, cancelled or failed."""
    cause: Cause
    status: int | None = None
    progress_ms: int | None = None
    alerting_ms: int | None = None
    answer_ms: int | None = None
    first_audio_ms: int | None = None
    duration_ms: int
    """From start to end of the attempt."""
    talk_ms: int = 0
    """From answer to end; 0 when never answered."""
    codec: str = ""
    loss_pct: float | None = None
    jitter_ms: float | None = None


class CallRecord(msgspec.Struct, frozen=True, kw_only=True, tag="call", tag_field="kind"):
    """One visit: from handset up to handset down, if anything was dialled in it."""

    visit: str
    """ULID; also the event's id, so that sending it twice is harmless."""
    lifted_at_ms: int
    """Wall clock, ms since 1970 UTC, at the lifting of the handset; see ``clock`` of the event envelope."""
    language: str
    """ISO 639-1 of the visit's last choice."""
    off_hook_ms: int
    answered: bool
    ended_by: EndedBy
    rescues: int
    """How many times the terminal redialled by itself after a drop."""
    crossed_answers: int
    """Answers that crossed our cancel and were released at once."""
    attempts: list[AttemptRecord]
