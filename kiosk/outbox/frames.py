"""The journal's bytes: a header, then frames. Pure; nothing here touches a file.

A frame is ``marker(4) generation(4) sequence(8) length(4) crc(4) payload``, numbers little-endian, CRC-32 over the
twenty bytes before it and the payload. ``generation`` is drawn at random when a file is made, so that a stale block
of an older file can never pass for a frame of this one. It stands in every frame, so that a spoiled header costs
nothing. The marker holds bytes that UTF-8 cannot, so no JSON payload contains it: after a spoiled frame the scan
finds its way again.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

MAGIC = b"SOSOUTBX"
VERSION = 1
MARKER = b"\xf5\xc1\xfe\xa7"
MAX_PAYLOAD = 4 << 20
"""A longer length is a spoiled one: no frame of ours comes near it."""

Document = dict[str, Any]
Key = tuple[str, str]
"""Table name and document id as TinyDB spells it."""
Changes = dict[Key, Document | None]
"""New contents by key; None takes the document out."""

_HEADER = struct.Struct("<8sIII")
_HEAD = struct.Struct("<4sIQI")
_CRC = struct.Struct("<I")
HEADER_SIZE = _HEADER.size
FRAME_OVERHEAD = _HEAD.size + _CRC.size


@dataclass(frozen=True)
class Header:
    """What the first bytes of a journal say."""

    version: int
    generation: int


@dataclass(frozen=True)
class Frame:
    """One frame whose CRC holds. ``start`` and ``end`` are byte offsets in the file."""

    start: int
    end: int
    sequence: int
    payload: bytes


@dataclass(frozen=True)
class Spoiled:
    """A range of bytes that is no frame. ``tail``: it reaches to the end of the file, as a torn last write does."""

    start: int
    end: int
    tail: bool


def encode_header(generation: int) -> bytes:
    """The first bytes of a new journal."""
    plain = _HEADER.pack(MAGIC, VERSION, generation, 0)[:-4]
    return plain + _CRC.pack(zlib.crc32(plain))


def decode_header(data: bytes) -> Header | None:
    """The header, or None when it is cut, spoiled or not ours."""
    if len(data) < HEADER_SIZE:
        return None
    magic, version, generation, crc = _HEADER.unpack_from(data)
    if magic != MAGIC or zlib.crc32(data[: HEADER_SIZE - 4]) != crc:
        return None
    return Header(version, generation)


def encode_frame(generation: int, sequence: int, payload: bytes) -> bytes:
    """One frame. Raises: ValueError when the payload is longer than ``MAX_PAYLOAD``."""
    if len(payload) > MAX_PAYLOAD:
        raise ValueError(f"payload of {len(payload)} bytes; the longest frame is {MAX_PAYLOAD}")
    head = _HEAD.pack(MARKER, generation, sequence, len(payload))
    return head + _CRC.pack(zlib.crc32(payload, zlib.crc32(head))) + payload


def scan(data: bytes) -> Iterator[Frame | Spoiled]:
    """All frames of a file in order, and between them what is spoiled. Covers every byte after the header.

    A frame of another generation, or one whose sequence does not grow, is stale and counts as spoiled.
    """
    header = decode_header(data)
    generation = header.generation if header else None
    at = HEADER_SIZE if header else 0
    last = -1
    while at < len(data):
        frame = _frame_at(data, at, generation, last)
        if frame is None:
            start = at
            while frame is None and (at := data.find(MARKER, at + 1)) >= 0:
                frame = _frame_at(data, at, generation, last)
            if frame is None:
                yield Spoiled(start, len(data), tail=True)
                return
            yield Spoiled(start, frame.start, tail=False)
        generation = _HEAD.unpack_from(data, frame.start)[1]
        yield frame
        at, last = frame.end, frame.sequence


def _frame_at(data: bytes, at: int, generation: int | None, last: int) -> Frame | None:
    if len(data) - at < FRAME_OVERHEAD:
        return None
    marker, its_generation, sequence, length = _HEAD.unpack_from(data, at)
    body = at + FRAME_OVERHEAD
    if marker != MARKER or length > MAX_PAYLOAD or body + length > len(data) or sequence <= last:
        return None
    if generation is not None and its_generation != generation:
        return None
    (crc,) = _CRC.unpack_from(data, at + _HEAD.size)
    payload = data[body : body + length]
    if zlib.crc32(payload, zlib.crc32(data[at : at + _HEAD.size])) != crc:
        return None
    return Frame(at, body + length, sequence, payload)


def decode_changes(payload: bytes) -> list[tuple[Key, bytes | None]]:
    """A frame's changes, documents still as JSON. Raises: msgspec.DecodeError."""
    rows = msgspec.json.decode(payload, type=list[tuple[str, str, msgspec.Raw]])
    return [((name, doc_id), None if bytes(raw) == b"null" else bytes(raw)) for name, doc_id, raw in rows]
