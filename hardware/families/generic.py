"""Any modem that keeps to 3GPP TS 27.007 and no more."""

from hardware.families.family import Family, first_number


def _pin_tries(row: str) -> int | None:
    # +CPINR: SIM PIN,<left>,<of> (3GPP TS 27.007 §8.65)
    return first_number(row, "+CPINR: SIM PIN,")


GENERIC = Family(
    name="generic",
    pin_tries="AT+CPINR",
    pin_tries_of=_pin_tries,
    voiceless=r"SIM70[0278]0|SIM7670G|\bBC\d\d|\bNB-?IOT|SARA-[NR]|LNXY",
)
"""Its ``voiceless`` names the data-only modules that no family of ours claims."""
