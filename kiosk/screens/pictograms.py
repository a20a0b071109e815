"""Our own pictograms, one a state, drawn with one pen: strokes and discs on a square of 100 by 100.

None is taken from a set: each is a few lines here, so that their licence is the project's and their look is one.
"""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum

Point = tuple[float, float]
Pen = Sequence["tuple[Sequence[Point], float] | tuple[float, float, float]"]
"""Strokes as (points, width) and discs as (x, y, radius)."""

THICK = 9.0


class Pictogram(StrEnum):
    """Names of the pictures."""

    LIFT = "lift"
    OUT_OF_ORDER = "out_of_order"
    PUSH = "push"
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


def marks(name: Pictogram) -> Pen:
    """The strokes and discs of a pictogram, in the order they are drawn."""
    return _PICTURES[name]()


def _arc(x: float, y: float, r: float, start: float, end: float, squeeze: float = 1.0) -> list[Point]:
    """Points along a circle, degrees clockwise from three o'clock; ``squeeze`` makes it an upright ellipse."""
    steps = max(6, int(abs(end - start) / 6))
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + r * squeeze * math.cos(a), y + r * math.sin(a)) for a in angles]


def _turned(points: Sequence[Point], degrees: float, about: Point) -> list[Point]:
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [
        (
            about[0] + (x - about[0]) * cosine - (y - about[1]) * sine,
            about[1] + (x - about[0]) * sine + (y - about[1]) * cosine,
        )
        for x, y in points
    ]


def _handset(x: float, y: float, size: float, degrees: float = 0.0) -> Pen:
    """A handset ``size`` long, its back upwards, turned about its middle."""
    half = size / 2
    turns = [math.pi * step / 24 for step in range(25)]
    back = [(x - half * 0.74 * math.cos(a), y + half * 0.12 - half * 0.44 * math.sin(a)) for a in turns]
    cups = [[(x + half * at, y + half * 0.30), (x + half * (at + 0.22), y + half * 0.30)] for at in (-0.84, 0.62)]
    return [
        (_turned(back, degrees, (x, y)), size * 0.17),
        *[(_turned(cup, degrees, (x, y)), size * 0.25) for cup in cups],
        *[
            (_turned([(x + s * half * 0.74, y), (x + s * half * 0.74, y + half * 0.3)], degrees, (x, y)), size * 0.2)
            for s in (-1, 1)
        ],
    ]


def _arrow(tail: Point, head: Point, wing: float) -> Pen:
    angle = math.atan2(head[1] - tail[1], head[0] - tail[0])
    wings = [
        (head[0] - wing * math.cos(angle + turn), head[1] - wing * math.sin(angle + turn)) for turn in (0.75, -0.75)
    ]
    return [([tail, head], THICK), ([wings[0], head, wings[1]], THICK)]


def _cradle() -> Pen:
    return [([(6, 94), (94, 94)], THICK), ([(6, 94), (6, 80)], THICK), ([(94, 94), (94, 80)], THICK)]


def _lift() -> Pen:
    return [*_cradle(), *_handset(50, 58, 76), *_arrow((50, 33), (50, 6), 16)]


def _put_down() -> Pen:
    return [*_cradle(), *_handset(50, 68, 70), *_arrow((50, 5), (50, 40), 16)]


def _out_of_order() -> Pen:
    upper, lower = [(50.0, 6.0), (95.0, 86.0)], [(95.0, 86.0), (5.0, 86.0), (50.0, 6.0)]
    return [(upper, THICK), (lower, THICK), ([(50, 34), (50, 56)], 10), (50, 71, 5.8)]


def _push() -> Pen:
    dome = [*_arc(50, 80, 27, 180, 360)]
    return [
        ([(10, 90), (90, 90)], THICK),
        (dome, THICK),
        *[([(50 - w, y), (50 + w, y)], 7.0) for w, y in ((15.0, 64.0), (20.0, 70.0), (22.0, 76.0), (22.0, 82.0))],
        *_arrow((50, 4), (50, 38), 17),
    ]


def _dialling() -> Pen:
    return [*_handset(42, 60, 82, -50), (70, 82, 5.5), (83, 70, 5.5), (95, 57, 5.5)]


def _plain_bell() -> Pen:
    right = [(71.0, 44.0), (72.0, 64.0), (78.0, 74.0), (22.0, 74.0)]
    body = [(22.0, 74.0), (28.0, 64.0), (29.0, 44.0), *_arc(50, 42, 21, 190, 350), *right]
    return [(body, THICK), ([(50, 14), (50, 19)], THICK), (50, 88, 8)]


def _silent_bell() -> Pen:
    return [*_plain_bell(), ([(80, 12), (96, 28)], 7), ([(96, 12), (80, 28)], 7)]


def _padlock() -> Pen:
    body = [(20.0, 44.0), (80.0, 44.0), (80.0, 92.0), (20.0, 92.0), (20.0, 44.0)]
    shackle = [(32.0, 44.0), *_arc(50, 27, 18, 180, 360), (68.0, 44.0)]
    return [(body, THICK), (shackle, THICK), (50, 63, 6), ([(50, 64), (50, 77)], 6)]


def _no_entry() -> Pen:
    return [(_arc(50, 50, 42, 0, 360), THICK), ([(28, 50), (72, 50)], 13)]


def _bell() -> Pen:
    return [
        *_plain_bell(),
        (_arc(50, 45, 41, 200, 245), 7),
        (_arc(50, 45, 41, 295, 340), 7),
    ]


def _talk() -> Pen:
    far = [(40.0, 12.0), (88.0, 12.0), (94.0, 18.0), (94.0, 46.0), (88.0, 52.0), (84.0, 52.0)]
    near = [(12.0, 34.0), (60.0, 34.0), (66.0, 40.0), (66.0, 68.0), (60.0, 74.0), (36.0, 74.0), (20.0, 90.0)]
    near += [(20.0, 74.0), (12.0, 74.0), (6.0, 68.0), (6.0, 40.0), (12.0, 34.0)]
    return [(far, THICK), (near, THICK), (22, 54, 5), (36, 54, 5), (50, 54, 5)]


def _clock() -> Pen:
    return [(_arc(50, 50, 42, 0, 360), THICK), ([(50, 24), (50, 52), (68, 62)], THICK)]


def _no_signal() -> Pen:
    bars: Pen = [([(x, 88), (x, top)], 11) for x, top in ((12, 76), (32, 60), (52, 44))]
    return [*bars, ([(62, 12), (92, 42)], THICK), ([(92, 12), (62, 42)], THICK)]


def _call_back() -> Pen:
    ring = _arc(50, 50, 43, -35, 250)
    tip = ring[-1]
    return [
        (ring, THICK),
        ([(tip[0] - 19, tip[1] - 4), tip, (tip[0] - 5, tip[1] + 19)], THICK),
        *_handset(50, 53, 52, -50),
    ]


def _anyone() -> Pen:
    bubble = [(16.0, 8.0), (84.0, 8.0), (94.0, 18.0), (94.0, 64.0), (84.0, 74.0), (50.0, 74.0), (28.0, 94.0)]
    bubble += [(28.0, 74.0), (16.0, 74.0), (6.0, 64.0), (6.0, 18.0), (16.0, 8.0)]
    hook = [*_arc(50, 32, 12, 190, 400), (50.0, 48.0), (50.0, 50.0)]
    return [(bubble, THICK), (hook, 8), (50, 63, 5)]


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
    return _handset(50, 50, 100)


def _corded() -> Pen:
    cord = [(12.0 + 6.0 * (step % 2), 62.0 + 4.0 * step) for step in range(10)]
    return [*_handset(50, 40, 100), (cord, 2.5)]


def _plain_handset() -> Pen:
    return _handset(50, 50, 96, -50)


def _globe() -> Pen:
    return [
        (_arc(50, 50, 42, 0, 360), 8),
        (_arc(50, 50, 42, 0, 360, squeeze=0.42), 6),
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
