"""``kiosk call`` against the real processes: both lines, the race, the policy, the exit codes, the sound."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.cast import spoken_wav
from kiosk.demo.sound import CROSSED
from tests.system.terminals import CALLER, GREETING, HELPLINE, MOBILE_GREETING, Scene, heard


def place(scene: Scene, *arguments: str, number: str = HELPLINE, code: int = 0) -> dict[str, Any]:
    """The JSON document of one ``kiosk call``, which ended with ``code``."""
    done = scene.kiosk("call", number, "--config", str(scene.write_site()), "--json", *arguments)
    assert done.returncode == code, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize("engine", ["baresip", "rfcvoip"])
def test_speech_crosses_both_ways_over_voip(scene: Scene, tmp_path: Path, engine: str) -> None:
    scene.platform("--answer-after", "0.3")
    scene.sections["voip"]["engine"] = engine
    sound = ("--play", str(spoken_wav("caller", tmp_path)), "--record", str(tmp_path / "out.wav"))
    call = place(scene, "--line", "voip", *sound)
    assert (call["answered"], call["ended_by"]) == (True, "caller")
    (attempt,) = call["attempts"]
    assert (attempt["line"], attempt["engine"], attempt["result"]) == ("voip", engine, "answered")
    assert attempt["codec"] in ("pcma", "pcmu")
    assert 0 <= attempt["progress_ms"] <= attempt["alerting_ms"] <= attempt["answer_ms"] <= attempt["first_audio_ms"]
    assert attempt["loss_pct"] == pytest.approx(0, abs=1.0)
    assert heard(GREETING, tmp_path / "out.wav") > CROSSED
    assert heard(CALLER, scene.ears / "call-1.wav") > CROSSED


def test_speech_crosses_both_ways_over_the_mobile_line(scene: Scene, tmp_path: Path) -> None:
    scene.simulated_modem()
    sound = ("--play", str(spoken_wav("caller", tmp_path)), "--record", str(tmp_path / "out.wav"))
    call = place(scene, "--line", "gsm", *sound)
    assert [(each["line"], each["engine"], each["result"]) for each in call["attempts"]] == [
        ("gsm", "sim7600", "answered")
    ]
    assert heard(MOBILE_GREETING, tmp_path / "out.wav") > CROSSED
    assert heard(CALLER, scene.modem / "heard-1.wav") > CROSSED


def test_a_black_holed_trunk_brings_the_mobile_line_in_long_before_it_is_given_up(scene: Scene) -> None:
    scene.platform("--behaviour", "silent")
    scene.simulated_modem()
    call = place(scene, "--seconds", "1")
    voip, gsm = call["attempts"]
    assert (voip["line"], voip["result"], gsm["line"], gsm["result"]) == ("voip", "cancelled", "gsm", "answered")
    # 2,500 ms, and what a busy machine adds; a silent trunk would be given up after 20 s.
    assert 2400 <= gsm["started_ms"] - voip["started_ms"] < 6000


@pytest.mark.parametrize(
    ("behaviour", "result", "cause", "ended_by"),
    [("busy", "busy", "busy", "refused"), ("decline", "declined", "declined", "refused"),
     ("not-found", "not_found", "not_found", "drop"), ("unavailable", "unavailable", "unavailable", "drop")],
)  # fmt: skip
def test_an_unanswered_call_says_why_and_exits_with_1(
    scene: Scene, behaviour: str, result: str, cause: str, ended_by: str
) -> None:
    scene.platform("--behaviour", behaviour)
    call = place(scene, "--line", "voip", code=1)
    assert (call["answered"], call["ended_by"]) == (False, ended_by)
    assert [(each["result"], each["cause"]) for each in call["attempts"]] == [(result, cause)]


def test_busy_is_final_for_both_lines(scene: Scene) -> None:
    scene.platform("--behaviour", "busy")
    scene.simulated_modem()
    call = place(scene, code=1)
    assert [each["line"] for each in call["attempts"]] == ["voip"]


def test_the_far_ends_hang_up_is_told(scene: Scene) -> None:
    scene.platform("--answer-after", "0.2", "--hang-up-after", "0.5")
    call = place(scene, "--line", "voip")
    assert (call["answered"], call["ended_by"]) == (True, "remote")


@pytest.mark.parametrize("number", ["0899123456", "0142000000", "114"])
def test_the_number_policy_holds_on_the_command_line(scene: Scene, number: str) -> None:
    scene.platform()
    call = place(scene, "--line", "voip", number=number, code=1)
    assert call == {"answered": False, "ended_by": "refused", "attempts": []}
    assert [each for each in scene.platform_events() if each["event"] == "invite"] == []


def test_wrong_use_exits_with_2(scene: Scene) -> None:
    site = str(scene.write_site())
    assert scene.kiosk("call").returncode == 2
    assert scene.kiosk("call", "abc", "--config", site).returncode == 2
    assert scene.kiosk("call", HELPLINE, "--config", site, "--line", "pigeon").returncode == 2
    missing = scene.kiosk("call", HELPLINE, "--config", site, "--play", str(scene.folder / "none.wav"))
    assert missing.returncode == 2
    assert "none.wav" in missing.stderr
    del scene.sections["voip"], scene.sections["modem"]
    unconfigured = scene.kiosk("call", HELPLINE, "--config", str(scene.write_site()))
    assert unconfigured.returncode == 2
    assert "voip.server" in unconfigured.stderr
