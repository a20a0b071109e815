"""What is broken is named with its remedy, the rest of the terminal goes on, and nothing is lost."""

import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.system.terminals import Scene


def test_without_a_sound_card_the_terminal_says_so_and_does_not_look_alive(scene: Scene) -> None:
    scene.platform()
    scene.sections["audio"] = {"backend": "device", "input": "No Such Card", "output": "No Such Card"}
    core = scene.core()
    core.wait_line("voip", "ready")
    status = core.wait(lambda status: status["faults"])
    assert "No Such Card" in status["faults"][0]
    assert status["ready"] is False
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()


def test_a_missing_serial_port_is_named_and_voip_goes_on(scene: Scene) -> None:
    scene.platform()
    core = scene.core()
    core.wait_line("voip", "ready")
    reason = core.wait_line("gsm", "dead")
    assert str(scene.modem / "at") in reason
    core.lift_and_press()
    found = core.wait(lambda status: status["screen"] == "connected")
    assert found["call"]["line"] == "voip"
    scene.simulated_modem()
    core.wait_line("gsm", "ready", 40)


def test_a_wrong_sip_password_is_told_and_costs_the_call_no_time(scene: Scene) -> None:
    scene.platform("--challenge-calls")
    scene.simulated_modem()
    scene.password = "wrong-word"
    core = scene.core()
    core.wait_line("gsm", "ready")
    found = core.wait(lambda status: "refuses" in status["lines"]["voip"]["reason"])
    assert found["lines"]["voip"]["readiness"] == "dead"
    assert "password" in found["lines"]["voip"]["reason"] or "40" in found["lines"]["voip"]["reason"]
    core.lift_and_press()
    found = core.wait(lambda status: status["screen"] == "connected")
    assert found["call"]["line"] == "gsm"
    assert "wrong-word" not in scene.log("core")


def test_a_corrupt_tail_of_the_journal_costs_no_record(scene: Scene) -> None:
    scene.platform("--answer-after", "0.1")
    core = scene.core()
    core.wait_line("voip", "ready")
    for _ in range(2):
        core.lift_and_press()
        core.wait(lambda status: status["screen"] == "connected")
        core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] == 2)
    scene.stage.kill("core")
    journal = scene.folder / "state" / "outbox.journal"
    with journal.open("ab") as out:
        out.write(os.urandom(777))
    core = scene.core()
    status = core.wait(lambda status: "queued" in status["outbox"])
    assert status["outbox"]["queued"] == 2
    assert status["outbox"]["damage"]
    assert list(journal.parent.glob("outbox.journal.*")), "what was cut off is not set aside"
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()
    core.wait(lambda status: status["outbox"]["queued"] == 3)


def test_on_a_full_card_the_call_goes_through_and_the_loss_is_told(scene: Scene) -> None:
    if os.geteuid() != 0:
        pytest.skip("a full card is made with a small memory file system, which needs root")
    card = scene.folder / "card"
    card.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(card)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no memory file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        _fill_and_call(scene, card)
    finally:
        scene.stage.kill("core")
        subprocess.run(["umount", str(card)], check=True)


def _fill_and_call(scene: Scene, card: Path) -> None:
    scene.platform("--answer-after", "0.1")
    scene.sections["terminal"]["state_dir"] = str(card)
    core = scene.core()
    core.wait_line("voip", "ready")
    core.wait(lambda status: "queued" in status["outbox"])
    for _ in range(6):
        _fill(card / "filler")
        core.lift_and_press()
        core.wait(lambda status: status["screen"] == "connected")
        core.hang_up()
        told = core.wait(lambda status: status["outbox"]["drafts"] == 0 or status["faults"])
    assert "the card is full" in " ".join(told["faults"])
    stats = core.status()["outbox"]
    assert stats["queued"] + stats["lost"] == 6, "a record was neither kept nor counted"
    (card / "filler").unlink()
    core.lift_and_press()
    core.wait(lambda status: status["screen"] == "connected")
    core.hang_up()
    core.wait(lambda status: not status["faults"] and status["outbox"]["lost"] == 0, 40)
    kinds = [each["kind"] for each in core.ask("outbox.list")["events"]]
    assert kinds.count("call") == stats["queued"] + 1
    assert kinds.count("tally") == (1 if stats["lost"] else 0), "the loss was counted and is not reported"


def _fill(filler: Path) -> None:
    """Write until the card is full, at most 1 MiB."""
    with filler.open("ab", buffering=0) as out, contextlib.suppress(OSError):
        for _ in range(2048):
            out.write(b"x" * 512)
    assert os.statvfs(filler).f_bavail == 0


def test_a_broken_configuration_stops_the_start_with_2(scene: Scene) -> None:
    scene.sections["audio"]["loudness"] = 11
    done = scene.kiosk("run", "core", "--config", str(scene.write_site()))
    assert done.returncode == 2
    assert "audio.loudness = 11" in done.stderr


def test_a_second_core_is_refused_and_the_first_goes_on(scene: Scene) -> None:
    core = scene.core()
    done = scene.kiosk("run", "core", "--config", str(scene.site))
    assert done.returncode == 1
    assert "another switchboard answers there" in done.stderr
    assert core.status()["terminal"] == "test"
