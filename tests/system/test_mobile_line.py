"""The mobile line of a running terminal: what is told of it, and an emergency from the press of a key to the wire."""

import json
import socket
from typing import Any

from kiosk.demo.stage import wait_until
from tests.system.terminals import Scene


def state(scene: Scene) -> dict[str, Any]:
    """What the modem saw so far."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(scene.folder / "modem.sock"))
        client.sendall(b"state\n")
        found: dict[str, Any] = json.loads(client.makefile("rb").readline())
    return found


def test_112_goes_out_with_neither_sim_nor_network_from_the_press_of_its_key(scene: Scene) -> None:
    scene.simulated_modem("--script", "no-sim", "--control", str(scene.folder / "modem.sock"))
    del scene.sections["voip"]
    scene.sections["policy"] = {"offers": ["112"]}
    core = scene.core()
    assert "no SIM card" in core.wait_line("gsm", "dead")
    core.lift_and_press()
    core.wait(lambda status: status["state"] == "over")
    before = len(state(scene)["commands"])
    core.ask("sim", do="digit", digit="1")
    assert wait_until(lambda: state(scene)["dialled"] == ["112"], 30)
    sent = state(scene)["commands"][before:]
    dialled = sent.index("ATD112;")
    # A look at SIM and network may be under way; from the press on, nothing but the radio comes before the number.
    assert sent[dialled - 1] == "AT+CFUN=1"
    assert [text for text in sent[:dialled] if not text.endswith("?") and text != "AT+CSQ"] == ["AT+CFUN=1"]
    assert "ATD112" not in scene.log("core")


def test_operator_technology_signal_and_reason_are_shown(scene: Scene) -> None:
    scene.simulated_modem()
    scene.platform()
    core = scene.core()
    core.wait_line("gsm", "ready")
    shown = scene.kiosk("status", "--config", str(scene.site)).stdout
    (line,) = [each for each in shown.splitlines() if each.startswith("  gsm:")]
    assert line.startswith("  gsm: ready, SIMCOM INCORPORATED")
    assert " LTE, -" in line
    assert line.endswith(" dBm")
    health = json.loads(scene.kiosk("health", "--json", "--config", str(scene.site)).stdout)
    mobile = {each["line"]: each for each in health["lines"]}["gsm"]
    assert mobile["registered"] is True
    assert mobile["mobile"]["technology"] == "LTE"
    assert mobile["mobile"]["signal_dbm"] < 0
    assert mobile["proof_age_s"] < 60
