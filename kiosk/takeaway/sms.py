"""A relay as one text message, and the number that it may go to. Pure.

One message, in the plain letters that every modem, network and telephone has (:mod:`hardware.text_message`): 160 of
them. An accent would put the whole message into UCS-2, 70 characters, which is not enough for a name and an address.
"""

import re
import unicodedata
from collections.abc import Mapping

from kiosk.takeaway.card import Card

LONGEST = 160
LONGEST_NAME = 60
_ALIKE = str.maketrans({
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "ß": "ss",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{NON-BREAKING HYPHEN}": "-", "\N{HORIZONTAL ELLIPSIS}": "...",
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "\N{EURO SIGN}": "EUR",
    "[": "(", "]": ")", "{": "(", "}": ")", "_": " ", "`": "'", "|": "/", "\\": "/", "~": "-", "^": "", "@": " at ",
    "$": "USD",
})  # fmt: skip


def text_of(card: Card, words: Mapping[str, str]) -> str:
    """The message of ``card``, in the words of a ``takeaway.toml``: what is least needed is left out first.

    In the order of need: caution, name, first number, address, hours, date of the check, other numbers. A part is there
    whole or not at all (half the hours would be other hours); the name alone is cut.
    """
    name = plain(card.name)
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME].rsplit(" ", 1)[0]
    parts = [plain(words["text.caution"]), name] if card.is_unsure else [name]
    checked = words["text.checked"].format(date=card.checked_on.strftime("%d/%m/%Y")) if card.checked_on else ""
    numbers = [phone.digits if phone.is_voice else f"SMS {phone.digits}" for phone in card.phones]
    hours = "; ".join(line.rstrip(".") for line in card.hours)
    for part in (*numbers[:1], ", ".join(card.address), hours, checked, *numbers[1:]):
        more = [*parts, plain(part).rstrip(".")]
        if part and len(". ".join(more)) <= LONGEST:
            parts = more
    return ". ".join(parts)


def plain(text: str) -> str:
    """``text`` in plain letters, on one line; what has no plain form becomes a question mark."""
    text = re.sub(r"«\s*|\s*»", '"', text).translate(_ALIKE)
    bare = (char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(
        "".join(char if char.isascii() and char.isprintable() else _stand_in(char) for char in bare).split()
    )


def _stand_in(char: str) -> str:
    return " " if char.isspace() else "?"


def mobile_of(dialled: str) -> str | None:
    """The French mobile number in ``dialled`` as the network wants it (``+336...``); None: it is none.

    Nothing else may be written to: a message to a foreign or a surcharged number would be paid by the site.
    """
    digits = re.sub(r"[ .\-]", "", dialled)
    found = re.fullmatch(r"(?:0|\+33|0033)([67][0-9]{8})", digits)
    return f"+33{found[1]}" if found else None
