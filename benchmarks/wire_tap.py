"""A wire between core and the modem that notes when a dialling command passes: the modem's own look is 20 ms coarse."""

import contextlib
import os
import pty
import select
import threading
import time
import tty
from pathlib import Path


class WireTap:
    """A pseudo-terminal at ``link`` whose bytes go to ``modem`` and back. Ended with :meth:`close`."""

    def __init__(self, link: Path, modem: Path) -> None:
        self.dialled_at: list[float] = []
        """Monotonic second of each ``ATD``, as the wire saw it."""
        self._near, slave = pty.openpty()
        tty.setraw(slave)
        # Kept open: without any client the wire would read as hung up.
        self._slave = slave
        self._far = os.open(modem, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._far)
        link.symlink_to(os.ttyname(slave))
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="wire tap", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(2)
        for each in (self._near, self._slave, self._far):
            os.close(each)

    def _carry(self) -> None:
        while not self._closing.is_set():
            ready, _, _ = select.select([self._near, self._far], [], [], 0.1)
            for source in ready:
                with contextlib.suppress(OSError):
                    self._pass_on(source)

    def _pass_on(self, source: int) -> None:
        data = os.read(source, 4096)
        if source == self._near and b"ATD" in data.upper():
            self.dialled_at.append(time.monotonic())
        os.write(self._far if source == self._near else self._near, data)
