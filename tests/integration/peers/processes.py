"""Starts and ends the processes that a SIP test talks to: our engine, our platform, other people's software."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.ports import free_port

ROOT = Path(__file__).parents[3]
PATIENCE_S = 20.0
"""How long a test waits for a thing that takes milliseconds on an idle machine."""


class Process:
    """A child whose standard output is JSON lines (or just lines), ended by its pid."""

    def __init__(self, command: list[str], *, cwd: Path = ROOT, stdin: bool = False, log: Path | None = None) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self._log = log.open("wb") if log is not None else None
        self.child = subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self._log or subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.lines: list[Any] = []
        self._arrived = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stdout is not None
        for line in self.child.stdout:
            try:
                parsed: Any = json.loads(line)
            except ValueError:
                parsed = line.rstrip("\n")
            self.take(parsed)

    def take(self, line: Any) -> None:
        """One more line. Any thread."""
        with self._arrived:
            self.lines.append(line)
            self._arrived.notify_all()

    def wait_for(self, wanted: Callable[[Any], bool], what: str, since: int = 0, patience_s: float = PATIENCE_S) -> Any:
        """The first line from number ``since`` on that is ``wanted``; fails the test after ``patience_s``."""
        until = time.monotonic() + patience_s
        with self._arrived:
            while True:
                for line in self.lines[since:]:
                    if wanted(line):
                        return line
                left = until - time.monotonic()
                if left <= 0 or (self.child.poll() is not None and not self._reader.is_alive()):
                    raise AssertionError(f"{what} did not come; there was {self.lines[since:]}")
                self._arrived.wait(min(left, 0.5))

    def end(self, patience_s: float = 5.0) -> int:
        """SIGTERM, then SIGKILL; the exit status."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.child.kill()
        status = self.child.wait()
        self._reader.join(2)
        for stream in (self.child.stdin, self.child.stdout, self._log):
            if stream is not None:
                stream.close()
        return status


class PlatformProcess(Process):
    """``kiosk.demo.platform`` on a free port."""

    def __init__(self, record_dir: Path, *options: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.record_dir = record_dir
        listen = f"127.0.0.1:{self.port}"
        super().__init__(
            [sys.executable, "-m", "kiosk.demo.platform", "--listen", listen, "--record-dir", str(record_dir), *options]
        )
        self.wait_for(lambda e: e["event"] == "listening", "the platform's start")

    def event(self, name: str, call: int, **facts: Any) -> Any:
        """Wait for an event of one call."""
        wanted = {"event": name, "call": call, **facts}
        return self.wait_for(lambda e: wanted.items() <= e.items(), f"{wanted}")

    def call_to(self, number: str, since: int) -> int:
        """Wait for the INVITE to ``number``; its call's number."""
        wanted = {"event": "invite", "number": number}
        return int(self.wait_for(lambda e: wanted.items() <= e.items(), f"INVITE to {number}", since)["call"])


class EngineProcess(Process):
    """One engine in its driver process."""

    def __init__(
        self, engine: str, account: dict[str, Any], log: Path, *, trunk: dict[str, Any] | None = None, **options: float
    ) -> None:
        """``trunk``: backup (an account), location, allowed (numbers), interval_s."""
        settings = json.dumps({"account": account, "options": options, "trunk": trunk or {}})
        super().__init__(
            [sys.executable, "-m", "tests.integration.engine_driver", engine, settings], stdin=True, log=log
        )
        self._count = 0
        self.wait_for(lambda e: e["event"] in ("Started", "StartFailed"), "the engine's start")

    def do(self, what: str, **facts: Any) -> int:
        """Give a command; returns the number of the next line, for ``since``."""
        since = len(self.lines)
        assert self.child.stdin is not None
        self.child.stdin.write(json.dumps({"do": what, **facts}) + "\n")
        self.child.stdin.flush()
        return since

    def dial(self, number: str, **facts: Any) -> str:
        """Dial; the attempt's id."""
        self._count += 1
        attempt = f"A{self._count}"
        self.do("dial", attempt=attempt, number=number, **facts)
        return attempt

    def event(self, name: str, attempt: str, patience_s: float = PATIENCE_S) -> Any:
        """Wait for an event of one attempt."""
        wanted = {"event": name, "attempt": attempt}
        return self.wait_for(lambda e: wanted.items() <= e.items(), f"{wanted}", patience_s=patience_s)

    def story(self, attempt: str) -> list[tuple[Any, ...]]:
        """All line events of an attempt up to now, without times."""
        kept = {"Progressed": ("early_media",), "Answered": ("codec",), "Ended": ("cause", "status")}
        return [
            (e["event"], *(e[key] for key in kept.get(e["event"], ())))
            for e in self.lines
            if e.get("attempt") == attempt and e["event"] not in ("Sound", "Silence", "FarewellReady")
        ]

    def close(self) -> dict[str, Any]:
        """Close the engine as the voice process does; what the driver says of it."""
        since = self.do("close")
        closed: dict[str, Any] = self.wait_for(lambda e: e["event"] == "Closed", "the engine's end", since)
        return closed
