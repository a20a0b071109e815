"""The formats by name: who reads which, and who writes which."""

from collections.abc import Callable, Iterable
from pathlib import Path

from kiosk.directory.bundle import Source
from kiosk.directory.exports import data_inclusion as data_inclusion_out
from kiosk.directory.exports import hsds as hsds_out
from kiosk.directory.record import Service, canonical
from kiosk.directory.sources import annuaire, data_inclusion, dila, helplines, hsds, table
from kiosk.directory.sources.mapping import load
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput

Found = tuple[Iterable[Service], Iterable[Source]]
"""Services, made as they are asked for, and then their sources."""

READERS: dict[str, Callable[[list[Path], Report], Found]] = {
    "data-inclusion": data_inclusion.read,
    "dila": dila.read,
    "helplines": helplines.read,
    "hsds": hsds.read,
}
"""Formats that need nothing but their files."""
IMPORTS = (*READERS, "table")
FIELDS: dict[str, frozenset[str]] = {
    "data-inclusion": data_inclusion.SERVICE_FIELDS | data_inclusion.STRUCTURE_FIELDS,
    "dila": dila.FIELDS | annuaire.KNOWN,
    "helplines": helplines.FIELDS | {"etat", "lignes"},
    "hsds": hsds.SERVICE_FIELDS | hsds.AT_FIELDS,
}
"""What a format calls its fields: it is known by them."""
WRITERS: dict[str, Callable[[list[Service], Report], bytes]] = {
    "data-inclusion": data_inclusion_out.write,
    "hsds": hsds_out.write,
    "jsonl": lambda services, report: b"".join(canonical(service) + b"\n" for service in services),
}


def read(form: str, paths: list[Path], report: Report, mapping: Path | None = None) -> Found:
    """The records and sources of ``paths`` in the format ``form``. Raises: BadInput for a file that cannot be read."""
    if form not in IMPORTS:
        raise BadInput(f"--format {form}: not a format that can be imported; one of {', '.join(IMPORTS)}")
    if form == "table":
        if mapping is None:
            raise BadInput(
                "--format table: which column is what is not known; give --mapping M.toml (docs/directory.md)"
            )
        return table.read(paths, report, load(mapping))
    if mapping is not None:
        raise BadInput(f"--mapping: the format {form} needs none; leave it out")
    return READERS[form](paths, report)


def check_kind(form: str, paths: list[Path], report: Report) -> None:
    """Refuse files that were read as ``form`` and are something else: they would give an empty or a senseless bundle.

    Lines that are bad, but of the format, are for the report. Raises: BadInput naming the formats that would fit.
    """
    if form not in FIELDS or not report.read:
        return
    alike = {name: len(report.names & fields) for name, fields in FIELDS.items()}
    most = max(alike.values())
    # where something was of use, it takes more to say that it should not have been
    if alike[form] * (2 if report.taken else 1) < max(most, 1):
        better = " or ".join(name for name, count in alike.items() if count == most) if most else ""
        remedy = f"it looks like {better}" if better else "a table of one's own is --format table with --mapping"
        files = f"{paths[0]}" + (f" and {len(paths) - 1} more" if paths[1:] else "")
        raise BadInput(
            f"{files}: not what --format {form} reads ({report.read} read, {report.taken} of use);"
            f" {remedy} (docs/directory.md); nothing is written"
        )


def write(form: str, services: list[Service], report: Report) -> bytes:
    """``services`` as a file of the format ``form``; what it has no place for goes to ``report``. Raises: BadInput."""
    if form not in WRITERS:
        raise BadInput(f"--format {form}: not a format that can be exported; one of {', '.join(WRITERS)}")
    return WRITERS[form](services, report)


def shipped() -> tuple[list[Service], list[Source]]:
    """The first bundle of every terminal: the French helplines."""
    return helplines.read([helplines.SHIPPED], Report())
