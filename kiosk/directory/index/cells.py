"""What every relay is judged by, in arrays of one cell a relay: read at once, so that no row must be. Pure.

140,000 relays have 7 MB of them. The cell of relay ``number`` is at ``number`` - 1. What many relays have alike (the
same needs, the same profile ...) is kept once, and their cells hold its place in a list.
"""

import sys
from array import array
from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from itertools import product
from math import nan
from sys import intern
from typing import NamedTuple, TypeVar

import msgspec

from kiosk.directory.hours.schools import Zone
from kiosk.directory.hours.territory import Territory
from kiosk.directory.parts import Confidence, Level, Room, Strength
from kiosk.directory.vocabulary import needs_above


class Calendar(NamedTuple):
    """Whose clock and holidays its hours go by."""

    territory: Territory | None
    schools: Zone | None


CALENDARS = tuple(Calendar(*pair) for pair in product((None, *Territory), (None, *Zone)))
"""A calendar's cell is its place in here."""


class Profile(NamedTuple):
    """Who it is and whom it is for."""

    level: Level | None
    confidence: Confidence
    phone: int
    """As :class:`kiosk.directory.index.facts.Reach`."""
    audiences: tuple[tuple[str, Strength], ...]
    refused: tuple[str, ...]
    """Audiences that it refuses by age or gender."""
    languages: tuple[str, ...]


class Home(NamedTuple):
    """Where it is, and where it is for."""

    serves: tuple[str, ...]
    """Codes of areas; none: it names none."""
    department: str
    region: str


class Statement(NamedTuple):
    """What it said of its room; days are ordinals (:meth:`datetime.date.toordinal`)."""

    room: Room
    stated_on: int
    good_until: int


class Relay(NamedTuple):
    """All cells of one relay."""

    record: int
    """Key in table ``record``: of two, the one whose id is first has the smaller."""
    latitude: float | None
    longitude: float | None
    hours: int
    """Key in table ``hours``."""
    calendar: int
    """Place in :data:`CALENDARS`."""
    seen_on: int
    """The day on which it was checked or changed; 0: not known."""
    needs: tuple[str, ...]
    profile: Profile
    home: Home
    statement: Statement | None


class Cells:
    """All arrays, and the lists that they point into."""

    def __init__(self) -> None:
        self.record = array("I")
        self.latitude = array("d")
        """Degrees; not a number where it is not known."""
        self.longitude = array("d")
        self.hours = array("I")
        self.calendar = array("B")
        self.seen_on = array("I")
        self.needs = array("I")
        self.profile = array("I")
        self.home = array("I")
        self.statement = array("I")
        self.twin = array("I")
        """The same number for relays of different sources that are one and the same; 0: it has no twin."""
        self.all_needs: list[tuple[str, ...]] = []
        self.profiles: list[Profile] = []
        self.homes: list[Home] = []
        self.statements: list[Statement | None] = []
        self._places: dict[tuple[str, Hashable], int] = {}

    def __len__(self) -> int:
        return len(self.record)

    def add(self, relay: Relay) -> None:
        """The cells of the next one."""
        self.record.append(relay.record)
        self.latitude.append(nan if relay.latitude is None else relay.latitude)
        self.longitude.append(nan if relay.longitude is None else relay.longitude)
        self.hours.append(relay.hours)
        self.calendar.append(relay.calendar)
        self.seen_on.append(relay.seen_on)
        self.needs.append(self._place("needs", self.all_needs, relay.needs))
        self.profile.append(self._place("profile", self.profiles, relay.profile))
        self.home.append(self._place("home", self.homes, relay.home))
        self.statement.append(self._place("statement", self.statements, relay.statement))
        self.twin.append(0)

    def name_twins(self, groups: Iterable[Iterable[int]]) -> None:
        """Of all relays that were added, those whose numbers stand together are one and the same."""
        for twin, numbers in enumerate(groups, 1):
            for number in numbers:
                self.twin[number - 1] = twin

    def _place(self, name: str, known: "list[_Kept]", one: "_Kept") -> int:
        place = self._places.setdefault((name, one), len(known))
        if place == len(known):
            known.append(one)
        return place

    def packed(self) -> dict[str, bytes]:
        """Arrays (little end first) and lists by their names."""
        arrays = {name: _little(cells).tobytes() for name, cells in self._arrays().items()}
        return arrays | {"lists": msgspec.msgpack.encode(self._lists())}

    @classmethod
    def unpacked(cls, content: Mapping[str, bytes]) -> "Cells":
        """What :meth:`packed` gave. Raises: KeyError, ValueError for anything else."""
        found = cls()
        for name, cells in found._arrays().items():
            cells.frombytes(content[name])
            _little(cells)
            if len(cells) != len(found.record):
                raise ValueError(f"cells of {name} are missing")
        needs, found.profiles, found.homes, found.statements = _LISTS.decode(content["lists"])
        found.all_needs = [tuple(map(intern, one)) for one in needs]  # the same hundred words in all of them
        return found

    def _arrays(self) -> "dict[str, array[float] | array[int]]":
        return {name: cells for name, cells in vars(self).items() if isinstance(cells, array)}

    def _lists(self) -> "_Lists":
        return self.all_needs, self.profiles, self.homes, self.statements

    # -- the lists from the other side: made when they are first asked for ------------------------------------------

    @cached_property
    def national(self) -> frozenset[int]:
        """Places in :attr:`profiles` of the national ones."""
        return frozenset(place for place, one in enumerate(self.profiles) if one.level is Level.NATIONAL)

    @cached_property
    def lines(self) -> frozenset[int]:
        """Of these, those that can be called and are sure."""
        return frozenset(
            place for place in self.national
            if self.profiles[place].phone and self.profiles[place].confidence is not Confidence.C
        )  # fmt: skip

    @cached_property
    def kinds(self) -> frozenset[tuple[Level | None, Confidence, int]]:
        """Level, confidence and phone of all profiles: there are some dozens."""
        return frozenset((one.level, one.confidence, one.phone) for one in self.profiles)

    @cached_property
    def naming(self) -> dict[str, frozenset[int]]:
        """Places in :attr:`all_needs` of those that name a need in so many words."""
        return _inverted(self.all_needs)

    @cached_property
    def within(self) -> dict[str, frozenset[int]]:
        """Places in :attr:`all_needs` of those that name a need or theme, or something within it."""
        return _inverted(map(needs_above, self.all_needs))

    @cached_property
    def serving(self) -> dict[str, frozenset[int]]:
        """Places in :attr:`homes` of those that serve an area; ``-``: those that name none."""
        return _inverted(home.serves or ("-",) for home in self.homes)

    @cached_property
    def inside(self) -> dict[str, frozenset[int]]:
        """Places in :attr:`homes` of those that are in a department (``d:49``) or region (``g:52``)."""
        return _inverted((f"d:{home.department}", f"g:{home.region}") for home in self.homes)


_Kept = TypeVar("_Kept", bound=Hashable)
_Lists = tuple[list[tuple[str, ...]], list[Profile], list[Home], list[Statement | None]]
_LISTS = msgspec.msgpack.Decoder(_Lists)


def _inverted(sets: Iterable[Iterable[str]]) -> dict[str, frozenset[int]]:
    found: dict[str, list[int]] = {}
    for place, codes in enumerate(sets):
        for code in codes:
            found.setdefault(code, []).append(place)
    return {code: frozenset(places) for code, places in found.items()}


def _little(cells: "array[float] | array[int]") -> "array[float] | array[int]":
    if sys.byteorder == "big":
        cells.byteswap()
    return cells
