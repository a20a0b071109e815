"""The pen of all pictograms: strokes and discs on a square of 100 by 100, and its usual curves. Pure."""

import math
from collections.abc import Sequence

Point = tuple[float, float]
Stroke = tuple[Sequence[Point], float]
Pen = Sequence[Stroke | tuple[float, float, float]]
"""Strokes as (points, width) and discs as (x, y, radius)."""

THICK = 9.0


def arc(x: float, y: float, r: float, start: float, end: float, squeeze: float = 1.0) -> list[Point]:
    """Points along a circle, degrees clockwise from three o'clock; ``squeeze`` makes it an upright ellipse."""
    steps = max(6, int(abs(end - start) / 6))
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + r * squeeze * math.cos(a), y + r * math.sin(a)) for a in angles]


def turned(points: Sequence[Point], degrees: float, about: Point) -> list[Point]:
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [
        (
            about[0] + (x - about[0]) * cosine - (y - about[1]) * sine,
            about[1] + (x - about[0]) * sine + (y - about[1]) * cosine,
        )
        for x, y in points
    ]


def handset(x: float, y: float, size: float, degrees: float = 0.0) -> Pen:
    """A handset ``size`` long, its back upwards, turned about its middle."""
    half = size / 2
    turns = [math.pi * step / 24 for step in range(25)]
    back = [(x - half * 0.72 * math.cos(a), y + half * 0.16 - half * 0.50 * math.sin(a)) for a in turns]
    strokes: list[Stroke] = [(turned(back, degrees, (x, y)), size * 0.17)]
    for side in (-1.0, 1.0):
        # Ear and mouth: a flat cup hanging from either end of the back.
        cup = [(x + side * half * 0.50, y + half * 0.26), (x + side * half * 0.80, y + half * 0.20)]
        strokes.append((turned(cup, degrees, (x, y)), size * 0.26))
    return strokes


def arrow(tail: Point, head: Point, wing: float) -> Pen:
    angle = math.atan2(head[1] - tail[1], head[0] - tail[0])
    wings = [
        (head[0] - wing * math.cos(angle + turn), head[1] - wing * math.sin(angle + turn)) for turn in (0.75, -0.75)
    ]
    return [([tail, head], THICK), ([wings[0], head, wings[1]], THICK)]


def rounded(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """A rectangle with round corners, clockwise from the end of its lower left corner."""
    r = 10.0
    return [
        *arc(left + r, top + r, r, 180, 270),
        *arc(right - r, top + r, r, 270, 360),
        *arc(right - r, bottom - r, r, 0, 90),
    ]


def bubble(left: float, top: float, right: float, bottom: float, tail: float) -> Stroke:
    """A speech bubble with its tail ``tail`` long at the lower left."""
    body = rounded(left, top, right, bottom)
    foot = [(left + 14 + tail, bottom), (left + 14, bottom + tail), (left + 14, bottom)]
    return ([*body, *foot, *arc(left + 10, bottom - 10, 10, 90, 180), body[0]], THICK)
