"""Huawei E-series sticks: ``^ORIG ^CONF ^CONN ^CEND`` tell the call; sound over the diagnostic port."""

from hardware.simulated.families.speech import RESULT, Progress, Setting, SoundPath, Speech, Stage

HUAWEI = Speech(
    name="huawei",
    maker="huawei",
    model="E1550",
    data_only_model="E3372",
    revision="11.608.12.00.55",
    information=(
        "Manufacturer: {maker}", "Model: {model}", "Revision: {revision}", "IMEI: {imei}", "+GCAP: +CGSM,+DS,+ES",
    ),
    progress={
        Stage.DIALLING: (Progress("^ORIG:{index},0", "^CURC"),),
        Stage.ALERTING: (Progress("^CONF:{index}", "^CURC"),),
        Stage.OPEN: (Progress("^CONN:{index},0", "^CURC"),),
        Stage.ENDED: (Progress("^CEND:{index},{seconds},29,{cause}", "^CURC"), RESULT),
    },
    boot=("^SYSSTART", "^SIMST:1", "^RSSI:15", "^MODE:5,4"),
    unlocked=("^SIMST:1", "^SRVST:2"),
    sim_gone=("^SIMST:255", "^SRVST:0"),
    sim_back=("^SIMST:1", "^SRVST:2"),
    settings={
        "+CMEE": Setting("0", "(0-2)"),
        "^CURC": Setting("1", "(0,1)"),
        "^PORTSEL": Setting("0"),
        "^U2DIAG": Setting("255"),
        "^STSF": Setting("0", "(0,1)"),
        "^USSDMODE": Setting("0", "(0,1)"),
        "^SYSCFG": Setting("2,0,3fffffff,1,2"),
    },
    facts={
        "^CVOICE?": ("^CVOICE:0,8000,16,20",),
        "^CVOICE=?": ("^CVOICE:(0)",),
        "^CVOICE=0": (),
        "^SYSINFO": ("^SYSINFO:2,3,0,5,1,,4",),
        "^CSNR?": ("^CSNR:-82,-11",),
        "^CARDLOCK?": ("^CARDLOCK: 2,0,0",),
        "^VERSION?": ("^VERSION:BDT:Mar 12 2010,13:00:00",),
    },
    lacks=frozenset(("+CEREG", "+CIREG", "+CVHU", "+VTS", "+CRESET")),
    unknown="COMMAND NOT SUPPORT",
    ends_after_ok=True,
    digit_commands=("^DTMF",),
    iccid=("^ICCID?", "^ICCID: {iccid}"),
    pin_counters={"^CPIN?": ("^CPIN: {code},{tries},{puk},{pin},10,3",)},
    sound=SoundPath("^DDSETEX", on=("2",), test="(0-2)", ends_with_call=True),
    reset_commands=frozenset(),
    radio_modes=("0", "1", "4", "5", "7"),
    technology=2,
    has_ims=False,
    wedged_by_early_hold=True,
)  # fmt: skip
"""No reset by command, and no RDY: a stick that restarted is known by ``^SYSSTART`` alone."""
