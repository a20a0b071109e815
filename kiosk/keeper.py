"""Core's pen: takes records at once and writes them to the outbox in a thread of its own, in order.

Nothing on the call path waits for the card (DESIGN §2). What the outbox could not keep is told in the log, in the
status and by the outbox's own count; it never stops a call.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kiosk.calls.record import CallRecord
from kiosk.errors import BadInput, KioskError, NeedsTechnician
from kiosk.outbox.answers import Counted
from kiosk.outbox.clock import SystemClock
from kiosk.outbox.desk import Desk
from kiosk.outbox.envelope import Event, event_of_call
from kiosk.outbox.seal import Seal
from kiosk.outbox.store import Outbox
from kiosk.settings import Settings

log = logging.getLogger(__name__)

CLOSE_S = 5.0
HELD = 500
"""Records held in memory at most while the outbox cannot be opened."""


class OutboxKeeper:
    """The outbox behind one writer thread. Methods on core's event loop.

    ``on_filed()`` is called on the loop when a record has become durable.
    """

    def __init__(self, settings: Settings, on_filed: Callable[[], None]) -> None:
        self._settings = settings
        self._on_filed = on_filed
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._outbox: Outbox | None = None
        self._held: deque[Callable[[Outbox], object]] = deque(maxlen=HELD)
        self.fault = ""
        """Why records are not being kept, in English for the technician; empty when they are."""

    def open(self) -> None:
        """Open the outbox in its thread; calls do not wait for it, records do."""
        self._thread.submit(self._open)

    def retry(self) -> None:
        """Try again what could not be written or opened; call now and then."""
        self._thread.submit(self._retry)

    def checkpoint(self, record: CallRecord) -> None:
        self._thread.submit(self._guarded, lambda outbox: outbox.checkpoint(event_of_call(record)))

    def file(self, record: CallRecord) -> None:
        self.file_event(event_of_call(record))

    def file_event(self, event: Event) -> None:
        """File a record of any kind; returns at once."""

        def put(outbox: Outbox) -> None:
            filed = outbox.put(event)
            self.fault = ""
            if isinstance(filed, Counted):
                self.fault = f"the card is full: {filed.total} records could only be counted; make room on it"
                log.error("%s", self.fault)

        future: Future[bool] = self._thread.submit(self._guarded, put)
        future.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._on_filed))

    async def answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """What the outbox's desk answers. Raises: KioskError."""
        return await self._loop.run_in_executor(self._thread, self._answer, method, params)

    async def close(self) -> None:
        """Write what is still to be written, then let go; at most 5 s."""
        try:
            await asyncio.to_thread(self._thread.submit(self._close).result, CLOSE_S)
        except TimeoutError:
            log.error("the card does not answer: what is not yet written is lost with this process")
        self._thread.shutdown(wait=False)

    # --- in the outbox's thread -----------------------------------------------------------------------------

    def _open(self) -> None:
        own = self._settings.outbox
        try:
            seal = Seal(own.hub_public_key) if own.hub_public_key else None
            Path(self._settings.terminal.state_dir).mkdir(parents=True, exist_ok=True, mode=0o750)
            self._outbox = Outbox(self._settings.outbox_path, SystemClock(), seal, reserve_kib=own.reserve_kib)
        except (KioskError, OSError) as error:
            self.fault = f"the outbox cannot be opened: {error}"
            log.error("%s", self.fault)
            return
        for visit in self._outbox.promoted:
            log.warning("visit %s was cut off by a power cut or a crash: its record is kept", visit)
        self.fault = ""
        self._write_held()
        self._loop.call_soon_threadsafe(self._on_filed)

    def _retry(self) -> None:
        if self._outbox is None:
            self._open()
            return
        if self._held:
            self._write_held()
        with contextlib.suppress(KioskError):  # told when a record is written; this is housekeeping
            self._outbox.tend()

    def _write_held(self) -> None:
        held, self._held = self._held, deque(maxlen=HELD)
        for work in held:
            self._guarded(work)

    def _answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if self._outbox is None:
            raise NeedsTechnician(self.fault or "the outbox is not open yet")
        return Desk(self._outbox).answer(method, params)

    def _guarded(self, work: Callable[[Outbox], object]) -> bool:
        """Do one piece of writing; an error is told and the next piece is tried all the same."""
        if self._outbox is None:
            # The card may have come back (remounted, made room on): try again, and hold the record meanwhile.
            self._open()
        if self._outbox is None:
            self._held.append(work)
            log.error("%d records are held in memory alone: %s", len(self._held), self.fault)
            return False
        try:
            work(self._outbox)
        except BadInput as error:
            # A fault of ours: the same record would be refused again.
            self.fault = str(error)
            log.error("outbox: %s", error)
            return False
        except (KioskError, OSError) as error:
            self.fault = str(error)
            self._held.append(work)
            log.error("outbox: %s; %d records are held in memory", error, len(self._held))
            return False
        return True

    def _close(self) -> None:
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None
