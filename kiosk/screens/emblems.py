"""Pictograms of what a person may need, and of what a service is and does; drawn with the pen of all the others.

By their names, which the pages of the directory carry as plain words: an unknown name is drawn as a question.
"""

import math
from collections.abc import Callable

from kiosk.screens.pen import THICK, Pen, Point, arc, arrow, bubble, rounded


def _closed(*points: Point) -> tuple[list[Point], float]:
    return ([*points, points[0]], THICK)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[list[Point], float]:
    corner = rounded(left, top, right, bottom)
    return ([*corner, *arc(left + 10, bottom - 10, 10, 90, 180), corner[0]], THICK)


def _heart(x: float, y: float, size: float) -> list[Point]:
    turns = [math.tau * step / 40 for step in range(41)]
    unit = size / 32
    return [
        (
            x + unit * 16 * math.sin(a) ** 3,
            y - unit * (13 * math.cos(a) - 5 * math.cos(2 * a) - 2 * math.cos(3 * a) - math.cos(4 * a)),
        )
        for a in turns
    ]


def _person(x: float, head: float, half: float, foot: float, r: float) -> Pen:
    """A head at height ``head`` and shoulders ``half`` to either side, down to ``foot``."""
    top = head + r + half + 5
    return [(x, head, r), ([(x - half, foot), (x - half, top), *arc(x, top, half, 180, 360), (x + half, foot)], THICK)]


def _bed() -> Pen:
    cover = [(44.0, 66.0), (44.0, 46.0), (76.0, 46.0), *arc(78, 60, 14, 270, 360), (92.0, 66.0)]
    return [([(8, 18), (8, 86)], THICK), ([(8, 66), (92, 66), (92, 86)], THICK), (cover, THICK), (27, 50, 9.5)]


def _food() -> Pen:
    fork = [(14.0, 10.0), (14.0, 30.0), *arc(28, 30, 14, 180, 0), (42.0, 10.0)]
    knife = [(72.0, 92.0), (72.0, 10.0), *arc(72, 36, 26, -88, 0, squeeze=0.6), (87.6, 60.0), (72.0, 60.0)]
    return [(fork, 8), ([(28, 10), (28, 92)], 8), (knife, 8)]


def _health() -> Pen:
    cross = [(36, 8), (64, 8), (64, 36), (92, 36), (92, 64), (64, 64)]
    return [_closed(*cross, (64, 92), (36, 92), (36, 64), (8, 64), (8, 36), (36, 36))]


def _listen() -> Pen:
    return [bubble(6, 7, 94, 75, 19), (_heart(50, 42, 36), 8)]


def _shield() -> Pen:
    right = [(50.0, 6.0), (86.0, 18.0), (86.0, 48.0), (78.0, 68.0), (66.0, 82.0), (50.0, 94.0)]
    left = [(100 - x, y) for x, y in reversed(right)]
    return [([*right, *left[1:]], THICK), ([(50, 30), (50, 54)], 10), (50, 70, 5.8)]


def _lifebuoy() -> Pen:
    spokes = [math.radians(45 + 90 * turn) for turn in range(4)]
    ropes: Pen = [
        ([(50 + 21 * math.cos(a), 50 + 21 * math.sin(a)), (50 + 38 * math.cos(a), 50 + 38 * math.sin(a))], 14)
        for a in spokes
    ]
    return [(arc(50, 50, 42, 0, 360), 8), (arc(50, 50, 19, 0, 360), 8), *ropes]


def _heart_alone() -> Pen:
    return [(_heart(50, 47, 84), THICK)]


def _bottle() -> Pen:
    bottle = [
        (24.0, 6.0),
        (24.0, 30.0),
        (12.0, 46.0),
        (12.0, 94.0),
        (52.0, 94.0),
        (52.0, 46.0),
        (40.0, 30.0),
        (40.0, 6.0),
    ]
    glass = [(66.0, 50.0), (94.0, 50.0), (90.0, 94.0), (70.0, 94.0)]
    return [_closed(*bottle), _closed(*glass), ([(12, 64), (52, 64)], 7)]


def _papers() -> Pen:
    sheet = [(18.0, 6.0), (60.0, 6.0), (82.0, 28.0), (82.0, 94.0), (18.0, 94.0)]
    text: Pen = [([(34, y), (right, y)], 7) for y, right in ((50, 66), (64, 66), (78, 54))]
    return [_closed(*sheet), ([(60, 6), (60, 28), (82, 28)], 7), *text]


def _scales() -> Pen:
    pans: Pen = [([(x - 17, 60), (x, 26), (x + 17, 60), *arc(x, 60, 17, 0, 180)], 7) for x in (22.0, 78.0)]
    return [([(50, 10), (50, 90)], THICK), ([(28, 92), (72, 92)], THICK), ([(20, 24), (80, 24)], THICK), *pans]


def _money() -> Pen:
    euro: Pen = [(arc(57, 50, 20, 50, 310), 8), ([(26, 44), (56, 44)], 6.5), ([(26, 56), (56, 56)], 6.5)]
    return [(arc(50, 50, 42, 0, 360), THICK), *euro]


def _work() -> Pen:
    handle = [(34.0, 30.0), (34.0, 14.0), (66.0, 14.0), (66.0, 30.0)]
    return [_box(6, 30, 94, 88), (handle, THICK), ([(6, 56), (94, 56)], 7), (50, 58, 8)]


def _family() -> Pen:
    child: Pen = [(50, 54, 8.5), ([(42, 92), (42, 80), *arc(50, 80, 8, 180, 360), (58, 92)], 8)]
    return [*_person(17, 20, 11, 92, 12), *_person(83, 20, 11, 92, 12), *child]


def _computer() -> Pen:
    return [_box(6, 14, 94, 70), ([(50, 70), (50, 88)], THICK), ([(28, 90), (72, 90)], THICK)]


def _bus() -> Pen:
    return [
        _box(8, 10, 92, 76),
        ([(8, 46), (92, 46)], 7),
        ([(50, 10), (50, 46)], 7),
        (28, 84, 9),
        (72, 84, 9),
        (24, 61, 5),
        (76, 61, 5),
    ]


def _wash() -> Pen:
    pipe = [(14.0, 94.0), (14.0, 30.0), *arc(35, 30, 21, 180, 360), (56.0, 38.0)]
    drops: Pen = [
        ([(x, y), (x, y + 9)], 7) for x, y in ((40, 58), (57, 58), (74, 58), (34, 80), (52, 80), (70, 80), (86, 80))
    ]
    return [(pipe, THICK), ([(32, 42), (80, 42)], THICK), *drops]


def _clothes() -> Pen:
    half = [(34.0, 10.0), (6.0, 26.0), (17.0, 48.0), (28.0, 42.0), (28.0, 92.0)]
    return [([*half, *[(100 - x, y) for x, y in reversed(half)], *arc(50, 10, 16, 0, 180)], THICK)]


def _school() -> Pen:
    cap = [(24.0, 50.0), (24.0, 70.0), *arc(50, 60, 28, 158, 22), (76.0, 50.0)]
    return [_closed((50, 14), (94, 36), (50, 58), (6, 36)), (cap, 8), ([(93, 38), (93, 72)], 7)]


def _book() -> Pen:
    half = [(50.0, 26.0), (38.0, 16.0), (8.0, 14.0), (8.0, 78.0), (38.0, 80.0), (50.0, 90.0)]
    return [(half, THICK), ([(100 - x, y) for x, y in half], THICK), ([(50, 26), (50, 90)], 7)]


def _question() -> Pen:
    hook = [*arc(50, 38, 15, 190, 400), (50.0, 56.0), (50.0, 60.0)]
    return [(arc(50, 50, 43, 0, 360), 8), (hook, THICK), (50, 75, 5.8)]


def _home() -> Pen:
    walls = [(20.0, 42.0), (20.0, 92.0), (80.0, 92.0), (80.0, 42.0)]
    door = [(41.0, 92.0), (41.0, 62.0), (59.0, 62.0), (59.0, 92.0)]
    return [([(6, 50), (50, 10), (94, 50)], THICK), (walls, THICK), (door, 7)]


def _wheelchair() -> Pen:
    body = [(40.0, 32.0), (42.0, 58.0), (66.0, 58.0), (78.0, 86.0), (90.0, 82.0)]
    return [(38, 13, 9.5), (body, THICK), ([(41, 44), (62, 44)], 8), (arc(42, 66, 27, 25, 245), THICK)]


def _mobile() -> Pen:
    return [_box(26, 6, 74, 94), ([(44, 80), (56, 80)], 7)]


def _text_message() -> Pen:
    return [bubble(6, 12, 94, 72, 17), ([(26, 34), (74, 34)], 7), ([(26, 52), (58, 52)], 7)]


def _printer() -> Pen:
    tray = [(26.0, 72.0), (8.0, 72.0), (8.0, 36.0), (92.0, 36.0), (92.0, 72.0), (74.0, 72.0)]
    paper = [(28.0, 58.0), (72.0, 58.0), (72.0, 94.0), (28.0, 94.0)]
    return [(tray, THICK), ([(26, 36), (26, 8), (74, 8), (74, 36)], THICK), _closed(*paper), ([(42, 76), (58, 76)], 6)]


def _take_away() -> Pen:
    tray = [(10.0, 62.0), (10.0, 92.0), (90.0, 92.0), (90.0, 62.0)]
    return [*arrow((50, 6), (50, 68), 24), (tray, THICK)]


def _places() -> Pen:
    rows: Pen = [([(38, y), (92, y)], THICK) for y in (20, 50, 80)]
    return [*rows, (14, 20, 8), (14, 50, 8), (14, 80, 8)]


def _place() -> Pen:
    pin = [*arc(50, 38, 31, 150, 390), (50.0, 94.0)]
    return [([*pin, pin[0]], THICK), (50, 38, 10)]


def _people() -> Pen:
    return [
        *_person(34, 24, 22, 92, 15),
        ([(72, 8), *arc(72, 24, 15, -90, 90)], 8),
        ([*arc(72, 66, 20, -70, 0), (92, 92)], 8),
    ]


def _search() -> Pen:
    return [(arc(40, 40, 31, 0, 360), 10), ([(63, 63), (92, 92)], 13)]


def _tick() -> Pen:
    return [(arc(50, 50, 43, 0, 360), 8), ([(28, 52), (44, 68), (73, 34)], 11)]


def _cross() -> Pen:
    return [([(20, 20), (80, 80)], 13), ([(80, 20), (20, 80)], 13)]


def _back() -> Pen:
    turn = [(28.0, 34.0), (64.0, 34.0), *arc(64, 58, 24, -90, 90), (34.0, 82.0)]
    return [(turn, 10), ([(42, 14), (20, 34), (42, 54)], 10)]


_LEFT: list[Point] = [(22, 12), (60, 50), (22, 88)]
_RIGHT: list[Point] = [(54, 12), (92, 50), (54, 88)]


def _next() -> Pen:
    return [(_LEFT, 12), (_RIGHT, 12)]


def _before() -> Pen:
    return [([(100 - x, y) for x, y in points], width) for points, width in ((_LEFT, 12), (_RIGHT, 12))]


def _pencil() -> Pen:
    tip = [(10.0, 90.0), (16.0, 66.0), (72.0, 10.0), (90.0, 28.0), (34.0, 84.0)]
    return [_closed(*tip), ([(58, 24), (76, 42)], 7)]


def _star() -> Pen:
    points = [
        (50 + r * math.sin(math.tau * turn / 10), 52 - r * math.cos(math.tau * turn / 10))
        for turn in range(10)
        for r in ((45.0,) if turn % 2 == 0 else (20.0,))
    ]
    return [_closed(*points)]


def _filters() -> Pen:
    """A funnel."""
    return [_closed((8.0, 12.0), (92.0, 12.0), (60.0, 52.0), (60.0, 78.0), (40.0, 92.0), (40.0, 52.0))]


def _qr() -> Pen:
    corners: Pen = [_closed((x, y), (x + 28, y), (x + 28, y + 28), (x, y + 28)) for x, y in ((8, 8), (64, 8), (8, 64))]
    dots: Pen = [(x, y, 5.5) for x, y in ((22, 22), (78, 22), (22, 78), (50, 10), (50, 34), (34, 50), (10, 50))]
    return [*corners, *dots, (50, 50, 5.5), (66, 50, 5.5), (90, 50, 5.5), (64, 68, 5.5), (88, 72, 5.5), (72, 90, 5.5)]


EMBLEMS: dict[str, Callable[[], Pen]] = {
    "bed": _bed,
    "food": _food,
    "health": _health,
    "listen": _listen,
    "shield": _shield,
    "lifebuoy": _lifebuoy,
    "heart": _heart_alone,
    "bottle": _bottle,
    "papers": _papers,
    "scales": _scales,
    "money": _money,
    "work": _work,
    "family": _family,
    "computer": _computer,
    "bus": _bus,
    "wash": _wash,
    "clothes": _clothes,
    "school": _school,
    "book": _book,
    "question": _question,
    "home": _home,
    "wheelchair": _wheelchair,
    "mobile": _mobile,
    "text_message": _text_message,
    "printer": _printer,
    "take_away": _take_away,
    "places": _places,
    "place": _place,
    "people": _people,
    "search": _search,
    "tick": _tick,
    "cross": _cross,
    "back": _back,
    "next": _next,
    "before": _before,
    "qr": _qr,
    "pencil": _pencil,
    "star": _star,
    "filters": _filters,
}
"""Every emblem by its name."""
