"""The table of places that ships, ``config/directory/places.tsv.gz``: how a line of it reads, and how it is made.

``python -m kiosk.directory.places.table COMMUNES.csv DEPARTEMENTS.json REGIONS.json --out FILE`` makes it out of the
open data (terms in ``config/directory/LICENCES.md``). It holds a line for each commune, arrondissement, department and
region, sorted by the form of the name that a search compares (:func:`place_key`), so that nothing has to be built when
it is read.
"""

import argparse
import csv
import gzip
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.vocabulary import FOLDER
from kiosk.directory.words.folding import tokens
from kiosk.errors import BadInput

FILE = FOLDER / "places.tsv.gz"

_SAME = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "ss": "sous", "lez": "les", "s": "sur"}
"""How names are shortened, and what is written in more ways than one."""
_CALLED = {
    "paca": "provencealpescotedazur", "idf": "iledefrance", "hdf": "hautsdefrance", "parisienne": "iledefrance",
    "paname": "paris", "panam": "paris", "bdx": "bordeaux", "tlse": "toulouse", "stras": "strasbourg",
}  # fmt: skip
"""What people call a place that has another name."""
_ARTICLES = {"le", "la", "les", "l"}
_ORDINAL = re.compile(r"(\d{1,2})(?:er|ere|e|eme|ieme|nd|nde|st|rd|th)")
_ARRONDISSEMENT = {"arrondissement", "arr", "arrdt", "ardt", "arrt"}
_DIVIDED = {"paris", "lyon", "marseille"}

_SEATS = {
    "97501": (47.10, -56.38),
    "97502": (46.78, -56.17),
    "97701": (17.90, -62.83),
    "97801": (18.07, -63.08),
    "98613": (-13.28, -176.18),
    "98735": (-17.54, -149.57),
    "98818": (-22.27, 166.44),
}
"""Ours: the open data has no points for the communes of these islands."""


def place_key(words: Sequence[str]) -> str:
    """What two ways to write one name have in common, of its folded tokens: ``St Denis`` is ``saintdenis``.

    Without a leading article, hyphens or spaces; ``Paris 12e`` and ``12e arrondissement de Paris`` are ``paris12``.
    """
    plain = [_SAME.get(word) or _CALLED.get(word, word) for word in words if word not in _ARRONDISSEMENT]
    if len(plain) > 1 and (number := _ordinal(plain[0])) and plain[-1] in _DIVIDED:
        plain = [plain[-1], number]
    while len(plain) > 1 and plain[0] in _ARTICLES:
        plain = plain[1:]
    return "".join([plain[0], *(_ordinal(word) or word for word in plain[1:])]) if plain else ""


def _ordinal(word: str) -> str:
    found = _ORDINAL.fullmatch(word)
    return found[1] if found else ""


def spot_of(line: str, postcode: str = "") -> Spot:
    """The spot in one line of the table, with ``postcode`` if it is one of its own."""
    _, name, kind, insee, postcodes, department, region, epci, population, latitude, longitude, exact = line.split("\t")
    own = postcodes.split(" ")
    return Spot(
        name=name,
        insee=insee,
        postcode=postcode if postcode in own else own[0],
        department=department,
        region=region,
        epci=epci,
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
        kind=SpotKind(kind),
        population=int(population),
        is_exact=exact == "1",
    )


def read(path: Path = FILE) -> list[str]:
    """The lines of the table. Raises: BadInput when it is missing or damaged."""
    try:
        return gzip.decompress(path.read_bytes()).decode().splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: {error}; install the terminal's config/directory again") from error


def made(communes: Iterable[dict[str, str]], departments: list[dict[str, Any]], regions: list[dict[str, Any]]) -> bytes:
    """The table's file, the same bytes for the same data."""
    rows = [_Commune(each) for each in communes]
    whole = [row for row in rows if row.kind is SpotKind.COMMUNE]
    epcis = _middles(whole, "epci")
    of_departments, of_regions = _middles(whole, "department"), _middles(whole, "region")
    lines = []
    for row in rows:
        point = row.point or epcis.get(row.epci, (None, 0))[0] or of_departments.get(row.department, (None, 0))[0]
        lines.append(_line(row.name, row.kind, row.insee, row.postcodes, row.department, row.region, row.epci,
                           row.population, point, row.point is not None))  # fmt: skip
    for each in departments:
        point, people = of_departments.get(each["code"], (None, 0))
        lines.append(
            _line(each["nom"], SpotKind.DEPARTMENT, "", "", each["code"], each["region"], "", people, point, True)
        )
    for each in regions:
        point, people = of_regions.get(each["code"], (None, 0))
        if each["nom"] not in {department["nom"] for department in departments}:
            lines.append(_line(each["nom"], SpotKind.REGION, "", "", "", each["code"], "", people, point, True))
    return gzip.compress("\n".join(sorted(lines)).encode(), mtime=0)


Point = tuple[float, float]


class _Commune:
    """One row of the open data."""

    def __init__(self, row: dict[str, str]) -> None:
        is_part = row["type"] == "arrondissement-municipal"
        self.kind = SpotKind.ARRONDISSEMENT if is_part else SpotKind.COMMUNE
        self.name, self.insee, self.postcodes = row["nom"], row["insee"], row["codes_postaux"]
        self.department, self.region, self.epci = row["dep"], row["region"], row["epci_siren"]
        self.population = int(row["population"] or 0)
        self.point: Point | None = (float(row["lat"]), float(row["lon"])) if row["lat"] else _SEATS.get(self.insee)


def _middles(rows: Iterable[_Commune], field: str) -> dict[str, tuple[Point | None, int]]:
    """By code: where its people live on average, and how many they are."""
    found: dict[str, tuple[Point | None, int]] = {}
    groups: dict[str, list[_Commune]] = {}
    for row in rows:
        groups.setdefault(getattr(row, field), []).append(row)
    for code, group in groups.items():
        placed = [(row.point, max(row.population, 1)) for row in group if row.point is not None]
        weight = sum(people for _, people in placed)
        middle = (
            (
                sum(point[0] * people for point, people in placed) / weight,
                sum(point[1] * people for point, people in placed) / weight,
            )
            if code and placed
            else None
        )
        found[code] = (middle, sum(row.population for row in group))
    return found


def _line(
    name: str, kind: SpotKind, insee: str, postcodes: str, department: str, region: str, epci: str,
    population: int, point: Point | None, is_exact: bool,
) -> str:  # fmt: skip
    latitude, longitude = (f"{point[0]:.4f}", f"{point[1]:.4f}") if point else ("", "")
    key = place_key(tokens(name))
    return "\t".join(
        (key, name, kind, insee, postcodes, department, region, epci, str(population), latitude, longitude,
         str(int(is_exact)))
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("communes", type=Path)
    parser.add_argument("departments", type=Path)
    parser.add_argument("regions", type=Path)
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    with given.communes.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    departments, regions = (json.loads(path.read_text(encoding="utf-8")) for path in (given.departments, given.regions))
    given.out.write_bytes(made(rows, departments, regions))


if __name__ == "__main__":
    main()
