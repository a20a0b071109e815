"""The best of those that were judged so far. Pure; one thread."""

from heapq import heappush, heapreplace

NOTHING = float("-inf")


class Board:
    """Keeps ``places`` of them, best first; of equals, the one whose id is first."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._heap: list[tuple[float, int, int]] = []
        self._numbers: set[int] = set()
        self.bar = NOTHING
        """Who has fewer points is not among the best."""

    @property
    def is_full(self) -> bool:
        """Whether as many were found as are wanted."""
        return len(self._heap) >= self._places

    def put(self, points: float, record: int, number: int) -> None:
        """One more, with its key among the records; stretches of the map overlap: it may have been here before."""
        if number in self._numbers:
            return
        one = points, -record, number
        if not self.is_full:
            heappush(self._heap, one)
        elif one > self._heap[0]:
            self._numbers.discard(heapreplace(self._heap, one)[2])
        else:
            return
        self._numbers.add(number)
        if self.is_full:
            self.bar = self._heap[0][0]

    def best_first(self) -> list[tuple[int, float]]:
        """Their numbers, each with its points."""
        return [(number, points) for points, _, number in sorted(self._heap, reverse=True)]
