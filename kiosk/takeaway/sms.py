"""A relay as a text message, and the number that it may go to. Pure.

In the letters of GSM's default alphabet (:mod:`hardware.message_pdu`): é, è, à, ù as they are, the others bare (ê: e).
One letter more would put all of it into UCS-2, 70 letters a message: only a script without a plain form is worth that.
"""

import re
import unicodedata
from collections.abc import Mapping

from hardware.message_pdu import is_plain, parts_of
from kiosk.takeaway.card import Card

LONGEST_NAME, LONGEST_OTHER_NAME = 60, 40
"""Letters; the second in another script: the number must stand behind it in 70."""
_ALIKE = str.maketrans({
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "`": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{NON-BREAKING HYPHEN}": "-", "\N{HORIZONTAL ELLIPSIS}": "...",
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "\N{DEGREE SIGN}": "o", "\N{MIDDLE DOT}": "-", "\N{BULLET}": "-",
    "\N{FRACTION SLASH}": "/",
})  # fmt: skip


def text_of(card: Card, words: Mapping[str, str], parts: int = 1) -> str:
    """What is sent of ``card``, in the words of a ``takeaway.toml``, in at most ``parts`` messages: the least needed
    is left out first.

    In the order of need: caution, name, first number, address, when it is answered, hours, date of the check, other
    numbers. A part is there whole or not at all (half the hours would be other hours); the name alone is cut.
    """
    name = plain(card.name)
    longest = LONGEST_NAME if all(map(is_plain, name)) else LONGEST_OTHER_NAME
    if len(name) > longest:
        name = name[:longest].rsplit(" ", 1)[0]
    told = [plain(words["text.caution"]), name] if card.is_unsure else [name]
    checked = words["text.checked"].format(date=card.checked_on.strftime("%d/%m/%Y")) if card.checked_on else ""
    numbers = [phone.digits if phone.is_voice else f"SMS {phone.digits}" for phone in card.phones]
    hours = "; ".join(line.rstrip(".") for line in card.hours)
    answered = card.phones[0].hours if card.phones else ""
    for part in (*numbers[:1], ", ".join(card.address), answered, hours, checked, *numbers[1:]):
        more = [*told, plain(part).rstrip(".")]
        if part and parts_of(". ".join(more)) <= parts:
            told = more
    return ". ".join(told)


def plain(text: str) -> str:
    """``text`` on one line, each letter in the nearest form that GSM's alphabet has; as it is where that has none."""
    text = unicodedata.normalize("NFC", re.sub(r"«\s*|\s*»", '"', text).translate(_ALIKE))
    return " ".join("".join(_plain(char) for char in text).split())


def _plain(char: str) -> str:
    if char.isspace() or not char.isprintable():
        return " "
    if is_plain(char):
        return char
    bare = "".join(each for each in unicodedata.normalize("NFKD", char) if not unicodedata.combining(each))
    bare = bare.translate(_ALIKE)
    if bare and all(map(is_plain, bare)):
        return bare
    # A sign that is no letter is not worth 90 letters.
    return char if unicodedata.category(char)[0] in "LMN" else " "


def mobile_of(dialled: str) -> str | None:
    """The French mobile number in ``dialled`` as the network wants it (``+336...``); None: it is none.

    Nothing else may be written to: a message to a foreign or a surcharged number would be paid by the site.
    """
    digits = re.sub(r"[ .\-]", "", dialled)
    found = re.fullmatch(r"(?:0|\+33|0033)([67][0-9]{8})", digits)
    return f"+33{found[1]}" if found else None
