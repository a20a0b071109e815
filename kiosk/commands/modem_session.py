"""One modem in the hands of ``kiosk modem``: opened without a switchboard, its words in order, each with its time."""

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from hardware.errors import DeviceBusy, DeviceError
from hardware.modem import Modem, ModemConfig
from hardware.modem_events import ModemEvent, ModemStatus, SoundFlow, StatusChanged
from hardware.outcome import Outcome, why_not
from hardware.serial_port import open_port
from kiosk.commands.modem_replay import told
from kiosk.errors import BadInput

SETTLE_S = 15.0
"""A modem that still looks for its network after this is taken as it is."""
OPEN_S = 12.0
"""A modem that has not answered by then is deaf: three AT, and the port opened again."""
PERMANENT = frozenset((Outcome.NO_SIM, Outcome.SIM_LOCKED, Outcome.NO_VOICE))
"""Waiting mends none of these."""

Say = Callable[[dict[str, Any]], None]


class Session:
    """Event loop only. ``say`` gets each event as a flat document: ``at_s`` since the beginning, ``event``, details."""

    def __init__(self, config: ModemConfig, say: Say) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._say = say
        self._queue: asyncio.Queue[ModemEvent] = asyncio.Queue()
        self._last_reason: str | None = None
        self.modem = Modem(config, self._on_event)
        self.port = config.port

    async def settled(self) -> ModemStatus:
        """The modem's status once it can call, or once waiting would not change it; :data:`SETTLE_S` at most."""
        until = self._loop.time() + SETTLE_S
        deaf_at = self._loop.time() + OPEN_S
        while self._loop.time() < until:
            status = self.modem.status
            if status.is_ready:
                break
            if self.modem.proved_at is not None and why_not(status) in PERMANENT:
                break
            if self.modem.proved_at is None and self._loop.time() > deaf_at:
                break
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self.next()
        return self.modem.status

    async def next(self) -> ModemEvent:
        """The next thing the modem tells."""
        return await self._queue.get()

    def tell(self, event: str, **details: Any) -> None:
        """Say something of our own."""
        self._say({"at_s": round(self._loop.time() - self._began, 3), "event": event, **details})

    def _on_event(self, event: ModemEvent) -> None:
        if isinstance(event, StatusChanged):
            # The signal changes all the time; what a technician waits for is the reason.
            is_news = event.status.reason != self._last_reason
            self._last_reason = event.status.reason
        else:
            is_news = not isinstance(event, SoundFlow)  # many a second, and of no use to a reader
        if is_news:
            self.tell(**told(event))
        self._queue.put_nowait(event)


@contextlib.asynccontextmanager
async def session(config: ModemConfig, say: Say) -> AsyncIterator[Session]:
    """A modem that is looked for until the end of the block. Raises: BadInput when its port cannot be had."""
    await asyncio.get_running_loop().run_in_executor(None, check_port, config.port, config.baud)
    made = Session(config, say)
    made.modem.start()
    try:
        yield made
    finally:
        await made.modem.close()


def check_port(port: str, baud: int) -> None:
    """Raises: BadInput when ``port`` cannot be had now, naming who holds it, if that can be seen. May block."""
    try:
        open_port(port, baud).close()
    except DeviceBusy as error:
        holder = holder_of(port)
        raise BadInput(f"serial port {port} is held by {holder}" if holder else str(error)) from error
    except DeviceError as error:
        raise BadInput(str(error)) from error


def holder_of(port: str) -> str:
    """Who has ``port`` open, and how to end it; empty when that cannot be seen (another account's process)."""
    wanted = os.path.realpath(port)
    for opened in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            process = opened.parent.parent
            if int(process.name) == os.getpid() or str(opened.readlink()) != wanted:
                continue
            words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            # Never the whole command line: it may hold a number.
            if re.search(r"\brun core\b", " ".join(words)):
                return f"the terminal's switchboard (process {process.name}); stop it: systemctl stop sos-crise-core"
            return f"process {process.name} ({Path(words[0]).name}); end it first"
    return ""


def is_simulated(port: str) -> bool:
    """Whether ``port`` is a pseudo-terminal: no network is behind it, whatever it says."""
    return os.path.realpath(port).startswith("/dev/pts/")
