"""A terminal that is well, as its health report, and what may be wrong with it."""

from typing import Any

import msgspec

from kiosk.calls.line import LineKind, Readiness
from kiosk.health.report import HandsetReport, Health, LineReport, MachineReport, OutboxReport, TestCallResult, judged
from tests.outbox.worlds import ulid

VOIP, GSM = LineKind.VOIP, LineKind.GSM


def line(kind: LineKind, readiness: Readiness = Readiness.READY, reason: str = "") -> LineReport:
    return LineReport(line=kind, readiness=readiness, reason=reason, proof_age_s=12, registered=True, rtt_ms=31.5)


def handset(**changes: Any) -> HandsetReport:
    well = HandsetReport(
        sound_fault="",
        cradle="ok",
        calibrated=True,
        testable=True,
        bad_in_a_row=0,
        lost_db=0.4,
        tested_at_ms=1_800_000_000_000,
        hook="",
        inputs=(),
    )
    return msgspec.structs.replace(well, **changes)


def machine(**changes: Any) -> MachineReport:
    well = MachineReport(
        boot="5b1f7a52-0000-4000-8000-000000000001",
        uptime_s=86_400,
        card_free_mib=20_000,
        card_fault="",
        temperature_c=51.2,
        power=("under_voltage_once",),
    )
    return msgspec.structs.replace(well, **changes)


def outbox(**changes: Any) -> OutboxReport:
    return msgspec.structs.replace(OutboxReport(queued=2, quarantined=0, lost=0, fault=""), **changes)


def a_test_call(path: LineKind = VOIP, *, ok: bool = True) -> TestCallResult:
    return TestCallResult(path=path, ok=ok, setup_ms=900, heard_here=True, heard_there=ok, at_ms=1_800_000_000_000)


def health(number: int = 1, **changes: Any) -> Health:
    """A terminal that is well, but for ``changes``; judged."""
    well = Health(
        id=ulid(number),
        at_ms=1_800_000_000_000,
        trouble="",
        lines=(line(VOIP), line(GSM)),
        handset=handset(),
        test_calls=(a_test_call(VOIP), a_test_call(GSM)),
        panel_fault="",
        voice_restarts=1,
        outbox=outbox(),
        machine=machine(),
        versions={"terminal": "0.1.0", "python": "3.11.7"},
    )
    return judged(msgspec.structs.replace(well, **changes))
