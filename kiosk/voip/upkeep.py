"""One account's signalling outside calls: its registration, its probes, and one timer for both.

The thin shell around :mod:`kiosk.voip.registration` and :mod:`kiosk.voip.probing`. It owns no connection: it is given a
:class:`~kiosk.voip.transaction.Sender`, told when there is another, and shown every message that comes.
"""

import asyncio
import random
from collections.abc import Callable
from uuid import UUID

from kiosk.voip.engine import Account, Registered, RegistrationFailed
from kiosk.voip.probing import ProbeFailed, Probing, Proved
from kiosk.voip.registration import Off, Registration
from kiosk.voip.transaction import Sender

WayEvent = Registered | RegistrationFailed | Proved | ProbeFailed


class Upkeep:
    """One account's way. One event loop; ``emit`` is called on it."""

    def __init__(
        self,
        account: Account,
        sender: Sender,
        emit: Callable[[WayEvent], None],
        *,
        instance: UUID,
        options_interval_s: float = 25.0,
        chance: random.Random | None = None,
    ) -> None:
        """``options_interval_s``: 0 for no OPTIONS at all."""
        chance = chance or random.SystemRandom()
        self._account = account
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._left = asyncio.Event()
        self._asks = options_interval_s > 0
        self._last_status: int | None = None
        self._was_dead = False
        self.registration = Registration(account, sender, self._told, instance=instance, chance=chance)
        self.probing = Probing(account, sender, self._told, chance=chance, interval_s=options_interval_s)

    def start(self, sender: Sender | None = None) -> None:
        """Ask everything now: at the start, when the link came back, with a new connection (``sender``)."""
        now = self._loop.time()
        if self._account.register:
            self.registration.register_now(now, sender)
        if self._asks:
            self.probing.probe_now(now, sender)
        self._arm()

    def connection_lost(self, reason: str) -> None:
        """The sender's connection is gone; :meth:`start` with the next one."""
        now = self._loop.time()
        self.registration.connection_lost(now, reason)
        self.probing.connection_lost(now, reason)
        self._arm()

    def received(self, raw: bytes) -> bool:
        """One message from the platform; True: it was for us."""
        now = self._loop.time()
        ours = self.registration.received(raw, now) or self.probing.received(raw, now)
        if ours:
            self._arm()
        return ours

    async def close(self) -> None:
        """Unregister, and stop; within 0.4 s."""
        self.probing.stop()
        self.registration.unregister(self._loop.time())
        self._arm()
        await self._left.wait()

    def _told(self, event: WayEvent) -> None:
        match event:
            case Proved(status=status):
                # Back from the dead, or answering otherwise than before: it may have forgotten us.
                if self._account.register and (self._was_dead or self._last_status not in (None, status)):
                    self.registration.register_now(self._loop.time())
                self._last_status, self._was_dead = status, False
            case ProbeFailed():
                self._was_dead = True
            case _:
                pass
        self._emit(event)

    def _arm(self) -> None:
        """One timer, for whichever machine is due first."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if isinstance(self.registration.state, Off):
            self._left.set()
        due = [when for when in (self.registration.deadline, self.probing.deadline) if when is not None]
        if due:
            self._timer = self._loop.call_at(min(due), self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self._loop.time()
        # The loop may call a hair too early for the clock's grain: then the same deadline is armed again.
        for machine in (self.registration, self.probing):
            if machine.deadline is not None and now >= machine.deadline:
                machine.tick(now)
        self._arm()
