"""What a hand does in the social worker's mode: the intents of the screen, ``{"worker": {"do": ...}}``. Pure."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from kiosk.errors import BadInput
from kiosk.guide.correction import Wrong


class _Touch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """One touch."""


class Open(_Touch, frozen=True, tag="open"):
    """Begin, or come back to what is there; with ``language``: go on in that one."""

    language: Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2})?$")] = ""


class Close(_Touch, frozen=True, tag="close"):
    """Leave, and forget everything."""


class Type(_Touch, frozen=True, tag="type"):
    """The text of the question, whole, after each key."""

    text: Annotated[str, msgspec.Meta(max_length=200)]


class Near(_Touch, frozen=True, tag="near"):
    """From where: a commune, a postcode, a department; empty: from the site."""

    place: Annotated[str, msgspec.Meta(max_length=100)]


class Filters(_Touch, frozen=True, tag="filters"):
    """All filters, and what each is set to."""


class Filter(_Touch, frozen=True, tag="filter"):
    """Show the values of one filter."""

    name: Annotated[str, msgspec.Meta(max_length=20)]


class Choose(_Touch, frozen=True, tag="choose"):
    """One value of the filter that is shown: on, and once more off."""

    value: Annotated[str, msgspec.Meta(max_length=200)]


class Clear(_Touch, frozen=True, tag="clear"):
    """Begin anew: question and filters are empty, the short list stays."""


class Search(_Touch, frozen=True, tag="search"):
    """Back to what was found."""


class Show(_Touch, frozen=True, tag="show"):
    """The card of one relay."""

    id: Annotated[str, msgspec.Meta(max_length=200)]


class Keep(_Touch, frozen=True, tag="keep"):
    """Onto the short list, and once more off it; without ``id``: the relay of the card."""

    id: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ShortList(_Touch, frozen=True, tag="short_list"):
    """What was put aside."""


class Compare(_Touch, frozen=True, tag="compare"):
    """The hours of the short list, side by side."""


class Print(_Touch, frozen=True, tag="print"):
    """The relay of the card, or the whole short list, on one slip."""


class Send(_Touch, frozen=True, tag="send"):
    """The relay of the card by text message."""

    number: Annotated[str, msgspec.Meta(max_length=30)]

    def __repr__(self) -> str:
        return "Send(...)"  # a number is in no log, and in no traceback


class Doubt(_Touch, frozen=True, tag="wrong"):
    """Something of the relay of the card is wrong: choose what."""


class Report(_Touch, frozen=True, tag="report"):
    """Tell the platform."""

    field: Wrong


class Turn(_Touch, frozen=True, tag="turn"):
    """Another page of the same, by its number."""

    page: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Back(_Touch, frozen=True, tag="back"):
    """Where this page was reached from."""


Touch = (
    Open | Close | Type | Near | Filters | Filter | Choose | Clear | Search | Show | Keep | ShortList | Compare | Print
    | Send | Doubt | Report | Turn | Back
)  # fmt: skip


def touch_of(document: Mapping[str, Any]) -> Touch:
    """The touch in ``document``. Raises: BadInput, which tells nothing of what was typed."""
    try:
        found: Touch = msgspec.convert(document, Touch)
    except msgspec.ValidationError as error:
        where = str(error).partition(" - at ")[2] or "`$`"
        raise BadInput(f"worker intent: not one that is known, or wrong at {where}; see docs/ipc.md") from None
    return found
