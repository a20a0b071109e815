"""The simulated modem as a process of its own, for independent clients; and the world's hand on it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 25.0
NUMBER = "0800190000"


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for another process's doing. Raises: AssertionError naming ``what``."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"not seen: {what}"
        time.sleep(0.05)


class World:
    """One running modem. One thread."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.folder = folder
        self._process = process

    @property
    def port(self) -> Path:
        """The pseudo-terminal behind the command port's stable name."""
        return (self.folder / "at").resolve()

    def play(self, line: str) -> dict[str, Any]:
        """One deed of the world's; the modem's state after it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        state: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert state.get("ok"), state
        return state

    def state(self) -> dict[str, Any]:
        """What it was told and what it did."""
        return self.play("state")


@contextmanager
def simulated_modem(folder: Path, family: str, *arguments: str) -> Iterator[World]:
    """A modem of this family whose far end rings until ``answer`` is played."""
    folder.mkdir(exist_ok=True)
    patient = ("--alert-after", "0.5", "--answer-after", "600")
    process = subprocess.Popen(
        [sys.executable, "-m", "hardware.simulated.modem", "--dir", folder, "--family", family, *patient, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        yield World(folder, process)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
