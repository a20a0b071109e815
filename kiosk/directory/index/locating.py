"""Which commune an address is in, so that a relay without coordinates can be found by the middle of it. Any thread."""

from functools import lru_cache

from kiosk.directory.parts import Place
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.spot import Spot
from kiosk.directory.words.folding import tokens

KEPT = 4096
INSEE_LENGTH = 5


def spot_of(place: Place) -> Spot | None:
    """The commune of ``place``; None abroad, and where neither code nor name says it."""
    if place.country not in ("", "FR"):
        return None
    return _spot(place.insee, place.postcode, place.commune)


def commune_served(area: tuple[str, ...]) -> Spot | None:
    """The commune that is the whole of an ``area`` (its codes); None: it is something else, or more."""
    return spot_of(Place(insee=area[0])) if len(area) == 1 and len(area[0]) == INSEE_LENGTH else None


@lru_cache(maxsize=KEPT)
def _spot(insee: str, postcode: str, commune: str) -> Spot | None:
    places = gazetteer()
    found = places.by_insee(insee)
    if found is not None or not postcode:
        return found
    name = tokens(commune)
    communes = places.by_postcode(postcode)
    # a postcode is shared by several communes: without the right name their first is near enough
    return next((spot for spot in communes if tokens(spot.name) == name), communes[0] if communes else None)
