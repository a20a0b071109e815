"""A terminal's health report as the hub reads it (docs/wire.md, kind ``health``). Pure: no database, no keys.

Closed like every record. Its texts are written for technicians, by software; whatever looks like a telephone number in
one is refused, so that none can arrive by a terminal's mistake.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){5,}")
Natural = Annotated[int, Field(ge=0, le=1 << 52)]
WallMs = Annotated[int, Field(ge=-(1 << 52), le=1 << 52)]
Word = Annotated[str, Field(pattern=r"^[a-z_]{0,32}$")]


def _without_number(text: str) -> str:
    if NUMBER.search(text):
        raise ValueError("holds what may be a telephone number")
    return text


Text = Annotated[str, Field(pattern=r"^[ -~]{0,160}$"), AfterValidator(_without_number)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Mobile(_Closed):
    """The modem and its network, as last seen."""

    modem: Text
    operator: Text
    technology: Text
    signal_dbm: int | None = Field(ge=-200, le=0)
    warning: Text


class Line(_Closed):
    """One configured path."""

    line: Literal["voip", "gsm"]
    readiness: Literal["ready", "unknown", "dead"]
    reason: Text
    proof_age_s: Natural | None
    registered: bool | None
    rtt_ms: float | None = Field(ge=0)
    mobile: Mobile | None = None


class Input(_Closed):
    """One hook, key or button at fault."""

    name: str = Field(pattern=r"^(hook|key [0-9*#]|button [a-z_]{1,24})$")
    fault: str = Field(pattern=r"^[a-z_]{0,16}$")


class Handset(_Closed):
    """Sound card, capsules, hook and keys."""

    sound_fault: Text
    cradle: Literal["", "ok", "weak", "mute", "noisy", "no_calibration"]
    calibrated: bool
    testable: bool
    bad_in_a_row: Natural
    lost_db: float | None = Field(ge=-200, le=200)
    tested_at_ms: WallMs | None
    hook: Word
    inputs: list[Input] = Field(max_length=40)


class TestCall(_Closed):
    """The last test call over one path."""

    path: Literal["voip", "gsm"]
    ok: bool
    reason: Text
    setup_ms: Natural | None
    heard_here: bool
    heard_there: bool
    at_ms: WallMs


class Outbox(_Closed):
    """The records that wait."""

    queued: Natural
    quarantined: Natural
    lost: Natural
    fault: Text


class Machine(_Closed):
    """The computer."""

    boot: str = Field(pattern=r"^[0-9a-zA-Z-]{1,64}$")
    uptime_s: Natural
    card_free_mib: Natural | None
    card_fault: Text
    temperature_c: float | None = Field(ge=-60, le=200)
    power: list[Word] = Field(max_length=8)


Weakness = Literal[
    "voip", "gsm", "sound", "cradle", "calibration", "hook", "keys", "panel", "voice", "test_call", "card", "records",
    "heat", "power",
]  # fmt: skip


class HealthRecord(_Closed):
    """``health`` version 1."""

    kind: Literal["health"]
    id: str = Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")
    at_ms: WallMs
    verdict: Literal["ok", "degraded", "out_of_order"]
    trouble: Word
    weak: list[Weakness] = Field(max_length=14)
    lines: list[Line] = Field(max_length=2)
    handset: Handset
    test_calls: list[TestCall] = Field(max_length=2)
    panel_fault: Text
    voice_restarts: Natural
    outbox: Outbox
    machine: Machine
    versions: dict[
        Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")], Annotated[str, Field(pattern=r"^[ -~]{0,32}$")]
    ] = Field(max_length=8)
