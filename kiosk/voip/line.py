"""The VoIP path as the call machine sees it: a :class:`kiosk.calls.line.Line` over the voice process."""

import asyncio
import logging
import math
from collections.abc import Callable

from kiosk.calls.line import (
    AttemptId,
    Cause,
    Ended,
    LineEvent,
    LineHealth,
    LineKind,
    Readiness,
)
from kiosk.settings import Voip
from kiosk.voip.engine import DigitHeard, FarewellReady, Moved, PathLost, PathProved
from kiosk.voip.farewell import Farewell, say
from kiosk.voip.voice import VoiceProcess
from kiosk.voip.wire import (
    DialVoip,
    EngineFailed,
    EngineReady,
    HangUpVoip,
    ProveNow,
    SendVoipDigit,
    VoiceEvent,
)

log = logging.getLogger(__name__)

UNPROVED_AGAIN_S = 30.0
"""A call found the path broken: without a new proof it is held for dead this long, then for merely unproved."""
ENGINE_WAIT_S = 4.0
"""A dial that comes while the engine restarts waits this long for it."""

_PATH_FAULTS = (Cause.UNREACHABLE, Cause.TIMEOUT)


class VoipLine:
    """Dials through the voice process's SIP engine. On core's event loop only."""

    kind = LineKind.VOIP

    def __init__(self, settings: Voip, voice: VoiceProcess, emit: Callable[[LineEvent], None]) -> None:
        self._settings = settings
        self._accounts = 2 if settings.backup.server else 1
        self._voice = voice
        self._emit = emit
        self._live: set[AttemptId] = set()
        self._postponed: dict[AttemptId, DialVoip] = {}
        self._farewells: dict[AttemptId, Farewell] = {}
        self._last_talk = ("", "")
        """Visit and Call-ID of the last call that was up: if it is cut off, the next one asks for the same desk."""
        self._saying: set[asyncio.Task[bool]] = set()
        self._engine_up = self._engine_failed = False
        """The engine dials; it said that in this voice process it never will."""
        self._proved_until: dict[int, float] = {}
        """By account: while this has not passed, its platform's last answer stands."""
        self._lost: dict[int, str] = {}
        """By account: why it cannot carry a call."""
        self._rtt_ms: float | None = None
        """Round-trip time of the signalling, where OPTIONS is answered."""
        self._proved_at: float | None = None
        """Loop time of the last proof."""
        self._fault = "not proved yet"
        self._dead = False
        self._dead_until = 0.0

    @property
    def engine(self) -> str:
        return self._settings.engine

    @property
    def has_engine(self) -> bool:
        """True once the engine has come up, or has said that it will not."""
        return self._engine_up or self._dead

    @property
    def health(self) -> LineHealth:
        now = asyncio.get_running_loop().time()
        age = None if self._proved_at is None else now - self._proved_at
        if not self._engine_up:
            return LineHealth(Readiness.DEAD, self._fault if self._dead else "the SIP engine is starting")
        if any(now < until for until in self._proved_until.values()):
            registered = True if self._settings.register else None
            return LineHealth(Readiness.READY, proof_age_s=age, registered=registered, rtt_ms=self._rtt_ms)
        if self._dead and now < self._dead_until:
            return LineHealth(Readiness.DEAD, self._fault, registered=False if self._settings.register else None)
        return LineHealth(Readiness.UNKNOWN, self._fault, proof_age_s=age)

    def dial(self, attempt: AttemptId, number: str, language: str) -> None:
        self._live.add(attempt)
        visit, returns = self._last_talk
        command = DialVoip(attempt, number, language, returns if visit == _visit(attempt) else "")
        if self._engine_up and self._voice.send(command):
            return
        if self._engine_failed and self._voice.is_ready:
            self._later(attempt, Cause.NOT_READY)
            return
        self._postponed[attempt] = command
        asyncio.get_running_loop().call_later(ENGINE_WAIT_S, self._give_up_postponed, attempt)

    def hang_up(self, attempt: AttemptId) -> None:
        if attempt not in self._live:
            return
        if self._postponed.pop(attempt, None) is not None or not self._voice.send(HangUpVoip(attempt)):
            self._later(attempt, Cause.HUNG_UP_BY_CALLER)

    def send_digit(self, attempt: AttemptId, digit: str) -> None:
        if attempt in self._live:
            self._voice.send(SendVoipDigit(attempt, digit))

    def on_voice_event(self, event: VoiceEvent) -> None:
        """Take what the voice process says of engine, registration and VoIP calls."""
        now = asyncio.get_running_loop().time()
        match event:
            case EngineReady():
                self._engine_up, self._engine_failed = True, False
                self._dead = False
                self._fault = "not proved yet"
                self._proved_until.clear()
                self._lost.clear()
                for command in self._postponed.values():
                    self._voice.send(command)
                self._postponed.clear()
            case EngineFailed(reason=reason):
                self._engine_up, self._engine_failed = False, True
                self._mark_dead(reason, math.inf)
                for attempt in list(self._postponed):
                    self._give_up_postponed(attempt)
            case PathProved(account=account, for_s=for_s, rtt_ms=rtt_ms):
                self._proved_until[account], self._proved_at = now + for_s, now
                self._rtt_ms = rtt_ms if rtt_ms is not None else self._rtt_ms
                self._lost.pop(account, None)
                self._dead, self._fault = False, "the last proof is too old"
            case PathLost(account=account, status=status, reason=reason):
                self._proved_until.pop(account, None)
                self._lost[account] = reason + (f" ({status})" if status else "")
                if not self._proved_until and len(self._lost) >= self._accounts:
                    self._mark_dead("; ".join(self._lost.values()), math.inf)
            case Moved():
                self._engine_up = False  # dials wait for the next process
                self._proved_until.clear()
            case FarewellReady(attempt=attempt, farewell=farewell):
                if attempt in self._live:
                    self._farewells[attempt] = farewell
                    self._last_talk = _visit(attempt), farewell.call_id
            case Ended(attempt=attempt, cause=cause):
                if cause in _PATH_FAULTS:
                    self._mark_dead(f"the last call found it {cause}", now + UNPROVED_AGAIN_S)
                    self._voice.send(ProveNow())
                self._end(event)
            case DigitHeard():
                pass  # told by the voice process for whoever will want it; no state asks for it
            case _ if getattr(event, "attempt", None) in self._live:
                self._emit(event)  # type: ignore[arg-type]
            case _:
                pass

    def on_voice_lost(self) -> None:
        """The voice process died, and every VoIP call with it."""
        self._engine_up = self._engine_failed = False  # the next one may have more luck
        for attempt in list(self._live - self._postponed.keys()):
            farewell = self._farewells.pop(attempt, None)
            if farewell is not None:
                # The listener is not left in a dead call while the rescue rings another desk.
                saying = asyncio.get_running_loop().create_task(say(farewell))
                self._saying.add(saying)
                saying.add_done_callback(self._saying.discard)
            self._end(Ended(attempt, Cause.ENGINE_LOST))

    def _mark_dead(self, reason: str, until: float) -> None:
        """Until the next proof, or ``until`` (loop time)."""
        self._proved_until.clear()
        self._fault, self._dead, self._dead_until = reason, True, until

    def _give_up_postponed(self, attempt: AttemptId) -> None:
        if self._postponed.pop(attempt, None) is not None:
            self._end(Ended(attempt, Cause.NOT_READY))

    def _later(self, attempt: AttemptId, cause: Cause) -> None:
        asyncio.get_running_loop().call_soon(lambda: self._end(Ended(attempt, cause)))

    def _end(self, ended: Ended) -> None:
        if ended.attempt in self._live:
            self._live.discard(ended.attempt)
            self._farewells.pop(ended.attempt, None)
            self._postponed.pop(ended.attempt, None)
            self._emit(ended)


def _visit(attempt: AttemptId) -> str:
    """The visit of an attempt; its number comes after it."""
    return attempt.rpartition("-")[0]
