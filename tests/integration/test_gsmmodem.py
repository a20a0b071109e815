"""PyPI's python-gsmmodem-new on the simulated modem: a call with its answer, a key and its end; a text."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.simulated_modem import NUMBER, PATIENCE_S, ROOT, simulated_modem, until

if importlib.util.find_spec("gsmmodem") is None:
    pytest.skip("python-gsmmodem-new is not installed", allow_module_level=True)


@pytest.mark.parametrize(
    ("family", "maker"),
    [
        ("sim7600", "SIMCOM INCORPORATED"),
        ("sim800", "SIMCOM_Ltd"),
        ("quectel", "Quectel"),
        ("huawei", "huawei"),
        ("ublox", "u-blox"),
        ("generic", "Generic"),
    ],
)
def test_it_registers_and_places_a_call(tmp_path: Path, family: str, maker: str) -> None:
    with simulated_modem(tmp_path, family) as world:
        client = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.integration.gsmmodem_driver", world.port, NUMBER],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        try:
            # Its poll of +CLCC must have seen the dialling; Huawei's ^ORIG is enough for it.
            assert _next(client) == {"dialled": True}
            until(lambda: world.state()["call_state"] == 3, "the ringing")
            world.play("answer")
            assert _next(client) == {"pressed": True}
            world.play("hang_up")
            told = _next(client)
            assert client.wait(PATIENCE_S) == 0
        finally:
            client.kill()
            client.wait(PATIENCE_S)
            assert client.stdout is not None
            client.stdout.close()
        assert told == {"maker": maker, "network": "SIMULATED", "signal": 22, "call": ["answered", "ended"], "text": 1}
        state = world.state()
        assert (state["dialled"], state["digits"], len(state["texts"])) == ([NUMBER], "5", 1)


def _next(client: "subprocess.Popen[bytes]") -> Any:
    assert client.stdout is not None
    return json.loads(client.stdout.readline())
