"""A USB modem in the eyes of one process: umockdev's sysfs and udev beside a simulated modem's pseudo-terminal.

``umockdev-run`` (Debian package umockdev) shows the process tree under it a /sys with this one device. The serial
port's name there is ``pts!N``, which sysfs reads as ``pts/N``: so the client opens the real pseudo-terminal, and
nothing of umockdev's stands in its way. Its stand-in for ioctl would refuse TIOCEXCL; its socket is taken away.
"""

from dataclasses import dataclass
from pathlib import Path

_USB = "/devices/pci0000:00/0000:00:14.0/usb1/1-1"


@dataclass(frozen=True)
class UsbStick:
    """What a modem's USB descriptors say; ``interface`` is that of its command port."""

    vendor: str
    product: str
    interface: int
    maker: str
    driver: str = "option"


STICKS = {
    "sim7600": UsbStick("1e0e", "9001", 2, "SimTech"),
    "a76xx": UsbStick("1e0e", "9011", 4, "SimTech"),
    "quectel": UsbStick("2c7c", "0125", 2, "Quectel"),
    "huawei": UsbStick("12d1", "1001", 0, "HUAWEI"),
    "ublox": UsbStick("1546", "110a", 0, "u-blox"),
    "generic": UsbStick("1234", "5678", 0, "Generic"),
}


def describe(stick: UsbStick, *ports: Path) -> str:
    """umockdev's description of ``stick``: its command port, and the interfaces after it, at these pseudo-terminals."""
    node = {"N": "bus/usb/001/002=12", "E": "DEVNAME=/dev/bus/usb/001/002"}
    device = {"SUBSYSTEM": "usb", "DEVTYPE": "usb_device", "BUSNUM": "001", "DEVNUM": "002", **_identity(stick)}
    attributes = {"idVendor": stick.vendor, "idProduct": stick.product, "bcdDevice": "0318"}
    blocks = [_block(_USB, device, attributes, "usb", node)]
    for offset, port in enumerate(ports):
        blocks += _interface(stick, stick.interface + offset, port)
    return "\n".join(blocks)


def _identity(stick: UsbStick) -> dict[str, str]:
    return {"ID_BUS": "usb", "ID_VENDOR_ID": stick.vendor, "ID_MODEL_ID": stick.product, "ID_VENDOR": stick.maker}


def _interface(stick: UsbStick, number: int, port: Path) -> list[str]:
    path = f"{_USB}/1-1:1.{number}"
    name = str(port).removeprefix("/dev/").replace("/", "!")
    tty = {
        "SUBSYSTEM": "tty", "DEVNAME": str(port), "MAJOR": "136", "MINOR": port.name, "ID_MM_CANDIDATE": "1",
        "ID_USB_DRIVER": stick.driver, "ID_USB_INTERFACE_NUM": f"{number:02d}", **_identity(stick),
    }  # fmt: skip
    interface = {"SUBSYSTEM": "usb", "DEVTYPE": "usb_interface", "DRIVER": stick.driver, "INTERFACE": "255/255/255"}
    serial = {"SUBSYSTEM": "usb-serial", "DRIVER": f"{stick.driver}1"}
    return [
        _block(path, interface, {"bInterfaceNumber": f"{number:02d}", "bInterfaceClass": "ff"}, stick.driver),
        _block(f"{path}/ttyUSB{number}", serial, {}, ""),
        _block(f"{path}/ttyUSB{number}/tty/{name}", tty, {"dev": f"136:{port.name}"}, ""),
    ]


def command(description: Path, *argv: str) -> list[str]:
    """Run ``argv`` where this device, and no other one, is plugged in."""
    return [
        "umockdev-run", "--device", str(description), "--",
        "sh", "-c", 'rm -f "$UMOCKDEV_DIR/ioctl/_default"; exec "$@"', "sh", *argv,
    ]  # fmt: skip


def _block(
    path: str, properties: dict[str, str], attributes: dict[str, str], driver: str, node: dict[str, str] | None = None
) -> str:
    lines = [f"P: {path}", *(f"{letter}: {text}" for letter, text in (node or {}).items())]
    lines += [f"E: {name}={value}" for name, value in properties.items()]
    lines += [f"A: {name}={value}" for name, value in attributes.items()]
    if driver:
        up = "../" * (path.count("/") - 1)
        lines.append(f"L: driver={up}bus/usb/drivers/{driver}")
    return "\n".join(lines) + "\n"
