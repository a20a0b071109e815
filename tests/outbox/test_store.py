"""The outbox from the switchboard's side and from the courier's: file, lease, settle, and a card that is full."""

import base64
from pathlib import Path

import msgspec
import pytest
from nacl.public import PrivateKey, SealedBox

from kiosk.errors import BadInput, NeedsTechnician
from kiosk.outbox.answers import Counted, Kept, Lease, Queued
from kiosk.outbox.clock import ClockQuality, judge
from kiosk.outbox.desk import Desk
from kiosk.outbox.disk import Disk
from kiosk.outbox.envelope import Event, PlainBody, SealedBody, event_of_call
from kiosk.outbox.reserve import SLOT, Tally, TallyFile
from kiosk.outbox.seal import Seal
from kiosk.outbox.store import Outbox
from kiosk.outbox.verify import verify
from tests.outbox.worlds import DrivenClock, FailingCard, FullCard, call_record, event, ulid


def outbox_at(folder: Path, clock: DrivenClock | None = None, disk: Disk | None = None, reserve_kib: int = 8) -> Outbox:
    return Outbox(folder / "outbox.journal", clock or DrivenClock(), None, reserve_kib=reserve_kib, disk=disk)


def ids(lease: Lease) -> list[str]:
    return [envelope.id for envelope in lease.events]


def note(lease: Lease, place: int = 0) -> object:
    body = lease.events[place].body
    assert isinstance(body, PlainBody)
    return body.record["note"]


def test_sequence_numbers_go_on_after_a_restart_even_when_everything_was_sent(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    assert [outbox.put(event(n)) for n in (1, 2)] == [Kept(1), Kept(2)]
    lease = outbox.lease(10, 60)
    outbox.settle(lease.id, ids(lease), {})
    outbox.close()
    outbox = outbox_at(tmp_path)
    assert outbox.list() == ()
    assert outbox.put(event(3)) == Kept(3)
    outbox.close()


def test_an_envelope_carries_what_transport_needs_and_no_more(tmp_path: Path) -> None:
    clock = DrivenClock(ms=5_000, its_quality=ClockQuality.SET)
    outbox = outbox_at(tmp_path, clock)
    outbox.put(event_of_call(call_record(1)))
    [envelope] = outbox.lease(1, 60).events
    document = msgspec.to_builtins(envelope)
    assert document.pop("body")["form"] == "plain"
    assert document == {
        "id": ulid(1),
        "seq": 1,
        "boot": clock.boot_name,
        "boot_ms": 5_000,
        "wall_ms": clock.wall_at_boot_ms + 5_000,
        "clock": "set",
        "kind": "call",
        "version": 1,
    }
    outbox.close()


def test_a_stolen_card_reveals_nothing_of_a_record_and_the_hub_reads_it(tmp_path: Path) -> None:
    key = PrivateKey.generate()
    outbox = Outbox(tmp_path / "j", DrivenClock(), Seal(bytes(key.public_key).hex()), reserve_kib=8)
    outbox.checkpoint(event_of_call(call_record(1)))
    outbox.put(event_of_call(call_record(1)))
    [envelope] = outbox.lease(1, 60).events
    outbox.close()
    on_the_card = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in (b"baresip", b"language", b"opus", b"helpline", b"answered", b"lifted_at_ms", b"talk"):
        assert word not in on_the_card
    assert isinstance(envelope.body, SealedBody)
    opened = SealedBox(key).decrypt(base64.b64decode(envelope.body.box))
    assert opened == msgspec.json.encode(call_record(1))


@pytest.mark.parametrize("key", ["", "zz" * 32, "ab" * 31])
def test_a_public_key_that_is_none_is_refused_by_its_setting(key: str) -> None:
    with pytest.raises(BadInput, match="hub_public_key"):
        Seal(key)


def test_the_same_record_twice_is_harmless_and_another_under_its_id_is_an_error(tmp_path: Path) -> None:
    key = PrivateKey.generate()
    outbox = Outbox(tmp_path / "j", DrivenClock(), Seal(bytes(key.public_key).hex()), reserve_kib=8)
    assert outbox.put(event(1)) == Kept(1)
    assert outbox.put(event(1)) == Kept(1, again=True)
    with pytest.raises(BadInput, match="other content"):
        outbox.put(event(1, "other"))
    with pytest.raises(BadInput, match="already filed"):
        outbox.checkpoint(event(1))
    assert outbox.stats().queued == 1
    outbox.close()


def test_unsealed_records_are_compared_across_a_restart(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.put(event(1))
    outbox.close()
    outbox = outbox_at(tmp_path)
    assert outbox.put(event(1)) == Kept(1, again=True)
    with pytest.raises(BadInput, match="other content"):
        outbox.put(event(1, "other"))
    outbox.close()


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (Event(id="call-1", kind="note", record=b"{}"), "id"),
        (Event(id=ulid(1).replace("0", "U"), kind="note", record=b"{}"), "id"),
        (Event(id=ulid(1), kind="Note!", record=b"{}"), "kind"),
        (Event(id=ulid(1), kind="note", record=b"[1]"), "JSON object"),
        (Event(id=ulid(1), kind="note", record=b'{"a":"' + b"x" * 70_000 + b'"}'), "limit"),
    ],
)
def test_a_malformed_event_is_refused_and_nothing_is_kept(tmp_path: Path, bad: Event, what: str) -> None:
    outbox = outbox_at(tmp_path)
    with pytest.raises(BadInput, match=what):
        outbox.put(bad)
    assert outbox.stats().queued == 0
    outbox.close()


def test_a_lease_is_one_couriers_until_its_time_is_over(tmp_path: Path) -> None:
    clock = DrivenClock()
    outbox = outbox_at(tmp_path, clock)
    for number in (1, 2, 3):
        outbox.put(event(number))
    first = outbox.lease(2, 60)
    assert ids(first) == [ulid(1), ulid(2)]
    assert ids(outbox.lease(2, 60)) == [ulid(3)]
    assert outbox.lease(2, 60) == Lease("", ())
    clock.push(59.9)
    assert outbox.lease(2, 60) == Lease("", ())
    clock.push(0.2)
    assert ids(outbox.lease(9, 60)) == [ulid(1), ulid(2), ulid(3)]
    outbox.settle(first.id, [ulid(1)], {})  # late, and true all the same: the hub has it
    assert [line.id for line in outbox.list()] == [ulid(2), ulid(3)]
    outbox.close()


def test_what_the_hub_said_nothing_of_is_offered_again_at_once(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    for number in (1, 2, 3):
        outbox.put(event(number))
    lease = outbox.lease(3, 60)
    outbox.settle(lease.id, [ulid(2)], {})
    assert ids(outbox.lease(3, 60)) == [ulid(1), ulid(3)]
    outbox.close()


def test_leases_do_not_survive_a_restart(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.put(event(1))
    old = outbox.lease(1, 60)
    outbox.close()
    outbox = outbox_at(tmp_path)
    with pytest.raises(BadInput, match="lease again"):
        outbox.settle(old.id, [ulid(1)], {})
    assert ids(outbox.lease(1, 60)) == [ulid(1)]
    outbox.close()


def test_a_word_on_a_record_that_was_not_leased_is_refused_whole(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.put(event(1))
    outbox.put(event(2))
    lease = outbox.lease(1, 60)
    with pytest.raises(BadInput, match=ulid(2)):
        outbox.settle(lease.id, [ulid(1), ulid(2)], {})
    assert outbox.stats().queued == 2
    outbox.close()


def test_poison_is_set_aside_kept_and_can_be_released(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    for number in (1, 2):
        outbox.put(event(number))
    lease = outbox.lease(2, 60)
    outbox.settle(lease.id, [], {ulid(1): "unknown_key"})
    assert ids(outbox.lease(9, 60)) == [ulid(2)]
    outbox.close()
    clock = DrivenClock()
    outbox = outbox_at(tmp_path, clock)
    assert outbox.stats().quarantined == 1
    assert outbox.list()[0] == Queued(1, ulid(1), "note", clock.wall_at_boot_ms + 1_000, "quarantined", "unknown_key")
    assert outbox.release() == 1
    assert sorted(ids(outbox.lease(9, 60))) == [ulid(1), ulid(2)]
    outbox.close()


def test_a_lease_fits_into_one_line_of_the_socket(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    for number in range(1, 31):
        outbox.put(event(number, "x" * 60_000))
    lease = outbox.lease(500, 60)
    assert 1 <= len(lease.events) < 30
    assert len(msgspec.json.encode(lease.events)) < 1 << 20
    outbox.close()


def test_two_processes_cannot_hold_one_outbox(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    with pytest.raises(NeedsTechnician, match="another process"):
        outbox_at(tmp_path)
    outbox.close()
    outbox_at(tmp_path).close()


# -- the full and the failing card ----------------------------------------------------------------------------------


def fill(outbox: Outbox, first: int) -> tuple[list[str], list[str]]:
    """Put until three records in a row are lost; ids kept, ids lost."""
    kept: list[str] = []
    lost: list[str] = []
    for number in range(first, first + 400):
        match outbox.put(event(number, "x" * 300)):
            case Kept():
                kept.append(ulid(number))
            case Counted(kind="note", total=total):
                lost.append(ulid(number))
                assert total == len(lost)
        if len(lost) == 3:
            return kept, lost
    raise AssertionError("the card never filled")


def test_a_full_card_gives_its_reserve_then_counts_then_drains_and_reports_the_loss(tmp_path: Path) -> None:
    card = FullCard(tmp_path, room=64 * 1024)
    outbox = outbox_at(tmp_path, disk=card, reserve_kib=16)
    kept, lost = fill(outbox, 1)
    assert outbox.stats().lost == 3
    assert not outbox.stats().reserve_whole
    outbox.close()
    outbox = outbox_at(tmp_path, disk=card, reserve_kib=16)
    sent: list[str] = []
    reports: list[object] = []
    while (lease := outbox.lease(10, 60)).id:
        sent += ids(lease)
        reports += [e.body.record for e in lease.events if e.kind == "tally" and isinstance(e.body, PlainBody)]
        outbox.settle(lease.id, ids(lease), {})
    assert sent[: len(kept)] == kept
    assert [report["lost"] for report in reports if isinstance(report, dict)] == [{"note": 3}]
    assert len(sent) == len(kept) + 1
    stats = outbox.stats()
    assert (stats.queued, stats.lost, stats.reserve_whole) == (0, 0, True)
    assert isinstance(outbox.put(event(999)), Kept)
    assert not set(lost) & set(sent)
    outbox.close()


def test_the_count_of_what_was_lost_survives_a_torn_write(tmp_path: Path) -> None:
    path = tmp_path / "tally"
    for lost in (1, 2, 3):
        TallyFile(path, Disk()).save(Tally(id=ulid(1), lost={"call": lost}))
    data = path.read_bytes()
    assert TallyFile(path, Disk()).tally.total == 3
    for torn in (bytes(SLOT) + data[SLOT:], data[:SLOT] + bytes(SLOT), data[:SLOT] + b"\xff" * SLOT):
        path.write_bytes(torn)
        assert TallyFile(path, Disk()).tally.total in (2, 3)


def test_a_call_is_recorded_on_a_card_that_filled_up_before_it(tmp_path: Path) -> None:
    """The reserve is for exactly this: logs filled the card, and a call comes."""
    card = FullCard(tmp_path, room=1 << 20)
    outbox = outbox_at(tmp_path, disk=card, reserve_kib=16)
    card.room = card.used()
    assert outbox.checkpoint(event(1)) is False
    assert outbox.put(event(1)) == Kept(1)
    outbox.close()


def test_a_card_that_takes_no_write_at_all_is_said_aloud(tmp_path: Path) -> None:
    card = FailingCard("write", number=30)  # EROFS
    outbox = outbox_at(tmp_path, disk=card)
    card.armed = True
    with pytest.raises(NeedsTechnician, match="Read-only"):
        outbox.put(event(1))
    card.armed = False
    assert outbox.put(event(1)) == Kept(1)
    outbox.close()


def test_drafts_that_found_no_room_become_records_at_a_start_that_has_it(tmp_path: Path) -> None:
    card = FullCard(tmp_path, room=1 << 20)
    outbox = outbox_at(tmp_path, disk=card, reserve_kib=0)
    outbox.checkpoint(event(1))
    outbox.close()
    card.room = card.used()
    outbox = outbox_at(tmp_path, disk=card, reserve_kib=0)
    assert outbox.promoted == ()
    outbox.close()
    card.room = 1 << 20
    outbox = outbox_at(tmp_path, disk=card, reserve_kib=0)
    assert outbox.promoted == (ulid(1),)
    outbox.close()


# -- looking at it ---------------------------------------------------------------------------------------------------


def test_verify_reads_a_file_in_use_and_changes_nothing(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    for number in (1, 2, 3):
        outbox.put(event(number))
    outbox.checkpoint(event(4))
    path = tmp_path / "outbox.journal"
    before = path.read_bytes()
    verdict = verify(path)
    assert (verdict.events, verdict.drafts, verdict.faults, verdict.missing_frames) == (3, 1, (), 0)
    assert path.read_bytes() == before
    path.write_bytes(before[:-100] + b"?" + before[-99:-10])
    verdict = verify(path)
    assert (verdict.events, verdict.drafts, verdict.tail_bytes > 0) == (3, 0, True)
    outbox.close()


def test_verify_names_what_is_missing_and_where(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    for number in (1, 2, 3):
        outbox.put(event(number))
    outbox.close()
    path = tmp_path / "outbox.journal"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    verdict = verify(path)
    assert verdict.events == 2
    assert len(verdict.faults) == 2
    assert "are spoiled" in verdict.faults[0]
    assert verdict.faults[1] == "1 frames are missing"
    with pytest.raises(BadInput, match="name the outbox's journal"):
        verify(tmp_path / "none")


def test_the_desk_answers_the_courier_in_plain_json(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    desk = Desk(outbox)
    assert desk.answer("outbox.lease", {"max": 5, "lease_s": 60}) == {"lease": "", "events": []}
    outbox.put(event(1))
    outbox.put(event(2))
    leased = desk.answer("outbox.lease", {"max": 5, "lease_s": 60})
    assert msgspec.json.decode(msgspec.json.encode(leased)) == leased
    assert [document["id"] for document in leased["events"]] == [ulid(1), ulid(2)]
    settled = {"lease": leased["lease"], "acked": [ulid(1)], "quarantined": [{"id": ulid(2), "reason": "conflict"}]}
    assert desk.answer("outbox.settle", settled) == {}
    assert desk.answer("outbox.stats", {})["quarantined"] == 1
    assert desk.answer("outbox.list", {})["events"][0]["reason"] == "conflict"
    assert desk.answer("outbox.release", {}) == {"released": 1}
    outbox.close()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("outbox.lease", {"max": 0, "lease_s": 60}),
        ("outbox.lease", {"max": 5}),
        ("outbox.lease", {"max": 5, "lease_s": 60, "more": 1}),
        ("outbox.settle", {"lease": "x", "acked": [1]}),
        ("outbox.settle", {"lease": "x"}),
        ("outbox.open", {}),
    ],
)
def test_the_desk_refuses_what_it_cannot_read(tmp_path: Path, method: str, params: dict[str, object]) -> None:
    outbox = outbox_at(tmp_path)
    with pytest.raises(BadInput, match=r"outbox\.(open|lease|settle): |lease again"):
        Desk(outbox).answer(method, params)
    outbox.close()


@pytest.mark.parametrize(
    ("wall_ms", "disciplined", "battery", "quality"),
    [
        (0, False, True, "none"),
        (0, True, True, "none"),
        (1_800_000_000_000, True, False, "synced"),
        (1_800_000_000_000, False, True, "set"),
        (1_800_000_000_000, False, False, "none"),
    ],
)
def test_a_wall_clock_is_believed_as_far_as_it_was_set(
    wall_ms: int, disciplined: bool, battery: bool, quality: str
) -> None:
    assert judge(wall_ms, disciplined=disciplined, battery=battery) == quality
