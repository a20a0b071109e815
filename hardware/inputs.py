"""The panel: handset hook, buttons, telephone keypad and lights, over gpiozero (imported here and in the mock).

Contacts close to ground against the Pi's own pull-ups. The keypad is a bare matrix: at rest all columns are low and
any key pulls its row down, which wakes the scanner; a scan drives one column at a time and leaves the others
floating high, so that two keys in one row never short two outputs.
"""

import logging
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import gpiozero

from hardware.debounce import Debouncer, KeyReader
from hardware.errors import DeviceBusy, DeviceForbidden, DeviceMissing
from hardware.stuck import InputFault, InputWatch

log = logging.getLogger(__name__)

KEYS = ("123", "456", "789", "*0#")
"""The face of a telephone keypad, by row and column."""

SCAN_S = 0.01
"""Pause between two scans while a key is held."""
SETTLE_S = 0.0001
"""From driving a column to reading the rows: long for a metre of wire and a 50 kOhm pull-up."""
RECHECK_S = 0.5
"""How often levels are read without any edge, so that a lost edge never sticks."""
HOLD_S = 0.8
"""A key held for this long is told of as held, and again after as long."""
HOLDS = 7
"""Times it is told of at most in one press."""
HOOK = "hook"
"""The hook's name in :class:`InputFailed`."""

LightState = Literal["on", "off", "blink"]


@dataclass(frozen=True)
class PanelConfig:
    """Pins (BCM numbers) of the panel; docs/hardware.md draws the wiring."""

    hook: int = 17
    hook_inverted: bool = False
    """True where the switch opens when the handset is lifted."""
    debounce_s: float = 0.03
    stuck_s: float = 30.0
    """A button or key held for longer than anybody presses is stuck."""
    buttons: Mapping[str, int] = field(default_factory=dict)
    keypad_rows: tuple[int, ...] = ()
    keypad_columns: tuple[int, ...] = ()
    ready_light: int = 23
    call_light: int = 24


@dataclass(frozen=True)
class HandsetLifted:
    """The handset went up, or was up already when the panel opened."""


@dataclass(frozen=True)
class HandsetReplaced:
    """The handset is back on its hook."""


@dataclass(frozen=True)
class ButtonPressed:
    """A button went down; its release says nothing."""

    name: str


@dataclass(frozen=True)
class KeyPressed:
    """A key of the keypad went down: 0-9, ``*`` or ``#``."""

    key: str


@dataclass(frozen=True)
class KeyHeld:
    """A key of the keypad stays down: after :class:`KeyPressed`, every :data:`HOLD_S`."""

    key: str


@dataclass(frozen=True)
class InputFailed:
    """An input is at fault: a button or key is ignored until it recovers, the hook is followed all the same."""

    name: str
    """``hook``, ``button help``, ``key 5``."""
    fault: InputFault


@dataclass(frozen=True)
class InputRecovered:
    """It has been let go, or has come to rest: it counts again."""

    name: str


PanelEvent = HandsetLifted | HandsetReplaced | ButtonPressed | KeyPressed | KeyHeld | InputFailed | InputRecovered


@dataclass
class _Contact:
    name: str
    device: Any
    debouncer: Debouncer
    on: Callable[[bool], PanelEvent | None]


class Panel:
    """All inputs and lights of one terminal.

    ``on_event`` is called from the panel's own thread, one event at a time in the order of the doings; it must
    return soon and must not raise. Methods may be called from any thread.

    Raises: DeviceMissing, DeviceForbidden or DeviceBusy, naming the pin and the remedy.
    """

    def __init__(self, config: PanelConfig, on_event: Callable[[PanelEvent], None], pin_factory: Any = None) -> None:
        self._config = config
        self._on_event = on_event
        self._factory = pin_factory
        self._changed = threading.Condition()
        self._news: deque[PanelEvent] = deque()
        self._closed = False
        self._contacts: list[_Contact] = []
        self._buttons: dict[str, _Contact] = {}
        self._devices: list[Any] = []
        self._rows: list[Any] = []
        self._columns: list[Any] = []
        self._keys = KeyReader(config.debounce_s)
        self._watch = InputWatch(config.stuck_s, frozenset({HOOK}))
        self._held_at: dict[str, list[float]] = {}
        """For each key that is down: when it went down, and when it was told of as held."""
        self._scanning = False
        self._lights: dict[str, Any] = {}
        self._light_states: dict[str, LightState] = {"ready": "off", "call": "off"}
        try:
            self._open()
        except BaseException:
            self._close_devices()
            raise
        self._thread = threading.Thread(target=self._run, name="panel", daemon=True)
        self._thread.start()

    @property
    def faults(self) -> Mapping[str, InputFault]:
        """Inputs at fault now, by the names of :class:`InputFailed`."""
        with self._changed:
            return self._watch.faults

    @property
    def held(self) -> frozenset[str]:
        """Buttons and keys that count as held now."""
        with self._changed:
            buttons = {name for name, contact in self._buttons.items() if contact.debouncer.settled}
            return self._keys.down | buttons

    def set_light(self, name: Literal["ready", "call"], state: LightState) -> None:
        """Switch a light; saying the same again changes nothing (a blink keeps its beat)."""
        if self._light_states[name] == state:
            return
        self._light_states[name] = state
        light = self._lights[name]
        if state == "blink":
            light.blink(on_time=0.5, off_time=0.5)
        elif state == "on":
            light.on()
        else:
            light.off()

    def light(self, name: Literal["ready", "call"]) -> LightState:
        """What the light was last told."""
        return self._light_states[name]

    def close(self) -> None:
        """Stop the thread, put the lights out and give the pins back. Not from inside ``on_event``."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout=2)
        self._close_devices()

    def _open(self) -> None:
        config = self._config
        for name, pin in (("ready", config.ready_light), ("call", config.call_light)):
            self._lights[name] = self._device(f"{name} light", gpiozero.LED, pin)
        now = time.monotonic()
        hook = self._device("hook", gpiozero.DigitalInputDevice, config.hook, pull_up=True)
        is_closed = bool(hook.is_active)
        # Taken as "on hook" until the first rest: a handset that is already up is then reported as lifted.
        debouncer = Debouncer(config.debounce_s, config.hook_inverted, is_closed, now)
        self._contacts.append(_Contact(HOOK, hook, debouncer, self._hook_settled))
        for name, pin in config.buttons.items():
            device = self._device(f"button {name}", gpiozero.DigitalInputDevice, pin, pull_up=True)
            raw = bool(device.is_active)
            debouncer = Debouncer(config.debounce_s, raw, raw, now)
            contact = _Contact(f"button {name}", device, debouncer, partial(self._button_settled, name))
            if raw:
                self._watch.moved(contact.name, True, now)
            self._contacts.append(contact)
            self._buttons[name] = contact
        if config.keypad_rows and config.keypad_columns:
            for number, pin in enumerate(config.keypad_columns, 1):
                self._columns.append(self._device(f"keypad column {number}", gpiozero.GPIODevice, pin))
            for number, pin in enumerate(config.keypad_rows, 1):
                row = self._device(f"keypad row {number}", gpiozero.DigitalInputDevice, pin, pull_up=True)
                self._rows.append(row)
            self._rest_columns()
        for contact in self._contacts:
            contact.device.when_activated = partial(self._edge, contact, True)
            contact.device.when_deactivated = partial(self._edge, contact, False)
        for row in self._rows:
            row.when_activated = self._row_fell

    def _device(self, what: str, kind: Any, pin: int, **options: Any) -> Any:
        try:
            with warnings.catch_warnings():
                # gpiozero warns for each pin library that it tries and does not find; the last word is its error.
                warnings.simplefilter("ignore")
                device = kind(pin, pin_factory=self._factory, **options)
        except gpiozero.exc.BadPinFactory as error:
            raise DeviceMissing(
                f"{what} (pin {pin}): no pin library works here; install python3-lgpio on a Raspberry Pi, "
                f'or set hardware.pins to "simulated" or "none"'
            ) from error
        except PermissionError as error:
            raise DeviceForbidden(
                f"{what} (pin {pin}): this account may not use the pins; add it to the group gpio"
            ) from error
        except (gpiozero.exc.GPIOPinInUse, gpiozero.exc.PinInvalidPin) as error:
            raise DeviceBusy(f"{what} (pin {pin}): {error}; give each device of the panel a pin of its own") from error
        except (gpiozero.exc.GPIOZeroError, OSError) as error:
            busy = "busy" in str(error).lower()
            kind_of = DeviceBusy if busy else DeviceMissing
            remedy = "end the program that holds it" if busy else "check the pin number and the pin library"
            raise kind_of(f"{what} (pin {pin}): {error}; {remedy}") from error
        except Exception as error:  # each pin library has errors of its own
            kind_of = DeviceBusy if "busy" in str(error).lower() else DeviceMissing
            raise kind_of(f"{what} (pin {pin}): {error}; check that nothing else uses this pin") from error
        self._devices.append(device)
        return device

    def _hook_settled(self, is_closed: bool) -> PanelEvent:
        return HandsetLifted() if is_closed != self._config.hook_inverted else HandsetReplaced()

    def _button_settled(self, name: str, is_closed: bool) -> PanelEvent | None:
        return ButtonPressed(name) if is_closed else None

    def _edge(self, contact: _Contact, level: bool) -> None:
        """Any thread of gpiozero's: note the edge and wake the panel's thread."""
        now = time.monotonic()
        with self._changed:
            self._tell(contact, contact.debouncer.edge(level, now), now)
            self._changed.notify()

    def _row_fell(self) -> None:
        with self._changed:
            self._scanning = True
            self._changed.notify()

    def _tell(self, contact: _Contact, settled: bool | None, now: float) -> None:
        if settled is None:
            return
        self._watch.moved(contact.name, settled, now)
        event = contact.on(settled)
        if event is not None and (contact.name == HOOK or self._watch.is_well(contact.name)):
            self._news.append(event)

    def _run(self) -> None:
        recheck_at = time.monotonic() + RECHECK_S
        while True:
            with self._changed:
                if self._closed:
                    return
                now = time.monotonic()
                if now >= recheck_at:
                    self._recheck(now)
                    recheck_at = now + RECHECK_S
                for contact in self._contacts:
                    self._tell(contact, contact.debouncer.rested(now), now)
                scanning = self._scanning
                if not self._news and not scanning:
                    deadlines = [recheck_at, *filter(None, (c.debouncer.deadline for c in self._contacts))]
                    self._changed.wait(max(0.0, min(deadlines) - now))
                    continue
                news = list(self._news)
                self._news.clear()
            for event in news:
                self._deliver(event)
            if scanning:
                self._scan()
                time.sleep(SCAN_S)

    def _deliver(self, event: PanelEvent) -> None:
        try:
            self._on_event(event)
        except Exception:  # a listener's fault must not stop the hook from being seen
            log.exception("the panel's listener failed")

    def _recheck(self, now: float) -> None:
        """Read the levels themselves: an edge that the kernel dropped is made up for here."""
        for contact in self._contacts:
            level = bool(contact.device.is_active)
            if level != contact.debouncer.raw:
                self._tell(contact, contact.debouncer.edge(level, now), now)
        for name, fault in self._watch.look(now):
            if fault is None:
                log.warning("%s: well again", name)
                self._news.append(InputRecovered(name))
            else:
                log.warning("%s: %s; see its contact and its cable", name, fault)
                self._news.append(InputFailed(name, fault))
        if any(row.is_active for row in self._rows):
            self._scanning = True

    def _scan(self) -> None:
        pressed = set()
        for column, device in enumerate(self._columns):
            device.pin.output_with_state(0)
            time.sleep(SETTLE_S)
            pressed |= {KEYS[row][column] for row, line in enumerate(self._rows) if line.is_active}
            device.pin.input_with_pull("up")
        now = time.monotonic()
        with self._changed:
            before = self._keys.down
            key = self._keys.scan(frozenset(pressed), now)
            for moved in self._keys.down ^ before:
                self._watch.moved(f"key {moved}", moved in self._keys.down, now)
                self._held_at.pop(moved, None)
                if moved in self._keys.down:
                    self._held_at[moved] = [now]
            if key is not None and self._watch.is_well(f"key {key}"):
                self._news.append(KeyPressed(key))
            for held, at in self._held_at.items():
                if len(at) <= HOLDS and now - at[-1] >= HOLD_S and self._watch.is_well(f"key {held}"):
                    at.append(now)
                    self._news.append(KeyHeld(held))
            is_quiet = self._keys.is_quiet
        if is_quiet:
            self._rest_columns()
            with self._changed:
                # A key that went down while the columns floated gave no edge.
                self._scanning = any(row.is_active for row in self._rows)

    def _rest_columns(self) -> None:
        for device in self._columns:
            device.pin.output_with_state(0)

    def _close_devices(self) -> None:
        for device in self._devices:
            try:
                device.close()
            except Exception as error:  # each pin library has errors of its own
                log.warning("a pin did not close: %s", error)
