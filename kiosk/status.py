"""How the terminal is, for ``kiosk status`` (docs/ipc.md): core's parts read at one moment."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kiosk.calls.controller import joined_line
from kiosk.calls.line import LineHealth, LineKind
from kiosk.calls.states import Idle, State
from kiosk.handset.warden import Warden
from kiosk.keeper import OutboxKeeper
from kiosk.lines import Lines
from kiosk.readiness import Trouble
from kiosk.settings import Settings
from kiosk.takeaway.handing import Handing


def status_of(
    settings: Settings,
    state: State,
    found: Trouble,
    health: Mapping[LineKind, LineHealth],
    lines: Lines,
) -> dict[str, Any]:
    """What calls, lines and voice are doing. Core's event loop."""
    joined, voice = joined_line(state), lines.voice
    return {
        "terminal": settings.terminal.id,
        "state": type(state).__name__.lower(),
        "off_hook": not isinstance(state, Idle),
        "ready": found is Trouble.NONE,
        "trouble": found,
        "call": None if joined is None else {"line": joined[1]},
        "lines": {
            kind: {"readiness": each.readiness, "reason": each.reason, "mobile": msgspec.to_builtins(each.mobile)}
            for kind, each in health.items()
        },
        "voice": {
            "ready": voice.is_ready,
            "pid": voice.pid,
            "spare_pid": voice.spare_pid,
            "restarts": voice.restarts,
        },
    }


def faults_of(
    panel_fault: str, lines: Lines, warden: Warden, keeper: OutboxKeeper, outbox: Mapping[str, Any], handing: Handing
) -> list[str]:
    """What is to be mended, in words; empty when all is well."""
    full = "" if outbox.get("reserve_whole", True) else "the card is full: its reserve is in use; make room on it"
    faults = (
        *(panel_fault, lines.handset_fault, warden.cradle_fault, warden.hook_fault),
        *warden.input_faults,
        *(warden.card_fault, keeper.fault, full, handing.fault),
    )
    return [each for each in faults if each]
