"""A curve through the map on which neighbours stay near each other (Hilbert's), so that a number says where. Pure."""

from math import cos, radians

ORDER = 16
"""The map is cut into 2^16 x 2^16 squares: half a kilometre at the equator."""
EARTH_KM = 111.195
"""Of one degree of latitude."""


def place_on_curve(latitude: float, longitude: float) -> int:
    """How far along the curve a point lies; degrees, WGS 84."""
    size = 1 << ORDER
    x = min(int((longitude + 180) / 360 * size), size - 1)
    y = min(int((latitude + 90) / 180 * size), size - 1)
    found = 0
    side = size >> 1
    while side:
        right, up = int(x & side > 0), int(y & side > 0)
        found += side * side * ((3 * right) ^ up)
        if not up:
            if right:
                x, y = size - 1 - x, size - 1 - y
            x, y = y, x
        side >>= 1
    return found


def box_around(latitude: float, longitude: float, radius_km: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a box that holds the circle; it is cut at the poles and the date line."""
    high = radius_km / EARTH_KM
    south, north = max(latitude - high, -90.0), min(latitude + high, 90.0)
    # the widest at the edge that is nearest to a pole
    narrow = cos(radians(min(max(abs(south), abs(north)), 89.9)))
    wide = min(high / narrow, 360.0)
    return south, north, max(longitude - wide, -180.0), min(longitude + wide, 180.0)
