"""One page of the directory as eye and ear get it: in words of the person's language, with nothing left to look up.

The guide makes it (:mod:`kiosk.guide`), the snapshot carries it, the screen draws it and the earpiece says ``say``. A
page is never longer than it says: at most four numbered choices (ACCESSIBILITY 7).
"""

from enum import StrEnum

import msgspec


class PageKind(StrEnum):
    """What a page is for."""

    NEEDS = "needs"
    """What is it about: one of a few needs, or groups of needs."""
    LIST = "list"
    """Relays found, a few of them."""
    CARD = "card"
    """One relay, all that is known of it."""
    TAKE_AWAY = "take_away"
    """How to take a relay along: the QR code, and the ways that this site has."""
    NOTICE = "notice"
    """A moment's word: searching, or the directory cannot be read now."""


class Item(msgspec.Struct, frozen=True):
    """One choice."""

    key: str
    """0-9, * or #: the telephone key that means it."""
    title: str
    """What it is, in a few words."""
    note: str = ""
    """A second line: where, and whether it is open."""
    picture: str = ""
    """A pictogram's name; empty: none."""
    tone: str = ""
    """Of a relay: open, closed, unknown, or check; empty: no relay."""


class Line(msgspec.Struct, frozen=True):
    """One thing that a card says."""

    role: str
    """name, open, where, who, papers, languages, phone, cost, checked, warning, how or room."""
    text: str
    tone: str = ""
    """As an item's; ``check`` is a caution."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page, whole."""

    kind: PageKind
    title: str
    items: tuple[Item, ...] = ()
    """In the order of their keys: the numbered choices first, then 5 (more), * and #, where they do something here."""
    lines: tuple[Line, ...] = ()
    """In the order of their weight: who shows fewer leaves out the last ones."""
    qr: str = ""
    """Content of a QR code; empty: none."""
    number: int = 1
    """Which page of so many it is."""
    of: int = 1
    say: str
    """All of it as it is spoken, sentence by sentence."""
