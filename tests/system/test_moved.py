"""The terminal's address changes while a caller speaks: switchboard and voice as the processes they are, in a network
namespace, with a cable to the platform's and no mobile line."""

import re
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.sound import CROSSED
from kiosk.demo.witness import Ear, Witness
from kiosk.settings import PROJECT
from tests.integration.peers.namespaces import PLATFORM, TERMINAL, cable
from tests.system.terminals import Scene

MOVED = "192.0.2.9"
AGAIN_S = 6.0
"""From the change to the new call at the platform."""
BACK = PROJECT / "config" / "prompts" / "fr" / "lost.back.opus"
"""We were cut off. You are back on the line."""


@pytest.mark.parametrize(("engine", "transport"), [("baresip", "udp"), ("baresip", "tcp"), ("rfcvoip", "udp")])
def test_a_caller_whose_terminal_moves_is_told_and_called_back_from_the_new_address(
    engine: str, transport: str, scene: Scene, tmp_path: Path
) -> None:
    pytest.importorskip(engine, reason=f"{engine} is not installed")
    with cable() as made:
        listen = ("--listen", f"{PLATFORM}:5060", "--record-dir", str(scene.ears), "--answer-after", "0.2")
        platform = made.process(made.platform, "kiosk.demo.platform", *listen, "--accept", "terminal=right-word")
        witness = Witness(tmp_path / "run" / "switchboard.sock")
        try:
            platform.wait_for(lambda e: e["event"] == "listening", "the platform's start")
            scene.inside = ("ip", "netns", "exec", made.terminal)
            scene.sections["voip"] |= {"server": f"{PLATFORM}:5060", "engine": engine, "transport": transport}
            scene.sections["audio"] = {"backend": "files", "output": str(tmp_path / "ear.wav")}
            core = scene.core()
            core.wait_line("voip", "ready")
            core.lift_and_press()
            first = core.wait(lambda status: status["screen"] == "connected" and status["voice"]["spare_pid"])

            since = len(platform.lines)
            made.ip(made.terminal, "address", "add", f"{MOVED}/24", "dev", "cable")
            made.ip(made.terminal, "address", "delete", f"{TERMINAL}/24", "dev", "cable")
            made.ip(made.terminal, "address", "replace", f"{MOVED}/24", "dev", "cable")

            again = platform.wait_for(lambda e: e["event"] == "invite", "a new INVITE", since, AGAIN_S)
            platform.wait_for(lambda e: e == {**e, "event": "answered", "call": again["call"]}, "the answer", since)
            second = core.wait(lambda status: status["screen"] == "connected" and status["voice"]["restarts"] == 1)
            said = Ear(tmp_path / "ear-2.wav")
            said.from_s = 0.0
            assert said.told(BACK, 20.0) >= CROSSED
            core.hang_up()
            platform.wait_for(lambda e: e == {**e, "event": "bye", "call": again["call"]}, "the last BYE", since)
        finally:
            witness.close()
            scene.close()
            platform.end()
    assert story(platform.lines) == [
        ("invite", 1, TERMINAL), ("bye", 1, "caller"), ("invite", 2, MOVED), ("bye", 2, "caller"),
    ]  # fmt: skip
    assert witness.screens_since(0.0)[-4:] == ["connected", "rescue", "connected", "idle"]
    assert (first["call"]["line"], second["call"]["line"]) == ("voip", "voip")


def story(lines: list[Any]) -> list[tuple[str, int, str]]:
    """What the platform saw of calls: from which address each came, and who ended it."""
    return [
        (line["event"], line["call"], host_of(line) if line["event"] == "invite" else line["by"])
        for line in lines
        if line["event"] in ("invite", "bye")
    ]


def host_of(invite: dict[str, Any]) -> str:
    """The host in its Contact."""
    found = re.search(r"@([0-9.]+)", invite["headers"]["contact"])
    assert found is not None
    return found[1]
