"""What an import did not take: every line refused, every field lost. Not for several threads at once."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import msgspec

from kiosk.directory.record import Service, canonical, checked
from kiosk.directory.sources.placing import placed
from kiosk.errors import BadInput

LINES_KEPT = 20
"""Of each loss: enough to find one, without a report as long as the data."""
ROWS_SEEN = 100
"""Whose fields' names are remembered: enough to know a format by."""
DEEPEST_SEEN = 3


class Refused(msgspec.Struct, frozen=True):
    """One line that gave no record."""

    line: str
    """``file:number`` (records are counted from 1; of a CSV file without its head), as precise as the format allows."""
    field: str
    """The field at fault, as the source names it; empty: the line as a whole."""
    reason: str


class Lost(msgspec.Struct):
    """A field of the source that has no place in the record, or whose value could not be used."""

    field: str
    reason: str
    count: int = 0
    lines: list[str] = msgspec.field(default_factory=list)
    """The first of them."""


class Report:
    """Collects while an importer reads."""

    def __init__(self) -> None:
        self.read = 0
        self.taken = 0
        """Records that were made of what was read."""
        self.names: set[str] = set()
        """What the fields of the first rows are called, those of what is nested in them too."""
        self.refused: list[Refused] = []
        self._seen = 0
        self._lost: dict[tuple[str, str], Lost] = {}

    def saw(self, row: Mapping[str, Any]) -> None:
        """Remember the names of the fields of ``row``: they tell of which format it is."""
        if self._seen < ROWS_SEEN:
            self._seen += 1
            self.names |= _names(row, DEEPEST_SEEN)

    def refuse(self, line: str, field: str, reason: str) -> None:
        """Note that ``line`` gave no record, because of ``field``."""
        self.refused.append(Refused(line, field, reason))

    def lose(self, line: str, field: str, reason: str) -> None:
        """Note that ``field`` of ``line`` was left out of its record."""
        lost = self._lost.setdefault((field, reason), Lost(field, reason))
        lost.count += 1
        if len(lost.lines) < LINES_KEPT:
            lost.lines.append(line)

    def lose_others(
        self,
        line: str,
        row: Mapping[str, Any],
        known: frozenset[str],
        where: str = "",
        flat: frozenset[str] = frozenset(),
    ) -> None:
        """Note each field of ``row`` that says something and is not among ``known``, or nests in what is ``flat``."""
        for field, value in row.items():
            if field not in known and value not in (None, "", [], {}):
                self.lose(line, where + field, "no place in the record")
            elif isinstance(value, dict) and value and field in flat:
                self.lose(line, where + field, "an object, not a text")

    @property
    def lost(self) -> list[Lost]:
        """The losses, the most frequent first."""
        return sorted(self._lost.values(), key=lambda lost: (-lost.count, lost.field, lost.reason))

    def document(self) -> dict[str, Any]:
        """As JSON: ``read``, ``refused``, ``lost``."""
        document: dict[str, Any] = msgspec.to_builtins({"read": self.read, "refused": self.refused, "lost": self.lost})
        return document


def keep_good(found: Iterator[tuple[str, Service | Refused]], report: Report) -> Iterator[Service]:
    """The records of ``found`` (line, record) that hold what their types say, each id once; the others are refused."""
    seen: dict[str, tuple[str, bytes]] = {}
    for line, service in found:
        report.read += 1
        if isinstance(service, Refused):
            report.refused.append(service)
            continue
        try:
            checked(service)
        except BadInput as error:
            report.refuse(line, _field(str(error)), str(error))
            continue
        place, fault = placed(service.place)
        if fault:
            report.lose(line, "latitude", fault)
            service = msgspec.structs.replace(service, place=place)
        same = hashlib.sha256(canonical(service)).digest()
        if service.id not in seen:
            seen[service.id] = line, same
            report.taken += 1
            yield service
            continue
        first_line, first = seen[service.id]
        if first == same:
            report.lose(line, "", "the same record as an earlier line")
        else:
            report.refuse(line, "id", f"another record than {first_line} with the same id {service.id!r}")


def _names(value: Any, deepest: int) -> set[str]:
    if isinstance(value, Mapping):
        inside = value.values() if deepest > 1 else ()
        return {*map(str, value), *chain.from_iterable(_names(item, deepest - 1) for item in inside)}
    return _names(value[0], deepest) if isinstance(value, list) and value else set()


def _field(message: str) -> str:
    """``place.latitude`` out of msgspec's "... - at `$.place.latitude`"."""
    return message.rpartition("`$.")[2].partition("`")[0] if "`$." in message else ""
