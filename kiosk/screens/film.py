"""A PNG of every snapshot drawn, for the demonstration and the tests. Main thread only.

Kivy's own ``Window.screenshot`` shears every picture whose width is no multiple of four (it reads three bytes a
pixel against an alignment of four) and numbers the files itself; so the pixels are read and written here.
"""

import logging
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

Pixels = tuple[int, int, bytes]
"""Width, height, and four bytes a pixel, the last row first (as OpenGL gives them)."""


class Film:
    """Takes a picture of the next frame that is really drawn, after :meth:`expose` asked for it."""

    def __init__(self, folder: Path) -> None:
        """Counts on from the pictures that are in ``folder`` already."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        taken = (path.name.split("-", 1)[0] for path in folder.glob("[0-9][0-9][0-9]*-*.png"))
        self._count = max((int(number) for number in taken if number.isdecimal()), default=0)
        self._name = ""

    def expose(self, name: str) -> None:
        """Take the next frame as ``NNN-name.png``."""
        self._name = name

    def develop(self, read: Callable[[], Pixels]) -> None:
        """Write the picture asked for, if any; between drawing and flipping (after it, the buffer is undefined)."""
        if not self._name:
            return
        self._count += 1
        path = self._folder / f"{self._count:03}-{self._name}.png"
        self._name = ""
        unfinished = path.with_suffix(f".{os.getpid()}")
        try:
            unfinished.write_bytes(png(*read()))
            # Whoever waits for the picture finds it whole.
            unfinished.replace(path)
        except OSError as error:
            log.warning("screen: %s: no picture taken: %s; make the folder writable", path, error.strerror)


def png(width: int, height: int, rgba: bytes) -> bytes:
    """The pixels as a PNG file without alpha (PNG 1.2, sections 3 and 4)."""
    rows = bytearray()
    for row in range(height - 1, -1, -1):
        line = rgba[row * width * 4 : (row + 1) * width * 4]
        opaque = bytearray(width * 3)
        for channel in range(3):
            opaque[channel::3] = line[channel::4]
        rows += b"\0" + opaque
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
