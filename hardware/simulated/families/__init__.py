"""What a modem of each family says, as data; the engine beside this folder speaks for all of them."""

from hardware.simulated.families.generic import GENERIC
from hardware.simulated.families.huawei import HUAWEI
from hardware.simulated.families.quectel import QUECTEL
from hardware.simulated.families.simcom import A76XX, SIM800, SIM7600
from hardware.simulated.families.speech import Speech
from hardware.simulated.families.ublox import UBLOX

FAMILIES: dict[str, Speech] = {
    speech.name: speech for speech in (SIM7600, A76XX, SIM800, QUECTEL, HUAWEI, UBLOX, GENERIC)
}
"""By the names that the driver uses too."""
