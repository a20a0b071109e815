"""The two frames that bundles and patches are made of: a document in front, packed lines behind (RFC 8878).

The first is a skippable frame (§3.1.2) with the SHA-256 of a JSON document and the document itself, so that it can be
read without unpacking anything; the second is a frame of zstd. Any thread may use all of this.
"""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import zstandard

from kiosk.errors import BadInput, NeedsTechnician

MAGIC = (0x184D2A50).to_bytes(4, "little")
LEVEL = 12
"""Who applies a patch packs anew: 19 saves a quarter of the bytes, and takes 25 times as long (docs/directory.md)."""
PATCH_LEVEL = 19
"""Who makes one has the time; of a day's edits to 140,000 records, 12 makes a hundred times the bytes."""
WINDOW = 23
"""As a power of two: what who reads a bundle needs of memory for it, 8 MiB."""
LONGEST_DOCUMENT = 1 << 22
STEP = 2048
"""Packed bytes unpacked at once: a frame made to swell gives at most 64 MiB of them, 128 KiB for each four."""
WIDEST_WINDOW = 27
"""Of what is read, as a power of two. It is what unpacking needs of memory."""

File = bytes | Path
"""A whole file, or where it lies."""


@contextmanager
def scratch(folder: Path | None = None) -> Iterator[BinaryIO]:
    """A file without a name in ``folder``, else where the system has such. Raises: NeedsTechnician without room."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            yield file
    except OSError as error:
        raise NeedsTechnician(
            f"{folder or tempfile.gettempdir()}: {error.strerror}; it must be a folder with room for all records"
        ) from error


def called(file: File, what: str) -> str:
    """How an error calls ``file``, which should be a ``what``: with its path, where it has one."""
    return what if isinstance(file, bytes) else f"{what} {file}"


def opened(file: File) -> io.BufferedIOBase:
    """``file``, to be read from its beginning; the caller closes it. Raises: BadInput."""
    if isinstance(file, bytes):
        return io.BytesIO(file)
    try:
        return file.open("rb")
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; give a bundle's file") from error


def digest(file: File) -> str:
    """Its SHA-256, in hexadecimal digits. Raises: BadInput."""
    with opened(file) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def front(document: bytes) -> bytes:
    """The first frame, around ``document``."""
    payload = hashlib.sha256(document).hexdigest().encode() + b"\n" + document
    return MAGIC + len(payload).to_bytes(4, "little") + payload


def document_in(file: io.BufferedIOBase, what: str) -> bytes:
    """The proved document of the first frame; ``file`` then stands before the second. Raises: BadInput."""
    head = file.read(8)
    length = int.from_bytes(head[4:], "little")
    payload = file.read(length) if head[:4] == MAGIC and length <= LONGEST_DOCUMENT else b""
    digest, _, document = payload.partition(b"\n")
    if not payload or len(payload) != length or digest != hashlib.sha256(document).hexdigest().encode():
        raise BadInput(f"{what}: no manifest in front, or a damaged one; fetch the file again")
    return document


def packed(lines: bytes | memoryview) -> bytes:
    """``lines`` as one frame: in one go, for a frame written piece by piece has other bytes once it is long."""
    return zstandard.ZstdCompressor(compression_params=_parameters(LEVEL, len(lines), WINDOW)).compress(lines)


def unpacked(file: io.BufferedIOBase, size: int, what: str) -> Iterator[bytes]:
    """``size`` bytes out of exactly one frame, in pieces, up to the end of ``file``. Raises: BadInput."""
    piece = file.read(STEP)
    try:
        if not piece or zstandard.frame_content_size(piece) != size:
            raise BadInput(f"{what}: its records are not as long as its manifest says; fetch the file again")
        unpacker = zstandard.ZstdDecompressor(max_window_size=1 << WIDEST_WINDOW).decompressobj()
        while piece and not unpacker.eof:
            if found := unpacker.decompress(piece):
                yield found
            piece = file.read(STEP)
    except zstandard.ZstdError as error:
        raise BadInput(f"{what}: its records cannot be unpacked ({error}); fetch the file again") from error
    if not unpacker.eof or unpacker.unused_data or piece:
        raise BadInput(f"{what}: it was cut short, or something follows it; fetch the file again")


def packed_after(old: bytes, lines: bytes) -> bytes:
    """``lines`` as one frame that only unpacks beside ``old`` (``zstd --patch-from``): small where both are alike."""
    parameters = _parameters(PATCH_LEVEL, len(old) + len(lines), WIDEST_WINDOW)
    return zstandard.ZstdCompressor(dict_data=_dictionary(old), compression_params=parameters).compress(lines)


def unpacked_after(old: bytes, frame: bytes, size: int, what: str) -> bytes:
    """The ``size`` bytes that :func:`packed_after` was given. Raises: BadInput."""
    try:
        if zstandard.frame_content_size(frame) != size:
            raise BadInput(f"{what}: a part is not as long as its manifest says; fetch the file again")
        unpacker = zstandard.ZstdDecompressor(
            dict_data=_dictionary(old), max_window_size=1 << WIDEST_WINDOW
        ).decompressobj()
        lines = unpacker.decompress(frame)
    except zstandard.ZstdError as error:
        raise BadInput(f"{what}: it cannot be unpacked ({error}); fetch the file again") from error
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput(f"{what}: a part was cut short, or something follows it; fetch the file again")
    return lines


def _parameters(level: int, size: int, widest: int) -> zstandard.ZstdCompressionParameters:
    """To pack ``size`` bytes, whose likenesses may lie far apart (long distance matching)."""
    return zstandard.ZstdCompressionParameters.from_level(
        level,
        window_log=min(max(size.bit_length(), 10), widest),
        enable_ldm=True,
        write_checksum=True,
        write_content_size=True,
    )


def _dictionary(lines: bytes) -> zstandard.ZstdCompressionDict | None:
    """``lines`` as a dictionary; of nothing there is none."""
    return zstandard.ZstdCompressionDict(lines, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if lines else None
