"""Quectel EC25, EG25, EP06: call states by ``+QIND: "ccinfo"`` or ``^DSCI``; sound over the module's own card."""

from hardware.answers import fields
from hardware.families.family import Family, Sign, first_number

# ^DSCI counts its own way: 3 is connected here, and alerting in +CLCC.
_DSCI = {"2": Sign.DIALLING, "7": Sign.ALERTING, "3": Sign.OPEN, "6": Sign.ENDED}


def _sign(urc: str) -> Sign | None:
    if not urc.startswith("^DSCI:"):
        return None
    values = fields(urc)
    return _DSCI.get(values[2]) if len(values) > 2 and values[1] == "0" else None


def _pin_tries(row: str) -> int | None:
    return first_number(row, '+QPINC: "SC",')


EC2X = Family(
    name="quectel",
    models=r"\bE[CGP]\d\d|QUECTEL",
    setup=('AT+QINDCFG="ccinfo",1,1', "AT^DSCI=1", 'AT+QCFG="ims",1', "AT+QSIMSTAT=1", "AT+QPCMV=1,2"),
    has_certain_answer=True,
    sign=_sign,
    pin_tries='AT+QPINC="SC"',
    pin_tries_of=_pin_tries,
)
