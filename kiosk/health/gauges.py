"""What the machine tells of itself: room on the card, temperature, power. Blocking; never raises.

A dying card may hang a look at it: call from a thread that nobody waits for for long.
"""

import importlib.metadata
import os
import platform
from pathlib import Path

DISTRIBUTION = "sos-crise-terminal"
THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
"""The Raspberry Pi's firmware: a bit field, in hex."""
ZONES = Path("/sys/class/thermal")
_BITS = {0: "under_voltage", 1: "slowed", 2: "throttled", 16: "under_voltage_once", 18: "throttled_once"}


def card_free_mib(folder: Path) -> int | None:
    """MiB that a program may still write; None when the card does not say."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize // (1 << 20)


def temperature_c(zones: Path = ZONES) -> float | None:
    """The hottest thermal zone, in degrees Celsius; None where there is none."""
    readings = []
    for zone in zones.glob("thermal_zone*/temp"):
        try:
            readings.append(int(zone.read_text(encoding="ascii")) / 1000.0)
        except (OSError, ValueError):
            continue
    return round(max(readings), 1) if readings else None


def power(throttled: Path = THROTTLED) -> tuple[str, ...]:
    """What the firmware says of supply and speed, now or since the boot; nothing on other machines."""
    try:
        bits = int(throttled.read_text(encoding="ascii"), 16)
    except (OSError, ValueError):
        return ()
    return tuple(name for bit, name in _BITS.items() if bits & 1 << bit)


def versions() -> dict[str, str]:
    """Software and interpreter."""
    try:
        software = importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        software = "source"
    return {"terminal": software, "python": platform.python_version()}
