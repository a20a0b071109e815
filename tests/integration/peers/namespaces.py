"""Two network namespaces with a cable between them: a terminal's and a platform's, for tests that pull the cable."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.peers.processes import Process

PLATFORM = "192.0.2.1"
TERMINAL = "192.0.2.7"


class Cable:
    """The namespaces ``terminal`` and ``platform``."""

    def __init__(self, mark: str) -> None:
        self.terminal = f"kiosk-t-{mark}"
        self.platform = f"kiosk-p-{mark}"

    def ip(self, space: str, *words: str) -> None:
        """One ``ip`` command in a namespace."""
        subprocess.run(["ip", "-n", space, *words], check=True, capture_output=True, timeout=10)

    def process(self, space: str, *words: str) -> Process:
        """A Python module of ours, run in a namespace."""
        return Process(["ip", "netns", "exec", space, sys.executable, "-m", *words], stdin=True)


@contextmanager
def cable() -> Iterator[Cable]:
    """The two, connected and addressed; skips the test where they cannot be made."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    made = Cable(str(os.getpid()))
    spaces = (made.terminal, made.platform)
    try:
        for space in spaces:
            result = subprocess.run(["ip", "netns", "add", space], capture_output=True, text=True, timeout=10)
            if result.returncode:
                pytest.skip(f"no network namespace here: {result.stderr.strip()}")
        made.ip(made.terminal, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", made.platform)
        for space, address in zip(spaces, (TERMINAL, PLATFORM), strict=True):
            made.ip(space, "link", "set", "lo", "up")
            made.ip(space, "address", "add", f"{address}/24", "dev", "cable")
            made.ip(space, "link", "set", "cable", "up")
        yield made
    finally:
        for space in spaces:
            with contextlib.suppress(subprocess.SubprocessError):
                subprocess.run(["ip", "netns", "delete", space], check=True, capture_output=True, timeout=10)
