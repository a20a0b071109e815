"""What a simulated modem of each family says, byte for byte, as its recorded conversations do (tests/transcripts)."""

import pytest

from hardware.families import FAMILIES as DRIVEN
from hardware.simulated.at_line import AtCommand, Kind, split_line
from hardware.simulated.at_modem import AtModem
from hardware.simulated.families import FAMILIES
from hardware.simulated.far_end import SCRIPTS, Profile

NUMBER = "0800190000"


class Host:
    """A modem with echo off, and what it says: lines without their ends. Time is what the test says it is."""

    def __init__(self, family: str, **profile: object) -> None:
        self.power: list[bool] = []
        values: dict[str, object] = {"alert_after_s": 1.0, "answer_after_s": 1.0, **profile}
        self.modem = AtModem(
            Profile(family=family, **values),  # type: ignore[arg-type]
            lambda is_open: None,
            on_power=self.power.append,
        )
        self.now = 0.0
        self.say("ATE0")

    def say(self, line: str) -> list[str]:
        """Send one command line; the lines that come at once."""
        self.modem.receive(line.encode() + b"\r", self.now)
        return self.heard()

    def after(self, seconds: float) -> list[str]:
        """Let time pass; the lines that came meanwhile."""
        self.now += seconds
        self.modem.tick(self.now)
        return self.heard()

    def heard(self) -> list[str]:
        """All that was said since."""
        return [line for line in self.modem.take().decode().split("\r\n") if line]


def test_simulator_and_driver_know_the_same_families() -> None:
    assert FAMILIES.keys() == DRIVEN.keys()


@pytest.mark.parametrize(
    ("family", "setup", "begun", "alerting", "opened", "ended"),
    [
        (
            "sim7600", "AT+CLCC=1",
            ["OK", '+CLCC: 1,0,2,0,0,"0800190000",129'], ['+CLCC: 1,0,3,0,0,"0800190000",129'],
            ["VOICE CALL: BEGIN", '+CLCC: 1,0,0,0,0,"0800190000",129'],
            ['+CLCC: 1,0,6,0,0,"0800190000",129', "VOICE CALL: END: 000004", "NO CARRIER"],
        ),
        (
            "a76xx", "AT+CLCC=1",
            ["OK", '+CLCC: 1,0,2,0,0,"0800190000",129'], ['+CLCC: 1,0,3,0,0,"0800190000",129'],
            ["VOICE CALL: BEGIN", '+CLCC: 1,0,0,0,0,"0800190000",129'],
            ['+CLCC: 1,0,6,0,0,"0800190000",129', "NO CARRIER", "VOICE CALL: END: 000004"],
        ),
        (
            "sim800", "AT+MORING=1",
            ["OK"], ["MO RING"], ["MO CONNECTED"], ["NO CARRIER"],
        ),
        (
            "quectel", "AT^DSCI=1",
            ["OK", "^DSCI: 1,0,2,0,0800190000,129,0"], ["^DSCI: 1,0,7,0,0800190000,129,0"],
            ["^DSCI: 1,0,3,0,0800190000,129,0"], ["^DSCI: 1,0,6,0,0800190000,129,0", "NO CARRIER"],
        ),
        (
            "quectel", 'AT+QINDCFG="ccinfo",1,1',
            ["OK", '+QIND: "ccinfo",1,0,2,0,0,"0800190000",129'], ['+QIND: "ccinfo",1,0,3,0,0,"0800190000",129'],
            ['+QIND: "ccinfo",1,0,0,0,0,"0800190000",129'],
            ['+QIND: "ccinfo",1,0,-1,0,0,"0800190000",129', "NO CARRIER"],
        ),
        (
            "huawei", "AT^CURC=1",
            ["OK", "^ORIG:1,0"], ["^CONF:1"], ["^CONN:1,0"], ["^CEND:1,4,29,16", "NO CARRIER"],
        ),
        (
            "ublox", "AT+UCALLSTAT=1",
            ["OK", "+UCALLSTAT: 1,2"], ["+UCALLSTAT: 1,3"], ["+UCALLSTAT: 1,7", "+UCALLSTAT: 1,0"],
            ["+UCALLSTAT: 1,6", "NO CARRIER"],
        ),
        ("generic", "AT", ["OK"], [], [], ["NO CARRIER"]),
    ],
)  # fmt: skip
def test_a_call_from_dialling_to_the_far_ends_hang_up(
    family: str, setup: str, begun: list[str], alerting: list[str], opened: list[str], ended: list[str]
) -> None:
    host = Host(family)
    assert host.say(setup) == ["OK"]
    assert host.say(f"ATD{NUMBER};") == begun
    assert host.after(1.0) == alerting
    assert host.after(1.0) == opened
    assert host.say("AT+CLCC") == ['+CLCC: 1,0,0,0,0,"0800190000",129', "OK"]
    host.after(4.0)
    host.modem.remote_hang_up(host.now)
    assert host.heard() == ended
    assert host.say("AT+CLCC") == ["OK"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("script", "word", "cause"), [("busy", "BUSY", 17), ("no-answer", "NO ANSWER", 19), ("declined", "NO CARRIER", 21)]
)
def test_an_unanswered_call_ends_with_its_word_and_leaves_its_cause(
    family: str, script: str, word: str, cause: int
) -> None:
    host = Host(family, script=script, no_answer_after_s=1.0)
    host.say(f"ATD{NUMBER};")
    assert word in host.after(1.0) + host.after(1.0)
    words = {17: "User busy", 19: "User alerting, no answer", 21: "Call rejected"}[cause]
    assert words in host.say("AT+CEER")[0]


@pytest.mark.parametrize(
    ("family", "counter", "row"),
    [
        ("sim7600", "AT+SPIC", "+SPIC: 2,10,10,10"),
        ("quectel", 'AT+QPINC="SC"', '+QPINC: "SC",2,10'),
        ("huawei", "AT^CPIN?", "^CPIN: SIM PIN,2,10,2,10,3"),
        ("ublox", "AT+UPINCNT", "+UPINCNT: 2,3,10,10"),
    ],
)
def test_a_wrong_pin_costs_one_try_and_the_counter_tells(family: str, counter: str, row: str) -> None:
    host = Host(family, pin="1234")
    host.say("AT+CMEE=2")
    assert host.say('AT+CPIN="0000"') == ["+CME ERROR: incorrect password"]
    assert host.say(counter) == [row, "OK"]
    assert host.say('AT+CPIN="1234"')[0] == "OK"
    assert host.say("AT+CPIN?") == ["+CPIN: READY", "OK"]


@pytest.mark.parametrize(
    ("mode", "answer"), [("0", "ERROR"), ("1", "+CME ERROR: 10"), ("2", "+CME ERROR: SIM not inserted")]
)
def test_an_error_has_the_form_that_the_host_asked_for(mode: str, answer: str) -> None:
    host = Host("ublox", script="no-sim")
    host.say(f"AT+CMEE={mode}")
    assert host.say("AT+CPIN?") == [answer]


def test_ath_is_ignored_with_ok_until_cvhu_is_0() -> None:
    host = Host("sim7600", script="instant")
    host.say(f"ATD{NUMBER};")
    host.after(1.0)
    assert host.say("ATH") == ["OK"]
    assert host.modem.call is not None
    host.say("AT+CVHU=0")
    assert host.say("ATH") == ["VOICE CALL: END: 000000", "OK"]
    assert host.modem.call is None


def test_huawei_that_is_told_to_release_before_it_rings_answers_nothing_more() -> None:
    host = Host("huawei")
    host.say(f"ATD{NUMBER};")
    assert host.say("AT+CHLD=11") == []
    assert host.say("AT") == []
    host.modem.boot()
    assert "^SYSSTART" in host.heard()


def test_any_byte_aborts_a_scan_and_is_lost() -> None:
    host = Host("quectel", scan_s=45.0)
    assert host.say("AT+COPS=?") == []
    assert host.after(44.0) == []
    assert host.say("AT+CSQ") == ["ERROR"]
    assert host.say("AT+CSQ") == ["+CSQ: 22,99", "OK"]
    host.say("AT+COPS=?")
    assert host.after(45.0) == ['+COPS: (2,"SIMULATED","SIM","00101",7),,(0-4),(0-2)', "OK"]


def test_with_colp_the_dial_answers_when_the_line_opens_and_any_byte_ends_it() -> None:
    host = Host("generic")
    host.say("AT+COLP=1")
    assert host.say(f"ATD{NUMBER};") == []
    assert host.after(1.0) == []
    assert host.after(1.0) == ['+COLP: "0800190000",129', "OK"]
    host.say("AT+CHUP")
    host.say(f"ATD{NUMBER};")
    assert host.say("AT") == ["NO CARRIER", "OK"]


def test_a_text_message_waits_for_its_prompt() -> None:
    host = Host("generic")
    host.say("AT+CMGF=1")
    host.modem.receive(b'AT+CMGS="+33600000001"\r', host.now)
    assert host.modem.take() == b"\r\n> "
    host.modem.receive(b"all is well\x1a", host.now)
    assert host.heard() == ["+CMGS: 1", "OK"]
    assert [(text.number, text.text) for text in host.modem.texts] == [("+33600000001", "all is well")]
    host.modem.receive(b'AT+CMGS="+33600000001"\r', host.now)
    host.modem.receive(b"no, wait\x1b", host.now)
    assert host.heard() == ["> ", "OK"]
    assert len(host.modem.texts) == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_without_voice_names_itself_and_refuses_to_dial(family: str) -> None:
    host = Host(family, script="data-only")
    assert host.say("AT+CGMM") == [FAMILIES[family].data_only_model, "OK"]
    assert host.say("AT+CREG?") == ["+CREG: 0,11", "OK"]
    assert host.say(f"ATD{NUMBER};") == ["ERROR"]


def test_sim_taken_out_in_a_call_ends_it_and_comes_back() -> None:
    host = Host("quectel", script="instant")
    host.say("AT+CREG=1")
    host.say(f"ATD{NUMBER};")
    host.after(1.0)
    host.modem.move_sim(False, host.now)
    assert host.heard() == ["+CPIN: NOT READY", "+QSIMSTAT: 1,0", "NO CARRIER", "+CREG: 0"]
    host.modem.move_sim(True, host.now)
    assert host.heard()[-1] == "+CREG: 1"


def test_a_reset_takes_the_ports_away_and_forgets_what_was_set() -> None:
    host = Host("sim7600", reset_s=5.0)
    host.say("AT+CLCC=1")
    assert host.say("AT+CRESET") == ["OK"]
    host.after(0.5)
    assert host.power == [False]
    assert host.after(5.0) == ["RDY", "+CPIN: READY", "SMS DONE", "PB DONE"]
    assert host.power == [False, True]
    assert host.say("ATE0+CLCC?") == ["ATE0+CLCC?\r", "+CLCC: 0", "OK"]


def test_mischief_between_the_lines() -> None:
    host = Host("sim7600")
    host.say("ATE1")
    host.modem.glue("+NETOPEN: 0")
    host.modem.receive(b"AT+CSQ\r", host.now)
    assert host.modem.take() == b"\r\n+NETOPEN: 0AT+CSQ\r\r\n+CSQ: 22,99\r\n\r\nOK\r\n"
    host.modem.put_inside('+CMTI: "SM",5')
    assert host.say("AT+CSQ") == ["AT+CSQ\r", "+CSQ: 22,99", '+CMTI: "SM",5', "OK"]
    host.modem.be_late(3.0)
    assert host.say("AT+CSQ") == ["AT+CSQ\r"]
    assert host.after(3.0) == ["+CSQ: 22,99", "OK"]


def test_every_script_can_be_dialled_on_every_family_without_a_stuck_modem() -> None:
    for family in FAMILIES:
        for script in SCRIPTS:
            host = Host(family, script=script, no_answer_after_s=1.0, hang_up_after_s=1.0)
            host.say(f"ATD{NUMBER};")
            for _ in range(8):
                host.after(1.0)
            if script == "silent":
                host.modem.remote_hang_up(host.now)
                host.heard()
            assert host.say("AT") == ["OK"], (family, script)
            assert host.modem.call is None, (family, script)


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("AT", []),
        ("ate0 +cmee=1", [AtCommand("E", argument="0"), AtCommand("+CMEE", Kind.SET, "1")]),
        ("ATD112;", [AtCommand("D", argument="112;")]),
        ("AT&C1S0=0", [AtCommand("&C", argument="1"), AtCommand("S0", Kind.SET, "0")]),
        ("AT+COPS=3,2;+COPS?", [AtCommand("+COPS", Kind.SET, "3,2"), AtCommand("+COPS", Kind.READ)]),
        ('AT+CMGS="a;b"', [AtCommand("+CMGS", Kind.SET, '"a;b"')]),
        ("AT+COPS=?", [AtCommand("+COPS", Kind.TEST, "?")]),
        ("hello", None),
    ],
)  # fmt: skip
def test_a_line_is_cut_into_its_commands(line: str, commands: list[AtCommand] | None) -> None:
    assert split_line(line) == commands
