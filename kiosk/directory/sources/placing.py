"""Coordinates that cannot be where a place is: put right where that is certain, else left out. Pure."""

import msgspec

from kiosk.directory.parts import Place

LATITUDES = 41.0, 51.6
"""Of metropolitan France, in degrees."""
LONGITUDES = -5.5, 9.8


def placed(place: Place) -> tuple[Place, str]:
    """``place`` with coordinates that can be right, and what was wrong with them (empty: nothing)."""
    latitude, longitude = place.latitude, place.longitude
    if latitude is None or longitude is None:
        return place, ""
    if latitude == longitude == 0:
        return msgspec.structs.replace(place, latitude=None, longitude=None), "0, 0 is in the sea: not known"
    # exchanged, France lies off Somalia, where it has no department
    if _is_french(place) and _is_within(longitude, LATITUDES) and _is_within(latitude, LONGITUDES):
        exchanged = msgspec.structs.replace(place, latitude=longitude, longitude=latitude)
        return exchanged, "latitude and longitude were exchanged; they are put right"
    return place, ""


def _is_french(place: Place) -> bool:
    has_code = any(len(code) == 5 and code.isascii() and code[0].isdigit() for code in (place.insee, place.postcode))
    return place.country == "FR" or (place.country == "" and has_code)


def _is_within(degrees: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= degrees <= limits[1]
