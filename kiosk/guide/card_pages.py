"""A card in pages that the smallest panel holds: which lines stand on which page. Pure.

The guide cannot ask a screen how wide a word is. It reckons instead: each letter as wide as the widest of its like, a
line as long as the shortest. So a page may be emptier than it need be, never fuller; a test lays the pages out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from kiosk.speech.tongue import Entry

ROWS = 5
"""Lines of small text on a page of a card."""
WIDE_ROWS = 2
"""Of them as wide as the panel where there is a further page: the others end beside the key that turns it."""
WIDE, NARROW = 20.0, 15.9
"""Room of a line, and of one beside that key: in ems."""
BESIDE_CODE = 13.0
"""Of one beside a QR code, on the social worker's screen."""
NAME, NAME_ROWS = 11.4, 2
"""Room of a line of the head, in its own ems, and how many a name has there on the first page. The second one costs the
card a wide line. On further pages the name has one.
"""

_SPACE = 0.25
_WIDTHS = {
    letter: width
    for width, letters in (
        (0.315, " \u00a0!\"',./:;Iijl|\u00b7\u00ce\u00ee\u00cf\u00ef\u2018\u2019"),
        (0.40, "()-frt\u00b0"),
        (0.51, "?vxyz\u00ab\u00bb"),
        (0.565, "aceksEFJL\u00e0\u00e2\u00e7\u00e8\u00e9\u00ea\u00eb\u00c8\u00c9\u00ca\u00cb"),
        (0.66, "BKPRSTXYZ"),
        (0.98, "%@MWmw\u00c6\u00e6\u0152\u0153"),
    )
    for letter in letters
}
"""Of letters like those, in bold as they are drawn on the smallest panel."""
_SMALL, _OTHER = 0.585, 0.75
_ORDER = ("warning", "open", "room", "where", "phone", "name")
_CALLED = ("warning", "open", "room", "phone", "where", "name")
"""What the eye wants first; all else follows as it is said. A state that is a caution is always on the first page. Of
a relay that has no place to go to, the number comes before what it says of where it is.
"""


def card_pages(title: str, entries: Sequence[Entry], *, has_place: bool = True) -> tuple[tuple[Entry, ...], ...]:
    """The entries page by page, at least one page. ``title`` is the name in the head: where it is too long for that, it
    comes again as an entry, whole; it has been said by then. ``has_place``: the relay has an address.
    """
    heads = rows(title, NAME)
    named = [Entry("name", title, ())] if heads > NAME_ROWS else []
    rest = _weighed([*named, *entries], has_place)
    lost = 1 if heads > 1 else 0
    return _paged(rest, _Room(ROWS - lost, ROWS - lost), _Room(ROWS - lost, WIDE_ROWS - lost), _LAST, _MORE)


def desk_pages(title: str, entries: Sequence[Entry], *, has_place: bool = True) -> tuple[tuple[Entry, ...], ...]:
    """The same on the social worker's screen, where the head has one line: the first page beside the QR code, the
    others across the screen.
    """
    named = [Entry("name", title, ())] if rows(title, NAME) > 1 else []
    return _paged(_weighed([*named, *entries], has_place), _BESIDE_CODE, _BESIDE_CODE, _LAST, _LAST)


@dataclass(frozen=True)
class _Room:
    """Lines of a page, and how many of them are wide."""

    rows: int
    wide_rows: int
    wide: float = WIDE
    narrow: float = NARROW


_LAST, _MORE = _Room(ROWS, ROWS), _Room(ROWS, WIDE_ROWS)
_BESIDE_CODE = _Room(ROWS, ROWS, BESIDE_CODE, BESIDE_CODE)


def _weighed(entries: Sequence[Entry], has_place: bool) -> list[Entry]:
    weight = {role: number for number, role in enumerate(_ORDER if has_place else _CALLED)}
    shown = [entry for entry in entries if entry.text]
    return sorted(shown, key=lambda entry: weight.get(entry.role, len(weight)))


def _paged(rest: list[Entry], alone: _Room, first: _Room, last: _Room, between: _Room) -> tuple[tuple[Entry, ...], ...]:
    """``rest`` page by page: a first one that is the only one has another room than one with more behind it."""
    pages: list[tuple[Entry, ...]] = []
    while len(_held(rest, last if pages else alone)) < len(rest):
        room = between if pages else first
        held = _held(rest, room)
        if 0 not in held:
            # Longer than a whole page.
            rest[:1] = _cut(rest[0], room)
            held = [0]
        pages.append(tuple(rest[at] for at in held))
        rest = [entry for at, entry in enumerate(rest) if at not in held]
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
    return sum(_WIDTHS.get(letter, _SMALL if letter.islower() or letter.isdigit() else _OTHER) for letter in text)


def _held(entries: Sequence[Entry], room: _Room) -> list[int]:
    """Which of them a page holds; a text that reaches below its wide lines is narrow.

    Where one is too long for what is left, a shorter one from behind it stands there: fewer pages to turn.
    """
    held, used = [], 0
    waiting: set[str] = set()
    for at, entry in enumerate(entries):
        count = rows(entry.text, room.wide)
        count = count if used + count <= room.wide_rows else rows(entry.text, room.narrow)
        # Never the second number before the first, free one.
        if used + count <= room.rows and entry.role not in waiting:
            held.append(at)
            used += count
        else:
            waiting.add(entry.role)
    return held


def _cut(entry: Entry, room: _Room) -> list[Entry]:
    """An entry longer than a page: what one holds of it, and the rest, which is said with it too."""
    text = entry.text
    held = next(end for end in range(len(text) - 1, 0, -1) if rows(text[:end], room.narrow) <= room.rows)
    end = text.rfind(" ", 0, held + 1) if " " in text[: held + 1] else held
    return [replace(entry, text=part) for part in (text[:end].rstrip(), text[end:].lstrip())]
