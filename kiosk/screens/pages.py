"""What a page of the directory looks like before it is laid out: pictures, colours and the deeds of its keys. Pure.

Its words come with the page, in the person's language; only those of the keys that are everywhere (more, back, a
person) are the screen's own.
"""

from dataclasses import dataclass

from kiosk.guide.page import Item, Line, Page, PageKind
from kiosk.screens.codes import modules
from kiosk.screens.pictograms import Pictogram
from kiosk.screens.shapes import Key
from kiosk.screens.style import Colour
from kiosk.speech.catalogue import Catalogue

MOST_CHOICES = 4
"""More are never drawn, whatever the page says (ACCESSIBILITY 7)."""
MORE, BACK, PERSON = "5", "#", "0"
"""The keys that mean the same on every page."""


@dataclass(frozen=True)
class Mark:
    """Whether a relay is open, without words: a shape of its own, and a colour."""

    picture: Pictogram
    colour: Colour


MARKS: dict[str, Mark] = {
    "open": Mark(Pictogram.TICK, "#0b5a34"),
    "closed": Mark(Pictogram.PADLOCK, "#8f1d1d"),
    "unknown": Mark(Pictogram.QUESTION, "#44474d"),
    "check": Mark(Pictogram.OUT_OF_ORDER, "#7a3d00"),
}
"""By tone. The words beside it say the same (ACCESSIBILITY 5)."""


@dataclass(frozen=True)
class Option:
    """Something to press on a page."""

    deed: Key
    title: str
    note: str = ""
    picture: Pictogram | None = None
    mark: Mark | None = None
    is_person: bool = False
    """Leads to the helpline: drawn as the call button everywhere."""
    is_main: bool = False
    """What most people want here: drawn in the page's colour."""


@dataclass(frozen=True)
class Fact:
    """One line of a card."""

    picture: Pictogram
    text: str
    colour: Colour | None = None
    """None: ink."""
    is_strong: bool = False


@dataclass(frozen=True)
class PageView:
    """One picture of the directory; two equal ones are drawn once."""

    name: str
    kind: PageKind
    picture: Pictogram
    tone: Colour
    language: str
    title: str
    title_lines: int = 1
    """At most."""
    subtitle: str = ""
    """In the head, beside a short title."""
    options: tuple[Option, ...] = ()
    """The numbered ones."""
    ways: tuple[Option, ...] = ()
    """More, back, a person: from the top."""
    facts: tuple[Fact, ...] = ()
    qr: str = ""
    pages: str = ""
    """Which of how many; empty: the only one."""


_LOOKS: dict[PageKind, tuple[Pictogram, Colour]] = {
    PageKind.NEEDS: (Pictogram.SEARCH, "#123a5e"),
    PageKind.LIST: (Pictogram.PLACES, "#1b3f70"),
    PageKind.CARD: (Pictogram.PLACE, "#14305c"),
    PageKind.TAKE_AWAY: (Pictogram.TAKE_AWAY, "#233a7a"),
    PageKind.NOTICE: (Pictogram.HOURGLASS, "#2c3f5e"),
}
_BY_NAME = {picture.value: picture for picture in Pictogram} | {"call": Pictogram.HANDSET}
_CARD_KEYS = {"1": Pictogram.HANDSET, "2": Pictogram.TAKE_AWAY, "3": Pictogram.PLACE}
"""What the keys of a card show when the page names no pictogram: 3 is another relay, 5 another page of this one."""
_ROLES: dict[str, Pictogram] = {
    "name": Pictogram.PLACE,
    "open": Pictogram.CLOCK,
    "where": Pictogram.PLACE,
    "who": Pictogram.PEOPLE,
    "papers": Pictogram.PAPERS,
    "languages": Pictogram.TALK,
    "phone": Pictogram.HANDSET,
    "cost": Pictogram.MONEY,
    "checked": Pictogram.TICK,
    "warning": Pictogram.OUT_OF_ORDER,
    "how": Pictogram.NEXT,
    "room": Pictogram.BED,
}


def page_view(page: Page, catalogue: Catalogue) -> PageView:
    """What to draw for ``page``, with the everywhere-keys in the words of ``catalogue``."""
    keys = {item.key for item in page.items}
    picture, tone = _LOOKS[page.kind]
    if page.kind is PageKind.NOTICE:
        picture = _notice_picture(keys, {line.role for line in page.lines})
    # A card has its name again where the head may have no room for all of it.
    lines = [line for line in page.lines if line.text]
    if page.kind is PageKind.NOTICE:
        lines = [_in_pairs(line) if line.role == "phone" else line for line in lines]
    subtitle = ""
    if page.kind is PageKind.TAKE_AWAY:
        # Beside the code there is room for what to do with it; the name goes above.
        subtitle = next((line.text for line in lines if line.role == "name"), "")
        lines = [line for line in lines if line.role != "name"]
    numbered = [item for item in page.items if item.key in ("1", "2", "3", "4")]
    return PageView(
        name=f"browsing_{page.kind}",
        kind=page.kind,
        picture=picture,
        tone=tone,
        language=catalogue.language,
        title=page.title,
        title_lines=2 if page.kind is PageKind.NOTICE or (page.kind is PageKind.CARD and page.number == 1) else 1,
        subtitle=subtitle,
        options=tuple(_option(item, page.kind) for item in numbered[:MOST_CHOICES]),
        ways=_ways(keys, catalogue),
        facts=tuple(fact(line) for line in lines),
        qr=page.qr if page.qr and modules(page.qr) else "",
        pages=f"{page.number}/{page.of}" if page.of > 1 else "",
    )


def _in_pairs(line: Line) -> Line:
    """A number being dialled, as people count it."""
    pairs = (line.text[at : at + 2] for at in range(0, len(line.text), 2))
    return Line(line.role, "\u00a0".join(pairs), line.tone)


def _notice_picture(keys: set[str], roles: set[str]) -> Pictogram:
    """A number to dial, something to try again, somebody who may have left (nothing to go back to), or a wait."""
    if "phone" in roles:
        return Pictogram.MOBILE
    if "1" in keys:
        return Pictogram.OUT_OF_ORDER
    return Pictogram.HOURGLASS if BACK in keys else Pictogram.ANYONE


def pictogram(name: str) -> Pictogram | None:
    """The picture of that name; a question for one that this screen does not know; None for no name."""
    return _BY_NAME.get(name, Pictogram.QUESTION) if name else None


def _option(item: Item, kind: PageKind) -> Option:
    usual = _CARD_KEYS.get(item.key) if kind is PageKind.CARD else None
    return Option(
        Key(item.key),
        item.title,
        item.note,
        picture=pictogram(item.picture) or usual,
        mark=MARKS.get(item.tone),
        is_main=kind is PageKind.CARD and item.key == "1",
    )


def _ways(keys: set[str], catalogue: Catalogue) -> tuple[Option, ...]:
    """More, back and a person where the page has them: where a number is dialled, 0 is a digit of it."""
    words = catalogue.read
    more = Option(Key(MORE), words["way.more"], picture=Pictogram.NEXT)
    back = Option(Key(BACK), words["way.back"], picture=Pictogram.BACK)
    person = Option(Key(PERSON), words["way.person"], picture=Pictogram.HANDSET, is_person=True)
    return tuple(way for way in (more, back, person) if way.deed.key in keys)


def fact(line: Line) -> Fact:
    """A line with its picture: of its tone, else of its role."""
    is_strong = line.role in ("open", "warning")
    mark = MARKS.get(line.tone)
    if mark is not None:
        return Fact(mark.picture, line.text, mark.colour, is_strong)
    return Fact(_ROLES.get(line.role, Pictogram.NEXT), line.text, is_strong=is_strong)
