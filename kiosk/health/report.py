"""The health report and its verdict: what the maintenance team needs, and nothing about any caller. Pure.

The JSON form of :class:`Health` is the body of a ``health`` event (docs/wire.md); docs/privacy.md says why of each
field. Texts in it are English for the technician, and pass through :func:`clean`.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from kiosk.calls.line import LineHealth, LineKind, MobileProof, Readiness
from kiosk.handset.verdict import BAD
from kiosk.readiness import Trouble

LONGEST_TEXT = 160
_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){5,}")
CARD_LOW_MIB = 200
HOT_C = 80.0
"""A Raspberry Pi slows down from here."""


class Verdict(StrEnum):
    """Of the terminal as a whole. Wire value."""

    OK = "ok"
    DEGRADED = "degraded"
    """It takes calls, and somebody should look at it."""
    OUT_OF_ORDER = "out_of_order"
    """The light is off."""


class Weakness(StrEnum):
    """What somebody should look at. Wire value; the hub has words for each."""

    VOIP = "voip"
    GSM = "gsm"
    SOUND = "sound"
    CRADLE = "cradle"
    CALIBRATION = "calibration"
    HOOK = "hook"
    KEYS = "keys"
    PANEL = "panel"
    VOICE = "voice"
    TEST_CALL = "test_call"
    CARD = "card"
    RECORDS = "records"
    HEAT = "heat"
    POWER = "power"


class TestCallResult(msgspec.Struct, frozen=True, kw_only=True):
    """One scheduled end-to-end test call over one path (RFC 6881 §15 in manner)."""

    __test__: ClassVar[bool] = False  # pytest takes a class of this name for one of its own

    path: LineKind
    ok: bool
    reason: str = ""
    setup_ms: int | None = None
    """From dialling to the answer; None when there was none."""
    heard_here: bool = False
    """The far end's tone was heard at the terminal."""
    heard_there: bool = False
    """The terminal's tone was heard at the far end."""
    at_ms: int
    """Wall clock, ms since 1970."""


class MobileReport(msgspec.Struct, frozen=True, kw_only=True):
    """The modem and its network, as last seen."""

    modem: str
    operator: str
    technology: str
    signal_dbm: int | None
    warning: str


class LineReport(msgspec.Struct, frozen=True, kw_only=True):
    """One configured path."""

    line: LineKind
    readiness: Readiness
    reason: str
    proof_age_s: int | None
    """Since the path was last proved; None: never, or it does not say."""
    registered: bool | None
    rtt_ms: float | None
    mobile: MobileReport | None = None
    """None: not the mobile line, or its modem was never seen."""


class InputReport(msgspec.Struct, frozen=True):
    """One key, button or hook at fault."""

    name: str
    fault: str


class HandsetReport(msgspec.Struct, frozen=True, kw_only=True):
    """Sound card, capsules, hook and keys."""

    sound_fault: str
    cradle: str
    """Verdict of the last cradle test; empty before the first."""
    calibrated: bool
    testable: bool
    """False without a sound card."""
    bad_in_a_row: int
    lost_db: float | None
    """Of the last test: fainter than at the installation."""
    tested_at_ms: int | None
    hook: str
    inputs: tuple[InputReport, ...]


class MachineReport(msgspec.Struct, frozen=True, kw_only=True):
    """The computer under it all."""

    boot: str
    uptime_s: int
    card_free_mib: int | None
    card_fault: str
    temperature_c: float | None
    power: tuple[str, ...]
    """under_voltage, throttled, slowed: now or since the boot (``_once``)."""


class OutboxReport(msgspec.Struct, frozen=True, kw_only=True):
    """The records that wait."""

    queued: int
    quarantined: int
    lost: int
    fault: str


class Health(msgspec.Struct, frozen=True, kw_only=True, tag="health", tag_field="kind"):
    """All of it. ``verdict`` and ``weak`` are made by :func:`judged`."""

    id: str
    """ULID; the event's id."""
    at_ms: int
    """Wall clock, ms since 1970."""
    verdict: Verdict = Verdict.OK
    trouble: str
    """Why the light is off (:mod:`kiosk.readiness`); empty: it is on."""
    weak: tuple[Weakness, ...] = ()
    lines: tuple[LineReport, ...]
    handset: HandsetReport
    test_calls: tuple[TestCallResult, ...]
    """The last one of each path."""
    panel_fault: str
    voice_restarts: int
    outbox: OutboxReport
    machine: MachineReport
    versions: Mapping[str, str]


def judged(health: Health) -> Health:
    """``health`` with its verdict and its weaknesses."""
    weak = tuple(weakness for weakness in Weakness if weakness in set(_weaknesses(health)))
    verdict = Verdict.OUT_OF_ORDER if health.trouble != Trouble.NONE else Verdict.DEGRADED if weak else Verdict.OK
    return msgspec.structs.replace(health, verdict=verdict, weak=weak)


def _weaknesses(health: Health) -> Iterable[Weakness]:
    handset, machine, outbox = health.handset, health.machine, health.outbox
    free = machine.card_free_mib
    yield from (Weakness(one.line.value) for one in health.lines if one.readiness is not Readiness.READY)
    found = {
        Weakness.SOUND: handset.sound_fault,
        Weakness.CRADLE: handset.cradle in BAD,
        Weakness.CALIBRATION: handset.testable and not handset.calibrated,
        Weakness.HOOK: handset.hook,
        Weakness.KEYS: any(one.name != "hook" for one in handset.inputs),
        Weakness.PANEL: health.panel_fault,
        Weakness.VOICE: health.voice_restarts > machine.uptime_s // 86_400 + 2,
        Weakness.TEST_CALL: any(not one.ok for one in health.test_calls),
        Weakness.CARD: machine.card_fault or (free is not None and free < CARD_LOW_MIB),
        Weakness.RECORDS: outbox.fault or outbox.lost or outbox.quarantined,
        Weakness.HEAT: (machine.temperature_c or 0.0) >= HOT_C,
        Weakness.POWER: any(not each.endswith("_once") for each in machine.power),
    }
    yield from (weakness for weakness, is_so in found.items() if is_so)


def line_reports(health: Mapping[LineKind, LineHealth]) -> tuple[LineReport, ...]:
    """What is known of each configured line."""
    return tuple(
        LineReport(
            line=kind,
            readiness=one.readiness,
            reason=clean(one.reason),
            proof_age_s=None if one.proof_age_s is None else round(one.proof_age_s),
            registered=one.registered,
            rtt_ms=None if one.rtt_ms is None else round(one.rtt_ms, 1),
            mobile=None if one.mobile is None else _mobile(one.mobile),
        )
        for kind, one in health.items()
    )


def clean(text: str) -> str:
    """``text`` as a report may carry it: plain, short, and without anything that could be a telephone number."""
    plain = "".join(each if " " <= each <= "~" else "?" for each in text)
    return _NUMBER.sub("#", plain)[:LONGEST_TEXT]


def _mobile(seen: MobileProof) -> MobileReport:
    return MobileReport(
        modem=clean(seen.modem),
        operator=clean(seen.operator),
        technology=clean(seen.technology),
        signal_dbm=seen.signal_dbm,
        warning=clean(seen.warning),
    )
