"""Which clock and which holidays hold at a place: from its INSEE code, or that of its department. Pure."""

from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.errors import BadInput, NeedsTechnician


class Territory(StrEnum):
    """A part of France with its own public holidays or its own clock. Wire value."""

    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace-moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    SAINT_PIERRE_MIQUELON = "saint-pierre-et-miquelon"
    MAYOTTE = "mayotte"
    SAINT_BARTHELEMY = "saint-barthelemy"
    SAINT_MARTIN = "saint-martin"
    WALLIS_FUTUNA = "wallis-et-futuna"
    POLYNESIA = "polynesie-francaise"
    MARQUESAS = "marquises"
    GAMBIER = "gambier"
    NEW_CALEDONIA = "nouvelle-caledonie"


def territory_of(code: str) -> Territory:
    """The territory of an INSEE code (``67482``), or of a department's (``67``, ``2A``, ``971``).

    Empty: a national service, which keeps the hours of Paris. Raises: BadInput for what is no such code, and for the
    Southern and Antarctic Lands and Clipperton, where nobody lives all year.
    """
    if not code:
        return Territory.METROPOLE
    upper = code.strip().upper()
    if not upper.isascii():
        raise BadInput(f"{code!r} is no INSEE code")
    if upper in _COMMUNES:
        return _COMMUNES[upper]
    department = upper[:3] if upper.startswith(("97", "98")) else upper[:2]
    if len(upper) not in (len(department), 5) or (not upper[2:].isdigit() and len(upper) > 2):
        raise BadInput(f"{code!r} is no INSEE code: give five characters (67482, 2A004) or a department (67, 2A, 971)")
    if department in _OVERSEAS:
        return _OVERSEAS[department]
    if department in ("57", "67", "68"):
        return Territory.ALSACE_MOSELLE
    if department in ("2A", "2B") or (department.isdigit() and 1 <= int(department) <= 95):
        return Territory.METROPOLE
    raise BadInput(f"{code!r} is in no department whose clock is known: correct the INSEE code")


@lru_cache(maxsize=32)
def zone(territory: Territory) -> ZoneInfo:
    """Its time zone. Any thread. Raises: NeedsTechnician without the system's time zones."""
    try:
        return ZoneInfo(_ZONES[territory])
    except ZoneInfoNotFoundError as error:
        raise NeedsTechnician(f"no time zone {_ZONES[territory]} on this system: apt install tzdata") from error


_OVERSEAS = {
    "971": Territory.GUADELOUPE,
    "972": Territory.MARTINIQUE,
    "973": Territory.GUYANE,
    "974": Territory.REUNION,
    "975": Territory.SAINT_PIERRE_MIQUELON,
    "976": Territory.MAYOTTE,
    "977": Territory.SAINT_BARTHELEMY,
    "978": Territory.SAINT_MARTIN,
    "986": Territory.WALLIS_FUTUNA,
    "987": Territory.POLYNESIA,
    "988": Territory.NEW_CALEDONIA,
}

# Half an hour ahead of Tahiti: Fatu-Hiva, Hiva-Oa, Nuku-Hiva, Tahuata, Ua-Huka, Ua-Pou. An hour: Gambier.
_COMMUNES = {
    **dict.fromkeys(("98718", "98723", "98731", "98746", "98756", "98757"), Territory.MARQUESAS),
    "98719": Territory.GAMBIER,
}

_ZONES = {
    Territory.METROPOLE: "Europe/Paris",
    Territory.ALSACE_MOSELLE: "Europe/Paris",
    Territory.GUADELOUPE: "America/Guadeloupe",
    Territory.MARTINIQUE: "America/Martinique",
    Territory.GUYANE: "America/Cayenne",
    Territory.REUNION: "Indian/Reunion",
    Territory.SAINT_PIERRE_MIQUELON: "America/Miquelon",
    Territory.MAYOTTE: "Indian/Mayotte",
    Territory.SAINT_BARTHELEMY: "America/St_Barthelemy",
    Territory.SAINT_MARTIN: "America/Marigot",
    Territory.WALLIS_FUTUNA: "Pacific/Wallis",
    Territory.POLYNESIA: "Pacific/Tahiti",
    Territory.MARQUESAS: "Pacific/Marquesas",
    Territory.GAMBIER: "Pacific/Gambier",
    Territory.NEW_CALEDONIA: "Pacific/Noumea",
}
