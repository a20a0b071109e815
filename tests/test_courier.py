"""The courier: what it does with core's and the hub's words, and a whole way from put to hub through kills."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.courier import AWAY_S, SIGN_OF_LIFE_S, Courier
from kiosk.errors import BadInput, KioskError, NeedsTechnician, RetryLater
from kiosk.outbox.backoff import BackOff
from kiosk.outbox.desk import Desk
from kiosk.outbox.envelope import Envelope, Sent
from kiosk.outbox.store import Outbox
from kiosk.outbox.sync import TooLarge, Word
from kiosk.settings import Outbox as OutboxSettings
from kiosk.settings import Settings, Terminal
from tests.outbox.worlds import DrivenClock, event, ulid

ROOT = Path(__file__).resolve().parents[1]


class Core:
    """Core as the courier meets it: a desk over a real outbox, and pushes that the test prepares."""

    def __init__(self, outbox: Outbox, world: "World") -> None:
        self.desk = Desk(outbox)
        self.world = world
        self.asked: list[str] = []
        self.reports: list[dict[str, Any]] = []
        self.pushes: list[dict[str, Any]] = [{"type": "call_state", "up": False, "line": ""}]
        self.is_away = False
        self.refuses: KioskError | None = None

    def request(self, method: str, params: dict[str, Any], timeout_s: float) -> Any:
        self.asked.append(method)
        if self.is_away:
            raise RetryLater("core is away")
        if self.refuses is not None:
            raise self.refuses
        if method == "courier.report":
            self.reports.append(params)
            return {}
        return self.desk.answer(method, params)

    def next_push(self, timeout_s: float) -> dict[str, Any] | None:
        if self.is_away:
            raise RetryLater("core is away")
        if self.pushes:
            return self.pushes.pop(0)
        self.world.pass_time(timeout_s)
        return None


class ScriptedHub:
    """Takes everything, unless a word is prepared."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.words: list[Callable[[Sequence[Envelope]], Word]] = []
        self.limit = 1_000

    def put(self, events: Sequence[Envelope], sent: Sent) -> Word:
        self.batches.append([event.id for event in events])
        if len(events) > self.limit:
            raise TooLarge("too large")
        if self.words:
            return self.words.pop(0)(events)
        return Word(tuple(event.id for event in events))


class World:
    """One courier with all around it, in virtual time."""

    def __init__(self, folder: Path, batch: int = 4) -> None:
        self.clock = DrivenClock()
        self.now_s = 0.0
        self.outbox = Outbox(folder / "j", self.clock, None, reserve_kib=0)
        self.core = Core(self.outbox, self)
        self.hub = ScriptedHub()
        settings = Settings(terminal=Terminal(id="t-1"), outbox=OutboxSettings(batch=batch))
        self.courier = Courier(
            settings,
            self.core,
            self.hub,
            self.clock,
            back_off=BackOff(5.0, 900.0, lambda low, high: high),
            now_s=lambda: self.now_s,
            pause=self.pass_time,
        )

    def pass_time(self, seconds: float) -> None:
        self.now_s += seconds
        self.clock.push(seconds)

    def steps(self, number: int) -> None:
        for _ in range(number):
            self.courier.step()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    its = World(tmp_path)
    yield its
    its.outbox.close()


def test_everything_goes_batch_after_batch_then_the_courier_waits(world: World) -> None:
    for number in range(1, 11):
        world.outbox.put(event(number))
    world.steps(4)
    assert [len(batch) for batch in world.hub.batches] == [4, 4, 2]
    assert [batch[0] for batch in world.hub.batches] == [ulid(1), ulid(5), ulid(9)]
    assert world.outbox.stats().queued == 0
    world.steps(1)
    assert world.now_s >= 120.0
    assert [(r["sent"], r["acked"], r["problem"]) for r in world.core.reports] == [(4, 4, ""), (4, 4, ""), (2, 2, "")]


def test_a_new_record_is_sent_at_once(world: World) -> None:
    world.steps(1)  # nothing there: a sign of life, and a long wait
    world.outbox.put(event(1))
    world.core.pushes = [{"type": "outbox_changed"}]
    world.steps(1)
    assert world.hub.batches == [[], [ulid(1)]]
    assert world.now_s < 1


def test_with_nothing_to_send_a_sign_of_life_goes_out_now_and_then(world: World) -> None:
    while world.now_s < 2 * SIGN_OF_LIFE_S + 60:
        world.steps(1)
    assert world.hub.batches == [[], [], []]


def test_nothing_is_sent_while_a_call_is_up_on_the_mobile_line(world: World) -> None:
    world.steps(1)
    world.outbox.put(event(1))
    world.core.pushes = [{"type": "call_state", "up": True, "line": "gsm"}, {"type": "outbox_changed"}]
    world.steps(5)
    assert world.hub.batches == [[]]
    world.core.pushes = [{"type": "call_state", "up": False, "line": ""}]
    world.steps(2)
    assert world.hub.batches == [[], [ulid(1)]]
    world.outbox.put(event(2))
    world.core.pushes = [{"type": "call_state", "up": True, "line": "voip"}, {"type": "outbox_changed"}]
    world.steps(2)
    assert world.hub.batches[-1] == [ulid(2)]


def test_a_courier_that_starts_in_a_mobile_call_hears_of_it_before_it_sends(world: World) -> None:
    world.outbox.put(event(1))
    world.core.pushes = [{"type": "call_state", "up": True, "line": "gsm"}]
    world.steps(3)
    assert world.hub.batches == []
    world.core.pushes = [{"type": "call_state", "up": False, "line": ""}]
    world.steps(2)
    assert world.hub.batches == [[ulid(1)]]


def fail(error: KioskError) -> Callable[[Sequence[Envelope]], Word]:
    def word(events: Sequence[Envelope]) -> Word:
        raise error

    return word


def test_failures_are_waited_out_longer_and_longer_told_and_lose_nothing(world: World) -> None:
    world.outbox.put(event(1))
    world.hub.words = [
        fail(RetryLater("hub.example: busy", retry_after_s=100)),
        fail(NeedsTechnician("hub.example: refuses terminal t-1")),
        fail(RetryLater("hub.example: no answer in time")),
    ]
    times: list[float] = []
    for _ in range(4):
        world.steps(1)
        times.append(world.now_s)
    assert [round(each) for each in times] == [0, 105, 115, 135]
    assert [report["problem"] for report in world.core.reports] == [
        "hub.example: busy",
        "hub.example: refuses terminal t-1",
        "hub.example: no answer in time",
        "",
    ]
    assert world.hub.batches == [[ulid(1)]] * 4
    assert world.outbox.stats().queued == 0


def test_sync_now_does_not_wait(world: World) -> None:
    world.outbox.put(event(1))
    world.hub.words = [fail(RetryLater("busy", retry_after_s=3_000))]
    world.core.pushes = [{"type": "sync_now"}]
    world.steps(2)
    assert world.hub.batches == [[ulid(1)], [ulid(1)]]
    assert world.outbox.stats().queued == 0


def test_who_asks_for_a_sync_is_answered_also_with_nothing_to_send(world: World) -> None:
    world.steps(2)
    told, sent = len(world.core.reports), len(world.hub.batches)
    world.core.pushes.append({"type": "sync_now"})
    world.steps(1)
    assert world.hub.batches[sent:] == [[]]
    assert [(each["sent"], each["problem"]) for each in world.core.reports[told:]] == [(0, "")]


def test_who_asks_for_a_sync_in_a_mobile_call_is_told_that_it_waits(world: World) -> None:
    world.steps(2)
    told, sent = len(world.core.reports), len(world.hub.batches)
    world.core.pushes += [{"type": "call_state", "up": True, "line": "gsm"}, {"type": "sync_now"}]
    world.steps(3)
    assert world.hub.batches[sent:] == []
    (report,) = world.core.reports[told:]
    assert "mobile line" in report["problem"]


def test_a_batch_too_large_is_halved_until_it_fits_and_one_alone_is_set_aside(world: World) -> None:
    for number in range(1, 5):
        world.outbox.put(event(number))
    world.hub.limit = 1
    world.steps(10)
    assert [len(batch) for batch in world.hub.batches[:3]] == [4, 2, 1]
    assert world.outbox.stats().queued == 0
    world.hub.limit = 0
    world.outbox.put(event(9))
    world.core.pushes = [{"type": "outbox_changed"}]
    world.steps(3)
    assert [line.reason for line in world.outbox.list()] == ["too_large"]


def test_rejected_ones_are_set_aside_and_unnamed_ones_go_again(world: World) -> None:
    for number in (1, 2, 3):
        world.outbox.put(event(number))
    world.hub.words = [lambda events: Word((ulid(3),), {ulid(1): "conflict"})]
    world.steps(1)
    assert [(line.id, line.state) for line in world.outbox.list()] == [(ulid(1), "quarantined"), (ulid(2), "queued")]
    assert world.core.reports[0]["problem"] == "the hub said nothing of 1 of 3 records"
    world.steps(1)
    assert world.hub.batches[1] == [ulid(2)]


def test_core_away_between_lease_and_settle_costs_a_duplicate_and_nothing_else(world: World) -> None:
    world.outbox.put(event(1))

    def core_dies(events: Sequence[Envelope]) -> Word:
        world.core.is_away = True
        return Word(tuple(event.id for event in events))

    world.hub.words = [core_dies]
    world.steps(3)
    assert 3 * AWAY_S <= world.now_s < 3 * AWAY_S + 1
    assert world.outbox.stats().queued == 1
    world.core.is_away = False
    world.pass_time(200)  # the lease runs out, as it would be gone with a core that restarted
    world.steps(1)
    assert world.hub.batches == [[ulid(1)], [ulid(1)]]
    assert world.outbox.stats().queued == 0


@pytest.mark.parametrize("error", [NeedsTechnician("the outbox cannot be opened"), BadInput("no such method")])
def test_a_core_that_cannot_is_asked_again_later(world: World, error: KioskError) -> None:
    world.core.refuses = error
    world.outbox.put(event(1))
    world.steps(3)
    assert 60 <= world.now_s <= 120
    world.core.refuses = None
    world.steps(1)
    assert world.outbox.stats().queued == 0
