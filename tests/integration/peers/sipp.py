"""A far end played by sipp: one scenario of ``tests/integration/sipp/``, one call, and its verdict."""

import shutil
import time
from pathlib import Path

import pytest

from tests.integration.peers.processes import PATIENCE_S, Process
from tests.ports import free_port

SCENARIOS = Path(__file__).parents[1] / "sipp"
WAITING = ("07", "0A")
"""States of a socket that takes what comes, as the kernel writes them: of UDP, and of TCP."""


class SippPeer(Process):
    """Takes ``calls`` calls at ``port``; its exit status says whether every message came as the scenario has it.

    ``repeats`` False: it takes a repeated message for a new one, so that a scenario can ask for the repetition.
    ``words``: what stands for ``@name@`` in the scenario (sipp's own keys cannot be a status).
    """

    def __init__(
        self,
        scenario: str,
        folder: Path,
        *,
        transport: str = "udp",
        repeats: bool = True,
        calls: int = 1,
        address: str = "127.0.0.1",
        **words: str,
    ) -> None:
        binary = shutil.which("sipp")
        if binary is None:
            pytest.skip("sipp is not installed (apt-get install sip-tester)")
        self.address = f"[{address}]" if ":" in address else address
        self.port, self._errors = free_port(5), folder / "sipp_errors.log"
        text = (SCENARIOS / f"{scenario}.xml").read_text("utf-8")
        for name, word in words.items():
            text = text.replace(f"@{name}@", word)
        (folder / "scenario.xml").write_text(text, encoding="utf-8")
        media = self.port + 1  # it takes the next but one too, for video
        super().__init__(
            [binary, "-sf", str(folder / "scenario.xml"), "-i", address, "-p", str(self.port), "-m", str(calls),
             "-t", "u1" if transport == "udp" else "t1", "-mi", address, "-mp", str(media), "-nostdin",
             "-timeout", f"{PATIENCE_S:.0f}s", "-timeout_error", "-trace_err", "-error_file", str(self._errors),
             *([] if repeats else ["-nr"])],
            cwd=folder,
        )  # fmt: skip
        try:
            self._wait_until_ready(transport)
        except BaseException:
            self.end()
            raise

    def _wait_until_ready(self, transport: str) -> None:
        until = time.monotonic() + PATIENCE_S
        while not _is_taken(self.port, transport):  # it says nothing when it is ready
            assert time.monotonic() < until, f"sipp did not take its port: {self.lines[-3:]}"
            assert self.child.poll() is None, f"sipp ended: {self.lines[-3:]} {self.complaint()}"
            time.sleep(0.02)

    @property
    def server(self) -> str:
        return f"{self.address}:{self.port}"

    def must_be_content(self) -> None:
        """Wait for its end; fails the test when a message did not come, or came otherwise."""
        status = self.child.wait(PATIENCE_S + 5.0)
        assert status == 0, f"sipp, status {status}: {self.complaint()}"

    def complaint(self) -> str:
        """What it found wrong."""
        return self._errors.read_text("utf-8", "replace")[-3000:] if self._errors.exists() else ""


def _is_taken(port: int, transport: str) -> bool:
    """Read from the kernel's tables: to try the port would be to hold it in the moment in which sipp takes it."""
    tables = [Path(f"/proc/net/{transport}{version}") for version in ("", "6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text("ascii").splitlines()[1:]]
    return any(int(row[1].rpartition(":")[2], 16) == port and row[3] in WAITING for row in rows)
