"""The social worker's keyboard: what was typed and not yet confirmed, and what its keys ask for. Pure.

The switchboard keeps the question; here is only what has not come back from it yet, so that fast fingers lose nothing.
Text goes out after each letter, a place and a telephone number when Enter is pressed. A number is kept nowhere else,
and forgotten as soon as it was sent or its relay is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from kiosk.guide.worker_page import WorkerPage, WorkerView
from kiosk.screens.shapes import Deed, Pad, Target, Work

LONGEST = {"text": 200, "place": 100, "number": 20}
"""Characters, as the switchboard takes them."""
ERASE, SPACE, OTHER, DONE = "erase", "space", "other", "done"
"""Keys of the drawn keyboard that are no letters."""
HALVES = 2
"""The drawn keyboard has large keys, so half of the alphabet at a time."""


class Code(IntEnum):
    """Keys that are no letters, by SDL's code."""

    BACKSPACE = 8
    TAB = 9
    ENTER = 13
    ESCAPE = 27
    KEYPAD_ENTER = 271
    UP = 273
    DOWN = 274
    RIGHT = 275
    LEFT = 276
    PAGE_UP = 280
    PAGE_DOWN = 281


class Field(StrEnum):
    """What letters go to."""

    TEXT = "text"
    PLACE = "place"
    NUMBER = "number"


@dataclass(frozen=True)
class Desk:
    """What is on the desk of one person at the screen."""

    field: Field = Field.TEXT
    text: str | None = None
    """None: as the page has it."""
    place: str = ""
    number: str = ""
    pad: int = 0
    """Which half of the drawn keyboard is shown; 0: none is."""
    cursor: int | None = None
    """Which target the arrows stand on."""
    view: WorkerView | None = None
    is_writing: bool = False
    """Letters came last, not touches: what is written is shown, whatever there is to be told."""

    def seen(self, page: WorkerPage) -> "Desk":
        """The desk under a page that has just come."""
        text = None if self.text == page.text else self.text
        if page.view is self.view:
            return replace(self, text=text)
        return Desk(text=text, view=page.view)

    def written(self, page: WorkerPage) -> str:
        """The question's text, with what is still on its way."""
        return page.text if self.text is None else self.text

    def typed(self, letters: str, page: WorkerPage) -> tuple["Desk", Deed | None]:
        """After ``letters`` were typed."""
        letters = "".join(letter for letter in letters if letter.isprintable())
        if not letters:
            return self, None
        is_number = letters.isdecimal() or letters == "+"
        if self.field is Field.NUMBER or (is_number and can_send(page)):
            fits = is_number and len(self.number) < LONGEST["number"]
            number = self.number + letters if fits else self.number
            return replace(self, field=Field.NUMBER, number=number, is_writing=True), None
        if self.field is Field.PLACE:
            return replace(self, place=(self.place + letters)[: LONGEST["place"]], is_writing=True), None
        return self._asking((self.written(page) + letters)[: LONGEST["text"]])

    def erased(self, page: WorkerPage) -> tuple["Desk", Deed | None]:
        """After the last letter was taken back."""
        match self.field:
            case Field.NUMBER:
                return replace(self, number=self.number[:-1]), None
            case Field.PLACE:
                return replace(self, place=self.place[:-1]), None
        written = self.written(page)
        return self._asking(written[:-1]) if written else (self, None)

    def entered(self, page: WorkerPage, targets: Sequence[Target]) -> tuple["Desk", Deed | None]:
        """After Enter: what the arrows stand on, else what was typed."""
        if self.cursor is not None and self.cursor < len(targets):
            return self.did(targets[self.cursor].deed, page)
        match self.field:
            case Field.NUMBER:
                if not self.number:
                    return self, None
                return replace(self, field=Field.TEXT, number="", pad=0), Work("send", "number", self.number)
            case Field.PLACE:
                return replace(self, field=Field.TEXT, place="", pad=0), Work("near", "place", self.place)
        return replace(self, pad=0), None

    def did(self, deed: Deed, page: WorkerPage) -> tuple["Desk", Deed | None]:
        """After ``deed`` was touched: what of it is for the switchboard."""
        if deed == Work("send"):
            # To whom? The number is typed first.
            asking = replace(self, field=Field.NUMBER, cursor=None)
            return asking.entered(page, ()) if self.number else (replace(asking, pad=1), None)
        if not isinstance(deed, Pad):
            return replace(self, cursor=None, is_writing=False), deed
        if deed.key in tuple(Field):
            return replace(self, field=Field(deed.key), pad=1, cursor=None), None
        match deed.key:
            case "erase":
                return self.erased(page)
            case "space":
                return self.typed(" ", page)
            case "other":
                return replace(self, pad=self.pad % HALVES + 1), None
            case "done":
                return self.entered(page, ())
        return self.typed(deed.key, page)

    def pressed(self, code: int, page: WorkerPage, targets: Sequence[Target]) -> tuple["Desk", Deed | None]:
        """After a key that is no letter; ``targets`` are what is drawn."""
        match code:
            case Code.BACKSPACE:
                return self.erased(page)
            case Code.TAB:
                field = Field.TEXT if self.field is Field.PLACE else Field.PLACE
                return replace(self, field=field, cursor=None, is_writing=True), None
            case Code.ENTER | Code.KEYPAD_ENTER:
                return self.entered(page, targets)
            case Code.ESCAPE if self.pad or self.field is not Field.TEXT:
                return Desk(text=self.text, view=self.view), None
            case Code.ESCAPE:
                return self, Work("close" if page.view is WorkerView.SEARCH else "back")
            case Code.DOWN | Code.RIGHT if targets:
                return replace(self, cursor=0 if self.cursor is None else (self.cursor + 1) % len(targets)), None
            case Code.UP | Code.LEFT if targets:
                return replace(self, cursor=((self.cursor or 0) - 1) % len(targets)), None
            case Code.PAGE_UP if page.number > 1:
                return self, Work("turn", "page", page.number - 1)
            case Code.PAGE_DOWN if page.number < page.of:
                return self, Work("turn", "page", page.number + 1)
        return self, None

    def _asking(self, text: str) -> tuple["Desk", Deed | None]:
        return replace(self, text=text, cursor=None, is_writing=True), Work("type", "text", text)


def can_send(page: WorkerPage) -> bool:
    """Can the relay of this page be sent by text message?"""
    return any(action.do == "send" for action in page.actions)
