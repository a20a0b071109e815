"""What is left to do on a full card: give up room kept aside, and when that is used, count what is lost.

The reserve is a file of real blocks. Records may use up half of it; the other half is for the frames that take
records *out*, so that a full card still drains. The tally is a file written whole when there was room, and from
then on in place: it needs no room at all. Same thread as the outbox.
"""

import zlib
from pathlib import Path

import msgspec

from kiosk.errors import NeedsTechnician
from kiosk.outbox.disk import Disk, write_new

SLOT = 4096
"""Bytes of one copy of the tally: one block, so that a torn write spoils one copy and never both."""


class Tally(msgspec.Struct, frozen=True, kw_only=True, tag="tally", tag_field="kind"):
    """Records that could not be kept, by kind. Itself a record once there is room: the ``body`` of an event."""

    id: str = ""
    """ULID given at the first loss; names the event that will report it."""
    lost: dict[str, int] = {}
    """Kind to number."""
    first_ms: int = 0
    """Wall clock of the first loss."""
    last_ms: int = 0

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.lost.values())

    def with_one_more(self, kind: str, event_id: str, wall_ms: int) -> "Tally":
        """This tally and one lost record of ``kind``; ``event_id`` names it if it is the first."""
        return Tally(
            id=self.id or event_id,
            lost={**self.lost, kind: self.lost.get(kind, 0) + 1},
            first_ms=self.first_ms or wall_ms,
            last_ms=wall_ms,
        )


class Reserve:
    """The room kept aside, ``size`` bytes in all, in the file ``path``. 0: none."""

    def __init__(self, path: Path, size: int, disk: Disk) -> None:
        self._path = path
        self._size = size
        self._disk = disk
        self.held = 0
        """Bytes that can still be given up."""
        self.refill()

    @property
    def is_whole(self) -> bool:
        """Nothing has been given up."""
        return self.held >= self._size

    def refill(self) -> bool:
        """Take the room again. False when the card has too little (what was held stays held)."""
        if self.is_whole:
            return True
        try:
            fd = self._disk.open(self._path)
            try:
                before = self._disk.size(fd)
                try:
                    self._disk.allocate(fd, self._size)
                    before = self._size
                finally:
                    self._disk.truncate(fd, before)
                    self._disk.sync(fd)
                    self.held = before
            finally:
                self._disk.close(fd)
        except OSError:
            return False
        return True

    def release_for_records(self) -> bool:
        """Give up the half that records may use. False when that was done before."""
        return self._release(self._size // 2)

    def release_for_settling(self) -> bool:
        """Give up all that is left. False when nothing is."""
        return self._release(0)

    def _release(self, keep: int) -> bool:
        if self.held <= keep:
            return False
        self._cut_to(keep)
        return True

    def _cut_to(self, keep: int) -> None:
        try:
            if keep == 0:
                self._disk.unlink(self._path)
                self._disk.sync_folder(self._path.parent)  # ext4 gives the blocks back at the commit
            else:
                fd = self._disk.open(self._path)
                try:
                    self._disk.truncate(fd, keep)
                    self._disk.sync(fd)
                finally:
                    self._disk.close(fd)
        except OSError:
            keep = 0  # a card that refuses to give room back: count on nothing of it
        self.held = keep


class TallyFile:
    """The tally on the card, two copies written in turn.

    Raises NeedsTechnician when made and the card is so full or broken that not even this file can be written.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._turn = 0
        self.tally = Tally()
        try:
            self._load()
        except OSError as error:
            raise NeedsTechnician(f"{path}: {error.strerror}; make room on the card, or check it") from error

    def save(self, tally: Tally) -> None:
        """Returns when the card has it. Raises: NeedsTechnician."""
        try:
            fd = self._disk.open(self._path)
            try:
                self._disk.write(fd, _slot(tally, self._turn + 1), (self._turn + 1) % 2 * SLOT)
                self._disk.sync_data(fd)
            finally:
                self._disk.close(fd)
        except OSError as error:
            raise NeedsTechnician(f"{self._path}: {error.strerror}; check the card") from error
        self._turn += 1
        self.tally = tally

    def _load(self) -> None:
        data = self._disk.read(self._path)
        if data is None or len(data) != 2 * SLOT:
            write_new(self._disk, self._path, _slot(Tally(), 0) + _slot(Tally(), 1))
            self._turn = 1
            return
        for copy in (data[:SLOT], data[SLOT:]):
            text = copy[4:].rstrip(b"\0")
            if not text or int.from_bytes(copy[:4], "little") != zlib.crc32(text):  # crc32 of nothing is 0
                continue
            turn, tally = msgspec.json.decode(text, type=tuple[int, Tally])
            if turn >= self._turn:
                self._turn, self.tally = turn, tally


def _slot(tally: Tally, turn: int) -> bytes:
    text = msgspec.json.encode((turn, tally))
    return (zlib.crc32(text).to_bytes(4, "little") + text).ljust(SLOT, b"\0")
