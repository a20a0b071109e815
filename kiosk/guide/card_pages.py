"""A card in pages that the smallest panel holds: which lines stand on which page. Pure.

The guide cannot ask a screen how wide a word is. It reckons instead: each letter as wide as the widest of its like, a
line as long as the shortest. So a page may be emptier than it need be, never fuller; a test lays the pages out.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from kiosk.speech.entries import Entry

ROWS = 5
"""Lines of small text on a page of a card."""
WIDE_ROWS = 2
"""Of them as wide as the panel where there is a further page: the others end beside the key that turns it."""
WIDE, NARROW, NAME = 19.8, 15.5, 17.2
"""Room of a line, of one beside that key, and of each of the two that a long name has in the head: in ems."""
NAME_ROWS = 2

_SPACE = 0.25
_WIDTHS = {letter: width for width, letters in (
    (0.30, " \u00a0!',./:;Iijl|\u00b7\u00ce\u00ef\u2019"),
    (0.45, "\"()*-_frt\u00b0"),
    (0.98, "%@MWmw\u00e6\u0152\u0153"),
) for letter in letters}  # fmt: skip
_SMALL, _CAPITAL = 0.57, 0.75
_ORDER = ("warning", "open", "room", "where", "phone", "name")
"""What the eye wants first; all else follows as it is said. A state that is a caution is always on the first page."""


def card_pages(title: str, entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """The entries page by page, at least one page. ``title`` is the name in the head: where it is too long for that, it
    comes again as an entry, whole; it has been said by then.
    """
    named = [Entry("name", title, ())] if rows(title, NAME) > NAME_ROWS else []
    rest = sorted(
        [*named, *entries], key=lambda entry: _ORDER.index(entry.role) if entry.role in _ORDER else len(_ORDER)
    )
    pages: list[tuple[Entry, ...]] = []
    while not _fits(rest, ROWS):
        count = next((many for many in range(len(rest) - 1, 0, -1) if _fits(rest[:many], WIDE_ROWS)), 0)
        if not count:
            rest[:1] = _cut(rest[0])
            count = 1
        pages.append(tuple(rest[:count]))
        rest = rest[count:]
    return (*pages, tuple(rest))


def rows(text: str, room: float) -> int:
    """How many lines of that room ``text`` takes at most."""
    count, used = 1, 0.0
    for word in text.split(" "):
        width = reckoned(word)
        if used and used + _SPACE + width > room:
            count, used = count + 1, 0.0
        if width > room:
            # Broken behind its hyphens or anywhere; two pieces that follow one another are longer than a line.
            count, used = count + 2 * ceil(width / room) - 1, room
        else:
            used += width + (_SPACE if used else 0.0)
    return count


def reckoned(text: str) -> float:
    """How wide ``text`` is at most, in ems."""
    return sum(_WIDTHS.get(letter, _SMALL if letter.islower() or letter.isdigit() else _CAPITAL) for letter in text)


def _fits(entries: Sequence[Entry], wide_rows: int) -> bool:
    """Whether a page holds them, laid out as the screen does: a text that reaches below the wide lines is narrow."""
    used = 0
    for entry in entries:
        count = rows(entry.text, WIDE)
        used += count if used + count <= wide_rows else rows(entry.text, NARROW)
    return used <= ROWS


def _cut(entry: Entry) -> list[Entry]:
    """An entry longer than a page: what one holds of it, and the rest, which is said with it too."""
    most = max(end for end in range(1, len(entry.text)) if rows(entry.text[:end], NARROW) <= ROWS)
    end = entry.text.rfind(" ", 0, most + 1) if " " in entry.text[: most + 1] else most
    return [replace(entry, text=part) for part in (entry.text[:end].rstrip(), entry.text[end:].lstrip())]
