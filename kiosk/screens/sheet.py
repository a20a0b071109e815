"""What all layouts write on: text broken to its room, grounds, keys of a telephone. Pure, lengths in units."""

from dataclasses import dataclass, field

from kiosk.screens import style
from kiosk.screens.lines import fit, wrap
from kiosk.screens.shapes import Box, Code, Disc, Drawing, Fill, Measure, Picture, Shape, Target, Words
from kiosk.screens.style import Colour
from kiosk.speech.scripts import unboxed

CORNER = 3.0
KEYCAP = 11.0
"""Side of a drawn telephone key."""


@dataclass
class Sheet:
    """A picture that grows."""

    measure: Measure
    shapes: list[Shape] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def drawing(self) -> Drawing:
        """What was put down so far."""
        return Drawing(tuple(self.shapes), tuple(self.targets))

    def text(self, text: str, room: Box, size: float, bold: bool, colour: Colour, *, centred: bool = False) -> float:
        """Write ``text`` from the top of ``room``, broken to its width; returns where the next line would be."""
        return self.lines(self.wrapped(text, room.w, size, bold), room, size, bold, colour, centred=centred)

    def lines(
        self, lines: tuple[str, ...], room: Box, size: float, bold: bool, colour: Colour, *, centred: bool = False
    ) -> float:
        """Write ``lines`` as they are; returns where the next one would be."""
        y = room.y
        for line in map(unboxed, lines):
            w = self.measure(line, size, bold)
            x = room.x + (room.w - w) / 2 if centred else room.x
            self.shapes.append(Words(line, Box(x, y, w, size * style.LINE_EM), room, size, bold, colour))
            y += size * style.LINE_EM
        return y

    def wrapped(self, text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:
        """``text`` broken to ``width``; nothing is cut."""
        return wrap(unboxed(text), width, lambda part: self.measure(part, size, bold)) if text else ()

    def fitted(self, text: str, width: float, size: float, bold: bool, most: int = 1) -> tuple[str, ...]:
        """``text`` in at most ``most`` lines of ``width``, whatever it is: for words that a source chose."""
        return fit(unboxed(text), width, most, lambda part: self.measure(part, size, bold))

    def parts(self, text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:
        """One line with as many of the ``text``'s parts (between `` · `` and behind full stops) as stand in it whole:
        of "12 km" no "1" is left.
        """
        while self.measure(text, size, bold) > width and (cut := max(text.rfind(mark) for mark in (" · ", ". "))) > 0:
            text = text[:cut]
        return self.fitted(text, width, size, bold)

    def height_of(self, text: str, width: float, size: float, bold: bool) -> float:
        """How high ``text`` stands when it is broken to ``width``."""
        return len(self.wrapped(text, width, size, bold)) * size * style.LINE_EM

    def ground(self, box: Box, ground: Colour, edge: Colour) -> None:
        """A rounded field with an edge."""
        self.shapes.append(Fill(box, edge, CORNER))
        self.shapes.append(Fill(box.inset(0.8), ground, CORNER - 0.8))

    def keycap(self, key: str, box: Box, ink: Colour, ground: Colour) -> None:
        """A telephone key, so that the digit reads as something to press."""
        self.shapes.append(Fill(box, ink, 2.2))
        line = style.SMALL * style.LINE_EM
        room = Box(box.x, box.y + (box.h - line) / 2, box.w, line)
        self.text(key, room, style.SMALL, True, ground, centred=True)


def mirrored(drawing: Drawing, width: float) -> Drawing:
    """The drawing as a script that runs from right to left has it: each box on the other side, none turned over.

    Letters and digits inside a line keep their own order (ACCESSIBILITY 25).
    """

    def flipped(box: Box) -> Box:
        return Box(width - box.right, box.y, box.w, box.h)

    shapes: list[Shape] = []
    for shape in drawing.shapes:
        match shape:
            case Disc(x=x, y=y, r=r, colour=colour):
                shapes.append(Disc(width - x, y, r, colour))
            case Words():
                shapes.append(
                    Words(shape.text, flipped(shape.box), flipped(shape.room), shape.size, shape.bold, shape.colour)
                )
            case Picture(name=name, box=box, colour=colour):
                shapes.append(Picture(name, flipped(box), colour))
            case Fill(box=box, colour=colour, radius=radius):
                shapes.append(Fill(flipped(box), colour, radius))
            case Code(content=content, box=box, colour=colour):
                shapes.append(Code(content, flipped(box), colour))
    return Drawing(tuple(shapes), tuple(Target(flipped(target.box), target.deed) for target in drawing.targets))
