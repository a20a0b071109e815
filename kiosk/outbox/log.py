"""The append-only file under the journal: frames in, frames out, and an honest word on what is damaged.

Knows nothing of documents. ``append`` returns when the card has the frame (fdatasync); ``rewrite`` replaces the file
in one step. What cannot be read is set aside in a file of its own and reported, never thrown away unseen.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from kiosk.errors import BadInput, NeedsTechnician, RetryLater
from kiosk.outbox.disk import NO_ROOM, Disk
from kiosk.outbox.frames import HEADER_SIZE, VERSION, Frame, Spoiled, decode_header, encode_frame, encode_header, scan

MAX_ASIDE = 20
"""Files of spoiled bytes kept; the oldest goes when one more comes."""


class NoRoom(RetryLater):
    """The card is full. Remedy: room, which the hub's word on what is queued makes."""


class Damaged(StrEnum):
    """What was found wrong when a journal was opened."""

    TORN_TAIL = "torn_tail"
    """The last write was cut off: it was never acknowledged, unless the card lied."""
    SPOILED = "spoiled"
    """Bytes in the middle changed under us: the records in them are lost to the queue, the rest is not."""
    UNREADABLE = "unreadable"
    """No frame could be read at all; a clean journal was begun."""


@dataclass(frozen=True)
class Damage:
    """One range set aside. ``kept_in`` is the file's name, empty when there was no room for it."""

    what: Damaged
    size: int
    kept_in: str


class FrameLog:
    """The file at ``path``; its folder must be there. One thread at a time. Call ``load`` once, first."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._temporary = path.with_name(path.name + ".new")
        self._fd = -1
        self._sequence = 0
        self._generation = 0
        self.size = 0
        """Bytes of the file that hold whole, synced frames."""
        self.must_rewrite = False
        """The file is new, spoiled or not to be trusted: ``rewrite`` before the next ``append``."""
        self.damage: tuple[Damage, ...] = ()
        """What ``load`` found wrong and set aside."""
        self.bytes_written = 0
        """All bytes given to the card since ``load``."""

    def load(self) -> list[bytes]:
        """The payloads of all whole frames, in order. Sets aside, and cuts off, what is torn.

        Raises: NeedsTechnician when the file is of another version or the card cannot be read or written.
        """
        try:
            return self._load()
        except OSError as error:
            self._give_up(error)

    def read_back(self) -> list[bytes]:
        """The payloads that are on the card by now. Raises: NeedsTechnician."""
        try:
            data = self._disk.read(self._path) or b""
        except OSError as error:
            self._give_up(error)
        return [part.payload for part in scan(data[: self.size]) if isinstance(part, Frame)]

    def append(self, payload: bytes) -> None:
        """Returns when the card has the frame. After an error it does not count, and never will.

        Raises: BadInput when it is too long, NoRoom, NeedsTechnician when the card fails.
        """
        try:
            frame = encode_frame(self._generation, self._sequence + 1, payload)
        except ValueError as error:
            raise BadInput(f"{self._path.name}: {error}; write less at once") from error
        try:
            self._disk.write(self._fd, frame, self.size)
        except OSError as error:
            try:
                self._disk.truncate(self._fd, self.size)
            except OSError:
                self.must_rewrite = True
            self._give_up(error)
        try:
            self._disk.sync_data(self._fd)
        except OSError as error:
            # The kernel drops dirty pages after a failed sync and calls them clean: this file is not to be
            # trusted any more. The next write begins with a new one, made from memory.
            self.must_rewrite = True
            self._give_up(error)
        self._sequence += 1
        self.size += len(frame)
        self.bytes_written += len(frame)

    def rewrite(self, payloads: Iterable[bytes]) -> None:
        """Replace the file by one with ``payloads`` alone: temporary file, sync, replace, sync folder.

        Raises: NoRoom, NeedsTechnician; the old file then stands, whole.
        """
        generation = secrets.randbits(32)
        fd = -1
        try:
            fd = self._disk.open(self._temporary)
            self._disk.truncate(fd, 0)
            size, sequence = self._write_all(fd, generation, payloads)
            self._disk.sync(fd)
            self._disk.replace(self._temporary, self._path)
        except OSError as error:
            if fd >= 0:
                self._disk.close(fd)
            self._quietly_unlink(self._temporary)
            self._give_up(error)
        self.close()
        self._fd, self.size, self._sequence, self._generation = fd, size, sequence, generation
        # Until the folder is synced a power cut may bring the old file back: nothing may be acknowledged into
        # the new one before.
        self.must_rewrite = True
        try:
            self._disk.sync_folder(self._path.parent)
        except OSError as error:
            self._give_up(error)
        self.must_rewrite = False

    def set_aside(self, what: Damaged, data: bytes) -> None:
        """Keep ``data`` in a file beside the journal, and report it in ``damage``."""
        stem = f"{self._path.name}.aside-"
        old = sorted(self._path.parent.glob(stem + "*"))
        number = int(old[-1].name.removeprefix(stem)) + 1 if old else 1
        target = self._path.with_name(f"{stem}{number:06d}")
        kept_in = target.name
        try:
            for path in old[: max(0, len(old) - MAX_ASIDE + 1)]:
                self._disk.unlink(path)
            fd = self._disk.open(target)
            try:
                self._disk.write(fd, data, 0)
                self._disk.sync(fd)
            finally:
                self._disk.close(fd)
            self._disk.sync_folder(target.parent)
        except OSError:
            self._quietly_unlink(target)
            kept_in = ""
        self.damage = (*self.damage, Damage(what, len(data), kept_in))

    def close(self) -> None:
        """Give the file back. Everything acknowledged is on the card already."""
        if self._fd >= 0:
            self._disk.close(self._fd)
            self._fd = -1

    def _load(self) -> list[bytes]:
        self._quietly_unlink(self._temporary)
        data = self._disk.read(self._path)
        if not data:
            self.must_rewrite = True
            return []
        header = decode_header(data)
        if header is not None and header.version != VERSION:
            raise NeedsTechnician(
                f"{self._path}: journal of version {header.version}, this software writes version {VERSION}; "
                "start the release that wrote it, or move the file away to begin a new one (its records stay in it)"
            )
        parts = list(scan(data))
        frames = [part for part in parts if isinstance(part, Frame)]
        spoiled = [part for part in parts if isinstance(part, Spoiled)]
        if header is None and not frames:
            self.set_aside(Damaged.UNREADABLE, data)
        else:
            for part in spoiled:
                self.set_aside(Damaged.TORN_TAIL if part.tail else Damaged.SPOILED, data[part.start : part.end])
        self._fd = self._disk.open(self._path)
        self._sequence = frames[-1].sequence if frames else 0
        self.size = frames[-1].end if frames else HEADER_SIZE
        if header is None or any(not part.tail for part in spoiled):
            self.must_rewrite = True
        else:
            self._generation = header.generation
            if spoiled:
                self._disk.truncate(self._fd, self.size)
                self._disk.sync_data(self._fd)
        return [frame.payload for frame in frames]

    def _write_all(self, fd: int, generation: int, payloads: Iterable[bytes]) -> tuple[int, int]:
        pending = bytearray(encode_header(generation))
        size = sequence = 0
        for sequence, payload in enumerate(payloads, 1):
            pending += encode_frame(generation, sequence, payload)
            if len(pending) > 1 << 16:
                self._disk.write(fd, bytes(pending), size)
                size += len(pending)
                pending.clear()
        self._disk.write(fd, bytes(pending), size)
        size += len(pending)
        self.bytes_written += size
        return size, sequence

    def _quietly_unlink(self, path: Path) -> None:
        try:
            self._disk.unlink(path)
        except OSError:
            return  # a read-only card: the error that matters is the one that led here

    def _give_up(self, error: OSError) -> NoReturn:
        if error.errno in NO_ROOM:
            raise NoRoom(f"{self._path}: the card is full; make room on it") from error
        raise NeedsTechnician(f"{self._path}: {error.strerror}; check the card and how it is mounted") from error
