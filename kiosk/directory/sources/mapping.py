"""A mapping file: which column of somebody's table is which field of the record (TOML; docs/directory.md)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kiosk.directory.bundle import Source
from kiosk.directory.sources import texts
from kiosk.directory.vocabulary import FOLDER
from kiosk.errors import BadInput

TEXTS = frozenset(
    {"id", "name", "description", "kind", "website", "email", "source_url", "audience_text", "interpreting",
     "area_text",
     "come_text", "come_url", "transport", "fees_text", "papers", "accessibility", "verified_by", "note",
     "structure.id", "structure.name", "structure.description", "structure.website", "structure.email",
     "structure.siret", "place.street", "place.extra", "place.postcode", "place.commune", "place.insee"}
)  # fmt: skip
LISTS = frozenset(
    {"aliases", "needs", "audiences", "families", "languages", "area", "reception", "come_by", "come_for"}
)
ENUMS = frozenset({"level", "fees", "gender", "animals", "confidence"})
DAYS = frozenset({"updated_on", "verified_on"})
DECIMALS = frozenset({"place.latitude", "place.longitude", "age_min", "age_max"})
WEEK = tuple(f"hours.{day}" for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
"""Columns of the hours of one day."""
TARGETS = TEXTS | LISTS | ENUMS | DAYS | DECIMALS | {"phones", "hours", *WEEK}
"""Every field of the record that a mapping may fill."""


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where one field's value is found."""

    column: str = ""
    """The column's name, to the letter; of nested JSON the path, ``adresse.rue`` or ``lieux.0.rue``."""
    columns: tuple[str, ...] = ()
    """Several, joined in this order."""
    join: str = ", "
    """Between them."""
    pattern: str = ""
    """Regular expression: only its first group is taken; nothing when it does not match."""
    split: str = ""
    """Regular expression between the items of one cell."""
    map: dict[str, str | list[str]] = {}
    """What a value means, compared without case, accents and marks; a list gives several, an empty one none.

    Once there is a map, a value that is not in it is lost, and said so.
    """
    value: str | list[str] = ""
    """The same for every row."""


class Bounds(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the table's places can be, degrees: coordinates outside are lost, unless they were exchanged."""

    latitude: tuple[float, float]
    longitude: tuple[float, float]


class TableMapping(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    source: Source
    rows: str = ""
    """Of a JSON object: the key of the list. Empty: the document is the list."""
    delimiter: Annotated[str, Meta(max_length=1)] = ""
    """Of CSV; empty: the one of ``,`` ``;`` and tabulator that the head has most of."""
    bounds: Bounds | None = None
    fields: dict[str, str | Rule | list[Rule]]
    """By name of the record's field (``place.street``): a column, a rule, or rules whose values are put together."""

    def rules(self, target: str) -> list[Rule]:
        """The rules of one field; empty when the mapping does not fill it."""
        found = self.fields.get(target, [])
        if isinstance(found, str):
            return [Rule(column=found)]
        return [found] if isinstance(found, Rule) else found

    def has(self, latitude: float, longitude: float) -> bool:
        """Can one of the table's places be there."""
        bounds = self.bounds or Bounds((-90, 90), (-180, 180))
        return (
            bounds.latitude[0] <= latitude <= bounds.latitude[1]
            and bounds.longitude[0] <= longitude <= bounds.longitude[1]
        )

    def columns(self) -> frozenset[str]:
        """Every column that some rule reads."""
        return frozenset(
            column for target in self.fields for rule in self.rules(target) for column in (rule.column, *rule.columns)
        )


def load(path: Path) -> TableMapping:
    """The mapping in ``path``; a bare name is one of those that ship. Raises: BadInput naming what is wrong in it."""
    if not path.exists() and path.suffix == "" and path.parent == Path():
        path = FOLDER / "mappings" / f"{path.name}.toml"
    try:
        mapping = msgspec.toml.decode(path.read_bytes(), type=TableMapping)
    except OSError as error:
        raise BadInput(f"--mapping {path}: {error.strerror}; give a mapping file (docs/directory.md)") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}; correct the mapping (docs/directory.md)") from error
    for target in mapping.fields:
        if target not in TARGETS:
            raise BadInput(f"{path}: fields.{target}: no such field; one of {', '.join(sorted(TARGETS))}")
        for rule in mapping.rules(target):
            for expression in (rule.pattern, rule.split):
                try:
                    re.compile(expression)
                except re.error as error:
                    raise BadInput(
                        f"{path}: fields.{target}: {expression!r} is no regular expression: {error}"
                    ) from error
            if rule.pattern and not re.compile(rule.pattern).groups:
                raise BadInput(f"{path}: fields.{target}: pattern {rule.pattern!r} has no group to take")
    return mapping


def flat(row: Mapping[str, Any], deepest: int = 8) -> dict[str, Any]:
    """``row`` with nested objects as columns of their own: ``adresse.rue``, ``lieux.0.rue``."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            value = {str(number): item for number, item in enumerate(value)}
        if isinstance(value, dict) and deepest:
            found |= {f"{name}.{inner}": item for inner, item in flat(value, deepest - 1).items()}
        else:
            found[name] = value
    return found


def cell_of(row: Mapping[str, Any], column: str) -> Any:
    """What ``row`` has in ``column``; of a list, ``coordinates.0`` is the first."""
    if column in row:
        return row[column]
    name, _, number = column.rpartition(".")
    value = row.get(name)
    if isinstance(value, list) and number.isdecimal() and int(number) < len(value):
        return value[int(number)]
    return None


def values(rule: Rule, row: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The texts that ``rule`` finds in ``row``, and whether each is known to its map (else: to be reported as lost)."""
    if rule.value:
        yield from ((text, True) for text in ([rule.value] if isinstance(rule.value, str) else rule.value))
        return
    columns = rule.columns or (rule.column,)
    text = rule.join.join(cell for column in columns if (cell := texts.clean(cell_of(row, column))))
    if rule.pattern:
        found = re.search(rule.pattern, text, re.DOTALL)
        text = (found[1] or "").strip() if found else ""
    meanings = {texts.plain(key): meaning for key, meaning in rule.map.items()}
    for part in re.split(rule.split, text) if rule.split else [text]:
        part = part.strip()
        if not part:
            continue
        if not meanings:
            yield part, True
        elif texts.plain(part) in meanings:
            meaning = meanings[texts.plain(part)]
            yield from ((item, True) for item in ([meaning] if isinstance(meaning, str) else meaning))
        else:
            yield part, False
