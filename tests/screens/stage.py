"""What stands around the screen process in a test: a switchboard's socket, the process, a ruler, a PNG reader."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kiosk.screens.shapes import Measure
from kiosk.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
"""A test fails after this long; on a free machine each wait is far below a second."""


def eventually(what: str, is_so: Callable[[], Any]) -> Any:
    """The first true value of ``is_so``. Fails with ``what`` when none comes."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        value = is_so()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"never happened: {what}")


class FakeCore:
    """The switchboard's end of the socket: pushes lines, keeps what it is asked."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "switchboard.sock"
        self._clients: list[socket.socket] = []
        self._greeting = b""
        self.hellos: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.asked: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
        self.open()

    def open(self) -> None:
        """Listen, as a core that starts does."""
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self._path))
        self._server.listen()
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def close(self) -> None:
        """Be gone, as a core that was killed is."""
        # shutdown, because close alone leaves a thread in accept() with the old socket.
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for client in self._clients:
            client.shutdown(socket.SHUT_RDWR)
            client.close()
        self._clients.clear()
        self._path.unlink()

    def show(self, snapshot: Snapshot) -> None:
        """Push a snapshot now, and to whoever says hello later."""
        self.send(msgspec.json.encode(snapshot) + b"\n")
        self._greeting = msgspec.json.encode(snapshot) + b"\n"

    def send(self, line: bytes) -> None:
        """Push raw bytes to every client."""
        for client in self._clients:
            client.sendall(line)

    def next_asked(self) -> tuple[str, dict[str, Any]]:
        """The next request, as (method, params)."""
        return self.asked.get(timeout=PATIENCE_S)

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            for line in client.makefile("rb"):
                message = json.loads(line)
                if message["type"] == "hello":
                    client.sendall(self._greeting)
                    self._clients.append(client)
                    self.hellos.put(message)
                else:
                    self.asked.put((message["method"], message["params"]))
                    reply = {"type": "reply", "id": message["id"], "result": {}}
                    client.sendall(json.dumps(reply).encode() + b"\n")
        except (OSError, ValueError):
            return


class ScreenProcess:
    """A real screen process, off-screen."""

    def __init__(self, folder: Path, width: int = 800, height: int = 480, panel: bool = False) -> None:
        self.pictures = folder / "pictures"
        self._log = folder / "screen.log"
        command = [sys.executable, "-m", "tests.screens.child_screen", str(folder), str(self.pictures)]
        command += [str(width), str(height), *(["panel"] if panel else [])]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def has(self, count: int) -> list[Path]:
        """The pictures, in order, as soon as there are ``count``."""

        def taken() -> list[Path]:
            assert self._process.poll() is None, f"the screen process ended:\n{self.log}"
            return found if len(found := sorted(self.pictures.glob("*.png"))) >= count else []

        pictures: list[Path] = eventually(f"{count} pictures; log:\n{self.log}", taken)
        return pictures

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def do(self, *commands: str) -> None:
        """Touch and type; see child_screen."""
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{command}\n" for command in commands).encode())
        self._process.stdin.flush()

    def processor_s(self) -> float:
        """Processor time used so far, in seconds."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; returns the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        code = self._process.wait(PATIENCE_S)
        assert self._process.stdin is not None
        self._process.stdin.close()
        return code


class Ruler:
    """Measures text with the painter's own font, in a child: Kivy stays out of the tests' process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.screens.child_ruler"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.pixels = cache(self._pixels)

    def _pixels(self, text: str, size_px: int, bold: bool) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([text, size_px, bold]) + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def measure(self, unit: float) -> Measure:
        """As the painter measures, for a panel of that unit."""
        return lambda text, size, bold: self.pixels(text, int(-(-size * unit // 1)), bold) / unit

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(PATIENCE_S)


def picture(path: Path) -> NDArray[np.uint8]:
    """A PNG of ours as rows of pixels of (red, green, blue); reads no other PNG."""
    data = path.read_bytes()
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    start = data.index(b"IDAT") + 4
    length = int.from_bytes(data[start - 8 : start - 4], "big")
    rows = np.frombuffer(zlib.decompress(data[start : start + length]), np.uint8).reshape(height, width * 3 + 1)
    assert not rows[:, 0].any(), "a PNG filter that this reader does not know"
    return rows[:, 1:].reshape(height, width, 3)
