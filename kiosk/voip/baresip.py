"""The native SIP engine: :class:`kiosk.voip.engine.Engine` over the baresip-python binding.

One engine a process, once: the stack is process-global and does not come back after it stopped. When
:attr:`BaresipEngine.needs_restart` turns true (the stack died), end the process with ``os._exit`` after
:meth:`BaresipEngine.close` and start a new one. All methods belong to the event loop's thread
but :meth:`BaresipEngine.audio` and what it returns, which belong to any (one reader, one writer).
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence

import baresip
from baresip import BaresipError, Event, StackEvent, StaleHandleError

from kiosk.calls.line import Alerted, Answered, AttemptId, Cause, Ended, Progressed
from kiosk.errors import NeedsTechnician
from kiosk.voip.baresip_call import BaresipAudio, CallState, stats_of
from kiosk.voip.baresip_config import account_words, config_text, dial_uri
from kiosk.voip.baresip_log import NativeLines
from kiosk.voip.causes import Phase, cause_of_text
from kiosk.voip.engine import Account, DigitHeard, EngineEvent, MediaStats
from kiosk.voip.silence import in_words

log = logging.getLogger(__name__)

CLOSE_S = 1.0
_WATCH_S = 0.25
_CODEC_LINE_S = 0.1
_DTLS_S = 2.0
_MAX_CALLS = 8


class BaresipEngine:
    """See :class:`kiosk.voip.engine.Engine`.

    ``stall_after_s``: silence of the far end's packets that makes a :class:`MediaStalled`; what it reports of ours is
    timed in :mod:`kiosk.voip.outward`. ``response_s``: how long an INVITE may go without 18x or a final response.
    ``ring_s``: how long it may ring.
    """

    name = "baresip"

    def __init__(self, *, stall_after_s: float = 2.0, response_s: float = 32.0, ring_s: float = 180.0) -> None:
        self._stall_after_s, self._response_s, self._ring_s = stall_after_s, response_s, ring_s
        self._runtime: baresip.Runtime | None = None
        self._uas: list[baresip.UserAgent] = []
        """One for each account, in their order."""
        self._emit: Callable[[EngineEvent], None] = lambda event: None
        self._accounts: Sequence[Account] = ()
        self._calls: dict[AttemptId, CallState] = {}
        self._by_handle: dict[int, CallState] = {}
        self._dialling = 0
        self._unclaimed: list[StackEvent] = []
        self._codec_line = ""
        self._codec_told = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.needs_restart = False
        """True when only a new process can dial again."""

    # --- life -----------------------------------------------------------------------------------------------

    async def start(self, accounts: Sequence[Account], emit: Callable[[EngineEvent], None]) -> None:
        """Raises: NeedsTechnician when the stack cannot come up."""
        self._accounts, self._emit = accounts, emit
        config = baresip.Config(
            net_interface=accounts[0].local_address or None,
            native_log_level="info",
            max_concurrent_calls=_MAX_CALLS,
            extra_config_text=config_text(),
        )
        runtime = baresip.Runtime(command_timeout=2.0)
        NativeLines(asyncio.get_running_loop(), self._codec_is).attach()
        try:
            await runtime.start(config)
            runtime.subscribe(self._on_event)  # before any dialling: a 486 is here before dial() returns
            runtime.on_dead = self._died
            for account in accounts:
                ua = await baresip.UserAgent.create(
                    runtime, baresip.Account(**account_words(account)), transfer_policy="reject"
                )
                ua.on_incoming(lambda call: self._spawn(self._reject(call)))
                self._uas.append(ua)
        except (BaresipError, OSError, ValueError) as error:
            raise NeedsTechnician(f"the SIP stack does not start: {error}; check the voip settings") from error
        self._runtime = runtime
        self._spawn(self._watch())

    async def close(self) -> None:
        """At most 2 s. End the process after it: the stack does not start twice."""
        if self._runtime is None or self._closing:
            return
        self._closing = True
        live = [call for call in self._calls.values() if not call.ended]
        for call in live:
            call.hanging_up = True
        for call in list(self._by_handle.values()):  # also those that linger
            await self._hang_up_native(call)
        if live:
            await asyncio.wait([asyncio.create_task(call.over.wait()) for call in live], timeout=CLOSE_S)
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(BaresipError, TimeoutError):
            await asyncio.wait_for(self._runtime.close(), 0.5)

    # --- calls ----------------------------------------------------------------------------------------------

    async def dial(self, attempt: AttemptId, number: str, headers: Mapping[str, str], account: int = 0) -> None:
        for old in [a for a, call in self._calls.items() if call.ended]:
            del self._calls[old]
        call = self._calls[attempt] = CallState(attempt, BaresipError)
        if not self._uas or self._closing or self.needs_restart:
            self._end(call, Cause.UNREACHABLE)
            return
        self._dialling += 1
        try:
            native = await self._uas[account].dial(dial_uri(self._accounts[account], number), dict(headers))
        except baresip.NoLocalAddressError as error:
            log.info("%s not dialled: %s", attempt, type(error).__name__)
            self._end(call, Cause.UNREACHABLE)
            return
        except (BaresipError, ValueError) as error:
            log.warning("%s not dialled: %s", attempt, type(error).__name__)
            self._end(call, Cause.FAILED)
            return
        finally:
            self._dialling -= 1
        call.native, call.dialled_at = native, time.monotonic()
        call.heeds_reports = self._accounts[account].heed_reports
        self._by_handle[native.handle] = call
        waiting, self._unclaimed = self._unclaimed, []
        for event in waiting:
            self._on_event(event)
        if call.hanging_up:
            await self._hang_up_native(call)

    async def hang_up(self, attempt: AttemptId) -> None:
        call = self._calls.get(attempt)
        if call is None or call.ended or call.hanging_up:
            return
        if call.native is None:
            # Its INVITE is on its way to the stack, and is taken back by dial().
            call.hanging_up = True
            self._end(call, Cause.HUNG_UP_BY_CALLER)
            return
        await self._give_up(call, Cause.HUNG_UP_BY_CALLER)

    async def send_digit(self, attempt: AttemptId, digit: str) -> None:
        call = self._calls.get(attempt)
        if call is not None and call.native is not None and not call.ended:
            with contextlib.suppress(BaresipError):
                await call.native.send_dtmf(digit)

    def audio(self, attempt: AttemptId) -> BaresipAudio | None:
        call = self._calls.get(attempt)
        if call is None or call.native is None or call.ended:
            return None
        return call.sound()

    def stats(self, attempt: AttemptId) -> MediaStats:
        call = self._calls.get(attempt)
        return stats_of(call) if call is not None else MediaStats()

    # --- what the stack says --------------------------------------------------------------------------------

    def _on_event(self, event: StackEvent) -> None:
        if event.call:
            call = self._by_handle.get(event.call)
            if call is not None:
                self._on_call_event(call, event)
            elif self._dialling:
                self._unclaimed.append(event)

    def _on_call_event(self, call: CallState, event: StackEvent) -> None:
        call.look_in(event.call_id, lambda digit: self._emit(DigitHeard(call.attempt, digit)))
        if event.event is Event.CALL_CLOSED:
            self._closed(call, event)
            return
        if call.ended or call.hanging_up:
            if event.event in (Event.CALL_RINGING, Event.CALL_PROGRESS, Event.CALL_ESTABLISHED):
                self._spawn(self._hang_up_native(call))  # it crossed our hang-up
            return
        match event.event:
            case Event.CALL_RINGING:
                call.phase = Phase.ALERTING
                self._emit(Alerted(call.attempt, early_media=call.sound() is not None))
            case Event.CALL_PROGRESS:
                self._spawn(self._progressed(call))
            case Event.CALL_ESTABLISHED:
                call.phase, call.answered_at = Phase.ANSWERED, time.monotonic()
                call.heard_at = call.answered_at
                self._spawn(self._answered(call))
            case Event.CALL_HOLD | Event.CALL_RESUME:
                call.hold(event.event is Event.CALL_HOLD, time.monotonic())
            case Event.CALL_RTCP if event.stats:
                call.report = event.stats

    async def _progressed(self, call: CallState) -> None:
        # The event comes a moment before the sound it announces.
        for _ in range(10):
            if call.sound() is not None:
                break
            await asyncio.sleep(0.005)
        if not call.ended and call.phase is Phase.TRYING:
            call.progressed = True
            self._emit(Progressed(call.attempt, early_media=call.sound() is not None))

    async def _answered(self, call: CallState) -> None:
        # The codec's name is in a line of the stack's log, which comes by another thread: it may be a moment late.
        # With DTLS the sound begins after its handshake, and "answered" means that sound crosses.
        dtls = any(account.srtp == "dtls" for account in self._accounts)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._codec_told.wait(), _DTLS_S if dtls else _CODEC_LINE_S)
        call.codec = self._codec_line or call.codec_by_rate()
        self._codec_line = ""
        self._codec_told.clear()
        if not call.ended:
            self._emit(Answered(call.attempt, call.codec))

    def _closed(self, call: CallState, event: StackEvent) -> None:
        if event.stats:
            call.report = event.stats
        self._by_handle.pop(event.call, None)
        call.part()
        cause, status = cause_of_text(event.text or "", call.phase)
        if call.hanging_up:
            cause, status = call.cause or Cause.HUNG_UP_BY_CALLER, None
        self._end(call, cause, status)

    def _codec_is(self, name: str) -> None:
        self._codec_line = name
        self._codec_told.set()

    def _died(self) -> None:
        self.needs_restart = True
        for call in list(self._calls.values()):
            self._end(call, Cause.ENGINE_LOST)

    # --- our own doings -------------------------------------------------------------------------------------

    def _end(self, call: CallState, cause: Cause, status: int | None = None) -> None:
        if call.ended:
            return
        call.ended = True
        call.over.set()
        log.info("%s ended in %s: %s %s", call.attempt, call.phase, cause, status or "")
        # Never from inside a method: whoever called dial() or hang_up() is not ready for the answer yet.
        asyncio.get_running_loop().call_soon(self._emit, Ended(call.attempt, cause, status))

    async def _hang_up_native(self, call: CallState) -> None:
        assert call.native is not None
        try:
            await call.native.hangup()
        except StaleHandleError:
            pass  # it hung up at the same moment; its event is on the way
        except BaresipError:
            log.warning("%s: the stack does not take the hang-up", call.attempt)
        asyncio.get_running_loop().call_later(1.0, self._end, call, call.cause or Cause.HUNG_UP_BY_CALLER)

    async def _give_up(self, call: CallState, cause: Cause) -> None:
        call.cause, call.hanging_up = cause, True
        if call.phase is Phase.TRYING and not call.progressed:
            # Before any response no CANCEL may be sent (RFC 3261 §9.1), and the stack then waits for one in vain. The
            # call is over for us; whatever comes of it now, the proxy releases.
            self._end(call, cause)
        await self._hang_up_native(call)

    async def _reject(self, call: baresip.Call) -> None:
        """A public telephone takes no calls."""
        with contextlib.suppress(BaresipError):
            await call.reject()

    async def _watch(self) -> None:
        """Everything that only the clock shows: deadlines and dead sound."""
        while True:
            await asyncio.sleep(_WATCH_S)
            now = time.monotonic()
            for call in list(self._calls.values()):
                if not (call.ended or call.hanging_up or call.native is None):
                    await self._watch_call(call, now)

    async def _watch_call(self, call: CallState, now: float) -> None:
        waited = now - call.dialled_at
        if call.phase is Phase.TRYING and not call.progressed and waited > self._response_s:
            await self._give_up(call, Cause.TIMEOUT)
        elif call.phase is not Phase.ANSWERED and waited > self._ring_s:
            await self._give_up(call, Cause.NO_ANSWER)
        elif call.phase is Phase.ANSWERED and not call.held:
            told = call.silence(self._stall_after_s).judge(now, call.last_heard(now), call.unheard_s())
            if told is not None:
                log.info("%s: %s", call.attempt, in_words(told))
                self._emit(told)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
