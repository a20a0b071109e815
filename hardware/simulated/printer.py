"""A simulated receipt printer, on a network port or a serial one, with paper that can run out.

``python -m hardware.simulated.printer --listen 127.0.0.1:9100`` prints what it prints; ``--paper out``,
``--cover open`` and ``--deaf`` make it as ill as printers are.
"""

import argparse
import os
import select
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from hardware.printer import OFFLINE_CAUSE, PAPER, STATUS
from hardware.printer import Paper as PaperState
from hardware.simulated.pty_port import Pty
from hardware.simulated.receipt import Line, Picture, Receipt, Symbol

_FIXED_BITS = 0x12


@dataclass
class Condition:
    """How it is; may be changed while it runs."""

    paper: PaperState = PaperState.THERE
    is_open: bool = False
    is_deaf: bool = False
    """It prints, and never answers."""
    lines_left: int | None = None
    """So many more lines, and the roll is at its end; None: it never ends."""
    noise: bytes = b""
    """What it says unasked around each answer: XON, automatic status."""
    is_stuck: bool = False
    """It takes no bytes."""

    @property
    def is_offline(self) -> bool:
        """Cover open or no paper."""
        return self.is_open or self.paper is PaperState.OUT


class SimulatedPrinter:
    """One printer, in a thread of its own until :meth:`close`.

    ``link``: a serial port of that name; else a network one on ``port``.
    """

    def __init__(self, columns: int = 48, link: Path | None = None, port: int = 0) -> None:
        self.receipt = Receipt(columns)
        self.condition = Condition()
        self._pty = None if link is None else Pty(link)
        self._listener: socket.socket | None = None
        self._guest: socket.socket | None = None
        if self._pty is None:
            self._listener = socket.create_server(("127.0.0.1", port))
        self._wake, self._wakes = os.pipe()
        self._thread = threading.Thread(target=self._run, name="simulated-printer", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """``host:port`` of a network one."""
        assert self._listener is not None
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Pull its plug."""
        os.write(self._wakes, b".")
        self._thread.join(5)
        for one in (self._listener, self._guest, self._pty):
            if one is not None:
                one.close()
        os.close(self._wake)
        os.close(self._wakes)

    def _run(self) -> None:
        while True:
            sources: list[int] = [self._wake]
            if self._listener is not None:
                sources.append(self._listener.fileno())
            channel = self._channel
            if channel >= 0 and not self.condition.is_stuck:
                sources.append(channel)
            ready = select.select(sources, [], [], 0.05)[0]
            if self._wake in ready:
                return
            if self._listener is not None and self._listener.fileno() in ready:
                if self._guest is not None:
                    self._guest.close()
                self._guest = self._listener.accept()[0]
            elif channel in ready:
                self._take(channel)

    @property
    def _channel(self) -> int:
        if self._pty is not None:
            return self._pty.master
        return -1 if self._guest is None else self._guest.fileno()

    def _take(self, channel: int) -> None:
        try:
            data = os.read(channel, 1024)
        except OSError:
            data = b""
        if not data:
            if self._guest is not None:
                self._guest.close()
                self._guest = None
            return
        before = len(self.receipt.printed)
        self.receipt.feed(data)
        left = self.condition.lines_left
        if left is not None:
            self.condition.lines_left = left = max(0, left - (len(self.receipt.printed) - before))
            if left == 0:
                self.condition.paper = PaperState.OUT
        answers = bytes(self._status(what) for what in self.receipt.asked)
        self.receipt.asked.clear()
        if answers and not self.condition.is_deaf:
            os.write(channel, self.condition.noise + answers + self.condition.noise)

    def _status(self, what: int) -> int:
        now = self.condition
        match what:
            case 1:
                assert what == STATUS
                return _FIXED_BITS | (0x08 if now.is_offline else 0)
            case 2:
                assert what == OFFLINE_CAUSE
                return _FIXED_BITS | (0x04 if now.is_open else 0) | (0x20 if now.paper is PaperState.OUT else 0)
            case 4:
                assert what == PAPER
                low = 0x0C if now.paper is not PaperState.THERE else 0
                return _FIXED_BITS | low | (0x60 if now.paper is PaperState.OUT else 0)
        return _FIXED_BITS


def main(arguments: list[str]) -> int:
    """The command line: print what is printed until the end of the input, or for ever."""
    parser = argparse.ArgumentParser(prog="python -m hardware.simulated.printer", description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:9100", help="host:port")
    parser.add_argument("--columns", type=int, default=48)
    parser.add_argument("--paper", choices=["there", "low", "out"], default="there")
    parser.add_argument("--cover", choices=["shut", "open"], default="shut")
    parser.add_argument("--deaf", action="store_true", help="never answer")
    given = parser.parse_args(arguments)
    printer = SimulatedPrinter(given.columns, port=int(given.listen.rpartition(":")[2]))
    printer.condition = Condition(PaperState(given.paper), given.cover == "open", given.deaf)
    shown = 0
    try:
        while True:
            select.select([], [], [], 0.2)
            for one in printer.receipt.printed[shown:]:
                shown += 1
                sys.stdout.write(f"{_shown(one)}\n")
            sys.stdout.flush()
    except KeyboardInterrupt:
        printer.close()
    return 0


def _shown(one: object) -> str:
    match one:
        case Line(text=text):
            return text
        case Picture(width=width, height=height):
            return f"[picture {width} x {height}]"
        case Symbol(content=content):
            return f"[QR code, {len(content)} bytes]"
    return "-- cut --"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
