"""Where the modem's ports are now: opened by the configured name, found again by what they are when that name moves.

Blocking; for a thread that nobody waits for for long (a wedged USB device can hold ``open`` up).
"""

import logging
from pathlib import Path

from hardware.serial_port import SerialPort, open_port
from hardware.usb import DEV, SYSFS, UsbIdentity, identity_of, port_of, sibling_of

log = logging.getLogger(__name__)


class Place:
    """One port under a configured name. One thread at a time."""

    def __init__(self, configured: str, sysfs: Path = SYSFS, dev: Path = DEV) -> None:
        self.configured = configured
        self.identity: UsbIdentity | None = None
        """What it was when it was last there; None: never there, or no USB port."""
        self._sysfs = sysfs
        self._dev = dev

    @property
    def path(self) -> str:
        """Its name of today; the configured one while nothing better is known.

        A configured name that belongs to another port by now is not believed: after a restart ttyUSB2 may be the
        diagnostic port, which takes commands and answers none.
        """
        here = identity_of(self.configured, self._sysfs) if Path(self.configured).exists() else None
        if self.identity is None:
            self.identity = here
            return self.configured
        if here == self.identity:
            return self.configured
        found = port_of(self.identity, self._sysfs, self._dev)
        if found is not None:
            log.warning("port %s -> found again as %s (%s)", self.configured, found, self.identity)
        return found or self.configured


class ModemPorts:
    """Commands and sound of one modem."""

    def __init__(self, commands: str, sound: str = "", sysfs: Path = SYSFS, dev: Path = DEV) -> None:
        self._commands = Place(commands, sysfs, dev)
        self._sound = Place(sound, sysfs, dev)
        self._sysfs = sysfs
        self._dev = dev
        self._opened = commands

    @property
    def identity(self) -> UsbIdentity | None:
        """Of the command port, once it was seen."""
        return self._commands.identity

    def open(self, baud: int) -> SerialPort:
        """Open the command port for us alone. Raises: DeviceMissing, DeviceBusy, DeviceForbidden."""
        self._opened = self._commands.path
        port = open_port(self._opened, baud)
        if self._sound.configured:
            _ = self._sound.path  # learns what it is while it is there
        return port

    def sound(self, interface: int | None) -> str:
        """The sound's port: as configured, else the modem's own one by its interface number; empty: none is known."""
        if self._sound.configured:
            return self._sound.path
        return "" if interface is None else sibling_of(self._opened, interface, self._sysfs, self._dev) or ""
