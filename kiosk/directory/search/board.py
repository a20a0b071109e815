"""The best of those that were judged so far. Pure; one thread."""

from heapq import heapify, heappop, heappush

NOTHING = float("-inf")


class Board:
    """Keeps ``places`` of them, best first; of equals, the one whose id is first; of twins, the better one."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._heap: list[tuple[float, int, int]] = []
        self._twins: dict[int, int] = {}
        """Of the numbers on the board."""
        self.bar = NOTHING
        """Who has fewer points is not among the best."""

    @property
    def is_full(self) -> bool:
        """Whether as many were found as are wanted."""
        return len(self._heap) >= self._places

    def put(self, points: float, record: int, number: int, twin: int = 0) -> None:
        """One more, with its key among the records; ``twin``: the same for all that are one and the same, 0: alone.

        Stretches of the map overlap: it may have been here before.
        """
        one = points, -record, number
        if number in self._twins or (self.is_full and one < self._heap[0]):
            return
        if twin and twin in self._twins.values():
            other = next(each for each in self._heap if self._twins[each[2]] == twin)
            if one < other:
                return
            self._heap.remove(other)
            heapify(self._heap)
            del self._twins[other[2]]
        heappush(self._heap, one)
        self._twins[number] = twin
        if len(self._heap) > self._places:
            del self._twins[heappop(self._heap)[2]]
        if self.is_full:
            self.bar = self._heap[0][0]

    def best_first(self) -> list[tuple[int, float]]:
        """Their numbers, each with its points."""
        return [(number, points) for points, _, number in sorted(self._heap, reverse=True)]
