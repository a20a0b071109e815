"""Where a way leads when the platform moves or one of its doors is shut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import RetryLater
from kiosk.voip.lookup import Lookup
from kiosk.voip.probing import PONG
from kiosk.voip.proxy.way import Way
from kiosk.voip.resolver import Resolver
from tests.fakes.dns_server import Behaviour, dns_server
from tests.ports import free_port
from tests.voip.wires import ACCOUNT

SHUT, OPEN = "127.0.0.2", "127.0.0.1"


@asynccontextmanager
async def a_door(port: int, said: bytes = b"") -> AsyncIterator[None]:
    """Somebody who takes connections, on one loopback address alone, and says ``said`` on each."""
    taken: list[asyncio.StreamWriter] = []

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(writer)
        writer.write(said)

    server = await asyncio.start_server(take, OPEN, port)
    try:
        yield
    finally:
        server.close()
        for writer in taken:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def a_way(folder: Path, port: int, dns: Behaviour) -> AsyncIterator[Way]:
    """A way over TCP to help.test, which is where ``dns`` says."""
    async with dns_server(dns) as nameserver:
        server = f"help.test:{port}"
        way = Way(replace(ACCOUNT, server=server, transport="tcp"), lambda told: None, lambda reason: None)
        way._resolver = Resolver(server, "tcp", lookup=Lookup(lambda: [nameserver]), hosts=folder / "none")
        try:
            yield way
        finally:
            await way.close()


def run(act: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(20):
            await act()

    asyncio.run(whole())


def test_of_two_doors_the_one_that_opens_is_taken(tmp_path: Path) -> None:
    """FIELD_FAILURES 4."""

    async def act() -> None:
        port = free_port()
        async with a_door(port), a_way(tmp_path, port, Behaviour({("help.test.", "A"): [SHUT, OPEN]})) as way:
            assert await way.open() == OPEN
            assert way.target is not None
            assert way.target.host == OPEN

    run(act)


def test_a_platform_that_moved_is_found_before_its_old_address_is_out_of_date(tmp_path: Path) -> None:
    async def act() -> None:
        port = free_port()
        dns = Behaviour({("help.test.", "A"): [SHUT]}, ttl_s=3600)
        async with a_door(port), a_way(tmp_path, port, dns) as way:
            with pytest.raises(RetryLater):
                await way.open()
            dns.zone["help.test.", "A"] = [OPEN]
            for _ in range(100):
                with contextlib.suppress(RetryLater):
                    await way.open()
                    break
                await asyncio.sleep(0.01)
            assert way.target is not None
            assert way.target.host == OPEN

    run(act)


def test_the_answer_to_a_ping_reaches_the_probes(tmp_path: Path) -> None:
    async def act() -> None:
        port, came, heard = free_port(), asyncio.Event(), []

        def taker(raw: bytes) -> bool:
            heard.append(raw)
            came.set()
            return True

        async with a_door(port, PONG), a_way(tmp_path, port, Behaviour({("help.test.", "A"): [OPEN]})) as way:
            way.taker = taker
            await way.open()
            await came.wait()
            assert heard == [PONG]

    run(act)
