"""Emergency numbers go out whatever SIM, network and modem say: the bytes on the wire, from the order to ATD."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hardware.modem import Modem, ModemConfig
from hardware.modem_events import CallEnded, EndReason, ModemEvent
from tests.hardware.pty_modem import NO_SERVICE, SERVED, PtyModem, pty_modem, until

EMERGENCY = frozenset(("112", "15"))
Story = Callable[[Modem, PtyModem, list[ModemEvent]], Awaitable[None]]


def play(table: dict[str, str], story: Story) -> None:
    async def run() -> None:
        events: list[ModemEvent] = []
        async with pty_modem(table) as far:
            modem = Modem(ModemConfig(far.path, emergency=EMERGENCY, health_s=60.0), events.append)
            modem.start()
            try:
                await story(modem, far, events)
            finally:
                # A modem that answers no more must not hold the test up.
                far.table.clear()
                await modem.close()

    asyncio.run(run())


def ends(events: list[ModemEvent]) -> list[CallEnded]:
    return [event for event in events if isinstance(event, CallEnded)]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"AT+CPIN?": "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n"},
        {"AT+CPIN?": "\r\n+CPIN: READY\r\n\r\nOK\r\n", "AT+CREG?": "\r\n+CREG: 2,3\r\n\r\nOK\r\n"},
        {"AT+CPIN?": "\r\n+CPIN: READY\r\n\r\nOK\r\n", "AT+CREG?": "\r\n+CREG: 2,8\r\n\r\nOK\r\n"},
        {"AT+CGMM": "\r\nA7670E-LNXY-UBL\r\n\r\nOK\r\n"},
    ],
    ids=["no SIM", "PUK", "denied", "emergency only", "no voice"],
)
def test_112_is_dialled_with_the_radio_on_and_nothing_else_before_it(changed: dict[str, str]) -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.proved_at is not None)
        assert modem.status.reason
        far.heard = b""
        modem.dial("one", "112")
        await until(lambda: b"ATD" in far.heard and far.heard.endswith(b";\r"))
        assert far.heard == b"AT+CFUN=1\rATD112;\r"

    play(NO_SERVICE | changed | {"ATD112;": ""}, story)


def test_112_on_a_modem_that_is_ready_is_one_command() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.heard = b""
        modem.dial("one", "112")
        await until(lambda: far.heard.endswith(b";\r"))
        assert far.heard == b"ATD112;\r"

    play(SERVED | {"ATD112;": ""}, story)


def test_an_ordinary_number_is_not_dialled_without_a_sim() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.proved_at is not None)
        modem.dial("one", "0800190000")
        await until(lambda: bool(ends(events)))
        assert ends(events) == [CallEnded("one", EndReason.NOT_READY)]
        assert b"ATD" not in far.heard

    play(NO_SERVICE, story)


def test_a_choice_of_the_network_is_broken_off_for_a_dial() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        # The choice lasts until any byte comes (V.250 §5.6.1), as it does on real modules.
        await until(lambda: far.heard.endswith(b"AT+COPS=0\r"))
        far.on_bytes = lambda data: far.say("OK") if b"\x1b" in data else None
        far.heard = b""
        modem.dial("one", "0800190000")
        await until(lambda: far.heard.endswith(b";\r"))
        assert far.heard == b"\x1bAT\rATD0800190000;\r"

    deregistered = {"AT+COPS?": "\r\n+COPS: 2\r\n\r\nOK\r\n", "AT+COPS=0": "", "ATD0800190000;": ""}
    play(SERVED | deregistered, story)


def test_an_emergency_does_not_wait_for_a_modem_that_answers_nothing() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.proved_at is not None)
        far.table = {text: "" for text in ("AT", "AT+CFUN=1", "ATD112;", *far.table)}
        # A poll that is never answered is in flight: what it waits for must not hold up the call.
        modem._keeper.look_soon()
        far.heard = b""
        await until(lambda: far.heard.endswith(b"AT+CPIN?\r"))
        far.heard = b""
        modem.dial("one", "112")
        await until(lambda: far.heard.endswith(b"ATD112;\r"))
        assert [text for text in far.commands if text != "AT"] == ["AT+CFUN=1", "ATD112;"]

    play(NO_SERVICE, story)


def test_an_emergency_that_is_refused_with_a_bare_error_is_dialled_once_more() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.heard = b""
        modem.dial("one", "112")
        await until(lambda: bool(ends(events)))
        assert far.commands[:2] == ["ATD112;", "ATD112;"]
        assert far.commands.count("ATD112;") == 2
        assert ends(events) == [CallEnded("one", EndReason.FAILED)]

    play(SERVED | {"ATD112;": "\r\nERROR\r\n"}, story)


def test_an_emergency_call_that_will_not_end_is_left_to_the_far_end() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.table["AT+CLCC"] = '\r\n+CLCC: 1,0,2,0,0,"112",129\r\n\r\nOK\r\n'
        modem.dial("one", "112")
        await until(lambda: b"ATD112;\r" in far.heard)
        far.heard = b""
        modem.hang_up("one")
        await until(lambda: bool(ends(events)))
        assert [text for text in far.commands if text != "AT+CLCC"][:3] == ["AT+CHUP", "ATH", "AT+CHUP"]
        assert "AT+CFUN=4" not in far.commands

    play(SERVED, story)
