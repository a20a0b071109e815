"""Replays every kind of state that a power cut may leave, and asks the outbox what it still has."""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.outbox.answers import Kept
from kiosk.outbox.store import Outbox
from tests.outbox.worlds import (
    DrivenClock,
    FolderSynced,
    RememberingCard,
    Synced,
    after_power_cut,
    event,
    ulid,
)

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 12), st.sampled_from([0, 100, 3_000])),
        st.tuples(st.just("checkpoint"), st.integers(1, 12), st.sampled_from([0, 900])),
        st.tuples(st.just("settle"), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("compact"), st.just(0), st.just(0)),
    ),
    min_size=1,
    max_size=14,
)


class History:
    """What was asked of an outbox, and at which operation of the card each answer came."""

    def __init__(self) -> None:
        self.acknowledged: list[tuple[int, str]] = []
        """(operations done when the put returned, id)."""
        self.begun: dict[str, int] = {}
        """Id to the operations done when anything of it was first asked for."""
        self.taken_out: dict[str, int] = {}
        """Id to the operations done when its settling began."""
        self.settled: dict[str, int] = {}


def live_through(actions: list[tuple[str, int, int]]) -> tuple[RememberingCard, History]:
    history = History()
    with tempfile.TemporaryDirectory() as folder, RememberingCard() as card:
        outbox = Outbox(Path(folder) / "outbox.journal", DrivenClock(), None, reserve_kib=4, disk=card)
        for action, number, size in actions:
            done = len(card.operations)
            if action == "put":
                history.begun.setdefault(ulid(number), done)
                if ulid(number) in {event_id for _, event_id in history.acknowledged}:
                    continue
                assert isinstance(outbox.put(event(number, "x" * size)), Kept)
                history.acknowledged.append((len(card.operations), ulid(number)))
            elif action == "checkpoint" and ulid(number) not in {i for _, i in history.acknowledged}:
                history.begun.setdefault(ulid(number), done)
                outbox.checkpoint(event(number, "y" * size))
            elif action == "settle":
                lease = outbox.lease(number, 60)
                if lease.id:
                    for envelope in lease.events:
                        history.taken_out[envelope.id] = done
                    outbox.settle(lease.id, [envelope.id for envelope in lease.events], {})
                    history.settled.update({e.id: len(card.operations) for e in lease.events})
            elif action == "compact":
                outbox._journal.compact()
        outbox.close()
    return card, history


def recovered(files: dict[str, bytes]) -> list[str]:
    """Ids that an outbox finds in such a folder, in order; opening it twice gives the same."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        answers = []
        for _ in range(2):
            outbox = Outbox(Path(folder) / "outbox.journal", DrivenClock(ms=9_000), None, reserve_kib=4)
            answers.append([line.id for line in outbox.list()])
            outbox.close()
        assert answers[0] == answers[1]
        return answers[0]


def check(history: History, cut: int, found: list[str]) -> None:
    acknowledged = [event_id for done, event_id in history.acknowledged if done <= cut]
    must = [i for i in acknowledged if history.taken_out.get(i, cut + 1) > cut]
    may = {event_id for event_id, done in history.begun.items() if done <= cut}
    assert [i for i in must if i not in found] == [], "an acknowledged record is lost"
    assert [i for i in found if i not in may] == [], "a record was invented"
    gone = [i for i, done in history.settled.items() if done <= cut]
    assert [i for i in gone if i in found] == [], "a settled record came back"
    assert len(found) == len(set(found))
    assert [i for i in found if i in must] == must, "order was not kept"


@settings(max_examples=150)
@given(ACTIONS, st.data())
def test_whatever_a_power_cut_leaves_acknowledged_records_are_there_and_in_order(
    actions: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    card, history = live_through(actions)
    # The folder's first state is a terminal that was just installed: cuts are made from its first put on.
    for _ in range(6):
        cut = data.draw(st.integers(0, len(card.operations)), label="cut after this many operations")
        keep = itertools.cycle(data.draw(st.lists(st.booleans(), min_size=1, max_size=8), label="kept"))
        files = after_power_cut(
            card.operations[:cut],
            kept_names=data.draw(st.integers(0, 4), label="names kept"),
            keep=keep,
            torn_block=data.draw(st.sampled_from([512, 4096]), label="block"),
            torn_at=data.draw(st.integers(0, 3), label="torn after blocks"),
        )
        check(history, cut, recovered(files))


def every_state(card: RememberingCard) -> Iterator[tuple[int, dict[str, bytes]]]:
    for cut in range(len(card.operations) + 1):
        for block, torn_at, names, kept in itertools.product((512, 4096), (0, 1, 2), (0, 9), (True, False)):
            yield cut, after_power_cut(card.operations[:cut], names, itertools.repeat(kept), block, torn_at)


def test_every_prefix_of_a_whole_life_recovers() -> None:
    """Install, calls with checkpoints, a sync, a compaction: cut after each operation, torn in each way."""
    first = [("checkpoint", 1, 900), ("put", 1, 3_000), ("put", 2, 0), ("settle", 1, 0)]
    card, history = live_through([*first, ("put", 3, 100), ("compact", 0, 0), ("checkpoint", 4, 0), ("put", 5, 3_000)])
    seen: set[tuple[int, str]] = set()
    for cut, files in every_state(card):
        key = (cut, repr(sorted(files.items())))
        if key not in seen:
            seen.add(key)
            check(history, cut, recovered(files))
    assert len(seen) > 60


@pytest.mark.parametrize("forgotten", [Synced, FolderSynced])
def test_this_test_sees_a_missing_sync(forgotten: type) -> None:
    """The replay must be able to fail: without the syncs it finds lost records."""
    card, history = live_through([("put", 1, 0), ("compact", 0, 0), ("put", 2, 0)])
    without = [operation for operation in card.operations if not isinstance(operation, forgotten)]
    cut = len(card.operations)
    lost = 0
    for kept, names in itertools.product((True, False), (0, 1, 2, 9)):
        try:
            found = recovered(after_power_cut(without, names, itertools.repeat(kept), 4096, 0))
            check(history, cut, found)
        except AssertionError:
            lost += 1
    assert lost > 0


def test_draft_is_a_record_after_the_cut_and_gone_after_its_put(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "j", DrivenClock(), None)
    outbox.checkpoint(event(1, "half a call"))
    outbox.checkpoint(event(1, "a whole call"))
    outbox.checkpoint(event(2))
    outbox.put(event(2, "done"))
    outbox.close()
    outbox = Outbox(tmp_path / "j", DrivenClock(), None)
    assert outbox.promoted == (ulid(1),)
    assert [(line.seq, line.id) for line in outbox.list()] == [(1, ulid(2)), (2, ulid(1))]
    lease = outbox.lease(10, 60)
    assert [e.body.record["note"] for e in lease.events] == ["done", "a whole call"]  # type: ignore[union-attr]
    outbox.close()
