"""Each piece of an index that is shown or weighed carries a checksum, over its key too: cards turn bits by themselves.

Pure. CRC-32 finds every wrong run of up to 32 bits; of worse damage, one in four thousand million passes.
"""

import zlib

LENGTH = 4


def with_checksum(content: bytes, key: int | str) -> bytes:
    """``content`` as it is stored under ``key``."""
    return content + _sum(content, key)


def proved(stored: object, key: int | str) -> bytes:
    """The content of what was ``stored`` under ``key``. Raises: ValueError when it is not what was stored there."""
    if not isinstance(stored, bytes):
        raise ValueError("no bytes where there were some")
    content = stored[:-LENGTH]
    if stored[-LENGTH:] != _sum(content, key):
        raise ValueError("a checksum does not hold")
    return content


def _sum(content: bytes, key: int | str) -> bytes:
    return zlib.crc32(content, zlib.crc32(str(key).encode())).to_bytes(LENGTH, "little")
