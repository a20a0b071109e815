"""A receipt printer that speaks ESC/POS: bytes out, and what it says of its paper. Blocking, with every wait bounded.

Four ways to it: the kernel's USB printer file (usblp), a serial port, the network (port 9100), a plain file. It is
asked by the real-time status (DLE EOT), which printers answer even while they are off line; one that never answers is
printed on all the same.
"""

import os
import select
import socket
import stat
import termios
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from hardware.errors import DeviceError, DeviceForbidden, DeviceMissing, DeviceVanished
from hardware.serial_port import open_port

Connection = Literal["usb", "serial", "network", "file"]

RAW_PORT = 9100
"""Where printers listen."""
OPEN_S = 5.0
ANSWER_S = 1.0
"""A printer answers within milliseconds, or is one that never does."""
STALL_S = 15.0
"""Bytes that are not taken for so long will not be: a full buffer drains in a second or two while it prints."""
STATUS, OFFLINE_CAUSE, PAPER = 1, 2, 4
"""What DLE EOT asks for."""


class Paper(StrEnum):
    """What the sensor says of the roll."""

    THERE = "there"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrinterState:
    """What a printer says of itself; all of it unknown from one that does not answer."""

    answers: bool = False
    is_offline: bool = False
    is_open: bool = False
    """Its cover."""
    paper: Paper = Paper.UNKNOWN


class PrinterStalled(DeviceError):
    """It takes no more bytes. Remedy: paper, cover, power."""


class Printer:
    """One open printer. One thread at a time."""

    def __init__(self, connection: Connection, device: str, baud: int = 9600, stall_s: float = STALL_S) -> None:
        """Open ``device``: a path, or ``host:port`` (without a port: 9100).

        Raises: DeviceMissing, DeviceBusy, DeviceForbidden; each names the printer and the remedy.
        """
        self._name = device
        self._stall_s = stall_s
        self._socket: socket.socket | None = None
        self._is_file = False
        try:
            match connection:
                case "network":
                    host, _, port = device.partition(":")
                    self._socket = socket.create_connection((host, int(port or RAW_PORT)), OPEN_S)
                    self._socket.setblocking(False)
                    self._fd = self._socket.fileno()
                case "serial":
                    self._port = open_port(device, baud)
                    self._fd = self._port.fileno()
                case "usb":
                    self._fd = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
                case "file":
                    self._fd = os.open(device, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
                    self._is_file = stat.S_ISREG(os.fstat(self._fd).st_mode)
        except PermissionError as error:
            raise DeviceForbidden(f"printer {device} may not be opened; add this account to the group lp") from error
        except (OSError, ValueError) as error:
            raise DeviceMissing(f"printer {device} is not there ({error}); plug it in and switch it on") from error
        self._connection = connection

    def state(self) -> PrinterState:
        """What it says of itself now; at most about 3 s. Raises: DeviceVanished."""
        if self._connection == "file":
            return PrinterState()
        status = self._asked(STATUS)
        if status is None:
            return PrinterState()
        cause, paper = self._asked(OFFLINE_CAUSE), self._asked(PAPER)
        return PrinterState(
            answers=True,
            is_offline=bool(status & 0x08),
            is_open=cause is not None and bool(cause & 0x04),
            paper=_paper(paper),
        )

    def state_or_silence(self) -> PrinterState:
        """As :meth:`state`, and all unknown where it cannot even be asked."""
        try:
            return self.state()
        except DeviceError:
            return PrinterState()

    def write(self, data: bytes) -> None:
        """Send all of ``data``. Raises: PrinterStalled when it takes no more for ``stall_s``; DeviceVanished."""
        view = memoryview(data)
        while view:
            if not self._is_file and not select.select([], [self._fd], [], self._stall_s)[1]:
                raise PrinterStalled(f"printer {self._name} takes no more; look at its paper and its cover")
            try:
                view = view[os.write(self._fd, view[:4096]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._vanished(error) from error

    def close(self) -> None:
        """Give it back, once what was written has left."""
        if self._socket is not None:
            self._socket.setblocking(True)
            self._socket.settimeout(OPEN_S)
            self._socket.close()
        elif self._connection == "serial":
            self._drain()
            self._port.close()
        else:
            os.close(self._fd)

    def _drain(self) -> None:
        # Closing a serial port throws away what is still in its buffer.
        try:
            termios.tcdrain(self._fd)
        except (OSError, termios.error):
            return

    def _asked(self, what: int) -> int | None:
        """The answer to DLE EOT ``what``; None when there is none."""
        self.write(bytes((0x10, 0x04, what)))
        until = time.monotonic() + ANSWER_S
        while (left_s := until - time.monotonic()) > 0 and select.select([self._fd], [], [], left_s)[0]:
            try:
                answer = os.read(self._fd, 16)
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._vanished(error) from error
            if not answer:
                # A socket at its end; usblp says so while it has nothing.
                if self._socket is not None:
                    raise self._vanished(None)
                time.sleep(0.01)
            # Bits 1 and 4 are set in every such answer, 0 and 7 never.
            found = next((byte for byte in reversed(answer) if byte & 0x93 == 0x12), None)
            if found is not None:
                return found
        return None

    def _vanished(self, error: OSError | None) -> DeviceVanished:
        why = f" ({error.strerror})" if error is not None else ""
        return DeviceVanished(f"printer {self._name} is gone{why}; check its cable and power")


def _paper(byte: int | None) -> Paper:
    if byte is None:
        return Paper.UNKNOWN
    if byte & 0x60:
        return Paper.OUT
    return Paper.LOW if byte & 0x0C else Paper.THERE
