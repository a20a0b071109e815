"""Finds the platform: from the configured name to the addresses to try, within two seconds whatever DNS does.

RFC 3263 in small: an address is taken as it is; a name with a port has addresses; a name alone has SRV records for the
configured transport, else addresses and the default port. What was found once is remembered (in memory and in a
file), and given at once the next time, while it is looked up anew beside: DNS that does not answer delays no call to a
platform whose address is known.
"""

import asyncio
import functools
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import RetryLater
from kiosk.netlink import local_address_for
from kiosk.voip.found import Fault, Found, LookupFailed
from kiosk.voip.last_good import LastGoodFile
from kiosk.voip.targets import (
    DEFAULT_PORTS,
    SERVICES,
    SrvRecord,
    Target,
    by_family,
    hosts_in,
    in_order,
    is_address,
    parse_server,
)

if TYPE_CHECKING:
    from kiosk.voip.lookup import Lookup

log = logging.getLogger(__name__)

WHOLE_S = 2.0
"""For one whole look-up."""
SERVICES_S = 1.1
"""Of that, for SRV: there are routers that pass no such question on, and then the addresses must do."""
ADDRESSES_S = 0.8
"""For the addresses of what SRV named."""
LEAST_TTL_S = 30
LONGEST_TTL_S = 3600
MOST_TARGETS = 8


class Source(StrEnum):
    """Where an answer is from."""

    CONFIGURED = "configured"
    HOSTS = "hosts file"
    DNS = "dns"
    FILE = "file"


@dataclass(frozen=True)
class Answer:
    """Where the platform is."""

    targets: tuple[Target, ...]
    """To be tried in this order; never empty."""
    source: Source
    fresh_until: float | None
    """Event loop's time; afterwards it is looked up anew when asked for, and still good. None: for ever."""
    fault: Fault | None = None
    """Why it could not be renewed, if it could not."""


class NotResolved(RetryLater):
    """There is no address, and none is remembered. ``fault`` tells a wrong name from silent servers."""

    def __init__(self, server: str, fault: Fault) -> None:
        remedy = "correct voip.server" if fault in (Fault.NO_SUCH_NAME, Fault.NOT_OFFERED) else "check the network"
        super().__init__(f"the platform {server!r} cannot be found: {fault.value}; {remedy}")
        self.fault = fault


class Resolver:
    """Where one server is. One event loop; the file is read and written in a thread of its own."""

    def __init__(
        self,
        server: str,
        transport: str,
        *,
        folder: Path | None = None,
        lookup: "Lookup | None" = None,
        chance: random.Random | None = None,
        hosts: Path = Path("/etc/hosts"),
        wall: Callable[[], float] = time.time,
    ) -> None:
        """``folder``: for the file (on the card, to survive a power cut; None: memory alone). Raises: BadInput."""
        self._name = server
        self._server = parse_server(server)
        self._transport = transport
        self._file = LastGoodFile(folder, server, transport) if folder is not None else None
        self._given = lookup
        self._chance = chance or random.SystemRandom()
        self._hosts = hosts
        self._wall = wall
        self._known: Answer | None = None
        self._running: asyncio.Task[Answer] | None = None
        if self._server.is_address:
            self._known = Answer((self._target(self._server.host),), Source.CONFIGURED, None)
        elif self._file is not None and (held := self._file.load(wall())):
            self._known = Answer(held, Source.FILE, 0.0)

    @functools.cached_property
    def _lookup(self) -> "Lookup":
        if self._given is not None:
            return self._given
        from kiosk.voip.lookup import Lookup  # a tenth of a second, for names alone

        return Lookup()

    def known(self) -> Answer | None:
        """What is known, at once, be it old; None: nothing yet. A stale answer is looked up anew beside."""
        if self._known is not None and not self._is_fresh():
            self.refresh()
        return self._known

    async def find(self) -> Answer:
        """What is known, at once, else looked up within :data:`WHOLE_S`. Raises: NotResolved (RetryLater)."""
        return self.known() or await self.resolve()

    async def resolve(self) -> Answer:
        """Look up now, or join the look-up that runs; what was known is the answer if that fails. As :meth:`find`."""
        # Shielded: who waits may be given up, the others and the memory still want to know.
        return await asyncio.shield(self.refresh())

    def refresh(self) -> "asyncio.Task[Answer]":
        """Look up beside, unless that is being done; nobody needs to wait for it."""
        if self._running is None:
            self._running = asyncio.create_task(self._renew(), name="resolve")
            self._running.add_done_callback(self._renewed)
        return self._running

    async def close(self) -> None:
        """End a running look-up."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def _renewed(self, task: "asyncio.Task[Answer]") -> None:
        self._running = None
        if not task.cancelled() and (error := task.exception()) is not None:
            # Taken here, for in the background nobody asks for it.
            log.warning("%s", error)

    def _is_fresh(self) -> bool:
        until = self._known.fresh_until if self._known is not None else 0.0
        return until is None or asyncio.get_running_loop().time() < until

    async def _renew(self) -> Answer:
        if self._server.is_address and self._known is not None:
            return self._known
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(WHOLE_S):
                answer = await self._look_up()
        except (LookupFailed, TimeoutError) as error:
            fault = error.fault if isinstance(error, LookupFailed) else Fault.SILENT
            if self._known is None:
                raise NotResolved(self._name, fault) from error
            log.warning("%r: %s; its last address is used", self._name, fault.value)
            # Asked again at the next need, but not by every need of this half minute.
            self._known = Answer(self._known.targets, self._known.source, now + LEAST_TTL_S, fault)
            return self._known
        self._known = answer
        if self._file is not None and answer.source is Source.DNS:
            await asyncio.to_thread(self._file.save, answer.targets, self._wall())
        return answer

    async def _look_up(self) -> Answer:
        loop, host = asyncio.get_running_loop(), self._server.host
        if named := hosts_in(await asyncio.to_thread(self._read_hosts), host):
            return Answer(self._targets(named, None), Source.HOSTS, loop.time() + LEAST_TTL_S)
        # Asked beside SRV, not after it: they are its fall-back, and time is short.
        plain = asyncio.create_task(self._lookup.addresses(host, WHOLE_S))
        try:
            if self._server.port is None:
                targets, ttl_s = await self._from_services()
                if targets:
                    return self._answer(targets, ttl_s)
            found = await plain
            return self._answer(self._targets(found.addresses, None), found.ttl_s)
        finally:
            plain.cancel()
            await asyncio.gather(plain, return_exceptions=True)

    async def _from_services(self) -> tuple[tuple[Target, ...], int]:
        """Targets that SRV names, in order, and their life; none when there are no such records, or no answer."""
        try:
            found = await self._lookup.services(f"{SERVICES[self._transport]}.{self._server.host}", SERVICES_S)
        except LookupFailed:
            return (), 0
        if [record.target for record in found.services] == ["."]:
            raise LookupFailed(Fault.NOT_OFFERED)
        records = in_order(found.services, self._chance)[:MOST_TARGETS]
        resolved = await asyncio.gather(*(self._addresses_of(record) for record in records))
        targets = [
            target
            for record, addresses in zip(records, resolved, strict=True)
            for target in self._targets(addresses.addresses, record.port)
        ]
        return tuple(targets), min([found.ttl_s, *(each.ttl_s for each in resolved if each.addresses)])

    async def _addresses_of(self, record: SrvRecord) -> Found:
        if is_address(record.target.rstrip(".")):
            return Found((record.target.rstrip("."),), (), LONGEST_TTL_S)
        try:
            return await self._lookup.addresses(record.target, ADDRESSES_S)
        except LookupFailed:
            return Found()

    def _targets(self, addresses: list[str] | tuple[str, ...], port: int | None) -> tuple[Target, ...]:
        routed = {4: False, 6: False}
        for address in addresses:
            version = 6 if ":" in address else 4
            routed[version] = routed[version] or local_address_for(address, 9) is not None
        return tuple(self._target(address, port) for address in by_family(list(addresses), routed))

    def _target(self, address: str, port: int | None = None) -> Target:
        port = port or self._server.port or DEFAULT_PORTS[self._transport]
        return Target(address, port, self._transport, self._server.host)

    def _answer(self, targets: tuple[Target, ...], ttl_s: int) -> Answer:
        life_s = min(max(ttl_s, LEAST_TTL_S), LONGEST_TTL_S)
        return Answer(targets, Source.DNS, asyncio.get_running_loop().time() + life_s)

    def _read_hosts(self) -> str:
        try:
            return self._hosts.read_text("utf-8", "replace")
        except OSError:
            return ""
