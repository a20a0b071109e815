"""Stuck and chattering inputs (field failure 19), in virtual time and then through the real panel."""

import itertools
from collections.abc import Iterator

import pytest

from hardware.debounce import Debouncer, KeyReader
from hardware.inputs import (
    ButtonPressed,
    HandsetLifted,
    HandsetReplaced,
    InputFailed,
    InputRecovered,
    KeyPressed,
    Panel,
    PanelConfig,
    PanelEvent,
)
from hardware.simulated.pins import mock_factory
from hardware.stuck import CHATTER, InputWatch
from tests.hardware.test_panel import Bench, until

CONFIG = PanelConfig(
    debounce_s=0.02,
    stuck_s=0.3,
    buttons={"help": 27, "language": 22},
    keypad_rows=(5, 6, 13, 19),
    keypad_columns=(12, 16, 20),
)

TRAIN_MS = [0.0, 0.4, 0.9, 1.1, 2.6, 2.9, 4.2, 4.4, 7.9, 8.3, 12.0, 12.2, 18.5, 18.7, 19.4]
"""When a leaf switch's contact changed as the handset left its hook: closed, open, closed, ... and closed at last."""
REPLACED_MS = [ms + 950.0 for ms in TRAIN_MS]


def train() -> list[tuple[float, bool]]:
    """Up, with its bouncing, and down again a second later, with its own."""
    up = [(ms / 1000, number % 2 == 0) for number, ms in enumerate(TRAIN_MS)]
    down = [(ms / 1000, number % 2 == 1) for number, ms in enumerate(REPLACED_MS)]
    return [*up, *down]


def test_a_bouncing_train_taken_edge_by_edge_is_fifteen_visits_and_rested_it_is_one() -> None:
    naive = [level for _, level in train()]
    assert naive.count(True) == 15
    debouncer = Debouncer(0.03, settled=False, raw=False, now=-1.0)
    settled = [debouncer.edge(level, at) for at, level in train()]
    settled.append(debouncer.rested(10.0))
    assert [level for level in settled if level is not None] == [True, False]


def test_a_key_held_too_long_is_stuck_until_it_is_let_go() -> None:
    watch = InputWatch(30.0)
    watch.moved("key 5", True, 100.0)
    assert watch.look(129.9) == []
    assert watch.look(130.1) == [("key 5", "stuck")]
    assert watch.look(200.0) == []
    assert not watch.is_well("key 5")
    assert watch.is_well("key 6")
    watch.moved("key 5", False, 300.0)
    assert watch.is_well("key 5")
    assert watch.look(300.1) == [("key 5", None)]


def test_the_hook_may_stay_in_either_position() -> None:
    watch = InputWatch(30.0, frozenset({"hook"}))
    watch.moved("hook", True, 0.0)
    assert watch.look(86_400.0) == []


def test_twenty_presses_in_four_seconds_are_no_hand_and_rest_makes_it_well() -> None:
    watch = InputWatch(30.0, frozenset({"hook"}))
    for number in range(CHATTER):
        at = number * 0.2
        assert watch.is_well("hook")
        watch.moved("hook", True, at)
        watch.moved("hook", False, at + 0.05)
    assert watch.look(4.0) == [("hook", "chattering")]
    assert watch.look(6.0) == []
    assert watch.look(7.0) == [("hook", None)]


def test_an_impatient_hand_is_not_chatter() -> None:
    watch = InputWatch(30.0)
    for number in range(100):
        watch.moved("button help", True, number * 0.25)
        watch.moved("button help", False, number * 0.25 + 0.1)
    assert watch.look(25.0) == []


def test_a_contact_that_crackles_does_not_hold_up_its_neighbour() -> None:
    reader = KeyReader(0.03)
    crackle = itertools.cycle(["1", ""])
    pressed = [reader.scan(frozenset(next(crackle) + "9"), at * 0.01) for at in range(50)]
    assert [key for key in pressed if key is not None] == ["9"]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(CONFIG)
    yield made
    made.panel.close()
    made.factory.reset()


def test_a_stuck_key_is_told_then_ignored_and_comes_back_by_itself(bench: Bench) -> None:
    bench.matrix.press("1")
    assert bench.heard(KeyPressed("1"), InputFailed("key 1", "stuck"))
    assert bench.panel.faults == {"key 1": "stuck"}
    bench.matrix.press("9")
    assert bench.heard(KeyPressed("1"), InputFailed("key 1", "stuck"), KeyPressed("9"))
    bench.matrix.release("9")
    bench.matrix.release("1")
    assert until(lambda: bench.panel.faults == {} and not bench.panel.held)
    assert until(lambda: bench.events[-1] == InputRecovered("key 1"))
    bench.matrix.press("1")
    assert until(lambda: bench.events[-1] == KeyPressed("1"))


def test_a_stuck_button_leaves_hook_and_keys_working(bench: Bench) -> None:
    bench.pin(27).drive_low()
    assert bench.heard(ButtonPressed("help"), InputFailed("button help", "stuck"))
    del bench.events[:]
    bench.bounce(17, low=True)
    assert bench.heard(HandsetLifted())
    bench.matrix.press("4")
    assert bench.heard(HandsetLifted(), KeyPressed("4"))
    bench.matrix.release("4")
    bench.pin(22).drive_low()
    assert bench.heard(HandsetLifted(), KeyPressed("4"), ButtonPressed("language"))
    bench.pin(22).drive_high()
    bench.pin(27).drive_high()
    assert bench.heard(HandsetLifted(), KeyPressed("4"), ButtonPressed("language"), InputRecovered("button help"))


def test_a_button_that_is_down_at_the_start_is_found_too() -> None:
    events: list[PanelEvent] = []
    factory, _ = mock_factory(CONFIG)
    factory.pin(27).drive_low()
    panel = Panel(CONFIG, events.append, pin_factory=factory)
    try:
        assert until(lambda: events == [InputFailed("button help", "stuck")])
    finally:
        panel.close()


def test_a_chattering_hook_is_told_and_followed_all_the_same(bench: Bench) -> None:
    cycles = 0
    while InputFailed("hook", "chattering") not in bench.events and cycles < 10 * CHATTER:
        cycles += 1
        bench.pin(17).drive_low()
        assert until(lambda: bench.events.count(HandsetLifted()) == cycles)  # noqa: B023
        bench.pin(17).drive_high()
        assert until(lambda: bench.events.count(HandsetReplaced()) == cycles)  # noqa: B023
    assert InputFailed("hook", "chattering") in bench.events
    bench.pin(17).drive_low()
    assert until(lambda: bench.events.count(HandsetLifted()) == cycles + 1)
