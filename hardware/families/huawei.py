"""Huawei E-series sticks: ``^ORIG ^CONF ^CONN ^CEND`` tell the call; sound over the diagnostic port."""

from hardware.families.family import Family, Sign

_SIGNS = {"^ORIG:": Sign.DIALLING, "^CONF:": Sign.ALERTING, "^CONN:": Sign.OPEN, "^CEND:": Sign.ENDED}
_BUSY = 17
"""Cause of 3GPP TS 24.008 §10.5.4.11 in ^CEND's last field."""
_NO_ANSWER = (18, 19)


def _sign(urc: str) -> Sign | None:
    sign = _SIGNS.get(urc[:6])
    if sign is not Sign.ENDED:
        return sign
    # index, duration, end status and, on most firmware, the cause.
    values = urc[6:].split(",")
    cause = values[3].strip() if len(values) > 3 else ""
    if cause == str(_BUSY):
        return Sign.BUSY
    return Sign.NO_ANSWER if cause.isdigit() and int(cause) in _NO_ANSWER else Sign.ENDED


E_SERIES = Family(
    name="huawei",
    models=r"HUAWEI|\bE1\d\d|\bE3\d\d\d|\bK\d{4}",
    setup=("AT^CVOICE?", "AT^CURC=1"),
    has_certain_answer=True,
    digit="AT^DTMF=1,{digit}",
    sign=_sign,
    audio_on="AT^DDSETEX=2",
    reset="",
)
"""No reset by command: these need their USB power cut."""
