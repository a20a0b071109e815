"""The panel over gpiozero's mock pins: contacts are driven as a hand would, events are whole conversations."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hardware.errors import DeviceBusy, DeviceMissing
from hardware.inputs import (
    HOLDS,
    ButtonPressed,
    HandsetLifted,
    HandsetReplaced,
    KeyHeld,
    KeyPressed,
    Panel,
    PanelConfig,
    PanelEvent,
)
from hardware.simulated.pins import KeypadMatrix, SimulatedPanel, mock_factory

CONFIG = PanelConfig(
    debounce_s=0.15,  # long, so that a loaded machine does not make a rest out of a bounce
    buttons={"help": 27, "language": 22},
    keypad_rows=(5, 6, 13, 19),
    keypad_columns=(12, 16, 20),
)
BY_EDGE = PanelConfig(debounce_s=0, buttons={"help": 27})


def until(condition: Callable[[], bool], limit_s: float = 10.0) -> bool:
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


class Bench:
    def __init__(self, config: PanelConfig = CONFIG, lifted: bool = False) -> None:
        self.factory, self.matrix = mock_factory(config)
        self.events: list[PanelEvent] = []
        if lifted:
            self.pin(config.hook).drive_low()
        self.panel = Panel(config, self.events.append, pin_factory=self.factory)

    def pin(self, number: int) -> Any:
        return self.factory.pin(number)

    def bounce(self, number: int, low: bool, times: int = 7) -> None:
        pin = self.pin(number)
        for _ in range(times):
            pin.drive_low() if low else pin.drive_high()
            pin.drive_high() if low else pin.drive_low()
        pin.drive_low() if low else pin.drive_high()

    def heard(self, *events: PanelEvent) -> bool:
        """Whether these came, and no others; a key that a slow machine holds for long is told of beside them."""
        return until(lambda: [each for each in self.events if not isinstance(each, KeyHeld)] == list(events))


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.panel.close()
    made.factory.reset()


def test_handset_that_bounces_up_and_down_is_lifted_and_replaced_once(bench: Bench) -> None:
    bench.bounce(17, low=True)
    assert bench.heard(HandsetLifted())
    bench.bounce(17, low=False)
    assert bench.heard(HandsetLifted(), HandsetReplaced())


def test_knock_on_the_table_is_nothing(bench: Bench) -> None:
    bench.pin(17).drive_low()
    bench.pin(17).drive_high()
    bench.bounce(27, low=True)
    assert bench.heard(ButtonPressed("help"))


def test_handset_that_is_up_at_start_is_reported_as_lifted() -> None:
    bench = Bench(lifted=True)
    try:
        assert bench.heard(HandsetLifted())
    finally:
        bench.panel.close()


def test_inverted_hook_means_the_same() -> None:
    config = PanelConfig(hook_inverted=True, debounce_s=0.02)
    events: list[PanelEvent] = []
    panel = SimulatedPanel(config, events.append)
    try:
        panel.lift()
        panel.hang_up()
        assert panel.wait()
        assert events == [HandsetLifted(), HandsetReplaced()]
    finally:
        panel.close()


def test_lift_hang_up_lift_in_one_moment_is_three_events_in_order() -> None:
    bench = Bench(BY_EDGE)
    try:
        bench.pin(17).drive_low()
        bench.pin(17).drive_high()
        bench.pin(17).drive_low()
        assert bench.heard(HandsetLifted(), HandsetReplaced(), HandsetLifted())
    finally:
        bench.panel.close()


def test_lost_edge_is_made_up_for(bench: Bench) -> None:
    pin = bench.pin(17)
    pin._state = False  # the level changed and no edge came
    assert bench.heard(HandsetLifted())


def test_button_tells_its_press_and_not_its_release(bench: Bench) -> None:
    bench.bounce(22, low=True)
    assert bench.heard(ButtonPressed("language"))
    assert bench.panel.held == {"language"}
    bench.bounce(22, low=False)
    assert until(lambda: not bench.panel.held)
    assert bench.events == [ButtonPressed("language")]


def test_each_key_of_the_keypad_is_told_through_the_real_matrix() -> None:
    config = PanelConfig(debounce_s=0.02, keypad_rows=CONFIG.keypad_rows, keypad_columns=CONFIG.keypad_columns)
    events: list[PanelEvent] = []
    panel = SimulatedPanel(config, events.append)
    try:
        for key in "1123456789*0#":
            panel.digit(key)
        assert panel.wait(30)
        assert events == [KeyPressed(key) for key in "1123456789*0#"]
    finally:
        panel.close()


def test_stuck_key_leaves_the_others_working(bench: Bench) -> None:
    bench.matrix.press("1")
    assert bench.heard(KeyPressed("1"))
    bench.matrix.press("9")
    assert bench.heard(KeyPressed("1"), KeyPressed("9"))


def test_lights_do_as_told() -> None:
    panel = SimulatedPanel(BY_EDGE, lambda event: None)
    try:
        assert (panel.light("ready"), panel.light("call")) == ("off", "off")
        panel.set_light("ready", "on")
        panel.set_light("call", "blink")
        assert (panel.light("ready"), panel.light("call")) == ("on", "blink")
        panel.set_light("call", "off")
        panel.set_light("ready", "off")
        assert (panel.light("ready"), panel.light("call")) == ("off", "off")
    finally:
        panel.close()


def test_listener_that_fails_does_not_deafen_the_panel(caplog: pytest.LogCaptureFixture) -> None:
    events: list[PanelEvent] = []

    def listener(event: PanelEvent) -> None:
        events.append(event)
        raise RuntimeError("listener's fault")

    factory, _ = mock_factory(BY_EDGE)
    panel = Panel(BY_EDGE, listener, pin_factory=factory)
    try:
        factory.pin(17).drive_low()
        assert until(lambda: events == [HandsetLifted()])
        factory.pin(17).drive_high()
        assert until(lambda: events == [HandsetLifted(), HandsetReplaced()])
    finally:
        panel.close()
    assert "the panel's listener failed" in caplog.text


def test_two_devices_on_one_pin_are_named_with_the_remedy() -> None:
    factory, _ = mock_factory(BY_EDGE)
    config = PanelConfig(buttons={"help": 17})
    with pytest.raises(DeviceBusy, match=r"button help \(pin 17\).*a pin of its own"):
        Panel(config, lambda event: None, pin_factory=factory)


def test_machine_without_pins_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "none-such")
    with pytest.raises(DeviceMissing, match=r"ready light \(pin 23\).*python3-lgpio"):
        Panel(BY_EDGE, lambda event: None)


def test_unknown_button_and_key_are_refused_by_name() -> None:
    panel = SimulatedPanel(BY_EDGE, lambda event: None)
    try:
        with pytest.raises(ValueError, match=r"no button 'red'.*help"):
            panel.press("red")
        with pytest.raises(ValueError, match="'A' is not a key"):
            panel.digit("A")
        with pytest.raises(ValueError, match="no keypad"):
            panel.digit("1")
    finally:
        panel.close()


def test_a_row_is_low_only_through_a_driven_column() -> None:
    factory, matrix = mock_factory(CONFIG)
    assert isinstance(matrix, KeypadMatrix)
    row, column = factory.pin(5), factory.pin(16)
    row.pull = "up"
    matrix.press("2")
    assert row.state
    column.output_with_state(0)
    assert not row.state
    column.input_with_pull("up")
    assert row.state


def test_a_key_that_is_held_is_told_of_again_and_again_but_not_for_ever(bench: Bench) -> None:
    bench.matrix.press("*")
    assert until(lambda: bench.events.count(KeyHeld("*")) == HOLDS, 30)
    assert bench.events == [KeyPressed("*"), *[KeyHeld("*")] * HOLDS]
    bench.matrix.release("*")
    assert until(lambda: not bench.panel.held)
    bench.matrix.press("*")
    assert until(lambda: bench.events[-1] == KeyPressed("*"))
