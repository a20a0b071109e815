"""Calls over the simulated modem: what the line says of each, from dial to end, by equality."""

import asyncio
from pathlib import Path

import pytest

from kiosk.calls.line import (
    Alerted,
    Answered,
    Cause,
    Ended,
    LineEvent,
    LineHealth,
    LineKind,
    MediaStalled,
    Progressed,
    Readiness,
)
from tests.gsm.bench import NUMBER, ONE, TWO, Bench, bench, play


def dial(folder: Path, *arguments: str) -> list[LineEvent]:
    """All that the line says of one dial to its end."""
    said: list[LineEvent] = []

    async def story(made: Bench) -> None:
        await made.looked_at()
        made.line.dial(ONE, NUMBER, "fr")
        said.extend(await made.over())

    play(folder, story, *arguments)
    return said


def test_answered_call_that_the_caller_ends(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        assert made.line.kind is LineKind.GSM
        assert made.line.engine == "sim7600"
        made.line.dial(ONE, NUMBER, "fr")
        assert made.events == [], "an event came from inside dial"
        await made.heard(Answered)
        await made.until_modem(lambda state: bool(state["pcm"]))
        made.line.send_digit(ONE, "5")
        made.line.send_digit(ONE, "#")
        await made.until_modem(lambda state: bool(state["digits"] == "5#"))
        made.line.hang_up(ONE)
        assert await made.over() == [
            Progressed(ONE),
            Alerted(ONE),
            Answered(ONE, certain=True),
            Ended(ONE, Cause.HUNG_UP_BY_CALLER),
        ]
        state = await made.control("state")
        assert (state["call_state"], state["dialled"]) == (None, [NUMBER])

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--script", "busy"), [Progressed(ONE), Ended(ONE, Cause.BUSY)]),
        (("--script", "declined"), [Progressed(ONE), Alerted(ONE), Ended(ONE, Cause.DECLINED, 21)]),
        (("--script", "not-found"), [Progressed(ONE), Ended(ONE, Cause.NOT_FOUND, 1)]),
        (
            ("--script", "no-answer", "--no-answer-after", "0.2"),
            [Progressed(ONE), Alerted(ONE), Ended(ONE, Cause.NO_ANSWER)],
        ),
        (("--script", "no-network"), [Ended(ONE, Cause.UNREACHABLE)]),
        (("--script", "no-sim"), [Ended(ONE, Cause.NOT_READY)]),
        (("--script", "drop"), [Progressed(ONE), Ended(ONE, Cause.FAILED)]),
        (
            ("--hang-up-after", "0.2"),
            [Progressed(ONE), Alerted(ONE), Answered(ONE), Ended(ONE, Cause.HUNG_UP_BY_REMOTE)],
        ),
        (
            ("--script", "ringback", "--family", "a76xx", "--hang-up-after", "0.2"),
            [Progressed(ONE), Answered(ONE, certain=False), Ended(ONE, Cause.HUNG_UP_BY_REMOTE)],
        ),
        (
            ("--script", "instant", "--hang-up-after", "0.2"),
            [Progressed(ONE), Answered(ONE, certain=False), Ended(ONE, Cause.HUNG_UP_BY_REMOTE)],
        ),
        (
            ("--script", "no-ok", "--hang-up-after", "0.2"),
            [Progressed(ONE), Alerted(ONE), Answered(ONE), Ended(ONE, Cause.HUNG_UP_BY_REMOTE)],
        ),
    ],
    ids=lambda value: "-".join(value).replace("--", "") if isinstance(value, tuple) else "",
)
def test_each_way_a_call_can_go(tmp_path: Path, arguments: tuple[str, ...], said: list[LineEvent]) -> None:
    assert dial(tmp_path, *arguments) == said


def test_hang_up_before_the_number_was_sent_never_leads_to_a_call(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        made.line.hang_up(ONE)
        assert await made.over() == [Ended(ONE, Cause.HUNG_UP_BY_CALLER)]
        # The next call goes through the same queue: had the first been sent, it would come before.
        made.events.clear()
        made.line.dial(TWO, "3114", "fr")
        await made.heard(Answered)
        assert (await made.control("state"))["dialled"] == ["3114"]

    play(tmp_path, story)


@pytest.mark.parametrize("script", ["answer", "no-ok", "silent"])
def test_hang_up_while_dialling_ends_the_call_at_the_modem(tmp_path: Path, script: str) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.until_modem(lambda state: state["call_state"] == 2)
        made.line.hang_up(ONE)
        made.line.hang_up(ONE)
        assert (await made.over())[-1] == Ended(ONE, Cause.HUNG_UP_BY_CALLER)
        state = await made.control("state")
        assert state["call_state"] is None
        assert state["commands"].count("AT+CHUP") >= 1

    play(tmp_path, story, "--alert-after", "60", "--script", script)


def test_second_dial_while_a_call_is_up_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        made.line.dial(TWO, "3114", "fr")
        await made.heard(Answered)
        assert made.events == [Ended(TWO, Cause.NOT_READY), Progressed(ONE), Alerted(ONE), Answered(ONE)]
        made.line.hang_up(TWO)
        assert (await made.control("state"))["call_state"] == 0

    play(tmp_path, story)


def test_dial_while_the_call_before_is_being_hung_up_waits_for_that(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.until_modem(lambda state: state["call_state"] == 2)
        made.line.hang_up(ONE)
        made.line.dial(TWO, "3114", "fr")
        await made.control("set alert_after_s=0.1")
        await made.heard(Answered)
        assert made.events == [
            *(Progressed(ONE), Ended(ONE, Cause.HUNG_UP_BY_CALLER)),
            *(Progressed(TWO), Alerted(TWO), Answered(TWO)),
        ]
        assert (await made.control("state"))["dialled"] == [NUMBER, "3114"]

    play(tmp_path, story, "--alert-after", "60", "--reply-after", "0.1")


def test_hang_up_of_a_call_that_waits_for_another_ends_it_undialled(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.until_modem(lambda state: state["call_state"] == 2)
        made.line.hang_up(ONE)
        made.line.dial(TWO, "3114", "fr")
        made.line.hang_up(TWO)
        await made.until(lambda: len(made.events) == 3)
        assert set(made.events) == {
            *(Progressed(ONE), Ended(ONE, Cause.HUNG_UP_BY_CALLER), Ended(TWO, Cause.HUNG_UP_BY_CALLER)),
        }
        await made.until_modem(lambda state: state["call_state"] is None)
        assert (await made.control("state"))["dialled"] == [NUMBER]

    play(tmp_path, story, "--alert-after", "5", "--reply-after", "0.1")


def test_a_call_whose_dialling_never_gets_its_result_has_sound_and_is_watched(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        state = await made.until_modem(lambda state: state["pcm"] and state["commands"].count("AT+CLCC") > 3)
        assert state["call_state"] == 0
        assert made.events == [Progressed(ONE), Alerted(ONE), Answered(ONE)]

    play(tmp_path, story, "--script", "no-ok")


def test_calls_one_after_the_other_each_end_once_and_each_have_a_recording(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        for _ in range(3):
            made.events.clear()
            made.line.dial(ONE, NUMBER, "fr")
            await made.heard(Answered)
            await made.control("hang_up")
            assert await made.over() == [
                Progressed(ONE),
                Alerted(ONE),
                Answered(ONE),
                Ended(ONE, Cause.HUNG_UP_BY_REMOTE),
            ]

    play(tmp_path, story)
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == ["heard-1.wav", "heard-2.wav", "heard-3.wav"]


def test_modem_that_vanishes_in_a_call_ends_it_and_is_found_again(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        await made.control("vanish")
        assert (await made.over())[-1] == Ended(ONE, Cause.MODEM_LOST)
        await made.until(lambda: made.line.health.readiness is Readiness.DEAD)
        made.line.dial(TWO, NUMBER, "fr")
        await made.until(lambda: made.events[-1] == Ended(TWO, Cause.NOT_READY))
        assert "plug the modem in" in made.line.health.reason or "is gone" in made.line.health.reason
        await made.control("return")
        await made.ready()

    play(tmp_path, story)


def test_a_call_proves_a_modem_that_was_just_plugged_in(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        await made.control("vanish")
        await made.until(lambda: made.line.health.readiness is Readiness.DEAD)
        await made.control("return")
        await made.until(lambda: made.line.health.readiness is not Readiness.DEAD)
        assert made.line.health == LineHealth(
            Readiness.UNKNOWN, "its port has just been opened; SIM and network are being looked at"
        )
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        health = made.line.health
        assert (health.readiness, health.reason, health.registered) == (Readiness.READY, "", True)
        made.line.hang_up(ONE)
        await made.over()

    play(tmp_path, story, "--family", "sim7600")


def test_a_line_that_may_have_opened_at_ringback_is_believed_when_nothing_rings_that_long(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path, "--family", "generic", ringing_s=0.5) as made:
            await made.ready()
            made.line.dial(ONE, NUMBER, "fr")
            await made.until(lambda: Answered(ONE, certain=True) in made.events)
            made.line.hang_up(ONE)
            said = [event for event in await made.over() if isinstance(event, Answered)]
            assert said == [Answered(ONE, certain=False), Answered(ONE, certain=True)]

    asyncio.run(story())


def test_modem_that_restarts_in_a_call_ends_it(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        await made.control("reboot")
        assert (await made.over())[-1] == Ended(ONE, Cause.MODEM_LOST)
        await made.ready()

    play(tmp_path, story)


def test_lost_network_ends_the_call_and_shows_in_the_health(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        await made.control("network off")
        assert (await made.over())[-1] == Ended(ONE, Cause.HUNG_UP_BY_REMOTE)
        await made.until(lambda: made.line.health.readiness is Readiness.DEAD)
        assert made.line.health == LineHealth(Readiness.DEAD, "not registered and not searching")
        await made.control("network on")
        await made.ready()

    play(tmp_path, story)


def test_emergency_number_is_dialled_without_sim_and_network(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.looked_at()
        assert made.line.health.readiness is Readiness.DEAD
        made.line.dial(ONE, "112", "fr")
        await made.over()
        assert (await made.control("state"))["dialled"] == ["112"]

    play(tmp_path, story, "--script", "no-sim")


def test_sound_refused_for_a_while_is_asked_for_again(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        state = await made.until_modem(lambda state: bool(state["pcm"]))
        assert state["commands"].count("AT+CPCMREG=1") > 1

    play(tmp_path, story, "--pcm-after", "0.8")


def test_sound_refused_for_ever_is_told_as_stalled_media(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(MediaStalled)
        assert made.events == [Progressed(ONE), Alerted(ONE), Answered(ONE), MediaStalled(ONE, 1.5)]

    play(tmp_path, story, "--pcm-after", "3600")
