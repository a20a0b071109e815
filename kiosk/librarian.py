"""Core's hold on the directory: asked in a thread of its own, built by a child process of the lowest priority.

Nothing waits for it: a question gets None at once while there is no index, and the start and every call go on
without. What was asked is in no log and on no card.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.directory.search.question import Answer, Clock, Question
from kiosk.errors import KioskError
from kiosk.outbox.clock import ClockQuality, SystemClock
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.shelf import Shelf

log = logging.getLogger(__name__)

START_S = 1.0
"""From core's start: whoever lifts the handset at once has three keys to press before anything is asked."""
LOOK_S = 5.0
"""How often it is looked whether there is another index, or another bundle."""
BUILD_S = 1800.0
"""For building; a Pi takes minutes for 140,000 services."""
AGAIN_S = 300.0
"""After a build that failed, the next one."""
NICE = "19"


class ShelfState(StrEnum):
    """How the directory is. Wire value of ``status``."""

    OFF = "off"
    """The site has none."""
    OPENING = "opening"
    OPEN = "open"
    BUILDING = "building"
    """There is no index yet, or none that can be read: a child process makes one."""
    MISSING = "missing"
    """There is none, and none could be made; ``fault`` says why."""


class Librarian:
    """The directory behind one thread. Methods on core's event loop."""

    def __init__(self, settings: Settings, clock: SystemClock) -> None:
        self._settings = settings
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="directory")
        self._shelf: Shelf | None = None
        self._seen: object = None
        """Which files were there when the shelf was opened."""
        self._is_damaged = False
        """The index could be opened, and then not be read."""
        self.state = ShelfState.OPENING
        self.fault = ""
        """Why it is not as it should be, in English for the technician."""

    def ask(self, question: Question, on_answer: Callable[[Answer | None], None]) -> None:
        """Let ``on_answer`` have the answer, on this loop; None when it cannot be read. Returns at once."""
        self._thread.submit(lambda: self._loop.call_soon_threadsafe(on_answer, self._answer(question)))

    async def run(self) -> None:
        """Have the newest index open; until cancelled. At once over where the site has no directory."""
        if not self._settings.directory.enabled:
            self.state = ShelfState.OFF
            return
        await asyncio.sleep(START_S)
        while True:
            is_open = await self._in_thread(self._open)
            if not is_open or self._is_outdated:
                # The old one answers while the new one is made beside it.
                self.state = ShelfState.OPEN if is_open else ShelfState.BUILDING
                if not await self._build() or not await self._in_thread(self._open):
                    self.state = ShelfState.OPEN if is_open else ShelfState.MISSING
                    await asyncio.sleep(AGAIN_S)
                    continue
            self.state, self.fault = ShelfState.OPEN, ""
            while True:
                await asyncio.sleep(LOOK_S)
                if self._is_damaged or await self._in_thread(self._is_changed):
                    break

    def status(self) -> dict[str, Any]:
        """For ``kiosk status``."""
        label = None if self._shelf is None else self._shelf.label
        return {
            "state": self.state,
            "services": 0 if label is None else label.services,
            "bundle": "" if label is None else label.bundle[:12],
            "bundle_date": "" if label is None else label.date,
            "near": "" if label is None else label.near,
            "fault": self.fault,
        }

    def close(self) -> None:
        """Let go of the index; what is being asked gets no answer any more."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    @property
    def _is_outdated(self) -> bool:
        return self._shelf is not None and self._shelf.label.is_outdated

    async def _in_thread(self, work: Callable[[], bool]) -> bool:
        return await self._loop.run_in_executor(self._thread, work)

    async def _build(self) -> bool:
        """Let a child make the index; True when it has."""
        from kiosk.shelf import build_command

        try:
            process = await asyncio.create_subprocess_exec(
                *("nice", "-n", NICE, *build_command(self._settings)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            return self._not_built(str(error))
        try:
            async with asyncio.timeout(BUILD_S):
                _, said = await process.communicate()
        except TimeoutError:
            return self._not_built(f"it took more than {BUILD_S:.0f} s")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            return self._not_built(said.decode(errors="replace").strip()[-300:])
        return True

    def _not_built(self, why: str) -> bool:
        self.fault = f"the directory cannot be built: {why}"
        log.error("%s", self.fault)
        return False

    # --- in the directory's thread --------------------------------------------------------------------------

    def _open(self) -> bool:
        # Here, and not above: core answers the handset a second earlier for it on a Pi.
        from kiosk.shelf import Shelf, stamps

        self._close()
        was_damaged, self._is_damaged = self._is_damaged, False
        try:
            if was_damaged:
                self._settings.index_path.unlink(missing_ok=True)
            self._shelf = Shelf.open(self._settings)
        except (KioskError, OSError) as error:
            self.fault = str(error)
            log.warning("the directory is not open: %s", error)
        self._seen = stamps(self._settings)
        return self._shelf is not None

    def _is_changed(self) -> bool:
        from kiosk.shelf import stamps

        return stamps(self._settings) != self._seen

    def _answer(self, question: Question) -> Answer | None:
        if self._shelf is None:
            return None
        now = datetime.fromtimestamp(self._clock.wall_ms() / 1000, UTC).astimezone()
        try:
            return self._shelf.search(question, Clock(now, self._clock.quality() is not ClockQuality.NONE))
        except Exception as error:
            # Whatever it is, the person is told at once; the index is built again. No word of the question here.
            log.error("the directory cannot be read: %s", type(error).__name__)
            self._is_damaged = True
            return None

    def _close(self) -> None:
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None
