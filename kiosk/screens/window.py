"""The window: opened where a person can see it, or a clear error. The only reader of Kivy's configuration.

Main thread only, after :func:`kiosk.screens.surroundings.prepare`.
"""

from typing import Any

from kiosk.errors import NeedsTechnician
from kiosk.screens import style, surroundings
from kiosk.screens.panel import WIDTH as PANEL_UNITS
from kiosk.settings import Display


def panel_px(display: Display) -> int:
    """Width in pixels of the telephone drawn beside the screen."""
    return round(PANEL_UNITS * style.Panel(display.width, display.height).unit)


def open_window(display: Display, driver: str, with_panel: bool) -> Any:
    """Kivy's window. Raises: NeedsTechnician when none opens, or SDL draws elsewhere than asked."""
    from kivy.config import Config

    graphics = {
        "width": display.width + (panel_px(display) if with_panel else 0),
        "height": display.height,
        "multisamples": 0,
        "maxfps": surroundings.FRAMES_A_SECOND,
        "resizable": 0,
        "show_cursor": int(with_panel),
        "borderless": int(driver == "x11" and not with_panel),
        "fullscreen": "auto" if driver == "kmsdrm" else 0,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, value)
    # A person must not be able to leave: no Escape, no settings on F1.
    for key in ("exit_on_escape", "pause_on_minimize", "desktop"):
        Config.set("kivy", key, 0)
    # Every input of the default configuration would report a touch once more.
    for name in list(Config.options("input")):
        Config.remove_option("input", name)
    if with_panel:
        Config.set("input", "mouse", "mouse,disable_multitouch")

    from kivy.core.window import Window

    if Window is None:
        raise NeedsTechnician(
            f"display.driver: no window opens with {driver}; check that a panel is connected, that this user is "
            "in the groups video, render and input, and that libgl1, libegl1 and libgbm1 are installed"
        )
    surroundings.check_driver(driver)
    Window.title = "SOS Crise"
    Window.clearcolor = (*style.rgb(style.PAPER), 1)
    # Without the drawn panel this is a terminal: nothing on it closes the window.
    Window.bind(on_request_close=lambda *_, **__: not with_panel)
    return Window
