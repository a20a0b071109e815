"""Drawings made visible: the painter and its measure of text. Kivy's canvas and fonts; main thread only.

Import it only after :func:`kiosk.screens.surroundings.prepare`: Kivy reads its environment once, when imported.
"""

import math
from functools import lru_cache
from typing import Any

from kivy.core.text import Label
from kivy.graphics import Color, Line, Rectangle, SmoothEllipse, SmoothRoundedRectangle
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from kivy.graphics.texture import Texture

from kiosk.screens.codes import modules
from kiosk.screens.film import Pixels
from kiosk.screens.pictograms import Pictogram
from kiosk.screens.shapes import Code, Disc, Drawing, Fill, Measure, Picture, Shape, Target, Words
from kiosk.screens.stamps import pixels
from kiosk.screens.style import PRESSED, rgb

FONT = "Roboto"
"""Comes with Kivy (Apache 2.0), regular and bold; has all letters of French and English, no Arabic or Tamil."""


def measure(unit: float) -> Measure:
    """Width of a text in units, as :class:`Painter` will draw it, with ``unit`` pixels in one."""

    def width(text: str, size: float, bold: bool) -> float:
        return _pixels_wide(text, math.ceil(size * unit), bold) / unit

    return width


@lru_cache(maxsize=4096)
def _pixels_wide(text: str, size_px: int, bold: bool) -> int:
    label = Label(text=text, font_size=size_px, font_name=FONT, bold=bold)
    return int(label.get_extents(text)[0])


@lru_cache(maxsize=256)
def _text(text: str, size_px: int, bold: bool) -> Any:
    # White, so that one texture serves every colour.
    label = Label(text=text, font_size=size_px, font_name=FONT, bold=bold, color=(1, 1, 1, 1))
    label.refresh()
    return label.texture


@lru_cache(maxsize=64)
def _stamp(name: Pictogram, side: int) -> Any:
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(pixels(name, side), colorfmt="rgba", bufferfmt="ubyte")
    return texture


@lru_cache(maxsize=4)
def _code(content: str) -> Any:
    """One pixel a module, to be drawn larger without smoothing."""
    rows = modules(content)
    texture = Texture.create(size=(len(rows), len(rows)), colorfmt="rgba")
    texture.mag_filter = "nearest"
    dark = b"".join(b"\xff\xff\xff" + (b"\xff" if module else b"\0") for row in reversed(rows) for module in row)
    texture.blit_buffer(dark, colorfmt="rgba", bufferfmt="ubyte")
    return texture


def pixels_of_frame(width: int, height: int) -> Pixels:
    """The pixels of the frame just drawn; before it is flipped."""
    return width, height, bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))


class Painter:
    """Draws in pixels, origin at the bottom left as Kivy counts, on a canvas that it clears."""

    def __init__(self, canvas: Any, unit: float, height_px: int, left_px: int = 0) -> None:
        """``left_px`` shifts all of it to the right."""
        self._canvas, self._unit, self._height, self._left = canvas, unit, height_px, left_px

    def paint(self, drawing: Drawing) -> None:
        """Put the drawing on the canvas."""
        with self._canvas:
            for shape in drawing.shapes:
                self._shape(shape)

    def frame(self, target: Target | None) -> None:
        """Show what a finger rests on."""
        if target is None:
            return
        unit, box = self._unit, target.box
        x, y = self._left + box.x * unit, self._height - box.bottom * unit
        with self._canvas:
            Color(*rgb(PRESSED), 1)
            Line(rounded_rectangle=(x, y, box.w * unit, box.h * unit, 3 * unit), width=1.2 * unit)

    def _shape(self, shape: Shape) -> None:
        Color(*rgb(shape.colour), 1)
        unit = self._unit
        match shape:
            case Fill(box=box, radius=radius):
                # Whole pixels: edges of a box are sharp.
                x, y = round(box.x * unit), round(box.y * unit)
                w, h = round(box.right * unit) - x, round(box.bottom * unit) - y
                place = {"pos": (self._left + x, self._height - y - h), "size": (w, h)}
                if radius:
                    SmoothRoundedRectangle(**place, radius=[radius * unit])
                else:
                    Rectangle(**place)
            case Disc(x=x, y=y, r=r):
                pos = (self._left + (x - r) * unit, self._height - (y + r) * unit)
                SmoothEllipse(pos=pos, size=(2 * r * unit, 2 * r * unit))
            case Picture(name=name, box=box):
                side = round(box.w * unit)
                pos = (self._left + round(box.x * unit), self._height - round(box.y * unit) - side)
                Rectangle(texture=_stamp(name, side), pos=pos, size=(side, side))
            case Code(content=content, box=box):
                count = len(modules(content))
                if count:
                    # Whole pixels a module: edges that fall between two pixels are what scanners fail on.
                    side = max(1, int(box.w * unit) // count) * count
                    x, y = (round(at * unit - side / 2) for at in box.middle)
                    pos = (self._left + x, self._height - y - side)
                    Rectangle(texture=_code(content), pos=pos, size=(side, side))
            case Words(text=text, box=box, size=size, bold=bold):
                texture = _text(text, math.ceil(size * unit), bold)
                x, y = round(box.x * unit), round(box.y * unit)
                pos = (self._left + x, self._height - y - texture.height)
                Rectangle(texture=texture, pos=pos, size=texture.size)
