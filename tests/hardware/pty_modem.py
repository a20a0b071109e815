"""A modem of few words on a pseudo-terminal in this process: it answers from a table and keeps every byte it got."""

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PATIENCE_S = 20.0

NO_SERVICE = {
    "AT+CGMI": "\r\nSIMCOM INCORPORATED\r\n\r\nOK\r\n",
    "AT+CGMM": "\r\nSIMCOM_SIM7600E-H\r\n\r\nOK\r\n",
    "AT+CGMR": "\r\n+CGMR: LE20B04SIM7600M22\r\n\r\nOK\r\n",
    "AT+CPIN?": "\r\n+CME ERROR: SIM not inserted\r\n",
    "AT+CREG?": "\r\n+CREG: 2,0\r\n\r\nOK\r\n",
    "AT+CEREG?": "\r\n+CEREG: 2,0\r\n\r\nOK\r\n",
    "AT+CSQ": "\r\n+CSQ: 99,99\r\n\r\nOK\r\n",
    "AT+COPS?": "\r\n+COPS: 0\r\n\r\nOK\r\n",
}
SERVED = NO_SERVICE | {
    "AT+CPIN?": "\r\n+CPIN: READY\r\n\r\nOK\r\n",
    "AT+CREG?": "\r\n+CREG: 2,1\r\n\r\nOK\r\n",
    "AT+COPS?": '\r\n+COPS: 0,0,"F SFR",7\r\n\r\nOK\r\n',
}


class PtyModem:
    """``table`` is read at each command; what it lacks is answered with OK, and "" is silence."""

    def __init__(self, table: dict[str, str]) -> None:
        self.table = dict(table)
        self.heard = b""
        self.on_bytes: Callable[[bytes], None] = lambda data: None
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(slave)
        self._slave = slave  # kept open: the pty lives on between two openings by the driver
        self._line = b""
        asyncio.get_running_loop().add_reader(self._master, self._read)

    @property
    def commands(self) -> list[str]:
        """What was heard, by line."""
        return [part.decode().lstrip("\x1b") for part in self.heard.split(b"\r") if part]

    def say(self, text: str) -> None:
        """A line that nobody asked for."""
        os.write(self._master, f"\r\n{text}\r\n".encode())

    def _read(self) -> None:
        with suppress(OSError):
            data = os.read(self._master, 4096)
            self.heard += data
            self.on_bytes(data)
            *lines, self._line = (self._line + data).split(b"\r")
            for line in lines:
                answer = self.table.get(line.decode().strip("\x1b\n"), "\r\nOK\r\n")
                if answer:
                    os.write(self._master, answer.encode())

    def close(self) -> None:
        """Unplugged."""
        asyncio.get_running_loop().remove_reader(self._master)
        for handle in (self._master, self._slave):
            os.close(handle)


@asynccontextmanager
async def pty_modem(table: dict[str, str]) -> AsyncIterator[PtyModem]:
    made = PtyModem(table)
    try:
        yield made
    finally:
        with suppress(OSError):
            made.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it, with a deadline."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - states change on another side
            await asyncio.sleep(0.005)


def link(port: str, name: Path) -> Path:
    """A name for a port that can be moved."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.unlink(missing_ok=True)
    name.symlink_to(port)
    return name
