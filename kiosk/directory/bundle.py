"""The published bundle: one file with a manifest in front and the records behind, and patches between two of them.

A bundle is a zstd file in two frames. The first is a skippable frame (RFC 8878 §3.1.2) with the manifest, so that it
can be read without unpacking anything; the second holds the canonical JSON lines, sorted by id. ``zstd -dc`` prints
the lines. The same records and sources give the same bytes, with the same release of the zstd library.

A patch has the same form; its second frame is compressed with the previous bundle's lines as dictionary (what the zstd
command calls ``--patch-from``). Both are read only after what they say of themselves was proved: a damaged file is an
error, never a shorter directory. Who signed it is for the updates to say, not for this module.

No function here is bound to a thread. Reading and building need memory of about twice the lines.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

import msgspec
import zstandard

from kiosk.directory.record import SCHEMA_VERSION, Service, canonical, parse
from kiosk.errors import BadInput

MAGIC = (0x184D2A50).to_bytes(4, "little")
LEVEL = 19
MOST_BYTES = 1 << 30
"""Of the lines of one bundle: what claims more is refused before it is unpacked."""
LARGEST_WINDOW = 30

Header = TypeVar("Header", "Manifest", "PatchManifest")


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


class PatchManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a patch says of itself."""

    form: Literal["sos-crise-directory-patch"] = "sos-crise-directory-patch"
    old_sha256: str
    """Of the lines of the bundle that it starts from."""
    new: Manifest
    """Of the bundle that it leads to."""
    new_file_sha256: str
    """Of that bundle's file."""


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read and proved."""

    manifest: Manifest
    lines: bytes

    def services(self) -> Iterator[Service]:
        """Its records in order of id. Raises: BadInput at a record of another schema."""
        return (parse(line) for line in self.lines.splitlines())


def build(services: Iterable[Service], sources: Iterable[Source]) -> bytes:
    """The bundle of ``services``. Raises: BadInput for two records of one id, or a source that ``sources`` lacks."""
    by_id: dict[str, Service] = {}
    for service in services:
        if by_id.setdefault(service.id, service) is not service:
            raise BadInput(f"bundle: two records have the id {service.id!r}; give one of them another")
    ordered = [by_id[key] for key in sorted(by_id)]
    named = {source.name: source for source in sources}
    used = {service.source for service in ordered}
    if missing := sorted(used - named.keys()):
        raise BadInput(f"bundle: no licence for the source {missing[0]!r}; name it among the sources")
    lines = b"".join(canonical(service) + b"\n" for service in ordered)
    manifest = Manifest(
        schema=SCHEMA_VERSION,
        bytes=len(lines),
        sha256=_digest(lines),
        counts=_counts(ordered),
        sources=tuple(named[name] for name in sorted(used)),
    )
    return _file(manifest, lines)


def manifest_of(content: bytes) -> Manifest:
    """The manifest alone, without unpacking the records. Raises: BadInput when it is damaged or none."""
    return _split(content, Manifest, "bundle")[0]


def read(content: bytes) -> Bundle:
    """The bundle in ``content``, its sizes and digests proved. Raises: BadInput saying what does not hold."""
    manifest, frame = _split(content, Manifest, "bundle")
    return Bundle(manifest, _proved(manifest, _unpack(frame, manifest.bytes, None, "bundle")))


def verify(content: bytes) -> Bundle:
    """As :func:`read`, and every record parsed, canonical, in order and counted. Raises: BadInput."""
    bundle = read(content)
    records = list(bundle.services())
    ids = [record.id for record in records]
    if ids != sorted(set(ids)):
        raise BadInput("bundle: the records are not sorted by id; build it again")
    if b"".join(canonical(record) + b"\n" for record in records) != bundle.lines:
        raise BadInput("bundle: a record is not in its canonical form; build it again")
    if _counts(records) != bundle.manifest.counts:
        raise BadInput("bundle: the manifest's counts are not those of the records; build it again")
    if {record.source for record in records} != {source.name for source in bundle.manifest.sources}:
        raise BadInput("bundle: the manifest's sources are not those of the records; build it again")
    return bundle


def make_patch(old: bytes, new: bytes) -> bytes:
    """What leads from the bundle ``old`` to the bundle ``new``. Raises: BadInput when one of them is none."""
    before, after = read(old), read(new)
    window = min(max((len(before.lines) + len(after.lines)).bit_length(), 10), LARGEST_WINDOW)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=window, enable_ldm=True, write_checksum=True, write_content_size=True
    )
    compressor = zstandard.ZstdCompressor(dict_data=_dictionary(before.lines), compression_params=parameters)
    manifest = PatchManifest(
        old_sha256=before.manifest.sha256, new=after.manifest, new_file_sha256=hashlib.sha256(new).hexdigest()
    )
    return _header(manifest) + compressor.compress(after.lines)


def apply_patch(old: bytes, patch: bytes) -> bytes:
    """The bundle that ``patch`` makes of the bundle ``old``, byte for byte the published one.

    Raises: BadInput when the patch is damaged, or is one from another bundle than ``old``.
    """
    manifest, frame = _split(patch, PatchManifest, "patch")
    before = read(old)
    if before.manifest.sha256 != manifest.old_sha256:
        raise BadInput("patch: it starts from another bundle than this one; fetch the whole bundle")
    lines = _proved(manifest.new, _unpack(frame, manifest.new.bytes, before.lines, "patch"))
    content = _file(manifest.new, lines)
    if hashlib.sha256(content).hexdigest() != manifest.new_file_sha256:
        raise BadInput("patch: this zstd library packs differently from the publisher's; fetch the whole bundle")
    return content


def _file(manifest: Manifest, lines: bytes) -> bytes:
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
    return _header(manifest) + compressor.compress(lines)


def _header(manifest: Manifest | PatchManifest) -> bytes:
    """The skippable frame: the digest of the document, then the document."""
    document = msgspec.json.encode(manifest, order="sorted")
    payload = _digest(document).encode() + b"\n" + document
    return MAGIC + len(payload).to_bytes(4, "little") + payload


def _split(content: bytes, form: type[Header], what: str) -> tuple[Header, bytes]:
    """The proved manifest, and the packed frame behind it."""
    end = 8 + int.from_bytes(content[4:8], "little")
    digest, _, document = content[8:end].partition(b"\n")
    if content[:4] != MAGIC or len(content) <= end or digest != _digest(document).encode():
        raise BadInput(f"{what}: no manifest in front, or a damaged one; fetch the file again")
    try:
        manifest = msgspec.json.decode(document, type=form)
    except msgspec.DecodeError as error:
        raise BadInput(
            f"{what}: manifest: {error}; this is no {what}, or one of another release of the terminal"
        ) from error
    new = manifest.new if isinstance(manifest, PatchManifest) else manifest
    if new.schema != SCHEMA_VERSION:
        raise BadInput(
            f"{what}: records of schema {new.schema}, this terminal reads {SCHEMA_VERSION}; update the older one"
        )
    if not 0 <= new.bytes <= MOST_BYTES:
        raise BadInput(f"{what}: says that it holds {new.bytes} bytes, at most {MOST_BYTES} are taken")
    return manifest, content[end:]


def _unpack(frame: bytes, size: int, dictionary: bytes | None, what: str) -> bytes:
    """``size`` bytes out of exactly one frame."""
    try:
        if zstandard.frame_content_size(frame) != size:
            raise BadInput(f"{what}: its records are not as long as its manifest says; fetch the file again")
        unpacker = zstandard.ZstdDecompressor(
            dict_data=None if dictionary is None else _dictionary(dictionary), max_window_size=1 << LARGEST_WINDOW
        ).decompressobj()
        lines = unpacker.decompress(frame)
    except zstandard.ZstdError as error:
        raise BadInput(f"{what}: its records cannot be unpacked ({error}); fetch the file again") from error
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput(f"{what}: it was cut short, or something follows it; fetch the file again")
    return lines


def _proved(manifest: Manifest, lines: bytes) -> bytes:
    if len(lines) != manifest.bytes or _digest(lines) != manifest.sha256:
        raise BadInput("bundle: the records are not those of the manifest; fetch the file again")
    return lines


def _dictionary(lines: bytes) -> zstandard.ZstdCompressionDict | None:
    """``lines`` as a dictionary; an empty bundle gives none."""
    return zstandard.ZstdCompressionDict(lines, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if lines else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _counts(services: Iterable[Service]) -> dict[str, int]:
    counts = Counter({"services": 0})
    for service in services:
        counts["services"] += 1
        counts[f"source:{service.source}"] += 1
        counts[f"level:{service.level or 'unknown'}"] += 1
        counts[f"confidence:{service.confidence or 'unrated'}"] += 1
        counts.update(f"family:{family}" for family in service.families or ("unknown",))
    return dict(sorted(counts.items()))
