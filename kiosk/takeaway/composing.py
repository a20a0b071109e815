"""A slip as the bytes of an ESC/POS printer [the one place that imports escpos]. No device is touched here."""

import contextlib
import io
from collections.abc import Sequence
from typing import assert_never

from escpos.exceptions import Error
from escpos.printer import Dummy

from kiosk.errors import BadInput
from kiosk.takeaway.settings import Printer
from kiosk.takeaway.slip import Code, Piece, Rule, Style, Words, printable, wrapped

COLUMNS = {58: 32, 80: 48}
"""Characters of 12 dots, by the paper's width in mm."""
MODULE_DOTS = 4
"""Of one module of a QR code: half a millimetre."""
FEED_LINES = 4
"""From the print head to the tear-off edge."""


def composed(pieces: Sequence[Piece], settings: Printer) -> bytes:
    """``pieces`` for the printer of ``settings``, cut at the end. Raises: BadInput for an unknown profile or page."""
    try:
        paper = Dummy(profile=settings.profile)
        paper.hw("INIT")
        paper.charcode(settings.code_page)
    except (Error, KeyError, ValueError) as error:
        raise BadInput(
            f"printer.profile = {settings.profile!r} with printer.code_page = {settings.code_page!r}: {error}; "
            "name a profile of python-escpos, and a code page that it has"
        ) from error
    # The library says on standard output what it thinks of a profile; that is where our caller's word goes.
    with contextlib.redirect_stdout(io.StringIO()):
        for piece in pieces:
            _print(paper, piece, settings)
    paper.print_and_feed(FEED_LINES)
    if settings.cuts:
        paper.cut(feed=False)
    return bytes(paper.output)


def _print(paper: Dummy, piece: Piece, settings: Printer) -> None:
    columns = COLUMNS[settings.paper_mm]
    match piece:
        case Words(text=text, style=style):
            is_title = style is Style.TITLE
            paper.set(align="left", bold=style is not Style.PLAIN, double_height=is_title, normal_textsize=not is_title)
            if printed := printable(text, settings.code_page.lower()):
                for line in wrapped(printed, columns):
                    paper.textln(line)
        case Rule():
            paper.set(align="left", bold=False, normal_textsize=True)
            paper.textln("-" * columns)
        case Code(content=content):
            _print_code(paper, content, settings)
        case _:
            assert_never(piece)


def _print_code(paper: Dummy, content: str, settings: Printer) -> None:
    paper.set(align="center", bold=False, normal_textsize=True)
    way = settings.qr
    if way == "auto":
        # 13 KB of picture take a serial port 7 s, and may overrun the printer's memory.
        way = "native" if settings.connection == "serial" else "image"
    match way:
        case "native":
            paper.qr(content, ec=1, size=MODULE_DOTS, native=True)
            paper.ln()
        case "image":
            paper.qr(content, ec=1, size=MODULE_DOTS, image_arguments={"impl": "bitImageRaster", "center": False})
        case "none":
            return
