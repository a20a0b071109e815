"""What each modem family does its own way, as data; :mod:`hardware.modem` does the same for all."""

import re

from hardware.families import generic, huawei, quectel, simcom, ublox
from hardware.families.family import Family
from hardware.usb import UsbIdentity

ALL: tuple[Family, ...] = (
    simcom.A76XX, simcom.SIM800, simcom.SIM7600, quectel.EC2X, huawei.E_SERIES, ublox.UBLOX,
)  # fmt: skip
"""In order of trial; the first whose pattern is found in the maker's and model's names."""

FAMILIES: dict[str, Family] = {family.name: family for family in (*ALL, generic.GENERIC)}
"""By name, the plain one too."""


def recognise(words: str, usb: UsbIdentity | None = None) -> Family:
    """The family of the modem: by ``AT+CGMI``, ``CGMM`` and ``CGMR``'s words, else by its USB identity.

    Plain TS 27.007 for a stranger. The words come first: one USB identity stands for several of SIMCom's families.
    """
    for family in ALL:
        if re.search(family.models, words, re.I):
            return family
    if usb is not None:
        for family in ALL:
            if family.usb & {(usb.vendor, usb.product), (usb.vendor, 0)}:
                return family
    return generic.GENERIC
