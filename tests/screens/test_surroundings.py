"""The environment of the process: which driver, which card, and an honest failure."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import NeedsTechnician
from kiosk.screens.surroundings import check_driver, connected_card, driver_for, prepare
from tests.screens.stage import PATIENCE_S, ROOT


def test_auto_is_x11_with_a_display_and_kmsdrm_without() -> None:
    assert driver_for("auto", {"DISPLAY": ":0"}) == "x11"
    assert driver_for("auto", {}) == "kmsdrm"
    assert driver_for("offscreen", {"DISPLAY": ":0"}) == "offscreen"


def test_the_card_with_the_panel_is_chosen_by_its_status(tmp_path: Path) -> None:
    for connector, status in (("card0-HDMI-A-1", "disconnected"), ("card1-DSI-1", "connected")):
        (tmp_path / connector).mkdir()
        (tmp_path / connector / "status").write_text(status + "\n", encoding="ascii")
    assert connected_card(tmp_path) == 1
    environment: dict[str, str] = {}
    prepare("kmsdrm", environment, tmp_path)
    assert environment["SDL_KMSDRM_DEVICE_INDEX"] == "1"
    assert environment["SDL_VIDEODRIVER"] == "KMSDRM"


def test_no_card_is_named_when_the_system_does_not_say(tmp_path: Path) -> None:
    assert connected_card(tmp_path / "none") is None
    environment: dict[str, str] = {}
    prepare("kmsdrm", environment, tmp_path)
    assert "SDL_KMSDRM_DEVICE_INDEX" not in environment


def test_the_driver_is_forced_and_kivy_kept_lean() -> None:
    environment = {"SDL_VIDEODRIVER": "dummy"}
    prepare("offscreen", environment)
    assert environment["SDL_VIDEODRIVER"] == "offscreen"
    assert environment["KIVY_WINDOW"] == "sdl2"
    assert environment["KIVY_NO_ARGS"] == "1"


def test_another_driver_than_asked_is_an_error_and_not_a_dark_panel() -> None:
    with pytest.raises(NeedsTechnician, match=r"display\.driver: wanted kmsdrm, SDL uses none"):
        check_driver("kmsdrm")


@pytest.mark.parametrize("driver", ["x11", "kmsdrm"])
def test_a_display_that_is_not_there_ends_the_process_with_the_remedy(driver: str, tmp_path: Path) -> None:
    """A real process that is told to draw where nothing is: it must not run on, unseen."""
    if driver == "kmsdrm" and any(Path("/dev/dri").glob("card*")):
        pytest.skip("this machine has a graphics card: KMS may really open")
    program = (
        "from kiosk.screens.app import run\n"
        "from kiosk.settings import Display, Settings, Terminal\n"
        f"run(Settings(terminal=Terminal(id='test', runtime_dir={str(tmp_path)!r}), "
        f"display=Display(driver={driver!r})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"DISPLAY": ":987"} if driver == "x11" else {},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode != 0
    assert "NeedsTechnician: display.driver" in done.stderr
