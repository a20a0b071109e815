"""Where each word and shape of a view goes, in units: pure, given a way to measure text.

Two forms: a *statement* (picture at the left, words at the right, at most two buttons below) and a *grid* (picture
and words above, up to four numbers to choose from below). Nothing scrolls; a test measures every picture of every
language on every panel.
"""

from kiosk.screens import style
from kiosk.screens.desk_layout import desk_layout
from kiosk.screens.desks import DeskView
from kiosk.screens.lines import clip
from kiosk.screens.page_layout import page_layout
from kiosk.screens.pages import PageView
from kiosk.screens.shapes import Box, Disc, Drawing, Fill, Measure, Picture, Target, Work
from kiosk.screens.sheet import Sheet, mirrored
from kiosk.screens.views import BEATS, NO_BREAK_SPACE, Choice, View

MARGIN = 5.0
EDGE = 3.0
"""Above and below the words of a statement."""
BAND = 45.0
"""Width of the coloured band of a statement."""
PICTURE = 35.0
HEAD = 31.0
"""Height of the coloured head of a grid."""
LOUD = 1.45 * style.MAIN
BUTTON = 21.5
TILE_PICTURE = 11.0
"""Side of a tile's pictogram, where its words leave room."""
SIDE_DOOR = 3.0
"""Around the social worker's button, at the foot of the band."""
ALONE = 60.0
"""Width of a button that has the row to itself and is not the one to press."""
VOLUME_BARS = 7
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
"""Languages whose pictures are mirrored."""


def layout(view: View | PageView | DeskView, width: float, height: float, measure: Measure) -> Drawing:
    """The drawing of ``view`` on a screen of that many units."""
    sheet = Sheet(measure)
    sheet.shapes.append(Fill(Box(0, 0, width, height), style.PAPER))
    if isinstance(view, PageView):
        page_layout(sheet, view, width, height)
    elif isinstance(view, DeskView):
        desk_layout(sheet, view, width, height)
    elif view.as_grid:
        _grid(sheet, view, width, height)
    else:
        _statement(sheet, view, width, height)
    drawing = sheet.drawing()
    return mirrored(drawing, width) if view.language in RIGHT_TO_LEFT else drawing


def _statement(sheet: Sheet, view: View, width: float, height: float) -> None:
    words_x, words_w = BAND + 6.0, width - BAND - 6.0 - MARGIN
    row = Box(MARGIN, height - BUTTON - MARGIN, width - 2 * MARGIN, BUTTON)
    # Buttons that fit beside the band leave it whole; a call button has the full width.
    beside = sum(_button_width(sheet, choice) + style.GAP for choice in view.choices) - style.GAP <= words_w
    if beside and not any(choice.is_call for choice in view.choices):
        row = Box(words_x, row.y, words_w, row.h)
    room_bottom = row.y - MARGIN if view.choices else height
    band_bottom = height if row.x > MARGIN or not view.choices else room_bottom
    sheet.shapes.append(Fill(Box(0, 0, BAND, band_bottom), view.tone))
    has_more = view.beat is not None or view.volume is not None
    picture_y = (band_bottom - PICTURE - (style.TOUCH + SIDE_DOOR if view.door else 0.0)) / 2 - (
        5.0 if has_more else 0.0
    )
    sheet.shapes.append(Picture(view.picture, Box((BAND - PICTURE) / 2, picture_y, PICTURE, PICTURE), style.WHITE))
    if view.beat is not None:
        for dot in range(BEATS):
            lit = dot == view.beat
            x = BAND / 2 + (dot - 1) * 9.0
            sheet.shapes.append(Disc(x, picture_y + PICTURE + 8.0, 2.6 if lit else 1.3, style.WHITE))
    if view.volume is not None:
        _loudness(sheet, view.volume, picture_y + PICTURE + 10.0)
    _column(sheet, view, Box(words_x, EDGE, words_w, room_bottom - 2 * EDGE))
    if view.door:
        _door(sheet, view, band_bottom)
    if view.choices:
        _buttons(sheet, view.choices, row)


def _door(sheet: Sheet, view: View, bottom: float) -> None:
    """The social worker's button, at the foot of the band: there, and not what a caller looks at."""
    box = Box(SIDE_DOOR, bottom - style.TOUCH - SIDE_DOOR, BAND - 2 * SIDE_DOOR, style.TOUCH)
    sheet.ground(box, view.tone, style.WHITE)
    sheet.targets.append(Target(box, Work("open")))
    inner = box.inset(1.2)
    used = sheet.height_of(view.door, inner.w, style.SMALL, False)
    spot = Box(inner.x, box.middle[1] - used / 2, inner.w, used)
    sheet.text(view.door, spot, style.SMALL, False, style.WHITE, centred=True)


def _loudness(sheet: Sheet, lit: int, bottom: float) -> None:
    """Seven bars, higher to the right; those above the present loudness are stubs."""
    for bar in range(VOLUME_BARS):
        h = 2.4 + 1.1 * bar if bar < lit else 1.0
        x = BAND / 2 + (bar - VOLUME_BARS / 2) * 4.2
        sheet.shapes.append(Fill(Box(x, bottom - h, 2.8, h), style.WHITE))


def _column(sheet: Sheet, view: View, room: Box) -> None:
    parts: list[tuple[str, float, bool, float]] = [(view.title, style.MAIN, True, 0.0)]
    if view.body and view.is_loud:
        parts.append((view.body, LOUD, True, 0.0))
    elif view.body:
        parts.append((view.body, style.MAIN, False, 2.5))
    parts += [(note, style.SMALL, False, 4.0 if i == 0 else 1.0) for i, note in enumerate(view.notes)]
    used = sum(sheet.height_of(text, room.w, size, bold) + gap for text, size, bold, gap in parts)
    whole, line = room, style.SMALL * style.LINE_EM
    if view.footer:
        room = Box(room.x, room.y, room.w, room.h - line)
    y = top = room.y + max(0.0, (room.h - used) / 2)
    for text, size, bold, gap in parts:
        y = sheet.text(text, Box(room.x, y + gap, room.w, room.bottom - y - gap), size, bold, style.INK)
    if view.timer:
        wide = sheet.measure(view.timer, style.MAIN, False)
        place = Box(room.right - wide, top, wide + 0.01, style.MAIN * style.LINE_EM)
        sheet.text(view.timer, place, style.MAIN, False, style.INK)
    if view.footer:
        name = clip(view.footer, whole.w, lambda part: sheet.measure(part, style.SMALL, False))
        foot = Box(whole.x, whole.bottom - line, whole.w, line)
        sheet.text(name.replace(" ", NO_BREAK_SPACE), foot, style.SMALL, False, style.FAINT)


def _buttons(sheet: Sheet, choices: tuple[Choice, ...], row: Box) -> None:
    """One or two buttons in a row; the call button takes the room that the other leaves."""
    wanted = [_button_width(sheet, choice) for choice in choices]
    spare = row.w - sum(wanted) - style.GAP * (len(choices) - 1)
    if len(choices) == 1 and not choices[0].is_call:
        width = max(wanted[0], ALONE)
        _button(sheet, choices[0], Box(row.right - width, row.y, width, row.h))
        return
    x = row.x
    for choice, width in zip(choices, wanted, strict=True):
        grows = choice.is_call or not any(one.is_call for one in choices)
        sharers = sum(1 for one in choices if one.is_call) or len(choices)
        w = width + (max(0.0, spare) / sharers if grows else 0.0)
        _button(sheet, choice, Box(x, row.y, w, row.h))
        x += w + style.GAP


def _button_width(sheet: Sheet, choice: Choice) -> float:
    inner = 13.0 + 3.0 if choice.picture else 0.0
    inner += sheet.measure(choice.title, _title_size(choice), True)
    return inner + (3.0 + 11.0 if choice.key else 0.0) + 2 * 4.0


def _title_size(choice: Choice) -> float:
    return style.MAIN if choice.is_call else style.SMALL


def _button(sheet: Sheet, choice: Choice, box: Box) -> None:
    ground, ink = (style.CALL, style.WHITE) if choice.is_call else (style.PAPER, style.INK)
    sheet.ground(box, ground, style.CALL if choice.is_call else style.QUIET)
    sheet.targets.append(Target(box, choice.deed))
    x = box.x + max(4.0, (box.w - _button_width(sheet, choice)) / 2 + 4.0)
    middle = box.y + box.h / 2
    if choice.picture:
        sheet.shapes.append(Picture(choice.picture, Box(x, middle - 6.5, 13, 13), ink))
        x += 16.0
    size = _title_size(choice)
    wide = sheet.measure(choice.title, size, True)
    line = size * style.LINE_EM
    sheet.text(choice.title, Box(x, middle - line / 2, wide + 0.01, line), size, True, ink)
    if choice.key:
        sheet.keycap(choice.key, Box(x + wide + 3.0, middle - 5.5, 11, 11), ink, ground)


def _grid(sheet: Sheet, view: View, width: float, height: float) -> None:
    sheet.shapes.append(Fill(Box(0, 0, width, HEAD), view.tone))
    sheet.shapes.append(Picture(view.picture, Box(4.0, (HEAD - 23.0) / 2, 23.0, 23.0), style.WHITE))
    room = Box(32.0, 1.0, width - 32.0 - 3.0, HEAD - 2.0)
    used = sheet.height_of(view.title, room.w, style.MAIN, True)
    used += sum(sheet.height_of(note, room.w, style.SMALL, False) for note in view.notes)
    y = room.y + max(0.0, (room.h - used) / 2)
    y = sheet.text(view.title, Box(room.x, y, room.w, room.bottom - y), style.MAIN, True, style.WHITE)
    for note in view.notes:
        y = sheet.text(note, Box(room.x, y, room.w, room.bottom - y), style.SMALL, False, style.WHITE)
    rows = (len(view.choices) + 1) // 2
    w = (width - 2 * 4.0 - style.GAP) / 2
    h = (height - HEAD - 4.0 - 4.0 - style.GAP * (rows - 1)) / rows
    # Of an odd number, the call's tile has a row of its own, else the last one.
    is_odd = len(view.choices) % 2 == 1
    leads = is_odd and view.choices[0].is_call
    for i, choice in enumerate(view.choices):
        place = i + 1 if leads and i else i
        box = Box(4.0 + (place % 2) * (w + style.GAP), HEAD + 4.0 + (place // 2) * (h + style.GAP), w, h)
        if is_odd and i == (0 if leads else len(view.choices) - 1):
            box = Box(box.x, box.y, width - 2 * 4.0, h)
        _tile(sheet, choice, box, view.tone)


def _tile(sheet: Sheet, choice: Choice, box: Box, tone: str) -> None:
    ground, ink = (style.CALL, style.WHITE) if choice.is_call else (style.WHITE, style.INK)
    sheet.ground(box, ground, style.CALL if choice.is_call else tone)
    sheet.targets.append(Target(box, choice.deed))
    cap = Box(box.x + 2.6, box.y + box.h / 2 - 5.5, 11, 11)
    sheet.keycap(choice.key, cap, ink if choice.is_call else tone, ground)
    room = Box(cap.right + 2.2, box.y + 1.2, box.right - cap.right - 2.2 - 0.8, box.h - 2.4)
    used = sheet.height_of(choice.title, room.w, style.MAIN, True)
    used += sheet.height_of(choice.note, room.w, style.SMALL, False)
    top = room.y + max(0.0, (room.h - used) / 2)
    y = sheet.text(choice.title, Box(room.x, top, room.w, room.bottom - top), style.MAIN, True, ink)
    free = box.right - 2.0 - TILE_PICTURE
    if choice.picture and room.x + sheet.measure(choice.title, style.MAIN, True) + 1.0 <= free:
        spot = Box(free, (top + y - TILE_PICTURE) / 2, TILE_PICTURE, TILE_PICTURE)
        sheet.shapes.append(Picture(choice.picture, spot, ink))
    if choice.note:
        sheet.text(choice.note, Box(room.x, y, room.w, room.bottom - y), style.SMALL, False, ink)
