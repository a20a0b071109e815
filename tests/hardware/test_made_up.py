"""Conversations of our own making, for families and courses of a call that no recording shows."""

import pytest

from hardware.replay import conclude
from hardware.transcript import read
from tests.hardware.test_golden import words

TOLD = {
    "an A7672 says COLP and active while it rings": r"""
# modem: SIMCom A7672SA
> ATD+5491100000001;
< +COLP: "+5491100000001",145,"",0
< OK
< +CLCC: 1,0,2,0,0,"+5491100000001",145
< VOICE CALL: BEGIN
< +CLCC: 1,0,0,0,0,"+5491100000001",145
@ 65
< +CLCC: 1,0,6,0,0,"+5491100000001",145
< VOICE CALL:END: 000065
< NO CARRIER
= dialling, line open, ended by the far end
""",
    "a Huawei says why": r"""
# modem: Huawei K3715
> ATD0912345678;
< OK
< ^ORIG: 1,0
< ^CONF: 1
< ^CEND: 1,0,104,17
< NO CARRIER
= dialling, alerting, busy (17)
> ATD0912345678;
< OK
< ^ORIG:1,0
@ 20
< ^CEND:1,0,67,18
= dialling, no answer (18)
> ATD0912345678;
< ^ORIG:1,0
< ^CONF:1
< ^CONN:1,0
< OK
> AT+CHUP
< ^CEND:1,3,104,16
< OK
= dialling, alerting, answered, hung up by us
> ATD1;
< COMMAND NOT SUPPORT
= failed
""",
    "a u-blox, answered and busy": r"""
# modem: u-blox LARA-R211
> ATD0123456;
< +UCALLSTAT: 1,2
< OK
< +UCALLSTAT: 1,3
< +UCALLSTAT: 1,7
< +UCALLSTAT: 1,0
@ 4
< +UCALLSTAT: 1,6
< NO CARRIER
= dialling, alerting, answered, ended by the far end
> ATD0123456;
< OK
< +UCALLSTAT: 1,2
< +UCALLSTAT: 2,5
< +UCALLSTAT: 2,6
< +UCALLSTAT: 1,3
< +UCALLSTAT: 1,6
< BUSY
= dialling, alerting, busy
""",
    "a Quectel whose network says why afterwards": r"""
# modem: Quectel EC25
> ATD10086;
< OK
< +QIND: "ccinfo",1,0,2,0,0,"10086",129
< +QIND: "ccinfo",1,0,3,0,0,"10086",129
< +QIND: "ccinfo",1,0,0,0,0,"10086",129
< +QIND: "ccinfo",1,0,-1,0,0,"10086",129
= dialling, alerting, answered, ended by the far end
> ATD10086;
< NO CARRIER
> AT+CEER
< +CEER: 5,17
< OK
= busy (17)
> ATD10086;
@ 3.3
~ USB disconnect: ttyUSB2 gone
b< \r\nRDY\r\n
= modem lost
""",
    "a SIM800 in plain words": r"""
# modem: SIM800L
> ATD0123;
< OK
< MO RING
< MO CONNECTED
< NO CARRIER
= dialling, alerting, answered, ended by the far end
> ATD0123;
< OK
< MO RING
< NO ANSWER
= dialling, alerting, no answer
> ATD0123;
< NO DIALTONE
= no network
> ATD0123;
< +CME ERROR: SIM not inserted
= not ready (10)
""",
    "a ZTE that never says OK to ATD, and whose list of calls runs empty": r"""
# modem: ZTE MF190
> ATD0123;
@ 2
< +CLCC: 1,0,3,0,0,"0123",129
@ 4
> AT+CLCC
< +CLCC: 1,0,0,0,0,"0123",129
< OK
@ 3
> AT+CLCC
< OK
@ 1
> AT+CLCC
< OK
@ 1
> AT+CLCC
< OK
= dialling, alerting, line open, ended by the far end
""",
    "a VoLTE call that dies at once": r"""
# modem: SIM7600
> AT+CREG?
< +CREG: 2,1
< OK
> ATD0123;
< OK
< +CLCC: 1,0,2,0,0,"0123",129
< +CLCC: 1,0,6,0,0,"0123",129
< VOICE CALL: END: 000000
= dialling, failed
""",
}


@pytest.mark.parametrize("name", TOLD)
def test_each_call_is_told_as_it_went(name: str) -> None:
    transcript = read(TOLD[name])
    for chunk in (None, 1, 3, 7):
        assert [words(call.events) for call in conclude(transcript, chunk=chunk).calls] == list(transcript.meant)


def test_late_answer_is_thrown_away_and_the_next_ones_are_right() -> None:
    transcript = read(
        r"""
# modem: SIM7600
> AT+COPS?
@ 6
b< \r\n+COPS: 0,0,"Orange F",7\r\n\r\nOK\r\n
@ 1
> AT+CSQ
b< \r\n+CSQ: 20,99\r\n\r\nOK\r\n
> AT+CREG?
< OK
@ 1
> AT+CREG?
< +CREG: 2,1,"D509","80D413D",7
< OK
"""
    )
    found = conclude(transcript)
    assert (found.signal_dbm, found.voice_stat, found.unanswered) == (-73, 1, ["AT+COPS?", "AT+CREG?"])
