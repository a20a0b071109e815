"""Handset and keypad alone: a person finds a relay, hears its card, calls it, and leaves no trace of which it was."""

from pathlib import Path
from typing import Any

import pytest
import soundfile

from kiosk.audio.frames import RATE
from kiosk.demo.sound import presence
from kiosk.demo.stage import wait_until
from kiosk.ipc import Client
from kiosk.speech.sentence import Sentence
from kiosk.speech.studio import PROMPTS
from kiosk.speech.voice import rendered
from tests.system.terminals import HELPLINE, Core, Scene

READ_SCREEN = PROMPTS / "fr" / "guide.read_screen.opus"
SAID = 0.8
"""Of a sentence's own samples, in the earpiece's recording."""


def page(core: Core) -> dict[str, Any]:
    """What the screen shows now; empty when it is no page of the directory."""
    screen = Client(core.socket, "screen")
    try:
        picture = screen.next_push(10)
    finally:
        screen.close()
    assert picture is not None
    return picture["page"] or {}


def press(core: Core, key: str, kind: str) -> dict[str, Any]:
    """The page that ``key`` leads to, which is another one, and of that kind."""
    before = page(core)
    core.ask("sim", do="digit", digit=key)
    found: dict[str, Any] = {}

    def is_there() -> bool:
        found.clear()
        found.update(page(core))
        return found.get("kind") == kind and found != before

    assert wait_until(is_there, 20), (key, kind, found)
    return found


def sound_of(words: str, folder: Path) -> Path:
    """The very sound of these words."""
    said = folder / f"said-{len(list(folder.glob('said-*')))}.wav"
    soundfile.write(said, rendered(Sentence("fr", words)), RATE)
    return said


def is_heard(said: Path, ear: Path, timeout_s: float) -> bool:
    """Whether that sound comes out of the earpiece; looking for it takes a while, so it is not done all the time."""
    return wait_until(lambda: presence(said, ear) > SAID, timeout_s, every_s=0.5)


def free_number(card: dict[str, Any]) -> str:
    """The number of a relay's card that may be called from here; empty for another's, and for the helpline's own."""
    if "1" not in {item["key"] for item in card["items"]}:
        return ""
    phones = [line["text"] for line in card["lines"] if line["role"] == "phone"]
    # On a further page it would not be seen.
    digits = "".join(c for c in "".join(phones[:1]) if c.isdigit())
    return digits if digits.startswith("0800") and digits != HELPLINE else ""


def test_a_relay_is_found_heard_and_called_with_keys_alone(scene: Scene, tmp_path: Path) -> None:
    ear = tmp_path / "ear.wav"
    scene.sections["audio"] = {"backend": "files", "output": str(ear)}
    scene.sections["directory"] = {"insee": "93066"}
    scene.platform("--answer-after", "0.1", "--hang-up-after", "1.0")
    core = scene.core()
    core.wait_line("voip", "ready")
    shelf = core.wait(lambda status: status["directory"]["state"] == "open")["directory"]
    assert (shelf["services"], shelf["near"], shelf["fault"]) == (33, "Saint-Denis", "")
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    press(core, "3", "needs")
    talk = press(core, "5", "needs")
    assert talk["number"] == 2
    press(core, "1", "needs")
    press(core, "2", "list")
    card = press(core, "1", "card")
    for _ in range(12):
        if number := free_number(card):
            break
        card = press(core, "3", "card")
    else:
        pytest.fail("no free line among the answers")
    told = card["say"].splitlines()
    assert is_heard(sound_of(told[1], tmp_path), ear, 60), told
    assert is_heard(sound_of(told[0], tmp_path), ear, 1), "the name comes first"
    if any(item["picture"] == "padlock" for item in card["items"]):
        # At this hour nobody answers that line: it says so, and calls all the same.
        press(core, "1", "card")
    core.ask("sim", do="digit", digit="1")
    core.wait(lambda status: status["screen"] == "connected")
    core.wait(lambda status: status["screen"] == "browsing")
    assert page(core)["title"] == card["title"], "the relay hung up: its card is back"
    assert [each["number"] for each in scene.platform_events() if each["event"] == "invite"] == [number]
    core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] == 1)
    assert number not in scene.log("core")
    assert told[0] not in scene.log("core")
    state = b"".join(path.read_bytes() for path in (scene.folder / "state").iterdir() if path.is_file())
    assert number.encode() not in state


def test_without_directory_and_synthesizer_the_person_is_led_to_screen_and_helpline(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = tmp_path / "ear.wav"
    monkeypatch.setenv("PATH", str(tmp_path))
    scene.sections["audio"] = {"backend": "files", "output": str(ear)}
    scene.sections["directory"] = {"bundle": str(tmp_path / "missing.bundle")}
    core = scene.core()
    core.wait(lambda status: status["directory"]["state"] == "missing" and status["directory"]["fault"])
    core.wait(lambda status: status["voice"]["ready"])
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    press(core, "3", "needs")
    assert is_heard(READ_SCREEN, ear, 30)
    press(core, "1", "needs")
    press(core, "1", "notice")
    assert wait_until(lambda: [item["key"] for item in page(core)["items"]] == ["1", "#", "0"], 10), page(core)
