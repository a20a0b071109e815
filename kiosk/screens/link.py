"""The screen's end of the switchboard's socket: one thread that reads snapshots and sends what people touch.

The thread owns the client; the main thread owns everything of Kivy. They meet in two queues alone. The switchboard
may go away and come back at any time: the link says since when, and connects again by itself.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

import msgspec

from kiosk.errors import KioskError, RetryLater
from kiosk.ipc import SwitchboardClient
from kiosk.screens.shapes import Key, Press, Request, Simulate, Work
from kiosk.snapshot import Snapshot

log = logging.getLogger(__name__)

LISTEN_S = 0.05
"""How long the thread waits for a push before it looks whether somebody touched the screen."""
RETRY_S = 0.5
REQUEST_S = 2.0
PENDING_DEEDS = 16
"""Touches kept while the switchboard is away are old wishes: few, and dropped when it comes back."""


@dataclass
class Link:
    """Snapshots in, deeds out.

    ``start`` and ``stop`` once each, and every other method, from the main thread.
    """

    client: SwitchboardClient
    """Used by the link's thread alone; connects again when it is asked the next thing."""
    clock: Callable[[], float] = time.monotonic
    retry_s: float = RETRY_S
    _snapshots: queue.SimpleQueue[Snapshot] = field(default_factory=queue.SimpleQueue)
    _deeds: queue.Queue[Request] = field(default_factory=lambda: queue.Queue(PENDING_DEEDS))
    _stopping: threading.Event = field(default_factory=threading.Event)
    _away_since: float | None = None

    def start(self) -> None:
        """Begin to read."""
        self._away_since = self.clock()
        self._thread = threading.Thread(target=self._run, name="switchboard", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """End the thread; what was not sent yet is dropped."""
        self._stopping.set()
        self._thread.join(timeout_s)

    def next_snapshot(self) -> Snapshot | None:
        """The oldest snapshot not yet taken, or None."""
        try:
            return self._snapshots.get_nowait()
        except queue.Empty:
            return None

    def away_s(self) -> float:
        """For how long the switchboard has not answered; 0 while it does."""
        since = self._away_since
        return 0.0 if since is None else self.clock() - since

    def send(self, deed: Request) -> None:
        """Ask the switchboard for ``deed``; returns at once."""
        try:
            self._deeds.put_nowait(deed)
        except queue.Full:
            log.warning("screen: the switchboard is away, a touch is dropped")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except RetryLater as error:
                self._lost(str(error))
            except KioskError as error:
                log.warning("screen: the switchboard refused: %s", error)
            except Exception:
                # The screen must outlive any one message; the log says what it was.
                log.exception("screen: reading the switchboard failed")
                self._lost("unexpected")

    def _turn(self) -> None:
        while not self._deeds.empty():
            what, body = wire_form(self._deeds.get_nowait())
            self.client.request(what, body, REQUEST_S)
        push = self.client.next_push(LISTEN_S)
        if self._away_since is not None:
            log.info("screen: the switchboard answers")
            self._away_since = None
        if push is not None and push.get("type") == "snapshot":
            snapshot = understood(push)
            if snapshot is not None:
                self._snapshots.put(snapshot)

    def _lost(self, why: str) -> None:
        if self._away_since is None:
            log.warning("screen: the switchboard does not answer: %s", why)
            self._away_since = self.clock()
        while not self._deeds.empty():
            self._deeds.get_nowait()
        self._stopping.wait(self.retry_s)


def understood(push: dict[str, Any]) -> Snapshot | None:
    """The snapshot in a message, or None, with a log line, when it is not one that this screen knows."""
    try:
        return msgspec.convert(push, Snapshot)
    except msgspec.ValidationError as error:
        log.warning("screen: a snapshot is ignored, the last picture stays: %s", error)
        return None


def wire_form(deed: Request) -> tuple[str, dict[str, Any]]:
    """The request that asks for ``deed`` (docs/ipc.md)."""
    match deed:
        case Press(name=name):
            return "intent", {"press": name}
        case Key(key=key):
            return "intent", {"key": key}
        case Work(do=do, name=name, value=value):
            return "intent", {"worker": {"do": do, **({name: value} if name else {})}}
        case Simulate(do="press", value=name):
            return "sim", {"do": "press", "name": name}
        case Simulate(do="digit", value=digit):
            return "sim", {"do": "digit", "digit": digit}
        case Simulate(do=do):
            return "sim", {"do": do}
    assert_never(deed)
