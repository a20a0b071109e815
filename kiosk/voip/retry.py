"""When to register again: soon after a failure, at half the interval after a success. One event loop."""

import asyncio
from collections.abc import Callable

PAUSES_S = (2.0, 5.0, 10.0, 30.0)
"""After the first, second ... failure in a row. The stacks' own pauses grow to half an hour, or end for good."""


class Retry:
    """One timer that calls ``again``."""

    def __init__(self, again: Callable[[], None]) -> None:
        self._again = again
        self._timer: asyncio.TimerHandle | None = None
        self.failures = 0
        """In a row."""

    def failed(self) -> None:
        """Once more after the next pause."""
        self._arm(PAUSES_S[min(self.failures, len(PAUSES_S) - 1)])
        self.failures += 1

    def succeeded(self, refresh_in_s: float | None = None) -> None:
        """Nothing to mend; ``refresh_in_s``: when to do it again all the same (None: the stack does that itself)."""
        self.failures = 0
        self.stop()
        if refresh_in_s is not None:
            self._arm(refresh_in_s)

    def stop(self) -> None:
        """No more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, pause_s: float) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(pause_s, self._again)
