"""Who is found by the area that it serves, and not by where it is: few, and for many places. Pure.

Numbers of the index begin with them (docs/search.md). One thread at a time, as the cells.
"""

from collections.abc import Container, Sequence

from kiosk.directory.index.cells import Cells
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.matching import areas_of, parts_of


class Areas:
    """Of one index, made once."""

    def __init__(self, cells: Cells, spread: int) -> None:
        self._cells = cells
        self._spread = spread
        self._at_home: dict[int, list[int]] = {}
        self.lines: list[int] = []
        """The numbers of the national lines that can be called and are sure."""
        for number, home, profile in zip(range(1, spread + 1), cells.home, cells.profile, strict=False):
            self._at_home.setdefault(home, []).append(number)
            if profile in cells.lines:
                self.lines.append(number)

    def serving(self, near: Spot | None) -> Sequence[int]:
        """The numbers of those that serve ``near``, or do not say whom they serve; without it, all."""
        if near is None:
            return range(1, self._spread + 1)
        homes = {home for code in ("-", *areas_of(near), *parts_of(near)) for home in self._cells.serving.get(code, ())}
        if not near.insee:
            # of a whole department or region, also those who serve a part of it
            homes.update(self._inside(near))
        return [number for home in homes for number in self._at_home.get(home, ())]

    def homes_inside(self, near: Spot | None) -> Container[int] | None:
        """Places of the homes in the department or region that ``near`` is; None: it is neither."""
        return self._inside(near) if near is not None and (near.department or near.region) else None

    def _inside(self, near: Spot) -> frozenset[int]:
        return self._cells.inside.get(f"d:{near.department}" if near.department else f"g:{near.region}", frozenset())
