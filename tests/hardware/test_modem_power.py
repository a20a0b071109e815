"""Power key and supply: which pin is high for how long, and what is written where; no second passes."""

from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from hardware.errors import DeviceForbidden, DeviceMissing
from hardware.modem_power import CUT_S, GOES_OFF_S, KEY_OFF_S, KEY_ON_S, ModemPower, PowerConfig
from hardware.recovery import Rung
from hardware.usb import identity_of
from tests.hardware.test_usb import plug, unplug


class Pins:
    """A mock pin board that notes which pins are high whenever time passes."""

    def __init__(self) -> None:
        self.factory = MockFactory()
        self.seen: list[tuple[float, dict[int, bool]]] = []

    def sleep(self, seconds: float) -> None:
        high = {pin: bool(self.factory.pin(pin).state) for pin in (5, 6)}
        self.seen.append((seconds, {pin: is_high for pin, is_high in high.items() if is_high}))


def test_key_is_pressed_once_for_a_module_that_is_off_and_twice_for_one_that_hangs() -> None:
    pins = Pins()
    power = ModemPower(PowerConfig(key_pin=5), sleep=pins.sleep, factory=pins.factory)
    power.press_key(is_there=False)
    assert pins.seen == [(KEY_ON_S, {5: True})]
    pins.seen.clear()
    power.press_key(is_there=True)
    assert pins.seen == [(KEY_OFF_S, {5: True}), (GOES_OFF_S, {}), (KEY_ON_S, {5: True})]
    assert not pins.factory.pin(5).state


def test_relay_cuts_the_supply_and_gives_it_back() -> None:
    pins = Pins()
    power = ModemPower(PowerConfig(key_pin=5, cut_pin=6), sleep=pins.sleep, factory=pins.factory)
    power.cut()
    assert pins.seen == [(CUT_S, {6: True})]
    assert not pins.factory.pin(6).state
    assert power.ways == {Rung.KEY, Rung.POWER}


def test_terminal_without_any_wire_says_what_to_set() -> None:
    power = ModemPower(PowerConfig(usb=False))
    assert power.ways == frozenset()
    with pytest.raises(DeviceMissing, match=r"set modem\.key_pin"):
        power.press_key(is_there=True)
    with pytest.raises(DeviceMissing, match=r"wire modem\.cut_pin"):
        power.cut()


def usb(sys: Path, sleep: Pins) -> ModemPower:
    plug(sys, "1-1", "1e0e", "9001", {2: "ttyUSB2"})
    switch = sys / "devices/pci0000:00/usb1/1-0:1.0/usb1-port1"
    switch.mkdir(parents=True)
    (sys / "devices/pci0000:00/usb1/1-1/port").symlink_to(switch)
    power = ModemPower(PowerConfig(), sys, sleep.sleep)
    assert power.ways == frozenset()
    power.remember("/dev/ttyUSB2", identity_of("/dev/ttyUSB2", sys))
    assert power.ways == {Rung.POWER}
    return power


def test_usb_port_is_switched_off_and_on_also_when_the_modem_has_vanished_from_it(tmp_path: Path) -> None:
    pins = Pins()
    power = usb(tmp_path, pins)
    switch = tmp_path / "devices/pci0000:00/usb1/1-0:1.0/usb1-port1/disable"
    switch.write_text("0")
    unplug(tmp_path, "1-1")
    during: list[str] = []
    power._sleep = lambda seconds: during.append(switch.read_text())
    power.cut()
    assert (during, switch.read_text()) == (["1"], "0")


def test_hub_that_cannot_switch_makes_the_modem_enumerate_anew(tmp_path: Path) -> None:
    power = usb(tmp_path, Pins())
    authorized = tmp_path / "devices/pci0000:00/usb1/1-1/authorized"
    authorized.write_text("1")
    during: list[str] = []
    power._sleep = lambda seconds: during.append(authorized.read_text())
    power.cut()
    assert (during, authorized.read_text()) == (["0"], "1")


def test_switch_that_may_not_be_written_is_named_with_the_remedy(tmp_path: Path) -> None:
    power = usb(tmp_path, Pins())
    (tmp_path / "devices/pci0000:00/usb1/1-0:1.0/usb1-port1/disable").mkdir()
    with pytest.raises(DeviceForbidden, match=r"disable cannot be written .*; see docs/hardware\.md"):
        power.cut()


def test_pin_that_cannot_be_driven_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    power = ModemPower(PowerConfig(key_pin=99), factory=MockFactory())
    with pytest.raises(DeviceMissing, match="pin 99 of the modem cannot be driven"):
        power.press_key(is_there=False)
