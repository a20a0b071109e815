"""A call's sound over a serial port and over a sound card: what waits, what is held back, what is counted."""

import os
import pty
import shutil
import time
import tty
from collections.abc import Iterator

import pytest

from hardware.card_sound import CardSound, open_sound
from hardware.errors import DeviceVanished
from hardware.pcm import LIMIT_BYTES, Counters, PcmPort

FRAME = b"\1\2" * 160
NEEDS_ALSA = pytest.mark.skipif(
    shutil.which("arecord") is None or shutil.which("aplay") is None, reason="needs arecord and aplay (alsa-utils)"
)


@pytest.fixture
def wire() -> Iterator[tuple[int, PcmPort]]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    port = PcmPort(os.ttyname(slave))
    yield master, port
    port.close()
    os.close(master)
    os.close(slave)


def test_nothing_is_sent_while_the_modem_says_that_its_buffer_is_full(wire: tuple[int, PcmPort]) -> None:
    master, port = wire
    port.write(FRAME)
    assert os.read(master, 4096) == FRAME
    port.hold(True)
    port.write(FRAME)
    with pytest.raises(BlockingIOError):
        os.read(master, 4096)
    assert port.queued_s() == 0.02
    port.hold(False)
    port.write(FRAME)
    assert os.read(master, 4096) == FRAME * 2
    assert port.counters == Counters(sent=480, held=1)


def test_what_the_modem_never_takes_is_dropped_and_counted(wire: tuple[int, PcmPort]) -> None:
    _, port = wire
    port.hold(True)
    for _ in range(20):
        port.write(FRAME)
    assert port.queued_s() == LIMIT_BYTES / 16_000
    assert port.counters.dropped == 20 * 160 - LIMIT_BYTES // 2


def test_what_nobody_fetches_in_time_is_late_and_counted(wire: tuple[int, PcmPort]) -> None:
    master, port = wire
    for _ in range(20):
        os.write(master, FRAME)
    assert port.read(160) == FRAME
    assert port.counters == Counters(heard=3200, late=3200 - LIMIT_BYTES // 2)


def heard(sound: CardSound, samples: int) -> int:
    """Read until so many samples came."""
    found, until = 0, time.monotonic() + 20
    while found < samples and time.monotonic() < until:
        found += len(sound.read(160)) // 2
        time.sleep(0.002)
    return found


@NEEDS_ALSA
def test_a_card_is_read_and_written_through_alsas_own_tools() -> None:
    sound = open_sound("card:null")
    assert isinstance(sound, CardSound)
    try:
        assert heard(sound, 1600) >= 1600
        until = time.monotonic() + 20
        while sound.counters.sent < 1600 and time.monotonic() < until:
            sound.write(FRAME)
            time.sleep(0.002)
        assert sound.counters.sent >= 1600
        assert sound.queued_s() <= 0.3
    finally:
        sound.close()
        sound.close()
    assert not sound.is_open
    assert sound.read(160) == b""


@NEEDS_ALSA
def test_a_card_that_is_not_there_is_named_once_and_then_silent(capfd: pytest.CaptureFixture[str]) -> None:
    sound = CardSound("NoSuchModem")
    with pytest.raises(DeviceVanished, match="sound card NoSuchModem is gone or in use; see `arecord -l`"):
        heard(sound, 1)
    assert (sound.is_open, sound.read(160)) == (False, b"")
    sound.write(FRAME)
    assert "NoSuchModem" in capfd.readouterr().err
