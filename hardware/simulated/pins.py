"""A panel without a Raspberry Pi: the real Panel class over gpiozero's mock pins, and fingers that drive them.

A press closes mock contacts; the real debounce and the real keypad scanner see it.
"""

import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from gpiozero.pins.mock import MockFactory, MockPin

from hardware.inputs import (
    KEYS,
    ButtonPressed,
    HandsetLifted,
    HandsetReplaced,
    KeyPressed,
    LightState,
    Panel,
    PanelConfig,
    PanelEvent,
)

PATIENCE_S = 5.0
"""How long a finger holds on at most, when the panel does not notice it."""


class KeypadMatrix:
    """The wires between rows and columns: a row is low while a held key joins it to a column that is driven low."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._rows: list[Any] = []
        self._columns: list[Any] = []
        self._held: set[tuple[int, int]] = set()

    def wire(self, rows: list[Any], columns: list[Any]) -> None:
        """Join the pins, once all exist."""
        with self._lock:
            self._rows = rows
            self._columns = columns

    def press(self, key: str) -> None:
        """Close the contact of ``key``."""
        with self._lock:
            self._held.add(_place(key))
            self.settle()

    def release(self, key: str) -> None:
        """Open the contact of ``key``."""
        with self._lock:
            self._held.discard(_place(key))
            self.settle()

    def settle(self) -> None:
        """Drive each row to what the held keys and the columns make of it."""
        with self._lock:
            low = {
                row
                for row, column in self._held
                if self._columns and self._columns[column].function == "output" and not self._columns[column].state
            }
            for number, pin in enumerate(self._rows):
                if pin.function != "input":
                    continue
                if number in low:
                    pin.drive_low()
                else:
                    pin.drive_high()


class _ColumnPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin that lets the matrix know when it is driven or let go."""

    def __init__(self, factory: Any, info: Any, matrix: KeypadMatrix) -> None:
        self._matrix: KeypadMatrix | None = None
        super().__init__(factory, info)
        self._matrix = matrix

    def _set_function(self, value: str) -> None:
        super()._set_function(value)
        if self._matrix is not None:
            self._matrix.settle()

    def _change_state(self, value: bool) -> bool:
        changed = bool(super()._change_state(value))
        if self._matrix is not None:
            self._matrix.settle()
        return changed


class _ContactPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin with a switch to ground: a pull-up that is switched on later does not open a closed contact."""

    _is_closed = False

    def drive_low(self) -> None:
        self._is_closed = True
        super().drive_low()

    def drive_high(self) -> None:
        self._is_closed = False
        super().drive_high()

    def _set_pull(self, value: str) -> None:
        if self._is_closed:
            self._pull = value
        else:
            super()._set_pull(value)


def _place(key: str) -> tuple[int, int]:
    for row, face in enumerate(KEYS):
        if key in face:
            return row, face.index(key)
    raise ValueError(f"{key!r} is not a key of the keypad; one of 0-9, * or #")


def mock_factory(config: PanelConfig) -> tuple[Any, KeypadMatrix]:
    """A gpiozero pin factory wired like the panel of ``config``, and its keypad."""
    factory = MockFactory()
    matrix = KeypadMatrix()
    columns = [factory.pin(pin, pin_class=_ColumnPin, matrix=matrix) for pin in config.keypad_columns]
    rows = [factory.pin(pin) for pin in config.keypad_rows]
    matrix.wire(rows, columns)
    for button in config.buttons.values():
        factory.pin(button, pin_class=_ContactPin)
    hook = factory.pin(config.hook, pin_class=_ContactPin)
    hook.pull = "up"
    if config.hook_inverted:
        hook.drive_low()  # at rest this switch is closed
    return factory, matrix


class SimulatedPanel:
    """The panel of ``kiosk sim`` and of the tests: same events, same lights, no Pi.

    The gestures return at once and are done in order by one thread of "fingers", which holds each contact until
    the panel has noticed it, so that no press is lost on a busy machine. Methods may be called from any thread.
    """

    def __init__(self, config: PanelConfig, on_event: Callable[[PanelEvent], None]) -> None:
        self._config = config
        self._listener = on_event
        self._factory, self._matrix = mock_factory(config)
        self._noticed = threading.Condition()
        self._seen: list[PanelEvent] = []
        self._panel = Panel(config, self._on_event, pin_factory=self._factory)
        self._gestures: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._fingers = threading.Thread(target=self._move, name="fingers", daemon=True)
        self._fingers.start()

    def lift(self) -> None:
        """Lift the handset."""
        self._gestures.put(partial(self._hook, not self._config.hook_inverted, HandsetLifted()))

    def hang_up(self) -> None:
        """Put the handset back."""
        self._gestures.put(partial(self._hook, self._config.hook_inverted, HandsetReplaced()))

    def press(self, name: str) -> None:
        """Press and release a button. Raises: ValueError when the panel has no such button."""
        if name not in self._config.buttons:
            known = ", ".join(self._config.buttons) or "none"
            raise ValueError(f"no button {name!r} on this panel; it has: {known}")
        self._gestures.put(partial(self._button, name))

    def hold(self, name: str) -> None:
        """Press a button or a key of the keypad, and do not let go. Raises: ValueError when there is none."""
        if name in self._config.buttons:
            self._gestures.put(partial(self._drive, self._config.buttons[name], True))
        else:
            _place(name)
            self._gestures.put(partial(self._matrix.press, name))

    def release(self, name: str) -> None:
        """Let go of what :meth:`hold` holds."""
        if name in self._config.buttons:
            self._gestures.put(partial(self._drive, self._config.buttons[name], False))
        else:
            _place(name)
            self._gestures.put(partial(self._matrix.release, name))

    def digit(self, key: str) -> None:
        """Press and release a key of the keypad. Raises: ValueError for what is not on it, or without a keypad."""
        _place(key)
        if not self._config.keypad_rows:
            raise ValueError("this panel has no keypad; set hardware.keypad_rows and keypad_columns")
        self._gestures.put(partial(self._key, key))

    def set_light(self, name: Literal["ready", "call"], state: LightState) -> None:
        """As the real panel's."""
        self._panel.set_light(name, state)

    def light(self, name: Literal["ready", "call"]) -> LightState:
        """What an onlooker sees: the level of the light's pin, or ``blink``."""
        if self._panel.light(name) == "blink":
            return "blink"
        pin = self._config.ready_light if name == "ready" else self._config.call_light
        return "on" if self._factory.pin(pin).state else "off"

    @property
    def held(self) -> frozenset[str]:
        """As the real panel's."""
        return self._panel.held

    def wait(self, timeout_s: float = PATIENCE_S) -> bool:
        """Wait until all gestures asked for so far are done; False when that took too long."""
        done = threading.Event()
        self._gestures.put(done.set)
        return done.wait(timeout_s)

    def close(self) -> None:
        """Take the fingers away and close the panel."""
        self._gestures.put(None)
        self._fingers.join(timeout=PATIENCE_S)
        self._panel.close()
        self._factory.reset()

    def _on_event(self, event: PanelEvent) -> None:
        self._listener(event)
        with self._noticed:
            self._seen.append(event)
            self._noticed.notify()

    def _move(self) -> None:
        while (gesture := self._gestures.get()) is not None:
            with self._noticed:
                self._seen.clear()
            gesture()

    def _await(self, event: PanelEvent) -> None:
        with self._noticed:
            self._noticed.wait_for(lambda: event in self._seen, PATIENCE_S)

    def _await_release(self, name: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while name in self._panel.held and time.monotonic() < deadline:
            time.sleep(0.005)

    def _hook(self, close: bool, event: PanelEvent) -> None:
        if self._drive(self._config.hook, close):
            self._await(event)

    def _button(self, name: str) -> None:
        self._drive(self._config.buttons[name], True)
        self._await(ButtonPressed(name))
        self._drive(self._config.buttons[name], False)
        self._await_release(name)

    def _key(self, key: str) -> None:
        self._matrix.press(key)
        self._await(KeyPressed(key))
        self._matrix.release(key)
        self._await_release(key)

    def _drive(self, number: int, close: bool) -> bool:
        """Close or open a contact; says whether that changed anything."""
        pin = self._factory.pin(number)
        if pin.state is not close:
            return False
        if close:
            pin.drive_low()
        else:
            pin.drive_high()
        return True
