"""What was seen of one race from outside the terminal, and the calls read off it. Pure."""

from dataclasses import dataclass
from typing import Any

from tests.campaign.plan import Race
from tests.campaign.wire import Seen


@dataclass(frozen=True)
class Visit:
    """From one lifting of the handset to the next putting back. Monotonic seconds."""

    lifted: float
    lifted_wall_ms: int
    pressed: float
    down: float


@dataclass(frozen=True)
class Evidence:
    """All of one race. Times are monotonic seconds of one machine."""

    race: Race
    visits: tuple[Visit, ...]
    idle: float
    """When the terminal showed that it was home."""
    judged: float
    wire: tuple[Seen, ...]
    modem: tuple[dict[str, Any], ...]
    """The simulated modem's journal of the calls that began in this race."""
    screens: tuple[tuple[float, str, str], ...]
    """When, which screen, which line."""
    records: tuple[dict[str, Any], ...]
    complaint: str = ""
    """Of sipp: what came that must not come."""
    ear: tuple[tuple[float, str], ...] = ()
    """What the earpiece sounded like, 100 ms a piece: quiet, trunk, mobile, both or other."""
    mouth: tuple[tuple[float, bool], ...] = ()
    """Packets of the caller's voice at the trunk, and whether there was voice in them."""
    before: tuple["Held", ...] = ()
    """Calls of earlier races that the helpline still held in this one."""
    stalled_s: float = 0.0
    """For how long the machine itself stood still: what is late in such a race proves nothing."""

    @property
    def lifted(self) -> float:
        """When the race began."""
        return self.visits[0].lifted

    @property
    def pressed(self) -> float:
        """When the button was first pressed."""
        return self.visits[0].pressed

    @property
    def down(self) -> float:
        """When the handset was put back for good."""
        return self.visits[-1].down


@dataclass(frozen=True)
class Held:
    """A call that the helpline's listener has on the line."""

    line: str
    name: str
    since: float
    until: float | None
    """None: still up when it was looked at."""
    told: float = 0.0
    """When the terminal could know of the answer: later than ``since`` where the first 200 was lost."""


def held_on_the_trunk(wire: tuple[Seen, ...]) -> list[Held]:
    """Calls of the trunk, from their answer's leaving the platform to the BYE of whoever hung up."""
    found = []
    for call_id in dict.fromkeys(each.call_id for each in wire):
        own = [each for each in wire if each.call_id == call_id]
        answered = [each.at for each in own if each.what == "200" and each.of == "INVITE" and each.fate != "held"]
        told = [each.at for each in own if each.what == "200" and each.of == "INVITE" and each.fate == "passed"]
        byes = [each.at for each in own if each.what == "BYE" and each.fate == "passed"]
        if answered:
            told_at = told[0] if told else answered[0]
            found.append(Held("voip", call_id, answered[0], byes[0] if byes else None, told_at))
    return found


def held_on_the_mobile_line(modem: tuple[dict[str, Any], ...]) -> list[Held]:
    """Calls of the mobile line, from state 0 to their end."""
    opened = {each["call"]: each["at"] for each in modem if each["event"] == "open"}
    ended = {each["call"]: each["at"] for each in modem if each["event"] == "ended"}
    return [Held("gsm", str(call), at, ended.get(call), at) for call, at in opened.items()]


def held(evidence: Evidence) -> list[Held]:
    """All calls that were answered in this race."""
    return [*held_on_the_trunk(evidence.wire), *held_on_the_mobile_line(evidence.modem)]


def timeline(evidence: Evidence) -> str:
    """The race as it went, in ms from the press, one line an event."""
    lines = [
        *((visit.lifted, "caller  lifts") for visit in evidence.visits),
        *((visit.pressed, "caller  presses the button") for visit in evidence.visits),
        *((visit.down, "caller  hangs up") for visit in evidence.visits),
        (evidence.idle, "screen  home"),
        *((at, f"screen  {screen} {line}") for at, screen, line in evidence.screens),
        *((each["at"], f"modem   call {each['call']} {each['event']}") for each in evidence.modem),
    ]
    names = {
        call_id: f"call {number}" for number, call_id in enumerate(dict.fromkeys(e.call_id for e in evidence.wire))
    }
    for each in evidence.wire:
        arrow = "->" if each.up else "<-"
        of = f" ({each.of})" if each.what != each.of else ""
        fate = "" if each.fate == "passed" else f" {each.fate}"
        lines.append((each.at, f"trunk   {names[each.call_id]} {arrow} {each.what}{of}{fate}"))
    previous = ""
    for at, sound in evidence.ear:
        if sound != previous:
            lines.append((at, f"ear     {sound}"))
            previous = sound
    told = [f"{round((at - evidence.pressed) * 1000):7d}  {text}" for at, text in sorted(lines)]
    for record in evidence.records:
        told.append(
            f" record  answered={record['answered']} ended_by={record['ended_by']} crossed={record['crossed_answers']}"
        )
        for one in record["attempts"]:
            told.append(f" record  {one['line']} {one['result']} {one['cause']} started={one['started_ms']}")
    if evidence.stalled_s:
        told.append(f" machine stood still for {evidence.stalled_s:.2f} s")
    if evidence.complaint:
        told.append(f" sipp    {evidence.complaint}")
    return "\n".join([str(evidence.race), *told])
