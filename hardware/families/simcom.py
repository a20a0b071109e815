"""SIMCom: SIM7600 and A76xx (sound over the fifth USB port), SIM800 (analogue sound)."""

import re
from dataclasses import replace

from hardware.families.family import CallWord, Family, Sign, first_number


def _word(urc: str) -> CallWord | None:
    # "VOICE CALL:END:" without the blank was seen on an A7672.
    compact = urc.replace(" ", "").upper()
    if compact.startswith("VOICECALL:BEGIN"):
        return CallWord(Sign.OPEN)
    return CallWord(Sign.ENDED) if compact.startswith("VOICECALL:END") else None


def _sim800_word(urc: str) -> CallWord | None:
    sign = {"MO RING": Sign.ALERTING, "MO CONNECTED": Sign.OPEN}.get(urc.upper())
    return None if sign is None else CallWord(sign)


def _pin_tries(row: str) -> int | None:
    # +SPIC: <pin1>,<pin2>,<puk1>,<puk2>; some firmware gives the first alone, for whatever the SIM asks now.
    return first_number(row, "+SPIC:")


def _ims(row: str) -> bool | None:
    # Answer: mode and state; the state alone is a URC, but says the same (3GPP TS 27.007 §8.71).
    match = re.match(r"\+CIREG:\s*(?:\d+,)?\s*(\d+)", row)
    return int(match[1]) == 1 if match else None


SIM7600 = Family(
    name="sim7600",
    models=r"SIM7[56]\d\d|SIMCOM",
    usb=frozenset(((0x1E0E, 0x9001), (0x1E0E, 0x9003), (0x1E0E, 0x9005))),
    setup=("AT+CLCC=1", "AT+CNMP=2"),
    has_certain_answer=True,
    word=_word,
    pin_tries="AT+SPIC",
    pin_tries_of=_pin_tries,
    sound_interface=4,
    audio_on="AT+CPCMREG=1",
    audio_off="AT+CPCMREG=0",
    reset="AT+CRESET",
    voiceless=r"SIM7670G|SIM70[0278]0",
)
"""``ATH`` is ignored with OK on these unless ``CVHU=0``: hence CHUP. A 2 -> 0 without a 3 stays uncertain."""

A76XX = replace(
    SIM7600,
    name="a76xx",
    models=r"\bA76\d\d|SIM7670",
    usb=frozenset(((0x1E0E, 0x9011), (0x1E0E, 0x9018))),
    # An A7672 said BEGIN, state 0 and +COLP while it rang, 65 s without an answer.
    has_certain_answer=False,
    ims="AT+CIREG?",
    ims_of=_ims,
    voiceless=r"LNXY|SIM7670G",
)

SIM800 = replace(
    SIM7600, name="sim800", models=r"SIM[89]\d\d", usb=frozenset(), setup=("AT+CLCC=1", "AT+MORING=1"),
    word=_sim800_word, hang_up="ATH", sound_interface=None, audio_on="", audio_off="",
    reset="AT+CFUN=1,1", voiceless="(?!)",
)  # fmt: skip
"""2G only: its networks are being closed in France from 2026."""
