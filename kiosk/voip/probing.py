"""Is the platform alive? OPTIONS every half minute, its round-trip time, and the verdict. Pure.

Readiness is proof, not memory: any response says that somebody reads our signalling, whatever its status (a platform
that does not know OPTIONS says 405, one that asks for the digest 401). Driven as :mod:`kiosk.voip.registration` is.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from kiosk.voip.engine import Account
from kiosk.voip.transaction import Response, Sender, Transaction, parse_response, request

TIME_OUT_S = 3.0
"""For one question, with its repetitions."""
DEAD_PAUSES_S = (2.0, 5.0, 10.0)
"""Between questions to a platform that is dead; then the usual interval."""
PING = b"\r\n\r\n"
PONG = b"\r\n"
PONG_S = 10.0
"""A platform that used to answer pings and does not within this is asked by OPTIONS at once (RFC 5626 §4.4.1)."""
LONGEST_PAUSE_S = 300.0


@dataclass(frozen=True)
class Proved:
    """The platform answered just now."""

    rtt_ms: float
    """Round-trip time, smoothed over the last questions."""
    status: int
    """Of this response. A change of it (200, then 404) can mean that the registrar forgot us."""


@dataclass(frozen=True)
class ProbeFailed:
    """The platform is dead: two questions in a row unanswered (told again with each further one), or it said 503, or
    its connection is gone."""

    reason: str
    status: int | None = None
    """503 when the platform said so itself."""


@dataclass(frozen=True)
class Idle:
    """Not started, or stopped."""


@dataclass(frozen=True)
class Resting:
    """The next question is put at ``until``; over TCP and TLS a ping goes at ``ping_at`` before it."""

    until: float
    ping_at: float | None = None
    pong_by: float | None = None


@dataclass(frozen=True)
class Probe:
    """A question is out."""


ProbingState = Idle | Resting | Probe


class Probing:
    """The pulse of one way to the platform. One owner, one thread."""

    def __init__(
        self,
        account: Account,
        sender: Sender,
        emit: Callable[[Proved | ProbeFailed], None],
        *,
        chance: random.Random,
        interval_s: float = 25.0,
    ) -> None:
        """``interval_s``: between questions while all is well; short enough to hold a NAT's UDP binding (30 s)."""
        self._account = account
        self._sender = sender
        self._emit = emit
        self._chance = chance
        self._interval_s = interval_s
        self._prefix = f"z9hG4bKo{chance.getrandbits(48):012x}"
        self._call_id = f"{chance.getrandbits(96):024x}"
        self._tag = f"{chance.getrandbits(48):012x}"
        self._cseq = 0
        self._state: ProbingState = Idle()
        self._transaction: Transaction | None = None
        self._misses = 0
        self._deaths = 0
        """Verdicts of death in a row."""
        self._smoothed_ms: float | None = None
        self._pongs = False
        self._alive: bool | None = None

    @property
    def state(self) -> ProbingState:
        return self._state

    @property
    def is_alive(self) -> bool | None:
        """The last verdict; None before the first."""
        return self._alive

    @property
    def deadline(self) -> float | None:
        """When :meth:`tick` is due; None: nothing is waited for."""
        match self._state:
            case Idle():
                return None
            case Resting(until=until, ping_at=ping_at, pong_by=pong_by):
                return min(each for each in (until, ping_at, pong_by) if each is not None)
            case Probe():
                return self._transaction.deadline if self._transaction is not None else None
            case never:
                assert_never(never)

    def probe_now(self, now: float, sender: Sender | None = None) -> None:
        """Ask now: the start, the link came back, or there is a new connection (``sender``)."""
        if sender is not None and sender is not self._sender:
            self._sender, self._pongs, self._smoothed_ms = sender, False, None
        self._misses = 0
        self._ask(now)

    def stop(self) -> None:
        """Ask no more."""
        self._state, self._transaction = Idle(), None

    def connection_lost(self, now: float, reason: str) -> None:
        """The sender's connection is gone: that is the verdict; the owner comes back with a new one."""
        if not isinstance(self._state, Idle):
            self._pongs = False
            self._dead(now, reason)

    def tick(self, now: float) -> None:
        """Time has passed."""
        match self._state:
            case Probe():
                if self._transaction is not None and self._transaction.tick(now):
                    self._missed(now)
            case Resting(until=until, pong_by=pong_by) if now >= until or (pong_by is not None and now >= pong_by):
                self._ask(now)
            case Resting(until=until, ping_at=ping_at) if ping_at is not None and now >= ping_at:
                self._sender.send(PING)
                self._state = Resting(until, None, now + PONG_S if self._pongs else None)
            case _:
                pass

    def received(self, raw: bytes, now: float) -> bool:
        """One message from the platform; True: it answered a question or a ping of ours."""
        if raw == PONG:
            self._pongs = True
            if isinstance(self._state, Resting):
                self._state = Resting(self._state.until, self._state.ping_at, None)
            return True
        response = parse_response(raw)
        if response is None or response.method != "OPTIONS" or not response.branch.startswith(self._prefix):
            return False
        transaction = self._transaction
        if transaction is not None and response.branch == transaction.branch:
            if response.is_final:
                self._answered(response, transaction, now)
            else:
                transaction.provisional(now)
        return True

    def _ask(self, now: float) -> None:
        self._cseq += 1
        branch = f"{self._prefix}{self._cseq:x}"
        headers = (
            ("From", f"<sip:{self._account.user}@{self._account.domain}>;tag={self._tag}"),
            ("To", f"<sip:{self._account.domain}>"),
            ("Call-ID", self._call_id),
            ("Contact", f"<{self._sender.contact}>"),
            ("Accept", "application/sdp"),
        )
        message = request(self._sender, "OPTIONS", f"sip:{self._account.domain}", branch, self._cseq, headers)
        self._state = Probe()
        self._transaction = Transaction(self._sender, message, branch, now, now + TIME_OUT_S)

    def _answered(self, response: Response, transaction: Transaction, now: float) -> None:
        if response.status == 503:
            self._dead(now, f"the platform says that it cannot: 503 {response.reason}", 503, response.retry_after_s)
            return
        rtt_ms = (now - transaction.sent_at) * 1000
        if self._smoothed_ms is None:
            self._smoothed_ms = rtt_ms
        elif not transaction.was_repeated:
            # The response to a repeated question may be to either (Karn): it says nothing of the time. As RFC 6298 §2.
            self._smoothed_ms += (rtt_ms - self._smoothed_ms) / 8
        self._misses = self._deaths = 0
        self._alive = True
        self._rest(now, self._interval_s)
        self._emit(Proved(self._smoothed_ms, response.status))

    def _missed(self, now: float) -> None:
        self._misses += 1
        if self._misses == 1 and self._alive is not False:
            self._ask(now)
        else:
            self._dead(now, f"the platform did not answer OPTIONS within {TIME_OUT_S:g} s")

    def _dead(self, now: float, reason: str, status: int | None = None, retry_after_s: int | None = None) -> None:
        pause_s = DEAD_PAUSES_S[self._deaths] if self._deaths < len(DEAD_PAUSES_S) else self._interval_s
        self._deaths += 1
        self._alive = False
        self._rest(now, max(pause_s, min(retry_after_s or 0, LONGEST_PAUSE_S)))
        self._emit(ProbeFailed(reason, status))

    def _rest(self, now: float, pause_s: float) -> None:
        pause_s *= self._chance.uniform(0.85, 1.0)
        ping_at = now + pause_s / 2 if self._sender.is_reliable and self._alive else None
        self._state, self._transaction = Resting(now + pause_s, ping_at), None
