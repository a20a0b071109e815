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
from kiosk.settings import PROJECT, Settings

if TYPE_CHECKING:
    from kiosk.directory.places.spot import Spot
    from kiosk.shelf import Shelf

log = logging.getLogger(__name__)

START_S = 1.0
"""From core's start: whoever lifts the handset at once has three keys to press before anything is asked."""
LOOK_S = 5.0
"""How often it is looked whether there is another index, or another bundle."""
BUILD_S = 1800.0
"""For building, or for reading it through; a Pi takes minutes for 140,000 services."""
AGAIN_S = 300.0
"""After a build that failed, the next one."""
PROVE_S = 86_400.0
"""From one reading of the whole index to the next: cards lose bits, and a search reads only some pages."""
FIRST_PROOF_S = 900.0
"""After the index was opened: a terminal that is switched off every night proves its index too."""


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

    def __init__(
        self, settings: Settings, clock: SystemClock, look_s: float = LOOK_S, proof_s: float = FIRST_PROOF_S
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._look_s = look_s
        self._proof_s = proof_s
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

    def locate(self, place: str, on_spot: "Callable[[Spot | None], None]") -> None:
        """Let ``on_spot`` have the place that is most likely meant, on this loop; None: there is none like it."""
        self._thread.submit(lambda: self._loop.call_soon_threadsafe(on_spot, self._located(place)))

    def clock(self) -> Clock:
        """What this terminal knows of the time. Any thread."""
        now = datetime.fromtimestamp(self._clock.wall_ms() / 1000, UTC).astimezone()
        return Clock(now, self._clock.quality() is not ClockQuality.NONE)

    @property
    def bundle(self) -> str:
        """SHA-256 of the records that are open, hex; empty while none are."""
        return "" if self._shelf is None else self._shelf.label.bundle

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
            await self._until_there_is_another()

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

    async def _until_there_is_another(self) -> None:
        """Look for another index or bundle, and prove this one from time to time."""
        proof_at = self._loop.time() + self._proof_s
        while True:
            await asyncio.sleep(self._look_s)
            if self._is_damaged or await self._in_thread(self._is_changed):
                return
            if self._loop.time() >= proof_at:
                # What can be read of a damaged one answers while another is made beside it: each part that is shown
                # proves itself.
                whole = await self._prove() or await self._build()
                proof_at = self._loop.time() + (PROVE_S if whole else AGAIN_S)

    async def _prove(self) -> bool:
        """Let a child read the index through; False when it is damaged."""
        from kiosk.shelf import proof_command

        why = await self._done(proof_command(self._settings))
        if why:
            log.error("the directory's index is damaged: %s", why)
        return not why

    async def _build(self) -> bool:
        """Let a child make the index; True when it has."""
        from kiosk.shelf import build_command

        why = await self._done(build_command(self._settings))
        if why:
            self.fault = f"the directory cannot be built: {why}"
            log.error("%s", self.fault)
        return not why

    async def _done(self, command: list[str]) -> str:
        """Let a child do ``command``; why it could not, empty when it has."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                cwd=PROJECT,
            )
        except OSError as error:
            return str(error)
        try:
            async with asyncio.timeout(BUILD_S):
                _, said = await process.communicate()
        except TimeoutError:
            return f"it took more than {BUILD_S:.0f} s"
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == 0:
            return ""
        return said.decode(errors="replace").strip()[-300:] or f"it ended with {process.returncode}"

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
        try:
            return self._shelf.search(question, self.clock())
        except Exception as error:
            # Whatever it is, the person is told at once; the index is built again. No word of the question here.
            log.error("the directory cannot be read: %s", type(error).__name__)
            self._is_damaged = True
            return None

    def _located(self, place: str) -> "Spot | None":
        from kiosk.directory.places.gazetteer import gazetteer
        from kiosk.directory.places.mention import likeliest

        try:
            found = gazetteer().find(place) if place else ()
        except KioskError as error:
            log.error("places cannot be looked up: %s", type(error).__name__)
            return None
        named_so = [spot for spot in found if spot.name == found[0].name]
        return likeliest(named_so, self._shelf.near if self._shelf else None) if named_so else None

    def _close(self) -> None:
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None
