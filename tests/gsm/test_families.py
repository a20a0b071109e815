"""The same call on each family: the line says the same, and what differs is only how far an answer can be believed."""

import asyncio
from pathlib import Path

import pytest

from kiosk.calls.line import Alerted, Answered, Cause, Ended, LineEvent, Progressed, Readiness
from tests.gsm.bench import NUMBER, ONE, QUICK, Bench, bench

FAMILIES = ["sim7600", "a76xx", "sim800", "quectel", "huawei", "ublox", "generic"]
UNHURRIED = {"generic": ("--answer-after", "2.5")}
"""A modem without words of its own is only polled, once a second: shorter phases are not seen."""
CERTAIN = {"sim7600", "sim800", "quectel", "huawei", "ublox"}


def said_of(family: str, folder: Path, *arguments: str) -> list[LineEvent]:
    """All that the line says of one call that the far end, or nobody, ends."""

    async def run() -> list[LineEvent]:
        async with bench(folder, *QUICK, *UNHURRIED.get(family, ()), "--family", family, *arguments) as made:
            await made.ready()
            assert made.line.engine == family
            made.line.dial(ONE, NUMBER, "fr")
            return await made.over()

    return asyncio.run(run())


@pytest.mark.parametrize("family", FAMILIES)
def test_answered_call_with_digits_that_the_caller_ends(family: str, tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        for digit in "5#":
            made.line.send_digit(ONE, digit)
        await made.until_modem(lambda state: bool(state["digits"] == "5#"))
        made.line.hang_up(ONE)
        assert await made.over() == [
            Progressed(ONE),
            Alerted(ONE),
            Answered(ONE, certain=family in CERTAIN),
            Ended(ONE, Cause.HUNG_UP_BY_CALLER),
        ]
        state = await made.until_modem(lambda state: state["call_state"] is None)
        assert "AT+CFUN=4" not in state["commands"], "a hang-up had to be forced"
        assert not [text for text in state["commands"] if "CHLD" in text or "COPS=?" in text]

    async def run() -> None:
        async with bench(tmp_path, *QUICK, *UNHURRIED.get(family, ()), "--family", family) as made:
            await story(made)

    asyncio.run(run())


@pytest.mark.parametrize("family", FAMILIES)
def test_far_end_hangs_up(family: str, tmp_path: Path) -> None:
    assert said_of(family, tmp_path, "--hang-up-after", "2.5" if family in UNHURRIED else "0.2") == [
        Progressed(ONE),
        Alerted(ONE),
        Answered(ONE, certain=family in CERTAIN),
        Ended(ONE, Cause.HUNG_UP_BY_REMOTE),
    ]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("script", "cause"), [("busy", Cause.BUSY), ("no-answer", Cause.NO_ANSWER), ("declined", Cause.DECLINED)]
)
def test_no_answer_is_told_from_busy_and_from_a_refusal(family: str, script: str, cause: Cause, tmp_path: Path) -> None:
    said = said_of(family, tmp_path, "--script", script, "--no-answer-after", "0.2")
    assert isinstance(said[-1], Ended)
    assert said[-1].cause is cause
    assert not [event for event in said if isinstance(event, Answered)]


@pytest.mark.parametrize("family", ["sim7600", "a76xx", "quectel", "huawei", "ublox"])
def test_a_module_without_voice_is_refused_with_its_name(family: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, *QUICK, "--family", family, "--script", "data-only") as made:
            await made.looked_at()
            health = made.line.health
            assert health.readiness is Readiness.DEAD
            assert health.reason.endswith("has no voice firmware; fit a module that can speak")
            assert made.line.status.model in health.reason
            assert not made.line.status.has_voice
            made.line.dial(ONE, NUMBER, "fr")
            assert await made.over() == [Ended(ONE, Cause.NOT_READY)]
            assert (await made.control("state"))["dialled"] == []

    asyncio.run(run())


def test_quectels_word_about_its_full_buffer_reaches_the_sound(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, *QUICK, "--family", "quectel") as made:
            await made.ready()
            made.line.dial(ONE, NUMBER, "fr")
            await made.heard(Answered)
            await made.control("urc +QPCMV: 0")
            await made.until(lambda: made.flow == [(ONE, False)])
            await made.control("urc +QPCMV: 1")
            await made.until(lambda: made.flow == [(ONE, False), (ONE, True)])

    asyncio.run(run())
