"""Opening a serial port: one owner, and an error that names the port and the remedy for each way it can fail."""

import contextlib
import os
import pty
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.errors import DeviceBusy, DeviceForbidden, DeviceMissing, DeviceVanished
from hardware.serial_port import open_port


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A master's descriptor and its port's name."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.close(slave)
    yield master, name
    with contextlib.suppress(OSError):
        os.close(master)


def test_bytes_cross_both_ways_and_nothing_waits(terminal: tuple[int, str]) -> None:
    master, name = terminal
    port = open_port(name)
    assert port.read() == b""
    assert port.write(b"AT\r") == 3
    assert os.read(master, 10) == b"AT\r"
    sent = 0
    while accepted := port.write(b"x" * 4096):
        sent += accepted
    assert sent > 0, "a full port takes nothing and does not block"
    port.close()
    port.close()


def test_second_owner_is_refused_until_the_first_lets_go(terminal: tuple[int, str]) -> None:
    _, name = terminal
    port = open_port(name)
    with pytest.raises(DeviceBusy, match=f"{name} is held by another program; end it"):
        open_port(name)
    port.close()
    open_port(name).close()


def test_missing_port_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviceMissing, match=r"gone is not there; plug the modem in"):
        open_port(str(tmp_path / "gone"))


def test_file_that_is_no_port_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceMissing, match=r"file cannot be used as one .*; name the modem's own port"):
        open_port(str(tmp_path / "file"))


def test_forbidden_port_is_named(terminal: tuple[int, str]) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may open every port: run as an ordinary account to see this refusal")
    _, name = terminal
    Path(name).chmod(0)
    with pytest.raises(DeviceForbidden, match="add it to the group dialout"):
        open_port(name)


def test_port_that_vanishes_is_told_on_the_next_read_and_write(terminal: tuple[int, str]) -> None:
    master, name = terminal
    port = open_port(name)
    os.close(master)
    with pytest.raises(DeviceVanished, match=f"{name} is gone"):
        port.read()
    with pytest.raises(DeviceVanished, match=f"{name} is gone"):
        port.write(b"AT\r")
    port.close()
