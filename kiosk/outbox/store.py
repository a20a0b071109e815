"""The outbox: keeps each record on the card until the hub has said that it has it.

Blocking, and for one thread: core runs every method in its one executor thread named ``outbox``. Time comes from
the clock it was made with.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from tinydb.table import Document
from ulid import ULID

from kiosk.errors import BadInput, NeedsTechnician
from kiosk.outbox.answers import Counted, Filed, Kept, Lease, Queued, Stats
from kiosk.outbox.clock import Clock
from kiosk.outbox.disk import Disk, lock
from kiosk.outbox.envelope import CanSeal, Envelope, Event, make_envelope, parse_envelope
from kiosk.outbox.journal import JournalDB, JournalStorage, JournalTable
from kiosk.outbox.log import NoRoom
from kiosk.outbox.reserve import Reserve, Tally, TallyFile

LEASE_BYTES = 512 * 1024
"""Of one lease, about: a line of core's socket holds 1 MiB."""
LONGEST_RECORD = 64 * 1024
"""Bytes of one record; a visit needs about one thousand."""
SPARE = 16 * 1024
"""Bytes that a file system may want beside those of a file."""
FORGOTTEN_LEASES = 64
"""Leases remembered after they ran out: a slow courier's word still counts."""


@dataclass
class _Lease:
    ids: frozenset[str]
    until_ms: int


class Outbox:
    """Opens, or begins, the outbox at ``path``; drafts left by a power cut become records then.

    ``seal`` None keeps records unsealed: only where no key is configured. Raises: NeedsTechnician when another
    process holds it, the file is of another version, or the card fails or is too full even to begin.
    """

    def __init__(
        self, path: Path, clock: Clock, seal: CanSeal | None, *, reserve_kib: int = 512, disk: Disk | None = None
    ) -> None:
        self._clock = clock
        self._seal = seal
        disk = disk or Disk()
        self._lock = lock(path.with_name(path.name + ".lock"))
        try:
            self._journal = JournalStorage(path, disk)
            self._db = JournalDB(self._journal)
            self._tally = TallyFile(path.with_name(path.name + ".tally"), disk)
            self._reserve = Reserve(path.with_name(path.name + ".reserve"), reserve_kib * 1024, disk)
            self._events = self._table("events")
            self._drafts = self._table("drafts")
            self._quarantine = self._table("quarantine")
            self._meta = self._table("meta")
            self._seq_of = {
                document["id"]: int(seq)
                for name in ("events", "quarantine")
                for seq, document in self._journal.documents(name).items()
            }
            self._next_seq = self._find_next_seq()
            self._contents: dict[str, bytes] = {}
            self._content_key = secrets.token_bytes(32)
            self._leases: dict[str, _Lease] = {}
            self.promoted = self._promote_drafts()
            """Ids of the drafts that became records at this start."""
            self._report_tally()
        except BaseException:
            os.close(self._lock)
            raise

    # -- filing ------------------------------------------------------------------------------------------------

    def put(self, event: Event) -> Filed:
        """Returns when the record is on the card (and its draft gone with the same write), or counted as lost.

        Raises: BadInput when the event is malformed or its id is filed with other content; NeedsTechnician when
        the card fails (nothing is kept then).
        """
        known = self._seq_of.get(event.id)
        if known is not None:
            self._refuse_other_content(event, known)
            return Kept(known, again=True)
        envelope = self._envelope(event)
        try:
            self._with_room(lambda: self._insert(envelope), self._reserve.release_for_records)
        except NoRoom:
            return self._count(event)
        self._contents[event.id] = self._content(event)
        self._seq_of[event.id] = envelope.seq
        self._next_seq += 1
        self._journal.compact_if_due()
        self._report_tally()
        return Kept(envelope.seq)

    def checkpoint(self, event: Event) -> bool:
        """Keep ``event`` as the draft of a visit that still goes on: the record as it would be if power went now.

        The next checkpoint or ``put`` of the same id takes its place; after a power cut the draft becomes the
        record. False when the card is full (nothing kept, nothing lost: the visit goes on). Raises: as ``put``.
        """
        if event.id in self._seq_of:
            raise BadInput(f"{event.id}: already filed; a record does not become a draft again")
        envelope = self._envelope(event)
        document = Document(msgspec.to_builtins(envelope), _draft_id(event.id))
        try:
            self._drafts.upsert(document)
        except NoRoom:
            return False
        return True

    # -- the courier's side ------------------------------------------------------------------------------------

    def lease(self, most: int, lease_s: float) -> Lease:
        """Up to ``most`` of the oldest events nobody has leased, for ``lease_s`` seconds.

        Also tidies up after a full card: takes the reserve again, reports what was lost.
        """
        if most < 1 or lease_s <= 0:
            raise BadInput(f"lease of {most} events for {lease_s} s: both must be above 0")
        self.tend()
        now_ms = self._clock.boot_ms()
        taken = self._leased_ids(now_ms)
        documents: list[Mapping[str, Any]] = []
        room = LEASE_BYTES
        for document in self._journal.documents("events").values():
            if document["id"] in taken:
                continue
            room -= len(msgspec.json.encode(document))
            if len(documents) == most or (documents and room < 0):
                break
            documents.append(document)
        if not documents:
            return Lease("", ())
        events = tuple(parse_envelope(document) for document in documents)
        lease_id = secrets.token_hex(8)
        self._leases[lease_id] = _Lease(frozenset(e.id for e in events), now_ms + int(lease_s * 1000))
        while len(self._leases) > FORGOTTEN_LEASES:
            del self._leases[next(iter(self._leases))]
        return Lease(lease_id, events)

    def settle(self, lease: str, acked: Sequence[str], quarantined: Mapping[str, str]) -> None:
        """Take out what the hub has, set aside what it refuses (id to reason), give the rest back.

        A lease that has run out is honoured all the same: the hub's word stays true. Raises: BadInput when the
        lease is unknown (as after a restart: lease again) or an id is not of it.
        """
        held = self._leases.get(lease)
        if held is None:
            raise BadInput(f"lease {lease!r}: unknown, perhaps from before a restart; lease again")
        strange = [event_id for event_id in (*acked, *quarantined) if event_id not in held.ids]
        if strange:
            raise BadInput(f"{strange[0]}: not of lease {lease}; settle what was leased")
        refused = {i: reason for i, reason in quarantined.items() if i not in set(acked)}
        self._with_room(lambda: self._take_out(acked, refused), self._reserve.release_for_settling)
        del self._leases[lease]
        for event_id in acked:
            self._seq_of.pop(event_id, None)
            self._contents.pop(event_id, None)
        self._journal.compact_if_due()
        self._recover_room()

    def release(self, ids: Sequence[str] | None = None) -> int:
        """Put quarantined events back into the queue (all, or those of ``ids``), after a person mended the cause."""
        with self._journal.transaction():
            moved = [d for d in self._quarantine.all() if ids is None or d["id"] in ids]
            for document in moved:
                envelope = {key: value for key, value in document.items() if key != "reason"}
                self._events.insert(Document(envelope, document.doc_id))
            self._quarantine.remove(doc_ids=[document.doc_id for document in moved])
        return len(moved)

    # -- looking -----------------------------------------------------------------------------------------------

    def tend(self) -> None:
        """Take the reserve back and report what was lost, if there is room again; call now and then.

        Raises: NeedsTechnician when the card fails.
        """
        self._recover_room()
        self._report_tally()

    def stats(self) -> Stats:
        """Numbers, at the cost of a few look-ups."""
        events = self._journal.documents("events")
        leased = self._leased_ids(self._clock.boot_ms())
        return Stats(
            queued=len(events),
            leased=sum(1 for event_id in leased if str(self._seq_of.get(event_id)) in events),
            quarantined=len(self._journal.documents("quarantine")),
            drafts=len(self._journal.documents("drafts")),
            lost=self._tally.tally.total,
            next_seq=self._next_seq,
            file_bytes=self._journal.size,
            reserve_whole=self._reserve.is_whole,
            damage=self._journal.damage,
        )

    def list(self) -> tuple[Queued, ...]:
        """All events, oldest first, quarantined ones included."""
        leased = self._leased_ids(self._clock.boot_ms())
        lines = [
            Queued(d["seq"], d["id"], d["kind"], d["wall_ms"], "leased" if d["id"] in leased else "queued")
            for d in self._events.all()
        ]
        lines += [
            Queued(d["seq"], d["id"], d["kind"], d["wall_ms"], "quarantined", d["reason"])
            for d in self._quarantine.all()
        ]
        return tuple(sorted(lines, key=lambda line: line.seq))

    def close(self) -> None:
        """Give files and lock back; nothing is lost without it."""
        self._db.close()
        os.close(self._lock)

    # -- inside ------------------------------------------------------------------------------------------------

    def _table(self, name: str) -> JournalTable:
        table = self._db.table(name)
        assert isinstance(table, JournalTable)
        return table

    def _envelope(self, event: Event) -> Envelope:
        if len(event.record) > LONGEST_RECORD:
            raise BadInput(f"{event.id}: record of {len(event.record)} bytes; the limit is {LONGEST_RECORD}")
        return make_envelope(event, self._next_seq, self._clock, self._seal)

    def _insert(self, envelope: Envelope) -> None:
        with self._journal.transaction():
            self._events.insert(Document(msgspec.to_builtins(envelope), envelope.seq))
            self._drafts.remove(doc_ids=[_draft_id(envelope.id)])

    def _take_out(self, acked: Sequence[str], refused: Mapping[str, str]) -> None:
        written = self._journal.documents("events")
        with self._journal.transaction():
            # Sequence numbers are known from the records; when the last leaves, this remembers where they stood.
            self._meta.upsert(Document({"next_seq": self._next_seq}, 1))
            for event_id, reason in refused.items():
                seq = self._seq_of.get(event_id)
                if seq is not None and str(seq) in written:
                    self._quarantine.insert(Document({**written[str(seq)], "reason": reason}, seq))
            known = [self._seq_of[event_id] for event_id in (*acked, *refused) if event_id in self._seq_of]
            self._events.remove(doc_ids=known)

    def _promote_drafts(self) -> tuple[str, ...]:
        drafts = self._drafts.all()

        def promote() -> None:
            with self._journal.transaction():
                for seq, draft in enumerate(drafts, self._next_seq):
                    self._events.insert(Document({**draft, "seq": seq}, seq))
                self._drafts.remove(doc_ids=[draft.doc_id for draft in drafts])

        try:
            self._with_room(promote, self._reserve.release_for_settling)
        except NoRoom:
            return ()  # they stay drafts, and become records at a start that has room
        for draft in drafts:
            self._seq_of[draft["id"]] = self._next_seq
            self._next_seq += 1
        return tuple(draft["id"] for draft in drafts)

    def _find_next_seq(self) -> int:
        meta = self._meta.get(doc_id=1)
        remembered = meta["next_seq"] if isinstance(meta, Document) else 1
        return max([int(remembered), *(seq + 1 for seq in self._seq_of.values())])

    def _refuse_other_content(self, event: Event, seq: int) -> None:
        content = self._contents.get(event.id)
        if content is not None:
            same = content == self._content(event)
        else:
            # From before this start. A sealed body cannot be opened here to compare, and a hash of it on the card
            # would let a thief confirm a guess.
            stored = self._events.get(doc_id=seq) or self._quarantine.get(doc_id=seq)
            body = stored["body"] if isinstance(stored, Document) else {}
            same = body.get("form") == "plain" and body["record"] == msgspec.json.decode(event.record)
        if not same:
            raise BadInput(f"{event.id}: filed before with other content; give each record its own ULID")

    def _content(self, event: Event) -> bytes:
        message = b"\0".join((event.kind.encode(), str(event.version).encode(), event.record))
        return hashlib.blake2b(message, key=self._content_key, digest_size=16).digest()

    def _leased_ids(self, now_ms: int) -> set[str]:
        return {i for lease in self._leases.values() if lease.until_ms > now_ms for i in lease.ids}

    def _with_room(self, write: Callable[[], None], release: Callable[[], bool]) -> None:
        try:
            write()
        except NoRoom:
            if not release():
                raise
            write()

    def _count(self, event: Event) -> Counted:
        tally = self._tally.tally.with_one_more(event.kind, str(ULID()), self._clock.wall_ms())
        self._tally.save(tally)
        return Counted(event.kind, tally.total)

    def _recover_room(self) -> None:
        """After a card was full: shrink the journal, with the reserve's help where that is sure to pay; refill it."""
        if self._reserve.is_whole:
            return
        pays = self._journal.live_size + SPARE <= self._reserve.held
        self._journal.compact_if_due(0, self._reserve.release_for_settling if pays else lambda: False)
        self._reserve.refill()

    def _report_tally(self) -> None:
        """Make the count of lost records a record, if there is room; it is cleared only after that one is safe."""
        tally = self._tally.tally
        if not tally.total:
            return
        if tally.id not in self._seq_of:
            event = Event(id=tally.id, kind="tally", record=msgspec.json.encode(tally))
            envelope = make_envelope(event, self._next_seq, self._clock, self._seal)
            try:
                self._insert(envelope)
            except (NoRoom, NeedsTechnician):
                return
            self._seq_of[tally.id] = envelope.seq
            self._next_seq += 1
        with contextlib.suppress(NeedsTechnician):  # reported again under the same id: harmless
            self._tally.save(Tally())


def _draft_id(event_id: str) -> int:
    return int(ULID.from_str(event_id))
