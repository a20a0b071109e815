"""The relays that may answer a question, with what of it each one fits: out of the index, from near to far.

One thread at a time, as the index.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from math import cos, radians, sqrt

from kiosk.directory.index.curve import EARTH_KM, box_around
from kiosk.directory.index.schema import BLOCK
from kiosk.directory.index.store import Block, Index, Range
from kiosk.directory.parts import Level
from kiosk.directory.places.spot import Spot
from kiosk.directory.search import matching
from kiosk.directory.search.clauses import Clause
from kiosk.directory.search.ranking import NEED, WORDS

FIRST_BLOCKS = 24
"""Of the nearest blocks, looked at together; each time after that three times as many."""
SIDE_BY_SIDE = 8 * BLOCK
"""Ranges of the curve with a gap no wider are read as one: cheaper than to begin again."""
FIRST_REACH_KM, FARTHER = 50.0, 6.0
"""Without a radius it is looked so far, and then so many times farther, until enough was found."""
EVERYWHERE_KM = 20_100.0
EVERYTHING = matching.any_of(["v:-", *(f"v:{level}" for level in Level)])


@dataclass(frozen=True)
class Fits:
    """How much of a question relays fit, by their numbers; each figure between 0 and 1."""

    words: dict[int, float]
    """Of its words, the rarer the more."""
    doubts: dict[int, float]
    """The chance that it is not for what is needed; 1 where nothing is said."""

    def numbers(self) -> Set[int]:
        """Everybody who fits anything."""
        return self.words.keys() | self.doubts.keys()

    def words_of(self, number: int) -> float:
        """How much it has of the words."""
        return self.words.get(number, 0.0)

    def need_of(self, number: int) -> float:
        """How surely it is for what is needed."""
        return 1.0 - self.doubts.get(number, 1.0)


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


def fitting(index: Index, wanted: Wanted, ranges: list[Range], must: str = "", least: float = float("-inf")) -> Fits:
    """The relays of ``ranges`` that fit some word or need; without any of those, all there are.

    ``least``: whoever has fewer points for both may be left out.
    """
    base = matching.both(wanted.must, must)
    needed = _needed(wanted, least)
    # of clauses of one word or need, who fits a stronger one fits the weaker ones
    either = matching.either(clauses[0].expression for clauses in needed)
    asked_whole = {clause for clauses in needed for clause in clauses}

    asked: dict[str, list[int]] = {}

    def best(clauses: list[Clause]) -> dict[int, float]:
        found: dict[int, float] = {}
        for clause in clauses:
            some = clause.expression if clause in asked_whole else matching.both(clause.expression, either)
            whole = matching.without(matching.both(some, base), wanted.must_not)
            # two needs within one theme ask for the same theme
            if whole not in asked:
                asked[whole] = index.numbers(whole, ranges)
            found.update(dict.fromkeys(asked[whole], clause.weight))
            if not found:
                break  # who fits a clause fits the weaker ones before it
        return found

    if not wanted.words and not wanted.needs:
        whole = matching.without(base or EVERYTHING, wanted.must_not)
        return Fits(dict.fromkeys(index.numbers(whole, ranges), 0.0), {})
    words: dict[int, float] = {}
    for clauses in wanted.words:
        for number, weight in best(clauses).items():
            words[number] = words.get(number, 0.0) + weight
    doubts: dict[int, float] = {}
    for clauses in wanted.needs:
        for number, weight in best(clauses).items():
            doubts[number] = doubts.get(number, 1.0) * (1.0 - weight)
    return Fits(words, doubts)


def _needed(wanted: Wanted, least: float) -> list[list[Clause]]:
    """Clauses of which everybody who has at least so many points fits one: without the others there are not enough.

    The words and needs that give least come last (MaxScore, Turtle and Flood 1995): who fits them alone is left out.
    """
    groups = [[(WORDS * clause.weight, clause) for clause in clauses] for clauses in wanted.words]
    groups += [[(NEED * clause.weight, clause) for clause in clauses] for clauses in wanted.needs]
    groups.sort(key=_most)
    whole, without = sum(map(_most, groups)), 0.0
    found: list[list[Clause]] = []
    for group in groups:
        without += _most(group)
        if without >= least:
            enough = [clause for weight, clause in group if weight + whole - _most(group) >= least]
            found.append(enough)
    return found


def _most(group: list[tuple[float, Clause]]) -> float:
    return max(weight for weight, _ in group)


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
