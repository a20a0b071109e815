"""Calls over the simulated modem: what the line says of each, from dial to end, by equality."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hardware.errors import DeviceBusy
from hardware.modem import ModemConfig
from hardware.serial_port import open_port
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
from kiosk.gsm.line import GsmLine
from tests.gsm.bench import NUMBER, ONE, TWO, Bench, bench

QUICK = ("--alert-after", "0.1", "--answer-after", "0.1")


def play(folder: Path, story: Callable[[Bench], Awaitable[None]], *arguments: str, pin: str = "") -> None:
    async def run() -> None:
        async with bench(folder, *QUICK, *arguments, pin=pin) as made:
            await story(made)

    asyncio.run(run())


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


def test_locked_sim_opens_with_the_right_pin(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        assert [text for text in (await made.control("state"))["commands"] if "PIN=" in text] == ['AT+CPIN="1234"']

    play(tmp_path, story, "--pin", "1234", pin="1234")


@pytest.mark.parametrize(
    ("tries", "configured", "left", "reason"),
    [
        ("3", "9999", 2, "the SIM refused sim_pin"),
        ("1", "1234", 1, "the SIM asks for its PIN (tries left: 1)"),
        ("3", "", 3, "the SIM asks for its PIN; set sim_pin"),
    ],
    ids=["wrong pin is tried once", "last try is never spent", "no pin is configured"],
)
def test_locked_sim_is_never_locked_further(
    tmp_path: Path, tries: str, configured: str, left: int, reason: str
) -> None:
    async def story(made: Bench) -> None:
        await made.looked_at()
        looks = (await made.control("state"))["commands"].count("AT+CPIN?")
        await made.until_modem(lambda state: state["commands"].count("AT+CPIN?") > looks + 1)
        assert (await made.control("state"))["pin_tries"] == left
        assert made.line.health.readiness is Readiness.DEAD
        assert reason in made.line.health.reason
        made.line.dial(ONE, NUMBER, "fr")
        assert await made.over() == [Ended(ONE, Cause.NOT_READY)]

    play(tmp_path, story, "--pin", "1234", "--pin-tries", tries, pin=configured)


def test_deaf_modem_is_dead_and_comes_back(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        await made.control("deaf on")
        await made.until(lambda: made.line.health.readiness is Readiness.DEAD)
        await made.control("deaf off")
        await made.ready()

    play(tmp_path, story)


def test_deaf_modem_in_a_call_keeps_the_call_until_the_caller_ends_it(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        await made.until_modem(lambda state: bool(state["pcm"]))
        await made.control("deaf on")
        # Long enough for the poll to time out and for the probes to fail: no test of a mere pause.
        await made.until(lambda: made.log.count("the port is kept") == 1)
        assert made.events == [Progressed(ONE), Alerted(ONE), Answered(ONE)]
        made.line.hang_up(ONE)
        assert (await made.over())[-1] == Ended(ONE, Cause.MODEM_LOST)
        await made.control("deaf off")
        await made.until_modem(lambda state: state["call_state"] is None)
        await made.ready()

    play(tmp_path, story)


def test_port_has_one_owner(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        with pytest.raises(DeviceBusy, match="another program"):
            open_port(str(made.folder / "at"))

    play(tmp_path, story)


def test_log_never_shows_the_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        made.line.hang_up(ONE)
        await made.over()

    play(tmp_path, story, "--pin", "4711", pin="4711")
    assert "> ATD*;" in caplog.text
    assert NUMBER not in caplog.text
    assert "4711" not in caplog.text


def test_line_without_a_port_is_dead_and_says_what_to_set() -> None:
    async def run() -> None:
        said: list[LineEvent] = []
        line = GsmLine(ModemConfig(""), said.append)
        line.start()
        assert line.health == LineHealth(Readiness.DEAD, "no modem is configured; set modem.port")
        line.dial(ONE, NUMBER, "fr")
        assert said == []
        await asyncio.sleep(0)
        assert said == [Ended(ONE, Cause.NOT_READY)]
        await line.close()

    asyncio.run(run())


def test_missing_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    async def run() -> None:
        line = GsmLine(ModemConfig(str(tmp_path / "none")), lambda event: None)
        line.start()
        async with asyncio.timeout(10):
            while "is not there" not in line.health.reason:  # noqa: ASYNC110 - has no event
                await asyncio.sleep(0.01)
        assert line.health.readiness is Readiness.DEAD
        await line.close()

    asyncio.run(run())
