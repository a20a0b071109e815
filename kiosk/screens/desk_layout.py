"""Where each part of the social worker's pages goes, in units: pure, given a way to measure text.

For somebody who sits at the screen: all but a title is small text (4.8 mm), and there are more choices than a caller
gets; what is touched has 20 mm all the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.guide.card_pages import ROWS
from kiosk.guide.worker_page import Action, Row, WorkerPage, WorkerView
from kiosk.screens import style
from kiosk.screens.desk import DONE, ERASE, HALVES, OTHER, SPACE, Field
from kiosk.screens.desks import NOTICES, PICTURES, TONE, DeskView
from kiosk.screens.page_layout import CAP, EDGE, HEAD, ICON, LINE, MAIN_LINE, SIDE, STACK, facts, row_height
from kiosk.screens.pages import MARKS, fact
from kiosk.screens.pictograms import Pictogram
from kiosk.screens.shapes import Box, Code, Deed, Fill, Pad, Picture, Target, Work
from kiosk.screens.sheet import Sheet

SLOT = 24.8
"""Width of a button in a column."""
ACROSS = 6
"""Targets beside one another."""
MOST_ON_CARD = 5
"""Buttons below a card: of more, the words do not fit."""
ALPHABET = ("abcdefghijklm", "nopqrstuvwxyz")
DIGITS = "0123456789+"
MOST_OF_DAY = 32.0
"""Width of a day's name in a table."""
CARET = "|"


@dataclass(frozen=True)
class Button:
    """Something to touch: its own words, and shorter ones for where these do not fit."""

    deed: Deed
    title: str
    short: str
    picture: Pictogram | None


def desk_layout(sheet: Sheet, view: DeskView, width: float, height: float) -> None:
    """Put ``view`` on a sheet of that many units."""
    _head(sheet, view, width)
    room = Box(SIDE, HEAD + EDGE, width - 2 * SIDE, height - HEAD - 2 * EDGE)
    if view.desk.pad:
        _keyboard(sheet, view, room)
        return
    page = view.page
    match page.view:
        case WorkerView.SEARCH:
            _search(sheet, view, room)
        case WorkerView.FILTERS:
            _filters(sheet, view, room)
        case WorkerView.CHOOSE:
            back = [action for action in page.actions if action.do == "search"]
            room = _actions(sheet, view, back, room)
            for chip, box in zip(page.choices, _grid(room, 2, STACK), strict=False):
                _choice(sheet, chip.title, Work("choose", "value", chip.name), box, is_on=chip.is_on)
        case WorkerView.CARD:
            _card(sheet, view, room)
        case WorkerView.SHORT_LIST:
            _rows(sheet, page.rows, _actions(sheet, view, page.actions, room))
        case WorkerView.COMPARE:
            # What else can be done with them is on the short list itself, one step back.
            back = [action for action in page.actions if action.do == "back"]
            _compare(sheet, page, _actions(sheet, view, back, room))
        case WorkerView.WRONG:
            reports = [action for action in page.actions if action.do == "report"]
            room = _actions(sheet, view, [action for action in page.actions if action.do != "report"], room)
            for action, box in zip(reports, _grid(room, 2, STACK), strict=False):
                picture = PICTURES.get(action.field, Pictogram.QUESTION)
                _choice(sheet, action.title, Work("report", "field", action.field), box, picture=picture)


def _head(sheet: Sheet, view: DeskView, width: float) -> None:
    """A notice, else what is typed, else the title."""
    page, desk = view.page, view.desk
    picture, tone = NOTICES.get(page.tone, (Pictogram.OUT_OF_ORDER, TONE)) if page.notice else (None, TONE)
    sheet.shapes.append(Fill(Box(0, 0, width, HEAD), tone))
    room = Box(SIDE, (HEAD - MAIN_LINE) / 2, width - 2 * SIDE, MAIN_LINE)
    if picture is not None and not desk.is_writing and not desk.pad:
        sheet.shapes.append(Picture(picture, Box(SIDE, (HEAD - CAP) / 2, CAP, CAP), style.WHITE))
        left = SIDE + CAP + 3.0
        lines = sheet.fitted(page.notice, width - left - SIDE, style.SMALL, True)
        sheet.lines(lines, Box(left, (HEAD - LINE) / 2, width - left - SIDE, LINE), style.SMALL, True, style.WHITE)
        return
    if desk.field is Field.NUMBER:
        _field(sheet, Pictogram.HANDSET, desk.number, view.words["desk.number"], room, is_here=True)
        return
    if page.view is WorkerView.SEARCH or desk.pad:
        text = Box(room.x, room.y, (room.w - style.GAP) * 0.6, room.h)
        place = Box(text.right + style.GAP, room.y, room.right - text.right - style.GAP, room.h)
        is_place = desk.field is Field.PLACE
        _field(sheet, Pictogram.SEARCH, desk.written(page), view.words["desk.text"], text, is_here=not is_place)
        where = desk.place if is_place else page.place
        _field(sheet, Pictogram.PLACE, where, view.words["desk.place"], place, is_here=is_place)
        return
    pages = f"{page.number}/{page.of}" if page.of > 1 else ""
    wide = sheet.measure(pages, style.SMALL, True) + 3.0 if pages else 0.0
    title = sheet.fitted(page.title, room.w - wide, style.MAIN, True)
    sheet.lines(title, Box(room.x, room.y, room.w - wide, room.h), style.MAIN, True, style.WHITE)
    if pages:
        spot = Box(room.right - wide + 3.0, (HEAD - LINE) / 2, wide - 2.99, LINE)
        sheet.lines((pages,), spot, style.SMALL, True, style.WHITE)


def _field(sheet: Sheet, picture: Pictogram, text: str, hint: str, box: Box, *, is_here: bool) -> None:
    """Something to type into; its end is shown, where the caret is."""
    sheet.shapes.append(Fill(box, style.WHITE, 2.0))
    sheet.shapes.append(Picture(picture, Box(box.x + 2.0, box.y + (box.h - ICON) / 2, ICON, ICON), style.INK))
    left = box.x + ICON + 3.6
    room = Box(left, box.y + (box.h - LINE) / 2, box.right - left - 1.6, LINE)
    shown, colour = (text + (CARET if is_here else ""), style.INK) if text or is_here else (hint, style.FAINT)
    if not is_here:
        shown = next(iter(sheet.fitted(shown, room.w, style.SMALL, False)), "")
    while shown and sheet.measure(shown, style.SMALL, False) > room.w:
        shown = shown[1:]
    sheet.lines((shown,), room, style.SMALL, False, colour)


def _search(sheet: Sheet, view: DeskView, room: Box) -> None:
    page = view.page
    left = Box(room.x, room.y, SLOT, room.h)
    filters, write, clear = _grid(left, 1, STACK)
    by_do = {action.do: _button(view, action) for action in page.actions}
    # Filled, and their number in words' place, where any is set: an empty list may be their doing.
    set_now = sum(chip.is_on for chip in page.filters)
    ground, ink = (TONE, style.WHITE) if set_now else (style.WHITE, style.INK)
    _plate(sheet, Work("filters"), filters, ground)
    title = view.words["desk.filters"]
    _two_lines(sheet, title if set_now else "", str(set_now) if set_now else title, PICTURES["filters"], filters, ink)
    _slot(sheet, view.words["desk.write"], Pictogram.PENCIL, Pad(Field.TEXT), write)
    if "clear" in by_do:
        _put(sheet, by_do["clear"], clear)
    room = Box(left.right + style.GAP, room.y, room.right - left.right - style.GAP, room.h)
    # One column alone: on a page between two others, turning comes before the short list.
    others = [*_turns(view), *(by_do[do] for do in ("short_list",) if do in by_do)]
    last = [by_do["close"]] if "close" in by_do else []
    _rows(sheet, page.rows, _column(sheet, [*others[: STACK - len(last)], *last], room))


def _filters(sheet: Sheet, view: DeskView, room: Box) -> None:
    """Each filter with what it is set to, filled where it is set; the sixth place empties them all."""
    page = view.page
    room = _actions(sheet, view, [action for action in page.actions if action.do != "clear"], room)
    boxes = _grid(room, 2, STACK)
    for chip, box in zip(page.filters, boxes, strict=False):
        deed = Work("filter", "name", chip.name)
        if not chip.value:
            _choice(sheet, chip.title, deed, box, picture=PICTURES.get(chip.name))
            continue
        _plate(sheet, deed, box, TONE)
        _two_lines(sheet, chip.title, chip.value, None, box, style.WHITE)
    for action in page.actions:
        if action.do == "clear":
            _choice(sheet, action.title, Work("clear"), boxes[-1], picture=PICTURES["clear"])


def _rows(sheet: Sheet, rows: Sequence[Row], room: Box) -> None:
    """Relays: name, and whether it is open, as a shape and in words; a star for what was put aside."""
    h = row_height(room, len(rows))
    for at, row in enumerate(rows[:STACK]):
        box = Box(room.x, room.y + at * (h + style.GAP), room.w, h)
        _plate(sheet, Work("show", "id", row.id), box, style.WHITE)
        inner = Box(box.x + 2.2, box.y + 1.2, box.w - 3.8, box.h - 2.4)
        left = inner.x + (ICON + 1.4 if row.is_kept else 0.0)
        title = sheet.fitted(row.title, inner.right - left, style.SMALL, True, int(inner.h / LINE) - 1)
        y = inner.y + (inner.h - (len(title) + 1) * LINE) / 2
        if row.is_kept:
            sheet.shapes.append(Picture(Pictogram.STAR, Box(inner.x, y + 0.7, ICON, ICON), TONE))
        spot = Box(left, y, inner.right - left, len(title) * LINE)
        y = sheet.lines(title, spot, style.SMALL, True, style.INK)
        mark = MARKS["check"] if row.is_unsure else MARKS.get(row.tone, MARKS["unknown"])
        sheet.shapes.append(Picture(mark.picture, Box(inner.x, y + 0.7, ICON, ICON), mark.colour))
        note = Box(inner.x + ICON + 1.4, y, inner.w - ICON - 1.4, LINE)
        said = " · ".join(part for part in (row.open, row.note) if part)
        sheet.lines(sheet.parts(said, note.w, style.SMALL, False), note, style.SMALL, False, mark.colour)


def _card(sheet: Sheet, view: DeskView, room: Box) -> None:
    """What is known, the code, and below them what can be done."""
    page = view.page
    side = (room.h - (STACK - 1) * style.GAP) / STACK
    # Back leads to the page before, too.
    forward = [] if page.number == page.of else _turns(view)[-1:]
    actions = page.actions
    # One step back they are as near; what is wrong is told when all has been read.
    for spared in ("close", "short_list", *(("wrong",) if forward else ())):
        if len(actions) + len(forward) > MOST_ON_CARD:
            actions = tuple(action for action in actions if action.do != spared)
    buttons = [_button(view, action) for action in actions]
    buttons = [*buttons[:-1], *forward, *buttons[-1:]]
    if len(buttons) > ACROSS:
        buttons = [*buttons[: ACROSS - 1], buttons[-1]]
    count = max(1, len(buttons))
    w = (room.w - (count - 1) * style.GAP) / count
    for at, button in enumerate(buttons):
        box = Box(room.x + at * (w + style.GAP), room.bottom - side, w, side)
        _put(sheet, button, box)
    free = Box(room.x, room.y, room.w, room.h - side - style.GAP)
    if page.qr:
        square = Box(free.right - free.h, free.y, free.h, free.h)
        sheet.shapes.append(Fill(square, style.WHITE))
        sheet.shapes.append(Code(page.qr, square, style.CODE))
        free = Box(free.x, free.y, free.w - free.h - style.GAP, free.h)
    facts(sheet, [fact(line) for line in page.lines], free, free.right, free.bottom, ROWS)


def _compare(sheet: Sheet, page: WorkerPage, room: Box) -> None:
    """A table: a day a line, a relay a column; as many lines a day as there is room for."""
    days = [_short_day(day.title) for day in page.days]
    day_w = min(MOST_OF_DAY, max((sheet.measure(day, style.SMALL, True) for day in days), default=0.0) + 3.0)
    w = (room.w - day_w) / max(1, len(page.columns))

    def most_lines(head: float) -> int:
        return int(max(LINE, (room.h - head) / max(1, len(days))) / LINE + 0.01)

    # Names have a second line where the days lose none by it.
    name_lines = 2 if room.h - 2 * LINE >= len(days) * LINE * most_lines(LINE) else 1
    names = [sheet.fitted(name, w - 2.0, style.SMALL, True, name_lines) for name in page.columns]
    head = max((len(name) for name in names), default=1) * LINE
    for at, name in enumerate(names):
        box = Box(room.x + day_w + at * w, room.y, w - 2.0, head)
        sheet.lines(name, box, style.SMALL, True, style.INK)
    h = max(LINE, (room.h - head) / max(1, len(days)))
    most = most_lines(head)
    for row, (title, day) in enumerate(zip(days, page.days, strict=True)):
        line = Box(room.x, room.y + head + row * h, room.w, h)
        if line.bottom > room.bottom + 0.01:
            return
        if row % 2 == 0:
            sheet.shapes.append(Fill(line, style.WHITE, 1.0))
        spot = Box(room.x + 1.0, line.y + (h - LINE) / 2, day_w - 1.0, LINE)
        sheet.lines(sheet.fitted(title, spot.w - 1.0, style.SMALL, True), spot, style.SMALL, True, style.INK)
        for at, cell in enumerate(day.cells[: len(page.columns)]):
            fits = sheet.measure(cell, style.SMALL, False) <= w - 2.0
            lines = sheet.fitted(cell if fits else _tight(cell), w - 2.0, style.SMALL, False, most)
            used = len(lines) * LINE
            spot = Box(room.x + day_w + at * w, line.y + (h - used) / 2, w - 2.0, used)
            sheet.lines(lines, spot, style.SMALL, False, style.INK)


def _short_day(title: str) -> str:
    """``Lu 23`` for ``Lundi 23 novembre``: a table has no room for more."""
    name, *rest = title.split() or [""]
    number = next((word for word in rest if word.isdecimal()), "")
    return f"{name[:2]}\u00a0{number}" if number else title


def _tight(times: str) -> str:
    """``9h-12h, 14h-17h30`` for ``9 h - 12 h, 14 h - 17 h 30``, whatever the dash."""
    return re.sub(r"\s*(\bh\b|[-\u2013])\s*", r"\1", times)


def _keyboard(sheet: Sheet, view: DeskView, room: Box) -> None:
    """A keyboard of keys that a finger meets: half of the alphabet at a time, or digits."""
    here, there = ALPHABET[view.desk.pad - 1], ALPHABET[HALVES - view.desk.pad]
    field = Field.TEXT if view.desk.field is Field.PLACE else Field.PLACE
    words = {SPACE: view.words["desk.space"], OTHER: f"{there[0]}\u2026{there[-1]}"}
    pictures = {ERASE: Pictogram.BACK, DONE: Pictogram.TICK, Field.PLACE: Pictogram.PLACE, Field.TEXT: Pictogram.SEARCH}
    keys = [*DIGITS] if view.desk.field is Field.NUMBER else [*here, SPACE, OTHER, field]
    for key, box in zip((*keys, ERASE, DONE), _grid(room, ACROSS, STACK), strict=False):
        ground, ink = (TONE, style.WHITE) if key == DONE else (style.WHITE, style.INK)
        _plate(sheet, Pad(key), box, ground)
        if key in pictures:
            spot = Box(box.middle[0] - CAP / 2, box.middle[1] - CAP / 2, CAP, CAP)
            sheet.shapes.append(Picture(pictures[key], spot, ink))
            continue
        word = words.get(key, key)
        size = style.MAIN if len(word) == 1 else style.SMALL
        line = size * style.LINE_EM
        spot = Box(box.x + 1.0, box.middle[1] - line / 2, box.w - 2.0, line)
        sheet.lines(sheet.fitted(word, spot.w, size, True), spot, size, True, ink, centred=True)


def _button(view: DeskView, action: Action) -> Button:
    deed = Work(action.do, "field", action.field) if action.field else Work(action.do)
    return Button(deed, action.title, view.short(action), PICTURES.get(action.do))


def _turns(view: DeskView) -> list[Button]:
    page, turns = view.page, []
    if page.number > 1:
        word = view.words["desk.before"]
        turns.append(Button(Work("turn", "page", page.number - 1), word, word, Pictogram.BEFORE))
    if page.number < page.of:
        word = view.words["desk.more"]
        turns.append(Button(Work("turn", "page", page.number + 1), word, word, Pictogram.NEXT))
    return turns


def _actions(sheet: Sheet, view: DeskView, actions: Sequence[Action], room: Box) -> Box:
    """The page's buttons and the turning of pages, in a column; returns what is left."""
    return _column(sheet, [*_turns(view), *(_button(view, action) for action in actions)], room)


def _column(sheet: Sheet, buttons: Sequence[Button], room: Box) -> Box:
    """Buttons in one column at the far side, in two where one is too few; returns what is left."""
    columns = 2 if len(buttons) > STACK else 1
    wide = columns * SLOT + (columns - 1) * style.GAP
    slots = _grid(Box(room.right - wide, room.y, wide, room.h), columns, STACK)
    for button, box in zip(buttons, slots, strict=False):
        _put(sheet, button, box)
    return Box(room.x, room.y, room.w - wide - style.GAP, room.h)


def _put(sheet: Sheet, button: Button, box: Box) -> None:
    fits = sheet.measure(button.title, style.SMALL, True) <= box.w - 1.8
    _slot(sheet, button.title if fits else button.short, button.picture, button.deed, box)


def _slot(sheet: Sheet, word: str, picture: Pictogram | None, deed: Deed, box: Box) -> None:
    """A picture over a word."""
    _plate(sheet, deed, box, style.WHITE)
    _two_lines(sheet, "", word, picture, box, style.INK)


def _two_lines(sheet: Sheet, title: str, word: str, picture: Pictogram | None, box: Box, ink: str) -> None:
    """A picture, or a title, over a word."""
    room = Box(box.x + 0.9, box.y + (box.h - 2 * LINE) / 2, box.w - 1.8, LINE)
    if title and not word:
        word, title = title, ""
    if title:
        sheet.lines(sheet.fitted(title, room.w, style.SMALL, False), room, style.SMALL, False, ink, centred=True)
    elif picture is not None:
        sheet.shapes.append(Picture(picture, Box(box.middle[0] - CAP / 2, room.y - 1.4, CAP, CAP), ink))
    below = Box(room.x, room.bottom + 0.6, room.w, LINE)
    sheet.lines(sheet.fitted(word, below.w, style.SMALL, True), below, style.SMALL, True, ink, centred=True)


def _choice(
    sheet: Sheet, title: str, deed: Deed, box: Box, *, is_on: bool = False, picture: Pictogram | None = None
) -> None:
    """A value to choose; a tick, not colour alone, says that it is on."""
    ground, ink = (TONE, style.WHITE) if is_on else (style.WHITE, style.INK)
    _plate(sheet, deed, box, ground)
    left = box.x + 2.4
    shown = Pictogram.TICK if is_on else picture
    if shown is not None:
        sheet.shapes.append(Picture(shown, Box(left, box.middle[1] - CAP / 2, CAP, CAP), ink))
        left += CAP + 2.0
    lines = sheet.fitted(title, box.right - left - 1.4, style.SMALL, True, 2)
    used = len(lines) * LINE
    spot = Box(left, box.middle[1] - used / 2, box.right - left - 1.4, used)
    sheet.lines(lines, spot, style.SMALL, True, ink)


def _plate(sheet: Sheet, deed: Deed, box: Box, ground: str) -> None:
    sheet.ground(box, ground, TONE)
    sheet.targets.append(Target(box, deed))


def _grid(room: Box, columns: int, rows: int) -> list[Box]:
    """Boxes from the top left, row by row."""
    w = (room.w - (columns - 1) * style.GAP) / columns
    h = (room.h - (rows - 1) * style.GAP) / rows
    return [
        Box(room.x + column * (w + style.GAP), room.y + row * (h + style.GAP), w, h)
        for row in range(rows)
        for column in range(columns)
    ]
