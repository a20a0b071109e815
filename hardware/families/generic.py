"""Any modem that keeps to 3GPP TS 27.007 and no more."""

from hardware.families.family import Family

GENERIC = Family(
    name="generic",
    voiceless=r"SIM70[0278]0|SIM7670G|\bBG9\d|\bBC\d\d|\bNB-?IOT|SARA-[NR]|\bRM5\d\d|\bRM[25]\d{2}|\bE33\d\d|LNXY",
)
"""Its ``voiceless`` names the data-only modules that no family of ours claims."""
