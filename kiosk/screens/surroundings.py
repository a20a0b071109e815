"""Where the screen process runs: the environment that Kivy reads when it is imported, and the video driver in use.

All of it was measured: without these variables Kivy starts slowly, reads the person's files, swallows command-line
options, and without a display goes off-screen in silence.
"""

import ctypes
import logging
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from kiosk.errors import NeedsTechnician

log = logging.getLogger(__name__)

_KIVY = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_FILELOG": "1",
    # Else it puts its own handlers on the root logger and takes stderr.
    "KIVY_LOG_MODE": "PYTHON",
    # Without it the x11 fall-back can kill the process.
    "KIVY_WINDOW": "sdl2",
    "KIVY_TEXT": "sdl2",
    "KIVY_IMAGE": "sdl2",
    "KIVY_CLIPBOARD": "dummy",
    "KIVY_AUDIO": "",
    "KIVY_VIDEO": "",
    "KIVY_CAMERA": "",
    "KIVY_SPELLING": "",
    # Our sizes are pixels of the panel: no scaling by what the panel says of itself.
    "KIVY_METRICS_DENSITY": "1",
    "KIVY_METRICS_FONTSCALE": "1",
    # A finger is a finger, not also a mouse: it would press twice.
    "SDL_TOUCH_MOUSE_EVENTS": "0",
}
_SDL_NAMES = {"x11": "x11", "kmsdrm": "KMSDRM", "offscreen": "offscreen"}
FRAMES_A_SECOND = 20
"""0.9 % of a processor when nothing changes; 60 costs three times that, 0 (no limit) all of one."""


def driver_for(wanted: str, environment: Mapping[str, str]) -> str:
    """The SDL video driver to force: as configured, or for ``auto`` x11 with a DISPLAY and kmsdrm without."""
    if wanted != "auto":
        return wanted
    return "x11" if environment.get("DISPLAY") else "kmsdrm"


def prepare(driver: str, environment: MutableMapping[str, str], drm: Path = Path("/sys/class/drm")) -> None:
    """Set what Kivy and SDL read, before either is imported. ``driver`` is x11, kmsdrm or offscreen."""
    environment.update(_KIVY)
    environment["SDL_VIDEODRIVER"] = _SDL_NAMES[driver]
    if driver == "kmsdrm":
        card = connected_card(drm)
        if card is not None:
            environment["SDL_KMSDRM_DEVICE_INDEX"] = str(card)


def connected_card(drm: Path) -> int | None:
    """Index of the graphics card that has a panel on it; None when the system does not say.

    A Pi 5 has one card for HDMI and one for the DSI panel, and their numbers change from boot to boot.
    """
    for status in sorted(drm.glob("card*-*/status")):
        card = status.parent.name.split("-", 1)[0].removeprefix("card")
        if card.isdecimal() and status.read_text(encoding="ascii", errors="replace").strip() == "connected":
            return int(card)
    return None


def check_driver(wanted: str, maps: Path = Path("/proc/self/maps")) -> None:
    """Raises: NeedsTechnician unless SDL really draws with the driver ``wanted``. Call it with a window open."""
    used = driver_in_use(maps)
    if used.lower() != wanted.lower():
        raise NeedsTechnician(
            f"display.driver: wanted {wanted}, SDL uses {used or 'none'}: nobody would see the screen; "
            "check the panel's cable and this user's groups (video, render, input), or correct display.driver"
        )


def driver_in_use(maps: Path = Path("/proc/self/maps")) -> str:
    """Name of the video driver that this process's SDL uses, empty when it has none. Kivy itself does not say."""
    for line in maps.read_text(encoding="utf-8", errors="replace").splitlines():
        path = line.partition("/")[1] + line.partition("/")[2]
        if Path(path).name.startswith("libSDL2-"):
            current = ctypes.CDLL(path).SDL_GetCurrentVideoDriver
            current.restype = ctypes.c_char_p
            name = current()
            return name.decode("ascii", "replace") if name else ""
    return ""
