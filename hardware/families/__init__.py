"""What each modem family does its own way, as data; :mod:`hardware.modem` does the same for all."""

import re

from hardware.families import generic, huawei, quectel, simcom
from hardware.families.family import Family

ALL: tuple[Family, ...] = (simcom.A76XX, simcom.SIM800, simcom.SIM7600, quectel.EC2X, huawei.E_SERIES)
"""In order of trial; the first whose pattern is found in the maker's and model's names."""


def recognise(maker_and_model: str) -> Family:
    """The family of ``AT+CGMI`` and ``AT+CGMM``'s words; plain TS 27.007 for a stranger."""
    for family in ALL:
        if re.search(family.models, maker_and_model, re.I):
            return family
    return generic.GENERIC
