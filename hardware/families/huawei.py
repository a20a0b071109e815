"""Huawei sticks and modules: ``^ORIG ^CONF ^CONN ^CEND`` tell the call; sound over the diagnostic port."""

from hardware.families.family import CallWord, Family, Sign, first_number

_SIGNS = {"^ORIG:": Sign.DIALLING, "^CONF:": Sign.ALERTING, "^CONN:": Sign.OPEN, "^CEND:": Sign.ENDED}
_NO_WORD = (0, 16, 31, 127)
"""Causes that name nothing: normal clearing and "unspecified"."""


def _word(urc: str) -> CallWord | None:
    sign = _SIGNS.get(urc[:6].upper())
    if sign is None:
        return None
    # ^CEND: index, duration, end status and, on most firmware, the cause; each of any width.
    values = [_number(text) for text in urc[6:].split(",")]
    cause = values[3] if sign is Sign.ENDED and len(values) > 3 else None
    return CallWord(sign, values[0], None if cause in _NO_WORD else cause)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _pin_tries(row: str) -> int | None:
    # ^CPIN: SIM PIN,<tries of what is asked for>,<PUK>,<PIN>,<PUK2>,<PIN2>
    return first_number(row, "^CPIN: SIM PIN,")


def _voice(row: str) -> bool | None:
    # ^CVOICE:<0 enabled>,<rate>,<bits>,<frame ms>
    tried = first_number(row, "^CVOICE:")
    return None if tried is None else tried == 0


E_SERIES = Family(
    name="huawei",
    models=r"HUAWEI|\bE1\d\d|\bE3\d\d\d|\bK\d{4}|\bME909|\bMU709",
    usb=frozenset(((0x12D1, 0),)),
    setup=("AT^CURC=1",),
    has_certain_answer=True,
    has_answer_word=True,
    digit="AT^DTMF={index},{digit}",
    word=_word,
    pin_tries="AT^CPIN?",
    pin_tries_of=_pin_tries,
    voice="AT^CVOICE?",
    voice_of=_voice,
    audio_on="AT^DDSETEX=2",
    audio_early=True,
    reset="",
    voiceless=r"\bE3372|\bE3276|\bE8372",
)
"""No reset by command: these need their USB power cut. CHLD=1x before ^CONF wedges them: CHUP alone hangs up."""
