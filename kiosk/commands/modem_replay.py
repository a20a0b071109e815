"""``kiosk modem replay``: what the driver concludes from a recorded conversation with a modem, a black box's or any."""

from pathlib import Path
from typing import Any

from hardware import transcript
from hardware.answers import VOICE_STATS
from hardware.at import masked
from hardware.modem_events import (
    CallAlerting,
    CallDialling,
    CallEnded,
    LineOpened,
    ModemEvent,
    ModemStatus,
    SoundFlow,
    SoundReady,
    StatusChanged,
)
from hardware.outcome import ended_by, outcome_of
from hardware.replay import Conclusions, PlayedCall, conclude
from kiosk.commands import output
from kiosk.commands.output import DONE
from kiosk.errors import BadInput


def replay(file: Path, *, as_json: bool) -> int:
    """Print what the driver concludes; numbers in the recording stay in it. Raises: BadInput."""
    try:
        recorded = transcript.read(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{file}: {error}; give a recording of the form that docs/hardware.md describes") from error
    found = document(conclude(recorded), recorded)
    if as_json:
        output.document(found)
        return DONE
    for key in ("reason", "family", "model", "sim", "voice_stat", "lte_stat", "operator", "technology", "signal_dbm"):
        if found[key] not in ("", None):
            output.line(f"{key}: {found[key]}")
    if found["against"]:
        output.line(f"no call is to be expected: {found['against']}")
    for call in found["calls"]:
        output.line(f"{call['call']}: {call['outcome']}, ended by {call['ended_by'] or 'nobody yet'}")
        for event in call["events"]:
            details = " ".join(f"{key}={value}" for key, value in event.items() if key not in ("at_s", "event"))
            output.line(f"  {event['at_s']:8.3f} s  {event['event']} {details}".rstrip())
    for name in ("incoming", "restarts", "losses"):
        if found[name]:
            output.line(f"{name}: {found[name]}")
    for one in found["errors"]:
        output.line(f"{one['command']}: {one['result']}" + ("" if one["code"] is None else f" {one['code']}"))
    for text in found["unanswered"]:
        output.line(f"{text}: no answer of its own")
    for text in found["advice"]:
        output.line(f"the driver sends {text}")
    return DONE


def document(found: Conclusions, recorded: transcript.Transcript) -> dict[str, Any]:
    """The JSON document of ``kiosk modem replay``; fields as in docs/cli.md."""
    return {
        "reason": recorded.head.get("reason", ""),
        "family": found.family,
        "model": found.model,
        "sim": found.sim,
        "voice_stat": found.voice_stat,
        "lte_stat": found.lte_stat,
        "operator": found.operator,
        "technology": found.technology,
        "signal_dbm": found.signal_dbm,
        "has_voice": found.has_voice,
        "against": found.against,
        "calls": [_call(call, found) for call in found.calls],
        "incoming": found.incoming,
        "restarts": found.restarts,
        "losses": found.losses,
        "errors": [{"command": masked(command), "result": word, "code": code} for command, word, code in found.errors],
        "unanswered": [masked(text) for text in found.unanswered],
        "advice": found.advice,
    }


def _call(call: PlayedCall, found: Conclusions) -> dict[str, Any]:
    ended = call.ended
    is_registered = found.voice_stat is None or found.voice_stat in VOICE_STATS
    status = ModemStatus(is_open=True, sim=found.sim, is_registered=is_registered, has_voice=found.has_voice)
    outcome = None if ended is None else outcome_of(ended, call.opened_certainly, status)
    return {
        "call": call.name,
        "outcome": outcome or "unfinished",
        "ended_by": "" if ended is None or outcome is None else ended_by(ended, outcome),
        "events": [{"at_s": at_s, **told(event)} for at_s, event in call.told],
    }


def told(event: ModemEvent) -> dict[str, Any]:
    """One of the driver's events as a flat document."""
    match event:
        case CallDialling():
            return {"event": "dialling"}
        case CallAlerting():
            return {"event": "alerting"}
        case LineOpened(_, is_certain):
            return {"event": "line_open", "certain": is_certain}
        case SoundReady(_, is_on):
            return {"event": "sound", "on": is_on}
        case CallEnded(_, reason, code):
            return {"event": "ended", "reason": reason.value, "code": code}
        case StatusChanged(status):
            return {"event": "modem", "ready": status.is_ready, "reason": status.reason}
        case SoundFlow(_, may_send):
            return {"event": "sound_flow", "may_send": may_send}
