"""Where each part of a page of the directory goes, in units: pure, given a way to measure text.

One frame for all of them: the title above, the keys that mean the same everywhere in a column at the far side, and
between them what the page is for. Three targets of 20 mm are all that stand above one another on a 7-inch panel.
"""

from kiosk.guide.page import PageKind
from kiosk.screens import style
from kiosk.screens.pages import Fact, Option, PageView
from kiosk.screens.shapes import Box, Code, Fill, Picture, Target
from kiosk.screens.sheet import KEYCAP, Sheet

SIDE = 4.0
"""Left and right of everything."""
EDGE = 2.6
"""Between head and content, and below it."""
HEAD = 14.6
HEAD_PICTURE = 10.5
WAYS = 27.0
"""Width of the column of keys."""
STACK = 3
"""Targets above one another."""
MAIN_LINE = style.MAIN * style.LINE_EM
LINE = style.SMALL * style.LINE_EM
ICON = 6.6
PAD = 2.4


def page_layout(sheet: Sheet, view: PageView, width: float, height: float) -> None:
    """Put ``view`` on a sheet of that many units."""
    top = _head(sheet, view, width) + EDGE
    room = Box(SIDE, top, width - 2 * SIDE, height - EDGE - top)
    side = (height - HEAD - 2 * EDGE - (STACK - 1) * style.GAP) / STACK
    column = Box(room.right - WAYS, room.y, WAYS, room.h)
    _ways(sheet, view, column, min(side, (room.h - (len(view.ways) - 1) * style.GAP) / len(view.ways)))
    room = Box(room.x, room.y, room.w - WAYS - style.GAP, room.h)
    match view.kind:
        case PageKind.NEEDS:
            _tiles(sheet, view, room)
        case PageKind.LIST:
            _rows(sheet, view, room)
        case PageKind.TAKE_AWAY:
            _take_away(sheet, view, room)
        case PageKind.CARD | PageKind.NOTICE:
            _card(sheet, view, room, side)


def _head(sheet: Sheet, view: PageView, width: float) -> float:
    """The title, on the page's colour; returns where the head ends. A card's name may have two lines."""
    left = SIDE + HEAD_PICTURE + 3.0
    pages = sheet.measure(view.pages, style.SMALL, True) if view.pages else 0.0
    room_w = width - left - SIDE - (pages + 3.0 if pages else 0.0)
    most = 2 if view.kind is PageKind.CARD else 1
    title = sheet.fitted(view.title, room_w, style.MAIN, True, most)
    height = HEAD + (len(title) - 1) * MAIN_LINE
    sheet.shapes.append(Fill(Box(0, 0, width, height), view.tone))
    picture = Box(SIDE, (HEAD - HEAD_PICTURE) / 2, HEAD_PICTURE, HEAD_PICTURE)
    sheet.shapes.append(Picture(view.picture, picture, style.WHITE))
    inner = len(title) * MAIN_LINE
    sheet.lines(title, Box(left, (height - inner) / 2, room_w, inner), style.MAIN, True, style.WHITE)
    if pages:
        room = Box(width - SIDE - pages, (HEAD - LINE) / 2, pages + 0.01, LINE)
        sheet.lines((view.pages,), room, style.SMALL, True, style.WHITE)
    return height


def _ways(sheet: Sheet, view: PageView, column: Box, side: float) -> None:
    """From the bottom: the person is always in the corner, back always above."""
    y = column.bottom
    for way in reversed(view.ways):
        y -= side
        _stacked(sheet, way, Box(column.x, y, column.w, side), view.tone)
        y -= style.GAP


def _colours(option: Option, tone: str) -> tuple[str, str, str]:
    """Ground, ink and edge."""
    if option.is_person:
        return style.CALL, style.WHITE, style.CALL
    return (tone, style.WHITE, tone) if option.is_main else (style.WHITE, style.INK, tone)


def _plate(sheet: Sheet, option: Option, box: Box, tone: str) -> tuple[str, str, str]:
    ground, ink, edge = _colours(option, tone)
    sheet.ground(box, ground, edge)
    sheet.targets.append(Target(box, option.deed))
    return ground, ink, edge


def _stacked(sheet: Sheet, option: Option, box: Box, tone: str) -> None:
    """Key and pictogram above, the word below: for what is narrow."""
    ground, ink, edge = _plate(sheet, option, box, tone)
    picture = 9.5 if option.picture else 0.0
    wide = KEYCAP + (1.8 + picture if picture else 0.0)
    high = KEYCAP + 0.2 + LINE
    x, y = box.x + (box.w - wide) / 2, box.y + (box.h - high) / 2
    sheet.keycap(option.deed.key, Box(x, y, KEYCAP, KEYCAP), ink if ink == style.WHITE else edge, ground)
    if option.picture:
        sheet.shapes.append(Picture(option.picture, Box(x + KEYCAP + 1.8, y + 0.75, picture, picture), ink))
    room = Box(box.x + 1.0, y + KEYCAP + 0.2, box.w - 2.0, LINE)
    word = sheet.fitted(option.title, room.w, style.SMALL, True)
    sheet.lines(word, room, style.SMALL, True, ink, centred=True)


def _tiles(sheet: Sheet, view: PageView, room: Box) -> None:
    """Up to four needs, two by two: a pictogram, a word, a key."""
    w, h = (room.w - style.GAP) / 2, (room.h - style.GAP) / 2
    words_w = w - 2 * PAD
    is_large = all(sheet.measure(option.title, style.MAIN, True) <= words_w for option in view.options)
    size, most = (style.MAIN, 1) if is_large else (style.SMALL, 2)
    for at, option in enumerate(view.options):
        box = Box(room.x + at % 2 * (w + style.GAP), room.y + at // 2 * (h + style.GAP), w, h)
        ground, ink, edge = _plate(sheet, option, box, view.tone)
        title = sheet.fitted(option.title, words_w, size, True, most)
        words_h = (MAIN_LINE if is_large else 2 * LINE) if title else 0.0
        picture = min(h - words_h - 1.6 - PAD, 20.0)
        sheet.keycap(option.deed.key, Box(box.x + PAD, box.y + PAD, KEYCAP, KEYCAP), edge, ground)
        if option.picture:
            at_x = box.x + (w + KEYCAP + PAD) / 2 - picture / 2
            sheet.shapes.append(Picture(option.picture, Box(at_x, box.y + PAD, picture, picture), edge))
        used = len(title) * size * style.LINE_EM
        y = box.bottom - 0.8 - words_h + (words_h - used) / 2
        sheet.lines(title, Box(box.x + PAD, y, words_w, used), size, True, ink, centred=True)


def _rows(sheet: Sheet, view: PageView, room: Box) -> None:
    """Relays, one above the other; a fourth makes them tiles."""
    count = len(view.options)
    if count > STACK:
        w, h = (room.w - style.GAP) / 2, (room.h - style.GAP) / 2
        for at, option in enumerate(view.options):
            _relay(
                sheet, option, Box(room.x + at % 2 * (w + style.GAP), room.y + at // 2 * (h + style.GAP), w, h), view
            )
        return
    h = (room.h - (STACK - 1) * style.GAP) / STACK
    for at, option in enumerate(view.options):
        _relay(sheet, option, Box(room.x, room.y + at * (h + style.GAP), room.w, h), view)


def _relay(sheet: Sheet, option: Option, box: Box, view: PageView) -> None:
    """A name, and under it whether it is open, as a shape and in words, and where."""
    ground, ink, edge = _plate(sheet, option, box, view.tone)
    is_tile = box.h > 2 * KEYCAP + PAD
    cap = Box(box.x + PAD, box.y + (PAD if is_tile else (box.h - KEYCAP) / 2), KEYCAP, KEYCAP)
    sheet.keycap(option.deed.key, cap, edge, ground)
    left = cap.right + PAD
    room = Box(left, box.y + 1.2, box.right - left - 1.2, box.h - 2.4)
    most = max(1, int(room.h / LINE) - 1)
    name = sheet.fitted(option.title, room.w, style.SMALL, True, most)
    used = (len(name) + (1 if option.note else 0)) * LINE
    y = room.y + max(0.0, (room.h - used) / 2)
    y = sheet.lines(name, Box(room.x, y, room.w, room.bottom - y), style.SMALL, True, ink)
    if not option.note:
        return
    if option.mark is not None:
        sheet.shapes.append(Picture(option.mark.picture, Box(left, y + 0.7, ICON, ICON), option.mark.colour))
        left += ICON + 1.6
    note = Box(left, y, room.right - left, LINE)
    colour = option.mark.colour if option.mark else ink
    sheet.lines(sheet.fitted(option.note, note.w, style.SMALL, False), note, style.SMALL, False, colour)


def _card(sheet: Sheet, view: PageView, room: Box, side: float) -> None:
    """What is known of one relay, and below it what can be done."""
    if view.options:
        row = Box(room.x, room.bottom - side, room.w, side)
        w = (row.w - style.GAP * (len(view.options) - 1)) / len(view.options)
        for at, option in enumerate(view.options):
            _button(sheet, option, Box(row.x + at * (w + style.GAP), row.y, w, row.h), view.tone)
        room = Box(room.x, room.y, room.w, row.y - style.GAP - room.y)
    _facts(sheet, view.facts, room, style.PAPER)


def _button(sheet: Sheet, option: Option, box: Box, tone: str) -> None:
    """Key, pictogram and word in a row if there is room, else stacked."""
    word = sheet.measure(option.title, style.SMALL, True)
    picture = KEYCAP + 2.0 if option.picture else 0.0
    wide = KEYCAP + 2.0 + picture + word
    if wide > box.w - 2 * PAD:
        _stacked(sheet, option, box, tone)
        return
    ground, ink, edge = _plate(sheet, option, box, tone)
    x, middle = box.x + (box.w - wide) / 2, box.y + box.h / 2
    cap = Box(x, middle - KEYCAP / 2, KEYCAP, KEYCAP)
    sheet.keycap(option.deed.key, cap, ink if ink == style.WHITE else edge, ground)
    x = cap.right + 2.0
    if option.picture:
        sheet.shapes.append(Picture(option.picture, Box(x, middle - KEYCAP / 2, KEYCAP, KEYCAP), ink))
        x += picture
    sheet.lines((option.title,), Box(x, middle - LINE / 2, word + 0.01, LINE), style.SMALL, True, ink)


def _facts(sheet: Sheet, facts: tuple[Fact, ...], room: Box, ground: str) -> None:
    """As many lines as there is room for, the weightiest first; each has two at most, and one if room is short."""
    left = room.x + ICON + 2.2
    y = room.y
    for fact in facts:
        free = int((room.bottom - y + 0.01) / LINE)
        lines = sheet.fitted(fact.text, room.right - left, style.SMALL, fact.is_strong, min(2, free))
        if not lines:
            return
        colour = fact.colour or style.INK
        sheet.shapes.append(Picture(fact.picture, Box(room.x, y + 0.7, ICON, ICON), colour))
        block = Box(left, y, room.right - left, len(lines) * LINE)
        y = sheet.lines(lines, block, style.SMALL, fact.is_strong, colour)


def _take_away(sheet: Sheet, view: PageView, room: Box) -> None:
    """The QR code as large as the page allows, and beside it the other ways."""
    if view.qr:
        square = Box(room.x, room.y, room.h, room.h)
        sheet.shapes.append(Fill(square, style.WHITE))
        sheet.shapes.append(Code(view.qr, square, style.CODE))
        room = Box(square.right + style.GAP, room.y, room.right - square.right - style.GAP, room.h)
    side = (room.h - (STACK - 1) * style.GAP) / STACK
    y = room.bottom
    for option in reversed(view.options):
        y -= side
        _button(sheet, option, Box(room.x, y, room.w, side), view.tone)
        y -= style.GAP
    y_free = Box(room.x, room.y, room.w, y + style.GAP - style.GAP - room.y)
    _how(sheet, view.facts, y_free)


def _how(sheet: Sheet, facts: tuple[Fact, ...], room: Box) -> None:
    """Words beside the code, without pictures: the column is narrow."""
    y = room.y
    for fact in facts:
        free = int((room.bottom - y + 0.01) / LINE)
        lines = sheet.fitted(fact.text, room.w, style.SMALL, fact.is_strong, free)
        y = sheet.lines(lines, Box(room.x, y, room.w, len(lines) * LINE), style.SMALL, fact.is_strong, style.INK)
