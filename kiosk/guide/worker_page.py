"""One page of the social worker's mode as the screen gets it: in words, with nothing left to look up.

The snapshot carries it beside the caller's page (None while the mode is shut); the screen draws it and answers with
intents by text, ``{"worker": {"do": ...}}`` (:mod:`kiosk.guide.worker_touch`). It is for somebody who sits at the
screen with a finger or a keyboard: nothing of it is spoken.
"""

from enum import StrEnum

import msgspec

from kiosk.guide.page import Line


class WorkerView(StrEnum):
    """What the page is for."""

    SEARCH = "search"
    """What is asked, the filters that are set, and what was found."""
    FILTERS = "filters"
    """All filters, and what each is set to."""
    CHOOSE = "choose"
    """The values of one filter."""
    CARD = "card"
    """One relay, with its QR code."""
    SHORT_LIST = "short_list"
    """The relays that were put aside."""
    COMPARE = "compare"
    """Their hours of the next days, side by side."""
    WRONG = "wrong"
    """What of a relay is wrong: told to the platform."""


class Chip(msgspec.Struct, frozen=True):
    """One filter, or one value of a filter."""

    name: str
    """``need``, ``audience`` ...: what to send back with ``filter``; of a value: what to send with ``choose``."""
    title: str
    """What it is."""
    value: str = ""
    """Of a filter: what is set, in words; empty: nothing."""
    is_on: bool = False


class Row(msgspec.Struct, frozen=True):
    """One relay in a list."""

    id: str
    """What to send back."""
    title: str
    note: str
    """Where, how far, from which level."""
    open: str
    """Whether it is open, in words."""
    tone: str
    """``open``, ``closed``, ``unknown`` or ``check``."""
    phone: str = ""
    """Its first number, as it is read; empty: none."""
    is_kept: bool = False
    """It is on the short list."""
    is_unsure: bool = False
    """To be checked (confidence C)."""


class Day(msgspec.Struct, frozen=True):
    """One line of the comparison: a day, and what each relay of ``WorkerPage.columns`` does on it."""

    title: str
    cells: tuple[str, ...]
    """In the order of the columns: the times, closed, not known."""


class Action(msgspec.Struct, frozen=True):
    """One button of the page."""

    do: str
    """What to send back: ``{"do": do}``, with ``field`` where it is given."""
    title: str
    field: str = ""
    """Of a correction: what is wrong."""


class WorkerPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page, whole."""

    view: WorkerView
    language: str
    title: str
    text: str = ""
    """What is asked, as it was typed."""
    place: str = ""
    """From where, as it was understood; empty: nowhere."""
    filters: tuple[Chip, ...] = ()
    """Of SEARCH and FILTERS: all filters, in their order."""
    choices: tuple[Chip, ...] = ()
    """Of CHOOSE: this page's values."""
    rows: tuple[Row, ...] = ()
    """Of SEARCH and SHORT_LIST: this page's relays."""
    lines: tuple[Line, ...] = ()
    """Of CARD: in the order of their weight."""
    qr: str = ""
    """Of CARD: content of a QR code."""
    columns: tuple[str, ...] = ()
    """Of COMPARE: the relays' names."""
    days: tuple[Day, ...] = ()
    """Of COMPARE."""
    actions: tuple[Action, ...] = ()
    """What can be done here, the most likely first."""
    kept: int = 0
    """How many relays are on the short list."""
    number: int = 1
    """Which page of so many it is."""
    of: int = 1
    notice: str = ""
    """One sentence on what was just done, or could not be; empty: none."""
    tone: str = ""
    """Of the notice: ``good``, ``check`` or empty."""
