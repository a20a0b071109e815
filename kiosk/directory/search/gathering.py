"""The relays that may answer a question, with what of it each one fits: out of the index, from near to far.

One thread at a time, as the index.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians

from kiosk.directory.index.curve import box_around
from kiosk.directory.index.schema import BLOCK
from kiosk.directory.index.store import Block, Index, Range
from kiosk.directory.parts import Level
from kiosk.directory.places.spot import Spot
from kiosk.directory.search import matching
from kiosk.directory.search.clauses import Clause

MOST_OF_A_RANGE = 20_000
FIRST_BLOCKS = 48
"""Of the nearest blocks, looked at together; each time after that four times as many."""
SIDE_BY_SIDE = 2 * BLOCK
"""Ranges of the curve with a gap no wider are read as one: cheaper than to begin again."""
FIRST_REACH_KM, FARTHER = 50.0, 6.0
"""Without a radius it is looked so far, and then so many times farther, until enough was found."""
EVERYWHERE_KM = 20_100.0
EVERYTHING = matching.any_of(["v:-", *(f"v:{level}" for level in Level)])


@dataclass(slots=True)
class Fit:
    """How much of a question a relay fits."""

    words: float = 0.0
    doubt: float = 1.0
    """The chance that it is not for what is needed."""

    @property
    def need(self) -> float:
        """How surely it is for what is needed."""
        return 1.0 - self.doubt


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the index."""

    words: list[list[Clause]]
    needs: list[list[Clause]]
    must: str
    """All results fit this; empty: anything."""
    must_not: str


def fitting(index: Index, wanted: Wanted, ranges: list[Range], must: str = "") -> dict[int, Fit]:
    """By their numbers, the relays of ``ranges`` that fit some word or need; without any of those, all there are."""
    base = matching.both(wanted.must, must)
    found: dict[int, Fit] = {}

    def numbers(expression: str) -> list[int]:
        whole = matching.without(matching.both(expression, base), wanted.must_not)
        return index.numbers(whole, ranges, MOST_OF_A_RANGE)

    if not wanted.words and not wanted.needs:
        return {number: Fit() for number in numbers("" if base else EVERYTHING)}
    for clauses in wanted.words:
        seen: set[int] = set()
        for clause in clauses:
            for number in numbers(clause.expression):
                if number not in seen:
                    seen.add(number)
                    found.setdefault(number, Fit()).words += clause.weight
    for clauses in wanted.needs:
        seen = set()
        for clause in clauses:
            for number in numbers(clause.expression):
                if number not in seen:
                    seen.add(number)
                    found.setdefault(number, Fit()).doubt *= 1.0 - clause.weight
    return found


def ranges_from(index: Index, near: Spot, radius_km: float | None) -> Iterator[list[Range]]:
    """Ranges of the curve from near to far, to ``radius_km`` and somewhat beyond; ``near`` has a point."""
    assert near.latitude is not None
    assert near.longitude is not None
    seen: set[int] = set()
    reach_km = min(FIRST_REACH_KM, radius_km or EVERYWHERE_KM)
    size = FIRST_BLOCKS
    while True:
        blocks = [
            (_squared(near.latitude, near.longitude, block), block.first, block.last)
            for block in index.blocks(*box_around(near.latitude, near.longitude, reach_km))
            if block.first not in seen
        ]
        blocks.sort()
        seen.update(first for _, first, _ in blocks)
        while blocks:
            yield _joined(sorted((first, last) for _, first, last in blocks[:size]))
            del blocks[:size]
            size *= 4
        if reach_km >= (radius_km or EVERYWHERE_KM):
            return
        reach_km = min(reach_km * FARTHER, radius_km or EVERYWHERE_KM)


def _squared(latitude: float, longitude: float, block: Block) -> float:
    """Something that grows with the distance to the block's box; cheap, and good enough to sort by."""
    high = max(block.south - latitude, latitude - block.north, 0.0)
    wide = max(block.west - longitude, longitude - block.east, 0.0) * cos(radians(latitude))
    return high * high + wide * wide


def _joined(ranges: list[Range]) -> list[Range]:
    found = [ranges[0]]
    for first, last in ranges[1:]:
        if first - found[-1][1] <= SIDE_BY_SIDE:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found
