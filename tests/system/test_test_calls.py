"""Test calls: a path proved end to end by its sound, and given up at once for whoever needs the terminal."""

import threading
from pathlib import Path
from typing import Any

import pytest

from kiosk.calls.line import LineKind
from kiosk.demo.stage import wait_until
from kiosk.ipc import Client
from tests.system.terminals import Core, Scene

ECHO, TALKER, NOBODY = "0999000001", "0999000002", "0999000003"


def terminal(scene: Scene, number: str, *options: str) -> Core:
    scene.platform("--rule", f"{ECHO}=echo", "--rule", f"{NOBODY}=not-found", *options)
    scene.sections["voip"]["test_number"] = number
    core = scene.core()
    core.wait_line("voip", "ready")
    return core


def outcome(core: Core, *, line: LineKind = LineKind.VOIP) -> dict[str, Any]:
    client = Client(core.socket, "cli")
    try:
        found: dict[str, Any] = client.request("line.test", {"line": line}, 60)
        return found
    finally:
        client.close()


def verdict(found: dict[str, Any]) -> tuple[bool, bool, bool]:
    return found["ok"], found["heard_here"], found["heard_there"]


def test_echo_proves_the_sound_both_ways_and_the_health_report_tells_it(scene: Scene) -> None:
    core = terminal(scene, ECHO)
    found = outcome(core)
    assert verdict(found) == (True, True, True), found
    assert found["reason"] == ""
    assert [each["path"] for each in core.ask("health")["test_calls"]] == ["voip"]
    assert core.status()["outbox"]["queued"] == 0, "a test call is no visit"


def test_far_end_that_only_talks_proves_one_way_and_says_so(scene: Scene) -> None:
    found = outcome(terminal(scene, TALKER))
    assert verdict(found) == (False, True, False), found
    assert "voip.test_number is no echo" in found["reason"]


def test_unknown_test_number_is_told_with_its_remedy(scene: Scene) -> None:
    found = outcome(terminal(scene, NOBODY))
    assert verdict(found) == (False, False, False)
    assert found["reason"] == "the test number was not reached: not_found; check voip.test_number"


def test_mobile_path_is_proved_by_its_own_sound(scene: Scene) -> None:
    scene.simulated_modem()
    core = terminal(scene, ECHO)
    core.wait_line("gsm", "ready")
    found = outcome(core, line=LineKind.GSM)
    # The simulated network's helpline talks and does not echo.
    assert (found["path"], found["heard_here"]) == ("gsm", True), found


def test_lifting_the_handset_ends_a_test_call_at_once_and_the_caller_is_served(scene: Scene) -> None:
    core = terminal(scene, ECHO)
    testing = threading.Thread(target=lambda: _ignoring(lambda: outcome(core)))
    testing.start()
    assert wait_until(lambda: any(e["event"] == "answered" for e in scene.platform_events()), 15)
    core.lift_and_press()
    core.wait(lambda status: status["state"] == "connected")
    ends = [e["event"] for e in scene.platform_events() if e["event"] in ("bye", "answered")]
    assert ends == ["answered", "bye", "answered"]
    testing.join(20)


def test_the_command_tells_it_and_fails_without_a_number(scene: Scene, tmp_path: Path) -> None:
    core = terminal(scene, "")
    assert core.status()["lines"]["voip"]["readiness"] == "ready"
    done = scene.kiosk("line", "test", "voip", "--config", str(scene.site))
    assert done.returncode == 2
    assert "set voip.test_number" in done.stderr


def _ignoring(work: Any) -> None:
    with pytest.raises(Exception, match=r".*"):
        work()
