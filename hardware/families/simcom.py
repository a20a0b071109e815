"""SIMCom: SIM7600 and A76xx (sound over the fifth USB port), SIM800 (analogue sound)."""

from dataclasses import replace

from hardware.families.family import Family, Sign, first_number


def _sign(urc: str) -> Sign | None:
    # "VOICE CALL:END:" without the blank was seen on an A7672.
    compact = urc.replace(" ", "").upper()
    if compact.startswith("VOICECALL:BEGIN"):
        return Sign.OPEN
    return Sign.ENDED if compact.startswith("VOICECALL:END") else None


def _pin_tries(row: str) -> int | None:
    # +SPIC: <pin1>,<pin2>,<puk1>,<puk2>; some firmware gives the first alone, for whatever the SIM asks now.
    return first_number(row, "+SPIC:")


SIM7600 = Family(
    name="sim7600",
    models=r"SIM7[56]\d\d|SIMCOM",
    setup=("AT+CLCC=1", "AT+CNMP=2"),
    has_certain_answer=True,
    sign=_sign,
    pin_tries="AT+SPIC",
    pin_tries_of=_pin_tries,
    audio_on="AT+CPCMREG=1",
    audio_off="AT+CPCMREG=0",
    reset="AT+CRESET",
    voiceless=r"SIM7670G|SIM70[02]0",
)
"""``ATH`` is ignored with OK on these unless ``CVHU=0``: hence CHUP. A 2 -> 0 without a 3 stays uncertain."""

A76XX = replace(
    SIM7600,
    name="a76xx",
    models=r"A76\d\d|SIM7670",
    # An A7672 said BEGIN, state 0 and +COLP while it rang, 65 s without an answer.
    has_certain_answer=False,
    voiceless=r"LNXY|SIM7670G",
)

SIM800 = replace(
    SIM7600, name="sim800", models=r"SIM[89]\d\d", setup=("AT+CLCC=1",), hang_up="ATH", audio_on="", audio_off="",
    reset="AT+CFUN=1,1", voiceless="(?!)",
)  # fmt: skip
