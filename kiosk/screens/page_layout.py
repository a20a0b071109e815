"""Where each part of a page of the directory goes, in units: pure, given a way to measure text.

One frame for all of them: the title above, the keys that mean the same everywhere at the far side, a person always in
the corner, and between them what the page is for. Three targets of 20 mm are all that stand above one another on a
7-inch panel: a list has three relays, a fourth makes them tiles, which hold less of a name.
"""

from collections.abc import Sequence

from kiosk.guide.page import PageKind
from kiosk.screens import style
from kiosk.screens.pages import Fact, Option, PageView
from kiosk.screens.shapes import Box, Code, Fill, Picture, Target
from kiosk.screens.sheet import KEYCAP, Sheet
from kiosk.screens.style import Colour

SIDE = 3.0
"""Left and right of everything."""
EDGE = 2.4
"""Between head and content, and below it."""
HEAD = 14.2
HEAD_PICTURE = 10.5
WAYS = 27.0
"""Width of the column of keys."""
STACK = 3
"""Targets above one another."""
CAP = 10.0
"""A key above a word."""
ICON = 6.6
PAD = 2.4
LEAST_SUBTITLE = 25.0
"""Narrower than this nothing of a name can be read."""
NOTICE_PICTURE = 30.0
CODE = 64.0
"""Side of a QR code's ground."""
MOST_ROWS = 5
"""Lines of one fact on a card: how they are shared out over its pages is the guide's."""
MAIN_LINE = style.MAIN * style.LINE_EM
LINE = style.SMALL * style.LINE_EM


def page_layout(sheet: Sheet, view: PageView, width: float, height: float) -> None:
    """Put ``view`` on a sheet of that many units."""
    top = _head(sheet, view, width) + EDGE
    room = Box(SIDE, top, width - 2 * SIDE, height - EDGE - top)
    side = (height - HEAD - 2 * EDGE - (STACK - 1) * style.GAP) / STACK
    match view.kind:
        case PageKind.NEEDS:
            _needs(sheet, view, _beside_ways(sheet, view, room, side))
        case PageKind.LIST:
            _relays(sheet, view, _beside_ways(sheet, view, room, side))
        case PageKind.CARD:
            _card(sheet, view, room, side)
        case PageKind.TAKE_AWAY:
            _take_away(sheet, view, room, side)
        case PageKind.NOTICE:
            _notice(sheet, view, _beside_ways(sheet, view, room, side), side)


def _head(sheet: Sheet, view: PageView, width: float) -> float:
    """The title, on the page's colour; returns where the head ends. A name or a sentence may have two lines."""
    # A notice has its picture large, below.
    has_picture = view.kind is not PageKind.NOTICE
    left = SIDE + (HEAD_PICTURE + 3.0 if has_picture else 1.0)
    pages = sheet.measure(view.pages, style.SMALL, True) if view.pages else 0.0
    room_w = width - left - SIDE - (pages + 3.0 if pages else 0.0)
    title = sheet.fitted(view.title, room_w, style.MAIN, True, view.title_lines)
    inner = len(title) * MAIN_LINE
    height = max(HEAD, inner + HEAD - MAIN_LINE)
    sheet.shapes.append(Fill(Box(0, 0, width, height), view.tone))
    if has_picture:
        picture = Box(SIDE, (HEAD - HEAD_PICTURE) / 2, HEAD_PICTURE, HEAD_PICTURE)
        sheet.shapes.append(Picture(view.picture, picture, style.WHITE))
    sheet.lines(title, Box(left, (height - inner) / 2, room_w, inner), style.MAIN, True, style.WHITE)
    if pages:
        room = Box(width - SIDE - pages, (HEAD - LINE) / 2, pages + 0.01, LINE)
        sheet.lines((view.pages,), room, style.SMALL, True, style.WHITE)
    used = max((sheet.measure(line, style.MAIN, True) for line in title), default=0.0) + 5.0
    if view.subtitle and room_w - used >= LEAST_SUBTITLE:
        # On the title's base line.
        room = Box(left + used, (HEAD - MAIN_LINE) / 2 + (MAIN_LINE - LINE) * 0.78, room_w - used, LINE)
        name = sheet.fitted(view.subtitle, room.w, style.SMALL, False)
        sheet.lines(name, room, style.SMALL, False, style.WHITE)
    return height


def _beside_ways(sheet: Sheet, view: PageView, room: Box, side: float) -> Box:
    """The everywhere-keys in a column, from the bottom: the person in the corner, back above. Returns what is left."""
    column = Box(room.right - WAYS, room.y, WAYS, room.h)
    y = column.bottom
    for way in reversed(view.ways):
        y -= side
        _stacked(sheet, way, Box(column.x, y, column.w, side), view.tone)
        y -= style.GAP
    return Box(room.x, room.y, room.w - WAYS - style.GAP, room.h)


def _plate(sheet: Sheet, option: Option, box: Box, tone: Colour) -> tuple[Colour, Colour, Colour]:
    """The ground of a target; returns the colours of the ground, of words on it, and of its key."""
    filled = style.CALL if option.is_person else tone if option.is_main else ""
    sheet.ground(box, filled or style.WHITE, filled or tone)
    sheet.targets.append(Target(box, option.deed))
    return (filled, style.WHITE, style.WHITE) if filled else (style.WHITE, style.INK, tone)


def _stacked_width(sheet: Sheet, option: Option) -> float:
    return max(sheet.measure(option.title, style.SMALL, True) + 2.0, 2 * CAP + 2.0 + 2.0)


def _stacked(sheet: Sheet, option: Option, box: Box, tone: Colour) -> None:
    """Key and pictogram above, the word below: for what is narrow."""
    ground, ink, cap = _plate(sheet, option, box, tone)
    picture = CAP if option.picture else 0.0
    wide = CAP + (2.0 + picture if picture else 0.0)
    x, y = box.x + (box.w - wide) / 2, box.y + (box.h - CAP - 0.4 - LINE) / 2
    sheet.keycap(option.deed.key, Box(x, y, CAP, CAP), cap, ground)
    if option.picture:
        sheet.shapes.append(Picture(option.picture, Box(x + CAP + 2.0, y, picture, picture), ink))
    room = Box(box.x + 1.0, y + CAP + 0.4, box.w - 2.0, LINE)
    sheet.lines(sheet.fitted(option.title, room.w, style.SMALL, True), room, style.SMALL, True, ink, centred=True)


def _button(sheet: Sheet, option: Option, box: Box, tone: Colour) -> None:
    """Key, pictogram and word in a row if there is room, else stacked."""
    word = sheet.measure(option.title, style.SMALL, True)
    picture = KEYCAP + 2.0 if option.picture else 0.0
    wide = KEYCAP + 2.0 + picture + word
    if wide > box.w - 2 * PAD:
        _stacked(sheet, option, box, tone)
        return
    ground, ink, cap = _plate(sheet, option, box, tone)
    x, middle = box.x + (box.w - wide) / 2, box.y + box.h / 2
    sheet.keycap(option.deed.key, Box(x, middle - KEYCAP / 2, KEYCAP, KEYCAP), cap, ground)
    x += KEYCAP + 2.0
    if option.picture:
        sheet.shapes.append(Picture(option.picture, Box(x, middle - KEYCAP / 2, KEYCAP, KEYCAP), ink))
        x += picture
    sheet.lines((option.title,), Box(x, middle - LINE / 2, word + 0.01, LINE), style.SMALL, True, ink)


def _tiles(room: Box, count: int) -> list[Box]:
    """Boxes two by two."""
    w, h = (room.w - style.GAP) / 2, (room.h - style.GAP) / 2
    return [Box(room.x + at % 2 * (w + style.GAP), room.y + at // 2 * (h + style.GAP), w, h) for at in range(count)]


def _needs(sheet: Sheet, view: PageView, room: Box) -> None:
    """Up to four needs: a key, a pictogram and a word each. All words of a page have one size."""
    tiles = _tiles(room, len(view.options))
    words_w = tiles[0].w - 2 * PAD if tiles else 0.0
    is_large = all(sheet.measure(option.title, style.MAIN, True) <= words_w for option in view.options)
    size = style.MAIN if is_large else style.SMALL
    titles = [sheet.fitted(option.title, words_w, size, True, 2) for option in view.options]
    words_h = max((len(title) for title in titles), default=0) * size * style.LINE_EM
    for option, box, title in zip(view.options, tiles, titles, strict=True):
        ground, ink, cap = _plate(sheet, option, box, view.tone)
        sheet.keycap(option.deed.key, Box(box.x + PAD, box.y + PAD, KEYCAP, KEYCAP), cap, ground)
        if option.picture:
            side = box.h - words_h - PAD - 2.6
            x = box.x + (box.w - side) / 2
            sheet.shapes.append(Picture(option.picture, Box(x, box.y + PAD, side, side), cap))
        used = len(title) * size * style.LINE_EM
        y = box.bottom - 1.2 - words_h + (words_h - used) / 2
        sheet.lines(title, Box(box.x + PAD, y, words_w, used), size, True, ink, centred=True)


def _relays(sheet: Sheet, view: PageView, room: Box) -> None:
    """Relays: the key, the name, and under it whether it is open, as a shape and in words, and where."""
    if len(view.options) > STACK:
        for option, box in zip(view.options, _tiles(room, len(view.options)), strict=True):
            _relay_tile(sheet, option, box, view.tone)
        return
    h = row_height(room, len(view.options))
    for at, option in enumerate(view.options):
        _relay_row(sheet, option, Box(room.x, room.y + at * (h + style.GAP), room.w, h), view.tone)


def row_height(room: Box, count: int) -> float:
    """Where there are fewer relays than room for, their rows are higher: a name has two lines there."""
    rows = STACK if count >= STACK else STACK - 1
    return (room.h - (rows - 1) * style.GAP) / rows


def _relay_row(sheet: Sheet, option: Option, box: Box, tone: Colour) -> None:
    ground, ink, cap = _plate(sheet, option, box, tone)
    sheet.keycap(option.deed.key, Box(box.x + PAD, box.y + (box.h - KEYCAP) / 2, KEYCAP, KEYCAP), cap, ground)
    left = box.x + 2 * PAD + KEYCAP
    room = Box(left, box.y + 1.2, box.right - left - 1.2, box.h - 2.4)
    name = sheet.fitted(option.title, room.w, style.SMALL, True, int(room.h / LINE) - bool(option.note))
    y = room.y + (room.h - (len(name) + bool(option.note)) * LINE) / 2
    y = sheet.lines(name, Box(left, y, room.w, len(name) * LINE), style.SMALL, True, ink)
    if option.mark is not None and option.note:
        sheet.shapes.append(Picture(option.mark.picture, Box(left, y + 0.7, ICON, ICON), option.mark.colour))
        left += ICON + 1.6
    note = sheet.parts(option.note, room.right - left, style.SMALL, False)
    colour = option.mark.colour if option.mark else ink
    sheet.lines(note, Box(left, y, room.right - left, LINE), style.SMALL, False, colour)


def _relay_tile(sheet: Sheet, option: Option, box: Box, tone: Colour) -> None:
    ground, ink, cap = _plate(sheet, option, box, tone)
    sheet.keycap(option.deed.key, Box(box.x + PAD, box.y + PAD, KEYCAP, KEYCAP), cap, ground)
    if option.mark is not None:
        mark = Box(box.x + PAD + 0.5, box.bottom - PAD - CAP, CAP, CAP)
        sheet.shapes.append(Picture(option.mark.picture, mark, option.mark.colour))
    left = box.x + PAD + KEYCAP + 2.0
    room = Box(left, box.y + 0.8, box.right - left - 1.2, box.h - 1.6)
    name = sheet.fitted(option.title, room.w, style.SMALL, True, 2)
    note = sheet.fitted(option.note, room.w, style.SMALL, False, 2)
    y = room.y + (room.h - (len(name) + len(note)) * LINE) / 2
    y = sheet.lines(name, Box(left, y, room.w, len(name) * LINE), style.SMALL, True, ink)
    colour = option.mark.colour if option.mark else ink
    sheet.lines(note, Box(left, y, room.w, len(note) * LINE), style.SMALL, False, colour)


def _card(sheet: Sheet, view: PageView, room: Box, side: float) -> None:
    """What is known of one relay, and below it what can be done: in one row, "more" above its end.

    Where the words are too wide for that, all but the person stand above, and the numbered ones share the row.
    """
    above = 1 if len(view.ways) == STACK else 0
    every = (*view.options, *view.ways[above:])
    widths = [_stacked_width(sheet, option) for option in every]
    if above:
        # As wide as on the other pages at most, so that the lines beside it are never shorter.
        widths[-1] = min(WAYS, max(_stacked_width(sheet, way) for way in (view.ways[0], view.ways[-1])))
    spare = room.w - sum(widths) - style.GAP * (len(every) - 1)
    if spare >= 0:
        growing = len(every) - above
        widths = [width + (spare / growing if at < growing else 0.0) for at, width in enumerate(widths)]
    else:
        above = max(0, len(view.ways) - 1)
        every = (*view.options, *view.ways[above:])
        last = [WAYS] * len(view.ways[above:])
        shared = room.w - sum(last) - style.GAP * (len(every) - 1)
        widths = [shared / max(1, len(view.options))] * len(view.options) + last
    row = side + style.GAP
    free = Box(room.x, room.y, room.w, room.h - (row if every else 0.0))
    right = room.right
    for way in reversed(view.ways[:above]):
        _button(sheet, way, Box(right - widths[-1], free.bottom - side, widths[-1], side), view.tone)
        right -= widths[-1] + style.GAP
    x = room.x
    for option, width in zip(every, widths, strict=True):
        _button(sheet, option, Box(x, room.bottom - side, width, side), view.tone)
        x += width + style.GAP
    facts(sheet, view.facts, free, right, free.bottom - (row if above else 0.0), MOST_ROWS)


def facts(sheet: Sheet, known: Sequence[Fact], room: Box, right: float, wide_until: float, most: int = 2) -> None:
    """As many lines as there is room for, the weightiest first; each fact has ``most`` of them, less if room is short.

    Above ``wide_until`` they have the room's whole width, below it they end at ``right``.
    """
    left = room.x + ICON + 2.2
    y = room.y
    for fact in known:
        free = int((room.bottom - y + 0.01) / LINE)
        end = room.right
        lines = sheet.fitted(fact.text, end - left, style.SMALL, fact.is_strong, min(most, free))
        if y + len(lines) * LINE > wide_until:
            end = right
            lines = sheet.fitted(fact.text, end - left, style.SMALL, fact.is_strong, min(most, free))
        if not lines:
            return
        colour = fact.colour or style.INK
        sheet.shapes.append(Picture(fact.picture, Box(room.x, y + 0.7, ICON, ICON), colour))
        block = Box(left, y, end - left, len(lines) * LINE)
        y = sheet.lines(lines, block, style.SMALL, fact.is_strong, colour)


def _take_away(sheet: Sheet, view: PageView, room: Box, side: float) -> None:
    """The QR code as large as the page allows; beside it what to do with it, and the other ways."""
    if view.qr:
        side_of = min(room.h, CODE)
        square = Box(room.x, room.y + (room.h - side_of) / 2, side_of, side_of)
        sheet.shapes.append(Fill(square, style.WHITE))
        # The quiet zone may reach over the paper around the square, which is as good as white.
        sheet.shapes.append(Code(view.qr, square.inset(-EDGE), style.CODE))
        room = Box(square.right + style.GAP, room.y, room.right - square.right - style.GAP, room.h)
    y = room.bottom
    pairs = [view.options[first : first + 2] for first in range(0, len(view.options), 2)]
    for row in reversed([*pairs, view.ways]):
        # From the bottom: back and the person, then the numbered ones, two by two.
        if not row:
            continue
        w = (room.w - style.GAP * (len(row) - 1)) / len(row)
        y -= side
        for at, option in enumerate(row):
            _button(sheet, option, Box(room.x + at * (w + style.GAP), y, w, side), view.tone)
        y -= style.GAP
    top = room.y
    for fact in view.facts:
        free = int((y - top + 0.01) / LINE)
        lines = sheet.fitted(fact.text, room.w, style.SMALL, fact.is_strong, free)
        top = sheet.lines(lines, Box(room.x, top, room.w, len(lines) * LINE), style.SMALL, fact.is_strong, style.INK)


def _notice(sheet: Sheet, view: PageView, room: Box, side: float) -> None:
    """One thing to know, large, and at most a choice."""
    if view.options:
        w = (room.w - style.GAP * (len(view.options) - 1)) / len(view.options)
        for at, option in enumerate(view.options):
            box = Box(room.x + at * (w + style.GAP), room.bottom - side, w, side)
            _button(sheet, option, box, view.tone)
        room = Box(room.x, room.y, room.w, room.h - side - style.GAP)
    picture = min(NOTICE_PICTURE, room.h)
    spot = Box(room.x, room.y + (room.h - picture) / 2, picture, picture)
    sheet.shapes.append(Picture(view.picture, spot, view.tone))
    words = Box(spot.right + 5.0, room.y, room.right - spot.right - 5.0, room.h)
    large = [line for fact in view.facts for line in sheet.wrapped(fact.text, words.w, style.MAIN, False)]
    fits = all(sheet.measure(line, style.MAIN, False) <= words.w for line in large)
    size = style.MAIN if fits and len(large) * MAIN_LINE <= words.h else style.SMALL
    line_h = size * style.LINE_EM
    most = int(words.h / line_h)
    fitted = [sheet.fitted(fact.text, words.w, size, False, most) for fact in view.facts]
    every = [line for lines in fitted for line in lines][:most]
    used = len(every) * line_h
    spot = Box(words.x, words.y + (words.h - used) / 2, words.w, used)
    sheet.lines(tuple(every), spot, size, False, style.INK)
