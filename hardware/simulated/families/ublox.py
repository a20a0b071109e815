"""u-blox LARA and SARA: ``+UCALLSTAT`` tells the call; sound over the module's own codec."""

from hardware.simulated.families.speech import RESULT, Progress, Setting, Speech, Stage


def _stat(*states: int) -> tuple[Progress, ...]:
    return tuple(Progress(f"+UCALLSTAT: {{index}},{state}", "+UCALLSTAT") for state in states)


UBLOX = Speech(
    name="ublox",
    maker="u-blox",
    model="LARA-R211",
    data_only_model="SARA-R410M-02B",
    revision="09.63",
    information=("{model}-02B-00",),
    progress={
        Stage.DIALLING: _stat(2),
        Stage.ALERTING: _stat(3),
        Stage.OPEN: _stat(7, 0),
        Stage.ENDED: (*_stat(6), RESULT),
    },
    # Says nothing as it boots unless a greeting was set (+CSGT).
    boot=(),
    unlocked=("+UUSIMSTAT: 6",),
    sim_gone=("+UUSIMSTAT: 0",),
    sim_back=("+UUSIMSTAT: 6",),
    settings={
        "+CMEE": Setting("0", "(0,1,2)"),
        "+UCALLSTAT": Setting("0", "(0,1)"),
        "+UDCONF": Setting("0"),
        "+URAT": Setting("3", "(0-6)"),
        "+USIMSTAT": Setting("0", "(0-7)"),
        "+CVHU": Setting("0", "(0,1)"),
        "+UPSV": Setting("0", "(0-3)"),
    },
    facts={
        "+UUSBCONF?": ('+UUSBCONF: 0,"",,"0x1102"',),
        "+UBMCONF?": ("+UBMCONF: 1",),
        "+CPWROFF=?": (),
    },
    pin_counters={"+UPINCNT": ("+UPINCNT: {pin},3,{puk},10",)},
    reset_commands=frozenset(("+CFUN=16", "+CFUN=1,1")),
    cause_row='+CEER: "CC setup error",{cause},"{words}"',
)
