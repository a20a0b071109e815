"""When to try the hub again. Pure: the time is passed in, and so is chance."""

from collections.abc import Callable

LONGEST_ASKED_S = 3600.0
"""A pause longer than this is not granted, whoever asks: a portal may say Retry-After too."""


class BackOff:
    """Pauses that double, each drawn evenly from nothing to all of it, up to ``longest_s`` seconds.

    ``draw(a, b)`` gives a number between both (``random.uniform``). Full jitter: after a cut of the whole
    platform a thousand terminals must not come back in one second.
    """

    def __init__(self, first_s: float, longest_s: float, draw: Callable[[float, float], float]) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._draw = draw
        self.failures = 0
        """In a row."""
        self.ready_at_s = 0.0
        """Not to be tried before; on the clock of whoever calls."""

    def succeeded(self) -> None:
        """Forget all failures: the next try may be made at once."""
        self.failures = 0
        self.ready_at_s = 0.0

    def failed(self, now_s: float, retry_after_s: float | None = None) -> float:
        """The pause in seconds from ``now_s``; never below what the hub asked for (up to an hour)."""
        ceiling = min(self._longest_s, self._first_s * 2.0 ** min(self.failures, 60))
        self.failures += 1
        pause = self._draw(0.0, ceiling)
        if retry_after_s is not None:
            pause += min(max(0.0, retry_after_s), LONGEST_ASKED_S)
        self.ready_at_s = now_s + pause
        return pause
