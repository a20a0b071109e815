"""What a modem's status says to the technician, and what its set-up sends: a scripted modem."""

import asyncio
from collections.abc import Callable

import pytest

from hardware.at import Answered, Command, final_result
from hardware.at_channel import Urgency
from hardware.modem_events import ModemStatus
from hardware.modem_health import Health, Wishes

GOOD = {
    "AT+CGMI": ("SIMCOM INCORPORATED", "OK"),
    "AT+CGMM": ("SIMCOM_SIM7600E-H", "OK"),
    "AT+CGMR": ("+CGMR: LE20B04SIM7600M22", "OK"),
    "AT+CPIN?": ("+CPIN: READY", "OK"),
    "AT+CREG?": ("+CREG: 2,1", "OK"),
    "AT+CEREG?": ("+CEREG: 2,1", "OK"),
    "AT+CSQ": ("+CSQ: 17,99", "OK"),
    "AT+COPS?": ('+COPS: 0,0,"F SFR",7', "OK"),
}


class Script:
    """Answers each command from a table, others with OK; keeps what was sent."""

    def __init__(self, **changed: tuple[str, ...]) -> None:
        self.answers = GOOD | {f"AT{'' if name[0] == '^' else '+'}{name}": lines for name, lines in changed.items()}
        self.sent: list[str] = []

    async def ask(
        self, command: Command, urgency: Urgency = Urgency.POLL, is_wanted: Callable[[], bool] = lambda: True
    ) -> Answered | None:
        self.sent.append(command.text)
        *rows, last = self.answers.get(command.text, ("OK",))
        result = final_result(last)
        assert result is not None
        return Answered(command, tuple(rows), result)


async def _status(script: Script, pin: str = "") -> ModemStatus | None:
    health = Health(Wishes(pin))
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
        (Script(CGMM=("A7670E", "OK"), CGMR=("+CGMR: A110B02A7670M7_LNXY-UBL", "OK")), "A7670E has no voice firmware"),
        (Script(CGMI=("HUAWEI", "OK"), CGMM=("E1752", "OK"), **{"^CVOICE?": ("^CVOICE:1", "OK")}), "E1752 has no"),
        (Script(CGMI=("HUAWEI", "OK"), CGMM=("E3372", "OK")), "E3372 has no voice firmware"),
        (Script(CGMI=("u-blox", "OK"), CGMM=("SARA-R412M", "OK")), "u-blox SARA-R412M has no voice firmware"),
        (Script(**{"CPIN?": ("+CME ERROR: 14",)}), "the SIM is not ready yet"),
        (Script(**{"CPIN?": ("+CPIN: NOT INSERTED", "OK")}), "no SIM card; insert one"),
        (Script(**{"CPIN?": ("+CME ERROR: SIM PUK required",)}), "the SIM says SIM PUK"),
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
        health = Health(Wishes("1234"))
        await health.set_up(script)
        for _ in range(3):
            await health.look(script, lambda: False)

    asyncio.run(run())
    assert script.sent.count('AT+CPIN="1234"') == pins


def test_pin_is_not_tried_where_the_family_cannot_count() -> None:
    script = Script(CGMI=("UNKNOWN", "OK"), CGMM=("MODEM", "OK"), **{"CPIN?": ("+CPIN: SIM PIN", "OK")})
    assert "asks for its PIN" in status(script, "1234").reason
    assert not [text for text in script.sent if text.startswith("AT+CPIN=")]


A7670 = {"CGMM": ("A7670E-FASE", "OK"), "CREG?": ("+CREG: 2,0", "OK"), "CEREG?": ("+CEREG: 2,1", "OK")}
EG25 = {"CGMI": ("Quectel", "OK"), "CGMM": ("EG25", "OK"), "CGMR": ("EG25GGBR07A08M2G", "OK")} | {
    name: A7670[name] for name in ("CREG?", "CEREG?")
}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Script(**A7670, **{"CIREG?": ("+CIREG: 0,1", "OK")}), ""),
        (Script(**A7670, **{"CIREG?": ("+CIREG: 0,0", "OK")}), "registered for data only: no VoLTE (IMS)"),
        (Script(**A7670, **{"CIREG?": ("ERROR",)}), "not registered and not searching"),
        (Script(**EG25, **{'QCFG="ims"': ('+QCFG: "ims",1,1', "OK")}), ""),
        (Script(**EG25, **{'QCFG="ims"': ('+QCFG: "ims",1,0', "OK")}), "registered for data only: no VoLTE (IMS)"),
    ],
)
def test_telephony_over_lte_is_a_registration_of_its_own(script: Script, reason: str) -> None:
    found = status(script)
    assert found.is_registered is (not reason)
    assert found.reason.startswith(reason)
    assert bool(found.reason) is bool(reason)


COUNTERS = [
    ("SIMCOM INCORPORATED", "SIMCOM_SIM7600E-H", "SPIC", "+SPIC: 3,10,3,10"),
    ("SIMCOM_Ltd", "SIMCOM_SIM800L", "SPIC", "+SPIC: 3,3,10,10"),
    ("Quectel", "EC25", 'QPINC="SC"', '+QPINC: "SC",3,10'),
    ("huawei", "E1550", "^CPIN?", "^CPIN: SIM PIN,3,10,3,10,3"),
    ("u-blox", "LARA-R211", "UPINCNT", "+UPINCNT: 3,3,10,10"),
    ("ACME", "MODEM", "CPINR", "+CPINR: SIM PIN,3,3"),
]


@pytest.mark.parametrize(("maker", "model", "counter", "row"), COUNTERS, ids=lambda value: value.partition("=")[0])
@pytest.mark.parametrize("tries", [3, 1])
def test_each_familys_counter_is_read_before_the_pin(
    maker: str, model: str, counter: str, row: str, tries: int
) -> None:
    script = Script(
        **{"CGMI": (maker, "OK"), "CGMM": (model, "OK"), "CGMR": ("1", "OK"), "CPIN?": ("+CPIN: SIM PIN", "OK")},
        **{counter: (row.replace("3", str(tries), 1), "OK")},
    )
    status(script, "1234")
    read = f"AT{'' if counter[0] == '^' else '+'}{counter}"
    assert [text for text in script.sent if text in (read, 'AT+CPIN="1234"')] == [read, 'AT+CPIN="1234"'][:tries]


def test_a_pin_that_was_right_is_given_again_after_a_restart_of_the_modem() -> None:
    script = Script(**{"CPIN?": ("+CPIN: SIM PIN", "OK"), "SPIC": ("+SPIC: 3,10,3,10", "OK")})

    async def run() -> None:
        health = Health(Wishes("1234"))
        for _ in range(2):
            await health.set_up(script)
            await health.look(script, lambda: False)

    asyncio.run(run())
    assert script.sent.count('AT+CPIN="1234"') == 2


def test_a_modem_of_no_known_family_is_driven_plainly_and_said_so(caplog: pytest.LogCaptureFixture) -> None:
    found = status(Script(CGMI=("ACME", "OK"), CGMM=("FON-1", "OK"), CGMR=("7", "OK")))
    assert (found.family, found.reason) == ("generic", "")
    assert "modem ACME FON-1 7 -> not known" in caplog.text


def test_a_configured_family_is_believed_against_the_modems_own_words() -> None:
    script = Script()

    async def run() -> str:
        return (await Health(Wishes(family="quectel")).set_up(script)).name

    assert asyncio.run(run()) == "quectel"
    assert "AT+QPCMV=1,0" in script.sent


@pytest.mark.parametrize(("by_card", "sent"), [(False, "AT+QPCMV=1,0"), (True, "AT+QPCMV=1,2")])
def test_the_sounds_way_is_chosen_at_each_start(by_card: bool, sent: str) -> None:
    script = Script(**EG25)

    async def run() -> None:
        await Health(Wishes(by_card=by_card)).set_up(script)

    asyncio.run(run())
    assert [text for text in script.sent if "QPCMV" in text] == [sent]


def test_the_choice_of_a_network_never_holds_up_a_dial() -> None:
    asked: list[Command] = []

    class Listening(Script):
        async def ask(
            self, command: Command, urgency: Urgency = Urgency.POLL, is_wanted: Callable[[], bool] = lambda: True
        ) -> Answered | None:
            asked.append(command)
            return await super().ask(command, urgency, is_wanted)

    status(Listening(**{"COPS?": ("+COPS: 2", "OK")}))
    assert [command.may_be_broken for command in asked if command.text == "AT+COPS=0"] == [True]
