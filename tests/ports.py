"""Ports for what a test starts; test processes that run side by side each have a part of them."""

import os
from collections import deque

from kiosk.demo import ports

_GIVEN: deque[int] = deque(maxlen=64)
"""What a test asks for twice is not to be the same port, although nobody has taken it yet."""


def free_port(row: int = 1) -> int:
    """The first of ``row`` loopback ports in a row that are free for UDP and TCP now. Raises: OSError."""
    beside, number = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    share = len(ports.PORTS) // beside
    lowest = ports.PORTS.start + share * int(number.removeprefix("gw"))
    while True:
        first = ports.free_port(row, range(lowest, lowest + share))
        if not set(range(first, first + row)) & set(_GIVEN):
            _GIVEN.extend(range(first, first + row))
            return first
