"""Watches over handset, hook and keys in core: runs the cradle test when it is due, and knows what is at fault.

On core's event loop, but for the card: its files are written by a thread of their own, and nothing waits for them.
Times are the loop's, in seconds. Whatever it finds, the terminal goes on taking calls; what it says puts out the light.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from hardware.inputs import HOOK, ButtonPressed, InputFailed, InputRecovered, KeyPressed, PanelEvent
from kiosk.audio.signal import Levels, Signal
from kiosk.calls.states import Idle, State, live_tries
from kiosk.errors import BadInput, KioskError, NeedsTechnician, RetryLater
from kiosk.handset.files import KEPT, CradleFiles, Result
from kiosk.handset.hook import FAULTS, HookTrouble, HookWatch
from kiosk.handset.verdict import CALIBRATIONS, Calibration, Course, Verdict, calibrated, fault_text, judge, lost_db
from kiosk.settings import Settings
from kiosk.voip.wire import Command, CradleHeard, TestCradle

log = logging.getLogger(__name__)

START_S = 60.0
"""From the start to the first test: the terminal has settled, and a core that crashes again and again does not beep."""
ANSWER_S = 3.0
"""Beyond the test's own length: without an answer by then the voice process has other cares."""
METHODS = frozenset({"handset.test", "handset.calibrate", "handset.trend"})


@dataclass(frozen=True)
class _Run:
    number: int
    levels: "asyncio.Future[Levels]"


class Warden:
    """``send`` hands a command to the voice process, False when there is none; ``wall_ms`` is the wall clock.

    ``now``: monotonic seconds, the loop's unless a test turns the clock.
    """

    def __init__(
        self,
        settings: Settings,
        send: Callable[[Command], bool],
        wall_ms: Callable[[], int],
        now: Callable[[], float] | None = None,
    ) -> None:
        self._own = own = settings.cradle
        self._send = send
        self._wall_ms = wall_ms
        self._signal = Signal(hertz=own.hertz, note_s=own.note_s, dbfs=own.dbfs)
        self._files = CradleFiles(Path(settings.terminal.state_dir) / "handset")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="handset")
        self._hook = HookWatch(settings.hardware.stuck_hook_s)
        self._loop = asyncio.get_running_loop()
        self._now = now or self._loop.time
        self._due_at = self._now() + START_S
        self._number = 0
        self._running: _Run | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_idle = True
        self._visit_called = False
        self._was_broken_off = False
        self._is_asking_cradle = False
        self._has_asked_cradle = False
        self._not_good = 0
        """Tests in a row that were not good: the pause before the next one doubles with each."""
        self.calibration: Calibration | None = None
        self.trend: tuple[Result, ...] = ()
        self.course = Course()
        self.is_possible = settings.audio.hears_itself
        """False where no way leads from the earpiece to the microphone: no sound card."""
        self.inputs: dict[str, str] = {}
        """Inputs at fault: name to what is wrong."""
        self.card_fault = ""

    async def load(self) -> None:
        """Read what the card remembers; call once. Never raises."""
        self.calibration = await self._loop.run_in_executor(self._thread, self._files.calibration)
        self.trend = await self._loop.run_in_executor(self._thread, self._files.trend)
        if self.calibration is not None and not self.calibration.fits(self._own.hertz, self._own.dbfs):
            log.warning("cradle test: the calibration is of other notes: run kiosk handset calibrate")
            self.calibration = None
        for each in self.trend:
            self.course = self.course.after(each.verdict)
        self.card_fault = "; ".join(self._files.set_aside)

    def close(self, *, wait: bool = False) -> None:
        """Let tests and thread go; ``wait`` until all is written. Otherwise the interpreter does, at its end."""
        for task in self._tasks:
            task.cancel()
        self._thread.shutdown(wait=wait)

    # --- what core tells --------------------------------------------------------------------------------------

    def follow(self, state: State) -> None:
        """The call machine is in ``state`` now."""
        now = self._now()
        is_idle = isinstance(state, Idle)
        busy = bool(live_tries(state))
        self._visit_called = self._visit_called or busy
        if is_idle and not self._is_idle:
            if self._visit_called or self._was_broken_off:
                self._due_at = min(self._due_at, now + self._own.after_visit_s)
            self._visit_called = self._was_broken_off = False
        self._is_idle = is_idle
        self._hook.is_told(off_hook=not is_idle, busy=busy, now=now)

    def feel(self, event: PanelEvent) -> None:
        """The panel told of ``event``."""
        match event:
            case ButtonPressed() | KeyPressed():
                self._hook.pressed(self._now())
            case InputFailed(name=name, fault=fault):
                self.inputs[name] = fault
                if name == HOOK:
                    self._hook.chatters(True)
            case InputRecovered(name=name):
                self.inputs.pop(name, None)
                if name == HOOK:
                    self._hook.chatters(False)
            case _:
                pass

    def touched(self) -> None:
        """Somebody touched the screen: a sign of life off hook, and nothing on hook."""
        if not self._is_idle:
            self._hook.pressed(self._now())

    def hear(self, answer: CradleHeard) -> None:
        """The voice process's word on a test."""
        run = self._running
        if run is None or run.number != answer.test or run.levels.done():
            return
        if answer.levels is not None:
            run.levels.set_result(answer.levels)
        elif not answer.is_possible:
            run.levels.set_exception(
                NeedsTechnician("this handset has no sound card: [audio] backend is not device; nothing can be tested")
            )
        else:
            self._was_broken_off = True
            run.levels.set_exception(RetryLater("the handset was lifted: hang up and try again"))

    def tick(self, *, can_play: bool) -> None:
        """Start the test if it is due; call a few times a second. ``can_play``: voice and sound card are well."""
        now = self._now()
        if not (self._own.enabled and self.is_possible and self._is_idle and can_play) or self._running is not None:
            return
        suspected = self._hook.suspects(now)
        self._has_asked_cradle = self._has_asked_cradle and suspected
        if suspected and not self._has_asked_cradle and self.calibration is not None:
            self._has_asked_cradle = self._is_asking_cradle = True
            self._spawn(self._ask_where_the_handset_is())
        elif now >= self._due_at:
            self._due_at = now + self._own.every_s
            self._spawn(self._test_by_itself())

    # --- what is at fault ---------------------------------------------------------------------------------------

    @property
    def cradle_fault(self) -> str:
        """What the cradle test found, in English for the technician; empty: nothing."""
        return fault_text(self.course)

    @property
    def hook(self) -> HookTrouble:
        """What is wrong with the hook."""
        found = self._hook.trouble(self._now())
        return HookTrouble.NONE if self._is_asking_cradle and found is not HookTrouble.STUCK_UP else found

    @property
    def hook_fault(self) -> str:
        """The same, in English for the technician."""
        return FAULTS[self.hook]

    @property
    def input_faults(self) -> list[str]:
        """Keys and buttons at fault, in English for the technician."""
        return [
            f"{name}: {fault}; ignored until it comes back by itself; see its contact and its cable"
            for name, fault in sorted(self.inputs.items())
            if name != HOOK
        ]

    # --- the socket -----------------------------------------------------------------------------------------------

    async def answer(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """What ``METHODS`` answer. Raises: KioskError."""
        if params:
            raise BadInput(f"{method}: takes no parameters")
        match method:
            case "handset.test":
                return {**msgspec.to_builtins(self._take(await self._test())), **self._summary()}
            case "handset.calibrate":
                return await self._calibrate()
            case "handset.trend":
                return {**self._summary(), "tests": msgspec.to_builtins(self.trend)}
        raise BadInput(f"{method}: no such method; one of {', '.join(sorted(METHODS))}")

    def _summary(self) -> dict[str, Any]:
        return {
            "calibration": msgspec.to_builtins(self.calibration),
            "bad_in_a_row": self.course.bad,
            "fault": self.cradle_fault,
        }

    async def _calibrate(self) -> dict[str, Any]:
        tests = [await self._test() for _ in range(CALIBRATIONS)]
        made = calibrated(tests, self._own.hertz, self._own.dbfs, self._wall_ms())
        await self._loop.run_in_executor(self._thread, self._files.keep_calibration, made)
        self.calibration = made
        log.info("cradle test: calibrated")
        return {**msgspec.to_builtins(self._take(tests[-1])), **self._summary()}

    # --- one test -------------------------------------------------------------------------------------------------

    async def _test(self) -> Levels:
        """One test. Raises: RetryLater (handset lifted, no answer), NeedsTechnician (nothing to test)."""
        if not self._is_idle:
            raise RetryLater("the handset is off its hook: hang up and try again")
        if self._running is None:
            self._number += 1
            self._running = _Run(self._number, self._loop.create_future())
        run = self._running
        try:
            if not self._send(TestCradle(run.number, self._signal)):
                raise RetryLater("the voice process is not ready: try again in a moment")
            return await asyncio.wait_for(asyncio.shield(run.levels), self._signal.whole_s + ANSWER_S)
        except TimeoutError:
            raise RetryLater("the voice process gave no answer: try again in a moment") from None
        finally:
            if not run.levels.done():
                run.levels.cancel()
            self._running = None

    def _take(self, levels: Levels) -> Result:
        """Judge a test, keep it in the trend, and set the time of the next."""
        calibration = self.calibration
        verdict = judge(levels, calibration)
        result = Result(
            at_ms=self._wall_ms(),
            verdict=verdict,
            tone_dbfs=levels.tone_dbfs,
            noise_dbfs=levels.noise_dbfs,
            snr_db=levels.snr_db,
            delay_ms=levels.delay_ms,
            lost_db=None if calibration is None else lost_db(levels, calibration),
        )
        before, self.course = self.course, self.course.after(verdict)
        if before.is_fault != self.course.is_fault:
            log.warning("handset: %s", self.cradle_fault or "the test tone is heard again")
        self._not_good = 0 if verdict in (Verdict.OK, Verdict.NO_CALIBRATION) else self._not_good + 1
        pause = self._own.every_s
        if self._not_good:
            pause = min(pause, self._own.again_s * 2.0 ** min(self._not_good - 1, 16))
        self._due_at = self._now() + pause
        self.trend = (*self.trend, result)[-KEPT:]
        self._keep(self.trend)
        if verdict is Verdict.OK:
            self._hook.handset_is_there()
            self._has_asked_cradle = False
        return result

    async def _test_by_itself(self) -> None:
        try:
            self._take(await self._test())
        except RetryLater as error:
            self._due_at = self._now() + self._own.again_s
            log.info("cradle test: %s", error)
        except KioskError as error:
            log.info("cradle test: %s", error)

    async def _ask_where_the_handset_is(self) -> None:
        """Keys on hook: is the handset there, or does the hook lie? A bad test says nothing of the handset here."""
        try:
            levels = await self._test()
            if judge(levels, self.calibration) is Verdict.OK:
                self._take(levels)
        except KioskError as error:
            log.info("cradle test: %s", error)
        finally:
            self._is_asking_cradle = False

    def _keep(self, trend: tuple[Result, ...]) -> None:
        def write() -> None:
            try:
                self._files.keep_trend(trend)
                self.card_fault = ""
            except NeedsTechnician as error:
                self.card_fault = str(error)
                log.error("%s", error)

        self._thread.submit(write)

    def _spawn(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
