"""Ports that nobody else comes by between their choice and their use."""

import socket
from pathlib import Path

import pytest

from kiosk.demo.ports import PORTS, free_port
from tests import ports


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_that_somebody_holds_is_not_given(kind: socket.SocketKind) -> None:
    row = range(first := free_port(3), first + 3)
    with socket.socket(type=kind) as held:
        held.bind(("127.0.0.1", row[1]))
        with pytest.raises(OSError, match=rf"no 3 free ports in a row from {row[0]} to {row[-1]}; end what holds them"):
            free_port(3, row)
        assert {free_port(1, row) for _ in range(50)} == {row[0], row[2]}


def test_the_kernel_gives_none_of_them_to_who_asks_for_any() -> None:
    _, highest = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split()
    assert int(highest) < PORTS.start


def test_tests_that_run_side_by_side_have_each_their_own_and_no_port_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "2")
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    first = [ports.free_port() for _ in range(20)]
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw1")
    second = [ports.free_port() for _ in range(20)]
    assert max(first) < min(second)
    assert len({*first, *second}) == 40
