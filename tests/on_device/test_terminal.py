"""On a real terminal, by hand: what no simulation can show. Needs a person beside it.

    KIOSK_ON_DEVICE=/etc/sos-crise/site.toml .venv/bin/python -m pytest -m on_device -s tests/on_device

The switchboard must not be running (``systemctl stop sos-crise-core``): sound card, pins and modem have one owner.
The call test rings the site's own helpline number: agree on it with the helpline first. 112 is never called.
"""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.inputs import ButtonPressed, HandsetLifted, HandsetReplaced, KeyPressed, Panel, PanelEvent
from kiosk import configuration
from kiosk.audio.frames import FRAME_BYTES
from kiosk.audio.handset import open_handset
from kiosk.panels import panel_config
from kiosk.settings import Settings

pytestmark = [pytest.mark.on_device, pytest.mark.timeout(300)]
PATIENCE_S = 60


@pytest.fixture(scope="module")
def settings() -> Settings:
    named = os.environ.get("KIOSK_ON_DEVICE")
    if not named:
        pytest.skip("KIOSK_ON_DEVICE names no site's file: this runs on a terminal alone")
    return configuration.load(Path(named))


@pytest.fixture
def panel(settings: Settings) -> Iterator[tuple[Panel, "queue.SimpleQueue[PanelEvent]"]]:
    seen: queue.SimpleQueue[PanelEvent] = queue.SimpleQueue()
    one = Panel(panel_config(settings.hardware), seen.put)
    yield one, seen
    one.close()


def ask(text: str) -> None:
    sys.stderr.write(f"\n>>> {text}\n")


def test_the_hook_and_every_button_and_key_are_noticed(
    settings: Settings, panel: tuple[Panel, "queue.SimpleQueue[PanelEvent]"]
) -> None:
    _, seen = panel
    wanted: list[tuple[str, PanelEvent]] = [("lift the handset", HandsetLifted())]
    wanted += [(f"press the button {name}", ButtonPressed(name)) for name in settings.hardware.buttons]
    wanted += [(f"press the key {key}", KeyPressed(key)) for key in "159*0#" if settings.hardware.keypad_rows]
    wanted += [("put the handset back", HandsetReplaced())]
    for what, event in wanted:
        ask(what)
        assert seen.get(timeout=PATIENCE_S) == event


def test_both_lights_can_be_seen(panel: tuple[Panel, "queue.SimpleQueue[PanelEvent]"]) -> None:
    lamps, seen = panel
    for name in ("ready", "call"):
        lamps.set_light(name, "blink")
        ask(f"the {name} light blinks: lift the handset and put it back if you see it")
        assert isinstance(seen.get(timeout=PATIENCE_S), HandsetLifted)
        assert isinstance(seen.get(timeout=PATIENCE_S), HandsetReplaced)
        lamps.set_light(name, "off")


def test_the_handset_is_heard_by_its_own_microphone(settings: Settings) -> None:
    """The sound card beats at 50 frames a second, and the microphone hears something when it is blown into."""
    handset = open_handset(settings.audio)
    loud, beats, faults = threading.Event(), 0, list[str]()

    def render(mic: bytes) -> bytes:
        nonlocal beats
        beats += 1
        if max(abs(int.from_bytes(mic[n : n + 2], "little", signed=True)) for n in range(0, len(mic), 2)) > 6000:
            loud.set()
        return bytes(FRAME_BYTES)

    ask("blow into the microphone")
    handset.start(render, faults.append)
    began = time.monotonic()
    heard = loud.wait(PATIENCE_S)
    took = time.monotonic() - began
    handset.close()
    assert heard
    assert [fault for fault in faults if fault] == []
    assert beats == pytest.approx(took * 50, rel=0.05, abs=5)


@pytest.mark.parametrize("line", ["voip", "gsm"])
def test_a_call_to_the_helpline_is_answered(settings: Settings, line: str) -> None:
    ask(f"calling the helpline over {line} for five seconds")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "call", settings.helpline.number, "--line", line, "--seconds", "5", "--json"],
        env={**os.environ, "KIOSK_CONFIG": os.environ["KIOSK_ON_DEVICE"]}, capture_output=True, text=True,
        timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
