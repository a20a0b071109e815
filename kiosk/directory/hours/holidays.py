"""Public holidays of France, by territory, by our own sums: no list that runs out. Pure.

Code du travail L3133-1 (the eleven), L3134-13 (Alsace-Moselle), L3422-2 (overseas: the abolition of slavery); the
Pacific territories have labour codes of their own.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from kiosk.directory.hours.territory import Territory

GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY = -2, 1, 39, 50
"""Days from Easter Sunday."""
POLYNESIA_CHANGED = 2025
"""From this year on Matari'i (20 November) is a holiday in French Polynesia, and 29 June is none any more."""


@dataclass(frozen=True)
class Holiday:
    """A public holiday."""

    day: date
    name: str
    """Catalogue name: ``christmas``."""
    is_sure: bool = True
    """Kept in the whole territory. Else only in some of its communes, or by custom."""


def easter(year: int) -> date:
    """Easter Sunday of ``year`` in the Gregorian calendar (Butcher's algorithm; any year from 1583)."""
    a, b, c = year % 19, year // 100, year % 100
    moon = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - moon - c % 4) % 7
    late = (a + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def holidays(year: int, territory: Territory) -> dict[date, Holiday]:
    """The public holidays of ``year`` in ``territory``, by their day. Any thread; do not change what is returned."""
    if territory in (Territory.MARQUESAS, Territory.GAMBIER):
        territory = Territory.POLYNESIA  # clocks of their own, the same labour code
    found: dict[date, Holiday] = {}

    def add(day: date, name: str, is_sure: bool = True) -> None:
        found.setdefault(day, Holiday(day, name, is_sure))

    for month, day, name in _EVERYWHERE:
        add(date(year, month, day), name)
    sunday = easter(year)
    add(sunday + timedelta(EASTER_MONDAY), "easter_monday")
    add(sunday + timedelta(ASCENSION), "ascension")
    add(sunday + timedelta(WHIT_MONDAY), "whit_monday")
    for month, day, name in _LOCAL.get(territory, ()):
        add(date(year, month, day), name)
    for month, day, name in _BY_CUSTOM.get(territory, ()):
        add(date(year, month, day), name, is_sure=False)
    if territory in _GOOD_FRIDAY:
        add(sunday + timedelta(GOOD_FRIDAY), "good_friday", is_sure=_GOOD_FRIDAY[territory])
    if territory is Territory.POLYNESIA:
        changed = year >= POLYNESIA_CHANGED
        add(date(year, *((11, 20) if changed else (6, 29))), "matarii" if changed else "autonomy")
    return found


def holiday(day: date, territory: Territory) -> Holiday | None:
    """The public holiday that ``day`` is in ``territory``; None if it is none. Any thread."""
    return holidays(day.year, territory).get(day)


_EVERYWHERE = (
    (1, 1, "new_year"),
    (5, 1, "labour_day"),
    (5, 8, "victory_1945"),
    (7, 14, "national_day"),
    (8, 15, "assumption"),
    (11, 1, "all_saints"),
    (11, 11, "armistice"),
    (12, 25, "christmas"),
)

_LOCAL = {
    Territory.ALSACE_MOSELLE: ((12, 26, "saint_stephen"),),
    Territory.GUADELOUPE: ((5, 27, "abolition"),),
    Territory.MARTINIQUE: ((5, 22, "abolition"),),
    Territory.GUYANE: ((6, 10, "abolition"),),
    Territory.REUNION: ((12, 20, "abolition"),),
    Territory.MAYOTTE: ((4, 27, "abolition"),),
    Territory.SAINT_BARTHELEMY: ((10, 9, "abolition"),),
    Territory.SAINT_MARTIN: ((5, 28, "abolition"),),
    Territory.POLYNESIA: ((3, 5, "gospel"),),
    Territory.NEW_CALEDONIA: ((9, 24, "citizenship"),),
    Territory.WALLIS_FUTUNA: ((4, 28, "saint_peter_chanel"), (7, 29, "territory")),
}

# Kept by many, in the law for nobody, or for some alone: asked for on the spot rather than taken for granted.
_BY_CUSTOM = {
    Territory.GUADELOUPE: ((7, 21, "schoelcher"),),
    Territory.MARTINIQUE: ((7, 21, "schoelcher"),),
    Territory.SAINT_MARTIN: ((7, 21, "schoelcher"),),
    Territory.WALLIS_FUTUNA: ((6, 29, "saints_peter_paul"),),
}

_GOOD_FRIDAY = {
    # In communes with a Protestant or a shared church (L3134-13): which those are, no list says.
    Territory.ALSACE_MOSELLE: False,
    Territory.GUADELOUPE: False,
    Territory.MARTINIQUE: False,
    Territory.POLYNESIA: True,
}
