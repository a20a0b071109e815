"""Three readers of one stream of modem lines, each in a process of its own, on a pseudo-terminal.

``python -W ignore -m benchmarks.modem_readers READER PORT`` says ``ready``, reads to the last line, and prints as JSON
when that was (``time.monotonic()``). ``dial PORT NUMBER ROUNDS S`` places calls with python-gsmmodem-new, as its
documentation does: when each was dialled, and when it knew that there is no call, or that it did not within S seconds.
"""

import asyncio
import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

LAST = "+LAST: 1"


def ours(port: str) -> float:
    """The terminal's own reader: port, event loop, codec."""
    from hardware.at_channel import AtChannel
    from hardware.serial_port import open_port

    async def main() -> float:
        over = asyncio.Event()

        def on_urc(text: str) -> None:
            if text == LAST:
                over.set()

        channel = AtChannel(open_port(port), on_urc, lambda reason: over.set(), lambda: False)
        ready()
        await over.wait()
        last = time.monotonic()
        channel.close()
        return last

    return asyncio.run(main())


def pyserial(port: str) -> float:
    """pyserial's ``read_until``, and no parsing at all."""
    import serial

    with serial.Serial(port, 115_200, timeout=20) as opened:
        ready()
        while opened.read_until(b"\r\n").strip() != LAST.encode():
            pass
        return time.monotonic()


def gsmmodem(port: str) -> float:
    """python-gsmmodem-new's reader thread, whose notifications are only looked at."""
    from gsmmodem.serial_comms import SerialComms

    over = threading.Event()

    def on_lines(found: list[str]) -> None:
        if LAST in found:
            over.set()

    class Plain(SerialComms):  # type: ignore[misc]
        """Without hardware flow control, which a pseudo-terminal does not have."""

        def connect(self) -> None:
            import serial

            self.serial = serial.Serial(port=self.port, baudrate=self.baudrate, timeout=self.timeout)
            self.alive = True
            self.rxThread = threading.Thread(target=self._readLoop, daemon=True)
            self.rxThread.start()

    reader = Plain(port, notifyCallbackFunc=on_lines)
    reader.connect()
    ready()
    over.wait(60)
    last = time.monotonic()
    reader.alive = False
    return last


def dial(port: str, number: str, rounds: int, wait_s: float) -> list[dict[str, Any]]:
    """Calls to a busy number with python-gsmmodem-new."""
    from gsmmodem.modem import GsmModem

    modem = GsmModem(port, 115_200)
    modem.connect()
    told = []
    for _ in range(rounds):
        began = time.monotonic()
        ended: float | None = None
        how = "nothing told"
        try:
            call = modem.dial(number)
            while call.active and time.monotonic() < began + wait_s:
                time.sleep(0.002)
            if not call.active:
                ended, how = time.monotonic(), "the call is not active"
        except Exception as error:  # its own, of many kinds: each is its way to say that there is no call
            ended, how = time.monotonic(), type(error).__name__
        told.append({"began": began, "ended": ended, "how": how})
        time.sleep(1.0)
    with contextlib.suppress(Exception):
        modem.close()
    return told


def ready() -> None:
    """The stream may begin."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


READERS: dict[str, Callable[[str], float]] = {
    "ours": ours,
    "pyserial": pyserial,
    "gsmmodem": gsmmodem,
}


def main() -> None:
    """One measurement, printed."""
    reader, port, *rest = sys.argv[1:]
    if reader == "dial":
        found: Any = dial(port, rest[0], int(rest[1]), float(rest[2]))
    else:
        found = {"last": READERS[reader](port)}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
