"""SIMCom: SIM7600, A76xx (sound on the fifth USB port), SIM800 (analogue sound)."""

from dataclasses import replace

from hardware.simulated.families.speech import RESULT, Progress, Setting, SoundPath, Speech, Stage

_CLCC = Progress('+CLCC: {index},0,{state},0,0,"{number}",{type}', "+CLCC")
_BEGIN = Progress("VOICE CALL: BEGIN")
_END = Progress("VOICE CALL: END: {clock}", only_after_open=True)

SIM7600 = Speech(
    name="sim7600",
    maker="SIMCOM INCORPORATED",
    model="SIMCOM_SIM7600E-H",
    data_only_model="SIMCOM_SIM7000G",
    revision="LE20B04SIM7600M22",
    revision_row="+CGMR: {revision}",
    information=("Manufacturer: {maker}", "Model: {model}", "Revision: {revision}", "IMEI: {imei}", "+GCAP: +CGSM"),
    progress={
        Stage.DIALLING: (_CLCC,),
        Stage.ALERTING: (_CLCC,),
        Stage.OPEN: (_BEGIN, _CLCC),
        Stage.ENDED: (_CLCC, _END, RESULT),
    },
    boot=("RDY", "+CPIN: {sim}", "SMS DONE", "PB DONE"),
    unlocked=("+CPIN: READY", "SMS DONE"),
    sim_gone=("+CPIN: NOT READY",),
    sim_back=("+CPIN: READY", "SMS DONE", "PB DONE"),
    browned_out=("UNDER-VOLTAGE WARNING: 3.302V",),
    settings={
        "+CMEE": Setting("2", "(0-2)"),
        "+CVHU": Setting("1", "(0,1)"),
        "+CNMP": Setting("2", "(2,13,14,38)"),
        "+CNAOP": Setting("0", "(0-8)"),
        "+CLCC": Setting("0", "(0,1)"),
        "+CECM": Setting("1", "(0-7)"),
        "+AUTOCSQ": Setting("0,0", "(0,1),(0,1)"),
        "+CSDVC": Setting("1", "(1,3)"),
        "+CNSMOD": Setting("0", "(0,1)", "{value},8"),
        "+CUSBPIDSWITCH": Setting("9001,1,1"),
    },
    facts={"+CPSI?": ('+CPSI: LTE,Online,001-01,0x0001,1,1,EUTRAN-BAND3,1300,5,5,-100,-900,-600,15',)},
    has_deaf_ath=True,
    iccid=("+CICCID", "+ICCID: {iccid}"),
    pin_counters={"+SPIC": ("+SPIC: {pin},10,{puk},10",)},
    sound=SoundPath("+CPCMREG", on=("1",), is_only_in_call=True, ends_with_call=True),
    reset_commands=frozenset(("+CRESET", "+CFUN=1,1", "+CFUN=6")),
    cause_row='+CEER: "{cause} {words}"',
)  # fmt: skip

A76XX = replace(
    SIM7600,
    name="a76xx",
    model="A7670E-FASE",
    data_only_model="A7670E-LNXY-UBL",
    revision="A110B06A7670M7",
    # On these END comes after NO CARRIER.
    progress={**SIM7600.progress, Stage.ENDED: (_CLCC, RESULT, _END)},
    boot=("*ATREADY: 1", "+CPIN: {sim}", "SMS DONE", "PB DONE"),
    sim_gone=("+CPIN: SIM REMOVED",),
    settings={**SIM7600.settings, "+CIREG": Setting("0", "(0-2)")},
)

SIM800 = replace(
    SIM7600,
    name="sim800",
    maker="SIMCOM_Ltd",
    model="SIMCOM_SIM800L",
    data_only_model="SIMCOM_SIM7070",
    revision="1418B05SIM800L24",
    revision_row="Revision:{revision}",
    information=("SIM800 R14.18",),
    progress={
        Stage.DIALLING: (_CLCC,),
        Stage.ALERTING: (_CLCC, Progress("MO RING", "+MORING")),
        Stage.OPEN: (_CLCC, Progress("MO CONNECTED", "+MORING")),
        Stage.ENDED: (_CLCC, RESULT),
    },
    boot=("RDY", "+CFUN: 1", "+CPIN: {sim}", "Call Ready", "SMS Ready"),
    unlocked=("+CPIN: READY", "Call Ready", "SMS Ready"),
    sim_gone=("+CPIN: NOT INSERTED",),
    sim_back=("+CPIN: READY", "Call Ready", "SMS Ready"),
    # Spelled so.
    browned_out=("UNDER-VOLTAGE WARNNING", "UNDER-VOLTAGE POWER DOWN"),
    settings={
        "+CMEE": Setting("1", "(0-2)"),
        "+CLCC": Setting("0", "(0,1)"),
        "+MORING": Setting("0", "(0,1)"),
        "+CHFA": Setting("0", "(0-4)"),
        "+CMIC": Setting("0,10", "(0-3),(0-15)"),
        "+ECHO": Setting("0,0,0,0,0"),
        "+CSMINS": Setting("0,1", "(0,1)"),
    },
    facts={},
    lacks=frozenset(("+CEREG", "+CIREG", "+CVHU", "+CHUP")),
    hang_ups=frozenset(("H",)),
    has_deaf_ath=False,
    iccid=("+CCID", "{iccid}"),
    sound=None,
    reset_commands=frozenset(("+CFUN=1,1",)),
    technology=None,
    cause_row="+CEER: {words}",
    has_ims=False,
)
