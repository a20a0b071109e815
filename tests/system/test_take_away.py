"""A relay taken away at the handset of a running terminal: the number that was dialled for it is nowhere afterwards."""

from collections.abc import Callable

import pytest

from kiosk.demo.stage import wait_until
from tests.system.terminals import Core, Scene
from tests.system.test_guide import page
from tests.system.test_worker import lay_index

pytestmark = pytest.mark.timeout(300)

MOBILE = "0612345678"
SECRETS = (b"612345678", b"6321436587", MOBILE[:4].encode())
"""As it was dialled, as it stands in a message's PDU, and its beginning."""


def press(core: Core, keys: str, leads_to: Callable[[], object]) -> None:
    for key in keys:
        core.ask("sim", do="digit", digit=key)
    assert wait_until(lambda: bool(leads_to()), 30), page(core)


def test_a_text_message_asked_for_at_the_keypad_leaves_and_its_number_stays_nowhere(scene: Scene) -> None:
    scene.sections["directory"] = {"enabled": True}
    scene.sections["texts"] = {"enabled": True}
    scene.sections["voip"]["enabled"] = False
    lay_index(scene)
    scene.simulated_modem()
    core = scene.core()
    core.wait(lambda status: status["directory"]["state"] == "open")
    core.wait_line("gsm", "ready")
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")

    press(core, "321", lambda: page(core).get("kind") == "list")
    press(core, "12", lambda: page(core).get("kind") == "take_away")
    press(core, "1" + MOBILE, lambda: "finit par 7 8" in page(core).get("say", ""))
    press(core, "1", lambda: "Le message est parti." in page(core).get("say", ""))
    core.hang_up()
    core.wait(lambda status: status["screen"] == "idle")

    kept = [path for path in scene.folder.rglob("*") if path.is_file()]
    assert {"core.log", "outbox.journal", "texts.json"} <= {path.name for path in kept}
    for path in kept:
        held = path.read_bytes()
        assert [secret for secret in SECRETS if secret in held] == [], path
