"""A pseudo-terminal behind a stable name: a simulated modem's serial port."""

import os
import pty
import termios
import tty
from pathlib import Path


class Pty:
    """One pseudo-terminal; the client may come and go. One reading and one writing thread at most."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self.master = -1
        self.open()

    def open(self) -> None:
        """Make the port appear; nothing happens where it is there already."""
        if self.master >= 0:
            return
        self.master, slave = pty.openpty()
        tty.setraw(slave, termios.TCSANOW)
        os.set_blocking(self.master, False)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(slave))
        # Kept open by the client alone: so its exclusive lock dies with it.
        os.close(slave)

    def close(self) -> None:
        """Make the port vanish, as an unplugged one does."""
        self._link.unlink(missing_ok=True)
        if self.master >= 0:
            os.close(self.master)
        self.master = -1

    def read(self) -> bytes:
        """What the client wrote; nothing when there is none."""
        try:
            return os.read(self.master, 4096) if self.master >= 0 else b""
        except OSError:
            return b""

    def write(self, data: bytes) -> None:
        """Give it to the client; what it does not take is lost, as on a wire."""
        try:
            if self.master >= 0:
                os.write(self.master, data)
        except OSError:
            pass
