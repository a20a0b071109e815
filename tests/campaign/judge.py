"""The rules of DESIGN §4 as one race kept or broke them. Pure: evidence in, faults out.

The wire and the modem's journal are believed, the terminal's own word only where it is compared with them.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.campaign.evidence import Evidence, Held, held
from tests.campaign.plan import must_connect

TWO_HELD_S = 1.0
"""How long the helpline may hold two answered calls of ours (DESIGN §4)."""
TOLD_S = 2.0
"""Within that, the caller reads and hears something true."""
RELEASED_S = 2.5
"""From the hanging up to the end of every call; a call that showed no sign before is listened to for 2 s."""
HEARD_S = 0.5
"""A joined call that lasts longer is heard."""
CROSSED_S = 0.5
"""An answer that crossed our hang-up is let go of within that."""


@dataclass(frozen=True)
class Fault:
    """One broken rule, in words."""

    text: str
    is_late: bool = False
    """It came too late rather than wrong: on a machine that stood still it proves nothing."""

    def __str__(self) -> str:
        return self.text


def faults(evidence: Evidence) -> list[Fault]:
    """What was wrong with this race; empty when all was well."""
    return [
        *_two_at_once(evidence),
        *_released(evidence),
        *_nothing_rings_on(evidence),
        *_joined(evidence),
        *_told(evidence),
        *_record(evidence),
        *_sound(evidence),
        *([Fault(f"sipp: {evidence.complaint}")] if evidence.complaint else []),
    ]


def _two_at_once(evidence: Evidence) -> Iterator[Fault]:
    calls = [*evidence.before, *held(evidence)]
    for number, one in enumerate(calls):
        for other in calls[number + 1 :]:
            both = min(_end(one, evidence), _end(other, evidence)) - max(one.since, other.since)
            if both > TWO_HELD_S:
                yield Fault(
                    f"the helpline held two answered calls of ours for {both:.2f} s ({one.line} and {other.line})",
                    is_late=True,
                )


def _end(call: Held, evidence: Evidence) -> float:
    return evidence.judged if call.until is None else call.until


def _released(evidence: Evidence) -> Iterator[Fault]:
    for call in held(evidence):
        if call.until is None:
            yield Fault(f"the answered {call.line} call was never released")
        elif call.until > max(evidence.down, call.since) + RELEASED_S:
            late = call.until - max(evidence.down, call.since)
            yield Fault(
                f"the answered {call.line} call was released {late:.2f} s after the handset was down", is_late=True
            )


def _nothing_rings_on(evidence: Evidence) -> Iterator[Fault]:
    """Every call that the far end began to work on has its final word: a CANCEL's, a refusal's, an answer's BYE."""
    for call_id in dict.fromkeys(each.call_id for each in evidence.wire):
        own = [each for each in evidence.wire if each.call_id == call_id]
        begun = any(not each.up and each.of == "INVITE" and each.fate == "passed" for each in own)
        finals = [e for e in own if not e.up and e.of == "INVITE" and e.what.isdigit() and int(e.what) >= 200]
        acked = any(each.what == "ACK" for each in own)
        if begun and not finals:
            yield Fault("a trunk call was begun and never ended: the platform rings for nobody")
        elif any(each.fate == "passed" for each in finals) and not acked:
            yield Fault("the final response of a trunk call got no ACK")
    dialled = {each["call"] for each in evidence.modem if each["event"] == "dialled"}
    ended = {each["call"]: each["at"] for each in evidence.modem if each["event"] == "ended"}
    for call in dialled:
        if call not in ended:
            yield Fault("a mobile call was dialled and never ended")
        elif ended[call] > evidence.down + RELEASED_S:
            yield Fault(
                f"a mobile call ended {ended[call] - evidence.down:.2f} s after the handset was down", is_late=True
            )


def _joined(evidence: Evidence) -> Iterator[Fault]:
    """The caller is joined to one line, and to one that is answered."""
    shown = [(at, line) for at, screen, line in evidence.screens if screen == "connected"]
    calls = [*evidence.before, *held(evidence)]
    for at, line in shown:
        if not any(call.line == line and call.since <= at for call in calls):
            yield Fault(f"the screen said connected over {line}, where nobody had answered")
    is_rescued = any(one["rescue"] for record in evidence.records for one in record["attempts"])
    for visit in evidence.visits:
        lines = [line for at, line in shown if visit.pressed <= at <= visit.down]
        if len(set(lines)) > 1 and not is_rescued:
            yield Fault(f"the caller was joined to {' then '.join(lines)} without a rescue")
    waited = evidence.visits[-1]
    in_time = any(at >= waited.pressed for at, _ in shown) or _is_uncertain(evidence)
    if must_connect(evidence.race) and not in_time:
        yield Fault("a path would have carried the call, and the caller was never joined to it", is_late=True)


def _is_uncertain(evidence: Evidence) -> bool:
    """A family that cannot tell an answer is shown as ringing while it is joined."""
    return any(call.line == "gsm" and call.since > evidence.visits[-1].pressed for call in held(evidence))


def _told(evidence: Evidence) -> Iterator[Fault]:
    """While the handset is up the screen is never home, and says the end of the race within 2 s."""
    screens = [(at, screen) for at, screen, _ in evidence.screens]
    for visit in evidence.visits:
        shown = [screen for at, screen in screens if visit.pressed <= at < visit.down]
        if "idle" in shown:
            yield Fault("the screen was home while the handset was up")
        if visit.down - visit.pressed > TOLD_S and not shown:
            yield Fault("nothing was shown for 2 s after the press", is_late=True)
    if evidence.idle - evidence.down > TOLD_S:
        yield Fault(
            f"the screen went home {evidence.idle - evidence.down:.2f} s after the handset was down", is_late=True
        )
    for call in held(evidence):
        stayed = min(_end(call, evidence), evidence.down) - call.since
        if stayed > TOLD_S and not any(call.since <= at <= call.since + TOLD_S for at, _ in screens):
            yield Fault(f"the answer of the {call.line} call was not shown within 2 s", is_late=True)


def _record(evidence: Evidence) -> Iterator[Fault]:
    """One record a visit, with every attempt that was seen outside, answered where it was answered."""
    invites = {each.call_id for each in evidence.wire if each.what == "INVITE"}
    dialled = {each["call"] for each in evidence.modem}
    if len(evidence.records) != len(evidence.visits):
        yield Fault(f"{len(evidence.visits)} visits dialled and left {len(evidence.records)} records")
    attempts: list[dict[str, Any]] = [one for record in evidence.records for one in record["attempts"]]
    for line, seen in (("voip", len(invites)), ("gsm", len(dialled))):
        told = sum(one["line"] == line for one in attempts)
        if told < seen:
            yield Fault(f"{seen} dialled over {line}, {told} in the record")
    for call in held(evidence):
        said = any(one["line"] == call.line and one["answer_ms"] is not None for one in attempts)
        if not said and not is_crossed(call, evidence):
            yield Fault(f"answered over {call.line}, and the record does not say so", is_late=True)
    for one in attempts:
        if one["answer_ms"] is not None and one["line"] not in {call.line for call in held(evidence)}:
            yield Fault(f"the record says answered over {one['line']}, where nobody answered")


def is_crossed(call: Held, evidence: Evidence) -> bool:
    """Did this answer cross our hang-up? Then it was let go of at once, and may be missing in the attempt's record."""
    return call.until is not None and call.until - call.told < CROSSED_S and call.until > evidence.pressed


def _sound(evidence: Evidence) -> Iterator[Fault]:
    """The ear has the line that the caller is joined to, and no other; and is never without a sound for 2 s."""
    shown = [(at, screen, line) for at, screen, line in evidence.screens]
    joined = {line for _, screen, line in shown if screen == "connected"}
    if any(call.line == "gsm" for call in held(evidence)):
        joined.add("gsm")  # shown as ringing by a family that cannot tell an answer
    heard = [kind for _, kind in evidence.ear]
    for now, after in itertools.pairwise(heard):
        if now == after == "both":
            yield Fault("the ear heard both lines at once")
            break
    for kind, line in (("trunk", "voip"), ("mobile", "gsm")):
        if kind in heard and line not in joined:
            yield Fault(f"the ear heard the {kind}, which it was not joined to")
    for (at, screen, line), until in zip(shown, [*(at for at, _, _ in shown[1:]), evidence.down], strict=True):
        kind = "trunk" if line == "voip" else "mobile"
        if screen == "connected" and until - at > HEARD_S and kind not in heard:
            yield Fault(f"connected over {line} for {until - at:.2f} s, and the ear never heard it", is_late=True)
    yield from _silence(evidence)
    calls = held(evidence)
    for at, loud in evidence.mouth:
        if loud and not any(call.line == "voip" and call.since <= at for call in calls):
            yield Fault("the caller's voice went to the trunk before anybody answered there")
            return


def _silence(evidence: Evidence) -> Iterator[Fault]:
    quiet_since: float | None = None
    for at, kind in evidence.ear:
        ringing = [screen for since, screen, _ in evidence.screens if since <= at][-1:] == ["alerting"]
        if kind != "quiet" or ringing:  # the ringing tone has pauses of 3.5 s (ITU-T E.180)
            quiet_since = None
        elif quiet_since is None:
            quiet_since = at
        elif at - quiet_since > TOLD_S:
            yield Fault(
                f"the ear was without a sound from {quiet_since - evidence.pressed:.2f} s after the press", is_late=True
            )
            return
