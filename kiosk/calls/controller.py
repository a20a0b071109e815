"""Performs the call machine's effects and arms its one timer. The shell around the pure core.

On core's event loop only. It never waits: lines answer by events, and records go to a keeper that takes them at
once and writes them elsewhere.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Protocol, assert_never

import msgspec

from kiosk.calls.dialplan import DialPlan, Refusal
from kiosk.calls.line import AttemptId, Line, LineHealth, LineKind
from kiosk.calls.machine import advance, deadline
from kiosk.calls.record import CallRecord
from kiosk.calls.states import (
    CallAsked,
    Checkpoint,
    Connected,
    DeadlinePassed,
    Dial,
    Effect,
    Event,
    FileRecord,
    HangUp,
    Idle,
    Look,
    Looked,
    Moment,
    RefusedNumberAsked,
    SendDigit,
    State,
    live_tries,
)
from kiosk.calls.visit import CallRules
from kiosk.directory.search.question import Answer, Question

log = logging.getLogger(__name__)


class Alarm(Protocol):
    """An armed timer."""

    def cancel(self) -> None: ...


class Time(Protocol):
    """Clock, timer and identifiers: the loop's in production, a virtual one in tests."""

    def now(self) -> float:
        """Monotonic seconds."""

    def wall_ms(self) -> int: ...

    def fresh_id(self) -> str:
        """A new ULID."""

    def call_at(self, when: float, callback: Callable[[], None]) -> Alarm: ...


class Keeper(Protocol):
    """Where records go. Both return at once."""

    def checkpoint(self, record: CallRecord) -> None: ...

    def file(self, record: CallRecord) -> None: ...


class Library(Protocol):
    """Where the directory is asked. Returns at once; the answer comes later, on the same loop, or never.

    It comes to ``on_answer``; None: the directory cannot be read.
    """

    def ask(self, question: Question, on_answer: Callable[[Answer | None], None]) -> None: ...


class MediaFigures(msgspec.Struct, frozen=True):
    """What the voice process measured of one attempt."""

    codec: str = ""
    loss_pct: float | None = None
    jitter_ms: float | None = None
    first_audio_ms: int | None = None


class Controller:
    """The call machine, running. ``on_change(state)`` is called after every event that changed the state."""

    def __init__(
        self,
        rules: CallRules,
        plan: DialPlan,
        lines: Mapping[LineKind, Line],
        keeper: Keeper,
        on_change: Callable[[State], None],
        time: Time,
        library: Library | None = None,
    ) -> None:
        self._rules = rules
        self._plan = plan
        self._lines = lines
        self._keeper = keeper
        self._on_change = on_change
        self._time = time
        self._library = library
        self._alarm: Alarm | None = None
        self._figures: dict[AttemptId, MediaFigures] = {}
        self._line_of: dict[AttemptId, LineKind] = {}
        self.state: State = Idle()

    @property
    def health(self) -> dict[LineKind, LineHealth]:
        """What is known of each line now."""
        return {kind: line.health for kind, line in self._lines.items()}

    def ask_for(self, number: str) -> Refusal | None:
        """A number was asked for: call it if the dial plan allows; else the refusal, which the person hears too."""
        target = self._plan.target(number)
        if isinstance(target, Refusal):
            self.handle(RefusedNumberAsked())
            return target
        self.handle(CallAsked(target))
        return None

    def handle(self, event: Event) -> None:
        """Let the machine take ``event``, and do what it says."""
        before = self.state
        moment = Moment(self._time.now(), self._time.wall_ms(), self._time.fresh_id(), self.health)
        self.state, effects = advance(before, event, moment, self._rules)
        if type(before) is not type(self.state):
            tries = live_tries(self.state) or live_tries(before)
            log.info(
                "%s -> %s %s", type(before).__name__, type(self.state).__name__, tries[-1].attempt if tries else ""
            )
        self._arm()
        for effect in effects:
            self._perform(effect)
        if self.state is not before:
            self._on_change(self.state)
        if isinstance(self.state, Idle):
            self._figures.clear()
            self._line_of.clear()

    def note_figures(self, attempt: AttemptId, figures: MediaFigures) -> None:
        """Remember what was measured of an attempt, for its visit's record."""
        if attempt in self._line_of:
            self._figures[attempt] = figures

    def _arm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        due = deadline(self.state, self._rules)
        if due is not None:
            self._alarm = self._time.call_at(due, lambda: self.handle(DeadlinePassed()))

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Dial(attempt=attempt, line=kind, number=number, language=language):
                self._line_of[attempt] = kind
                self._lines[kind].dial(attempt, number, language)
            case HangUp(attempt=attempt):
                # An attempt of a visit that is over may still answer: whichever line has it lets it go.
                kinds = [self._line_of[attempt]] if attempt in self._line_of else list(self._lines)
                for kind in kinds:
                    self._lines[kind].hang_up(attempt)
            case SendDigit(attempt=attempt, digit=digit):
                self._lines[self._line_of[attempt]].send_digit(attempt, digit)
            case Look(look=look, question=question):
                if self._library is not None:
                    self._library.ask(question, lambda answer: self.handle(Looked(look, answer)))
            case Checkpoint(record=record):
                self._keeper.checkpoint(self._completed(record))
            case FileRecord(record=record):
                self._keeper.file(self._completed(record))
            case _:
                assert_never(effect)

    def _completed(self, record: CallRecord) -> CallRecord:
        """``record`` with what only the shell knows: engines and media figures."""
        attempts = []
        for number, each in enumerate(record.attempts, start=1):
            attempt = AttemptId(f"{record.visit}-{number}")
            figures = self._figures.get(attempt, MediaFigures())
            line = self._lines.get(each.line)
            attempts.append(
                msgspec.structs.replace(
                    each,
                    engine=line.engine if line is not None else "",
                    codec=figures.codec or each.codec,
                    loss_pct=figures.loss_pct,
                    jitter_ms=figures.jitter_ms,
                    first_audio_ms=figures.first_audio_ms,
                )
            )
        return msgspec.structs.replace(record, attempts=attempts)


def busy_line(state: State) -> LineKind | None:
    """The line that a call is on, from its dialling to its end; of two, the mobile one, whose data stops meanwhile."""
    lines = {one.line for one in live_tries(state)}
    return LineKind.GSM if LineKind.GSM in lines else next(iter(lines), None)


def joined_line(state: State) -> tuple[AttemptId, LineKind] | None:
    """The attempt that the caller speaks on, and its line; None when there is none."""
    return (state.one.attempt, state.one.line) if isinstance(state, Connected) else None
