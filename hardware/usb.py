"""A serial port's place on the USB, from sysfs: who made the device, which of its ports it is, and its name of today.

The kernel numbers ports as they come: a modem that restarts may come back as ttyUSB4 where it was ttyUSB3. Maker,
product, interface number and serial number stay, so a port that was seen once is found again by them. Blocking, but
only on the kernel's memory: microseconds. Any thread; nothing here raises.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys")
DEV = Path("/dev")


@dataclass(frozen=True)
class UsbIdentity:
    """What names one port of one USB device, whatever number it has today."""

    vendor: int
    product: int
    interface: int
    """``bInterfaceNumber``: which of the device's ports it is."""
    serial: str
    """The device's serial number; many modules of one make share theirs, and some have none (empty)."""

    def __str__(self) -> str:
        return f"{self.vendor:04x}:{self.product:04x} interface {self.interface}"


def identity_of(port: str, sysfs: Path = SYSFS) -> UsbIdentity | None:
    """The identity of a port (``/dev/ttyUSB3``, or a link to it); None where it is no port of a USB device."""
    interface = _interface_of(_name_of(port, sysfs), sysfs)
    return None if interface is None else _identity(interface)


def port_of(wanted: UsbIdentity, sysfs: Path = SYSFS, dev: Path = DEV) -> str | None:
    """The present name of the port with this identity; None while it is not there.

    With two alike on one bus the serial number decides; where it does not, the first in order of names.
    """
    for name, interface in _ports(sysfs):
        if _identity(interface) == wanted:
            return str(dev / name)
    return None


def sibling_of(port: str, interface: int, sysfs: Path = SYSFS, dev: Path = DEV) -> str | None:
    """The port of the same device that has this interface number: a modem's sound beside its commands."""
    own = _interface_of(_name_of(port, sysfs), sysfs)
    if own is None:
        return None
    for name, other in _ports(sysfs):
        if other.parent == own.parent and _hex(other / "bInterfaceNumber") == interface:
            return str(dev / name)
    return None


def device_of(port: str, sysfs: Path = SYSFS) -> Path | None:
    """The sysfs folder of the USB device behind ``port``; None where there is none."""
    interface = _interface_of(_name_of(port, sysfs), sysfs)
    return None if interface is None else interface.parent


def find_device(identity: UsbIdentity, sysfs: Path = SYSFS) -> Path | None:
    """The sysfs folder of the device with this maker, product and serial number, also when its ports are gone."""
    for folder in sorted((sysfs / "bus/usb/devices").glob("*")):
        if (_hex(folder / "idVendor"), _hex(folder / "idProduct")) != (identity.vendor, identity.product):
            continue
        if _text(folder / "serial") == identity.serial:
            return folder.resolve()
    return None


def _name_of(port: str, sysfs: Path) -> str:
    """The kernel's name of a port, which may be given as a link to it."""
    name = Path(port).name
    return name if (sysfs / "class/tty" / name).exists() else Path(os.path.realpath(port)).name


def _ports(sysfs: Path) -> Iterator[tuple[str, Path]]:
    for link in sorted((sysfs / "class/tty").glob("tty[UA][SC]*")):
        interface = _interface_of(link.name, sysfs)
        if interface is not None:
            yield link.name, interface


def _interface_of(name: str, sysfs: Path) -> Path | None:
    """The folder of the USB interface above a tty: its ``device`` or an ancestor of that."""
    try:
        folder = (sysfs / "class/tty" / name / "device").resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    for place in (folder, *folder.parents):
        if (place / "bInterfaceNumber").exists():
            return place
    return None


def _identity(interface: Path) -> UsbIdentity | None:
    vendor, product = (_hex(interface.parent / name) for name in ("idVendor", "idProduct"))
    number = _hex(interface / "bInterfaceNumber")
    if vendor is None or product is None or number is None:
        return None
    return UsbIdentity(vendor, product, number, _text(interface.parent / "serial"))


def _hex(path: Path) -> int | None:
    try:
        return int(_text(path), 16)
    except ValueError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
