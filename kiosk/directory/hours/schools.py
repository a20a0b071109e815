"""School holidays of France by zone, as far as they are decreed; beyond that nobody knows. Pure.

Arrêtés of the ministry of education for the school years below (published as open data, Licence Ouverte 2.0). Corsica
and overseas have calendars of their own, which are not here. To go on: add a year's days, and move ``KNOWN_UNTIL``.
"""

from datetime import date
from enum import StrEnum

KNOWN_FROM, KNOWN_UNTIL = date(2026, 9, 1), date(2028, 7, 3)
"""First and last day that the list below speaks of: summers have a beginning here, and an end only in the next list."""


class Zone(StrEnum):
    """Whose holidays are at the same time."""

    A = "A"
    B = "B"
    C = "C"


def zone_at(insee: str) -> Zone | None:
    """The zone of a commune; None: in none of them, or no INSEE code. (A postcode may be that of the next department.)

    Any thread.
    """
    return _ZONES.get(insee[:2]) if len(insee) == 5 else None


def are_out(day: date, zone: Zone | None) -> bool | None:
    """Whether schools are out; None: not known, or on ``day`` some are and some are not. Any thread."""
    if zone is None or not KNOWN_FROM <= day <= KNOWN_UNTIL:
        return None
    for first, last in _HOLIDAYS[zone]:
        if first <= day <= last:
            # They begin after class: on a Saturday some schools have it, as on the Friday after Ascension
            return None if day == first or (last - first).days < SHORT_DAYS else True
    return False


SHORT_DAYS = 5
"""What is shorter is a bridge between holidays: some places keep it, most do not call it so."""


def _days(*spans: str) -> tuple[tuple[date, date], ...]:
    return tuple((date.fromisoformat(span[:10]), date.fromisoformat(span[11:])) for span in spans)


_EVERYWHERE = _days(
    "2026-10-17/2026-11-01",
    "2026-12-19/2027-01-03",
    "2027-05-06/2027-05-08",
    "2027-07-03/2027-08-31",
    "2027-10-23/2027-11-07",
    "2027-12-18/2028-01-02",
    "2028-05-26/2028-05-27",
)
_HOLIDAYS = {
    Zone.A: _EVERYWHERE
    + _days("2027-02-13/2027-02-28", "2027-04-10/2027-04-25", "2028-02-19/2028-03-05", "2028-04-22/2028-05-08"),
    Zone.B: _EVERYWHERE
    + _days("2027-02-20/2027-03-07", "2027-04-17/2027-05-02", "2028-02-05/2028-02-20", "2028-04-08/2028-04-23"),
    Zone.C: _EVERYWHERE
    + _days("2027-02-06/2027-02-21", "2027-04-03/2027-04-18", "2028-02-12/2028-02-27", "2028-04-15/2028-05-01"),
}
_DEPARTMENTS = {
    Zone.A: "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90",
    Zone.B: "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68 72 "
    "76 80 83 84 85 88",
    Zone.C: "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
_ZONES = {department: zone for zone, names in _DEPARTMENTS.items() for department in names.split()}
