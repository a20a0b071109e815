"""Worlds for the outbox's tests: a clock that is driven, events to file, and cards that fail or remember."""

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiosk.calls.line import Cause, LineKind
from kiosk.calls.record import AttemptRecord, CallRecord, EndedBy, Purpose
from kiosk.outbox.clock import ClockQuality
from kiosk.outbox.disk import Disk
from kiosk.outbox.envelope import Event


@dataclass
class DrivenClock:
    """Time that stands until it is pushed."""

    ms: int = 1_000
    boot_name: str = "5b1f7a52-0000-4000-8000-000000000001"
    wall_at_boot_ms: int = 1_800_000_000_000
    its_quality: ClockQuality = ClockQuality.SYNCED

    def boot(self) -> str:
        return self.boot_name

    def boot_ms(self) -> int:
        return self.ms

    def wall_ms(self) -> int:
        return self.wall_at_boot_ms + self.ms

    def quality(self) -> ClockQuality:
        return self.its_quality

    def push(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


def ulid(number: int) -> str:
    """The ULID of that number, in Crockford's base 32."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(letters[number >> 5 * place & 31] for place in reversed(range(26)))


def event(number: int, note: str = "") -> Event:
    """A small event."""
    record = msgspec.json.encode({"kind": "note", "n": number, "note": note})
    return Event(id=ulid(number), kind="note", record=record)


def call_record(number: int, *, rescued: bool = False, ended_by: EndedBy = EndedBy.CALLER) -> CallRecord:
    """A visit as the call machine files it."""
    first = AttemptRecord(
        line=LineKind.VOIP,
        engine="baresip",
        purpose=Purpose.HELPLINE,
        started_ms=1_800,
        result="answered",
        cause=Cause.MEDIA_FAILED if rescued else Cause.HUNG_UP_BY_CALLER,
        status=200,
        progress_ms=120,
        alerting_ms=400,
        answer_ms=5_000,
        first_audio_ms=5_040,
        duration_ms=65_000,
        talk_ms=60_000,
        codec="opus",
        loss_pct=0.4,
        jitter_ms=3.5,
    )
    second = AttemptRecord(
        line=LineKind.GSM,
        engine="sim7600",
        purpose=Purpose.HELPLINE,
        rescue=True,
        started_ms=70_000,
        result="busy",
        cause=Cause.BUSY,
        status=17,
        duration_ms=4_000,
    )
    return CallRecord(
        visit=ulid(number),
        lifted_at_ms=1_800_000_000_000,
        language="fr",
        off_hook_ms=80_000,
        answered=True,
        ended_by=ended_by,
        rescues=int(rescued),
        crossed_answers=0,
        attempts=[first, second] if rescued else [first],
    )


class FullCard(Disk):
    """A card with ``room`` bytes, counted by the length of files; gives ENOSPC as the kernel does, half-written."""

    def __init__(self, folder: Path, room: int) -> None:
        self.folder = folder
        self.room = room

    def used(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir() if path.is_file())

    def write(self, fd: int, data: bytes, offset: int) -> None:
        growth = offset + len(data) - os.fstat(fd).st_size
        free = self.room - self.used()
        if growth > free:
            super().write(fd, data[: max(0, len(data) - (growth - max(free, 0)))], offset)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(fd, data, offset)

    def allocate(self, fd: int, size: int) -> None:
        growth = size - os.fstat(fd).st_size
        if growth > self.room - self.used():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.ftruncate(fd, max(size, os.fstat(fd).st_size))


class FailingCard(Disk):
    """Fails the named operation with ``number`` while ``armed``."""

    def __init__(self, operation: str, number: int = errno.EIO) -> None:
        self.operation = operation
        self.number = number
        self.armed = False

    def _fail_if(self, operation: str) -> None:
        if self.armed and operation == self.operation:
            raise OSError(self.number, os.strerror(self.number))

    def open(self, path: Path) -> int:
        self._fail_if("open")
        return super().open(path)

    def write(self, fd: int, data: bytes, offset: int) -> None:
        if self.armed and self.operation == "write":
            super().write(fd, data[: len(data) // 2], offset)
        self._fail_if("write")
        super().write(fd, data, offset)

    def truncate(self, fd: int, size: int) -> None:
        self._fail_if("truncate")
        super().truncate(fd, size)

    def sync_data(self, fd: int) -> None:
        self._fail_if("sync_data")
        super().sync_data(fd)

    def sync(self, fd: int) -> None:
        self._fail_if("sync")
        super().sync(fd)

    def replace(self, source: Path, target: Path) -> None:
        self._fail_if("replace")
        super().replace(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._fail_if("sync_folder")
        super().sync_folder(folder)


# -- a card that remembers what was done to it, and shows what a power cut may leave --------------------------------


@dataclass(frozen=True)
class Written:
    """Bytes given to a file (an inode's number) and not known to be on the card."""

    inode: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Resized:
    inode: int
    size: int


@dataclass(frozen=True)
class Synced:
    inode: int


@dataclass(frozen=True)
class Named:
    """``name`` is now ``inode``; None: it is gone."""

    name: str
    inode: int | None
    freed: str = ""
    """The name that a rename took it from, in the same step."""


@dataclass(frozen=True)
class FolderSynced:
    pass


Operation = Written | Resized | Synced | Named | FolderSynced


class RememberingCard(Disk):
    """A real card that keeps the list of all operations on one folder."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._known: set[tuple[str, int]] = set()

    def open(self, path: Path) -> int:
        is_new = not path.exists()
        fd = super().open(path)
        if is_new:
            self.operations.append(Named(path.name, self._inode(fd)))
        return fd

    def write(self, fd: int, data: bytes, offset: int) -> None:
        super().write(fd, data, offset)
        self.operations.append(Written(self._inode(fd), offset, bytes(data)))

    def truncate(self, fd: int, size: int) -> None:
        super().truncate(fd, size)
        self.operations.append(Resized(self._inode(fd), size))

    def allocate(self, fd: int, size: int) -> None:
        self.truncate(fd, max(size, os.fstat(fd).st_size))

    def sync_data(self, fd: int) -> None:
        super().sync_data(fd)
        self.operations.append(Synced(self._inode(fd)))

    def sync(self, fd: int) -> None:
        self.sync_data(fd)

    def replace(self, source: Path, target: Path) -> None:
        inode = source.stat().st_ino
        if target.exists():
            self._held.append(target.open("rb"))  # its number must not be given to a later file
        super().replace(source, target)
        self.operations.append(Named(target.name, inode, freed=source.name))

    def unlink(self, path: Path) -> None:
        if path.exists():
            self._held.append(path.open("rb"))
            super().unlink(path)
            self.operations.append(Named(path.name, None))

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self.operations.append(FolderSynced())

    _held: list[object]

    def __enter__(self) -> "RememberingCard":
        self._held = []
        return self

    def __exit__(self, *exc: object) -> None:
        for file in self._held:
            file.close()  # type: ignore[attr-defined]

    def _inode(self, fd: int) -> int:
        return os.fstat(fd).st_ino


@dataclass
class _File:
    data: bytearray = field(default_factory=bytearray)
    pending: list[Written | Resized] = field(default_factory=list)


def after_power_cut(
    operations: Sequence[Operation], kept_names: int, keep: Iterator[bool], torn_block: int, torn_at: int
) -> dict[str, bytes]:
    """The folder as a power cut after ``operations`` may leave it.

    What was synced is there. Of unsynced writes to a file, those that ``keep`` says; the last of them torn at
    ``torn_at`` blocks of ``torn_block`` bytes (the file as long as it was meant to be, zeros or the old bytes in the
    rest, when ``keep`` says so again). Of unsynced names the first ``kept_names``: a journalling file system keeps
    their order.
    """
    files: dict[int, _File] = {}
    names: dict[str, int] = {}
    pending_names: list[Named] = []
    for operation in operations:
        match operation:
            case Written(inode=inode) | Resized(inode=inode):
                files.setdefault(inode, _File()).pending.append(operation)
            case Synced(inode=inode):
                file = files.setdefault(inode, _File())
                for change in file.pending:
                    _apply(file.data, change)
                file.pending.clear()
            case Named():
                pending_names.append(operation)
            case FolderSynced():
                for naming in pending_names:
                    _name(names, naming)
                pending_names.clear()
    for naming in pending_names[:kept_names]:
        _name(names, naming)
    for file in files.values():
        changes = [change for change in file.pending if next(keep)]
        for change in changes[:-1]:
            _apply(file.data, change)
        for change in changes[-1:]:
            if isinstance(change, Written):
                first = torn_block - change.offset % torn_block
                cut = min(len(change.data), max(0, first + torn_block * (torn_at - 1)))
                if next(keep):
                    _apply(file.data, Resized(0, max(len(file.data), change.offset + len(change.data))))
                _apply(file.data, Written(change.inode, change.offset, change.data[:cut]))
            else:
                _apply(file.data, change)
    return {name: bytes(files[inode].data) if inode in files else b"" for name, inode in names.items()}


def _apply(data: bytearray, change: Written | Resized) -> None:
    if isinstance(change, Resized):
        del data[change.size :]
        data.extend(bytes(change.size - len(data)))
        return
    end = change.offset + len(change.data)
    data.extend(bytes(max(0, end - len(data))))
    data[change.offset : end] = change.data


def _name(names: dict[str, int], naming: Named) -> None:
    names.pop(naming.freed, None)
    if naming.inode is None:
        names.pop(naming.name, None)
    else:
        names[naming.name] = naming.inode
