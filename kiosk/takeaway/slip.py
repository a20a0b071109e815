"""The printed slip, piece by piece, before it is bytes of any printer. Pure."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from textwrap import wrap

import msgspec

from kiosk.speech.readings import NO_BREAK
from kiosk.takeaway.card import Card
from kiosk.takeaway.vcard import vcard
from kiosk.takeaway.week import date_in_words


class Style(StrEnum):
    """How large words stand."""

    TITLE = "title"
    """Twice as high, bold."""
    STRONG = "strong"
    """Bold."""
    PLAIN = "plain"


class Words(msgspec.Struct, frozen=True, tag="words"):
    """A paragraph; wrapped where it is printed."""

    text: str
    style: Style = Style.PLAIN


class Code(msgspec.Struct, frozen=True, tag="code"):
    """A QR code."""

    content: str


class Rule(msgspec.Struct, frozen=True, tag="rule"):
    """A line across the paper."""


Piece = Words | Code | Rule


def slip_of(cards: Sequence[Card], today: date | None, words: Mapping[str, str], helpline: str) -> tuple[Piece, ...]:
    """All of ``cards`` on one slip, each with its QR code, in the words of a ``takeaway.toml``.

    ``today`` None: the terminal does not know the date, and prints none. ``helpline`` is its number as it is read.
    """
    pieces: list[Piece] = [Words(words["slip.heading"], Style.TITLE)]
    for card in cards:
        pieces += [Rule(), *_card(card, words)]
    pieces.append(Rule())
    pieces.append(Words(words["slip.helpline"].format(number=helpline), Style.STRONG))
    if today is not None:
        pieces.append(Words(words["slip.printed"].format(date=date_in_words(today, words))))
    return tuple(pieces)


def _card(card: Card, words: Mapping[str, str]) -> Iterator[Piece]:
    yield Words(card.name, Style.TITLE)
    if card.caution:
        yield Words(card.caution, Style.STRONG)
    for phone in card.phones:
        note = f" ({phone.note})" if phone.note else ""
        yield Words(f"{words['card.phone']} {phone.shown}{note}", Style.STRONG)
        if phone.hours:
            yield Words(phone.hours)
    for label, lines in (
        ("card.address", card.address),
        ("card.hours", card.hours),
        ("card.come", card.come),
        ("card.papers", (card.papers,) if card.papers else ()),
    ):
        if lines:
            yield Words(words[label], Style.STRONG)
            yield from (Words(line) for line in lines)
    yield Words(card.checked)
    yield Code(vcard(card))
    yield Words(words["slip.qr"])


_PLAIN = str.maketrans({
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{BULLET}": "-",
    "\N{LATIN SMALL LIGATURE OE}": "oe",
    "\N{LATIN CAPITAL LIGATURE OE}": "OE",
    "\N{EURO SIGN}": "EUR",
})  # fmt: skip


def printable(text: str, codec: str) -> str:
    """``text`` with nothing in it that the printer's code page (a codec of Python's) lacks.

    What is lacking is printed in its plain form: without its accents, or else as a question mark. A word of which no
    letter can be printed is left out: a row of question marks helps nobody. No-break spaces stay: the lines are yet to
    be cut.
    """
    return " ".join(filter(None, (_word(word, codec) for word in unicodedata.normalize("NFC", text).split(" "))))


def _word(word: str, codec: str) -> str:
    printed = "".join(_printable(char, codec) for char in word)
    is_lost = any(char.isalpha() for char in word) and not any(char.isalnum() for char in printed)
    return "" if is_lost else printed


def _printable(char: str, codec: str) -> str:
    if char in "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}":
        return NO_BREAK
    bare = unicodedata.normalize("NFKD", char)
    plain = "".join(each for each in bare if not unicodedata.combining(each))
    for attempt in (char, char.translate(_PLAIN), plain):
        if attempt and attempt.isprintable() and attempt.isascii():
            return attempt
        try:
            attempt.encode(codec)
        except UnicodeEncodeError:
            continue
        if attempt.isprintable() and not attempt.isspace():
            return attempt
    return " " if char.isspace() else "?"


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in lines of ``columns`` characters at most; at least one line. No number is cut in two."""
    return [line.replace(NO_BREAK, " ") for line in wrap(text, columns, break_on_hyphens=False)] or [""]
