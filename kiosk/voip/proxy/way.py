"""One account's way to its platform: the engine's side (a UDP port on loopback), the relay, and the wire.

On one event loop. The engine is given :attr:`Way.inner` as its server and knows of no other; names, addresses,
certificates and connections are found and kept here.
"""

import asyncio
import contextlib
import logging
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from kiosk.errors import RetryLater
from kiosk.netlink import local_address_for
from kiosk.voip.engine import Account
from kiosk.voip.proxy.actions import (
    Action,
    Completed,
    Heard,
    Redirected,
    Sent,
    ToEngine,
    ToPlatform,
    Undelivered,
    WorkedOn,
)
from kiosk.voip.proxy.legs import Address
from kiosk.voip.proxy.making import Ends
from kiosk.voip.proxy.message import Message, NotSip, parse
from kiosk.voip.proxy.relay import Relay
from kiosk.voip.proxy.upstream import Upstream
from kiosk.voip.resolver import Resolver
from kiosk.voip.targets import Target

log = logging.getLogger(__name__)

Told = Redirected | Undelivered | Sent | Heard | WorkedOn | Completed
LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
_LARGEST = 65_535


class Way:
    """See the module. ``tell`` gets what is known of attempts, ``on_broken`` the reason a connection broke for."""

    def __init__(
        self,
        account: Account,
        tell: Callable[[Told], None],
        on_broken: Callable[[str], None],
        dress: Callable[[Message], Message] = lambda invite: invite,
        folder: Path | None = None,
    ) -> None:
        """``folder``: where the platform's last known addresses are kept.

        Raises: NeedsTechnician, BadInput for an unusable account.
        """
        self.account = account
        self._tell, self._on_broken = tell, on_broken
        self._resolver = Resolver(account.server, account.transport, folder=folder)
        self._failed: Target | None = None
        """The place that was dead: others are tried before it."""
        self._upstream = Upstream(account.transport, self, account.ca_file)
        self._relay = Relay(self.ends, lambda: secrets.token_hex(10), dress)
        self._line: socket.socket | None = None
        self.inner: Address = ("", 0)
        """Where the engine sends everything to, once we :meth:`listen`."""
        self._timer: asyncio.TimerHandle | None = None
        self._opening = asyncio.Lock()
        self.taker: Callable[[bytes], bool] = lambda raw: False
        """Asked first whether what came is its own: registration and probes."""

    def listen(self, family: socket.AddressFamily) -> None:
        """Have the engine's side: loopback of the ``family`` in which the engine will be bound. Once."""
        self._line = socket.socket(family, socket.SOCK_DGRAM)
        self._line.setblocking(False)
        self._line.bind((LOOPBACK[family], 0))
        self.inner = self._line.getsockname()[:2]
        asyncio.get_running_loop().add_reader(self._line, self._engine_wrote)

    @property
    def local(self) -> str:
        """Our address towards the platform; empty before the first :meth:`open`."""
        return self._upstream.local[0]

    @property
    def target(self) -> Target | None:
        """Where the platform is; None before the first :meth:`open`."""
        return self._upstream.target

    def ends(self) -> Ends:
        """How the two sides are named now."""
        return Ends(self.account.transport, self._upstream.local, self.inner)

    async def open(self) -> str:
        """Have a wire to the platform, within some seconds; returns our address on it. Raises: RetryLater."""
        async with self._opening:
            targets = (await self._resolver.find()).targets
            fault = RetryLater("no route to the platform; check the network")
            for target in sorted(targets, key=lambda each: each == self._failed):
                local = self.account.local_address or local_address_for(target.host, target.port)
                if local is None:
                    continue
                try:
                    await self._upstream.open(target, local)
                except RetryLater as error:
                    fault = error
                    continue
                self._failed = None
                return self._upstream.local[0]
            self._resolver.refresh()  # what cannot be reached may have moved, whatever its TTL said
            raise fault

    def send(self, data: bytes) -> bool:
        """Send a request of our own to the platform. False: there is no wire."""
        return self._upstream.send(data)

    def shut(self) -> None:
        """Let go of the wire, unless a call needs it: the next :meth:`open` makes a new one."""
        if not self._relay.is_busy:
            self._failed = self._upstream.target
            self._upstream.shut()
            self._resolver.refresh()

    def route_by(self, service_route: tuple[str, ...]) -> None:
        """From the next call on take the way that the registrar named (RFC 3608)."""
        self._relay.service_route = service_route

    def abandon(self, attempt: str) -> None:
        """Nobody waits for the attempt any more: whatever it has left on the way is released."""
        self._do(self._relay.abandon(attempt, self._now()))

    async def close(self) -> None:
        """Let go of everything. Calls must be over: give their BYE a moment before."""
        if self._line is not None:
            asyncio.get_running_loop().remove_reader(self._line)
            self._line.close()
        if self._timer is not None:
            self._timer.cancel()
        self._upstream.shut()
        await self._resolver.close()

    # --- what comes in --------------------------------------------------------------------------------------

    def _engine_wrote(self) -> None:
        while self._line is not None:
            try:
                raw, engine = self._line.recvfrom(_LARGEST)
            except OSError:
                return
            with contextlib.suppress(NotSip):  # keep-alives, and the native stack's empty datagrams
                self._do(self._relay.from_engine(parse(raw), engine[:2], self._now()))

    def on_bytes(self, raw: bytes, source: Address) -> None:
        """See :class:`kiosk.voip.proxy.upstream.Listener`."""
        if self.taker(raw):
            return
        try:
            message = parse(raw)
        except NotSip:
            return  # keep-alives and garbage
        self._do(self._relay.from_platform(message, source, self._now()))

    def on_refused(self, branch: str, method: str) -> None:
        """See :class:`kiosk.voip.proxy.upstream.Listener`."""
        self._do(self._relay.undelivered(branch, method))

    def on_broken(self, reason: str) -> None:
        """See :class:`kiosk.voip.proxy.upstream.Listener`."""
        log.warning("the connection to the platform broke: %s", reason)
        self._do(self._relay.broken())
        self._on_broken(reason)

    # --- what is done ---------------------------------------------------------------------------------------

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case ToEngine(data=data, address=address) if self._line is not None:
                    with contextlib.suppress(OSError):
                        self._line.sendto(data, address)
                case ToEngine():
                    pass
                case ToPlatform(data=data, hop=hop):
                    if not self._upstream.send(data, hop):
                        with contextlib.suppress(NotSip):
                            lost = parse(data)
                            self._do(self._relay.undelivered(lost.branch, lost.method) if lost.is_request else [])
                case _:
                    self._tell(action)
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._relay.deadline
        if deadline is not None:
            self._timer = asyncio.get_running_loop().call_at(deadline, self._elapsed)

    def _elapsed(self) -> None:
        self._timer = None
        self._do(self._relay.advance(self._now()))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
