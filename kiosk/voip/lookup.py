"""Asks the DNS servers of this machine, several at once, and never waits longer than it is told to.

The system's own resolver asks one server after another and can take 40 s when they are silent. Here each further
server, and each repetition, is asked :data:`STAGGER_S` after the one before while all of them are still listened to:
one dead server of three costs four tenths of a second. Time-outs are the event loop's: the wall clock may jump by
years.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.resolver
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from dns.rdtypes.IN.SRV import SRV

from kiosk.voip.found import Fault, Found, LookupFailed
from kiosk.voip.targets import SrvRecord

STAGGER_S = 0.4
ROUNDS = 2
"""How often each server is asked: a question or an answer may get lost."""
SECOND_FAMILY_S = 0.3
"""After the addresses of one family came, the other one's are waited for this long (RFC 8305 §3)."""


Nameservers = Callable[[], Sequence[tuple[str, int]]]


def system_nameservers() -> Sequence[tuple[str, int]]:
    """Address and port of each in /etc/resolv.conf, read now: DHCP may have changed it."""
    try:
        configured = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        return ()
    return [(server, configured.port) for server in configured.nameservers if isinstance(server, str)]


class Lookup:
    """Questions to DNS. One event loop."""

    def __init__(self, nameservers: Nameservers = system_nameservers) -> None:
        self._nameservers = nameservers

    async def services(self, name: str, within_s: float) -> Found:
        """SRV records of ``name``; none is an answer too. Raises: LookupFailed."""
        return await self._ask(name, "SRV", within_s)

    async def addresses(self, name: str, within_s: float) -> Found:
        """Addresses of ``name``, both families asked at once. Raises: LookupFailed, when there is none."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        tasks = {asyncio.create_task(self._ask(name, kind, within_s)) for kind in ("AAAA", "A")}
        good: list[Found] = []
        faults: list[Fault] = []
        pending = set(tasks)
        try:
            while pending and (left_s := until - loop.time()) > 0:
                done, pending = await asyncio.wait(pending, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    error = task.exception()
                    if isinstance(error, LookupFailed):
                        faults.append(error.fault)
                    elif error is not None:
                        raise error
                    elif task.result().addresses:
                        good.append(task.result())
                    else:
                        faults.append(Fault.NO_ADDRESS)
                if good:
                    until = min(until, loop.time() + SECOND_FAMILY_S)
        finally:
            await _end(tasks)
        if not good:
            raise LookupFailed(_gravest(faults))
        return Found(tuple(each for found in good for each in found.addresses), (), min(each.ttl_s for each in good))

    async def _ask(self, name: str, kind: str, within_s: float) -> Found:
        """One question to all servers, staggered; the first that knows is believed."""
        queue = list(self._nameservers()) * ROUNDS
        if not queue:
            raise LookupFailed(Fault.NO_SERVER)
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        tasks: set[asyncio.Task[Found]] = set()
        pending: set[asyncio.Task[Found]] = set()
        faults: list[Fault] = []
        try:
            while (queue or pending) and (left_s := until - loop.time()) > 0:
                if queue:
                    task = asyncio.create_task(_query(name, kind, *queue.pop(0)))
                    tasks.add(task)
                    pending.add(task)
                    left_s = min(left_s, STAGGER_S) if queue else left_s
                done, pending = await asyncio.wait(pending, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    error = task.exception()
                    if error is None:
                        return task.result()
                    if not isinstance(error, LookupFailed):
                        raise error
                    if error.fault is Fault.NO_SUCH_NAME:
                        raise error
                    faults.append(error.fault)
        finally:
            await _end(tasks)
        raise LookupFailed(_gravest(faults))


async def _query(name: str, kind: str, server: str, port: int) -> Found:
    """One question to one server, until it answers: who asks has the time-out. Over TCP when UDP cuts the answer."""
    try:
        question = dns.message.make_query(name, kind)
        response, _ = await dns.asyncquery.udp_with_fallback(
            question, server, port=port, ignore_unexpected=True, ignore_errors=True
        )
        code = response.rcode()
        if code == dns.rcode.NXDOMAIN:
            raise LookupFailed(Fault.NO_SUCH_NAME)
        if code != dns.rcode.NOERROR or not isinstance(response, dns.message.QueryMessage):
            raise LookupFailed(Fault.FAILED)
        chain = response.resolve_chaining()
    except (OSError, EOFError) as error:
        raise LookupFailed(Fault.SILENT) from error  # not reachable
    except (dns.exception.DNSException, ValueError) as error:
        raise LookupFailed(Fault.FAILED) from error  # not DNS
    records = list(chain.answer) if chain.answer is not None else []
    return Found(
        tuple(str(record.address) for record in records if isinstance(record, A | AAAA)),
        tuple(
            SrvRecord(record.priority, record.weight, record.port, str(record.target))
            for record in records
            if isinstance(record, SRV)
        ),
        chain.minimum_ttl,
    )


def _gravest(faults: Sequence[Fault]) -> Fault:
    """The one that says most: a definite no, then a complaint, then silence."""
    order = (Fault.NO_SUCH_NAME, Fault.NO_ADDRESS, Fault.FAILED, Fault.NO_SERVER)
    return next((fault for fault in order if fault in faults), Fault.SILENT)


async def _end(tasks: set[asyncio.Task[Found]]) -> None:
    """Cancel what still listens, and wait until its sockets are closed."""
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
