"""A caller who hears but is not heard: the reports of the far end (Debian's baresip) bring the rescue."""

from pathlib import Path

import pytest

from benchmarks.voice.relay import Relay
from kiosk.demo.witness import Witness
from tests.integration.peers.debian_baresip import BaresipPeer
from tests.integration.test_way_out import BELIEVED, CLEAR, CUT, until_reported
from tests.system.terminals import HELPLINE, Scene


def test_a_caller_whose_voice_arrives_no_more_is_told_and_called_back_over_the_mobile_line(
    scene: Scene, tmp_path: Path
) -> None:
    pytest.importorskip("baresip", reason="baresip-python is not installed")
    far_end = BaresipPeer(tmp_path, user=HELPLINE, speaks_s=90.0)
    relay = Relay(("127.0.0.1", far_end.port), CLEAR, CLEAR)
    witness = Witness(tmp_path / "run" / "switchboard.sock")
    try:
        scene.sections["voip"] |= {"server": f"127.0.0.1:{relay.address[1]}", "register": False}
        scene.simulated_modem()
        core = scene.core()
        core.wait_line("voip", "ready")
        core.wait_line("gsm", "ready")
        core.lift_and_press()
        core.wait(lambda status: status["screen"] == "connected" and status["call"]["line"] == "voip")
        until_reported(relay, BELIEVED)
        relay.outward.plan = CUT
        core.wait(lambda status: status["screen"] == "connected" and status["call"]["line"] == "gsm")
        far_end.event("CALL_CLOSED")
        core.hang_up()
    finally:
        witness.close()
        scene.close()
        relay.close()
        far_end.end()
    assert witness.screens_since(0.0)[-4:] == ["connected", "rescue", "connected", "idle"]
    assert "the far end does not hear us: 5.0 s" in scene.log("core")
