"""The handset's honesty, through the real core and voice processes: simulated acoustics, hook and keys."""

import json
import threading
from typing import Any

import pytest

from kiosk.demo.stage import wait_until
from kiosk.ipc import Client
from tests.system.terminals import Core, Scene

pytestmark = pytest.mark.timeout(300)


class Handset:
    """The simulated handset's acoustics, changed while the terminal runs."""

    def __init__(self, scene: Scene, **cradle: Any) -> None:
        self._file = scene.folder / "acoustics.json"
        self.sounds()
        scene.sections["audio"] = {"backend": "none", "simulated_cradle": str(self._file)}
        scene.sections["cradle"] = {"after_visit_s": 0.5, "again_s": 0.5, **cradle}

    def sounds(self, **acoustics: Any) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({"noise_dbfs": -70, **acoustics}))
        fresh.replace(self._file)


def ask(core: Core, method: str) -> dict[str, Any]:
    """The answer to a method that takes its time."""
    client = Client(core.socket, "cli")
    try:
        found: dict[str, Any] = client.request(method, {}, 30)
    finally:
        client.close()
    return found


def checked(core: Core) -> dict[str, Any]:
    """One test; the simulation looks at its file about once a second."""
    return ask(core, "handset.test")


def started(scene: Scene, line: str = "") -> Core:
    """A switchboard whose voice process plays, and whose line is proved."""
    core = scene.core()
    core.wait(lambda status: status["voice"]["ready"])
    if line:
        core.wait_line(line, "ready")
    return core


def until_verdict(core: Core, verdict: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def came() -> bool:
        found.append(checked(core))
        return bool(found[-1]["verdict"] == verdict)

    assert wait_until(came, 90), found[-1]
    return found[-1]


def test_a_dead_earpiece_puts_the_light_out_and_a_mended_one_lights_it_again(scene: Scene) -> None:
    scene.platform()
    handset = Handset(scene)
    core = started(scene, "voip")
    assert checked(core)["verdict"] == "no_calibration"
    calibrated = ask(core, "handset.calibrate")
    assert calibrated["verdict"] == "ok"
    assert calibrated["calibration"]["tone_dbfs"] == pytest.approx([-44.0] * 3, abs=1.0)
    assert core.status()["ready"] is True
    handset.sounds(is_ear_dead=True)
    assert until_verdict(core, "mute")["fault"] == ""
    # The second one comes by itself, soon; nobody has to ask.
    status = core.wait(lambda status: not status["ready"])
    assert status["trouble"] == "handset"
    assert "test tone is not heard" in status["faults"][0]
    # The terminal still takes calls.
    core.lift_and_press()
    core.wait(lambda status: status["screen"] in ("alerting", "connected"))
    core.hang_up()
    assert core.status()["ready"] is False
    handset.sounds()
    core.wait(lambda status: status["ready"] and not status["faults"])


def test_a_weak_capsule_is_told_from_a_dead_one_and_the_trend_outlives_core(scene: Scene) -> None:
    handset = Handset(scene)
    core = started(scene)
    ask(core, "handset.calibrate")
    handset.sounds(gain_db=-24)
    assert until_verdict(core, "weak")["lost_db"] == pytest.approx(10.0, abs=1.0)
    core.wait(lambda status: "more faintly" in " ".join(status["faults"]))
    before = core.ask("handset.trend")
    scene.stage.end("core")
    core = started(scene)
    after = core.ask("handset.trend")
    assert after["calibration"] == before["calibration"]
    assert after["tests"][: len(before["tests"])] == before["tests"]
    assert "more faintly" in after["fault"]
    site = str(scene.site)
    shown = scene.kiosk("handset", "trend", "--config", site)
    assert (shown.returncode, "weak" in shown.stdout, "calibrated 20" in shown.stdout) == (1, True, True)
    handset.sounds()
    until_verdict(core, "ok")
    assert scene.kiosk("handset", "test", "--json", "--config", site).returncode == 0
    assert scene.kiosk("handset", "calibrate", "--config", site).returncode == 0
    assert scene.kiosk("handset", "trend", "--config", site).returncode == 0


def test_a_spoilt_trend_is_set_aside_and_told_and_the_calibration_stays(scene: Scene) -> None:
    Handset(scene)
    core = started(scene)
    ask(core, "handset.calibrate")
    scene.stage.end("core")
    trend = scene.folder / "state" / "handset" / "cradle-trend.json"
    trend.write_bytes(trend.read_bytes()[:-9])
    core = started(scene)
    status = core.wait(lambda status: status["faults"])
    assert "set aside as cradle-trend.json.spoilt" in " ".join(status["faults"])
    found = core.ask("handset.trend")
    assert (found["tests"], found["calibration"] is None) == ([], False)
    assert checked(core)["verdict"] == "ok"


def test_without_a_sound_card_there_is_nothing_to_test_and_it_says_so(scene: Scene) -> None:
    core = started(scene)
    done = scene.kiosk("handset", "test", "--config", str(scene.site))
    assert done.returncode == 1
    assert "no sound card" in done.stderr
    assert core.status()["faults"] == [] or "sound" not in core.status()["faults"][0]


def test_a_test_comes_after_each_visit_with_a_call_and_not_after_another(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    Handset(scene)
    core = started(scene, "voip")
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    core.hang_up()
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    assert core.ask("handset.trend")["tests"] == []
    core.hang_up()
    assert wait_until(lambda: len(core.ask("handset.trend")["tests"]) == 1, 60)


def test_a_test_asked_for_off_hook_is_refused_and_one_under_way_gives_way_to_the_caller(scene: Scene) -> None:
    Handset(scene, note_s=1.0, after_visit_s=60)
    core = started(scene)
    # A long test: the handset is lifted in the middle of it.
    answers: list[str] = []

    def test() -> None:
        try:
            checked(core)
            answers.append("heard")
        except Exception as error:
            answers.append(str(error))

    asking = threading.Thread(target=test)
    asking.start()
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    asking.join(20)
    assert answers == ["the handset was lifted: hang up and try again"]
    test()
    assert answers[1] == "the handset is off its hook: hang up and try again"
    assert core.ask("handset.trend")["tests"] == []


def test_a_stuck_key_neither_dials_nor_blocks_and_comes_back(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    scene.sections["hardware"] = {"pins": "simulated", "stuck_s": 0.5}
    core = started(scene, "voip")
    core.ask("sim", do="hold", name="help")
    core.ask("sim", do="hold", name="1")
    status = core.wait(lambda status: len(status["faults"]) >= 2)
    told = " ".join(status["faults"])
    assert "button help: stuck" in told
    assert "key 1: stuck" in told
    screen = Client(core.socket, "screen")
    picture = screen.next_push(5)
    screen.close()
    assert picture is not None
    assert picture["button_stuck"] is True
    core.ask("sim", do="lift")
    assert core.wait(lambda status: status["off_hook"])["screen"] == "menu", "the stuck key dialled"
    core.ask("sim", do="digit", digit="0")
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()
    core.ask("sim", do="release", name="help")
    core.ask("sim", do="release", name="1")
    core.wait(lambda status: not any("stuck" in each for each in status["faults"]))
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()


def test_a_handset_left_off_its_hook_puts_the_light_out_until_it_hangs(scene: Scene) -> None:
    scene.platform()
    scene.sections["hardware"] = {"pins": "simulated", "stuck_hook_s": 1.0}
    core = started(scene, "voip")
    core.ask("sim", do="lift")
    status = core.wait(lambda status: status["trouble"] == "hook")
    assert status["ready"] is False
    assert "off its hook for long" in " ".join(status["faults"])
    core.hang_up()
    core.wait(lambda status: status["ready"])


def test_an_inverted_hook_is_named_when_callers_press_and_nothing_happens(scene: Scene) -> None:
    """The configuration says the contrary of the wires: at rest the terminal takes the handset for lifted."""
    scene.platform()
    scene.sections["hardware"] = {"pins": "simulated", "stuck_hook_s": 1.0}
    core = started(scene, "voip")
    core.ask("sim", do="lift")  # what the inverted switch says while the handset hangs
    core.wait(lambda status: status["trouble"] == "hook")
    core.ask("sim", do="hang_up")  # and while somebody holds it
    core.wait(lambda status: status["screen"] == "idle" and status["ready"])
    for _ in range(6):
        core.ask("sim", do="press", name="help")
    status = core.wait(lambda status: status["trouble"] == "hook")
    assert "hardware.hook_inverted" in " ".join(status["faults"])


def test_a_child_who_plays_with_the_keys_puts_no_light_out(scene: Scene) -> None:
    """The cradle test hears the handset on its hook: the hook does not lie."""
    scene.platform()
    Handset(scene)
    core = started(scene, "voip")
    ask(core, "handset.calibrate")
    before = len(core.ask("handset.trend")["tests"])
    for _ in range(8):
        core.ask("sim", do="press", name="help")
    assert wait_until(lambda: len(core.ask("handset.trend")["tests"]) > before, 60)
    status = core.wait(lambda status: status["ready"])
    assert status["trouble"] == ""


def visits(scene: Scene) -> int:
    return scene.log("core").count("Idle -> Menu")


def test_lift_hang_up_lift_within_300_ms_is_two_visits_and_leaves_no_call_over(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    scene.sections["hardware"] = {"pins": "simulated", "debounce_s": 0.03}
    core = started(scene, "voip")
    client = Client(core.socket, "cli")
    for gesture in ("lift", "hang_up", "lift"):
        client.request("sim", {"do": gesture})
    core.wait(lambda status: status["screen"] == "menu")
    assert wait_until(lambda: visits(scene) == 2, 30)
    client.request("sim", {"do": "press", "name": "help"})
    core.wait(lambda status: status["screen"] == "connected")
    # In the middle of a call, the same again: it ends once, and a new visit begins.
    for gesture in ("hang_up", "lift"):
        client.request("sim", {"do": gesture})
    core.wait(lambda status: status["screen"] == "menu" and status["outbox"].get("queued") == 1)
    assert visits(scene) == 3
    client.close()
    core.hang_up()
    ended = [each for each in scene.platform_events() if each["event"] == "bye"]
    invited = [each for each in scene.platform_events() if each["event"] == "invite"]
    assert (len(invited), len(ended)) == (1, 1)
    assert core.status()["outbox"]["queued"] == 1


def test_the_volume_has_eighteen_decibels_and_is_home_again_after_the_visit(scene: Scene) -> None:
    scene.sections["hardware.buttons"] = {"help": 27, "language": 22, "volume_up": 4, "volume_down": 25}
    scene.sections["audio"] = {"backend": "none", "volume": 1}
    core = started(scene)
    screen = Client(core.socket, "screen")
    try:
        follow_the_volume(core, screen)
    finally:
        screen.close()


def follow_the_volume(core: Core, screen: Client) -> None:
    first = screen.next_push(30)
    assert first is not None
    volumes: list[int] = [first["volume"]]

    def seen(*wanted: int) -> bool:
        while (push := screen.next_push(0.2)) is not None:
            if volumes[-1] != push["volume"]:
                volumes.append(push["volume"])
        return volumes == list(wanted)

    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    for _ in range(4):
        core.ask("sim", do="press", name="volume_up")
    assert wait_until(lambda: seen(1, 2, 3), 30), volumes
    for _ in range(8):
        core.ask("sim", do="press", name="volume_down")
    assert wait_until(lambda: seen(1, 2, 3, 2, 1, 0, -1, -2, -3), 30), volumes
    core.hang_up()
    assert wait_until(lambda: seen(1, 2, 3, 2, 1, 0, -1, -2, -3, 1), 30), volumes


def test_a_trend_that_cannot_be_written_costs_no_call(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    Handset(scene)
    blocked = scene.folder / "state" / "handset"
    blocked.parent.mkdir()
    blocked.write_text("not a folder")
    core = started(scene, "voip")
    checked(core)
    core.wait(lambda status: any("cradle-trend.json" in each for each in status["faults"]))
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()
