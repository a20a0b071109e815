"""A spot in France that a person searches from. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class SpotKind(StrEnum):
    """How much of the map a spot is."""

    POINT = "point"
    ARRONDISSEMENT = "arrondissement"
    """Of Paris, Lyon or Marseille."""
    COMMUNE = "commune"
    DEPARTMENT = "department"
    REGION = "region"


@dataclass(frozen=True)
class Spot:
    """A commune, a whole department or region, or a point on the map; what is not known is empty."""

    name: str = ""
    """As it is written: ``Saint-Étienne``, ``Loire``."""
    insee: str = ""
    """INSEE code of the commune, five characters; empty for a department, a region or a bare point."""
    postcode: str = ""
    """The one that was asked for, else the commune's first."""
    department: str = ""
    """Its code: ``42``, ``2A``, ``974``; empty for a region."""
    region: str = ""
    """Its region's code: ``84``."""
    epci: str = ""
    """SIREN of its community of communes."""
    latitude: float | None = None
    """Degrees, WGS 84."""
    longitude: float | None = None
    """Degrees, WGS 84."""
    kind: SpotKind = SpotKind.POINT
    population: int = 0
    """Inhabitants; 0: not known."""
    is_exact: bool = True
    """Whether the point is the commune's own; False: the middle of its community or department stands for it."""

    @property
    def has_point(self) -> bool:
        """Whether a distance can be measured from it."""
        return self.latitude is not None and self.longitude is not None
