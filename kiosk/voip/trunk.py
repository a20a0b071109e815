"""The VoIP path inside the voice process: one SIP engine, and the ways to the platform that it goes.

An attempt of the call machine may take several SIP calls: over the primary account, over the backup, to where the
platform redirects. They follow one another, never side by side, and all answer with the attempt's own id; whatever
one leaves on the way is released by the proxy. On the voice process's event loop.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from kiosk.calls.line import Alerted, Answered, AttemptId, Cause, Ended, Progressed
from kiosk.errors import RetryLater
from kiosk.netlink import NetworkChanged, NetworkWatch
from kiosk.settings import Location
from kiosk.voip.engine import (
    Account,
    CallAudio,
    Engine,
    EngineEvent,
    FarewellReady,
    MediaStats,
    Moved,
    PacketAudio,
    PathLost,
    TrunkEvent,
)
from kiosk.voip.farewell import Farewell, say
from kiosk.voip.location import document, located
from kiosk.voip.menu import Key, Pause, Step
from kiosk.voip.proxy.actions import Completed, Heard, Redirected, Sent, Undelivered, WorkedOn
from kiosk.voip.proxy.making import host_port
from kiosk.voip.proxy.message import Message
from kiosk.voip.proxy.pulse import Pulse
from kiosk.voip.proxy.relay import ATTEMPT_HEADER, PLAIN_HEADER, TARGET_HEADER
from kiosk.voip.proxy.way import LOOPBACK, Told, Way

log = logging.getLogger(__name__)

BACKUP_AFTER_S = 1.2
"""The primary platform has not answered an INVITE with so much as a 100 for this long: the backup is asked."""
PLAIN_AFTER_S = 0.9
"""The same for an INVITE over UDP that carries our location and may be too long for its way: it is sent plain."""
BARE_AFTER_S = 0.8
"""The engine waits for a STUN server before it dials. A dead one must not cost the call: it is made without."""
MOST_REDIRECTIONS = 3
_RELEASE_S = 0.6
"""At the end, for the answers to BYE and CANCEL."""
_FAREWELL_S = 1.0
"""For the same over a new address: the rescue waits for the next voice process, and that for the end of this one."""
_KEY_S = 0.3
"""From one key of a menu to the next: longer than the event itself (RFC 4733 §2.5.1.2)."""
_WAY_FAULTS = (Cause.UNREACHABLE, Cause.TIMEOUT, Cause.UNAVAILABLE, Cause.FORBIDDEN)
"""Another account may have more luck."""
_TOO_MUCH = (400, 415, 420, 424, 488, 513)
"""What a platform may say that cannot read an INVITE with a location (RFC 6442 §4.3, RFC 3261 §21.4)."""


@dataclass(eq=False)
class _Call:
    """One SIP call of an attempt. ``id`` is its name towards engine and proxy."""

    id: AttemptId
    attempt: AttemptId
    number: str
    headers: Mapping[str, str]
    way: int
    is_heard: bool = False
    is_undelivered: bool = False
    is_plain: bool = False
    """Without the location."""
    is_bare: bool = False
    """Without STUN and ICE."""
    is_sent: bool = False
    redirections: int = 0
    targets: tuple[str, ...] = ()
    """Where the platform said that the call belongs."""
    farewell: Farewell | None = None
    tried: set[int] = field(default_factory=set)
    """Accounts that failed."""


class Trunk:
    """See the module."""

    def __init__(
        self,
        engine: Engine,
        emit: Callable[[TrunkEvent], None],
        *,
        instance: UUID,
        terminal: str = "",
        location: Location | None = None,
        folder: Path | None = None,
        menus: Mapping[str, Sequence[Step]] | None = None,
        may_dial: Callable[[str], bool] = lambda uri: False,
        interval_s: float = 0.0,
    ) -> None:
        """``instance`` is the terminal's for ever (RFC 5626 §4.1). ``may_dial``: does the number policy allow the URI
        that the platform redirects to? ``folder``: where the platform's addresses are remembered. ``interval_s``:
        between two OPTIONS; 0: none. ``menus``: by number, the keys that get a caller through the platform's menu.
        """
        self._instance, self._interval_s = instance, interval_s
        self._engine, self._emit, self._may_dial = engine, emit, may_dial
        self._terminal, self._location, self._folder = terminal, location, folder
        self._menus = menus or {}
        self._network = NetworkWatch(self._network_changed)
        self._plain: set[int] = set()
        """Accounts whose platform does not take our location."""
        self._ways: list[Way] = []
        self._pulses: list[Pulse] = []
        self._bound = ""
        self._calls: dict[AttemptId, _Call] = {}
        """By the id towards the engine."""
        self._current: dict[AttemptId, AttemptId] = {}
        self._last: tuple[AttemptId, AttemptId] | None = None
        self._made = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_leaving = self._moved = False
        """Our address changed: calls are being ended, and they are."""

    @property
    def name(self) -> str:
        """The engine's."""
        return self._engine.name

    @property
    def _is_located(self) -> bool:
        return self._location is not None and self._location.is_known

    @property
    def needs_restart(self) -> bool:
        """True when only a new process can dial again: the stack died, or is bound to an address that we lost."""
        return self._moved or bool(getattr(self._engine, "needs_restart", False))

    async def start(self, accounts: Sequence[Account]) -> None:
        """Raises: NeedsTechnician, BadInput."""
        for place, account in enumerate(accounts):
            way = Way(account, self._told, partial(self._broke, place), partial(self._dress, account), self._folder)
            self._ways.append(way)
            self._pulses.append(Pulse(way, place, self._emit, instance=self._instance, interval_s=self._interval_s))
        local = ""
        for way in self._ways:
            try:
                local = local or await way.open()
            except RetryLater as error:
                # A platform that is down now is no fault of the stack: dial() tries again.
                log.warning("starting without a way to %s: %s", way.account.server, error)
                local = local or way.local
        self._bound = local or LOOPBACK[socket.AF_INET]
        for way in self._ways:
            way.listen(socket.AF_INET6 if ":" in self._bound else socket.AF_INET)
        inner = [replace(way.account, server=host_port(way.inner), local_address=self._bound) for way in self._ways]
        # Each account once more without help against NAT: number of the way + number of ways.
        bare = [replace(account, stun_server="", ice=False) for account in inner]
        await self._engine.start([*inner, *bare] if bare != inner else inner, self._on_engine_event)
        for pulse in self._pulses:
            pulse.prove()
        self._network.start()

    # --- calls ----------------------------------------------------------------------------------------------

    async def dial(self, attempt: AttemptId, number: str, headers: Mapping[str, str]) -> None:
        """See :meth:`kiosk.calls.line.Line.dial`; never raises for the far side's doings."""
        await self._dial(_Call(attempt, attempt, number, headers, 0))

    async def _dial(self, call: _Call, target: str = "") -> None:
        self._made += 1
        call.id = AttemptId(f"{call.attempt}~{self._made}")
        call.is_heard = call.is_sent = call.is_undelivered = False
        self._calls[call.id], self._current[call.attempt] = call, call.id
        way = self._ways[call.way]
        try:
            local = await way.open()
        except RetryLater as error:
            log.info("%s: no way out: %s", call.attempt, error)
            self._over(call, Ended(call.attempt, Cause.UNREACHABLE))
            return
        if local != self._bound:
            log.warning("the local address changed; the voice process must start again")
            self._moved = True
            self._over(call, Ended(call.attempt, Cause.UNREACHABLE))
            return
        if self._current.get(call.attempt) != call.id:
            return  # hung up meanwhile
        call.is_plain = call.is_plain or not self._is_located or call.way in self._plain
        headers = {**call.headers, ATTEMPT_HEADER: call.id}
        headers |= ({TARGET_HEADER: target} if target else {}) | ({PLAIN_HEADER: "1"} if call.is_plain else {})
        later = asyncio.get_running_loop().call_later
        if not call.is_plain and way.account.transport == "udp":
            later(PLAIN_AFTER_S, self._ask_plainly, call, call.id)
        if way.account.stun_server and not call.is_bare:
            later(BARE_AFTER_S, self._ask_barely, call, call.id)
        if len(self._ways) > 1:
            later(BACKUP_AFTER_S, self._ask_the_backup, call, call.id)
        bare = call.is_bare and (way.account.stun_server or way.account.ice)
        await self._engine.dial(call.id, call.number, headers, call.way + (len(self._ways) if bare else 0))

    def _ask_the_backup(self, call: _Call, name: AttemptId) -> None:
        if self._current.get(call.attempt) == name and not call.is_heard and self._another(call) is not None:
            self._drop(call)
            self._after(call, Ended(name, Cause.TIMEOUT))

    def _ask_plainly(self, call: _Call, name: AttemptId) -> None:
        if self._current.get(call.attempt) == name and not call.is_heard:
            log.info("%s: no answer to an INVITE with our location; sending it without", call.attempt)
            self._drop(call)
            self._again(replace(call, is_plain=True))

    def _ask_barely(self, call: _Call, name: AttemptId) -> None:
        if self._current.get(call.attempt) == name and not call.is_sent:
            log.warning("the STUN server does not answer: calling without it; check voip.stun_server")
            self._drop(call)
            self._again(replace(call, is_bare=True))

    def _drop(self, call: _Call) -> None:
        self._spawn(self._engine.hang_up(call.id))
        self._ways[call.way].abandon(call.id)

    def _again(self, call: _Call, target: str = "") -> None:
        self._calls.pop(call.id, None)
        self._spawn(self._dial(call, target))

    async def hang_up(self, attempt: AttemptId) -> None:
        """CANCEL, BYE or forget, by the call's phase. Unknown attempts are ignored."""
        name = self._current.get(attempt)
        if name is None:
            return
        call = self._calls[name]
        await self._engine.hang_up(name)
        self._ways[call.way].abandon(name)
        if self._engine.audio(name) is None:
            # Perhaps the engine was not asked yet. A second word of its end is dropped.
            self._over(call, Ended(attempt, Cause.HUNG_UP_BY_CALLER))

    def prove(self) -> None:
        """Ask the platforms now whether they are there; the answers come as events."""
        for pulse in self._pulses:
            pulse.prove()

    async def send_digit(self, attempt: AttemptId, digit: str) -> None:
        """One RFC 4733 telephone-event."""
        name = self._current.get(attempt)
        if name is not None:
            await self._engine.send_digit(name, digit)

    def audio(self, attempt: AttemptId) -> CallAudio | PacketAudio | None:
        """The call's sound, once there is some, else None."""
        name = self._current.get(attempt)
        return None if name is None else self._engine.audio(name)

    def stats(self, attempt: AttemptId) -> MediaStats:
        """Also valid after the call ended, until the next :meth:`dial`."""
        name = self._current.get(attempt)
        if name is None and self._last is not None and self._last[0] == attempt:
            name = self._last[1]
        return MediaStats() if name is None else self._engine.stats(name)

    async def close(self) -> None:
        """Hang up what is live (each gets its BYE or CANCEL); at most 3 s."""
        self._network.close()
        await self._engine.close()
        for call in list(self._calls.values()):
            self._ways[call.way].abandon(call.id)
        if self._calls or self._last is not None:
            await asyncio.sleep(_RELEASE_S)
        await asyncio.gather(*(pulse.close() for pulse in self._pulses))
        for way in self._ways:
            await way.close()

    # --- what is told ---------------------------------------------------------------------------------------

    def _on_engine_event(self, event: EngineEvent) -> None:
        call = self._calls.get(event.attempt)
        if call is None:
            return
        if isinstance(event, Ended):
            self._ways[call.way].abandon(call.id)
            if call.is_undelivered and event.cause is Cause.UNAVAILABLE:
                event = Ended(call.id, Cause.UNREACHABLE)
        if isinstance(event, Ended) and self._is_leaving and event.cause is Cause.HUNG_UP_BY_CALLER:
            event = replace(event, cause=Cause.MEDIA_FAILED)
        if self._current.get(call.attempt) != event.attempt:
            self._calls.pop(event.attempt, None)
            return  # of a call that another one has taken the place of
        if isinstance(event, Progressed | Alerted | Answered):
            call.is_heard = True
        if isinstance(event, Answered) and self._menus.get(call.number):
            self._spawn(self._go_through(self._menus[call.number], call))
        if not isinstance(event, Ended):
            self._emit(replace(event, attempt=call.attempt))
        elif not self._after(call, event):
            self._over(call, replace(event, attempt=call.attempt))

    async def _go_through(self, menu: Sequence[Step], call: _Call) -> None:
        for step in menu:
            match step:
                case Pause(seconds=seconds):
                    await asyncio.sleep(seconds)
                case Key(digit=digit) if self._current.get(call.attempt) == call.id:
                    await self._engine.send_digit(call.id, digit)
                    await asyncio.sleep(_KEY_S)

    def _after(self, call: _Call, ended: Ended) -> bool:
        """Go on with the attempt where its call ended early. False: nothing more to try."""
        targets = [each for each in call.targets if self._may_dial(each)]
        other = self._another(call)
        if targets and ended.status in range(300, 400) and call.redirections < MOST_REDIRECTIONS:
            self._again(replace(call, targets=(), redirections=call.redirections + 1), targets[0])
        elif ended.status in _TOO_MUCH and not call.is_plain:
            log.warning("the platform refuses an INVITE with our location (%d); sending it without", ended.status)
            self._plain.add(call.way)
            self._again(replace(call, is_plain=True))
        elif not (call.is_sent or call.is_bare) and self._ways[call.way].account.ice and ended.cause in _WAY_FAULTS:
            self._again(replace(call, is_bare=True))  # no candidates could be found
        elif ended.cause in _WAY_FAULTS and other is not None:
            log.info("%s: %s over account %d; trying account %d", call.attempt, ended.cause, call.way, other)
            self._again(replace(call, way=other, tried=call.tried | {call.way}))
        else:
            return False
        return True

    def _another(self, call: _Call) -> int | None:
        return next((each for each in range(len(self._ways)) if each not in call.tried | {call.way}), None)

    def _over(self, call: _Call, ended: Ended) -> None:
        if self._current.get(call.attempt) == call.id:
            del self._current[call.attempt]
            self._last = call.attempt, call.id
            self._calls.pop(call.id, None)
            asyncio.get_running_loop().call_soon(self._emit, ended)

    def _told(self, told: Told) -> None:
        call = self._calls.get(AttemptId(told.attempt))
        if call is None:
            return
        match told:
            case Sent():
                call.is_sent = True
            case Heard():
                call.is_heard = True
            case WorkedOn():
                self._on_engine_event(Progressed(call.id))
            case Undelivered():
                call.is_undelivered = True
            case Redirected(targets=targets):
                call.targets = targets
            case Completed(farewell=farewell):
                way = self._ways[call.way]
                if way.target is not None and (not farewell.host or farewell.transport == "tls"):
                    farewell = replace(farewell, host=way.target.host, port=way.target.port)
                    farewell = replace(farewell, server_name=way.target.server_name, ca_file=way.account.ca_file)
                call.farewell = farewell
                self._emit(FarewellReady(call.attempt, farewell))

    def _dress(self, account: Account, invite: Message) -> Message:
        pidf = document(self._location, self._terminal, account.domain, datetime.now(UTC)) if self._location else ""
        return located(invite, pidf, self._terminal, account.domain)

    def _network_changed(self, change: NetworkChanged) -> None:
        log.info("the network changed: %s", change)
        self._spawn(self._follow_the_network())

    async def _follow_the_network(self) -> None:
        """Prove the ways anew; when our address is another one now, end what the engine cannot carry on."""
        moved = False
        for way, pulse in zip(self._ways, self._pulses, strict=True):
            try:
                moved = await way.open() != self._bound or moved
            except RetryLater:
                continue  # no way now: it may come back as it was
            pulse.prove()
        if moved and not self._is_leaving:
            log.warning("our address changed: the voice process must start again")
            self._is_leaving = True
            self._emit(Moved())
            live = [self._calls[name] for name in self._current.values()]
            for call in live:
                await self._engine.hang_up(call.id)
            # The engine's own BYE cannot leave from an address that is gone.
            await asyncio.gather(*(say(call.farewell, _FAREWELL_S) for call in live if call.farewell is not None))
            self._moved = True
            self._emit(PathLost(0, None, "our address changed"))

    def _broke(self, place: int, reason: str) -> None:
        self._pulses[place].broke(reason)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
