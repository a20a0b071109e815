"""Patches between two bundles: a day's edits in kilobytes.

A patch is a manifest in front (``frames.py``) and one frame of zstd for each part of the new lines, some megabytes
long, which unpacks beside the old lines of about the same ids (``zstd --patch-from``): so neither making nor applying
one needs memory for all of them. Applied, it gives the published bundle byte for byte, or an error.

No function here is bound to a thread. Both need room for the lines of both bundles in the folder ``spool``.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec
from msgspec import Meta

from kiosk.directory import bundle, frames
from kiosk.directory.bundle import Manifest
from kiosk.directory.frames import File
from kiosk.errors import BadInput

PART = 1 << 22
"""Bytes of new lines in a part, and at most twice that of old ones beside it."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """One frame of a patch."""

    start: Annotated[int, Meta(ge=0)]
    """Of the old lines that it unpacks beside, in bytes from their beginning."""
    end: Annotated[int, Meta(ge=0)]
    bytes: Annotated[int, Meta(ge=0, le=8 * PART)]
    """Of the new lines in it."""
    packed: Annotated[int, Meta(ge=0)]
    """Of the frame."""


class PatchManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a patch says of itself."""

    form: Literal["sos-crise-directory-patch"] = "sos-crise-directory-patch"
    old_sha256: str
    """Of the lines of the bundle that it starts from."""
    new: Manifest
    """Of the bundle that it leads to."""
    new_file_sha256: str
    """Of that bundle's file."""
    parts: tuple[Part, ...]
    """In the order of the new lines, which they make up."""


def make(old: File, new: File, spool: Path | None = None) -> bytes:
    """What leads from the bundle ``old`` to the bundle ``new``. Raises: BadInput when one of them is none."""
    before, after = bundle.read(old), bundle.read(new)
    packed: list[bytes] = []
    parts: list[Part] = []
    with _unpacked(before, spool) as old_lines:
        for lines, start, end in _aligned(before, after):
            packed.append(frames.packed_after(_span(old_lines, start, end), lines))
            parts.append(Part(start, end, len(lines), len(packed[-1])))
    manifest = PatchManifest(
        old_sha256=before.manifest.sha256,
        new=after.manifest,
        new_file_sha256=frames.digest(new),
        parts=tuple(parts),
    )
    return frames.front(msgspec.json.encode(manifest, order="sorted")) + b"".join(packed)


def apply(old: File, patch: File, spool: Path | None = None) -> bytes:
    """The bundle that ``patch`` makes of the bundle ``old``, byte for byte the published one.

    Raises: BadInput when the patch is damaged, or is one from another bundle than ``old``.
    """
    what = frames.called(patch, "patch")
    with frames.opened(patch) as opened:
        manifest = bundle.decoded(frames.document_in(opened, what), PatchManifest, what)
        bundle.bounded(manifest.new, what)
        before = bundle.read(old)
        if before.manifest.sha256 != manifest.old_sha256:
            raise BadInput(f"{what}: it starts from another bundle than the one given; fetch the whole bundle")
        digest, length = hashlib.sha256(), 0
        with _unpacked(before, spool) as old_lines, frames.scratch(spool) as new_lines:
            for part in manifest.parts:
                if not (part.start <= part.end <= before.manifest.bytes and part.end - part.start <= 2 * PART):
                    raise BadInput(f"{what}: a part of it begins where there is nothing; fetch the file again")
                lines = frames.unpacked_after(
                    _span(old_lines, part.start, part.end), opened.read(part.packed), part.bytes, "patch"
                )
                digest.update(lines)
                length += new_lines.write(lines)
            if opened.read(1) or length != manifest.new.bytes or digest.hexdigest() != manifest.new.sha256:
                raise BadInput(f"{what}: its records are not those of its manifest; fetch the file again")
            new_lines.flush()
            content = bundle.packed(manifest.new, new_lines)
    if hashlib.sha256(content).hexdigest() != manifest.new_file_sha256:
        raise BadInput(f"{what}: this zstd library packs differently from the publisher's; fetch the whole bundle")
    return content


class _Named(msgspec.Struct):
    id: str


_ID = msgspec.json.Decoder(_Named)


def _aligned(before: bundle.Bundle, after: bundle.Bundle) -> Iterator[tuple[bytes, int, int]]:
    """The new lines in parts, each with where the old ones of about the same ids begin and end."""
    old = ((_ID.decode(line).id, len(line) + 1) for line in before.lines())
    waiting = next(old, None)
    start = end = 0
    part: list[bytes] = []
    length = 0
    for line in after.lines():
        part.append(line + b"\n")
        length += len(part[-1])
        while waiting is not None and waiting[0] <= _ID.decode(line).id:
            end += waiting[1]
            waiting = next(old, None)
        if length >= PART:
            yield b"".join(part), max(start, end - 2 * PART), end
            part, length, start = [], 0, end
    if part:
        end = before.manifest.bytes
        yield b"".join(part), max(start, end - 2 * PART), end


@contextmanager
def _unpacked(of: bundle.Bundle, spool: Path | None) -> Iterator[BinaryIO]:
    with frames.scratch(spool) as file:
        for line in of.lines():
            file.write(line + b"\n")
        yield file


def _span(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(end - start)
