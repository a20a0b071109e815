"""u-blox SARA, LARA, TOBY, LISA: ``+UCALLSTAT`` tells the call; sound over wires (I2S codec or analogue)."""

from hardware.answers import fields
from hardware.families.family import CallWord, Family, Sign, first_number

# Active and held, dialling, alerting, disconnected, connected (u-blox AT manual: UBX-13002752, +UCALLSTAT).
_STATES = {
    "0": Sign.OPEN, "1": Sign.OPEN, "2": Sign.DIALLING, "3": Sign.ALERTING, "6": Sign.ENDED, "7": Sign.OPEN,
}  # fmt: skip


def _word(urc: str) -> CallWord | None:
    # +UCALLSTAT: <index>,<state>[,...]; it does not say whose call it is, but ringing (4) and waiting (5) are not ours.
    values = fields(urc) if urc.startswith("+UCALLSTAT:") else []
    sign = _STATES.get(values[1]) if len(values) > 1 else None
    return None if sign is None else CallWord(sign, int(values[0]) if values[0].isdecimal() else None)


def _pin_tries(row: str) -> int | None:
    # +UPINCNT: <PIN>,<PIN2>,<PUK>,<PUK2>
    return first_number(row, "+UPINCNT:")


UBLOX = Family(
    name="ublox",
    models=r"U-?BLOX|\b(SARA|LARA|TOBY|LISA|LEON)-",
    usb=frozenset(((0x1546, 0),)),
    setup=("AT+UCALLSTAT=1",),
    has_certain_answer=True,
    word=_word,
    pin_tries="AT+UPINCNT",
    pin_tries_of=_pin_tries,
    reset="AT+CFUN=16",
    voiceless=r"SARA-[NR]|LARA-[LR]6\d+D",
)
"""SARA-N and SARA-R are NB-IoT and LTE-M modules: data alone."""
