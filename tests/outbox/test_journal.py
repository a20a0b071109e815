"""The journal as TinyDB's storage: TinyDB's own answers, and nothing lost when the card or a document fails."""

import errno
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from kiosk.errors import BadInput, NeedsTechnician
from kiosk.outbox.disk import Disk
from kiosk.outbox.frames import HEADER_SIZE, MAGIC, Frame, scan
from kiosk.outbox.journal import JournalDB, JournalStorage
from kiosk.outbox.log import Damage, Damaged, NoRoom
from tests.outbox.worlds import FailingCard

LISTS = st.lists(st.integers(), max_size=2)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=4), LISTS)
DOCUMENTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
IDS = st.integers(1, 6)
OPERATIONS = st.one_of(
    st.tuples(st.just("insert"), DOCUMENTS, IDS),
    st.tuples(st.just("insert_multiple"), DOCUMENTS, IDS),
    st.tuples(st.just("update"), DOCUMENTS, IDS),
    st.tuples(st.just("update_where"), DOCUMENTS, IDS),
    st.tuples(st.just("update_all"), DOCUMENTS, IDS),
    st.tuples(st.just("upsert"), DOCUMENTS, IDS),
    st.tuples(st.just("remove"), DOCUMENTS, IDS),
    st.tuples(st.just("remove_where"), DOCUMENTS, IDS),
    st.tuples(st.just("truncate"), DOCUMENTS, IDS),
    st.tuples(st.just("append_in_place"), DOCUMENTS, IDS),
)


def perform(table: Table, name: str, document: dict[str, Any], doc_id: int) -> Any:
    """One TinyDB operation; its answer, or the name of its error."""
    does: dict[str, Callable[[], Any]] = {
        "insert": lambda: table.insert(Document(document, doc_id)),
        "insert_multiple": lambda: table.insert_multiple([Document(document, doc_id), dict(document)]),
        "update": lambda: table.update(document, doc_ids=[doc_id]),
        "update_where": lambda: table.update(document, where("a").exists()),
        "update_all": lambda: table.update(document),
        "upsert": lambda: table.upsert(Document(document, doc_id)),
        "remove": lambda: table.remove(doc_ids=[doc_id]),
        "remove_where": lambda: table.remove(where("b") == document.get("b")),
        "truncate": table.truncate,
        "append_in_place": lambda: table.update(lambda doc: doc.setdefault("list", []).append(doc_id)),
    }
    try:
        return does[name]()
    except ValueError:
        return "ValueError"


def contents(table: Table) -> list[tuple[int, dict[str, Any]]]:
    return [(document.doc_id, dict(document)) for document in table.all()]


class PlainDB(TinyDB):
    """TinyDB's own tables over our storage: each operation hands over the whole of them."""

    def __init__(self, storage: JournalStorage) -> None:
        super().__init__(storage=lambda: storage)


@pytest.mark.parametrize("kind", [JournalDB, PlainDB])
@settings(max_examples=60)
@given(operations=st.lists(OPERATIONS, max_size=12))
def test_every_operation_answers_as_tinydb_in_memory_and_survives_opening_again(
    tmp_path_factory: pytest.TempPathFactory, kind: type[JournalDB | PlainDB], operations: list[tuple[str, Any, int]]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    ours, theirs = kind(JournalStorage(path)), TinyDB(storage=MemoryStorage)
    for name, document, doc_id in operations:
        assert perform(ours.table("t"), name, document, doc_id) == perform(theirs.table("t"), name, document, doc_id)
        assert contents(ours.table("t")) == contents(theirs.table("t"))
    ours.close()
    again = kind(JournalStorage(path))
    assert sorted(contents(again.table("t"))) == sorted(contents(theirs.table("t")), key=lambda pair: pair[0])
    again.close()


def test_an_operation_writes_the_documents_it_touched_and_no_others(tmp_path: Path) -> None:
    storage = JournalStorage(tmp_path / "j")
    table = JournalDB(storage).table("t")
    table.insert_multiple([Document({"text": "x" * 500}, number) for number in range(1, 200)])
    before = storage.size
    table.update({"n": 1}, doc_ids=[7])
    assert storage.size - before < 600
    storage.close()


def test_a_transaction_over_two_tables_is_one_frame_or_none(tmp_path: Path) -> None:
    storage = JournalStorage(tmp_path / "j")
    db = JournalDB(storage)
    db.table("a").insert(Document({"n": 1}, 1))
    frames = sum(1 for _ in scan((tmp_path / "j").read_bytes()))
    with storage.transaction():
        db.table("b").insert(Document({"n": 1}, 1))
        db.table("a").remove(doc_ids=[1])
    assert sum(1 for _ in scan((tmp_path / "j").read_bytes())) == frames + 1

    def half_of_it_impossible() -> None:
        with storage.transaction():
            db.table("b").remove(doc_ids=[1])
            db.table("b").insert(Document({"n": object()}, 2))

    with pytest.raises(BadInput, match="plain JSON"):
        half_of_it_impossible()
    assert (contents(db.table("a")), contents(db.table("b"))) == ([], [(1, {"n": 1})])
    storage.close()


@pytest.mark.parametrize("kind", [JournalDB, PlainDB])
def test_after_a_write_that_failed_memory_and_card_hold_the_old_state(
    tmp_path: Path, kind: type[JournalDB | PlainDB]
) -> None:
    card = FailingCard("write", errno.ENOSPC)
    storage = JournalStorage(tmp_path / "j", card)
    table = kind(storage).table("t")
    table.insert(Document({"n": [1]}, 1))
    card.armed = True
    with pytest.raises(NoRoom, match="full"):
        table.update(lambda document: document["n"].append(2))
    assert contents(table) == [(1, {"n": [1]})]
    card.armed = False
    table.insert(Document({"n": []}, 2))
    storage.close()
    again = JournalStorage(tmp_path / "j")
    assert contents(kind(again).table("t")) == [(1, {"n": [1]}), (2, {"n": []})]
    assert again.damage == ()
    again.close()


@pytest.mark.parametrize("operation", ["sync_data", "write"])
def test_a_failing_card_needs_a_technician_and_the_next_write_begins_a_new_file(tmp_path: Path, operation: str) -> None:
    card = FailingCard(operation)
    storage = JournalStorage(tmp_path / "j", card)
    table = JournalDB(storage).table("t")
    table.insert(Document({"n": 1}, 1))
    card.armed = True
    with pytest.raises(NeedsTechnician, match=r"j: .*check the card"):
        table.insert(Document({"n": 2}, 2))
    inode = (tmp_path / "j").stat().st_ino
    card.armed = False
    table.insert(Document({"n": 3}, 3))
    if operation == "sync_data":  # its pages cannot be trusted: the kernel calls them clean and has dropped them
        assert (tmp_path / "j").stat().st_ino != inode
    storage.close()
    again = JournalStorage(tmp_path / "j")
    assert contents(JournalDB(again).table("t")) == [(1, {"n": 1}), (3, {"n": 3})]
    again.close()


def test_until_the_folder_is_synced_a_rewritten_journal_acknowledges_nothing(tmp_path: Path) -> None:
    card = FailingCard("sync_folder")
    storage = JournalStorage(tmp_path / "j", card)
    table = JournalDB(storage).table("t")
    table.insert(Document({"n": 1}, 1))
    card.armed = True
    with pytest.raises(NeedsTechnician):
        storage.compact()
    with pytest.raises(NeedsTechnician):
        table.insert(Document({"n": 2}, 2))
    card.armed = False
    table.insert(Document({"n": 3}, 3))
    assert contents(table) == [(1, {"n": 1}), (3, {"n": 3})]
    storage.close()


def filled(path: Path, number: int = 5) -> list[Frame]:
    storage = JournalStorage(path)
    table = JournalDB(storage).table("t")
    for doc_id in range(1, number + 1):
        table.insert(Document({"n": doc_id, "text": "x" * 50}, doc_id))
    storage.close()
    return [part for part in scan(path.read_bytes()) if isinstance(part, Frame)]


def test_a_torn_tail_is_set_aside_reported_and_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "j"
    frames = filled(path)
    torn = path.read_bytes()[:-9]
    path.write_bytes(torn)
    storage = JournalStorage(path)
    tail = torn[frames[3].end :]
    assert storage.damage == (Damage(Damaged.TORN_TAIL, len(tail), "j.aside-000001"),)
    assert (tmp_path / "j.aside-000001").read_bytes() == tail
    assert [doc_id for doc_id, _ in contents(JournalDB(storage).table("t"))] == [1, 2, 3, 4]
    assert path.read_bytes() == torn[: frames[3].end]
    storage.close()
    again = JournalStorage(path)
    assert again.damage == ()
    again.close()


def test_a_spoiled_frame_in_the_middle_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "j"
    frames = filled(path)
    data = bytearray(path.read_bytes())
    data[frames[1].start + 40] ^= 0x10
    path.write_bytes(bytes(data))
    storage = JournalStorage(path)
    assert storage.damage == (Damage(Damaged.SPOILED, frames[1].end - frames[1].start, "j.aside-000001"),)
    assert (tmp_path / "j.aside-000001").read_bytes() == bytes(data[frames[1].start : frames[1].end])
    assert [doc_id for doc_id, _ in contents(JournalDB(storage).table("t"))] == [1, 3, 4, 5]
    JournalDB(storage).table("t").insert(Document({}, 6))
    storage.close()
    again = JournalStorage(path)
    assert again.damage == ()
    assert [doc_id for doc_id, _ in contents(JournalDB(again).table("t"))] == [1, 3, 4, 5, 6]
    again.close()


def test_a_file_that_is_no_journal_is_set_aside_whole(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(b'{"_default": {"1": {"a": 1}}}' * 3)
    storage = JournalStorage(path)
    assert storage.damage == (Damage(Damaged.UNREADABLE, 87, "j.aside-000001"),)
    JournalDB(storage).table("t").insert(Document({}, 1))
    storage.close()


def test_a_journal_of_another_version_is_left_alone_with_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "j"
    filled(path)
    header = struct.pack("<8sII", MAGIC, 2, 7)
    later = header + struct.pack("<I", zlib.crc32(header)) + path.read_bytes()[HEADER_SIZE:]
    path.write_bytes(later)
    with pytest.raises(NeedsTechnician, match=r"version 2, this software writes version 1; start the release"):
        JournalStorage(path)
    assert path.read_bytes() == later


def test_a_document_that_is_not_json_is_refused_by_name(tmp_path: Path) -> None:
    storage = JournalStorage(tmp_path / "j")
    with pytest.raises(BadInput, match="not plain JSON"):
        JournalDB(storage).table("t").insert({"n": object()})
    assert storage.documents("t") == {}
    storage.close()


def test_spoiled_files_do_not_fill_the_card(tmp_path: Path) -> None:
    path = tmp_path / "j"
    for _ in range(25):
        filled_once = path.exists()
        if not filled_once:
            filled(path, 1)
        path.write_bytes(path.read_bytes() + b"torn")
        JournalStorage(path).close()
    assert len(list(tmp_path.glob("j.aside-*"))) == 20


@pytest.mark.parametrize("number", [1_000, 3_000])
def test_bytes_written_a_record_do_not_grow_with_the_queue(tmp_path: Path, number: int) -> None:
    storage = JournalStorage(tmp_path / "j", Unsynced())
    table = JournalDB(storage).table("t")
    for doc_id in range(1, number + 1):
        table.insert(Document({"text": "x" * 1000}, doc_id))
        storage.compact_if_due()
    for first in range(1, number + 1, 50):
        table.remove(doc_ids=range(first, first + 50))
        storage.compact_if_due()
    assert storage.bytes_written / number < 2_600
    storage.close()


class Unsynced(Disk):
    """As fast as memory: for counting, not for keeping."""

    def sync_data(self, fd: int) -> None:
        pass

    def sync(self, fd: int) -> None:
        pass
