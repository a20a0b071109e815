"""A TinyDB storage that a power cut cannot spoil: an append-only journal of changed documents, with checksums.

TinyDB's own storage rewrites the whole file in place. This one appends one frame a change and returns when the card
has it. Opening replays the frames. See docs/adr/0002-tinydb-storage.md.

One thread at a time; the outbox's. :func:`kiosk.outbox.verify.verify` may read the file meanwhile.
"""

import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from kiosk.errors import BadInput, NeedsTechnician
from kiosk.outbox.disk import Disk
from kiosk.outbox.frames import FRAME_OVERHEAD, HEADER_SIZE, Changes, Document, Key, decode_changes
from kiosk.outbox.log import Damage, Damaged, FrameLog, NoRoom

COMPACT_SLACK = 256 * 1024
"""Bytes of dead weight that never matter."""
DEAD_FOR_LIVE = 2
"""The file may hold this many times as much dead weight as live, and the slack, before it is rewritten. A rewrite of
n live bytes is paid for by 2 n dead ones: a record is rewritten half a time in its life, however long the queue."""


class JournalStorage(Storage):
    """TinyDB's storage over the journal at ``path``; its folder must be there.

    Raises: NeedsTechnician when the file is of another version or the card cannot be read or written.
    """

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        super().__init__()
        self._log = FrameLog(path, disk or Disk())
        self._documents: dict[str, dict[str, Document]] = {}
        self._stamps: dict[Key, tuple[bytes, int]] = {}
        self._live = 0
        self._staged: Changes | None = None
        self._no_compaction_below = 0
        self._replay(self._log.load())
        if self._log.must_rewrite:
            with suppress(NoRoom):  # the first write tries again, when its owner may have made room
                self.compact()

    # -- TinyDB's interface ------------------------------------------------------------------------------------

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables. The documents are the storage's own: TinyDB changes them in place before it writes."""
        return dict(self._documents)

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the tables equal to ``data``, in one frame; compares every document with what was last written.

        The slow way, for plain TinyDB tables: :class:`JournalTable` writes only what an operation touched.
        """
        try:
            changes: Changes = {}
            for name, table in data.items():
                for doc_id, document in table.items():
                    stamp = self._stamps.get((name, str(doc_id)))
                    if stamp is None or stamp[0] != _digest(_encode(document)):
                        changes[name, str(doc_id)] = document
            for name, doc_id in self._stamps:
                if doc_id not in data.get(name, {}):
                    changes[name, doc_id] = None
            self.commit(changes)
        except BaseException:
            # The caller's changes in place must not outlive a write that failed.
            self._replay(self._log.read_back())
            raise

    def close(self) -> None:
        """Give the file back. Everything acknowledged is on the card already."""
        self._log.close()

    # -- ours --------------------------------------------------------------------------------------------------

    @property
    def damage(self) -> tuple[Damage, ...]:
        """What opening found wrong and set aside."""
        return self._log.damage

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._log.size

    @property
    def live_size(self) -> int:
        """Bytes that the file would have after ``compact``, about."""
        return self._live

    @property
    def bytes_written(self) -> int:
        """All bytes given to the card for this journal since it was opened."""
        return self._log.bytes_written

    def documents(self, table: str) -> Mapping[str, Document]:
        """The table's documents by id, oldest first; to be read, not changed."""
        return self._documents.get(table, {})

    @contextmanager
    def transaction(self) -> Iterator[Changes]:
        """All changes made inside, over any tables, go into one frame: the card has all of them or none.

        An exception inside drops them. Reads inside see the state before. Nested ones join the outermost.
        """
        if self._staged is not None:
            yield self._staged
            return
        self._staged = {}
        try:
            yield self._staged
            changes = self._staged
        finally:
            self._staged = None
        self.commit(changes)

    def commit(self, changes: Changes) -> None:
        """Returns when the card has ``changes``. After an error none of them counts.

        Raises: BadInput when a document is not plain JSON, NoRoom, NeedsTechnician when the card fails.
        """
        if not changes:
            return
        encoded = {key: None if doc is None else _encode(doc) for key, doc in changes.items()}
        rows = [(name, i, None if raw is None else msgspec.Raw(raw)) for (name, i), raw in encoded.items()]
        if self._log.must_rewrite:
            self.compact()
        self._log.append(msgspec.json.encode(rows))
        for key, raw in encoded.items():
            self._take(key, raw)

    def compact_if_due(self, slack: int = COMPACT_SLACK, make_room: Callable[[], bool] = lambda: False) -> bool:
        """Rewrite the file without its dead weight, if there is much of it and ``slack``. True when it was.

        When the card has no room for the second file, ``make_room()`` is asked once for some. When it cannot be
        written all the same, nothing changes, and the next try waits until there is more to gain.
        """
        if self._log.size <= max((1 + DEAD_FOR_LIVE) * self._live, self._no_compaction_below) + slack:
            return False
        for try_again in (True, False):
            try:
                self.compact()
            except NoRoom:
                if not (try_again and make_room()):
                    break
            except NeedsTechnician:
                break
            else:
                return True
        self._no_compaction_below = self._log.size
        return False

    def compact(self) -> None:
        """Rewrite the file with the live documents alone, a frame each. Raises: NoRoom, NeedsTechnician."""
        self._log.rewrite(
            msgspec.json.encode([(name, doc_id, document)])
            for name, table in self._documents.items()
            for doc_id, document in table.items()
        )
        self._no_compaction_below = 0

    # -- inside ------------------------------------------------------------------------------------------------

    def _replay(self, payloads: Iterable[bytes]) -> None:
        """Hold in memory what ``payloads`` make, in order."""
        self._documents.clear()
        self._stamps.clear()
        self._live = HEADER_SIZE
        for payload in payloads:
            try:
                changes = decode_changes(payload)
            except msgspec.DecodeError:
                # Its checksum holds: a stranger wrote it. Out of the journal, but not out of the world.
                self._log.set_aside(Damaged.SPOILED, payload)
                self._log.must_rewrite = True
                continue
            for key, raw in changes:
                self._take(key, raw)

    def _take(self, key: Key, raw: bytes | None) -> None:
        """Hold in memory what the card holds: decoded from the same bytes, so no caller's object is shared."""
        name, doc_id = key
        if (old := self._stamps.pop(key, None)) is not None:
            self._live -= old[1]
        if raw is None:
            self._documents.get(name, {}).pop(doc_id, None)
            return
        cost = len(raw) + len(name) + len(doc_id) + FRAME_OVERHEAD + 10
        self._stamps[key] = (_digest(raw), cost)
        self._live += cost
        self._documents.setdefault(name, {})[doc_id] = msgspec.json.decode(raw)


class JournalTable(Table):
    """A TinyDB table whose operations write only the documents that they touched.

    TinyDB hands an operation the whole table as a copied dictionary; here it gets a view that notes what is touched,
    so that a ``put`` costs the same at 10 and at 10,000 queued. The answers are TinyDB's own.
    """

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        storage = self._storage
        if not isinstance(storage, JournalStorage):
            super()._update_table(updater)
            return
        with storage.transaction() as staged:
            view = _TouchedView(self.name, storage.documents(self.name), staged)
            updater(view)  # type: ignore[arg-type]  # TinyDB asks for a dict and uses it as a mapping
            view.stage()
        self.clear_cache()


class JournalDB(TinyDB):
    """TinyDB over a :class:`JournalStorage`."""

    table_class = JournalTable

    def __init__(self, storage: JournalStorage) -> None:
        super().__init__(storage=lambda: storage)


class _TouchedView(MutableMapping[int, Mapping[str, Any]]):
    """A table as TinyDB's operations see it, with a copy of each document that they reach for."""

    def __init__(self, name: str, written: Mapping[str, Document], staged: Changes) -> None:
        self._name = name
        self._written = written
        self._staged = staged
        self._touched: dict[str, Mapping[str, Any] | None] = {
            doc_id: document for (table, doc_id), document in staged.items() if table == name
        }

    def __getitem__(self, doc_id: int) -> Mapping[str, Any]:
        key = str(doc_id)
        if key not in self._touched:
            self._touched[key] = copy.deepcopy(self._written[key])
        document = self._touched[key]
        if document is None:
            raise KeyError(doc_id)
        return document

    def __setitem__(self, doc_id: int, document: Mapping[str, Any]) -> None:
        self._touched[str(doc_id)] = document

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._touched[str(doc_id)] = None

    def __contains__(self, doc_id: object) -> bool:
        key = str(doc_id)
        return self._touched[key] is not None if key in self._touched else key in self._written

    def __iter__(self) -> Iterator[int]:
        new = (key for key in self._touched if key not in self._written)
        return iter([int(key) for key in (*self._written, *new) if int(key) in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def stage(self) -> None:
        """Hand over what differs from what was last written."""
        for key, document in self._touched.items():
            if document != self._written.get(key):
                self._staged[self._name, key] = None if document is None else dict(document)
            else:
                self._staged.pop((self._name, key), None)


def _encode(document: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(document)
    except (TypeError, msgspec.EncodeError) as error:
        raise BadInput(f"document is not plain JSON: {error}; file dictionaries, lists, texts and numbers") from error


def _digest(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=16).digest()
