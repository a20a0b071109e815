"""Serial ports, opened for one owner alone (the one place that imports pyserial).

A port is taken twice over: ``flock`` keeps out programs that ask (pyserial, minicom), ``TIOCEXCL`` those that do
not (ModemManager, a stray ``cat``). Reads and writes never wait.
"""

import errno
import fcntl
import os
import termios
from contextlib import suppress
from pathlib import Path

import serial

from hardware.errors import DeviceBusy, DeviceError, DeviceForbidden, DeviceMissing, DeviceVanished


class SerialPort:
    """One open port. Not thread-safe, but one thread may read while another one writes."""

    def __init__(self, path: str, handle: serial.Serial) -> None:
        self.path = path
        self._handle = handle
        self._fd: int = handle.fileno()

    def fileno(self) -> int:
        """For a selector or ``loop.add_reader``."""
        return self._fd

    def read(self) -> bytes:
        """What has arrived, possibly nothing. Raises: DeviceVanished."""
        try:
            data = os.read(self._fd, 4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._vanished(error) from error
        if not data and not Path(self.path).exists():
            raise self._vanished(None)
        return data

    def write(self, data: bytes) -> int:
        """Write what fits now; returns how many bytes that was. Raises: DeviceVanished."""
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise self._vanished(error) from error

    def discard_input(self) -> None:
        """Forget what arrived before now. Raises: DeviceVanished."""
        try:
            self._handle.reset_input_buffer()
        except (OSError, termios.error) as error:
            raise self._vanished(error) from error

    def close(self) -> None:
        """Give the port back; also after it vanished, and twice."""
        if not self._handle.is_open:
            return
        with suppress(OSError, termios.error):
            # The mark outlives this handle where somebody else holds the port open; the next owner needs it gone.
            fcntl.ioctl(self._fd, termios.TIOCNXCL)
            # pyserial takes an unplugged port badly; the pending output of a dead modem must not delay us either.
            termios.tcflush(self._fd, termios.TCIOFLUSH)
        with suppress(OSError, termios.error, serial.SerialException):
            self._handle.close()

    def _vanished(self, error: Exception | None) -> DeviceVanished:
        why = f" ({error})" if error is not None else ""
        return DeviceVanished(
            f"serial port {self.path} is gone{why}; check the modem's cable and power, it is opened again when back"
        )


def open_port(path: str, baud: int = 115_200) -> SerialPort:
    """Open ``path`` for us alone, raw, without hardware flow control.

    Raises: DeviceMissing, DeviceBusy, DeviceForbidden; each names the port and the remedy.
    """
    if not Path(path).exists():
        raise DeviceMissing(
            f"serial port {path} is not there; plug the modem in, or give its name under /dev/serial/by-id"
        )
    try:
        handle = serial.Serial(path, baud, timeout=0, write_timeout=0, exclusive=True)
    except (serial.SerialException, OSError, termios.error) as error:
        raise _translated(path, error) from error
    try:
        fcntl.ioctl(handle.fileno(), termios.TIOCEXCL)
        os.set_blocking(handle.fileno(), False)
    except OSError as error:
        handle.close()
        raise _translated(path, error) from error
    return SerialPort(path, handle)


def _translated(path: str, error: Exception) -> DeviceError:
    code = getattr(error, "errno", None)
    # pyserial reports a lock that is held as text alone.
    if code in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) or "exclusively lock" in str(error):
        return DeviceBusy(f"serial port {path} is held by another program; end it (often ModemManager)")
    if code in (errno.EACCES, errno.EPERM):
        return DeviceForbidden(f"serial port {path} may not be opened by this account; add it to the group dialout")
    if code in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO):
        return DeviceMissing(f"serial port {path} does not answer ({error}); plug the modem in again")
    return DeviceMissing(f"serial port {path} cannot be used as one ({error}); name the modem's own port")
