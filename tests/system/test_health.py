"""The health report of a running terminal: true, in the contract's form, filed once, and free of callers."""

import json

import pytest

from tests.outbox.test_wire import schema
from tests.system.terminals import HELPLINE, Scene

pytestmark = pytest.mark.timeout(300)


def test_kiosk_health_tells_how_the_terminal_is_and_a_record_of_it_is_filed(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    # The first report waits until a call has been made: on a busy machine the lines take their time.
    scene.sections["health"] = {"first_s": 20.0, "steady_s": 0.5, "between_s": 1.0}
    core = scene.core()
    core.wait_line("voip", "ready")
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()
    shown = scene.kiosk("health", "--json", "--config", str(scene.site))
    report = json.loads(shown.stdout)
    schema("record-health-1").validate(report)
    assert shown.returncode == 1  # the modem is configured and not there
    assert (report["verdict"], report["trouble"], report["weak"]) == ("degraded", "", ["gsm"])
    lines = {each["line"]: each for each in report["lines"]}
    assert (lines["voip"]["readiness"], lines["voip"]["registered"]) == ("ready", True)
    assert lines["voip"]["proof_age_s"] < 60
    assert lines["gsm"]["proof_age_s"] is None
    assert HELPLINE not in shown.stdout
    human = scene.kiosk("health", "--config", str(scene.site))
    assert human.stdout.startswith("degraded; look at: gsm\n")
    core.wait(lambda status: status["outbox"]["queued"] >= 2)
    kinds = [each["kind"] for each in core.ask("outbox.list")["events"]]
    assert sorted(kinds) == ["call", "health"]
    # The trunk dies: the light goes out, and a report says so.
    scene.stage.kill("platform")
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    core.ask("sim", do="press", name="help")
    core.wait(lambda status: status["trouble"] == "no_path", 60)
    core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] >= 4)
    kinds = [each["kind"] for each in core.ask("outbox.list")["events"]]
    assert kinds.count("health") >= 2
