"""A call that proves a path end to end: dialled, answered, and our own notes heard coming back. Core's side.

In the manner of RFC 6881 §15: once a day per path, to a number that answers by itself and echoes, while nobody needs
the terminal. A person who lifts the handset ends it at once. No record is filed; the health report tells the result.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from statistics import median

from ulid import ULID

from kiosk.audio.signal import Signal
from kiosk.calls.line import Answered, AttemptId, Cause, Ended, Line, LineEvent, LineKind
from kiosk.health.report import TestCallResult
from kiosk.lines import Lines
from kiosk.voip.wire import SoundHeard

log = logging.getLogger(__name__)

FIRST_S = 900.0
"""After the start: whoever switched the terminal on may want to use it."""
DAILY_S = 86_400.0
QUIET_S = 300.0
"""Nobody touched the terminal for this long."""
AGAIN_S = 1_800.0
"""After a failure, and after one that a person broke off."""
ANSWER_S = 30.0
SETTLE_S = 0.6
"""From the answer to our first note: the far end's own announcement of itself, and its jitter buffer."""
NOTES = Signal(hertz=(620.0, 1040.0, 1720.0), note_s=0.4, dbfs=-18.0, quiet_s=0.4, longest_delay_s=1.5)
"""Inside what the narrowest telephone codec carries; long enough for a mobile network's delay."""
CLEAR_DB = 10.0
"""Each note was louder than the others in its own time by this much: they came back."""
SOMETHING_DBFS = -50.0
"""Louder than a line's own noise."""


class TestCalls:
    """Places them one at a time. On core's event loop."""

    __test__ = False  # pytest takes a class of this name for one of its own

    def __init__(
        self, number: str, lines: Lines, tell: Callable[[TestCallResult], None], wall_ms: Callable[[], int]
    ) -> None:
        """``number`` empty: none are ever placed by themselves. ``tell`` gets each result."""
        self._number, self._lines, self._tell, self._wall_ms = number, lines, tell, wall_ms
        self._loop = asyncio.get_running_loop()
        self._due = {kind: self._loop.time() + FIRST_S * random.uniform(1.0, 2.0) for kind in lines.by_kind}
        self._quiet_since = self._loop.time()
        self._running: asyncio.Task[TestCallResult] | None = None
        self._attempt: AttemptId | None = None
        self.line: LineKind | None = None
        """The line that one is on just now."""
        self._events: asyncio.Queue[LineEvent] = asyncio.Queue()
        self._heard: asyncio.Future[SoundHeard] | None = None
        lines.on_sound = self._on_sound

    def tick(self, *, is_idle: bool) -> None:
        """Time has passed; ``is_idle``: the handset hangs and nothing is up."""
        now = self._loop.time()
        if not is_idle:
            self._quiet_since = now
            self.break_off()
            return
        if not self._number or self._running is not None or now - self._quiet_since < QUIET_S:
            return
        kind = min(self._due, key=self._due.__getitem__, default=None)
        if kind is not None and now >= self._due[kind]:
            self._start(kind)

    def break_off(self) -> None:
        """Somebody needs the terminal: the line is free again at once."""
        if self._running is not None and self._attempt is not None:
            self._running.cancel()

    def takes(self, event: LineEvent) -> bool:
        """Whether ``event`` is of a test call; it is dealt with then."""
        if event.attempt != self._attempt:
            return event.attempt.startswith(_PREFIX)
        self._events.put_nowait(event)
        return True

    async def now(self, kind: LineKind) -> TestCallResult:
        """One test call on demand; its result. A second one waits for no first one: it gets the running one's."""
        return await asyncio.shield(self._running or self._start(kind))

    def _start(self, kind: LineKind) -> "asyncio.Task[TestCallResult]":
        self.line = kind
        self._running = self._loop.create_task(self._place(kind, self._lines.by_kind[kind]), name=f"test call {kind}")
        self._running.add_done_callback(lambda task: self._over(kind, task))
        return self._running

    def _over(self, kind: LineKind, task: "asyncio.Task[TestCallResult]") -> None:
        self._running = self.line = None
        now = self._loop.time()
        if task.cancelled():
            self._due[kind] = now + AGAIN_S
            return
        if (error := task.exception()) is not None:
            log.error("a test call failed", exc_info=error)
            self._due[kind] = now + AGAIN_S
            return
        result = task.result()
        self._due[kind] = now + (DAILY_S if result.ok else AGAIN_S) * random.uniform(0.95, 1.05)
        log.info("test call over %s: %s", kind, "ok" if result.ok else result.reason)
        self._tell(result)

    async def _place(self, kind: LineKind, line: Line) -> TestCallResult:
        attempt = self._attempt = AttemptId(f"{_PREFIX}{ULID()}")
        self._events = asyncio.Queue()
        self._heard = self._loop.create_future()
        began = self._loop.time()
        line.dial(attempt, self._number, "fr")
        try:
            refusal = await self._answered()
            if refusal:
                return TestCallResult(path=kind, ok=False, reason=refusal, at_ms=self._wall_ms())
            setup_ms = round((self._loop.time() - began) * 1000)
            await asyncio.sleep(SETTLE_S)
            self._lines.test_sound(kind, attempt, NOTES)
            ended = self._loop.create_task(self._until_ended())
            try:
                await asyncio.wait((self._heard, ended), timeout=NOTES.whole_s + 5.0,
                                   return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
            finally:
                ended.cancel()
            return self._judged(kind, setup_ms, self._heard.result() if self._heard.done() else None)
        finally:
            self._lines.end_test(attempt)
            line.hang_up(attempt)

    async def _answered(self) -> str:
        """Why it was not, in English; empty when it was."""
        try:
            async with asyncio.timeout(ANSWER_S):
                while True:
                    match await self._events.get():
                        case Answered():
                            return ""
                        case Ended(cause=cause):
                            return f"the test number was not reached: {cause}" + _HINTS.get(cause, "")
                        case _:
                            pass
        except TimeoutError:
            return f"the test number did not answer within {ANSWER_S:g} s"

    async def _until_ended(self) -> None:
        while not isinstance(await self._events.get(), Ended):
            pass

    def _judged(self, kind: LineKind, setup_ms: int, heard: SoundHeard | None) -> TestCallResult:
        here, there = sounds(heard) if heard is not None else (False, False)
        reason = ""
        if not there:
            reason = (
                "answered and heard, but our notes did not come back: we are mute there, or voip.test_number is no echo"
                if here
                else "answered, and nothing was heard: no sound comes in, or none goes out"
            )
        return TestCallResult(
            path=kind, ok=there, reason=reason, setup_ms=setup_ms, heard_here=here, heard_there=there,
            at_ms=self._wall_ms(),
        )  # fmt: skip

    def _on_sound(self, heard: SoundHeard) -> None:
        if heard.attempt == self._attempt and self._heard is not None and not self._heard.done():
            self._heard.set_result(heard)


def sounds(heard: SoundHeard) -> tuple[bool, bool]:
    """Whether the far end was heard here, and our notes there (they came back). Pure."""
    if heard.levels is None:
        return False, False
    came_back = heard.order_db >= CLEAR_DB and median(heard.levels.tone_dbfs) > SOMETHING_DBFS
    return came_back or heard.loudest_dbfs > SOMETHING_DBFS, came_back


_PREFIX = "test-"
_HINTS: Mapping[Cause, str] = {
    Cause.NOT_FOUND: "; check voip.test_number",
    Cause.FORBIDDEN: "; the trunk does not carry us there",
}
