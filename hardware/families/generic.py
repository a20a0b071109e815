"""Any modem that keeps to 3GPP TS 27.007 and no more."""

from hardware.families.family import Family

GENERIC = Family(name="generic")
