"""Things due later, in order; the clock is passed in."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

Act = Callable[[float], None]


@dataclass(order=True)
class _Due:
    at: float
    order: int
    act: Act = field(compare=False)


class Timers:
    """One queue of deeds. Times in seconds of any one clock."""

    def __init__(self) -> None:
        self._due: list[_Due] = []
        self._order = 0

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._due[0].at if self._due else None

    def later(self, at: float, act: Act) -> None:
        """Do ``act`` at ``at``; of two at the same time the first one asked for goes first."""
        self._order += 1
        heapq.heappush(self._due, _Due(at, self._order, act))

    def clear(self) -> None:
        """Forget them all."""
        self._due.clear()

    def tick(self, now: float) -> None:
        """Let due things happen."""
        while self._due and self._due[0].at <= now:
            heapq.heappop(self._due).act(now)
