"""One call with python-gsmmodem-new, in a process of its own: what it saw, as one line of JSON.

``python -m tests.integration.gsmmodem_driver PORT NUMBER``; its own process, for its modules warn as they compile.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from gsmmodem.modem import GsmModem

PATIENCE_S = 25.0


def _until(condition: Callable[[], bool]) -> None:
    """It tells the end before it has noted it: so the call itself is watched."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def main(port: str, number: str) -> None:
    """Register, dial, press 5 once answered, wait for the far end's hang-up, send one text message."""
    modem = GsmModem(port, 115200)
    modem.connect()
    try:
        told: dict[str, Any] = {
            "maker": modem.manufacturer,
            "network": modem.networkName,
            "signal": modem.waitForNetworkCoverage(),
            "call": [],
        }

        def on_change(call: Any) -> None:
            told["call"].append("answered" if call.answered else "ended")

        call = modem.dial(number, PATIENCE_S, on_change)
        print(json.dumps({"dialled": True}), flush=True)  # noqa: T201 - the test waits for it
        _until(lambda: call.answered)
        call.sendDtmfTone("5")
        print(json.dumps({"pressed": True}), flush=True)  # noqa: T201
        _until(lambda: not call.active)
        told["text"] = modem.sendSms("+33600000001", "ok").reference
        print(json.dumps(told), flush=True)  # noqa: T201
    finally:
        modem.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
