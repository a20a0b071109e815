"""The full-text expressions of a question: FTS5 syntax, and nothing else of the index. Pure."""

from collections.abc import Iterable

from kiosk.directory.index.facts import EVERYWHERE, coded
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.spot import Spot, SpotKind


def any_of(tokens: Iterable[str]) -> str:
    """One of ``tokens``, each as it stands in the index."""
    return "(" + " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens)) + ")"


def both(*expressions: str) -> str:
    """All of those that are not empty."""
    return " AND ".join(filter(None, expressions))


def areas_of(spot: Spot) -> frozenset[str]:
    """The codes of the areas that hold ``spot``, and the one that holds all."""
    codes = (spot.insee, spot.department, spot.epci, spot.region and f"R{spot.region}", EVERYWHERE)
    return frozenset(filter(None, codes))


def parts_of(spot: Spot) -> tuple[str, ...]:
    """The codes of the departments of the region that ``spot`` is; none when it is no region."""
    return gazetteer().departments_of(spot.region) if spot.kind is SpotKind.REGION else ()


def serving(spot: Spot) -> str:
    """Those who serve ``spot``, or have no place and do not say whom they serve."""
    own = any_of(["a:-", *(f"a:{coded(code)}" for code in sorted({*areas_of(spot), *parts_of(spot)}))])
    # of a whole department or region, also those who serve a part of it
    return own if spot.insee else f"({own} OR {inside(spot)})" if inside(spot) else own


def inside(spot: Spot) -> str:
    """Those who are in the department or region that ``spot`` is; empty when it is neither."""
    if spot.department:
        return any_of([f"d:{coded(spot.department)}"])
    return any_of([f"g:{coded(spot.region)}"]) if spot.region else ""
