"""Where HSDS tables lie: a folder of CSV files, with or without ``datapackage.json``, or one JSON of tables."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from kiosk.directory.sources import hsds_tables, texts
from kiosk.directory.sources.csv_rows import csv_rows
from kiosk.directory.sources.files import DESCRIPTION
from kiosk.directory.sources.hsds_tables import TABLES, Document, Package
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput

SERVICE = "service"
"""The table that a package must have."""


def is_package(path: Path) -> bool:
    """Whether tables can be expected there, rather than documents of version 3."""
    return path.is_dir() or path.suffix.lower() == ".csv" or path.name == DESCRIPTION


def packages(paths: list[Path], report: Report) -> Iterator[Package]:
    """Each folder and ``datapackage.json``, and all loose CSV files together. Raises: BadInput."""
    loose = []
    for path in paths:
        if path.is_dir() or path.name == DESCRIPTION:
            yield _described(path if path.is_dir() else path.parent, path.resolve().stem, report)
        else:
            loose.append(path)
    if loose:
        name = loose[0].resolve().stem if len(loose) == 1 else loose[0].resolve().parent.name
        yield _package(name, "", ((path.stem, csv_rows(path, report)) for path in loose), loose[0], report)


def tabular(path: Path, document: Any, report: Report) -> Package | None:
    """The package that is one JSON object, ``{"services.csv": [...], ...}``; None if ``document`` is none."""
    if not isinstance(document, dict) or not isinstance(document.get("services.csv"), list):
        return None
    tables = (
        (name.removesuffix(".csv"), _objects(path, name, rows, report))
        for name, rows in document.items()
        if isinstance(rows, list)
    )
    return _package(path.stem, "", tables, path, report)


def _objects(path: Path, table: str, rows: list[Any], report: Report) -> Iterator[tuple[str, Document]]:
    for count, row in enumerate(rows, 1):
        if isinstance(row, dict):
            yield f"{path.name}:{table}:{count}", row
        else:
            report.lose(f"{path.name}:{table}:{count}", table, "not an object")


def _described(folder: Path, name: str, report: Report) -> Package:
    """A folder; its description says which file is which table, and the licence, where there is one."""
    licence = ""
    files = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv"}
    description = folder / DESCRIPTION
    if description.is_file():
        try:
            document = msgspec.json.decode(description.read_bytes())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
            report.lose(DESCRIPTION, "", f"cannot be read: {error}")
            document = None
        licence, named = _read_description(document)
        for table, path in named.items():
            if (folder / path).is_file() and (folder / path).resolve().is_relative_to(folder.resolve()):
                files = {stem: file for stem, file in files.items() if file.resolve() != (folder / path).resolve()}
                files[table] = folder / path
            else:
                report.lose(DESCRIPTION, path, "no such file in the package")
    return _package(
        folder.resolve().name if name == "datapackage" else name,
        licence,
        ((table, csv_rows(path, report)) for table, path in files.items()),
        folder,
        report,
    )


def _read_description(document: Any) -> tuple[str, dict[str, str]]:
    """The licence, and the files by table, of a ``datapackage.json`` (Data Package, frictionless)."""
    if not isinstance(document, dict):
        return "", {}
    terms = document.get("licenses") or document.get("license")
    terms = terms[0] if isinstance(terms, list) and terms else terms
    if isinstance(terms, dict):
        terms = next((terms[key] for key in ("name", "type", "title", "path", "url") if terms.get(key)), "")
    resources = document.get("resources")
    named = {
        texts.clean(one.get("name")): path
        for one in (resources if isinstance(resources, list) else [])
        if isinstance(one, dict) and isinstance(path := one.get("path"), str) and path.lower().endswith(".csv")
    }
    return texts.clean(terms), named


def _package(
    name: str, licence: str, files: Iterable[tuple[str, Iterable[tuple[str, Document]]]], where: Path, report: Report
) -> Package:
    tables: dict[str, list[tuple[str, Document]]] = defaultdict(list)
    names: set[str] = set()
    columns: set[str] = set()
    for stem, rows in files:
        names.add(hsds_tables.singular(stem))
        table = TABLES.get(hsds_tables.singular(stem))
        if table is None:
            report.lose(stem, stem, "a table that the record has no place for")
            continue
        try:
            for line, row in rows:
                if table == "services":
                    columns.update(row)
                tables[table].append((line, hsds_tables.named(row, table)))
        except BadInput as error:  # often an empty file, for a table that the publisher does not use
            if table == "services":
                raise
            report.lose(stem, stem, str(error))
    if SERVICE not in names:
        raise BadInput(
            f"{where}: no services.csv in it; give the folder of an HSDS package (--format table reads any other CSV)"
        )
    return Package(name, licence, hsds_tables.version(names, columns), tables)
