"""The file operations that the outbox stands on, each one a promise about what a power cut may undo.

One small class, so that tests can record the operations, replay every state a power cut may leave, and refuse a
write with the error of a full or failing card.
"""

import errno
import fcntl
import os
from pathlib import Path

from kiosk.errors import NeedsTechnician

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors of a card without room (full, over quota, over a file-size limit)."""


class Disk:
    """The real card. Blocking; all methods raise OSError as the system gives it."""

    def open(self, path: Path) -> int:
        """A descriptor to read and write ``path``, which is made when missing."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def close(self, fd: int) -> None:
        """Give the descriptor back; unsynced writes stay unsynced."""
        os.close(fd)

    def read(self, path: Path) -> bytes | None:
        """The whole file, or None when there is none."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def write(self, fd: int, data: bytes, offset: int) -> None:
        """All of ``data`` at ``offset``; not yet safe from a power cut."""
        view = memoryview(data)
        while view:
            written = os.pwrite(fd, view, offset)
            offset += written
            view = view[written:]

    def size(self, fd: int) -> int:
        """Bytes of the file."""
        return os.fstat(fd).st_size

    def truncate(self, fd: int, size: int) -> None:
        """Cut or lengthen the file to ``size`` bytes."""
        os.ftruncate(fd, size)

    def allocate(self, fd: int, size: int) -> None:
        """Take the room of ``size`` bytes on the card now."""
        os.posix_fallocate(fd, 0, size)

    def sync_data(self, fd: int) -> None:
        """The file's bytes, and its length, survive a power cut from here on."""
        os.fdatasync(fd)

    def sync(self, fd: int) -> None:
        """As ``sync_data``, with all of the file's attributes."""
        os.fsync(fd)

    def replace(self, source: Path, target: Path) -> None:
        """Put ``source`` in the place of ``target`` in one step; lasting after ``sync_folder``."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove the file if it is there; lasting after ``sync_folder``."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """The folder's names survive a power cut from here on."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def write_new(disk: Disk, path: Path, data: bytes) -> None:
    """``path`` holds exactly ``data``, or what it held before, whenever the power goes. Raises: OSError."""
    temporary = path.with_name(path.name + ".new")
    fd = disk.open(temporary)
    try:
        disk.truncate(fd, 0)
        disk.write(fd, data, 0)
        disk.sync(fd)
    finally:
        disk.close(fd)
    disk.replace(temporary, path)
    disk.sync_folder(path.parent)


def lock(path: Path) -> int:
    """A descriptor that holds ``path`` for this process until it is closed or the process ends.

    Raises: NeedsTechnician when another process holds it, or the folder cannot be written.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise NeedsTechnician(f"{path}: {error.strerror}; make the state folder writable") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise NeedsTechnician(f"{path}: another process holds the outbox; stop it first") from error
    return fd
