"""The published bundle: one file with a manifest in front and the records behind.

Two frames of zstd (``frames.py``): the manifest, and the canonical JSON lines, sorted by id. ``zstd -dc`` prints the
lines. The same records and sources give the same bytes, with the same release of the zstd library.

A bundle is read only after what it says of itself was proved: a damaged file is an error, never a shorter directory.
Who signed it is for the updates to say, not for this module.

No function here is bound to a thread. None holds all records: they are unpacked as they are read, and sorted on disk.
"""

import hashlib
import io
import mmap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

import msgspec

from kiosk.directory import frames
from kiosk.directory.frames import File
from kiosk.directory.record import SCHEMA_VERSION, Service, canonical, parse
from kiosk.errors import BadInput

Header = TypeVar("Header", bound=msgspec.Struct)
MOST_BYTES = 1 << 30
"""Of the lines of one bundle: what claims more is refused before it is unpacked."""


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where records come from, and on what terms they may be passed on."""

    name: str
    """As in the records' ``source``."""
    licence: str
    title: str = ""
    url: str = ""
    state: str = ""
    """Of which day the data are, ISO 8601, if the source says so."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bundle says of itself."""

    form: Literal["sos-crise-directory"] = "sos-crise-directory"
    schema: int
    """:data:`kiosk.directory.record.SCHEMA_VERSION` of the records."""
    bytes: int
    """Of the lines, unpacked."""
    sha256: str
    """Of the lines, unpacked."""
    counts: dict[str, int]
    """``services``, and how many by source, level, family and confidence (``source:dila`` ...)."""
    sources: tuple[Source, ...]
    """Sorted by name; every record's source is here, and no other."""


@dataclass(frozen=True)
class Bundle:
    """A bundle that was proved. Its records are unpacked anew at each reading, so that memory holds one at a time."""

    manifest: Manifest
    file: File

    def lines(self) -> Iterator[bytes]:
        """Its canonical lines, without newline, in order of id. Raises: BadInput at the end if the file was changed."""
        return _lines(self.file, self.manifest)

    def records(self) -> Iterator[tuple[bytes, Service]]:
        """Its lines, each with its record. Raises: BadInput at a record of another schema, or as :meth:`lines`."""
        return ((line, parse(line)) for line in self.lines())

    def services(self) -> Iterator[Service]:
        """Its records in order of id. Raises: as :meth:`records`."""
        return (parse(line) for line in self.lines())


def build(services: Iterable[Service], sources: Iterable[Source], spool: Path | None = None) -> bytes:
    """The bundle of ``services``; ``sources`` is read after them.

    They are sorted in a file without a name in the folder ``spool`` (else the system's for such files), which takes
    twice the lines. Raises: BadInput for two records of one id, or a source that ``sources`` lacks;
    NeedsTechnician without room.
    """
    places: dict[str, tuple[int, int]] = {}
    counts = _Counts()
    with frames.scratch(spool) as unsorted, frames.scratch(spool) as ordered:
        at = 0
        for service in services:
            line = canonical(service) + b"\n"
            if places.setdefault(service.id, (at, len(line))) != (at, len(line)):
                raise BadInput(f"bundle: two records have the id {service.id!r}; give one of them another")
            at += unsorted.write(line)
            counts.add(service)
        digest = hashlib.sha256()
        for key in sorted(places):
            start, length = places[key]
            unsorted.seek(start)
            line = unsorted.read(length)
            digest.update(line)
            ordered.write(line)
        ordered.flush()
        manifest = Manifest(
            schema=SCHEMA_VERSION,
            bytes=at,
            sha256=digest.hexdigest(),
            counts=counts.document(),
            sources=counts.sources(sources),
        )
        return packed(manifest, ordered)


def packed(manifest: Manifest, lines: BinaryIO) -> bytes:
    """The bundle of a file of lines, whose manifest is known."""
    front = frames.front(msgspec.json.encode(manifest, order="sorted"))
    if not manifest.bytes:  # nothing cannot be mapped
        return front + frames.packed(b"")
    with mmap.mmap(lines.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as whole:
        return front + frames.packed(whole)


def manifest_of(file: File) -> Manifest:
    """The manifest alone, without unpacking the records. Raises: BadInput when it is damaged or none."""
    with frames.opened(file) as opened:
        return _manifest(opened, frames.called(file, "bundle"))


def read(file: File) -> Bundle:
    """The bundle in ``file``, its sizes and digests proved. Raises: BadInput saying what does not hold."""
    bundle = Bundle(manifest_of(file), file)
    for _ in bundle.lines():
        pass
    return bundle


def stream(file: File) -> Iterator[tuple[bytes, Service]]:
    """The canonical lines of the bundle in ``file`` (without newline), each with its record, in order of id.

    All of it is proved before this returns, and once more while it is read. Raises: BadInput, also from the iterator:
    what was made of it is to be used only once that has ended.
    """
    return read(file).records()


def verify(file: File) -> Bundle:
    """As :func:`read`, and every record parsed, canonical, in order and counted. Raises: BadInput."""
    bundle = read(file)
    what = frames.called(file, "bundle")
    counts = _Counts()
    before = ""
    for line, record in bundle.records():
        if record.id <= before:
            raise BadInput(f"{what}: the records are not sorted by id; build it again")
        if canonical(record) != line:
            raise BadInput(f"{what}: a record is not in its canonical form; build it again")
        before = record.id
        counts.add(record)
    if counts.document() != bundle.manifest.counts:
        raise BadInput(f"{what}: the manifest's counts are not those of the records; build it again")
    if counts.names() != [source.name for source in bundle.manifest.sources]:
        raise BadInput(f"{what}: the manifest's sources are not those of the records; build it again")
    return bundle


def decoded(document: bytes, form: type[Header], what: str) -> Header:
    """The manifest of ``form`` in ``document``. Raises: BadInput."""
    try:
        return msgspec.json.decode(document, type=form)
    except msgspec.DecodeError as error:
        raise BadInput(f"{what}: manifest: {error}; this is none, or one of another release of the terminal") from error


def bounded(manifest: Manifest, what: str) -> Manifest:
    """``manifest`` itself, of a schema and size that this terminal reads. Raises: BadInput."""
    if manifest.schema != SCHEMA_VERSION:
        raise BadInput(
            f"{what}: records of schema {manifest.schema}, this terminal reads {SCHEMA_VERSION}; update the older one"
        )
    if not 0 <= manifest.bytes <= MOST_BYTES:
        raise BadInput(f"{what}: says that it holds {manifest.bytes} bytes, at most {MOST_BYTES} are taken")
    return manifest


def _manifest(file: io.BufferedIOBase, what: str) -> Manifest:
    return bounded(decoded(frames.document_in(file, what), Manifest, what), what)


def _lines(file: File, manifest: Manifest) -> Iterator[bytes]:
    digest, length, begun = hashlib.sha256(), 0, b""
    what = frames.called(file, "bundle")
    with frames.opened(file) as opened:
        _manifest(opened, what)
        for piece in frames.unpacked(opened, manifest.bytes, what):
            digest.update(piece)
            length += len(piece)
            *whole, begun = (begun + piece).split(b"\n")
            yield from whole
    if begun or length != manifest.bytes or digest.hexdigest() != manifest.sha256:
        raise BadInput(f"{what}: the records are not those of the manifest; fetch the file again")


class _Counts:
    """What a manifest counts, record by record."""

    def __init__(self) -> None:
        self._counts = Counter({"services": 0})

    def add(self, service: Service) -> None:
        """One record more."""
        self._counts["services"] += 1
        self._counts[f"source:{service.source}"] += 1
        self._counts[f"level:{service.level or 'unknown'}"] += 1
        self._counts[f"confidence:{service.confidence or 'unrated'}"] += 1
        self._counts.update(f"family:{family}" for family in service.families or ("unknown",))

    def document(self) -> dict[str, int]:
        """As the manifest has it."""
        return dict(sorted(self._counts.items()))

    def names(self) -> list[str]:
        """Of the sources, sorted."""
        return sorted(key.removeprefix("source:") for key in self._counts if key.startswith("source:"))

    def sources(self, known: Iterable[Source]) -> tuple[Source, ...]:
        """Those of the records out of ``known``. Raises: BadInput when one is not there."""
        named = {source.name: source for source in known}
        if missing := [name for name in self.names() if name not in named]:
            raise BadInput(f"bundle: no licence for the source {missing[0]!r}; name it among the sources")
        return tuple(named[name] for name in self.names())
