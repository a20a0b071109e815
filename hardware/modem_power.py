"""The modem's power key and supply: over pins of the Pi, or over the USB port that feeds it.

Both pins are wired so that a pin at rest lets the modem run (the key not pressed, a relay's normally closed contact):
they are taken for the time of a pulse alone, so that a dead terminal never holds a modem off.

Without a pin the USB port is switched through sysfs: ``port/disable`` (Linux 6.0 and newer; cuts the power where the
hub can, and on a Pi 4 on all its ports at once), else ``authorized``, which only makes the device enumerate anew. Both
need the right to write there: docs/hardware.md has the udev rule. Blocking for seconds: for a thread of its own.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gpiozero

from hardware.errors import DeviceForbidden, DeviceMissing
from hardware.recovery import Rung
from hardware.usb import SYSFS, UsbIdentity, device_of, find_device

log = logging.getLogger(__name__)

KEY_ON_S = 1.0
"""Switches a module on, and does nothing to one that runs (SIM7600: 0.5 s; EC25: 0.5 s; A76xx: 0.05 to 2 s)."""
KEY_OFF_S = 3.5
"""Switches one off (SIM7600: 2.5 s and longer; EC25: 0.65 s; A76xx: 2.5 s)."""
GOES_OFF_S = 6.0
"""A module takes leave of its network before it is off."""
CUT_S = 3.0
"""The supply's capacitors empty themselves by then."""


@dataclass(frozen=True)
class PowerConfig:
    """How this terminal reaches the modem's power; BCM pin numbers, None: not wired."""

    key_pin: int | None = None
    """Presses PWRKEY (through a transistor) while it is high."""
    cut_pin: int | None = None
    """Cuts the supply (relay, load switch) while it is high."""
    usb: bool = True
    """Whether the USB port may be switched where no ``cut_pin`` is wired."""


class ModemPower:
    """One thread at a time. ``sleep`` and ``factory`` stand for the clock and the pins in tests."""

    def __init__(
        self,
        config: PowerConfig,
        sysfs: Path = SYSFS,
        sleep: Callable[[float], None] = time.sleep,
        factory: Any = None,
    ) -> None:
        self._config = config
        self._sysfs = sysfs
        self._sleep = sleep
        self._factory = factory
        self._identity: UsbIdentity | None = None
        self._usb_port: Path | None = None

    @property
    def ways(self) -> frozenset[Rung]:
        """What can be done here."""
        can_cut = self._config.cut_pin is not None or (self._config.usb and self._identity is not None)
        return frozenset(
            rung for rung, is_so in ((Rung.KEY, self._config.key_pin is not None), (Rung.POWER, can_cut)) if is_so
        )

    def remember(self, port: str, identity: UsbIdentity | None) -> None:
        """The modem is there: keep where it is plugged in, for when it has vanished."""
        device = device_of(port, self._sysfs)
        if device is None or identity is None:
            return
        self._identity = identity
        switch = device / "port"
        self._usb_port = switch.resolve() if switch.exists() else None

    def press_key(self, is_there: bool) -> None:
        """Switch the module on; one that is there is switched off first.

        Raises: DeviceMissing without a pin, or when the pin cannot be driven.
        """
        pin = self._config.key_pin
        if pin is None:
            raise DeviceMissing("the modem's power key is not wired; set modem.key_pin")
        if is_there:
            self._pulse(pin, KEY_OFF_S)
            self._sleep(GOES_OFF_S)
        self._pulse(pin, KEY_ON_S)

    def cut(self) -> None:
        """Take the modem's power away for :data:`CUT_S`.

        Raises: DeviceMissing when there is no way to, DeviceForbidden when this account may not.
        """
        if self._config.cut_pin is not None:
            self._pulse(self._config.cut_pin, CUT_S)
            return
        device = find_device(self._identity, self._sysfs) if self._identity is not None else None
        switches = []
        if self._config.usb and self._usb_port is not None:
            switches.append((self._usb_port / "disable", "1", "0"))
        if self._config.usb and device is not None:
            switches.append((device / "authorized", "0", "1"))
        for path, off, on in switches:
            if path.exists():
                self._switch(path, off, on)
                return
        raise DeviceMissing(
            "the modem's power cannot be cut; wire modem.cut_pin, or use a hub whose ports can be switched"
        )

    def _switch(self, path: Path, off: str, on: str) -> None:
        try:
            path.write_text(off, encoding="ascii")
        except OSError as error:
            raise DeviceForbidden(
                f"{path} cannot be written ({error}); see docs/hardware.md for the udev rule"
            ) from error
        try:
            self._sleep(CUT_S)
        finally:
            path.write_text(on, encoding="ascii")

    def _pulse(self, pin: int, seconds: float) -> None:
        try:
            output = gpiozero.DigitalOutputDevice(pin, initial_value=False, pin_factory=self._factory)
        except Exception as error:  # gpiozero's own, and those of whatever pin library it found
            raise DeviceMissing(
                f"pin {pin} of the modem cannot be driven ({error}); see modem.key_pin, cut_pin"
            ) from error
        try:
            output.on()
            self._sleep(seconds)
        finally:
            output.off()
            output.close()
