"""What a drawing is made of, before any library draws it. Lengths in units, origin at the top left."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.screens.pictograms import Pictogram
from kiosk.screens.style import Colour

Measure = Callable[[str, float, bool], float]
"""Width in units of a text at a font size in units, bold or not, as the painter will draw it."""


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def holds(self, x: float, y: float) -> bool:
        """Is the point inside?"""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def inset(self, by: float) -> "Box":
        """The box, smaller by ``by`` on all four sides."""
        return Box(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)


@dataclass(frozen=True)
class Fill:
    """A filled rectangle with round corners."""

    box: Box
    colour: Colour
    radius: float = 0.0


@dataclass(frozen=True)
class Disc:
    """A filled circle."""

    x: float
    y: float
    r: float
    colour: Colour


@dataclass(frozen=True)
class Picture:
    """A pictogram, filling a square box, in one colour."""

    name: Pictogram
    box: Box
    colour: Colour


@dataclass(frozen=True)
class Words:
    """One line of text in the box that it takes up, and the box that it must stay in."""

    text: str
    box: Box
    room: Box
    size: float
    bold: bool
    colour: Colour


@dataclass(frozen=True)
class Code:
    """A QR code, as large as whole pixels for its modules allow, in the middle of a square box."""

    content: str
    box: Box
    colour: Colour


Shape = Fill | Disc | Picture | Words | Code


@dataclass(frozen=True)
class Press:
    """A button of the terminal, pressed by touch."""

    name: str


@dataclass(frozen=True)
class Key:
    """A key of the handset (0-9, ``*``, ``#``), by touch or keyboard."""

    key: str


@dataclass(frozen=True)
class Simulate:
    """A deed on the simulated hardware: lift, hang_up, press (a button) or digit (a key)."""

    do: str
    value: str = ""


Deed = Press | Key | Simulate
"""What a touch or a key asks of the switchboard."""


@dataclass(frozen=True)
class Target:
    """A place to touch; the deed is done when the finger leaves the glass inside it."""

    box: Box
    deed: Deed


@dataclass(frozen=True)
class Drawing:
    """A whole picture, painted in order."""

    shapes: tuple[Shape, ...]
    targets: tuple[Target, ...]

    def target_at(self, x: float, y: float) -> Target | None:
        """What lies under that point."""
        return next((target for target in self.targets if target.box.holds(x, y)), None)
