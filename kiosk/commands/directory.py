"""``kiosk directory``: import, export, verify, count, show and patch bundles of relays, without core."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED
from kiosk.directory import bundle, formats, frames
from kiosk.directory import patch as patches
from kiosk.directory.bundle import Bundle, Source
from kiosk.directory.record import Service
from kiosk.directory.sources import files
from kiosk.directory.sources.hsds import NOT_STATED
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput, NeedsTechnician

COUNTED = ("phones", "with hours (OSM)", "with hours (text only)", "with coordinates", "with needs")
"""What :func:`stats` counts beside the manifest."""


def import_(
    form: str,
    paths: list[Path],
    out: Path,
    *,
    mapping: Path | None = None,
    report_to: Path | None = None,
    strict: bool = False,
    base: Path | None = None,
    licence: str = "",
) -> int:
    """Read ``paths`` as the format ``form`` and write the bundle ``out``; FAILED if ``strict`` and any was refused.

    Where no line is of use, a bundle that is there already is not replaced: FAILED.
    ``base`` is a bundle whose records are kept beside the new ones; of one id, the new one stays.
    ``licence`` is that of each source which does not state its own. Raises: BadInput.
    """
    _check_folders(out, report_to)
    report = Report()
    with files.laid_out(form, paths, out.parent) as plain:
        services, read = formats.read(form, plain, report, mapping)
        sources = (_licensed(source, licence) for source in read)
        before = None if base is None else bundle.read(base)
        content = bundle.build(*_beside(before, services, sources), out.parent)
    if report_to is not None:
        _write(report_to, msgspec.json.format(msgspec.json.encode(report.document()), indent=1) + b"\n")
    formats.check_kind(form, paths, report)
    is_kept = bool(report.read) and not report.taken and out.exists()
    if not is_kept:  # before anything is said: who reads it may have enough of it
        _write(out, content)
    for refused in report.refused:
        output.line(f"refused {refused.line} {refused.field or '-'}: {refused.reason}")
    for lost in report.lost:
        output.line(f"lost    {lost.field or '-'} x{lost.count} ({', '.join(lost.lines[:3])}): {lost.reason}")
    output.line(f"{report.read} read, {len(report.refused)} refused")
    if not report.read:
        output.line("nothing is in what was given: an empty export")
    elif not report.taken:
        output.line("nothing was taken of what was read")
    if is_kept:
        output.line(f"{out}: there is one already; it stays as it is")
        return FAILED
    output.line(f"{out}: {bundle.manifest_of(content).counts['services']} services, {len(content)} bytes")
    return FAILED if strict and report.refused else DONE


def _licensed(source: Source, licence: str) -> Source:
    if not licence or source.licence == licence:
        return source
    if source.licence != NOT_STATED:
        raise BadInput(f"--licence: the source {source.name} states its own, {source.licence}; leave it out")
    return msgspec.structs.replace(source, licence=licence)


def _beside(
    before: Bundle | None, services: Iterable[Service], sources: Iterable[Source]
) -> tuple[Iterator[Service], Iterator[Source]]:
    """New services and the ones of the bundle ``before`` that they do not replace; then the sources of both."""
    fresh: set[str] = set()

    def all_services() -> Iterator[Service]:
        for service in services:
            fresh.add(service.id)
            yield service
        if before is not None:
            yield from (service for service in before.services() if service.id not in fresh)

    def all_sources() -> Iterator[Source]:
        if before is not None:
            yield from before.manifest.sources
        yield from sources

    return all_services(), all_sources()


def export(path: Path | None, form: str, out: Path, report_to: Path | None = None) -> int:
    """Write the bundle ``path``, else the helplines that ship, in the format ``form``. Raises: BadInput."""
    _check_folders(out, report_to)
    content = _bundle(path)
    report = Report()
    written = formats.write(form, list(content.services()), report)
    if report_to is not None:
        _write(report_to, msgspec.json.format(msgspec.json.encode(report.document()), indent=1) + b"\n")
    _write(out, written)
    for refused in report.refused:
        output.line(f"refused {refused.line} {refused.field or '-'}: {refused.reason}")
    for lost in report.lost:
        output.line(f"lost    {lost.field} x{lost.count}: {lost.reason}")
    count = content.manifest.counts["services"] - len(report.refused)
    output.line(f"{out}: {count} services, {len(report.refused)} refused, {len(written)} bytes")
    return DONE


def verify(path: Path | None, *, as_json: bool) -> int:
    """Prove every digest, count and record of a bundle, else of the helplines that ship; FAILED if one is wrong."""
    content = path or bundle.build(*formats.shipped())
    name = path or "the helplines that ship"
    try:
        manifest = bundle.verify(content).manifest
    except BadInput as error:
        if as_json:
            output.document({"sound": False, "fault": str(error)})
        else:
            output.line(str(error))
        return FAILED
    digest = frames.digest(content)
    if as_json:
        output.document({"sound": True, "file_sha256": digest, "manifest": manifest})
    else:
        output.line(f"{name}: sound, {manifest.counts['services']} services, schema {manifest.schema}")
        output.line(f"sha256 of the file {digest}")
    return DONE


def stats(path: Path | None, *, as_json: bool) -> int:
    """Print what a bundle holds; without ``path`` the helplines that ship. Raises: BadInput."""
    content = _bundle(path)
    beside = Counter({name: 0 for name in COUNTED})
    for service in content.services():
        beside["phones"] += len(service.phones)
        beside["with hours (OSM)"] += bool(service.hours.osm)
        beside["with hours (text only)"] += bool(service.hours.text and not service.hours.osm)
        beside["with coordinates"] += service.place.latitude is not None
        beside["with needs"] += bool(service.needs)
    counts = {**content.manifest.counts, **beside}
    if as_json:
        output.document({"counts": counts, "bytes": content.manifest.bytes, "sources": content.manifest.sources})
        return DONE
    output.table([("what", "how many"), *((name, str(count)) for name, count in counts.items())])
    for source in content.manifest.sources:
        output.line(f"source {source.name}: {source.title or '-'}, {source.licence}, state {source.state or '-'}")
    return DONE


def show(service: Service, *, as_json: bool) -> int:
    """Print one record."""
    document = msgspec.to_builtins(service)
    if as_json:
        output.document(document)
        return DONE
    if service.confidence == "C":
        output.line("À VÉRIFIER / TO BE CHECKED")
    for name, value in document.items():
        words = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        output.line(f"{name:15} {words}")
    return DONE


def in_bundle(path: Path, key: str) -> Service:
    """The record of that id, or the one whose id ends so after ``--``. Raises: BadInput unless there is exactly one."""
    found = [one for one in bundle.read(path).services() if key in (one.id, one.id.partition("--")[2])]
    if len(found) != 1:
        raise BadInput(f"directory: {len(found)} records have the id {key!r}; give the whole id of one")
    return found[0]


def patch(old: Path, new: Path, out: Path) -> int:
    """Write what leads from the bundle ``old`` to the bundle ``new``. Raises: BadInput."""
    _check_folders(out)
    content = patches.make(old, new, out.parent)
    _write(out, content)
    output.line(f"{out}: {len(content)} bytes; the whole bundle has {new.stat().st_size}")
    return DONE


def apply(old: Path, patch_file: Path, out: Path) -> int:
    """Write the bundle that a patch makes of ``old``. Raises: BadInput."""
    _check_folders(out)
    content = patches.apply(old, patch_file, out.parent)
    _write(out, content)
    output.line(f"{out}: {bundle.manifest_of(content).counts['services']} services, {len(content)} bytes")
    return DONE


def _bundle(path: Path | None) -> Bundle:
    return bundle.read(path or bundle.build(*formats.shipped()))


def _check_folders(*wanted: Path | None) -> None:
    """Refuse to work for minutes towards a file that can then not be written. Raises: BadInput."""
    for path in wanted:
        if path is not None and not path.parent.is_dir():
            raise BadInput(f"{path}: no such folder {path.parent}; make it, or give a file in another")
        if path is not None and path.is_dir():
            raise BadInput(f"{path}: a folder; give the name of a file in it")


def _write(path: Path, content: bytes) -> None:
    """Put ``content`` in place of ``path`` in one step, on the card before it takes the name; else nothing is left."""
    try:
        file = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; give a file in a folder that can be written") from error
    fresh = Path(file.name)
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o644)
        fresh.replace(path)
    except OSError as error:
        raise NeedsTechnician(f"{path}: {error.strerror}; make room, or give a file elsewhere") from error
    finally:
        fresh.unlink(missing_ok=True)
