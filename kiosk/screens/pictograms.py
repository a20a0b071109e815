"""Our own pictograms, drawn with one pen: strokes and discs on a square of 100 by 100.

Those of the terminal's states are here, those of needs and services in ``emblems.py``.
None is taken from a set: each is a few lines here, so that their licence is the project's and their look is one.
"""

from collections.abc import Callable
from enum import StrEnum

from kiosk.screens.emblems import EMBLEMS
from kiosk.screens.pen import THICK, Pen, arc, arrow, bubble, handset


class Pictogram(StrEnum):
    """Names of the pictures."""

    LIFT = "lift"
    OUT_OF_ORDER = "out_of_order"
    PUSH = "push"
    FIRST_KEY = "first_key"
    DIALLING = "dialling"
    BELL = "bell"
    TALK = "talk"
    PUT_DOWN = "put_down"
    CLOCK = "clock"
    SILENT_BELL = "silent_bell"
    PADLOCK = "padlock"
    NO_ENTRY = "no_entry"
    NO_SIGNAL = "no_signal"
    CALL_BACK = "call_back"
    ANYONE = "anyone"
    HOURGLASS = "hourglass"
    HANDSET = "handset"
    GLOBE = "globe"
    LYING = "lying"
    CORDED = "corded"
    LOUDER = "louder"
    SOFTER = "softer"
    BED = "bed"
    FOOD = "food"
    HEALTH = "health"
    LISTEN = "listen"
    SHIELD = "shield"
    LIFEBUOY = "lifebuoy"
    HEART = "heart"
    BOTTLE = "bottle"
    PAPERS = "papers"
    SCALES = "scales"
    MONEY = "money"
    WORK = "work"
    FAMILY = "family"
    COMPUTER = "computer"
    BUS = "bus"
    WASH = "wash"
    CLOTHES = "clothes"
    SCHOOL = "school"
    BOOK = "book"
    QUESTION = "question"
    HOME = "home"
    WHEELCHAIR = "wheelchair"
    MOBILE = "mobile"
    TEXT_MESSAGE = "text_message"
    PRINTER = "printer"
    TAKE_AWAY = "take_away"
    PLACES = "places"
    PLACE = "place"
    PEOPLE = "people"
    SEARCH = "search"
    TICK = "tick"
    CROSS = "cross"
    BACK = "back"
    NEXT = "next"
    BEFORE = "before"
    QR = "qr"
    PENCIL = "pencil"
    STAR = "star"
    FILTERS = "filters"


def marks(name: Pictogram) -> Pen:
    """The strokes and discs of a pictogram, in the order they are drawn."""
    return (_PICTURES.get(name) or EMBLEMS[name])()


def _cradle() -> Pen:
    return [([(6, 94), (94, 94)], THICK), ([(6, 94), (6, 80)], THICK), ([(94, 94), (94, 80)], THICK)]


def _lift() -> Pen:
    return [*_cradle(), *handset(50, 58, 76), *arrow((50, 33), (50, 6), 16)]


def _put_down() -> Pen:
    return [*_cradle(), *handset(50, 68, 70), *arrow((50, 5), (50, 40), 16)]


def _out_of_order() -> Pen:
    upper, lower = [(50.0, 6.0), (95.0, 86.0)], [(95.0, 86.0), (5.0, 86.0), (50.0, 6.0)]
    return [(upper, THICK), (lower, THICK), ([(50, 34), (50, 56)], 10), (50, 71, 5.8)]


def _push() -> Pen:
    dome = [(arc(50, 80, r, 180, 360), THICK) for r in (27.0, 20.0, 13.0, 6.0)]
    return [([(10, 92), (90, 92)], THICK), *dome, ([(23, 81), (77, 81)], THICK), *arrow((50, 4), (50, 38), 17)]


def _first_key() -> Pen:
    """The keys of a telephone, the first of them large and pointed at."""
    keys = [(x, y, 6.5) for y in (35, 57, 75, 92) for x in (35, 61, 86) if (x, y) != (35, 35)]
    return [*arrow((5, 5), (20, 20), 13), (35, 35, 12.0), *keys]


def _dialling() -> Pen:
    return [*handset(43, 46, 84, -50), (68, 82, 5.5), (80, 68, 5.5), (92, 54, 5.5)]


def _plain_bell() -> Pen:
    right = [(71.0, 44.0), (72.0, 64.0), (78.0, 74.0), (22.0, 74.0)]
    body = [(22.0, 74.0), (28.0, 64.0), (29.0, 44.0), *arc(50, 42, 21, 190, 350), *right]
    return [(body, THICK), ([(50, 14), (50, 19)], THICK), (50, 88, 8)]


def _silent_bell() -> Pen:
    return [*_plain_bell(), ([(80, 12), (96, 28)], 7), ([(96, 12), (80, 28)], 7)]


def _padlock() -> Pen:
    body = [(20.0, 44.0), (80.0, 44.0), (80.0, 92.0), (20.0, 92.0), (20.0, 44.0)]
    shackle = [(32.0, 44.0), *arc(50, 27, 18, 180, 360), (68.0, 44.0)]
    return [(body, THICK), (shackle, THICK), (50, 63, 6), ([(50, 64), (50, 77)], 6)]


def _no_entry() -> Pen:
    return [(arc(50, 50, 42, 0, 360), THICK), ([(28, 50), (72, 50)], 13)]


def _bell() -> Pen:
    return [
        *_plain_bell(),
        (arc(50, 45, 41, 200, 245), 7),
        (arc(50, 45, 41, 295, 340), 7),
    ]


def _talk() -> Pen:
    far = [(42.0, 14.0), *arc(85, 24, 10, 270, 360), *arc(85, 42, 10, 0, 90), (83.0, 52.0)]
    return [(far, THICK), bubble(6, 34, 66, 74, 17), (22, 54, 5), (36, 54, 5), (50, 54, 5)]


def _clock() -> Pen:
    return [(arc(50, 50, 42, 0, 360), THICK), ([(50, 24), (50, 52), (68, 62)], THICK)]


def _no_signal() -> Pen:
    bars: Pen = [([(x, 88), (x, top)], 11) for x, top in ((10, 74), (30, 60), (50, 46))]
    return [*bars, ([(64, 12), (92, 40)], THICK), ([(92, 12), (64, 40)], THICK)]


def _call_back() -> Pen:
    ring = arc(50, 50, 43, -35, 250)
    tip = ring[-1]
    return [
        (ring, THICK),
        ([(tip[0] - 19, tip[1] - 4), tip, (tip[0] - 5, tip[1] + 19)], THICK),
        *handset(50, 53, 52, -50),
    ]


def _anyone() -> Pen:
    hook = [*arc(50, 32, 12, 190, 400), (50.0, 48.0), (50.0, 50.0)]
    return [bubble(6, 7, 94, 75, 19), (hook, 8), (50, 63, 5)]


def _hourglass() -> Pen:
    glass = [(26.0, 8.0), (26.0, 26.0), (46.0, 50.0), (26.0, 74.0), (26.0, 92.0)]
    return [
        ([(16, 8), (84, 8)], THICK),
        ([(16, 92), (84, 92)], THICK),
        (glass, THICK),
        ([(100 - x, y) for x, y in glass], THICK),
        ([(40, 84), (60, 84)], 8),
        ([(46, 76), (54, 76)], 8),
        (50, 62, 3.5),
    ]


def _lying() -> Pen:
    return handset(50, 50, 90)


def _corded() -> Pen:
    cord = [(15.0 + 6.0 * (step % 2), 62.0 + 4.0 * step) for step in range(10)]
    return [*handset(50, 40, 90), (cord, 2.5)]


def _plain_handset() -> Pen:
    return handset(50, 50, 96, -50)


def _globe() -> Pen:
    return [
        (arc(50, 50, 42, 0, 360), 8),
        (arc(50, 50, 42, 0, 360, squeeze=0.42), 6),
        ([(8, 50), (92, 50)], 6),
    ]


def _speaker() -> Pen:
    cone = [(8.0, 38.0), (22.0, 38.0), (42.0, 20.0), (42.0, 80.0), (22.0, 62.0), (8.0, 62.0), (8.0, 38.0)]
    return [(cone, THICK)]


def _louder() -> Pen:
    return [*_speaker(), ([(58, 50), (94, 50)], THICK), ([(76, 32), (76, 68)], THICK)]


def _softer() -> Pen:
    return [*_speaker(), ([(58, 50), (94, 50)], THICK)]


_PICTURES: dict[Pictogram, Callable[[], Pen]] = {
    Pictogram.LIFT: _lift,
    Pictogram.OUT_OF_ORDER: _out_of_order,
    Pictogram.PUSH: _push,
    Pictogram.FIRST_KEY: _first_key,
    Pictogram.DIALLING: _dialling,
    Pictogram.BELL: _bell,
    Pictogram.TALK: _talk,
    Pictogram.PUT_DOWN: _put_down,
    Pictogram.CLOCK: _clock,
    Pictogram.SILENT_BELL: _silent_bell,
    Pictogram.PADLOCK: _padlock,
    Pictogram.NO_ENTRY: _no_entry,
    Pictogram.NO_SIGNAL: _no_signal,
    Pictogram.CALL_BACK: _call_back,
    Pictogram.ANYONE: _anyone,
    Pictogram.HOURGLASS: _hourglass,
    Pictogram.HANDSET: _plain_handset,
    Pictogram.GLOBE: _globe,
    Pictogram.LYING: _lying,
    Pictogram.CORDED: _corded,
    Pictogram.LOUDER: _louder,
    Pictogram.SOFTER: _softer,
}
