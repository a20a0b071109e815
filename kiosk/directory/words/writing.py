"""What people type for a word: abbreviations, letters drawn out, apostrophes left out, two words as one. Pure.

"jai besoin dun docteeeur" is "j ai besoin d un docteur". Only what nobody knows is looked into, and only what is known
then is believed; the rest stays as it is, for spelling and sounds to look at.
"""

import re
from collections.abc import Iterator, Sequence

from kiosk.directory.words.arabizi import is_typed_so
from kiosk.directory.words.lexicon import Lexicon

SHORTEST_PART, SHORTEST_WHOLE = 3, 7
"""Letters of each of two words that were written as one, and of both."""
SHORTEST_VERB = 4
"""Letters of an Arabic verb whose first one is its person."""

_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_ELIDED = re.compile(r"(qu|[cdjlmnst])(h?[aeiouy].{2,})|(j)(..+)")
"""``dun``, ``lhiver``, ``menvoie``; and in what is said, ``jdors``."""
_JOINED_ON = re.compile("([وفبلكسغه]|[عد](?=ال))(...+)")
"""Arabic writes "and", "in", "to", "as", "on the", "of the", and what is going to be, on to the word."""
_PERSONS = "ايتن"
"""What an Arabic verb begins with: who does it."""
_DENIED = re.compile("(ما?)(...+)ش")
"""Maghrebi Arabic puts "not" around the word."""


def spelt_out(words: Sequence[str], books: Sequence[Lexicon]) -> list[str]:
    """The folded tokens ``words`` as they were meant, as far as the lexicons of ``books`` know. Any thread."""
    return [word for meant in spelt(words, books) for word in meant]


def spelt(words: Sequence[str], books: Sequence[Lexicon]) -> list[tuple[str, ...]]:
    """The same, for each of ``words`` what it stands for.

    "dont" is "do not" among English words and a little word among French ones: who knows most of them reads first.
    """
    books = sorted(books, key=lambda book: -sum(map(book.knows, words)))
    found = [_meant(word, books) for word in words]
    is_arabic = any(not each.isascii() for meant in found for each in meant) and all(map(str.isascii, words))
    if not is_arabic and not any(map(is_typed_so, words)):
        return found
    # Arabic in Latin letters: one word of it shows that what nobody else knows may be some, too
    return [tuple(each if _is_known(each, books) else _arabic(each, books) for each in meant) for meant in found]


def _arabic(word: str, books: Sequence[Lexicon]) -> str:
    """The Arabic word that ``word`` is in Latin letters, with or without its article; ``word`` when there is none."""
    for typed in (word, word.removeprefix("l"), word.removeprefix("el"), word.removeprefix("al")):
        for book in books:
            if found := book.typed_as(typed):
                return found[0]
    return word


def _meant(word: str, books: Sequence[Lexicon]) -> tuple[str, ...]:
    for book in books:
        if word in book.spellings:
            return book.spellings[word]
        if book.knows(word):
            return (_by_another(word, book) or word,)
    if said := next(filter(None, (_by_another(word, book) for book in books)), ""):
        return (said,)
    if _DRAWN_OUT.search(word):
        once, twice = (_DRAWN_OUT.sub(kept, word) for kept in (r"\1", r"\1\1"))
        return _meant(twice if _is_known(twice, books) and not _is_known(once, books) else once, books)
    return _apart(word, books) or (word,)


def _apart(word: str, books: Sequence[Lexicon]) -> tuple[str, ...]:
    """The words that were written as one; nothing when none are known."""
    for before, rest in _begun(word):
        if any(_is_said(rest, book) for book in books):
            return before, *_meant(rest, books)
        if deeper := before != "ما" and _apart(rest, books):
            return before, *deeper
    if len(word) < SHORTEST_WHOLE or any(book.slips().near(word) for book in books):
        return ()
    for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        for book in books:
            if all(each in book.words or each in book.spellings for each in (word[:cut], word[cut:])):
                return *_meant(word[:cut], books), *_meant(word[cut:], books)
    return ()


def _begun(word: str) -> Iterator[tuple[str, str]]:
    for pattern in (_ELIDED, _JOINED_ON):
        if found := pattern.fullmatch(word):
            before, rest = filter(None, found.groups())
            yield before, rest
    if found := _DENIED.fullmatch(word):
        yield "ما", found[2]


def _by_another(word: str, book: Lexicon) -> str:
    """The Arabic verb ``word`` as ``book`` has it, which is of another person alone; empty when it has none."""
    if len(word) < SHORTEST_VERB or word[0] not in _PERSONS or word in book.common or book.uses(word):
        return ""
    others = (person + word[1:] for person in _PERSONS)
    return next((other for other in others if book.uses(other)), "")


def _is_said(word: str, book: Lexicon) -> bool:
    """Known, and more than a little word: "dun" alone would have many readings otherwise."""
    return book.knows(word) or word in book.spellings or _by_another(word, book) != ""


def _is_known(word: str, books: Sequence[Lexicon]) -> bool:
    return any(book.knows(word) for book in books)
