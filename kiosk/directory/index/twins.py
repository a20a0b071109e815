"""Which relays of different sources are surely one and the same: a person has one place in a list for each. Pure.

Two are the same when their names have the same words and they are in the same commune, with the same telephone number
or the same house in the same street; national lines, when they have the same number. Both stay in the index: of those
that answer a question, the one that answers it better is shown. Where one source has two of them, that source tells
them apart, and none of them is taken for another.
"""

from array import array
from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby

from kiosk.directory.parts import Channel, Level, Place
from kiosk.directory.record import Service
from kiosk.directory.words.folding import tokens


class Twins:
    """Takes all relays of an index, and tells who is whose twin. Some 50 bytes a relay."""

    def __init__(self) -> None:
        self._keys = array("Q")
        self._numbers = array("I")
        self._sources: dict[str, int] = {}
        self._source_of = array("I", [0])
        """By number, from 1 on."""

    def add(self, number: int, service: Service, place: Place, insee: str) -> None:
        """The next relay of the index, ``number``; ``insee``: the commune that ``place`` is in, empty: not known."""
        self._source_of.append(self._sources.setdefault(service.source, len(self._sources)))
        for key in _keys(service, place, insee):
            self._keys.append(int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little"))
            self._numbers.append(number)

    def groups(self) -> list[list[int]]:
        """The numbers of those that are the same, in order."""
        leader: dict[int, int] = {}

        def first_of(number: int) -> int:
            while (before := leader.get(number, number)) != number:
                number = before
            return number

        in_order = sorted(range(len(self._keys)), key=lambda at: (self._keys[at], self._numbers[at]))
        for _, same in groupby(in_order, key=self._keys.__getitem__):
            first, *others = (self._numbers[at] for at in same)
            for number in others:
                one, other = sorted((first_of(first), first_of(number)))
                leader[other] = one
        found: dict[int, list[int]] = {}
        for number in sorted(leader.keys() | set(leader.values())):
            found.setdefault(first_of(number), []).append(number)
        return [numbers for numbers in found.values() if self._are_of_many_sources(numbers)]

    def _are_of_many_sources(self, numbers: list[int]) -> bool:
        return len({self._source_of[number] for number in numbers}) == len(numbers) > 1


def _keys(service: Service, place: Place, insee: str) -> Iterator[str]:
    numbers = sorted({phone.number for phone in service.phones if phone.channel is Channel.VOICE})
    if service.level is Level.NATIONAL:
        yield from (f"national\0{number}" for number in numbers)
        return
    commune = insee or place.postcode
    words = " ".join(sorted(set(tokens(service.name))))
    if not commune or not words:
        return
    yield from (f"{commune}\0{words}\0{number}" for number in numbers)
    street = tokens(place.street)
    if any(word[:1].isdigit() for word in street):
        yield f"{commune}\0{words}\0{' '.join(street)}"
