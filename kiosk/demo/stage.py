"""The demo's stage: every part as the process it really is, started, watched, killed and ended from here.

Processes marked ``restart`` come back by themselves as under systemd (``Restart=always``). Only processes that
were started here are ever ended, by their own process id.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.settings import PROJECT

RESTART_PAUSE_S = 0.2
WATCH_S = 0.05
END_S = 4.0


@dataclass
class Part:
    """One process of the story."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    restart: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0
    wanted: bool = False


class Stage:
    """All parts. Methods from one thread; a watcher thread restarts what must come back."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        logs.mkdir(parents=True, exist_ok=True)
        self._parts: dict[str, Part] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="stage", daemon=True)
        self._watcher.start()

    def start(self, part: Part) -> None:
        """Start ``part``, and keep it going if it is to be restarted."""
        with self._lock:
            self._parts[part.name] = part
            part.wanted = True
            self._spawn(part)

    def pid(self, name: str) -> int:
        """Process id of a part that runs. Raises: KeyError when there is none."""
        process = self._parts[name].process
        if process is None:
            raise KeyError(name)
        return process.pid

    def starts(self, name: str) -> int:
        """How often a part has been started so far."""
        return self._parts[name].starts

    def kill(self, *names: str, for_good: bool = True) -> None:
        """kill -9, all at once; with ``for_good`` they stay away."""
        with self._lock:
            for name in names:
                self._parts[name].wanted = not for_good
            for name in names:
                process = self._parts[name].process
                if process is not None and process.poll() is None:
                    process.kill()
            for name in names:
                process = self._parts[name].process
                if process is not None:
                    process.wait()

    def end(self, name: str) -> None:
        """SIGTERM, and kill -9 after :data:`END_S`."""
        with self._lock:
            part = self._parts.get(name)
            if part is None or part.process is None:
                return
            part.wanted = False
            part.process.send_signal(signal.SIGTERM)
            try:
                part.process.wait(END_S)
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()

    def wait(self, name: str) -> int:
        """Wait until a part ends by itself; its exit status."""
        process = self._parts[name].process
        assert process is not None
        return process.wait()

    def close(self) -> None:
        """End everything, the last started first."""
        self._closing.set()
        self._watcher.join()
        for name in reversed(list(self._parts)):
            self.end(name)

    def _spawn(self, part: Part) -> None:
        part.starts += 1
        with (self._logs / f"{part.name}.log").open("ab") as log:
            part.process = subprocess.Popen(
                part.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1", **part.env},
            )

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_S):
            with self._lock:
                fallen = [
                    part
                    for part in self._parts.values()
                    if part.wanted and part.restart and part.process is not None and part.process.poll() is not None
                ]
            if fallen and not self._closing.wait(RESTART_PAUSE_S):
                with self._lock, contextlib.suppress(OSError):
                    for part in fallen:
                        if part.wanted:
                            self._spawn(part)


def python(*arguments: str) -> list[str]:
    """The command line of a module of ours."""
    return [sys.executable, "-m", *arguments]


def wait_until(condition: "object", timeout_s: float, every_s: float = 0.02) -> bool:
    """True as soon as ``condition()`` is; False after ``timeout_s``."""
    assert callable(condition)
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(every_s)
    return bool(condition())
