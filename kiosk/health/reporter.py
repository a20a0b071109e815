"""Core's health reports: reads the parts, files a record when one is due. On core's loop; nothing waits for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from kiosk.calls.line import LineKind
from kiosk.errors import KioskError
from kiosk.health.pace import Filed, Pace
from kiosk.health.report import Health, TestCallResult
from kiosk.outbox.clock import Clock
from kiosk.outbox.envelope import Event
from kiosk.settings import HealthReports

log = logging.getLogger(__name__)

LOOK_S = 5.0


class _Note(msgspec.Struct):
    """What a core leaves for the next one of the same boot."""

    boot: str
    filed: Filed


class Reporter:
    """``read`` gives the terminal's health, with these test calls; ``file`` takes a record and returns at once.

    ``note`` is a file in the runtime folder (a memory file system, gone with the power).
    """

    def __init__(
        self,
        settings: HealthReports,
        read: Callable[[tuple[TestCallResult, ...]], Awaitable[Health]],
        file: Callable[[Event], None],
        clock: Clock,
        note: Path,
    ) -> None:
        self._read = read
        self._file = file
        self._clock = clock
        self._note = note
        self._pace = Pace(settings, clock.boot_ms() / 1000.0, self._recall())
        self._test_calls: dict[LineKind, TestCallResult] = {}

    @property
    def test_calls(self) -> tuple[TestCallResult, ...]:
        """The last result of each path."""
        return tuple(self._test_calls[kind] for kind in LineKind if kind in self._test_calls)

    def note_test_call(self, result: TestCallResult) -> None:
        """A test call is over; the next report tells of it."""
        self._test_calls[result.path] = result

    async def now(self) -> Health:
        """The report as it would be filed now."""
        return await self._read(self.test_calls)

    async def run(self) -> None:
        """Look again and again, and file what is due; until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except KioskError as error:
                log.error("health report: %s", error)
            except Exception:  # a fault in a report must not end the switchboard
                log.exception("health report failed")

    async def look(self) -> None:
        """One look."""
        health = await self.now()
        now_s = self._clock.boot_ms() / 1000.0
        if not self._pace.is_due(health.verdict, frozenset(health.weak), now_s):
            return
        self._file(Event(id=health.id, kind="health", record=msgspec.json.encode(health)))
        self._pace.filed = Filed(now_s, health.verdict, frozenset(health.weak))
        log.info("health report filed: %s %s", health.verdict, " ".join(health.weak))
        try:
            fresh = self._note.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(_Note(self._clock.boot(), self._pace.filed)))
            fresh.replace(self._note)
        except OSError as error:
            log.warning("%s: %s", self._note, error)

    def _recall(self) -> Filed | None:
        try:
            found = msgspec.json.decode(self._note.read_bytes(), type=_Note)
        except (OSError, msgspec.MsgspecError):
            return None
        return found.filed if found.boot == self._clock.boot() else None
