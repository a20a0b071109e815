"""The social worker's mode in core: its state, its one timer, and its effects done elsewhere.

On core's event loop; nothing on the call path waits for it. Nothing of it is on the card or in the log but what it
sends: a correction, and that a slip was printed.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from functools import lru_cache
from typing import Any, assert_never

from ulid import ULID

from kiosk.calls.states import Idle, LeftOffHook, Menu, Over, State
from kiosk.errors import BadInput
from kiosk.guide.correction import By, Correction
from kiosk.guide.worker import advance, deadline
from kiosk.guide.worker_page import WorkerPage
from kiosk.guide.worker_pages import Words, worker_page
from kiosk.guide.worker_state import (
    Answered,
    CallBegan,
    Done,
    Effect,
    Event,
    FileCorrection,
    HandsetDown,
    HandsetUp,
    Locate,
    Look,
    Moment,
    Placed,
    PrintSlip,
    Rules,
    SendText,
    TimePassed,
    Worker,
)
from kiosk.guide.worker_touch import Open, touch_of
from kiosk.keeper import OutboxKeeper
from kiosk.librarian import Librarian
from kiosk.outbox.envelope import event_of_correction
from kiosk.rules import tongue_of
from kiosk.settings import Settings
from kiosk.speech.catalogue import words_of
from kiosk.takeaway.handing import Handing

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
_FREE = Idle | Menu | Over
"""States in which the screen is nobody else's."""


class Workplace:
    """The mode, running. ``on_change()`` is called on the loop whenever what it shows may have changed."""

    def __init__(
        self,
        settings: Settings,
        librarian: Librarian,
        keeper: OutboxKeeper,
        handing: Handing,
        on_change: Callable[[], None],
    ) -> None:
        self._is_wanted = settings.directory.enabled and settings.directory.worker_mode
        self._languages = settings.terminal.languages
        self._librarian = librarian
        self._keeper = keeper
        self._handing = handing
        self._on_change = on_change
        self._rules = Rules(self._languages[0], handing.has_printer, handing.has_texts)
        self._worker: Worker | None = None
        self._loop = asyncio.get_running_loop()
        self._alarm: asyncio.TimerHandle | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._state: State = Idle()
        self._page: WorkerPage | None = None
        self._paged: Worker | None = None
        """What the page was made from, and when."""
        self._paged_at: object = None

    @property
    def page(self) -> WorkerPage | None:
        """What the screen shows instead of the caller's page; None: nothing."""
        worker, clock = self._worker, self._librarian.clock()
        if worker is None:
            return None
        # Core looks four times a second: made anew when something was touched, or another minute began.
        minute = clock.now.replace(second=0, microsecond=0), clock.is_trusted
        if worker is not self._paged or minute != self._paged_at:
            self._paged, self._paged_at = worker, minute
            try:
                self._page = worker_page(worker, self._rules, _words(worker.language), clock)
            except Exception as error:
                self._give_up(error)
        return self._page

    @property
    def may_open(self) -> bool:
        """Whether the screen may offer the mode: not while somebody calls, or browses by the keys."""
        return self._is_wanted and isinstance(self._state, _FREE)

    def touch(self, document: Mapping[str, Any]) -> None:
        """A touch of the screen. Raises: BadInput for what is none."""
        touch = touch_of(document)
        if isinstance(touch, Open) and touch.language not in ("", *self._languages):
            raise BadInput(f"language {touch.language!r}: give one of {', '.join(self._languages)}")
        if not self._is_wanted:
            raise BadInput("this site has no social worker's mode; set directory.worker_mode and directory.enabled")
        if self.may_open:
            self._handle(touch)

    def follow(self, state: State) -> None:
        """A caller goes first: called after every change of the call machine's state."""
        before, self._state = self._state, state
        try:
            if isinstance(state, Idle | LeftOffHook):
                if type(state) is not type(before):
                    self._handing.visit_over()
                    self._handle(HandsetDown())
            elif isinstance(before, Idle):
                self._handle(HandsetUp())
            elif isinstance(before, _FREE) and not isinstance(state, _FREE):
                self._handle(CallBegan())
        except Exception as error:
            self._give_up(error)

    def close(self) -> None:
        """Forget everything."""
        self._forget()
        for job in self._jobs:
            job.cancel()

    def _forget(self) -> None:
        self._worker = self._page = self._paged = None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _give_up(self, error: Exception) -> None:
        """A fault of ours shuts the mode, and costs no call. Its text may hold what was typed: it is not logged."""
        log.error("the social worker's mode failed: %s", type(error).__name__)
        self._forget()

    def _handle(self, event: Event) -> None:
        before = self._worker
        moment = Moment(self._loop.time(), self._librarian.clock())
        self._worker, effects = advance(before, event, moment, self._rules)
        if before is not None and self._worker is None and isinstance(self._state, Idle):
            self._handing.visit_over()
        if self._alarm is not None:
            self._alarm.cancel()
        due = deadline(self._worker)
        self._alarm = None if due is None else self._loop.call_at(due, self._handle, TimePassed())
        for effect in effects:
            self._do(effect)
        if self._worker is None:
            self._page = self._paged = None
        if self._worker is not before:
            self._on_change()

    def _do(self, effect: Effect) -> None:
        match effect:
            case Look(look=look, question=question):
                self._librarian.ask(question, lambda answer: self._handle(Answered(look, answer)))
            case Locate(look=look, place=place):
                self._librarian.locate(place, lambda spot: self._handle(Placed(look, spot)))
            case PrintSlip():
                self._spawn(self._print(effect))
            case SendText():
                self._spawn(self._send(effect))
            case FileCorrection(relay=relay, wrong=wrong):
                record = Correction(id=_day_id(), relay=relay, bundle=self._librarian.bundle, wrong=wrong, by=By.WORKER)
                self._keeper.file_event(event_of_correction(record))
            case _:
                assert_never(effect)

    async def _print(self, slip: PrintSlip) -> None:
        handed = await self._handing.print(slip.services, slip.language)
        self._handle(Done(handed.notice, handed.is_good))

    async def _send(self, message: SendText) -> None:
        handed = await self._handing.send(message.service, message.number, message.language)
        self._handle(Done(handed.notice, handed.is_good))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        job = self._loop.create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._reap)

    def _reap(self, job: "asyncio.Task[None]") -> None:
        self._jobs.discard(job)
        if not job.cancelled() and isinstance(error := job.exception(), Exception):
            self._give_up(error)


def _day_id() -> str:
    """A ULID with the time of today's beginning: a correction has a day and no hour (docs/privacy.md)."""
    fresh = ULID()
    return str(ULID.from_timestamp(fresh.milliseconds // DAY_MS * DAY_MS / 1000))


@lru_cache(maxsize=8)
def _words(language: str) -> Words:
    return Words(tongue_of(language), words_of(language, "worker"), words_of(language, "takeaway"))
