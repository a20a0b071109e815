"""A curve through the map on which neighbours stay near each other (Hilbert's), so that a number says where. Pure."""

from math import asin, cos, radians, sin, sqrt

ORDER = 16
"""The map is cut into 2^16 x 2^16 squares: half a kilometre at the equator."""
EARTH_KM = 111.195
"""Of one degree of latitude."""
EARTH_RADIUS_KM = 6371.0


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


def apart_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Along the great circle; degrees."""
    one, other = radians(latitude), radians(other_latitude)
    high = sin((other - one) / 2) ** 2
    wide = cos(one) * cos(other) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(high + wide)))
