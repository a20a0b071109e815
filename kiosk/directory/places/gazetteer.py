"""Finds the place that a person names: commune, arrondissement, postcode, INSEE code, department or region.

A shell over the table that ships (:mod:`kiosk.directory.places.table`), read once a process. Any thread may ask.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from math import cos, hypot, inf, log10, radians

from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.places.table import place_key, read, spot_of
from kiosk.directory.words.folding import tokens
from kiosk.directory.words.spelling import slips_between

MOST = 20
"""Places that one name may answer; Sainte-Colombe has thirteen."""
SHORTEST, SURE_OF_SLIPS, SURE_OF_TWO_SLIPS = 3, 5, 8
"""Letters that a name needs: to be the beginning of another; before one slip in it, or two, are looked past."""
LARGE = 50_000
"""Inhabitants of a commune whose name may be shorter than that."""
MUCH_LARGER = 5
"""Times the inhabitants of the place of that very name, before a longer name may be meant."""
CODES_KEPT = 64
WELL_KNOWN = 10_000
"""Inhabitants from which a commune comes before a department of the same name (Vienne, Mayenne)."""

_CODE = re.compile(r"\d{5}|2[ab]\d{3}")
_DEPARTMENT = re.compile(r"0?[1-9]|[1-8]\d|9[0-5]|2[ab]|97[1-8]|98[46-8]")
_PARTS = {"paris": 20, "lyon": 9, "marseille": 16}
"""Cities whose CEDEX numbers are those of their arrondissements, and how many these are."""
_ASIDE = {"cedex", "commune", "ville", "departement", "dept", "dpt", "dep", "region", "metropole"}
_JOINING = {"de", "du", "des", "d", "a", "au", "aux", "en", "dans", "le", "la", "l", "les"}


class Gazetteer:
    """All places of one table."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._by_insee: dict[str, int] = {}
        self._departments: list[tuple[str, str]] | None = None
        # a code is looked for line by line, which takes longer than to keep what was found
        self._lines_with = lru_cache(maxsize=CODES_KEPT)(self._look_for)

    def find(self, place_text: str) -> tuple[Spot, ...]:
        """The places that ``place_text`` may mean, best first, at most :data:`MOST`; none when nothing is near it.

        A name in any spelling, ``75012``, ``Saint-Denis 974``, ``93``, ``Seine-Saint-Denis``, ``Lyon 3e``, an INSEE
        code. Places of one name are ordered by their inhabitants, with much larger ones among them whose names go on.
        Where no place has that name, those are answered that begin so or are a slip or two away.
        """
        words = _plain(tokens(place_text))
        codes = [word.upper() for word in words if _CODE.fullmatch(word)]
        names = [word for word in words if not _CODE.fullmatch(word)]
        if not codes:
            return (self._department(words) or self._qualified(names) or self._near(place_key(names)))[:MOST]
        code = codes[0]
        named = self._qualified(names) or self._near(place_key(names))
        found = {spot.insee: spot for spot in named if spot.department == department_of(code)}
        coded = self._coded(code)
        # "69003 Lyon": the code says which part of the city that has the name
        both = [spot for spot in coded if spot.insee in found or any(_is_part(spot, each) for each in found.values())]
        return (tuple(both or found.values()) or coded)[:MOST]

    def named(self, words: Sequence[str]) -> tuple[Spot, ...]:
        """The places whose name is exactly these folded tokens, best first. No codes, no slips."""
        return self._exact(place_key(words))

    def by_insee(self, code: str) -> Spot | None:
        """The commune or arrondissement of an INSEE code. The first call takes longer: it is for many."""
        if not self._by_insee:
            self._by_insee = {line.split("\t", 4)[3]: at for at, line in enumerate(self._lines)}
        at = self._by_insee.get(code.upper()) if code else None
        return None if at is None else spot_of(self._lines[at])

    def departments_of(self, region: str) -> tuple[str, ...]:
        """The codes of the departments of the region of that code, sorted."""
        if self._departments is None:
            wide = (spot_of(line) for line in self._lines if line.split("\t", 3)[2] == SpotKind.DEPARTMENT)
            self._departments = sorted((spot.region, spot.department) for spot in wide)
        return tuple(department for each, department in self._departments if each == region)

    def by_postcode(self, code: str) -> tuple[Spot, ...]:
        """The communes of a postcode; an arrondissement before the city that it is a part of."""
        return _ordered(
            spot_of(line, code) for line in self._lines_with(code) if code in line.split("\t", 5)[4].split()
        )

    def nearest(self, latitude: float, longitude: float) -> Spot | None:
        """The commune whose middle is nearest to a point in degrees; None on an empty table. It reads all lines."""
        narrow = cos(radians(latitude))

        def away(line: str) -> float:
            fields = line.split("\t")
            if fields[2] != SpotKind.COMMUNE or not fields[9]:
                return inf
            return hypot(float(fields[9]) - latitude, (float(fields[10]) - longitude) * narrow)

        line = min(self._lines, key=away, default=None)
        return None if line is None else spot_of(line)

    def _look_for(self, code: str) -> tuple[str, ...]:
        return tuple(line for line in self._lines if code in line)

    def _coded(self, code: str) -> tuple[Spot, ...]:
        """By postcode, or by INSEE code; a postcode of companies (CEDEX) is its department.

        Where a code is both, the INSEE code's commune is second: a postcode may have more communes than are answered.
        """
        found = self.by_postcode(code)
        known = {spot.insee for spot in found}
        communes = (line for line in self._lines_with(code) if line.split("\t", 4)[3] == code)
        named = tuple(spot for spot in map(spot_of, communes) if spot.insee not in known)
        return (*found[:1], *named, *found[1:]) or self._department([department_of(code).lower()])

    def _department(self, words: Sequence[str]) -> tuple[Spot, ...]:
        """``93``, ``le 2A``, ``departement 974``."""
        rest = [word for word in words if word not in _JOINING]
        if len(rest) != 1 or not _DEPARTMENT.fullmatch(rest[0]):
            return ()
        code = rest[0].upper().zfill(2)
        return tuple(map(spot_of, self._lines_with(f"\t{SpotKind.DEPARTMENT}\t\t\t{code}\t")))

    def _qualified(self, words: Sequence[str]) -> tuple[Spot, ...]:
        """The places of exactly this name, and those of a name followed by where it is: ``Saint-Denis Réunion``."""
        whole = self._exact(place_key(words))
        if whole:
            return self._with_longer(words, whole)
        for cut in range(len(words) - 1, 0, -1):
            tail = [word for word in words[cut:] if word not in _JOINING]
            areas = self._department(tail) or [spot for spot in self._exact(place_key(tail)) if not spot.insee]
            if tail and areas:
                departments = {area.department for area in areas if area.department}
                regions = {area.region for area in areas if not area.department}
                found = self._exact(place_key(words[:cut])) or self._near(place_key(words[:cut]))
                return tuple(spot for spot in found if spot.department in departments or spot.region in regions)
        return ()

    def _exact(self, key: str) -> tuple[Spot, ...]:
        return _ordered(spot_of(line) for line in self._starting(f"{key}\t")) if key else ()

    def _starting(self, text: str) -> Sequence[str]:
        # the tab after each key sorts before any letter, so that the lines are in order of their keys too
        first = bisect_left(self._lines, text)
        return self._lines[first : bisect_left(self._lines, text + "\uffff", first)]

    def _near(self, key: str) -> tuple[Spot, ...]:
        """The places whose names are a slip or two from ``key``, or begin so; the likeliest first."""
        if len(key) < SHORTEST:
            return ()
        costs = {line: 1 for line in self._starting(key)}
        far = 2 if len(key) >= SURE_OF_TWO_SLIPS else 1
        if len(key) > SHORTEST:
            for line in self._candidates(key, far):
                slips = slips_between(key, line[: line.index("\t")], far)
                if slips is not None:
                    costs[line] = min(slips, costs.get(line, slips))
        found = [(cost, spot_of(line)) for line, cost in costs.items()]
        if len(key) < SURE_OF_SLIPS:
            found = [(cost, spot) for cost, spot in found if spot.population >= LARGE]
        return tuple(spot for _, spot in sorted(found, key=lambda each: _nearness(*each))[:MOST])

    def _candidates(self, key: str, most: int) -> Iterator[str]:
        """Lines that share the beginning or the end of ``key``: a slip in one half leaves the other whole."""
        part = len(key) // (most + 1)
        end, letters = f"{key[-part:]}\t", set(key)
        for line in {*self._starting(key[:part]), *(line for line in self._lines if end in line)}:
            length = line.index("\t")
            if "0" <= line[length - 1] <= "9":
                continue  # "Paris 12e" is no slip for Paris
            # one letter for another changes two of those that both have; cheaper to see than the slips are to count
            if abs(length - len(key)) <= most and len(letters ^ set(line[:length])) <= 2 * most:
                yield line

    def _with_longer(self, words: Sequence[str], exact: tuple[Spot, ...]) -> tuple[Spot, ...]:
        """``exact`` among much larger communes whose names go on: Évry is Évry-Courcouronnes to all but 400 people."""
        first = [word for word in words if word not in _JOINING]
        large = max(WELL_KNOWN, MUCH_LARGER * exact[0].population)
        longer = [
            spot
            for spot in map(spot_of, self._starting(place_key(words)))
            if spot.population >= large
            and spot.kind is SpotKind.COMMUNE
            and [word for word in tokens(spot.name) if word not in _JOINING][: len(first)] == first
        ]
        if not set(longer) - set(exact):
            return exact
        return tuple(sorted({*exact, *longer}, key=lambda spot: _nearness(0.5 * (spot not in exact), spot)))[:MOST]


@cache
def gazetteer() -> Gazetteer:
    """The places that ship. Raises: BadInput when their file is missing or damaged."""
    return Gazetteer(read())


def department_of(code: str) -> str:
    """The department's code in an INSEE code or a postcode: ``93``, ``2A`` (``20000`` too), ``974``."""
    if code.startswith("20") and code.isdigit():
        return "2A" if code[:3] in ("200", "201") else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _plain(words: Sequence[str]) -> list[str]:
    """``words`` without "CEDEX 9" (of a city in parts: without "CEDEX"), "ville de", "département"."""
    found: list[str] = []
    for at, word in enumerate(words):
        is_cedex_number = at > 0 and words[at - 1] == "cedex" and word.isdecimal() and len(word) < 3
        is_country = word == "france" and at > 0 and at == len(words) - 1 and words[at - 1] not in _JOINING
        if is_cedex_number and at > 1 and 1 <= int(word) <= _PARTS.get(words[at - 2], 0):
            found.append(word.lstrip("0"))
        elif word not in _ASIDE and not is_cedex_number and not is_country:
            found.append(word)
    return found or list(words)


def _is_part(spot: Spot, city: Spot) -> bool:
    return spot.kind is SpotKind.ARRONDISSEMENT and spot.name.startswith(f"{city.name} ")


def _ordered(spots: Iterable[Spot]) -> tuple[Spot, ...]:
    return tuple(sorted(spots, key=_rank))


def _rank(spot: Spot) -> tuple[int, int, str, str]:
    """An arrondissement first, then a well-known commune, then departments and regions, then the others."""
    if spot.kind is SpotKind.ARRONDISSEMENT:
        size = 0
    elif spot.kind is SpotKind.COMMUNE:
        size = 1 if spot.population >= WELL_KNOWN else 3
    else:
        size = 2
    return size, -spot.population, spot.insee, spot.department


def _nearness(slips: float, spot: Spot) -> tuple[float, bool, str, str]:
    """Lower is likelier: one slip more is made up for by fifty times the inhabitants."""
    return slips - 0.6 * log10(spot.population + 1), spot.insee == "", spot.insee, spot.department
