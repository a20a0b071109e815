"""A DNS server for tests, on the loopback alone: it answers from a table, or misbehaves as servers in the field do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.ports import free_port

Zone = dict[tuple[str, str], list[str]]
"""Name and kind to the records' text: ``{("a.test.", "A"): ["192.0.2.1"]}``."""


@dataclass
class Behaviour:
    """How the server is today; may be changed while it runs."""

    zone: Zone = field(default_factory=dict)
    ttl_s: int = 300
    is_silent: bool = False
    silent_kinds: frozenset[str] = frozenset()
    """Kinds of question that are never answered, as some routers do with SRV or AAAA."""
    drop: int = 0
    """How many questions are lost before the first is heard."""
    delay_s: float = 0.0
    code: str = ""
    """SERVFAIL, REFUSED ...: said to every question."""
    cuts_udp: bool = False
    """UDP answers are cut (TC): the whole one is had over TCP."""
    garbage: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Every question heard, in order."""


class DnsServer(asyncio.DatagramProtocol):
    """UDP and TCP on one port. Its event loop's only."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.port = 0
        self._udp: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._udp = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = asyncio.create_task(self._answer_udp(data, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_udp(self, data: bytes, addr: tuple[str, int]) -> None:
        response = await self._response(data)
        if response is None or self._udp is None:
            return
        if self.behaviour.garbage:
            self._udp.sendto(b"this is not DNS", addr)
            return
        if self.behaviour.cuts_udp:
            response.flags |= dns.flags.TC
            response.answer = []
        self._udp.sendto(response.to_wire(), addr)

    async def serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            length = int.from_bytes(await reader.readexactly(2), "big")
            response = await self._response(await reader.readexactly(length))
            if response is not None:
                writer.write(response.to_wire(prepend_length=True))
                await writer.drain()
        writer.close()

    async def _response(self, data: bytes) -> dns.message.Message | None:
        behaviour, question = self.behaviour, dns.message.from_wire(data)
        (asked,) = question.question
        name, kind = asked.name.to_text().lower(), dns.rdatatype.to_text(asked.rdtype)
        behaviour.asked.append((name, kind))
        if behaviour.drop > 0:
            behaviour.drop -= 1
            return None
        if behaviour.is_silent or kind in behaviour.silent_kinds:
            return None
        if behaviour.delay_s:
            await asyncio.sleep(behaviour.delay_s)
        response = dns.message.make_response(question)
        if behaviour.code:
            response.set_rcode(dns.rcode.from_text(behaviour.code))
            return response
        while alias := behaviour.zone.get((name, "CNAME")):
            response.answer.append(dns.rrset.from_text(name, behaviour.ttl_s, "IN", "CNAME", *alias))
            name = alias[0]
        if records := behaviour.zone.get((name, kind)):
            response.answer.append(dns.rrset.from_text(name, behaviour.ttl_s, "IN", kind, *records))
        elif not any(known == name for known, _ in behaviour.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._udp is not None:
            self._udp.close()


@asynccontextmanager
async def dns_server(behaviour: Behaviour) -> AsyncIterator[tuple[str, int]]:
    """Address and port of a running server that behaves so."""
    loop = asyncio.get_running_loop()
    _, server = await loop.create_datagram_endpoint(lambda: DnsServer(behaviour), local_addr=("127.0.0.1", free_port()))
    stream = await asyncio.start_server(server.serve_tcp, "127.0.0.1", server.port)
    try:
        yield "127.0.0.1", server.port
    finally:
        stream.close()
        await server.close()
