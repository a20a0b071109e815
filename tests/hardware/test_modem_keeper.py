"""A modem that restarts, moves, loses its card, or stays away: what the driver does about it, on a pseudo-terminal."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from hardware.modem import Modem, ModemConfig
from hardware.modem_events import CallEnded, EndReason, LineOpened, ModemEvent, SoundReady
from hardware.modem_port import ModemPorts
from hardware.modem_power import ModemPower, PowerConfig
from hardware.recovery import Ladder, Rung, Trouble
from hardware.usb import UsbIdentity
from tests.hardware.pty_modem import NO_SERVICE, SERVED, PtyModem, link, pty_modem, until
from tests.hardware.test_usb import plug, unplug

SOON = MappingProxyType(
    {
        Trouble.NO_SERVICE: ((0.0, Rung.RADIO), (0.0, Rung.RESET), (0.0, Rung.KEY), (0.0, Rung.POWER)),
        Trouble.MISSING: ((0.0, Rung.KEY), (0.0, Rung.POWER)),
        Trouble.SILENT: ((0.0, Rung.KEY), (0.0, Rung.POWER)),
    }
)
"""The ladder without its waiting times."""


class NotedPower(ModemPower):
    """Notes what is done instead of doing it."""

    def __init__(self) -> None:
        super().__init__(PowerConfig())
        self.done: list[str] = []

    @property
    def ways(self) -> frozenset[Rung]:
        return frozenset((Rung.KEY, Rung.POWER))

    def press_key(self, is_there: bool) -> None:
        self.done.append(f"key {is_there}")

    def cut(self) -> None:
        self.done.append("cut")


Story = Callable[[Modem, PtyModem, list[ModemEvent]], Awaitable[None]]


def play(
    table: dict[str, str], story: Story, power: ModemPower | None = None, ladder: Ladder | None = None, pin: str = ""
) -> None:
    async def run() -> None:
        events: list[ModemEvent] = []
        async with pty_modem(table) as far:
            config = ModemConfig(far.path, health_s=0.2, sound_s=1.0, pin=pin)
            modem = Modem(config, events.append, power=power, ladder=ladder)
            modem.start()
            try:
                await story(modem, far, events)
            finally:
                await modem.close()

    asyncio.run(run())


def test_no_network_is_climbed_rung_by_rung_each_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    power = NotedPower()

    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: power.done == ["key True", "cut"])
        assert [text for text in far.commands if "CFUN" in text or "RESET" in text] == [
            "AT+CFUN=1", "AT+CFUN=4", "AT+CFUN=1", "AT+CRESET",
        ]  # fmt: skip

    play(NO_SERVICE | {"AT+CPIN?": SERVED["AT+CPIN?"]}, story, power, Ladder(SOON))
    for rung in Rung:
        assert f"modem -> {rung}, because for 0 s: no network for voice" in caplog.text or rung in (
            Rung.KEY,
            Rung.POWER,
        )


def test_a_locked_card_and_a_module_without_voice_are_not_recovered_from() -> None:
    for changed in (
        {"AT+CPIN?": "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"},
        {"AT+CPIN?": SERVED["AT+CPIN?"], "AT+CGMM": "\r\nSIM7670G\r\n\r\nOK\r\n"},
    ):
        power = NotedPower()

        async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
            await until(lambda: far.commands.count("AT+CREG?") > 4)
            assert "AT+CFUN=4" not in far.commands

        play(NO_SERVICE | changed, story, power, Ladder(SOON))
        assert power.done == []


def test_nothing_is_recovered_while_a_call_is_up() -> None:
    power = NotedPower()

    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.table["AT+CLCC"] = '\r\n+CLCC: 1,0,0,0,0,"1",129\r\n\r\nOK\r\n'
        modem.dial("one", "3114")
        await until(lambda: any(isinstance(event, LineOpened) for event in events))
        far.table |= {"AT+CREG?": NO_SERVICE["AT+CREG?"]}
        far.say("+CREG: 0")
        polls = far.commands.count("AT+CLCC")
        await until(lambda: far.commands.count("AT+CLCC") > polls + 1)
        assert "AT+CFUN=4" not in far.commands
        assert power.done == []

    play(SERVED, story, power, Ladder(SOON))


def test_a_missing_modem_gets_its_key_pressed_and_its_power_cut_and_is_told_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    power = NotedPower()

    async def run() -> None:
        modem = Modem(ModemConfig("/dev/ttyNOTHERE"), lambda event: None, power=power, ladder=Ladder(SOON))
        modem.start()
        await until(lambda: power.done == ["key False", "cut"])
        assert modem.status.reason.startswith("serial port /dev/ttyNOTHERE is not there; plug the modem in")
        await modem.close()

    asyncio.run(run())
    assert "modem -> power key pressed, because for 0 s: serial port /dev/ttyNOTHERE is not there" in caplog.text


def test_a_port_that_comes_back_under_another_name_is_followed(tmp_path: Path) -> None:
    sys, dev = tmp_path / "sys", tmp_path / "dev"
    plug(sys, "1-1", "1e0e", "9001", {2: "ttyUSB2", 4: "ttyUSB4"})

    async def run() -> None:
        async with pty_modem(SERVED) as first, pty_modem(SERVED) as second:
            name = link(first.path, dev / "ttyUSB2")
            ports = ModemPorts(str(name), sysfs=sys, dev=dev)
            modem = Modem(ModemConfig(str(name), health_s=0.2), lambda event: None, ports=ports)
            modem.start()
            await until(lambda: modem.status.is_ready)
            assert ports.identity == UsbIdentity(0x1E0E, 0x9001, 2, "")
            assert modem.sound_port == str(dev / "ttyUSB4")
            # The modem restarts: its ports come back one number higher, and ttyUSB2 is now the diagnostic port.
            first.close()
            unplug(sys, "1-1")
            plug(sys, "1-7", "1e0e", "9001", {1: "ttyUSB2", 2: "ttyUSB3", 4: "ttyUSB5"})
            link(second.path, dev / "ttyUSB3")
            await until(lambda: "AT+CPIN?" in second.commands and modem.status.is_ready)
            assert modem.sound_port == str(dev / "ttyUSB5")
            await modem.close()

    asyncio.run(run())


def test_a_restart_is_set_up_anew_and_its_complaint_is_kept() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.say("UNDER-VOLTAGE WARNNING")
        await until(lambda: bool(modem.status.warning))
        assert modem.status.is_ready, "a warning is no reason not to dial"
        far.heard = b""
        far.say("RDY")
        await until(lambda: "AT+CLCC=1" in far.commands and modem.status.is_ready)
        assert modem.status.warning == "the modem says UNDER-VOLTAGE WARNNING; check its power supply"

    play(SERVED, story)


def test_a_restart_ends_the_call_that_was_up() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.table["AT+CLCC"] = '\r\n+CLCC: 1,0,0,0,0,"1",129\r\n\r\nOK\r\n'
        modem.dial("one", "3114")
        await until(lambda: any(isinstance(event, LineOpened) for event in events))
        far.table["AT+CLCC"] = "\r\nOK\r\n"
        far.say("NORMAL POWER DOWN")
        await until(lambda: CallEnded("one", EndReason.MODEM_LOST) in events)

    play(SERVED, story)


def test_a_card_that_is_pulled_shows_at_once_and_one_that_is_put_in_is_unlocked() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.table |= {"AT+CPIN?": NO_SERVICE["AT+CPIN?"], "AT+CREG?": NO_SERVICE["AT+CREG?"]}
        far.say("+CPIN: SIM REMOVED")
        await until(lambda: modem.status.sim == "none")
        assert modem.status.reason == "no SIM card; insert one (112 needs it too in France)"
        far.table |= {
            "AT+CPIN?": "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n", "AT+SPIC": "\r\n+SPIC: 3,10,3,10\r\n\r\nOK\r\n",
        }  # fmt: skip

        def unlock(data: bytes) -> None:
            if b"AT+CPIN=" in data:
                far.table |= {"AT+CPIN?": SERVED["AT+CPIN?"], "AT+CREG?": SERVED["AT+CREG?"]}

        far.on_bytes = unlock
        far.say("+CPIN: SIM PIN")
        await until(lambda: modem.status.is_ready)
        assert [text for text in far.commands if "PIN=" in text] == ['AT+CPIN="1234"']

    play(SERVED, story, pin="1234")


def test_a_list_of_calls_that_a_modem_lacks_does_not_keep_a_call_from_ending() -> None:
    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        modem.dial("one", "3114")
        await until(lambda: "ATD3114;" in far.commands)
        modem.hang_up("one")
        await until(lambda: CallEnded("one", EndReason.OURS) in events)
        assert far.commands.count("AT+CHUP") == 1
        assert "AT+CFUN=4" not in far.commands

    play(SERVED | {"AT+CLCC": "\r\nERROR\r\n"}, story)


def test_a_call_without_sound_is_followed_by_one_reset_of_the_module() -> None:
    async def mute_call(call: str, modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        far.table["AT+CLCC"] = '\r\n+CLCC: 1,0,0,0,0,"1",129\r\n\r\nOK\r\n'
        resets = far.commands.count("AT+CRESET")
        modem.dial(call, "3114")
        await until(lambda: SoundReady(call, is_on=False) in events)
        assert far.commands.count("AT+CRESET") == resets, "a call is up"
        far.table["AT+CLCC"] = "\r\nOK\r\n"
        modem.hang_up(call)
        await until(lambda: modem.call is None)
        looks = far.commands.count("AT+COPS?")
        await until(lambda: far.commands.count("AT+COPS?") > looks + 1)

    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        for call in ("one", "two"):
            await mute_call(call, modem, far, events)
            assert far.commands.count("AT+CRESET") == 1

    play(SERVED | {"AT+CPCMREG=1": "\r\nERROR\r\n"}, story)


def test_a_modem_that_answers_nothing_but_at_is_not_called_ready_for_ever() -> None:
    power = NotedPower()

    async def story(modem: Modem, far: PtyModem, events: list[ModemEvent]) -> None:
        await until(lambda: modem.status.is_ready)
        far.table["AT+CREG?"] = "\r\nOK\r\n"
        await until(lambda: power.done == ["key True", "cut"])
        assert modem.status.reason == "the modem answers AT, but no question about SIM and network"
        far.table["AT+CREG?"] = SERVED["AT+CREG?"]
        await until(lambda: modem.status.is_ready)

    play(SERVED, story, power, Ladder(SOON))
