"""Where is looked for relays, from near to far, and who of them has the words of a question: out of the index.

One thread at a time, as the index.
"""

from collections.abc import Iterator, Sequence
from math import cos, radians, sqrt

from kiosk.directory.index.curve import EARTH_KM, box_around
from kiosk.directory.index.schema import BLOCK
from kiosk.directory.index.store import Block, Index, Range
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.clauses import Clause
from kiosk.directory.search.matching import both

FIRST_BLOCKS = 24
"""Of the nearest blocks, looked at together; each time after that three times as many."""
SIDE_BY_SIDE = 8 * BLOCK
"""Ranges of the curve with a gap no wider are read as one: cheaper than to begin again."""
FIRST_REACH_KM, FARTHER = 50.0, 6.0
"""Without a radius it is looked so far, and then so many times farther, until enough was found."""
EVERYWHERE_KM = 20_100.0


def words_in(
    index: Index, words: Sequence[Sequence[Clause]], ranges: Sequence[Range], within: str = ""
) -> dict[int, float]:
    """Who of ``ranges`` has some of the words, and how much of them, between 0 and 1.

    ``words``: one list a word, the best clause last. ``within``: an expression that all must fit; empty: anybody.
    """
    found: dict[int, float] = {}
    for clauses in words:
        best: dict[int, float] = {}
        for clause in clauses:
            best.update(dict.fromkeys(index.numbers(both(clause.expression, within), ranges), clause.weight))
            if not best:
                break  # who fits a clause fits the weaker ones before it
        if not found:
            found = best
            continue
        for number, weight in best.items():
            found[number] = found.get(number, 0.0) + weight
    return found


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
            (_squared(near.latitude, near.longitude, box), box[4], box[5])
            for box in index.blocks(*box_around(near.latitude, near.longitude, reach_km))
            if box[4] not in seen
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


def _squared(latitude: float, longitude: float, box: Block) -> float:
    """Something that grows with the distance to the block's box; cheap, and good enough to sort by."""
    south, north, west, east, _, _ = box
    high = max(south - latitude, latitude - north, 0.0)
    wide = max(west - longitude, longitude - east, 0.0) * cos(radians(latitude))
    return high * high + wide * wide


def _joined(ranges: list[Range]) -> list[Range]:
    found = [ranges[0]]
    for first, last in ranges[1:]:
        if first - found[-1][1] <= SIDE_BY_SIDE:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found
