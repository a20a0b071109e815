"""The panel that the settings name, real or simulated, and the fingers of ``kiosk sim``."""

from collections.abc import Callable, Mapping
from typing import Any

from hardware.inputs import Panel, PanelConfig, PanelEvent
from hardware.simulated.pins import SimulatedPanel
from kiosk.errors import BadInput
from kiosk.settings import Hardware


def open_panel(hardware: Hardware, on_event: Callable[[PanelEvent], None]) -> Panel | SimulatedPanel | None:
    """The panel; None where the configuration wants none. ``on_event``: from the panel's thread.

    Raises: DeviceError, naming pin and remedy.
    """
    if hardware.pins == "none":
        return None
    kind = SimulatedPanel if hardware.pins == "simulated" else Panel
    return kind(panel_config(hardware), on_event)


def panel_config(hardware: Hardware) -> PanelConfig:
    """The panel's wiring as its driver wants it."""
    return PanelConfig(
        hook=hardware.hook,
        hook_inverted=hardware.hook_inverted,
        debounce_s=hardware.debounce_s,
        stuck_s=hardware.stuck_s,
        buttons=hardware.buttons,
        keypad_rows=hardware.keypad_rows,
        keypad_columns=hardware.keypad_columns,
        ready_light=hardware.ready_light,
        call_light=hardware.call_light,
    )


def move_fingers(panel: Panel | SimulatedPanel | None, params: Mapping[str, Any]) -> None:
    """Do one gesture on a simulated panel. Raises: BadInput."""
    if not isinstance(panel, SimulatedPanel):
        raise BadInput('this terminal has no simulated panel; set hardware.pins = "simulated"')
    try:
        match params:
            case {"do": "lift"}:
                panel.lift()
            case {"do": "hang_up"}:
                panel.hang_up()
            case {"do": "press", "name": str(name)}:
                panel.press(name)
            case {"do": "digit", "digit": str(digit)}:
                panel.digit(digit)
            case {"do": "hold", "name": str(name)}:
                panel.hold(name)
            case {"do": "release", "name": str(name)}:
                panel.release(name)
            case _:
                known = "lift, hang_up, press (name), digit (digit), hold (name), release (name)"
                raise BadInput(f"sim {dict(params)!r}: do one of {known}")
    except ValueError as error:
        raise BadInput(str(error)) from error
