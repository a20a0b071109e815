"""Anybody's table, CSV or JSON, read through a mapping file: one row, one service."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from kiosk.directory.bundle import Source
from kiosk.directory.parts import Audience, Hours, Phone, Place, Structure
from kiosk.directory.record import Service, stable_id
from kiosk.directory.sources import documents, mapping, opening, texts
from kiosk.directory.sources.csv_rows import ENDINGS, csv_rows
from kiosk.directory.sources.mapping import TableMapping
from kiosk.directory.sources.report import Refused, Report, keep_good
from kiosk.directory.vocabulary import vocabulary
from kiosk.errors import BadInput


def read(paths: list[Path], report: Report, table: TableMapping) -> tuple[Iterator[Service], Iterator[Source]]:
    """The services of tables of one layout. Raises: BadInput, see the package."""
    return keep_good(_services(paths, table, report), report), iter((table.source,))


def _services(paths: list[Path], table: TableMapping, report: Report) -> Iterator[tuple[str, Service | Refused]]:
    used = table.columns()
    missing = set(used - {""})
    for path in paths:
        for line, row in _rows(path, table, report):
            missing -= {column for column in missing if mapping.cell_of(row, column) is not None or column in row}
            report.lose_others(line, row, used | {column.rpartition(".")[0] for column in used})
            yield line, _service(line, row, table, report)
    if report.names and missing and missing == used - {""}:
        raise BadInput(f"{paths[0]}: none of the columns of the mapping is in it; give the mapping of its layout")
    for column in sorted(missing):
        report.lose("mapping", column, "no such column in the table")


def _service(line: str, row: dict[str, Any], table: TableMapping, report: Report) -> Service | Refused:
    reader = _Reader(line, row, table, report)
    name = reader.text("name")
    if not name:
        return Refused(line, reader.column("name"), "no name")
    phones = reader.phones()
    place = reader.place()
    structure = Structure(
        id=reader.text("structure.id"),
        name=reader.text("structure.name"),
        description=reader.text("structure.description"),
        website=reader.text("structure.website"),
        email=reader.text("structure.email"),
        siret=reader.siret(),
    )
    document: dict[str, Any] = {
        "id": stable_id(
            table.source.name,
            reader.text("id"),
            name,
            place.street,
            place.postcode,
            *(phone.number for phone in phones),
        ),
        "source": table.source.name,
        "name": name,
        "aliases": reader.list("aliases"),
        "families": reader.list("families"),
        "area": reader.list("area"),
        "languages": reader.languages(),
        "needs": reader.words("needs", vocabulary().needs),
        "audiences": [Audience(who) for who in reader.words("audiences", vocabulary().audiences)],
        "phones": phones,
        "place": place,
        "hours": reader.hours(),
        "structure": structure,
    }
    for target in ("reception", "come_by", "come_for"):
        known: frozenset[str] = getattr(vocabulary().values, target)
        document[target] = reader.words(target, dict.fromkeys(known))
    for target in mapping.TEXTS:
        if "." not in target and target not in ("id", "name"):
            document[target] = reader.text(target)
    for target in mapping.ENUMS:
        if word := reader.word(target):
            document[target] = word
    for target in mapping.DAYS:
        document[target] = reader.day(target)
    for target in ("age_min", "age_max"):
        document[target] = reader.decimal(target)
    try:
        return msgspec.convert(msgspec.to_builtins(document), Service)
    except msgspec.ValidationError as error:
        return Refused(line, "", f"{error}; correct the mapping or the row")


class _Reader:
    """One row, read through the mapping; what cannot be used goes to the report."""

    def __init__(self, line: str, row: dict[str, Any], table: TableMapping, report: Report) -> None:
        self._line, self._row, self._table, self._report = line, row, table, report

    def column(self, target: str) -> str:
        """The name to report a target by: its first column."""
        rules = self._table.rules(target)
        return next((name for rule in rules for name in (rule.column, *rule.columns) if name), target)

    def list(self, target: str) -> tuple[str, ...]:
        """All values of the target's rules, each once."""
        found: list[str] = []
        for rule in self._table.rules(target):
            for text, known in mapping.values(rule, self._row):
                if known:
                    found.append(text)
                else:
                    name = next((column for column in (rule.column, *rule.columns) if column), target)
                    self._report.lose(self._line, name, f"{text[:80]!r} is not in the mapping of {target}")
        return tuple(dict.fromkeys(found))

    def text(self, target: str) -> str:
        """The values in one text."""
        return texts.clean(self.list(target))

    def word(self, target: str) -> str:
        """The one value; several that contradict each other are lost."""
        found = self.list(target)
        if len(found) > 1:
            self._lose(target, "several values where one is possible")
        return found[0] if len(found) == 1 else ""

    def words(self, target: str, known: Mapping[str, object]) -> tuple[str, ...]:
        """The values that the vocabulary has."""
        found = self.list(target)
        for word in found:
            if word not in known:
                self._lose(target, f"{word[:80]!r} is not a word of the vocabulary")
        return tuple(word for word in found if word in known)

    def languages(self) -> tuple[str, ...]:
        """Codes of the languages named."""
        codes = {word: texts.language(word) for word in self.list("languages")}
        for word, code in codes.items():
            if code is None:
                self._lose("languages", f"{word[:80]!r} is not a language that is known here")
        return tuple(code for code in codes.values() if code)

    def phones(self) -> tuple[Phone, ...]:
        """The telephone numbers."""
        found, rest = texts.phones("\n".join(self.list("phones")))
        if rest:
            self._lose("phones", "not a telephone number")
        return found

    def hours(self) -> Hours:
        """The opening hours: in words, or by columns of the days; of both, only the words stay."""
        words = "\n".join(self.list("hours"))
        week = {day: "\n".join(self.list(target)) for day, target in enumerate(mapping.WEEK)}
        return opening.week(week, words) if any(week.values()) else opening.hours(words)

    def day(self, target: str) -> str | None:
        """A day, ISO 8601."""
        text = self.text(target)
        found = texts.day(text)
        if text and found is None:
            self._lose(target, "not a date")
        return found.isoformat() if found else None

    def decimal(self, target: str) -> float | None:
        """A number."""
        text = self.text(target)
        found = texts.number(text)
        if text and found is None:
            self._lose(target, "not a number")
        return found

    def siret(self) -> str:
        """Fourteen digits, or nothing."""
        text = self.text("structure.siret").replace(" ", "")
        if text and not (len(text) == 14 and text.isascii() and text.isdigit()):
            self._lose("structure.siret", "not 14 digits")
            return ""
        return text

    def place(self) -> Place:
        """Address and coordinates; coordinates outside the table's bounds are lost, both."""
        latitude, longitude = self.decimal("place.latitude"), self.decimal("place.longitude")
        if latitude is None or longitude is None:
            latitude = longitude = None
        elif not self._table.has(latitude, longitude):
            if self._table.bounds is not None and self._table.has(longitude, latitude):
                latitude, longitude = longitude, latitude
                self._lose("place.latitude", "latitude and longitude were exchanged; they are put right")
            else:
                latitude = longitude = None
                self._lose("place.latitude", "coordinates outside the bounds of the mapping")
        return Place(
            street=self.text("place.street"),
            extra=self.text("place.extra"),
            postcode=texts.french_code(self.text("place.postcode")),
            commune=self.text("place.commune"),
            insee=texts.french_code(self.text("place.insee")),
            latitude=latitude,
            longitude=longitude,
        )

    def _lose(self, target: str, reason: str) -> None:
        self._report.lose(self._line, self.column(target), reason)


def _rows(path: Path, table: TableMapping, report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    if path.suffix.lower() in (*ENDINGS, ".txt"):
        yield from csv_rows(path, report, table.delimiter)
        return
    for row in documents.rows([path], (table.rows,), report):
        yield row.line, mapping.flat(row.fields)
