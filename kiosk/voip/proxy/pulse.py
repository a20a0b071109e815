"""Keeps one way open and proved: connects, registers, asks the platform whether it is there, and tells what came of it.

"Can call" is proof, not memory: an answered REGISTER or OPTIONS within the last minutes. A platform that never answers
OPTIONS but does answer REGISTER is proved by that alone. On the voice process's event loop.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from uuid import UUID

from kiosk.errors import RetryLater
from kiosk.voip.engine import PathLost, PathProved, Registered, RegistrationFailed
from kiosk.voip.probing import TIME_OUT_S, ProbeFailed, Probing, Proved
from kiosk.voip.proxy.making import host_port
from kiosk.voip.proxy.way import Way
from kiosk.voip.registration import LEAVE_S, Off, Registration

log = logging.getLogger(__name__)

AGAIN_S = (1.0, 2.0, 5.0, 10.0, 15.0)
"""Pauses between tries to open the wire, each a fifth shorter or longer by chance."""

PulseEvent = PathProved | PathLost | Registered | RegistrationFailed


class _Sender:
    """The way as registration and probes want it; a new one for each new address of ours."""

    def __init__(self, way: Way) -> None:
        ends, user = way.ends(), way.account.user
        transport = "" if ends.transport == "udp" else f";transport={ends.transport}"
        self.via = f"SIP/2.0/{ends.transport.upper()} {host_port(ends.outer)}"
        self.contact = f"sip:{user + '@' if user else ''}{host_port(ends.outer)}{transport}"
        self.is_reliable = ends.is_reliable
        self._way = way

    def send(self, message: bytes) -> None:
        self._way.send(message)


class Pulse:
    """See the module. ``account`` is the way's place in the configuration: 0 the primary, 1 the backup."""

    def __init__(
        self, way: Way, account: int, emit: Callable[[PulseEvent], None], *, instance: UUID, interval_s: float
    ) -> None:
        """``interval_s``: between two OPTIONS; 0: never any."""
        self._way, self._account, self._emit, self._interval_s = way, account, emit, interval_s
        chance = random.SystemRandom()
        self._chance = chance
        sender = _Sender(way)
        self._registration = Registration(way.account, sender, self._on_registration, instance=instance, chance=chance)
        self._probing = Probing(way.account, sender, self._on_probe, chance=chance, interval_s=interval_s)
        self._has_probed = self._has_answered_options = False
        self._failures = 0
        self._via = ""
        self._timer: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None
        self._closing = False
        self._heard = asyncio.Event()
        way.taker = self._take

    def start(self) -> None:
        """Begin; from now on the way is kept open."""
        self.prove()

    def prove(self) -> None:
        """Ask the platform now, over a wire that is opened if there is none: the link changed, or a call failed."""
        if self._opening is None and not self._closing:
            self._opening = asyncio.get_running_loop().create_task(self._open())

    def broke(self, reason: str) -> None:
        """The connection is gone."""
        now = self._now()
        self._registration.connection_lost(now, reason)
        self._probing.connection_lost(now, reason)
        self.prove()

    async def close(self) -> None:
        """Take our address back from the registrar; at most :data:`LEAVE_S`."""
        self._closing = True
        if self._opening is not None:
            self._opening.cancel()
        self._probing.stop()
        if self._way.account.register:
            self._registration.unregister(self._now())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._left(), LEAVE_S)
        if self._timer is not None:
            self._timer.cancel()

    async def _left(self) -> None:
        while not isinstance(self._registration.state, Off):
            self._heard.clear()
            await self._heard.wait()

    async def _open(self) -> None:
        try:
            while True:
                try:
                    await self._way.open()
                    break
                except RetryLater as error:
                    self._emit(PathLost(self._account, None, str(error)))
                    pause_s = AGAIN_S[min(self._failures, len(AGAIN_S) - 1)]
                    self._failures += 1
                    await asyncio.sleep(pause_s * self._chance.uniform(0.8, 1.2))
        finally:
            self._opening = None
        self._failures = 0
        now, sender = self._now(), _Sender(self._way)
        is_new, self._via = sender.via != self._via, sender.via
        if self._way.account.register and (is_new or not self._registration.is_registered):
            self._registration.register_now(now, sender)
        if not self._way.account.register or self._has_probed:
            self._probe(sender if is_new else None)
        self._arm()

    def _probe(self, sender: _Sender | None = None) -> None:
        if self._interval_s and not self._closing:
            self._has_probed = True
            self._probing.probe_now(self._now(), sender or _Sender(self._way))
            self._arm()

    def _take(self, raw: bytes) -> bool:
        now = self._now()
        taken = self._registration.received(raw, now) or self._probing.received(raw, now)
        if taken:
            self._heard.set()
            self._arm()
        return taken

    def _on_registration(self, event: Registered | RegistrationFailed) -> None:
        self._emit(event)
        if isinstance(event, RegistrationFailed):
            self._emit(PathLost(self._account, event.status, event.reason))
            return
        if self._probing.is_alive is not False or not self._has_answered_options:
            self._proved(event.interval_s, None)
        if not self._has_probed:
            # The registrar has just answered: asking once more proves nothing yet.
            self._has_probed = True
            asyncio.get_running_loop().call_later(self._interval_s, self._probe)

    def _on_probe(self, event: Proved | ProbeFailed) -> None:
        if isinstance(event, Proved):
            self._has_answered_options = True
            if self._registration.is_registered or not self._way.account.register:
                self._proved(0.0, event.rtt_ms)
        elif self._has_answered_options or not self._registration.is_registered:
            self._emit(PathLost(self._account, None, event.reason))
            self._way.shut()  # what does not answer is opened anew, perhaps somewhere else
            asyncio.get_running_loop().call_later(AGAIN_S[0], self.prove)

    def _proved(self, interval_s: float, rtt_ms: float | None) -> None:
        # As long as the next proof may take when nothing is wrong.
        by_options = 2 * (self._interval_s + TIME_OUT_S)
        for_s = by_options if self._has_answered_options else max(by_options, interval_s)
        self._emit(PathProved(self._account, for_s, rtt_ms))

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = [each for each in (self._registration.deadline, self._probing.deadline) if each is not None]
        if due:
            self._timer = asyncio.get_running_loop().call_at(min(due), self._tick)

    def _tick(self) -> None:
        now = self._now()
        self._registration.tick(now)
        self._probing.tick(now)
        self._arm()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
