"""The telephone drawn beside the screen, for a demonstration without its hardware: handset, buttons, keys, lights.

Pure, as the layout is. It keeps no state either: whether the handset is up is read off the snapshot.
"""

from kiosk.screens import style
from kiosk.screens.pictograms import Pictogram
from kiosk.screens.shapes import Box, Disc, Drawing, Fill, Measure, Picture, Shape, Simulate, Target, Words
from kiosk.snapshot import Screen, Snapshot

WIDTH = 58.0
"""Units, beside a screen of whatever height."""
KEYS = ("123", "456", "789", "*0#")

_CASE, _EDGE, _DARK = "#d9d5ca", "#8d8778", "#23262e"
_LIT, _READY, _CALL = "#ffffff", "#19a34a", "#e08a00"
_OFF = "#a9a498"


def is_lifted(snapshot: Snapshot | None) -> bool:
    """Is the handset up, as far as the switchboard says?"""
    return snapshot is not None and snapshot.screen is not Screen.IDLE


def panel(snapshot: Snapshot | None, height: float, measure: Measure) -> Drawing:
    """The telephone in the state of ``snapshot``, in a box of :data:`WIDTH` by ``height`` units."""
    lifted = is_lifted(snapshot)
    shapes: list[Shape] = [Fill(Box(0, 0, WIDTH, height), _CASE), Fill(Box(0, 0, 0.5, height), _EDGE)]
    targets: list[Target] = []

    hook = Box(5, 4, WIDTH - 10, 24)
    shapes.append(Fill(hook, "#c3beb1", 3.0))
    shapes += [Fill(Box(hook.x + at, hook.bottom - 7, 5, 5), _EDGE, 1.0) for at in (11, 32)]
    side = 40.0
    place = Box(hook.middle[0] - side / 2, hook.y - (10 if lifted else 4), side, side)
    shapes.append(Picture(Pictogram.CORDED if lifted else Pictogram.LYING, place, _DARK))
    targets.append(Target(hook, Simulate("hang_up" if lifted else "lift")))

    shapes += [
        Disc(8, 34, 1.8, _READY if snapshot is not None and snapshot.ready else _OFF),
        Disc(14, 34, 1.8, _CALL if snapshot is not None and snapshot.screen is Screen.CONNECTED else _OFF),
    ]
    big = Box(WIDTH / 2 - 10, 30, 20, 17)
    shapes += [
        Fill(big, "#06321d", 8.0),
        Fill(Box(big.x, big.y, big.w, big.h - 1.8), style.CALL, 8.0),
        Picture(Pictogram.HANDSET, Box(big.x + 5, big.y + 2.6, 10, 10), style.WHITE),
    ]
    targets.append(Target(big, Simulate("press", "help")))
    speak = Box(WIDTH - 15, 33, 11, 11)
    shapes += [Fill(speak, "#0b4a8f", 5.5), Picture(Pictogram.GLOBE, speak.inset(2.2), style.WHITE)]
    targets.append(Target(speak, Simulate("press", "language")))

    first = 51.0
    w, h, gap = 14.0, (height - first - 4.0 - 3 * 1.6) / 4, 1.6
    left = (WIDTH - 3 * w - 2 * gap) / 2
    for row, keys in enumerate(KEYS):
        for column, key in enumerate(keys):
            box = Box(left + column * (w + gap), first + row * (h + gap), w, h)
            shapes += [Fill(box, _EDGE, 1.6), Fill(Box(box.x, box.y, box.w, box.h - 0.8), "#f6f4ee", 1.6)]
            wide, line = measure(key, 6.0, True), 6.0 * style.LINE_EM
            spot = Box(box.middle[0] - wide / 2, box.middle[1] - line / 2 - 0.4, wide, line)
            shapes.append(Words(key, spot, box, 6.0, True, style.INK))
            targets.append(Target(box, Simulate("digit", key)))
    return Drawing(tuple(shapes), tuple(targets))
