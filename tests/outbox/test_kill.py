"""A real writer process, killed with SIGKILL while it writes; and a real file system, shut down under it."""

import contextlib
import errno
import fcntl
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from kiosk.outbox.answers import Counted, Kept
from kiosk.outbox.store import Outbox
from tests.outbox.worlds import DrivenClock, event, ulid

ROOT = Path(__file__).resolve().parents[2]
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
"""As a power cut: what is not on the disk by now never gets there."""


class Writer:
    """The writer process, and what it said."""

    def __init__(self, folder: Path, first: int, *words: str) -> None:
        command = [sys.executable, "-m", "tests.outbox.writer", str(folder), str(first), *words]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.said: IO[str] = self.process.stdout
        self.put: list[str] = []
        self.sent: list[str] = []

    def hear(self, lines: int) -> None:
        for _ in range(lines):
            self._take(self.said.readline())

    def end(self, signum: int) -> None:
        """End it and hear the rest: what stands in the pipe was acknowledged."""
        self.process.send_signal(signum)
        for line in self.said:
            if line.endswith("\n"):
                self._take(line)
        self.process.wait(20)
        self.said.close()

    def _take(self, line: str) -> None:
        word, _, what = line.strip().partition(" ")
        assert word in ("put", "sent"), f"the writer said {line!r}"
        if word == "put":
            self.put.append(ulid(int(what)))
        else:
            self.sent.append(what)


def recovered(folder: Path) -> tuple[list[str], Outbox]:
    outbox = Outbox(folder / "outbox.journal", DrivenClock(), None, reserve_kib=64)
    return [line.id for line in outbox.list()], outbox


def test_a_writer_killed_again_and_again_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    put: list[str] = []
    sent: list[str] = []
    first = 1
    for round_number in range(4):
        writer = Writer(tmp_path, first, "settle")
        writer.hear(15 + 23 * round_number)
        writer.end(signal.SIGKILL)
        put += writer.put
        sent += writer.sent
        found, outbox = recovered(tmp_path)
        promoted = outbox.promoted
        outbox.close()
        lost = [event_id for event_id in put if event_id not in sent and event_id not in found]
        assert len(lost) <= 3, "more is gone than one settling in flight"
        assert lost == [event_id for event_id in put if event_id not in sent][: len(lost)], "the oldest go first"
        sent += lost
        assert [event_id for event_id in found if event_id in sent] == []
        # At most the one in flight, as a draft that became a record or as a put that could not say so any more.
        put += [event_id for event_id in found if event_id not in put]
        assert len(found) == len(set(found)) == len(put) - len(sent)
        assert len(promoted) <= 1
        first += 1_000
    assert len(put) > 60


@contextlib.contextmanager
def mounted(tmp_path: Path, mkfs: list[str], size_mib: int, options: str = "") -> Iterator[tuple[Path, list[str]]]:
    """A file system of its own on a loop device; skips where that is not possible."""
    if os.geteuid() != 0 or shutil.which(mkfs[0]) is None or shutil.which("mount") is None:
        pytest.skip("needs root, mkfs.ext4 and loop mounts")
    image, folder = tmp_path / "card.img", tmp_path / "card"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(size_mib << 20)
    subprocess.run([*mkfs, str(image)], check=True, capture_output=True)
    command = ["mount", "-o", "loop" + options, str(image), str(folder)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"no loop mounts here: {made.stderr.strip()}")
    try:
        yield folder, command
    finally:
        # Lazily: after a failed assertion the outbox is still open.
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def shut_down(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.ioctl(fd, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
    except OSError as error:
        if error.errno in (errno.ENOTTY, errno.EOPNOTSUPP, errno.EPERM):
            pytest.skip(f"this file system cannot be shut down: {error.strerror}")
        raise
    finally:
        os.close(fd)


MKFS_EXT4 = ["mkfs.ext4", "-q", "-F", "-O", "has_journal"]


def test_a_power_cut_on_ext4_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """The writer is stopped first, so every acknowledged record must be there. KIOSK_POWER_CUTS sets the cycles."""
    cycles = int(os.environ.get("KIOSK_POWER_CUTS", "4"))
    with mounted(tmp_path, MKFS_EXT4, 24) as (folder, mount):
        put: list[str] = []
        for cycle in range(cycles):
            writer = Writer(folder, 1 + 1000 * cycle)
            writer.hear(7 + cycle % 13)
            writer.process.send_signal(signal.SIGSTOP)
            shut_down(folder)
            writer.end(signal.SIGKILL)
            put += writer.put
            subprocess.run(["umount", str(folder)], check=True, capture_output=True)
            subprocess.run(mount, check=True, capture_output=True)
            found, outbox = recovered(folder)
            assert [event_id for event_id in put if event_id not in found] == []
            assert len(found) - len(put) <= 1, "at most the one in flight"
            put += [event_id for event_id in found if event_id not in put]
            lease = outbox.lease(500, 60)
            outbox.settle(lease.id, [envelope.id for envelope in lease.events], {})
            put = [event_id for event_id in put if event_id not in {envelope.id for envelope in lease.events}]
            outbox.close()


def test_a_real_full_card_counts_and_drains(tmp_path: Path) -> None:
    with mounted(tmp_path, [*MKFS_EXT4, "-m", "0"], 8) as (folder, _):
        outbox = Outbox(folder / "outbox.journal", DrivenClock(), None, reserve_kib=256)
        filler = os.open(folder / "logs", os.O_WRONLY | os.O_CREAT)
        with contextlib.suppress(OSError):
            while True:
                os.write(filler, bytes(1 << 16))
        os.fsync(filler)
        os.close(filler)
        kept = lost = 0
        while lost < 3:
            filed = outbox.put(event(kept + lost + 1, "x" * 2_000))
            assert isinstance(filed, Kept | Counted)
            kept, lost = kept + isinstance(filed, Kept), lost + isinstance(filed, Counted)
            assert kept < 1_000
        assert kept > 20, "the reserve was of no use"
        outbox.close()
        outbox = Outbox(folder / "outbox.journal", DrivenClock(), None, reserve_kib=256)
        sent: list[str] = []
        while (lease := outbox.lease(20, 60)).id:
            outbox.settle(lease.id, [envelope.id for envelope in lease.events], {})
            sent += [envelope.id for envelope in lease.events]
        deadline = time.monotonic() + 20
        while not outbox.stats().reserve_whole and time.monotonic() < deadline:
            time.sleep(0.05)  # ext4 gives freed blocks back when it commits
            outbox.lease(20, 60)
        stats = outbox.stats()
        assert (len(sent), stats.queued, stats.lost, stats.reserve_whole) == (kept + 1, 0, 0, True)
        outbox.close()
