"""Quectel EC25 and EG25: ``+QIND: "ccinfo"`` or ``^DSCI`` tell the call; sound over the NMEA port or a sound card."""

from hardware.simulated.families.speech import RESULT, Progress, Setting, SoundPath, Speech, Stage

_CCINFO = "+QINDCFG:CCINFO"


def _ccinfo(state: str) -> Progress:
    return Progress('+QIND: "ccinfo",{index},0,' + state + ',0,0,"{number}",{type}', _CCINFO)


def _dsci(state: int) -> Progress:
    # Its own count of states, and the number without quotes.
    return Progress(f"^DSCI: {{index}},0,{state},0,{{number}},{{type}},0", "^DSCI")


QUECTEL = Speech(
    name="quectel",
    maker="Quectel",
    model="EG25",
    data_only_model="BG96",
    revision="EG25GGBR07A08M2G",
    progress={
        Stage.DIALLING: (_ccinfo("2"), _dsci(2)),
        Stage.ALERTING: (_ccinfo("3"), _dsci(7)),
        Stage.OPEN: (_ccinfo("0"), _dsci(3)),
        Stage.ENDED: (_ccinfo("-1"), _dsci(6), RESULT),
    },
    boot=("RDY", "+CPIN: {sim}", "+QUSIM: 1", "+CFUN: 1", "+QIND: SMS DONE", "+QIND: PB DONE"),
    unlocked=("+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"),
    sim_gone=("+CPIN: NOT READY", "+QSIMSTAT: 1,0"),
    sim_back=("+QSIMSTAT: 1,1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"),
    browned_out=("POWERED DOWN",),
    settings={
        "+CMEE": Setting("1", "(0-2)"),
        "+CVHU": Setting("0", "(0,1)"),
        "^DSCI": Setting("0", "(0,1)"),
        _CCINFO: Setting("0"),
        "+QSIMSTAT": Setting("0", "(0,1)", "{value},1"),
        "+QSIMDET": Setting("0,0", "(0,1),(0,1)"),
        "+QURCCFG": Setting('"urcport","usbat"'),
        "+QGPS": Setting("0"),
    },
    facts={
        '+QCFG="IMS"': ('+QCFG: "ims",1,1',),
        '+QCFG="IMS",1': (),
        '+QCFG="USBCFG"': ('+QCFG: "usbcfg",0x2C7C,0x125,1,1,1,1,1,0,0',),
        "+QNWINFO": ('+QNWINFO: "FDD LTE","00101","LTE BAND 3",1300',),
        "+QSIMSTAT=?": ("+QSIMSTAT: (0,1)",),
        "+QGMR": ("EG25GGBR07A08M2G_01.002.01.002",),
    },
    ends_after_ok=True,
    digit_commands=("+VTS", "+QVTS"),
    iccid=("+QCCID", "+QCCID: {iccid}"),
    pin_counters={
        '+QPINC="SC"': ('+QPINC: "SC",{pin},{puk}',),
        "+QPINC?": ('+QPINC: "SC",{pin},{puk}', '+QPINC: "P2",3,10'),
    },
    sound=SoundPath("+QPCMV", on=("1,0",), test="(0,1),(0-2)", flow="+QPCMV: {flow}"),
    hang_ups=frozenset(("+CHUP", "H", "+QHUP")),
)
"""``QPCMV=1,2`` is taken too: the sound then goes to the module's USB sound card, of which there is none here."""
