"""Colours and sizes of every picture, and the two sums that hold them to EN 301 549: contrast and cap height.

Everything is laid out in *units*. A panel of 7 inches is 152 units wide and 90 high, and there a unit is one
millimetre; a larger panel of that shape makes each unit larger, so that what is legible, reachable and inside its
box on the smallest panel is so on all of them.
"""

import math
from dataclasses import dataclass

Colour = str
"""``#rrggbb``."""

READING_DISTANCE_MM = 600.0
CAP_HEIGHT_DEGREES = 0.7
"""EN 301 549 5.1.4: capitals of the main texts subtend at least this at the reading distance."""
CAP_HEIGHT_EM = 1456 / 2048
"""Roboto's capitals, in parts of the font size (OS/2 sCapHeight over unitsPerEm)."""
LINE_EM = 1.18
"""Height of a line of text, in parts of the font size."""

WIDTH_UNITS = 152.0
HEIGHT_UNITS = 89.8
MAIN = 2 * READING_DISTANCE_MM * math.tan(math.radians(CAP_HEIGHT_DEGREES / 2)) / CAP_HEIGHT_EM
"""Font size of what must be read: 10.3 units."""
SMALL = 4.8 / CAP_HEIGHT_EM
"""Font size of what helps: capitals of 4.8 mm, the floor for any text."""
TOUCH = 20.5
"""Least side of a thing to touch (20 mm and a little, for rounding to pixels)."""
GAP = 3.2
"""Least space between two of them."""

PAPER: Colour = "#fbf9f4"
INK: Colour = "#15203b"
FAINT: Colour = "#434d63"
"""Text that only names the place."""
WHITE: Colour = "#ffffff"
CODE: Colour = "#000000"
"""Dark modules of a QR code, on white: nothing stands out more."""
CALL: Colour = "#0b5a34"
"""The call button, everywhere the same green as the big button's cap."""
QUIET: Colour = "#5d6780"
"""Edges of secondary buttons."""
PRESSED: Colour = "#b36b00"
"""Edge of what a finger rests on."""


@dataclass(frozen=True)
class Panel:
    """A screen in pixels."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        """Pixels in one unit."""
        return min(self.width / WIDTH_UNITS, self.height / HEIGHT_UNITS)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in units."""
        return self.width / self.unit, self.height / self.unit

    def font_px(self, size: float) -> int:
        """Font size in whole pixels, never below ``size`` units."""
        return math.ceil(size * self.unit)


def mm_per_px(panel: Panel, diagonal_in: float) -> float:
    """Millimetres in one pixel on a panel of that diagonal."""
    return diagonal_in * 25.4 / math.hypot(panel.width, panel.height)


def rgb(colour: Colour) -> tuple[float, float, float]:
    """The colour's parts, 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
