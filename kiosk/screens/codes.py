"""QR codes as squares (ISO/IEC 18004). The only place that knows the library; pure."""

from functools import lru_cache

import segno

QUIET = 4
"""Light modules that must surround a code (ISO/IEC 18004, 6.3.8)."""

Modules = tuple[tuple[bool, ...], ...]
"""Rows of modules, quiet zone included; True is dark."""


@lru_cache(maxsize=8)
def modules(content: str) -> Modules:
    """The code for ``content``, as few modules as it needs; empty when no code holds so much.

    Bytes are UTF-8, which telephones guess right. The error correction is the highest that costs no further module:
    glass is not soiled or torn as paper is, but large modules are read from farther away.
    """
    try:
        code = segno.make(content, error="l", boost_error=True, micro=False, encoding="utf-8")
    except segno.DataOverflowError:
        return ()
    return tuple(tuple(bool(module) for module in row) for row in code.matrix_iter(border=QUIET))
