"""The terminal's address changes while a call is up, in network namespaces of its own: the call is ended, not left."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.peers.namespaces import PLATFORM, TERMINAL, cable

MOVED = "192.0.2.9"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_call_on_a_lost_address_is_hung_up_over_the_new_one_and_told_as_broken(transport: str, tmp_path: Path) -> None:
    pytest.importorskip("baresip", reason="baresip-python is not installed")
    with cable() as made:
        listen = ("--listen", f"{PLATFORM}:5060", "--record-dir", str(tmp_path), "--answer-after", "0.2")
        platform = made.process(made.platform, "kiosk.demo.platform", *listen)
        account = {"user": "box", "domain": PLATFORM, "server": PLATFORM, "register": False, "transport": transport}
        driver = made.process(
            made.terminal, "tests.integration.engine_driver", "baresip", json.dumps({"account": account})
        )
        try:
            platform.wait_for(lambda e: e["event"] == "listening", "the platform's start")
            driver.wait_for(lambda e: e["event"] == "Started", "the engine's start")
            assert driver.child.stdin is not None
            driver.child.stdin.write(json.dumps({"do": "dial", "attempt": "A1", "number": "100"}) + "\n")
            driver.child.stdin.flush()
            driver.wait_for(lambda e: e["event"] == "Answered", "the answer")

            made.ip(made.terminal, "address", "add", f"{MOVED}/24", "dev", "cable")
            made.ip(made.terminal, "address", "delete", f"{TERMINAL}/24", "dev", "cable")
            made.ip(made.terminal, "address", "replace", f"{MOVED}/24", "dev", "cable")

            ended = driver.wait_for(lambda e: e["event"] == "Ended", "the end")
            platform.wait_for(lambda e: e["event"] == "bye", "our BYE")
            names = [e["event"] for e in driver.lines if e["event"] in ("Answered", "Moved", "Ended")]
            assert (names, ended["cause"]) == (["Answered", "Moved", "Ended"], "media_failed")
            assert _ends(platform.lines) == [{"by": "caller"}]
        finally:
            driver.end()
            platform.end()


def _ends(lines: list[Any]) -> list[dict[str, str]]:
    return [{"by": line["by"]} for line in lines if line["event"] == "bye"]
