"""What a modem's status says to the technician, and when recovery acts: a scripted modem, times passed in."""

import asyncio

import pytest

from hardware.at import Answered, Command, final_result
from hardware.at_channel import Urgency
from hardware.modem_events import ModemStatus
from hardware.modem_health import RADIO_CYCLE_S, RESET_S, Health

GOOD = {
    "AT+CGMI": ("SIMCOM INCORPORATED", "OK"),
    "AT+CGMM": ("SIMCOM_SIM7600E-H", "OK"),
    "AT+CPIN?": ("+CPIN: READY", "OK"),
    "AT+CREG?": ("+CREG: 2,1", "OK"),
    "AT+CEREG?": ("+CEREG: 2,1", "OK"),
    "AT+CSQ": ("+CSQ: 17,99", "OK"),
    "AT+COPS?": ('+COPS: 0,0,"F SFR",7', "OK"),
}


class Script:
    """Answers each command from a table, others with OK; keeps what was sent."""

    def __init__(self, **changed: tuple[str, ...]) -> None:
        self.answers = GOOD | {f"AT+{name}": lines for name, lines in changed.items()}
        self.sent: list[str] = []

    async def ask(self, command: Command, urgency: Urgency = Urgency.POLL) -> Answered | None:
        self.sent.append(command.text)
        *rows, last = self.answers.get(command.text, ("OK",))
        result = final_result(last)
        assert result is not None
        return Answered(command, tuple(rows), result)


async def _status(script: Script, pin: str = "") -> ModemStatus | None:
    health = Health(pin)
    await health.set_up(script)
    return await health.look(script, lambda: False)


def status(script: Script, pin: str = "") -> ModemStatus:
    found = asyncio.run(_status(script, pin))
    assert found is not None
    return found


def test_good_modem_is_ready_with_all_that_was_proved() -> None:
    assert status(Script()) == ModemStatus(
        is_open=True,
        model="SIMCOM INCORPORATED SIMCOM_SIM7600E-H",
        family="sim7600",
        sim="READY",
        is_registered=True,
        operator="F SFR",
        technology="LTE",
        signal_dbm=-79,
        reason="",
    )


def rows(**values: str) -> Script:
    return Script(**{f"{name}?": (f"+{name}: {value}", "OK") for name, value in values.items()})


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (rows(CREG="0,6", CEREG="0,1"), "registered for SMS only"),
        (rows(CREG="0,8"), "emergency calls only"),
        (rows(CREG="0,11"), "the module has no voice service (data-only firmware or restricted network)"),
        (rows(CREG="2,3", CEREG="2,1"), "registered for data, refused for voice; ask"),
        (rows(CREG="2,3", CEREG="4,3"), "the network refuses this SIM"),
        (rows(CPIN="SIM PUK"), "the SIM says SIM PUK; ask its operator"),
        (Script(**{"CPIN?": ("+CME ERROR: SIM not inserted",)}), "no SIM card; insert one"),
        (Script(CGMM=("A7670E-LNXY-UBL", "OK")), "LNXY-UBL has no voice firmware; fit a module"),
    ],
)  # fmt: skip
def test_modem_that_cannot_speak_says_why(script: Script, reason: str) -> None:
    found = status(script)
    assert reason in found.reason
    assert not found.is_ready


def test_modem_left_off_the_network_is_put_back_on_it() -> None:
    script = rows(COPS="2", CREG="2,0")
    assert status(script).reason == "not registered and not searching"
    assert "AT+COPS=0" in script.sent
    assert "AT+COPS=?" not in script.sent


@pytest.mark.parametrize(("tries", "pins"), [("3,10,3,10", 1), ("2", 1), ("1,10,3,10", 0), ("0", 0)])
def test_pin_is_tried_once_and_only_with_a_try_to_spare(tries: str, pins: int) -> None:
    script = Script(**{"CPIN?": ("+CPIN: SIM PIN", "OK"), "SPIC": (f"+SPIC: {tries}", "OK"), 'CPIN="1234"': ("ERROR",)})

    async def run() -> None:
        health = Health("1234")
        await health.set_up(script)
        for _ in range(3):
            await health.look(script, lambda: False)

    asyncio.run(run())
    assert script.sent.count('AT+CPIN="1234"') == pins


def test_pin_is_not_tried_where_the_family_cannot_count() -> None:
    script = Script(CGMI=("UNKNOWN", "OK"), CGMM=("MODEM", "OK"), **{"CPIN?": ("+CPIN: SIM PIN", "OK")})
    assert "asks for its PIN" in status(script, "1234").reason
    assert not [text for text in script.sent if text.startswith("AT+CPIN=")]


def recovered(*looks: tuple[float, bool], is_idle: bool = True) -> list[str]:
    """What recovery sends over looks at (time, registered)."""
    script = Script()

    async def run() -> None:
        health = Health("")
        await health.set_up(script)
        script.sent.clear()
        for at, is_registered in looks:
            seen = ModemStatus(sim="READY", is_registered=is_registered)
            await health.recover(script, seen, lambda: is_idle, at)

    asyncio.run(run())
    return script.sent


def test_radio_is_cycled_and_later_the_module_reset_when_the_network_stays_away() -> None:
    cycle, reset = RADIO_CYCLE_S + 1, RESET_S + 1
    assert recovered((0, False), (RADIO_CYCLE_S - 1, False)) == []
    assert recovered((0, False), (cycle, False)) == ["AT+CFUN=4", "AT+CFUN=1"]
    assert recovered((0, False), (cycle, False), (cycle + 10, False)) == ["AT+CFUN=4", "AT+CFUN=1"]
    assert recovered((0, False), (cycle, False), (reset, False)) == ["AT+CFUN=4", "AT+CFUN=1", "AT+CRESET"]
    assert recovered((0, False), (100, True), (cycle, False)) == []


def test_nothing_is_recovered_while_a_call_is_up() -> None:
    assert recovered((0, False), (RADIO_CYCLE_S + 1, False), (RESET_S + 1, False), is_idle=False) == []
