"""The pure-Python SIP engine: :class:`kiosk.voip.engine.Engine` over rfcvoip, successor of pyVoIP.

For machines without a wheel of the native stack (32-bit Pi) and by configuration. The library blocks, forgets why a
call failed and prints; here its calls run in threads of ours, every message that it reads is looked at on the way,
and its voice is shut. What it lacks is in docs/voice.md: SRTP, PRACK, early media.
"""

import asyncio
import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import rfcvoip
import rfcvoip.RTP
import rfcvoip.SIP
import rfcvoip.VoIP.VoIP as voip

from kiosk.calls.line import Alerted, Answered, AttemptId, Cause, Ended, Progressed
from kiosk.errors import NeedsTechnician
from kiosk.voip.causes import Phase, cause_of, cause_of_errno
from kiosk.voip.engine import Account, DigitHeard, EngineEvent, MediaStats
from kiosk.voip.pyvoip_call import Call, RfcvoipAudio, free_port, priorities
from kiosk.voip.pyvoip_tap import Abandoned, branch_of, shut_up, tap
from kiosk.voip.silence import in_words

log = logging.getLogger(__name__)

_OPEN_S = 3.0
_WATCH_S = 0.1
_EAGER_WATCH_S = 0.02
"""While a call may be answered: what its far end says before we notice is lost."""
_GONE_S = 0.3
"""The library ends a call before its thread has told us of the response that ended it."""


class RfcvoipEngine:
    """See :class:`kiosk.voip.engine.Engine`; the parameters are those of the native engine."""

    name = "rfcvoip"

    def __init__(self, *, stall_after_s: float = 2.0, response_s: float = 32.0, ring_s: float = 180.0) -> None:
        self._stall_after_s, self._response_s, self._ring_s = stall_after_s, response_s, ring_s
        self._threads = ThreadPoolExecutor(max_workers=6, thread_name_prefix="rfcvoip")
        self._one_dial = threading.Lock()
        self._phones: list[Any] = []
        """One for each account, in their order."""
        self._accounts: Sequence[Account] = ()
        self._emit: Callable[[EngineEvent], None] = lambda event: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._calls: dict[AttemptId, Call] = {}
        self.dialling: Call | None = None
        self._watching: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    # --- life -----------------------------------------------------------------------------------------------

    async def start(self, accounts: Sequence[Account], emit: Callable[[EngineEvent], None]) -> None:
        """Raises: NeedsTechnician: SRTP asked for, or no socket."""
        encrypted = next((account.srtp for account in accounts if account.srtp != "off"), None)
        if encrypted is not None:
            raise NeedsTechnician(
                f'voip.srtp = "{encrypted}": the rfcvoip engine has no SRTP; set voip.engine = "baresip"'
            )
        shut_up(rfcvoip, voip, rfcvoip.SIP, rfcvoip.RTP)
        self._accounts, self._emit, self._loop = accounts, emit, asyncio.get_running_loop()
        try:
            for account in accounts:
                self._phones.append(await asyncio.wait_for(self._in_thread(self._open, account), _OPEN_S))
        except (OSError, TimeoutError) as error:
            raise NeedsTechnician(f"the SIP stack does not start: {error}; check the voip settings") from error
        self._watching = self._loop.create_task(self._watch())

    def _open(self, account: Account) -> Any:
        low = random.randrange(20_000, 32_600, 200)  # the kernel gives those above to whoever asks for any
        host, _, port = account.server.rpartition(":")
        local = account.local_address or host
        phone = voip.VoIPPhone(
            account.domain, None, account.user, account.password, local, None, free_port(local), low, low + 198,
            account.auth_user or None, host, int(port), None, "udp", None, None, priorities(account.codecs),
            audio_bit_depth=16, audio_channels=1, audio_output_mode="realtime",
        )  # fmt: skip
        sip = phone.sip
        sip.register = lambda: True  # the proxy registers
        # Call-IDs of the library begin anew with each process; a platform may then take a new call for an old one.
        sip.gen_call_id = lambda: f"{random.getrandbits(128):032x}@{local}"
        tap(phone, self)
        phone.start()
        return phone

    async def close(self) -> None:
        """At most 2 s."""
        if self._closing:
            return
        self._closing = True
        for call in [c for c in self._calls.values() if not c.ended]:
            await self.hang_up(call.attempt)
        if self._watching is not None:
            self._watching.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._in_thread(self._close_blocking), 1.5)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _close_blocking(self) -> None:
        for phone in self._phones:
            with contextlib.suppress(Exception):
                phone.stop()

    # --- calls ----------------------------------------------------------------------------------------------

    async def dial(self, attempt: AttemptId, number: str, headers: Mapping[str, str], account: int = 0) -> None:
        for old in [a for a, call in self._calls.items() if call.ended]:
            del self._calls[old]
        call = self._calls[attempt] = Call(attempt, self._phones[account], dict(headers), dialled_at=time.monotonic())
        self._spawn(self._dial(call, f"sip:{number}@{self._accounts[account].domain}"))

    async def _dial(self, call: Call, uri: str) -> None:
        try:
            await self._in_thread(self._dial_blocking, call, uri)
        except Abandoned:
            log.debug("%s was given up while it was dialled", call.attempt)
        except OSError as error:
            late = isinstance(error, TimeoutError)
            self._end(call, Cause.TIMEOUT if late else cause_of_errno(error.errno or 0, call.phase))
        except Exception as error:
            log.warning("%s: the library failed with %s", call.attempt, type(error).__name__)
            self._end(call, Cause.FAILED)
        else:
            if call.hanging_up:
                await self._in_thread(self._hang_up_blocking, call)

    def _dial_blocking(self, call: Call, uri: str) -> None:
        with self._one_dial:
            if call.ended or call.hanging_up:
                return
            self.dialling = call
            try:
                call.phone.sip.invite_timeout = self._response_s + 5.0  # ours comes first
                call.native = call.phone.call(uri)
            finally:
                self.dialling = None

    async def hang_up(self, attempt: AttemptId) -> None:
        call = self._calls.get(attempt)
        if call is not None and not (call.ended or call.hanging_up):
            await self._give_up(call, Cause.HUNG_UP_BY_CALLER)

    async def _give_up(self, call: Call, cause: Cause) -> None:
        call.hanging_up, call.cause = True, cause
        if call.native is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._in_thread(self._hang_up_blocking, call), 1.0)
        self._end(call, cause)  # what is still on its way, the proxy releases

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
        call = next((c for c in self._calls.values() if c.call_id == call_id), None)
        if call is None or method != "INVITE" or branch_of(raw) != call.branch:
            return  # or the late echo of a challenge that is answered already
        if (status in (401, 407) and not call.is_authorised) or call.hanging_up or call.ended:
            return
        if 180 <= status < 200 and status != 183 and call.phase is Phase.TRYING:
            call.phase = Phase.ALERTING
            self._emit(Alerted(call.attempt))
        elif status == 183 and not call.progressed:
            call.progressed = True
            self._emit(Progressed(call.attempt))
        elif status >= 300:
            self._end(call, cause_of(status, call.phase), status)

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
            # It gave up by itself, after a 200 that it could not use; or the refusal is still on its way to this loop.
            call.gone_at = call.gone_at or now
            if now - call.gone_at >= _GONE_S:
                self._end(call, Cause.MEDIA_FAILED)
        elif call.phase is Phase.ANSWERED:
            told = call.silence(self._stall_after_s).judge(now, call.last_heard(now))
            if told is not None:
                log.info("%s: %s", call.attempt, in_words(told))
                self._emit(told)
        elif call.phase is Phase.TRYING and not call.progressed and waited > self._response_s:
            await self._give_up(call, Cause.TIMEOUT)
        elif waited > self._ring_s:
            await self._give_up(call, Cause.NO_ANSWER)

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
