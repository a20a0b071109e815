"""A short message over a simulated modem that is a process of its own: sent between calls, never in the way of one."""

import asyncio
from pathlib import Path

import pytest

from hardware.text_message import Sending
from kiosk.calls.line import Alerted, Answered, Progressed
from tests.gsm.bench import NUMBER, ONE, bench

TEAM = "+33600000000"
TEXT = "SOS Crise lyon-3: pas d'internet / no internet 26 h. degraded; voip,card; 3 en attente / waiting"


@pytest.mark.parametrize("family", ["sim7600", "a76xx", "sim800", "quectel", "huawei", "ublox", "generic"])
def test_a_message_goes_out_whole_on_every_family(tmp_path: Path, family: str) -> None:
    async def story() -> None:
        async with bench(tmp_path, "--family", family, "--chunk", "3") as made:
            await made.ready()
            assert await made.line.send_text(TEAM, TEXT) is Sending.SENT
            assert (await made.control("state"))["texts"] == [{"number": TEAM, "text": TEXT}]
            assert TEAM not in made.log
            assert TEXT not in made.log

    asyncio.run(story())


def test_a_network_that_refuses_it_is_told_apart(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path) as made:
            await made.ready()
            await made.control("network off")
            assert await made.line.send_text(TEAM, TEXT) in (Sending.REFUSED, Sending.NOT_NOW)
            assert (await made.control("state"))["texts"] == []

    asyncio.run(story())


def test_none_is_sent_while_a_call_is_dialled_or_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path) as made:
            await made.ready()
            made.line.dial(ONE, NUMBER, "fr")
            assert await made.line.send_text(TEAM, TEXT) is Sending.NOT_NOW
            await made.heard(Answered)
            assert await made.line.send_text(TEAM, TEXT) is Sending.NOT_NOW
            made.line.hang_up(ONE)
            await made.over()
            assert not any("CMG" in command for command in (await made.control("state"))["commands"])

    asyncio.run(story())


def test_a_call_that_comes_in_the_middle_of_a_message_goes_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path, "--reply-after", "0.2") as made:
            await made.ready()
            sending = asyncio.create_task(made.line.send_text(TEAM, TEXT))
            await made.until_modem(lambda state: any("CMG" in command for command in state["commands"]))
            made.line.dial(ONE, NUMBER, "fr")
            await made.heard(Answered)
            assert await sending in (Sending.NOT_NOW, Sending.UNKNOWN)
            state = await made.control("state")
            assert state["dialled"] == [NUMBER]
            assert [type(event) for event in made.events][:3] == [Progressed, Alerted, Answered]

    asyncio.run(story())


@pytest.mark.parametrize("family", ["sim7600", "huawei", "generic"])
def test_accents_other_scripts_and_several_parts_arrive_as_they_were_written(tmp_path: Path, family: str) -> None:
    french = "Été à l'hôpital, côté gare. " * 3
    plain = "Accueil de jour, à côté. ".replace("ô", "o") * 8

    async def story() -> None:
        async with bench(tmp_path, "--family", family, "--chunk", "7") as made:
            await made.ready()
            for text in (french, plain, "مركز الاستقبال اليومي"):
                assert await made.line.send_text(TEAM, text) is Sending.SENT
            texts = (await made.control("state"))["texts"]
            assert [len(each["text"]) for each in texts] == [67, 17, 153, 47, 21]
            assert "".join(each["text"] for each in texts) == french + plain + "مركز الاستقبال اليومي"
            assert {each["number"] for each in texts} == {TEAM}
            for body in ("33060000", "Accueil", "0412", "C8329B"):
                assert body not in made.log

    asyncio.run(story())


@pytest.mark.parametrize(("number", "text"), [(TEAM, "x" * 613), (TEAM, ""), ("06*", "x")])
def test_what_is_no_message_is_refused(tmp_path: Path, number: str, text: str) -> None:
    async def story() -> None:
        async with bench(tmp_path) as made:
            await made.ready()
            with pytest.raises(ValueError, match="a message"):
                await made.line.send_text(number, text)
            assert (await made.control("state"))["texts"] == []

    asyncio.run(story())
