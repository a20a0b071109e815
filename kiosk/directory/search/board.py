"""The candidates of one question as they come off the scales: only who may still be among the best is weighed at all.

The score is a sum. What a candidate fits is known before its row is read; the other rows of the sum have a ceiling, and
the distance has one for each stretch of the map. Who does not reach the last of the best with all that is left out: the
best are exactly those that weighing everybody would give.
"""

from collections.abc import Callable, Sequence
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

    def __init__(self, places: int, ceiling: float) -> None:
        self._places = places
        self._ceiling = ceiling
        self._weighed: list[Weighed] = []
        self._seen: set[int] = set()
        self._best: list[float] = []

    @property
    def is_full(self) -> bool:
        """Whether as many were found as are wanted."""
        return len(self._best) >= self._places

    def best_first(self) -> list[Weighed]:
        """All that were weighed; those who were not are worse than the last place."""
        return sorted(self._weighed, key=Weighed.order)

    def is_out_of_reach(self, fit: float, distance: float) -> bool:
        """Whether nobody with such points for fit and distance at the most can still be among the best."""
        return self.is_full and fit + distance + self._ceiling < self._best[0]

    def weigh(
        self,
        fits: dict[int, float],
        distance: float,
        weighed: Callable[[Sequence[int]], Sequence[Weighed]],
    ) -> None:
        """Weigh those of ``fits`` (points by number) that may be among the best; ``distance``: what that gives at most.

        ``weighed`` weighs up to :data:`AT_ONCE` numbers, and leaves out who does not pass.
        """
        numbers = sorted(fits.keys() - self._seen, key=fits.__getitem__, reverse=True)
        self._seen.update(numbers)
        for start in range(0, len(numbers), AT_ONCE):
            if self.is_out_of_reach(fits[numbers[start]], distance):
                return
            for one in weighed(numbers[start : start + AT_ONCE]):
                self._weighed.append(one)
                if len(self._best) < self._places:
                    heappush(self._best, one.score)
                else:
                    heappushpop(self._best, one.score)
