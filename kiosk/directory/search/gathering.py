"""The relays that may answer a question, with what of it each one fits: out of the index, from near to far.

One thread at a time, as the index.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians, sqrt
from typing import NamedTuple

from kiosk.directory.index.curve import EARTH_KM, box_around
from kiosk.directory.index.schema import BLOCK
from kiosk.directory.index.store import Block, Index, Range
from kiosk.directory.parts import Level
from kiosk.directory.places.spot import Spot
from kiosk.directory.search import matching
from kiosk.directory.search.clauses import Clause

FIRST_BLOCKS = 12
"""Of the nearest blocks, looked at together; each time after that three times as many."""
SIDE_BY_SIDE = 8 * BLOCK
"""Ranges of the curve with a gap no wider are read as one: cheaper than to begin again."""
FIRST_REACH_KM, FARTHER = 50.0, 6.0
"""Without a radius it is looked so far, and then so many times farther, until enough was found."""
EVERYWHERE_KM = 20_100.0
EVERYTHING = matching.any_of(["v:-", *(f"v:{level}" for level in Level)])


class Fit(NamedTuple):
    """How much of a question a relay fits; each between 0 and 1."""

    words: float
    """Of its words, the rarer the more."""
    need: float
    """How surely it is for what is needed."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the index."""

    words: list[list[Clause]]
    """One list a word, the best fit last."""
    needs: list[list[Clause]]
    """One list a need, the best fit last."""
    must: str
    """All results fit this; empty: anything."""
    must_not: str


def fitting(index: Index, wanted: Wanted, ranges: list[Range], must: str = "") -> dict[int, Fit]:
    """By their numbers, the relays of ``ranges`` that fit some word or need; without any of those, all there are."""
    base = matching.both(wanted.must, must)

    def numbers(expression: str) -> list[int]:
        return index.numbers(matching.without(matching.both(expression, base), wanted.must_not), ranges)

    def best(clauses: list[Clause]) -> dict[int, float]:
        found: dict[int, float] = {}
        for clause in clauses:
            found.update(dict.fromkeys(numbers(clause.expression), clause.weight))
        return found

    if not wanted.words and not wanted.needs:
        return dict.fromkeys(numbers("" if base else EVERYTHING), Fit(0.0, 0.0))
    words: dict[int, float] = {}
    for clauses in wanted.words:
        for number, weight in best(clauses).items():
            words[number] = words.get(number, 0.0) + weight
    doubts: dict[int, float] = {}
    for clauses in wanted.needs:
        for number, weight in best(clauses).items():
            doubts[number] = doubts.get(number, 1.0) * (1.0 - weight)
    return {
        number: Fit(words.get(number, 0.0), 1.0 - doubts.get(number, 1.0)) for number in words.keys() | doubts.keys()
    }


def ranges_from(index: Index, near: Spot, radius_km: float | None) -> Iterator[tuple[float, list[Range]]]:
    """Ranges of the curve from near to far, each with the distance that its relays have at least, or nearly so.

    To ``radius_km`` and somewhat beyond; without one, on and on. ``near`` has a point.
    """
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
            away_km = sqrt(blocks[0][0]) * EARTH_KM
            yield away_km, _joined(sorted((first, last) for _, first, last in blocks[:size]))
            del blocks[:size]
            size *= 3
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
