"""Keeps one way open and proved: connects, registers, asks the platform whether it is there, and tells what came of it.

"Can call" is proof, not memory: an answered REGISTER or OPTIONS within the last minutes. A platform that never answers
OPTIONS but does answer REGISTER is proved by that alone. On the voice process's event loop.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from uuid import UUID

from kiosk.errors import RetryLater
from kiosk.voip.engine import PathLost, PathProved, Registered, RegistrationFailed
from kiosk.voip.probing import TIME_OUT_S, ProbeFailed, Proved
from kiosk.voip.proxy.making import host_port
from kiosk.voip.proxy.way import Way
from kiosk.voip.upkeep import Upkeep, WayEvent

log = logging.getLogger(__name__)

AGAIN_S = (1.0, 2.0, 5.0, 10.0, 15.0)
"""Pauses between tries to open the wire and to be answered over it, each a fifth shorter or longer by chance. They grow
until something is proved, not merely opened: a platform in trouble takes connections and closes them.
"""

_BEFORE_S = 0.05
"""The wire is opened this long before the probes would ask again."""

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
        self._upkeep = Upkeep(way.account, _Sender(way), self._told, instance=instance, options_interval_s=interval_s)
        self._has_answered_options = False
        self._failures = 0
        self._via = ""
        self._opening: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._closing = False
        way.taker = self._upkeep.received

    def prove(self) -> None:
        """Ask the platform now, over a wire that is opened if there is none: the start, the link changed, a call
        failed.
        """
        self._cancel()
        if self._opening is None and not self._closing:
            self._opening = asyncio.get_running_loop().create_task(self._open())

    def broke(self, reason: str) -> None:
        """The connection is gone. One that worked is opened again at once."""
        worked, self._failures = self._failures == 0, max(self._failures, 1)
        self._upkeep.connection_lost(reason)
        if worked:
            self.prove()
        else:
            self._prove_later()

    async def close(self) -> None:
        """Take our address back from the registrar; at most 0.4 s."""
        self._closing = True
        self._cancel()
        if self._opening is not None:
            self._opening.cancel()
        await self._upkeep.close()

    async def _open(self) -> None:
        try:
            await self._way.open()
        except RetryLater as error:
            self._emit(PathLost(self._account, None, str(error)))
            self._prove_later()
            return
        finally:
            self._opening = None
        sender = _Sender(self._way)
        is_new, self._via = sender.via != self._via, sender.via
        self._upkeep.start(sender if is_new else None)

    def _prove_later(self, at_least_s: float = 0.0) -> None:
        """After the next of the growing pauses, unless one is being waited for."""
        if self._later is not None or self._closing:
            return
        pause_s = AGAIN_S[min(self._failures, len(AGAIN_S) - 1)] * random.SystemRandom().uniform(0.8, 1.2)
        self._failures += 1
        self._later = asyncio.get_running_loop().call_later(max(pause_s, at_least_s), self.prove)

    def _cancel(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _told(self, event: WayEvent) -> None:
        registration, probing = self._upkeep.registration, self._upkeep.probing
        registers = self._way.account.register
        match event:
            case Registered(interval_s=interval_s):
                self._failures = 0
                self._way.route_by(registration.service_route)
                self._emit(event)
                if probing.is_alive is not False or not self._has_answered_options:
                    self._proved(interval_s, None)
            case RegistrationFailed(status=status, reason=reason):
                self._emit(event)
                self._emit(PathLost(self._account, status, reason))
            case Proved(rtt_ms=rtt_ms):
                self._has_answered_options = True
                self._failures = 0
                if registration.is_registered or not registers:
                    self._proved(0.0, rtt_ms)
            case ProbeFailed(reason=reason, status=status) if (
                status is not None or self._has_answered_options or not registration.is_registered
            ):
                self._emit(PathLost(self._account, status, reason))
                self._way.shut()  # what does not answer is opened anew, perhaps somewhere else
                # The probes' own pause grows too, and a 503 may have asked for one.
                self._prove_later((probing.deadline or 0.0) - asyncio.get_running_loop().time() - _BEFORE_S)
            case ProbeFailed():
                pass  # it answers REGISTER and leaves OPTIONS alone: proof enough

    def _proved(self, interval_s: float, rtt_ms: float | None) -> None:
        # As long as the next proof may take when nothing is wrong.
        by_options = 2 * (self._interval_s + TIME_OUT_S)
        for_s = by_options if self._has_answered_options else max(by_options, interval_s)
        self._emit(PathProved(self._account, for_s, rtt_ms))
