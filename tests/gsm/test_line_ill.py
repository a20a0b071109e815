"""A modem that is locked, deaf, taken or missing: what the line says of it."""

import asyncio
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
    Progressed,
    Readiness,
)
from kiosk.gsm.line import GsmLine
from tests.gsm.bench import NUMBER, ONE, Bench, play


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
