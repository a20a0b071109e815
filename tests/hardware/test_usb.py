"""A port found again by what it is, on a sysfs of our own making."""

from pathlib import Path

import pytest

from hardware.families import recognise
from hardware.usb import UsbIdentity, device_of, find_device, identity_of, port_of, sibling_of


def plug(sys: Path, bus: str, vendor: str, product: str, ports: dict[int, str], serial: str = "") -> None:
    """Put a device with serial ports (by interface number) into a sysfs like the kernel's."""
    device = sys / "devices/pci0000:00/usb1" / bus
    for name, text in (("idVendor", vendor), ("idProduct", product), ("serial", serial)):
        if text:
            device.mkdir(parents=True, exist_ok=True)
            (device / name).write_text(text + "\n")
    for link in ((sys / "bus/usb/devices"), (sys / "class/tty")):
        link.mkdir(parents=True, exist_ok=True)
    (sys / "bus/usb/devices" / bus).symlink_to(device)
    for number, name in ports.items():
        interface = device / f"{bus}:1.{number}"
        # A ttyUSB has a folder of its own below the interface, a ttyACM has not.
        inner = interface / name if name.startswith("ttyUSB") else interface
        (inner / "tty" / name).mkdir(parents=True)
        (interface / "bInterfaceNumber").write_text(f"{number:02x}\n")
        (inner / "tty" / name / "device").symlink_to(inner)
        (sys / "class/tty" / name).symlink_to(inner / "tty" / name)


def unplug(sys: Path, bus: str) -> None:
    for link in (sys / "class/tty").iterdir():
        if f"/{bus}/" in str(link.resolve()):
            link.unlink()
    (sys / "bus/usb/devices" / bus).unlink()


def test_port_is_known_by_its_device_and_interface(tmp_path: Path) -> None:
    plug(tmp_path, "1-1.2", "1e0e", "9001", {2: "ttyUSB2", 4: "ttyUSB4"}, serial="0123456789ABCDEF")
    plug(tmp_path, "1-1.3", "1546", "1102", {0: "ttyACM0"})
    assert identity_of("/dev/ttyUSB2", tmp_path) == UsbIdentity(0x1E0E, 0x9001, 2, "0123456789ABCDEF")
    assert identity_of("/dev/ttyACM0", tmp_path) == UsbIdentity(0x1546, 0x1102, 0, "")
    assert sibling_of("/dev/ttyUSB2", 4, tmp_path) == "/dev/ttyUSB4"
    assert sibling_of("/dev/ttyUSB2", 7, tmp_path) is None
    assert str(identity_of("/dev/ttyUSB2", tmp_path)) == "1e0e:9001 interface 2"


def test_link_to_a_port_stands_for_the_port(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", "2c7c", "0125", {2: "ttyUSB2"})
    link = tmp_path / "by-id"
    link.symlink_to("/dev/ttyUSB2")
    assert identity_of(str(link), tmp_path) == UsbIdentity(0x2C7C, 0x0125, 2, "")


def test_port_that_comes_back_under_another_name_is_found(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", "1e0e", "9001", {2: "ttyUSB2", 4: "ttyUSB4"})
    wanted = identity_of("/dev/ttyUSB2", tmp_path)
    assert wanted is not None
    unplug(tmp_path, "1-1")
    assert port_of(wanted, tmp_path) is None
    assert find_device(wanted, tmp_path) is None
    plug(tmp_path, "1-4", "1e0e", "9001", {2: "ttyUSB3", 4: "ttyUSB5"})
    assert port_of(wanted, tmp_path) == "/dev/ttyUSB3"
    assert sibling_of("/dev/ttyUSB3", 4, tmp_path) == "/dev/ttyUSB5"
    assert find_device(wanted, tmp_path) == device_of("/dev/ttyUSB3", tmp_path)


def test_two_alike_are_told_apart_by_their_serial_number(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", "2c7c", "0125", {2: "ttyUSB2"}, serial="AA")
    plug(tmp_path, "1-2", "2c7c", "0125", {2: "ttyUSB6"}, serial="BB")
    assert port_of(UsbIdentity(0x2C7C, 0x0125, 2, "BB"), tmp_path) == "/dev/ttyUSB6"


@pytest.mark.parametrize("port", ["/dev/ttyS0", "/dev/pts/3", "/dev/nothing"])
def test_port_that_is_not_on_the_usb_has_no_identity(tmp_path: Path, port: str) -> None:
    assert identity_of(port, tmp_path) is None
    assert device_of(port, tmp_path) is None
    assert sibling_of(port, 4, tmp_path) is None


@pytest.mark.parametrize(
    ("words", "usb", "family"),
    [
        ("", UsbIdentity(0x2C7C, 0x0125, 2, ""), "quectel"),
        ("", UsbIdentity(0x12D1, 0x1001, 0, ""), "huawei"),
        ("", UsbIdentity(0x1546, 0x1102, 0, ""), "ublox"),
        ("", UsbIdentity(0x1E0E, 0x9001, 2, ""), "sim7600"),
        ("SIMCOM INCORPORATED A7670E-FASE", UsbIdentity(0x1E0E, 0x9001, 2, ""), "a76xx"),
        ("", UsbIdentity(0x0403, 0x6001, 0, ""), "generic"),
    ],
)
def test_family_is_found_by_words_first_and_then_by_the_usb(words: str, usb: UsbIdentity, family: str) -> None:
    assert recognise(words, usb).name == family
