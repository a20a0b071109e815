"""The switchboard and its processes: rescue, restart, power cut, privacy of what it writes."""

import os
import signal

from kiosk.demo.stage import wait_until
from kiosk.ipc import Client
from tests.system.terminals import HELPLINE, Scene


def test_every_gesture_of_the_simulated_panel_reaches_the_call(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    core = scene.core()
    core.wait_line("voip", "ready")
    site = str(scene.site)
    assert scene.kiosk("sim", "lift", "--config", site).returncode == 0
    core.wait(lambda status: status["screen"] == "menu")
    assert scene.kiosk("sim", "digit", "1", "--config", site).returncode == 0
    core.wait(lambda status: status["screen"] == "connected")
    assert scene.kiosk("sim", "digit", "7", "--config", site).returncode == 0
    assert wait_until(lambda: any(each["event"] == "digit" for each in scene.platform_events()), 10)
    assert scene.kiosk("sim", "hangup", "--config", site).returncode == 0
    core.wait(lambda status: status["screen"] == "idle" and status["outbox"]["queued"] == 1)
    assert scene.kiosk("sim", "press", "trumpet", "--config", site).returncode == 2
    assert scene.kiosk("status", "--json", "--config", site).returncode == 0
    assert scene.kiosk("outbox", "verify", "--config", site).returncode == 0


def test_a_dead_voice_is_replaced_and_the_caller_called_back(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    scene.simulated_modem()
    core = scene.core()
    core.wait_line("voip", "ready")
    core.wait_line("gsm", "ready")
    core.lift_and_press()
    first = core.wait(lambda status: status["screen"] == "connected")
    os.kill(first["voice"]["pid"], signal.SIGKILL)
    second = core.wait(lambda status: status["screen"] == "connected" and status["call"]["line"] == "gsm")
    assert second["voice"]["restarts"] == 1
    # The listener is not left in the dead call: core says the BYE that the voice process could not.
    ended = [each["by"] for each in scene.platform_events() if each["event"] == "bye"]
    assert ended == ["caller"]
    core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] == 1)


def test_a_mobile_call_outlives_the_voice_process(scene: Scene) -> None:
    scene.simulated_modem()
    del scene.sections["voip"]
    core = scene.core()
    core.wait_line("gsm", "ready")
    core.lift_and_press()
    first = core.wait(lambda status: status["screen"] == "connected" and status["voice"]["spare_pid"])
    os.kill(first["voice"]["pid"], signal.SIGKILL)
    second = core.wait(lambda status: status["voice"]["restarts"] == 1 and status["voice"]["ready"])
    assert second["screen"] == "connected"
    core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] == 1)


def test_a_crash_in_a_mobile_call_is_called_back_once_the_modem_is_ready_again(scene: Scene) -> None:
    scene.simulated_modem()
    del scene.sections["voip"]
    core = scene.core()
    core.wait_line("gsm", "ready")
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    scene.stage.kill("core")
    core = scene.core()
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "connected")
    assert "no path" not in scene.log("core")
    core.hang_up()


def test_a_hung_voice_is_ended_and_replaced(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    scene.simulated_modem()
    core = scene.core()
    core.wait_line("voip", "ready")
    core.wait_line("gsm", "ready")
    core.lift_and_press()
    first = core.wait(lambda status: status["screen"] == "connected")
    os.kill(first["voice"]["pid"], signal.SIGSTOP)
    core.wait(lambda status: status["voice"]["restarts"] == 1 and status["screen"] == "connected", 30)


def test_a_power_cut_in_mid_call_leaves_the_record_of_that_call(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    core = scene.core()
    core.wait_line("voip", "ready")
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected" and status["outbox"].get("drafts") == 1)
    scene.stage.kill("core")
    core = scene.core()
    status = core.wait(lambda status: status["outbox"].get("queued") == 1)
    assert status["outbox"]["drafts"] == 0


def test_a_caller_whose_switchboard_crashed_is_called_back(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    core = scene.core()
    core.wait_line("voip", "ready")
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    scene.stage.kill("core")

    def released() -> bool:
        return any(each["event"] == "bye" for each in scene.platform_events())

    assert wait_until(released, 10), "the helpline was left in the dead call"
    core = scene.core()
    # The simulated hook comes up on hook; a real one is found up by the panel at its start.
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    scene.stage.kill("core")
    assert not (scene.folder / "run" / "call").exists()
    core = scene.core()
    core.ask("sim", do="lift")
    assert core.wait(lambda status: status["off_hook"])["screen"] == "menu"


def test_a_caller_whose_switchboard_is_restarted_is_called_back_and_the_record_says_cut(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    core = scene.core()
    core.wait_line("voip", "ready")
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    scene.stage.end("core")
    core = scene.core()
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "connected")
    (event,) = core.ask("outbox.lease", max=10, lease_s=60)["events"]
    record = event["body"]["record"]
    assert (record["answered"], record["ended_by"]) == (True, "drop")
    core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] == 2)
    scene.stage.end("core")
    assert not (scene.folder / "run" / "call").exists()


def test_on_hook_within_a_blink_of_the_press_leaves_no_call_behind(scene: Scene) -> None:
    scene.platform("--answer-after", "0.0", "--alert-after", "0.0")
    core = scene.core()
    core.wait_line("voip", "ready")
    for _ in range(5):
        core.lift_and_press()
        core.hang_up()

    def all_released() -> bool:
        events = scene.platform_events()
        invited = {each["call"] for each in events if each["event"] == "invite"}
        gone = {each["call"] for each in events if each["event"] in ("bye", "cancel", "cancelled", "ended")}
        return invited <= gone

    assert wait_until(all_released, 10), scene.platform_events()
    core.wait(lambda status: status["outbox"]["queued"] == 5)


def test_what_core_writes_names_no_number(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    scene.simulated_modem()
    core = scene.core()
    core.wait_line("gsm", "ready")
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] == 1)
    assert HELPLINE not in scene.log("core")
    state = b"".join(path.read_bytes() for path in (scene.folder / "state").iterdir() if path.is_file())
    assert HELPLINE.encode() not in state


def test_screen_gets_the_present_picture_when_it_comes(scene: Scene) -> None:
    core = scene.core()
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    screen = Client(core.socket, "screen")
    picture = screen.next_push(5)
    screen.close()
    assert picture is not None
    assert (picture["type"], picture["screen"], picture["language"]) == ("snapshot", "menu", "fr")
