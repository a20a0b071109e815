"""What every relay is first judged by, in arrays of one cell a relay: read at once, so that no row must be. Pure.

140,000 relays have 2 MB of them. The cell of relay ``number`` is at ``number`` - 1.
"""

import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from math import nan
from typing import NamedTuple

import msgspec

from kiosk.directory.hours.schools import Zone
from kiosk.directory.hours.territory import Territory
from kiosk.directory.parts import Confidence, Level


class Calendar(NamedTuple):
    """Whose clock and holidays its hours go by."""

    territory: Territory | None
    schools: Zone | None


CALENDARS = tuple(Calendar(*pair) for pair in product((None, *Territory), (None, *Zone)))
"""A calendar's cell is its place in here."""


class Profile(NamedTuple):
    """What many relays have alike: by it, before all else is read, it is seen how well they can do at the most."""

    level: Level | None
    confidence: Confidence
    phone: int
    is_exclusive: bool
    """It names somebody whom alone it receives."""
    tells_room: bool
    is_dated: bool
    names_area: bool


@dataclass(frozen=True)
class Cells:
    """All arrays."""

    latitude: "array[float]" = field(default_factory=lambda: array("f"))
    """Degrees; not a number where it is not known."""
    longitude: "array[float]" = field(default_factory=lambda: array("f"))
    hours: "array[int]" = field(default_factory=lambda: array("I"))
    """Key in table ``hours``."""
    calendar: "array[int]" = field(default_factory=lambda: array("B"))
    """Place in :data:`CALENDARS`."""
    profile: "array[int]" = field(default_factory=lambda: array("H"))
    """Place in ``profiles``."""
    profiles: list[Profile] = field(default_factory=list)
    """Each once: there are some dozens."""

    def add(self, point: tuple[float | None, float | None], hours: int, calendar: int, profile: Profile) -> None:
        """The next relay's cells."""
        if profile not in self.profiles:
            self.profiles.append(profile)
        self.latitude.append(nan if point[0] is None else point[0])
        self.longitude.append(nan if point[1] is None else point[1])
        self.hours.append(hours)
        self.calendar.append(calendar)
        self.profile.append(self.profiles.index(profile))

    def packed(self) -> dict[str, bytes]:
        """The arrays by their names, little end first."""
        arrays = {name: _little(cells).tobytes() for name, cells in self._arrays().items()}
        return arrays | {"profiles": msgspec.msgpack.encode(self.profiles)}

    @classmethod
    def unpacked(cls, content: Mapping[str, bytes]) -> "Cells":
        """The arrays that :meth:`packed` gave. Raises: KeyError, ValueError for others."""
        found = cls(profiles=_PROFILES.decode(content["profiles"]))
        for name, cells in found._arrays().items():
            cells.frombytes(content[name])
            _little(cells)
        return found

    def _arrays(self) -> "dict[str, array[float] | array[int]]":
        return {name: cells for name, cells in vars(self).items() if isinstance(cells, array)}


_PROFILES = msgspec.msgpack.Decoder(list[Profile])


def _little(cells: "array[float] | array[int]") -> "array[float] | array[int]":
    if sys.byteorder == "big":
        cells.byteswap()
    return cells
