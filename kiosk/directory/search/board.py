"""The candidates of one question: all are judged by what the index has at hand, only the best are read and weighed.

The score is a sum (ranking.py). What a candidate fits, how far it is and whether it is open is known of all; what the
rest can give at the most, its profile says. Whoever does not reach the last of the best with that is left out, so that
the best are exactly those that weighing everybody would give.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop

from kiosk.directory.index.store import AT_ONCE, Row
from kiosk.directory.search.ranking import Traits


@dataclass(frozen=True, slots=True)
class Weighed:
    """One candidate off the scales."""

    score: float
    row: Row
    traits: Traits

    def order(self) -> tuple[float, int]:
        """To sort by: the best first; of equals, the one whose id is first."""
        return -self.score, self.row.record


class Board:
    """The best so far."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._weighed: list[Weighed] = []
        self._seen: set[int] = set()
        self._best: list[float] = []

    @property
    def bar(self) -> float:
        """Who cannot get so many points is not among the best."""
        return self._best[0] if self.is_full else float("-inf")

    @property
    def is_full(self) -> bool:
        """Whether as many were found as are wanted."""
        return len(self._best) >= self._places

    def best_first(self) -> list[Weighed]:
        """All that were weighed; those who were not are worse than the last place."""
        return sorted(self._weighed, key=Weighed.order)

    def weigh(self, judged: Iterable[tuple[float, int]], weighed: Callable[[Sequence[int]], Iterable[Weighed]]) -> None:
        """Weigh those of ``judged`` (points at the most, number) that may be among the best.

        ``weighed`` weighs up to :data:`AT_ONCE` numbers, and leaves out who does not pass.
        """
        best_first = sorted(judged, reverse=True)
        start, size = 0, AT_ONCE // 4
        while start < len(best_first):
            some = [number for most, number in best_first[start : start + size] if most >= self.bar]
            if not some:
                return
            # stretches of the map overlap somewhat: who was weighed with one is not weighed with the next
            for one in weighed([number for number in some if number not in self._seen]):
                self._weighed.append(one)
                if len(self._best) < self._places:
                    heappush(self._best, one.score)
                else:
                    heappushpop(self._best, one.score)
            self._seen.update(some)
            start += size
            size = AT_ONCE
