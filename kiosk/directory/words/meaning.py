"""What a person's own words ask for: needs of the directory, surest first. Pure but for the words that ship.

All interface languages are tried: the one that most words belong to reads first, the others only what it left. A word
that nobody knows is read as the known ones that it may be a slip for, or sounds like. There is no negation: "je ne veux
pas mourir" is read as danger, because a helpline too many harms nobody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from kiosk.directory.words.ages import audiences_by_age
from kiosk.directory.words.folding import tokens
from kiosk.directory.words.lexicon import Lexicon, Phrase, Sureness, Words, lexicons
from kiosk.directory.words.writing import spelt

__all__ = ["Meaning", "Said", "is_within", "needs_in", "said_in"]

SLACK, COMMA = 4, 2
"""So many other words may stand between the words of one phrase; a comma counts as so many."""
MOST_TOKENS = 60
"""What is longer is no question; the rest is not read."""
MOST_PLACES = 64
"""Ways to lay one phrase over a question that are tried."""
_CLAUSE = re.compile(r"[,;:!?()\n\u2026\u060c\u061b\u061f]|\.(?=\s|$)")
SLIP = 0.8
"""Of a phrase's weight, for each of its words that was misspelt."""


@dataclass(frozen=True)
class Meaning:
    """One need that a text speaks of."""

    need: str
    """Of the vocabulary, or a whole theme (``numerique``): see :func:`is_within`."""
    weight: float
    """How sure, as a chance: 1 is a danger, 0.7 said in so many words, 0.35 hinted at."""
    words: tuple[str, ...]
    """The words of the text that say so, folded, in its order."""


def is_within(need: str, theme: str) -> bool:
    """Whether ``need`` is ``theme`` or one of the needs below it."""
    return need == theme or need.startswith(f"{theme}--")


@dataclass(frozen=True)
class Said:
    """What a text says."""

    needs: tuple[Meaning, ...]
    """The needs that it speaks of, surest first."""
    audiences: tuple[str, ...]
    """Who asks, or for whom: audiences of the vocabulary, sorted. A guess, good for a preference and no more."""


def needs_in(text: str, language: str) -> tuple[Meaning, ...]:
    """The needs that ``text`` speaks of, surest first; none when no word is known. ``language``: the interface's.

    Any thread. Raises: BadInput when the words that ship cannot be used.
    """
    return said_in(text, language).needs


def said_in(text: str, language: str) -> Said:
    """What ``text`` says. As :func:`needs_in`."""
    books = lexicons(language)
    words, clauses = _read(text, books)
    ordered = sorted(books, key=lambda book: -(acquainted(words, book) + (book.language == language) / 2))
    taken: set[int] = set()
    laid: list[_Laid] = []
    audiences = set(audiences_by_age(words))
    for book in ordered:
        reading = _Reading(words, clauses, book, taken, ordered)
        laid += reading.laid(book.phrases)
        audiences.update(one.phrase.need for one in reading.laid(book.audiences))
        taken.update(at for at, word in enumerate(words) if knows(book, word))
    found: dict[str, list[_Laid]] = {}
    for one in laid:
        if one.phrase.need and not any(one.places < other.places for other in laid):
            found.setdefault(one.phrase.need, []).append(one)
    meanings = [_meaning(need, those, words) for need, those in found.items()]
    needs = sorted(meanings, key=lambda one: (-one.weight, min(map(words.index, one.words)), one.need))
    return Said(tuple(needs), tuple(sorted(audiences)))


def _read(text: str, books: Sequence[Lexicon]) -> tuple[list[str], list[int]]:
    """The words of ``text`` as they were meant, and beside each the number of its clause."""
    parts = [tokens(part) for part in _CLAUSE.split(text)]
    whole = [(word, number) for number, part in enumerate(parts) for word in part][:MOST_TOKENS]
    meant = spelt([word for word, _ in whole], books)
    words = [word for each in meant for word in each]
    return words, [number for each, (_, number) in zip(meant, whole, strict=True) for _ in each]


@dataclass(frozen=True)
class _Laid:
    """A phrase, and the places of the question that it was found at."""

    phrase: Phrase
    places: frozenset[int]
    weight: float


def _meaning(need: str, laid: Sequence[_Laid], words: Sequence[str]) -> Meaning:
    """Phrases at the same words are one witness, at others independent ones."""
    best: dict[frozenset[int], float] = {}
    for one in laid:
        best[one.places] = max(one.weight, best.get(one.places, 0.0))
    doubt = 1.0
    for weight in best.values():
        doubt *= 1.0 - weight
    places = sorted(frozenset().union(*best))
    return Meaning(need, round(1.0 - doubt, 3), tuple(words[at] for at in places))


def acquainted(words: Sequence[str], book: Lexicon) -> int:
    return sum(knows(book, word) for word in words)


def knows(book: Lexicon, word: str) -> bool:
    return book.knows(word)


class _Reading:
    """One question in one language."""

    def __init__(
        self, words: Sequence[str], clauses: Sequence[int], book: Lexicon, taken: set[int], books: Sequence[Lexicon]
    ) -> None:
        self._words = words
        self._clauses = clauses
        self._book = book
        self._stems = [book.cut(word) for word in words]
        self._where: dict[str, list[int]] = {}
        self._slips: dict[int, set[str]] = {}
        for at, word in enumerate(words):
            if at in taken:
                continue
            for form in (f"={word}", self._stems[at]):
                self._where.setdefault(form, []).append(at)
            if not any(knows(each, word) for each in books):
                for near in self._near(word, self._stems[at]):
                    self._where.setdefault(near, []).append(at)
                    self._slips.setdefault(at, set()).add(near)

    def _near(self, word: str, cut: str) -> set[str]:
        slips = self._book.slips()
        found = self._book.sounding(word) or slips.near(word) or slips.near(cut)
        return {form for near in found for form in (f"={near}", near, self._book.cut(near))}

    def laid(self, phrases: Mapping[str, tuple[Phrase, ...]]) -> Iterator[_Laid]:
        """Those of ``phrases`` that the question has, each where its words are nearest to each other."""
        seen: set[int] = set()
        for form in self._where:
            for phrase in phrases.get(form, ()):
                if id(phrase) not in seen:
                    seen.add(id(phrase))
                    yield from self._lay(phrase)

    def _lay(self, phrase: Phrase) -> Iterator[_Laid]:
        """``phrase`` where its words are nearest to each other, if they are near enough: at all such places."""
        options = []
        for part in phrase.parts:
            places_of_part = self._places(part)
            if not places_of_part:
                return  # as nearly all end: of a phrase of three words a question has one
            options.append(places_of_part)
        nearest, best = SLACK + 1, frozenset[int]()
        for choice in islice(product(*options), MOST_PLACES):
            places = frozenset[int]().union(*choice)
            spread = max(places) - min(places) + 1 - len(places)
            spread += COMMA * (self._clauses[max(places)] - self._clauses[min(places)])
            if len(places) < sum(map(len, choice)) or spread > min(nearest, SLACK):
                continue
            # as near as the best: the phrase is said at both
            nearest, best = spread, places | best if spread == nearest else places
        if best:
            yield _Laid(phrase, best, self._weight(phrase, best))

    def _places(self, part: frozenset[Words]) -> list[frozenset[int]]:
        found: list[frozenset[int]] = []
        for form in part:
            begun_at = self._where.get(form[0])
            if begun_at is None:
                continue
            for at in begun_at:
                if len(form) == 1 or all(self._is_at(each, at + more) for more, each in enumerate(form)):
                    found.append(frozenset(range(at, at + len(form))))
        return sorted(found, key=min)

    def _is_at(self, form: str, at: int) -> bool:
        return at in self._where.get(form, ())

    def _weight(self, phrase: Phrase, places: frozenset[int]) -> float:
        weight: float = phrase.sureness.value
        slips = 0 if phrase.sureness is Sureness.DANGER else len(places & self._slips.keys())
        return weight * float(SLIP**slips)
