"""Changes of the network as the kernel tells them: read from bytes, and in a namespace of the test's own."""

import asyncio
import contextlib
import errno
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.netlink import (
    AddressSeen,
    LinkSeen,
    NetworkChanged,
    NetworkWatch,
    Picture,
    RouteSeen,
    Seen,
    local_address_for,
    messages,
)
from tests.integration.peers.processes import Process

UP_AND_RUNNING = 0x1 | 0x40 | 0x10000
HOST = bytes([192, 0, 2, 7])


def message(kind: int, body: bytes) -> bytes:
    padded = struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body
    return padded + b"\0" * (-len(padded) % 4)


def link(kind: int, index: int, flags: int) -> bytes:
    return message(kind, struct.pack("=BBHiII", 0, 0, 1, index, flags, 0xFFFFFFFF))


def address(kind: int, index: int, raw: bytes, flags: int = 0) -> bytes:
    return message(kind, struct.pack("=BBBBI", 2, 24, flags, 0, index) + struct.pack("=HH", 4 + len(raw), 2) + raw)


def route(kind: int, route_kind: int, flags: int = 0) -> bytes:
    return message(kind, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 254, 3, 0, route_kind, flags))


def test_a_datagram_of_several_messages_is_read_whole() -> None:
    datagram = link(16, 2, UP_AND_RUNNING | 0x1000) + address(20, 2, HOST) + route(24, 1) + link(17, 3, 0)
    assert messages(datagram) == [
        LinkSeen(2, UP_AND_RUNNING),
        AddressSeen(2, HOST, True, False),
        RouteSeen(),
        LinkSeen(3, -1),
    ]


def test_routes_that_lead_nowhere_else_are_passed_over() -> None:
    assert messages(route(24, 2) + route(24, 1, 0x200) + route(25, 5)) == []


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ([], LinkSeen(2, 0x1), NetworkChanged(links=True)),
        ([LinkSeen(2, 0x41)], LinkSeen(2, 0x41), NetworkChanged()),
        ([LinkSeen(2, 0x41)], LinkSeen(2, 0x1), NetworkChanged(links=True)),
        ([LinkSeen(2, 0x41)], LinkSeen(3, 0x41), NetworkChanged(links=True)),
        ([AddressSeen(2, HOST, True, False)], AddressSeen(2, HOST, True, False), NetworkChanged()),
        ([AddressSeen(2, HOST, True, True)], AddressSeen(2, HOST, True, False), NetworkChanged(addresses=True)),
        ([AddressSeen(2, HOST, True, False)], AddressSeen(2, HOST, False, False), NetworkChanged(addresses=True)),
        ([], RouteSeen(), NetworkChanged(routes=True)),
    ],
)
def test_what_says_nothing_new_is_no_change(before: list[Seen], now: Seen, changed: NetworkChanged) -> None:
    picture = Picture()
    for seen in before:
        picture.change(seen)
    assert picture.change(now) == changed


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(datagram: bytes) -> None:
    messages(datagram)
    messages(link(16, 1, 1)[:4] + datagram)


class Overrun:
    """A socket whose buffer ran over, once."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real
        self._said = False

    def recvfrom(self, size: int) -> tuple[bytes, Any]:
        if not self._said:
            self._said = True
            raise OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS))
        result: tuple[bytes, Any] = self._real.recvfrom(size)
        return result

    def fileno(self) -> int:
        return self._real.fileno()

    def close(self) -> None:
        self._real.close()


def test_an_overrun_is_a_change_of_anything() -> None:
    told: list[NetworkChanged] = []

    async def act() -> None:
        done = asyncio.Event()

        def on_change(changed: NetworkChanged) -> None:
            told.append(changed)
            done.set()

        watching = NetworkWatch(on_change, coalesce_s=0.01)
        watching.start()
        assert watching._socket is not None
        watching._socket = Overrun(watching._socket)  # type: ignore[assignment]
        watching._readable()
        async with asyncio.timeout(5):
            await done.wait()
        watching.close()
        watching.close()

    asyncio.run(act())
    assert told[0].overrun


class Script(Overrun):
    """A socket that says what it is given."""

    def __init__(self, real: socket.socket) -> None:
        super().__init__(real)
        self.waiting: list[bytes] = []

    def recvfrom(self, size: int) -> tuple[bytes, Any]:
        if not self.waiting:
            raise BlockingIOError
        return self.waiting.pop(0), (0, 0)


def test_what_comes_within_a_moment_is_told_together() -> None:
    told: list[NetworkChanged] = []

    async def act() -> None:
        done = asyncio.Event()

        def on_change(changed: NetworkChanged) -> None:
            told.append(changed)
            done.set()

        watching = NetworkWatch(on_change, coalesce_s=0.05)
        watching.start()
        assert watching._socket is not None
        script = Script(watching._socket)
        watching._socket = script  # type: ignore[assignment]
        for datagram in (link(16, 2, UP_AND_RUNNING), address(20, 2, HOST), route(24, 1)):
            script.waiting = [datagram]
            watching._readable()
            for _ in range(3):
                await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await done.wait()
        watching.close()

    asyncio.run(act())
    assert told == [NetworkChanged(links=True, addresses=True, routes=True)]


def test_our_address_on_the_way_is_the_kernels_choice() -> None:
    assert local_address_for("127.0.0.5", 5060) == "127.0.0.1"
    assert local_address_for("255.255.255.255", 0) is None
    assert local_address_for("no address", 5060) is None


# --- in a namespace -------------------------------------------------------------------------------------------


class Space:
    """A network namespace with a cable in it, and a watch."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.watch: Process | None = None

    def ip(self, *words: str) -> None:
        subprocess.run(["ip", "-n", self.name, *words], check=True, capture_output=True, timeout=10)

    def start(self) -> Process:
        self.watch = Process(
            ["ip", "netns", "exec", self.name, sys.executable, "-m", "tests.netlink_watcher"], stdin=True
        )
        self.watch.wait_for(lambda line: line["event"] == "watching", "the watch")
        return self.watch

    def after(self, *words: str, **wanted: object) -> Any:
        """Change something; the first change that is as ``wanted``."""
        assert self.watch is not None
        since = len(self.watch.lines)
        self.ip(*words)
        return self.watch.wait_for(lambda line: wanted.items() <= line.items(), f"{words}: {wanted}", since)


@pytest.fixture
def space() -> Iterator[Space]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a network namespace needs root and iproute2")
    name = f"kiosk-test-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False, timeout=10)
    if made.returncode:
        pytest.skip(f"no network namespace here: {made.stderr.strip()}")
    space = Space(name)
    try:
        space.ip("link", "add", "cable", "type", "veth", "peer", "name", "far")
        yield space
    finally:
        if space.watch is not None:
            space.watch.end()
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(["ip", "netns", "delete", name], check=True, capture_output=True, timeout=10)


def test_cable_address_and_route_are_seen_as_they_come_and_go(space: Space) -> None:
    space.start()
    space.after("link", "set", "far", "up", links=True)
    space.after("link", "set", "cable", "up", links=True)
    space.after("address", "add", "192.0.2.7/24", "dev", "cable", addresses=True)
    seen = space.after("route", "add", "default", "via", "192.0.2.1", routes=True)
    assert seen["local"] == "192.0.2.7", "and the new way is there when it is told"
    assert space.after("link", "set", "far", "down", links=True)
    space.after("link", "set", "far", "up", links=True)
    gone = space.after("address", "delete", "192.0.2.7/24", "dev", "cable", addresses=True)
    assert gone["local"] is None
    space.after("address", "add", "2001:db8::7/64", "dev", "cable", "nodad", addresses=True)
    space.after("link", "delete", "cable", links=True)


def test_a_burst_is_told_as_one_change(space: Space) -> None:
    space.ip("link", "set", "far", "up")
    space.ip("link", "set", "cable", "up")
    watch = space.start()
    since = len(watch.lines)
    batch = "".join(f"address add 192.0.2.{host}/24 dev cable\n" for host in range(10, 60))
    subprocess.run(
        ["ip", "-n", space.name, "-batch", "-"], input=batch, text=True, check=True, capture_output=True, timeout=10
    )
    # A last change that only the whole of what came before can precede.
    space.after("link", "set", "cable", "down", links=True)
    told = [line for line in watch.lines[since:] if line["event"] == "changed" and line["addresses"]]
    assert 1 <= len(told) <= 5, f"{len(told)} changes told for a burst"
