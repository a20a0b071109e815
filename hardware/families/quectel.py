"""Quectel EC2x, EG2x, EP06: call states by ``+QIND: "ccinfo"`` or ``^DSCI``; sound by serial PCM or a sound card."""

from hardware.answers import fields
from hardware.families.family import CallWord, Family, Sign, first_number

# ^DSCI counts its own way: 3 is connected here, and alerting in +CLCC.
_DSCI = {"2": Sign.DIALLING, "7": Sign.ALERTING, "3": Sign.OPEN, "6": Sign.ENDED}


def _word(urc: str) -> CallWord | None:
    if not urc.startswith("^DSCI:"):
        return None
    # ^DSCI: <index>,<direction>,<state>,<mode>,<number>,<type>[,...]
    values = fields(urc)
    is_ours = len(values) > 2 and values[1] == "0" and (len(values) < 4 or values[3] in ("0", ""))
    sign = _DSCI.get(values[2]) if is_ours else None
    return None if sign is None else CallWord(sign, int(values[0]) if values[0].isdecimal() else None)


def _pin_tries(row: str) -> int | None:
    return first_number(row.replace(" ", ""), '+QPINC:"SC",')


def _ims(row: str) -> bool | None:
    # +QCFG: "ims",<configured>,<VoLTE state>: 1 when calls go over LTE now.
    values = fields(row)
    if not row.startswith("+QCFG:") or values[:1] != ["ims"] or len(values) < 3:
        return None
    return values[2] == "1"


EC2X = Family(
    name="quectel",
    models=r"QUECTEL|\bE[CGPM]\d\d|\bUC\d\d|\bBG\d\d|\bRM5\d\d",
    usb=frozenset(((0x2C7C, 0),)),
    setup=('AT+QINDCFG="ccinfo",1,1', "AT^DSCI=1", 'AT+QCFG="ims",1', "AT+QSIMSTAT=1", 'AT+QCFG="nwscanmode",0'),
    has_certain_answer=True,
    word=_word,
    pin_tries='AT+QPINC="SC"',
    pin_tries_of=_pin_tries,
    ims='AT+QCFG="ims"',
    ims_of=_ims,
    sound_interface=1,
    audio_setup="AT+QPCMV=1,0",
    audio_flow="+QPCMV:",
    card_setup="AT+QPCMV=1,2",
    card_name="Android",
    voiceless=r"\bBG9\d|\bBG7\d|\bBG600|\bE[CG]2\d-?\w{1,3}XD",
)
"""EC25-AFXD and its like are sold without voice.

The second port (interface 1) carries NMEA, or the sound once ``QPCMV=1,0`` said so; lost at each start.
"""
