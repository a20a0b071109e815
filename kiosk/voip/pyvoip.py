"""The pure-Python SIP engine: :class:`kiosk.voip.engine.Engine` over rfcvoip, successor of pyVoIP.

For machines without a wheel of the native stack (32-bit Pi) and by configuration. The library blocks, forgets why a
call failed, never repeats a lost request and prints; here its calls run in threads of ours, every message that it
reads is looked at on the way, and its voice is shut. What it lacks is in docs/voice.md: SRTP, PRACK, early media.
"""

import asyncio
import contextlib
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import rfcvoip
import rfcvoip.RTP
import rfcvoip.SIP
import rfcvoip.VoIP.VoIP as voip

from kiosk.calls.line import Alerted, Answered, AttemptId, Cause, Ended, Progressed
from kiosk.errors import NeedsTechnician, RetryLater
from kiosk.voip.causes import Phase, cause_of, cause_of_errno
from kiosk.voip.engine import Account, DigitHeard, EngineEvent, MediaStats, Registered, RegistrationFailed
from kiosk.voip.pyvoip_call import Call, RfcvoipAudio, free_port, priorities
from kiosk.voip.pyvoip_tap import Abandoned, branch_of, shut_up, tap
from kiosk.voip.retry import Retry
from kiosk.voip.route import Routes, Way, refused

log = logging.getLogger(__name__)

REGISTER_S = 8.0
"""An unanswered REGISTER has failed after this."""
_T1_S = 0.5
_WATCH_S = 0.1
_EAGER_WATCH_S = 0.02
"""While a call may be answered: what its far end says before we notice is lost."""


class RfcvoipEngine:
    """See :class:`kiosk.voip.engine.Engine`; the parameters are those of the native engine."""

    name = "rfcvoip"

    def __init__(self, *, stall_after_s: float = 3.0, response_s: float = 32.0, ring_s: float = 180.0) -> None:
        self._stall_after_s, self._response_s, self._ring_s = stall_after_s, response_s, ring_s
        self._threads = ThreadPoolExecutor(max_workers=6, thread_name_prefix="rfcvoip")
        self._one_dial = threading.Lock()
        self._phone: Any = None
        self._account: Account | None = None
        self._emit: Callable[[EngineEvent], None] = lambda event: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._routes: Routes | None = None
        self._bound = ""
        self._calls: dict[AttemptId, Call] = {}
        self.dialling: Call | None = None
        self._register_status: int | None = None
        self._retry = Retry(lambda: self._spawn(self.register()))
        self._watching: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.needs_restart = False
        """True when only a new process can register and dial again (our address changed)."""

    # --- life -----------------------------------------------------------------------------------------------

    async def start(self, account: Account, emit: Callable[[EngineEvent], None]) -> None:
        """Raises: NeedsTechnician: SRTP asked for, or no socket; BadInput for an unusable server."""
        if account.srtp != "off":
            raise NeedsTechnician(
                f'voip.srtp = "{account.srtp}": the rfcvoip engine has no SRTP; set voip.engine = "baresip"'
            )
        shut_up(rfcvoip, voip, rfcvoip.SIP, rfcvoip.RTP)
        self._account, self._emit, self._loop = account, emit, asyncio.get_running_loop()
        self._routes = Routes(account.server, account.transport)
        try:
            way = await self._routes.find()
            self._bound = account.local_address or way.local
            await self._connected()
        except RetryLater as error:
            # A platform that is down now is no fault of the stack: register() and dial() try again.
            log.warning("starting without a way to the platform: %s", error)
        self._watching = self._loop.create_task(self._watch())
        if account.register:
            self._spawn(self.register())

    def _open(self, account: Account, way: Way) -> None:
        context = None
        if account.transport == "tls":
            context = ssl.create_default_context(cafile=account.ca_file or None)
        low = random.randrange(20_000, 50_000, 200)
        phone = voip.VoIPPhone(
            account.domain, None, account.user, account.password, self._bound, None, free_port(self._bound),
            low, low + 198, account.auth_user or None, way.host, way.port, None, account.transport, context,
            self._routes.host if self._routes and context else None, priorities(account.codecs),
            audio_bit_depth=16, audio_channels=1, audio_output_mode="realtime",
        )  # fmt: skip
        sip = phone.sip
        sip.default_expires = account.register_interval_s
        sip.register_timeout = REGISTER_S
        sip.register = lambda: True  # its own one starts threads that give up for good; ours is below
        # Call-IDs of the library begin anew with each process; a platform may then take a new call for an old one.
        sip.gen_call_id = lambda: f"{random.getrandbits(128):032x}@{self._bound}"
        tap(phone, self)
        phone.start()
        self._phone = phone

    async def register(self) -> None:
        """Outcome as an event; repeated by itself at half the interval, sooner after a failure."""
        if self._account is None or not self._account.register or self._closing:
            return
        self._register_status = None
        try:
            await self._connected()
            done = await self._in_thread(self._register_blocking)
        except RetryLater as error:
            self._registration_failed(None, str(error))
            return
        except Exception as error:  # the library raises what it likes, down to bare Exception
            if isinstance(error, OSError):
                self._drop_connection()
            self._registration_failed(self._register_status, type(error).__name__)
            return
        if not done:
            self._registration_failed(self._register_status, "refused")
            return
        self._emit(Registered(self._account.register_interval_s))
        self._retry.succeeded(self._account.register_interval_s / 2)

    def _register_blocking(self) -> bool:
        with self._phone.sip.recvLock:
            return bool(self._phone.sip._SIPClient__register())

    async def close(self) -> None:
        """At most 2 s."""
        if self._closing:
            return
        self._closing = True
        for call in [c for c in self._calls.values() if not c.ended]:
            await self.hang_up(call.attempt)
        self._retry.stop()
        if self._watching is not None:
            self._watching.cancel()
        if self._phone is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._in_thread(self._close_blocking), 1.5)
        if self._routes is not None:
            self._routes.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _close_blocking(self) -> None:
        sip = self._phone.sip
        assert self._account is not None
        with contextlib.suppress(Exception):
            if self._account.register:
                sip.register_timeout = 0.6
                with sip.recvLock:
                    sip._SIPClient__deregister()
        with contextlib.suppress(Exception):
            self._phone.stop()

    # --- calls ----------------------------------------------------------------------------------------------

    async def dial(self, attempt: AttemptId, number: str, headers: Mapping[str, str]) -> None:
        for old in [a for a, call in self._calls.items() if call.ended]:
            del self._calls[old]
        call = self._calls[attempt] = Call(attempt, dict(headers), dialled_at=time.monotonic())
        try:
            way = await self._connected()
        except RetryLater as error:
            log.info("%s not dialled: %s", attempt, type(error).__name__)
            self._end(call, Cause.UNREACHABLE)
            return
        if call.ended:
            return
        self._spawn(self._dial(call, number))
        assert self._account is not None
        if self._account.transport == "udp":
            self._spawn(self._listen_for_refusal(call, way))

    async def _dial(self, call: Call, number: str) -> None:
        try:
            await self._in_thread(self._dial_blocking, call, number)
        except Abandoned:
            log.debug("%s was given up while it was dialled", call.attempt)
        except OSError as error:
            self._drop_connection()
            late = isinstance(error, TimeoutError)
            self._end(call, Cause.TIMEOUT if late else cause_of_errno(error.errno or 0, call.phase))
        except Exception as error:
            log.warning("%s: the library failed with %s", call.attempt, type(error).__name__)
            self._end(call, Cause.FAILED)
        else:
            if call.hanging_up:
                await self._in_thread(self._hang_up_blocking, call)

    def _dial_blocking(self, call: Call, number: str) -> None:
        assert self._account is not None
        with self._one_dial:
            if call.ended or call.hanging_up:
                return
            self.dialling = call
            try:
                self._phone.sip.invite_timeout = self._response_s + 5.0  # ours comes first
                call.native = self._phone.call(f"sip:{number}@{self._account.domain}")
            finally:
                self.dialling = None

    def _cancel_blocking(self, call: Call) -> None:
        if call.heard:  # RFC 3261 §9.1: before that, its first response brings the CANCEL (_release)
            with contextlib.suppress(OSError):
                sip = self._phone.sip
                sip.send_raw(sip.gen_cancel(rfcvoip.SIP.SIPMessage(call.invite)).encode(), sip.signal_target())

    async def hang_up(self, attempt: AttemptId) -> None:
        call = self._calls.get(attempt)
        if call is not None and not (call.ended or call.hanging_up):
            await self._give_up(call, Cause.HUNG_UP_BY_CALLER)

    async def _give_up(self, call: Call, cause: Cause) -> None:
        call.hanging_up, call.cause = True, cause
        if call.native is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._in_thread(self._hang_up_blocking, call), 1.0)
        if call.phase is not Phase.ANSWERED:
            self._spawn(self._cancel(call))
        self._end(call, cause)

    async def _cancel(self, call: Call) -> None:
        """Over UDP nobody repeats the CANCEL for us, and it can be lost (RFC 3261 §17.1.2.2)."""
        await self._in_thread(self._cancel_blocking, call)
        await asyncio.sleep(_T1_S)
        if not call.is_settled:
            await self._in_thread(self._cancel_blocking, call)

    def _hang_up_blocking(self, call: Call) -> None:
        with contextlib.suppress(OSError, voip.InvalidStateError):
            if call.native.state == voip.CallState.ANSWERED:
                call.native.hangup()
            else:
                call.native.cancel()

    async def send_digit(self, attempt: AttemptId, digit: str) -> None:
        call = self._calls.get(attempt)
        if call is not None and call.native is not None and call.phase is Phase.ANSWERED:
            call.native.send_dtmf(digit)

    def audio(self, attempt: AttemptId) -> RfcvoipAudio | None:
        call = self._calls.get(attempt)
        return call.sound if call is not None and not call.ended else None

    def stats(self, attempt: AttemptId) -> MediaStats:
        call = self._calls.get(attempt)
        return call.stats() if call is not None else MediaStats()

    # --- what was read --------------------------------------------------------------------------------------

    def on_response(self, call_id: str, status: int, method: str, raw: bytes) -> None:
        if method == "REGISTER":
            self._register_status = status
        call = next((c for c in self._calls.values() if c.call_id == call_id), None)
        if call is None or method != "INVITE" or branch_of(raw) != call.branch:
            return  # or the late echo of a challenge that is answered already
        call.heard = True
        if status in (401, 407) and not call.is_authorised:
            return  # the library answers it
        call.is_settled = call.is_settled or status >= 200
        if call.hanging_up or call.ended:
            self._spawn(self._release(call, status, raw))
        elif 180 <= status < 200 and status != 183 and call.phase is Phase.TRYING:
            call.phase = Phase.ALERTING
            self._emit(Alerted(call.attempt))
        elif status == 183 and not call.progressed:
            call.progressed = True
            self._emit(Progressed(call.attempt))
        elif status >= 300:
            self._end(call, cause_of(status, call.phase), status)

    async def _release(self, call: Call, status: int, raw: bytes) -> None:
        """An answer, or the first sign of life, that crossed our hang-up: the library would let it ring on."""
        if status < 200:
            await self._in_thread(self._cancel_blocking, call)
        elif 200 <= status < 300 and call.phase is not Phase.ANSWERED:
            with contextlib.suppress(TimeoutError):  # the library's thread sends the ACK, which comes first
                await asyncio.wait_for(call.acknowledged.wait(), _T1_S)
            with contextlib.suppress(OSError):
                await self._in_thread(self._phone.sip.bye, rfcvoip.SIP.SIPMessage(raw))

    def on_acknowledged(self, call_id: str) -> None:
        for call in (c for c in self._calls.values() if c.call_id == call_id):
            call.acknowledged.set()

    def on_bye(self, call_id: str) -> None:
        call = next((c for c in self._calls.values() if c.call_id == call_id), None)
        if call is not None and not (call.hanging_up or call.ended):
            if call.phase is not Phase.ANSWERED and call.native is not None and call.native.RTPClients:
                self._answered(call, time.monotonic())  # answer and good-bye were read at once
            self._end(call, Cause.HUNG_UP_BY_REMOTE)

    # --- the clock ------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            waiting = any(call.phase is not Phase.ANSWERED and not call.ended for call in self._calls.values())
            await asyncio.sleep(_EAGER_WATCH_S if waiting else _WATCH_S)
            now = time.monotonic()
            for call in list(self._calls.values()):
                if not (call.ended or call.hanging_up):
                    await self._watch_call(call, now)

    async def _watch_call(self, call: Call, now: float) -> None:
        state = call.native.state if call.native is not None else None
        waited = now - call.dialled_at
        if state == voip.CallState.ANSWERED and call.phase is not Phase.ANSWERED:
            self._answered(call, now)
        elif state == voip.CallState.ENDED and call.phase is not Phase.ANSWERED:
            self._end(call, Cause.MEDIA_FAILED)  # it gave up by itself, after a 200 that it could not use
        elif call.phase is Phase.ANSWERED:
            told = call.silence(self._stall_after_s).judge(now, call.last_heard(now))
            if told is not None:
                self._emit(told)
        elif call.phase is Phase.TRYING and not call.progressed and waited > self._response_s:
            await self._give_up(call, Cause.TIMEOUT)
        elif waited > self._ring_s:
            await self._give_up(call, Cause.NO_ANSWER)
        elif not call.heard and call.invite and now - call.sent_at > _T1_S * (2 ** (call.repeats + 1) - 1):
            # RFC 3261 §17.1.1.2, timer A: the library sends an INVITE once and never again.
            call.repeats += 1
            if self._account is not None and self._account.transport == "udp":
                with contextlib.suppress(OSError):
                    self._phone.sip.send_raw(call.invite)

    def _answered(self, call: Call, now: float) -> None:
        call.phase, call.answered_at = Phase.ANSWERED, now
        client = call.native.RTPClients[0]
        call.codec = str(client.preference).lower()
        call.sound = RfcvoipAudio(client, call, lambda digit: self.post(self._emit, DigitHeard(call.attempt, digit)))
        self._emit(Answered(call.attempt, call.codec))

    # --- small things ---------------------------------------------------------------------------------------

    def _end(self, call: Call, cause: Cause, status: int | None = None) -> None:
        if call.ended:
            return
        call.ended = True
        log.info("%s ended in %s: %s %s", call.attempt, call.phase, cause, status or "")
        asyncio.get_running_loop().call_soon(self._emit, Ended(call.attempt, cause, status))

    async def _listen_for_refusal(self, call: Call, way: Way) -> None:
        if await refused(way) and not (call.heard or call.ended or call.hanging_up):
            await self._give_up(call, Cause.UNREACHABLE)

    async def _connected(self) -> Way:
        """Raises: RetryLater."""
        assert self._routes is not None
        assert self._account is not None
        way = await self._routes.find()
        if (self._account.local_address or way.local) != self._bound:
            self.needs_restart = True
            raise RetryLater("the local address changed; the voice process must start again")
        if self._phone is None:
            try:
                await asyncio.wait_for(self._in_thread(self._open, self._account, way), 3.0)
            except (OSError, TimeoutError) as error:
                raise RetryLater("no connection to the SIP server") from error
        return way

    def _drop_connection(self) -> None:
        """A stream that broke never mends: the next register() or dial() opens a new one."""
        if self._account is not None and self._account.transport != "udp" and self._phone is not None:
            self._phone.sip.NSD = False
            self._phone.sip._close_sockets()
            self._phone = None

    def _registration_failed(self, status: int | None, reason: str) -> None:
        if self._closing:
            return
        self._emit(RegistrationFailed(status, reason))
        if not self.needs_restart:
            self._retry.failed()

    def post(self, call: Callable[..., None], *args: Any) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
                self._loop.call_soon_threadsafe(call, *args)

    async def _in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
