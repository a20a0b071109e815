"""Reads the terminal's parts into one health report. On core's event loop; what may wait for the card has a limit."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ulid import ULID

from kiosk.calls.line import LineHealth, LineKind
from kiosk.errors import KioskError
from kiosk.handset.warden import Warden
from kiosk.health import gauges
from kiosk.health.report import (
    HandsetReport,
    Health,
    InputReport,
    MachineReport,
    OutboxReport,
    TestCallResult,
    clean,
    judged,
    line_reports,
)
from kiosk.keeper import OutboxKeeper
from kiosk.lines import Lines
from kiosk.outbox.clock import SystemClock
from kiosk.readiness import Trouble
from kiosk.settings import Settings

CARD_S = 3.0
"""A card that does not answer by then is reported as such."""


class Gatherer:
    """Reads on demand; the callables tell what core alone knows."""

    def __init__(
        self,
        settings: Settings,
        lines: Lines,
        warden: Warden,
        keeper: OutboxKeeper,
        line_health: Callable[[], Mapping[LineKind, LineHealth]],
        trouble: Callable[[], Trouble],
        panel_fault: Callable[[], str],
    ) -> None:
        self._state_dir = Path(settings.terminal.state_dir)
        self._lines = lines
        self._warden = warden
        self._keeper = keeper
        self._clock = SystemClock()
        self._line_health = line_health
        self._trouble = trouble
        self._panel_fault = panel_fault
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gauges")
        self._versions = gauges.versions()

    async def read(self, test_calls: tuple[TestCallResult, ...]) -> Health:
        """The terminal as it is now."""
        outbox = await self._outbox()
        machine = await self._machine()
        return judged(
            Health(
                id=str(ULID()),
                at_ms=self._clock.wall_ms(),
                trouble=self._trouble().value,
                lines=line_reports(self._line_health()),
                handset=self._handset(),
                test_calls=test_calls,
                panel_fault=clean(self._panel_fault()),
                voice_restarts=self._lines.voice.restarts,
                outbox=outbox,
                machine=machine,
                versions=self._versions,
            )
        )

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=False)

    def _handset(self) -> HandsetReport:
        warden = self._warden
        last = warden.trend[-1] if warden.trend else None
        return HandsetReport(
            sound_fault=clean(self._lines.handset_fault),
            cradle="" if last is None else last.verdict.value,
            calibrated=warden.calibration is not None,
            testable=warden.is_possible,
            bad_in_a_row=warden.course.bad,
            lost_db=None if last is None else last.lost_db,
            tested_at_ms=None if last is None else last.at_ms,
            hook=warden.hook.value,
            inputs=tuple(InputReport(name, fault) for name, fault in sorted(warden.inputs.items())),
        )

    async def _outbox(self) -> OutboxReport:
        fault = self._keeper.fault
        found: Mapping[str, Any] = {}
        try:
            found = await asyncio.wait_for(self._keeper.answer("outbox.stats", {}), CARD_S)
        except TimeoutError:
            fault = fault or "the card does not answer"
        except KioskError as error:
            fault = fault or str(error)
        return OutboxReport(
            queued=found.get("queued", 0),
            quarantined=found.get("quarantined", 0),
            lost=found.get("lost", 0),
            fault=clean(fault),
        )

    async def _machine(self) -> MachineReport:
        def look() -> tuple[int | None, float | None, tuple[str, ...]]:
            return gauges.card_free_mib(self._state_dir), gauges.temperature_c(), gauges.power()

        fault = self._warden.card_fault
        try:
            loop = asyncio.get_running_loop()
            free, temperature, power = await asyncio.wait_for(loop.run_in_executor(self._thread, look), CARD_S)
        except TimeoutError:
            free, temperature, power = None, None, ()
            fault = fault or "the card does not answer"
        return MachineReport(
            boot=self._clock.boot(),
            uptime_s=self._clock.boot_ms() // 1000,
            card_free_mib=free,
            card_fault=clean(fault),
            temperature_c=temperature,
            power=power,
        )
