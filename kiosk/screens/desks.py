"""What a page of the social worker's mode looks like before it is laid out. Pure; the page brings its own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.guide.worker_page import Action, WorkerPage
from kiosk.screens.desk import Desk
from kiosk.screens.pictograms import Pictogram
from kiosk.screens.style import Colour
from kiosk.speech.catalogue import Catalogue

TONE: Colour = "#3d2f4f"
"""A colour that no screen of a caller has: whoever passes by sees that this one is at work."""
NOTICES: dict[str, tuple[Pictogram, Colour]] = {
    "good": (Pictogram.TICK, "#0b5a34"),
    "check": (Pictogram.OUT_OF_ORDER, "#7a3d00"),
}
"""Picture and ground of a notice, by its tone."""
PICTURES: dict[str, Pictogram] = {
    "search": Pictogram.SEARCH,
    "filters": Pictogram.FILTERS,
    "clear": Pictogram.CROSS,
    "short_list": Pictogram.PLACES,
    "keep": Pictogram.STAR,
    "compare": Pictogram.CLOCK,
    "print": Pictogram.PRINTER,
    "send": Pictogram.TEXT_MESSAGE,
    "wrong": Pictogram.PENCIL,
    "back": Pictogram.BACK,
    "close": Pictogram.HOME,
    "turn": Pictogram.NEXT,
    "need": Pictogram.QUESTION,
    "audience": Pictogram.PEOPLE,
    "language": Pictogram.GLOBE,
    "open": Pictogram.CLOCK,
    "radius": Pictogram.PLACE,
    "number": Pictogram.HANDSET,
    "hours": Pictogram.CLOCK,
    "address": Pictogram.PLACE,
    "closed": Pictogram.PADLOCK,
}
"""By what an action does, a filter is called, or is wrong."""


@dataclass(frozen=True)
class DeskView:
    """One picture of the mode; two equal ones are drawn once."""

    name: str
    page: WorkerPage
    desk: Desk
    words: Mapping[str, str]

    @property
    def language(self) -> str:
        """Of the page."""
        return self.page.language

    def has(self, do: str) -> bool:
        """Can it be done here?"""
        return any(action.do == do for action in self.page.actions)

    def short(self, action: Action) -> str:
        """A word for where the page's own is too long."""
        word = self.words.get(f"desk.{action.do}", action.title)
        return f"{word}\u00a0{self.page.kept}" if action.do == "short_list" and self.page.kept else word


def desk_view(page: WorkerPage, desk: Desk, catalogue: Catalogue) -> DeskView:
    """What to draw for ``page`` with what is on the ``desk``."""
    return DeskView(f"worker_{page.view}", page, desk, catalogue.read)
