"""The courier beside a mobile call: real core, courier, hub and simulated modem, each a process."""

from pathlib import Path

from kiosk.demo.stage import Part, python, wait_until
from tests.hub.world import start_hub
from tests.system.terminals import Scene


def test_records_wait_for_the_end_of_a_mobile_call_and_go_out_after_it(scene: Scene, tmp_path: Path) -> None:
    hub = start_hub(tmp_path)
    try:
        scene.hub_token = hub.add_terminal("test")
        del scene.sections["voip"]
        scene.sections["outbox"] = {"hub_url": hub.url, "hub_public_key": hub.public_key}
        scene.sections["health"] = {"first_s": 86_400.0}
        scene.simulated_modem("--alert-after", "0.3", "--answer-after", "300")
        core = scene.core()
        core.wait_line("gsm", "ready")
        core.lift_and_press()
        core.hang_up()
        core.wait(lambda status: status["outbox"]["queued"] == 1)

        scene.stage.start(Part("courier", python("kiosk", "run", "courier", "--config", str(scene.site))))
        assert wait_until(lambda: len(hub.filed()) == 1, 30), scene.log("courier")

        core.lift_and_press()
        core.wait(lambda status: status["screen"] == "alerting")
        asked = scene.kiosk("sync", "now", "--json", "--config", str(scene.site))
        assert (asked.returncode, "mobile line" in asked.stdout) == (1, True), asked.stdout

        core.hang_up()
        assert wait_until(lambda: len(hub.filed()) == 2, 30), scene.log("courier")
        core.wait(lambda status: status["outbox"]["queued"] == 0)
    finally:
        hub.stop()
