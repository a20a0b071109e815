"""The judge of the races sees each fault: a good race, and what is wrong with it after one thing was changed."""

from dataclasses import replace
from typing import Any

import pytest

from tests.campaign.evidence import Evidence, Held, Visit, timeline
from tests.campaign.judge import faults
from tests.campaign.plan import Caller, Mobile, Race, Voip, draw
from tests.campaign.wire import Seen

RACE = Race(1, 1, Voip.RINGS, 0.2, 0.1, 486, 1, 0.0, Mobile.ANSWER, 0.2, 0.2, Caller.WAITS, 0.3)


def seen(at: float, up: bool, what: str, of: str = "", call_id: str = "one") -> Seen:
    return Seen(at, 1, call_id, up, what, of or what)


WIRE = (
    seen(10.0, True, "INVITE"),
    seen(10.1, False, "180", "INVITE"),
    seen(10.4, False, "200", "INVITE"),
    seen(10.4, True, "ACK"),
    seen(11.4, True, "BYE"),
    seen(11.4, False, "200", "BYE"),
)
MODEM = ({"at": 10.25, "call": 7, "event": "dialled"}, {"at": 10.3, "call": 7, "event": "ended"})
OPEN = ({"at": 10.25, "call": 7, "event": "dialled"}, {"at": 10.41, "call": 7, "event": "open"})


def attempt(line: str, answer_ms: int | None, **more: Any) -> dict[str, Any]:
    told = {"result": "answered" if answer_ms else "cancelled", "cause": "hung_up_by_caller", "started_ms": 1}
    return {"line": line, "answer_ms": answer_ms, "rescue": False, **told, **more}


def record(*attempts: dict[str, Any]) -> dict[str, Any]:
    return {"answered": True, "ended_by": "caller", "crossed_answers": 0, "attempts": list(attempts)}


GOOD = Evidence(
    race=RACE,
    visits=(Visit(9.9, 0, 10.0, 11.4),),
    idle=11.41,
    judged=15.0,
    wire=WIRE,
    modem=MODEM,
    screens=((9.95, "menu", ""), (10.0, "calling", "voip"), (10.1, "alerting", "voip"), (10.41, "connected", "voip")),
    records=(record(attempt("voip", 400), attempt("gsm", None)),),
    ear=tuple((9.9 + n / 10, "trunk" if n > 5 else "other") for n in range(15)),
    mouth=((10.5, True),),
)


def test_a_race_as_it_should_be_has_no_fault() -> None:
    assert faults(GOOD) == []
    assert timeline(GOOD).splitlines()[0] == str(RACE)


def up_at_once(until: float) -> Evidence:
    """Both lines answered, the mobile one until then."""
    modem = (*OPEN, {"at": until, "call": 7, "event": "ended"})
    records = (record(attempt("voip", 400), attempt("gsm", 160)),)
    return replace(GOOD, modem=modem, records=records)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (up_at_once(11.45), []),
        (
            replace(up_at_once(12.5), wire=(*WIRE[:4], seen(12.5, True, "BYE"))),
            ["the helpline held two answered calls of ours for 2.09 s (voip and gsm)"],
        ),
        (replace(GOOD, before=(Held("gsm", "6", 9.0, 11.4),)), []),
        (
            replace(GOOD, before=(Held("gsm", "6", 9.0, 11.5),), wire=(*WIRE[:4], seen(11.5, True, "BYE"))),
            ["the helpline held two answered calls of ours for 1.10 s (gsm and voip)"],
        ),
        (replace(GOOD, wire=WIRE[:4]), ["the answered voip call was never released"]),
        (
            replace(GOOD, wire=(*WIRE[:4], seen(14.5, True, "BYE"))),
            ["the answered voip call was released 3.10 s after the handset was down"],
        ),
        (
            replace(
                GOOD, wire=(*WIRE, seen(10.0, True, "INVITE", call_id="two"), seen(10.1, False, "180", "INVITE", "two"))
            ),
            [
                "a trunk call was begun and never ended: the platform rings for nobody",
                "2 dialled over voip, 1 in the record",
            ],
        ),
        (replace(GOOD, wire=(*WIRE[:3], *WIRE[4:])), ["the final response of a trunk call got no ACK"]),
        (replace(GOOD, modem=MODEM[:1]), ["a mobile call was dialled and never ended"]),
        (
            replace(GOOD, screens=(*GOOD.screens, (11.0, "connected", "gsm"))),
            [
                "the screen said connected over gsm, where nobody had answered",
                "the caller was joined to voip then gsm without a rescue",
            ],
        ),
        (
            replace(GOOD, screens=GOOD.screens[:3], ear=(), mouth=()),
            ["a path would have carried the call, and the caller was never joined to it"],
        ),
        (replace(GOOD, screens=(*GOOD.screens, (11.0, "idle", ""))), ["the screen was home while the handset was up"]),
        (
            replace(GOOD, records=()),
            [
                "1 visits dialled and left 0 records",
                "1 dialled over voip, 0 in the record",
                "1 dialled over gsm, 0 in the record",
                "answered over voip, and the record does not say so",
            ],
        ),
        (replace(GOOD, records=GOOD.records * 2), ["1 visits dialled and left 2 records"]),
        (
            replace(GOOD, records=(record(attempt("voip", 400), attempt("gsm", 300)),)),
            ["the record says answered over gsm, where nobody answered"],
        ),
        (replace(GOOD, ear=(*GOOD.ear, (11.2, "both"), (11.3, "both"))), ["the ear heard both lines at once"]),
        (replace(GOOD, ear=(*GOOD.ear, (11.2, "mobile"))), ["the ear heard the mobile, which it was not joined to"]),
        (
            replace(GOOD, ear=tuple((at, "other") for at, _ in GOOD.ear)),
            ["connected over voip for 0.99 s, and the ear never heard it"],
        ),
        (replace(GOOD, mouth=((10.3, True),)), ["the caller's voice went to the trunk before anybody answered there"]),
        (replace(GOOD, complaint="an unexpected BYE"), ["sipp: an unexpected BYE"]),
    ],
)
def test_what_is_wrong_is_told(broken: Evidence, told: list[str]) -> None:
    assert [str(each) for each in faults(broken)] == told


def test_silence_in_the_ear_is_a_fault_and_the_pause_of_the_ringing_tone_is_none() -> None:
    quiet = tuple((10.0 + n / 10, "quiet") for n in range(30))
    long = replace(
        GOOD, visits=(Visit(9.9, 0, 10.0, 13.4),), idle=13.41, ear=quiet, wire=(*WIRE[:4], seen(13.4, True, "BYE"))
    )
    told = [str(each) for each in faults(long)]
    assert "the ear was without a sound from 0.50 s after the press" in told
    ringing = replace(long, screens=(*GOOD.screens[:3],))
    assert not any("without a sound" in str(each) for each in faults(ringing))


def test_an_answer_that_came_with_the_hang_up_may_be_missing_in_the_record_even_when_its_first_200_was_lost() -> None:
    unsaid = (record(attempt("voip", None), attempt("gsm", None)),)
    lost = replace(seen(10.4, False, "200", "INVITE"), fate="lost")
    crossed = (*WIRE[:2], lost, seen(12.0, False, "200", "INVITE"), seen(12.02, True, "ACK"), seen(12.03, True, "BYE"))
    held_long = (
        *WIRE[:3],
        lost,
        seen(10.9, False, "200", "INVITE"),
        seen(12.02, True, "ACK"),
        seen(12.03, True, "BYE"),
    )
    told = [
        "answered over voip, and the record does not say so"
        in map(str, faults(replace(GOOD, records=unsaid, wire=wire)))
        for wire in (crossed, held_long)
    ]
    assert told == [False, True]


def test_what_came_late_is_told_apart_from_what_is_wrong() -> None:
    late = replace(GOOD, idle=14.0)
    wrong = replace(GOOD, records=GOOD.records * 2)
    assert [each.is_late for each in (*faults(late), *faults(wrong))] == [True, False]


def test_a_race_is_drawn_alike_each_time_and_seeds_differ() -> None:
    assert [draw(4, n) for n in range(50)] == [draw(4, n) for n in range(50)]
    assert [draw(4, n).voip for n in range(50)] != [draw(5, n).voip for n in range(50)]
    drawn = [draw(1, n) for n in range(1, 1001)]
    assert {each.voip for each in drawn} == set(Voip)
    assert {each.mobile for each in drawn} == set(Mobile)
    assert {each.caller for each in drawn} == set(Caller)
