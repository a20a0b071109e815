"""The wire contract as the hub reads it (docs/wire.md). Pure: no database, no keys.

The outer request is read loosely, each event strictly and by itself: one poison event never costs the others. What a
record may hold is closed, so that nothing about a person can arrive by a terminal's mistake.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hub.fleet.health import HealthRecord

WIRE_VERSION = 1
MOST_EVENTS = 500
PLAIN = r"^[ -~]{0,32}$"

Ms = Annotated[int, Field(ge=0, le=1 << 52)]
Clock = Literal["none", "set", "synced"]
EventId = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SealedBody(_Closed):
    """A record that our private key opens."""

    form: Literal["sealed"]
    key: str = Field(pattern=r"^[0-9a-f]{16}$")
    box: str = Field(min_length=64, max_length=1 << 18)


class PlainBody(_Closed):
    """A record as it is (demo)."""

    form: Literal["plain"]
    record: dict[str, Any]


class Envelope(_Closed):
    """One event as it travels."""

    id: EventId
    seq: int = Field(ge=1, le=1 << 52)
    boot: str = Field(pattern=r"^[0-9a-zA-Z-]{1,64}$")
    boot_ms: Ms
    wall_ms: Annotated[int, Field(ge=-(1 << 52), le=1 << 52)]
    clock: Clock
    kind: str = Field(pattern=r"^[a-z][a-z_]{0,31}$")
    version: int = Field(ge=1, le=10_000)
    body: Annotated[SealedBody | PlainBody, Field(discriminator="form")]


class Sent(_Closed):
    """The terminal's clocks when the request left."""

    boot: str = Field(pattern=r"^[0-9a-zA-Z-]{1,64}$")
    boot_ms: Ms
    wall_ms: Annotated[int, Field(ge=-(1 << 52), le=1 << 52)]
    clock: Clock


class Batch(_Closed):
    """The request."""

    wire: Literal[1]
    terminal: str = Field(max_length=63)
    sent: Sent
    events: list[Any]


class Attempt(_Closed):
    """One dialling over one line."""

    line: Literal["voip", "gsm"]
    engine: str = Field(pattern=PLAIN)
    purpose: Literal["helpline", "emergency", "relay"]
    rescue: bool
    started_ms: Ms
    result: str = Field(pattern=r"^[a-z_]{1,16}$")
    cause: str = Field(pattern=r"^[a-z_]{1,32}$")
    status: int | None = Field(ge=0, le=999)
    progress_ms: Ms | None
    alerting_ms: Ms | None
    answer_ms: Ms | None
    first_audio_ms: Ms | None
    duration_ms: Ms
    talk_ms: Ms
    codec: str = Field(pattern=PLAIN)
    loss_pct: float | None = Field(ge=0, le=100)
    jitter_ms: float | None = Field(ge=0)


class CallRecord(_Closed):
    """``call`` version 1: one visit."""

    kind: Literal["call"]
    visit: EventId
    lifted_at_ms: Annotated[int, Field(ge=-(1 << 52), le=1 << 52)]
    language: str = Field(pattern=r"^[a-z]{2}$")
    off_hook_ms: Ms
    answered: bool
    ended_by: Literal["caller", "remote", "drop", "refused", "power_cut"]
    rescues: int = Field(ge=0, le=1000)
    crossed_answers: int = Field(ge=0, le=1000)
    attempts: list[Attempt] = Field(min_length=1, max_length=100)


class TallyRecord(_Closed):
    """``tally`` version 1: records that a full card could not keep."""

    kind: Literal["tally"]
    id: EventId
    lost: dict[str, Annotated[int, Field(ge=1)]]
    first_ms: int
    last_ms: int


class CorrectionRecord(_Closed):
    """``correction`` version 1: what is wrong with a relay of the directory."""

    kind: Literal["correction"]
    id: EventId
    relay: str = Field(pattern=r"^[^\s]{1,200}$")
    bundle: str = Field(pattern=r"^([0-9a-f]{64})?$")
    wrong: Literal["number", "hours", "address", "closed", "other"]
    by: Literal["caller", "worker"]


Record = CallRecord | TallyRecord | HealthRecord | CorrectionRecord

RECORDS: dict[tuple[str, int], type[Record]] = {
    ("call", 1): CallRecord,
    ("correction", 1): CorrectionRecord,
    ("tally", 1): TallyRecord,
    ("health", 1): HealthRecord,
}
"""Kind and version to the form of the record."""
KINDS = frozenset(kind for kind, _ in RECORDS)


class Result(BaseModel):
    """Our word on one event."""

    id: str
    result: Literal["accepted", "duplicate", "rejected"]
    reason: str = ""
    detail: str = ""


class Answer(BaseModel):
    """Our word on a batch."""

    wire: Literal[1] = 1
    terminal: str
    results: list[Result]


def refusal(error: str, detail: str = "") -> dict[str, Any]:
    """Body of every answer other than 200."""
    return {"wire": WIRE_VERSION, "error": error, "detail": detail}
