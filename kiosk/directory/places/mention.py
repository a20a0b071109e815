"""Finds the place named inside a question, and leaves the rest of it: "manger près de Lyon" is Lyon, and "manger".

Many communes are called like things (Aide, Rue, Die, Bon): an ordinary word is a place only where it is written as one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.directory.places.gazetteer import LARGE, WELL_KNOWN, Gazetteer, gazetteer
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.words.folding import tokens
from kiosk.directory.words.lexicon import Lexicon, lexicons
from kiosk.directory.words.meaning import acquainted, knows

LONGEST = 6
"""Words of a name that are tried: Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson is longer, and nobody types it."""

_WORD = re.compile(r"[^\W_]+")
_POSTCODE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-58]|97)\d{3}|2[ab]\d{3}")
_STRONG = {"à", "a", "au", "aux", "en", "vers", "dans", "pres", "cote", "autour", "environs", "proche",
           "in", "near", "at", "around", "within", "في", "قرب", "ب", "الى", "فـ", "حدا"}  # fmt: skip
_WEAK = {"de", "du", "des", "d", "sur", "pour", "from", "to", "of", "for", "من"}
_BETWEEN = {"de", "du", "des", "d", "l", "la", "le", "les", "the", "ville", "commune", "departement", "dept", "of"}
_IN_THE = {("dans", "le"), ("in", "the")}
_DEPARTMENT = {"departement", "dept", "dpt", "department"}
_NUMBER = re.compile(r"\d{2}|2[ab]|9[78]\d")
_WITHIN = {"dans", "en"}
"""Before a department rather than a town: "dans la Vienne"."""


@dataclass(frozen=True)
class _Mention:
    """A place, and which words of the text name it."""

    spot: Spot
    first: int
    past: int
    worth: float


def spot_in(
    text: str, language: str = "fr", department: str = "", places: Gazetteer | None = None
) -> tuple[Spot, str] | None:
    """The place that ``text`` names and the text without it; None when it names none. Any thread.

    A postcode, a name after a preposition, "dans le 93", or a well-known commune. Of several places of one name, the
    one in ``department`` (the terminal's) is meant, else the largest. ``language``: the interface's. ``places``: other
    than those that ship.
    """
    spans = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    words = ["".join(tokens(text[start:end])) for start, end in spans]
    books = sorted(lexicons(language), key=lambda book: -(acquainted(words, book) + (book.language == language) / 2))
    # the one preposition that another language has as its article
    leads = ["à" if text[start:end] in ("à", "À") else word for word, (start, end) in zip(words, spans, strict=True)]
    is_capital = [text[start].isupper() for start, _ in spans]
    found = _Search(words, leads, is_capital, books, department, places or gazetteer()).best()
    if found is None:
        return None
    start, end = spans[found.first][0], spans[found.past - 1][1]
    return found.spot, " ".join(f"{text[:start]} {text[end:]}".split())


class _Search:
    """One text."""

    def __init__(
        self,
        words: Sequence[str],
        leads: Sequence[str],
        is_capital: Sequence[bool],
        books: Sequence[Lexicon],
        department: str,
        places: Gazetteer,
    ) -> None:
        self._words = [books_word(word, books) for word in words]
        self._leads = leads
        self._is_capital = is_capital
        self._books = books
        self._department = department
        self._places = places
        self._strong = _STRONG - {"a"} if books[0].language == "en" else _STRONG

    def best(self) -> _Mention | None:
        found = [*self._postcodes(), *self._numbers(), *self._names()]
        if not found:
            found = list(self._misspelt())
        return max(found, key=lambda one: (one.worth, one.past - one.first, -one.first), default=None)

    def _postcodes(self) -> Iterator[_Mention]:
        for at, word in enumerate(self._words):
            if _POSTCODE.fullmatch(word):
                first, past = self._widened(at)
                spots = self._places.find(" ".join(self._words[first:past])) or self._places.find(word)
                if spots:
                    yield _Mention(spots[0], self._led_by(first), past, 4)

    def _numbers(self) -> Iterator[_Mention]:
        """``dans le 93``, ``département 2A``; a bare "le 15" is somebody to call, or a day."""
        for at in range(1, len(self._words)):
            before = tuple(self._words[max(0, at - 2) : at])
            if (before in _IN_THE or before[-1] in _DEPARTMENT) and _NUMBER.fullmatch(self._words[at]):
                spots = self._places.find(self._words[at])
                if spots:
                    yield _Mention(spots[0], self._led_by(at - (before[-1] in _DEPARTMENT)), at + 1, 4)

    def _widened(self, at: int) -> tuple[int, int]:
        """The words around a postcode that name its commune: ``38000 Grenoble``, ``Grenoble 38000``."""
        spots = self._places.by_postcode(self._words[at].upper())
        for length in range(LONGEST, 0, -1):
            for first, past in ((at + 1, at + 1 + length), (at - length, at)):
                if first >= 0 and past <= len(self._words):
                    named = {spot.insee for spot in self._places.named(self._words[first:past])}
                    if named & {spot.insee for spot in spots}:
                        return min(first, at), max(past, at + 1)
        return at, at + 1

    def _names(self) -> Iterator[_Mention]:
        for first in range(len(self._words)):
            for past in range(min(len(self._words), first + LONGEST), first, -1):
                spots = self._places.named(self._words[first:past])
                mention = self._judged(spots, first, past) if spots else None
                if mention is not None:
                    yield mention
                    break

    def _judged(self, spots: Sequence[Spot], first: int, past: int) -> _Mention | None:
        led = self._led_by(first)
        leaders = set(self._leads[led:first])
        # an article may be a part of the name, and then hides the preposition: "au Havre", "dans la Creuse"
        is_led, is_weakly = bool(leaders & self._strong), bool(leaders & _WEAK)
        spot = self._meant(spots, is_within=bool(leaders & _WITHIN))
        is_written_so = any(self._is_capital[first:past]) and (first > 0 or past == len(self._words))
        if self._is_ordinary(first, past, spot):
            is_place = (is_led and (is_written_so or spot.population >= LARGE)) or (
                is_written_so and first > 0 and spot.population >= LARGE
            )
        else:
            letters = sum(map(len, self._words[first:past]))
            is_place = (
                is_led or (is_weakly and spot.population >= 2_000) or (letters > 3 and spot.population >= WELL_KNOWN)
            )
        if not is_place:
            return None
        return _Mention(spot, led, past, 3 if is_led else 2 if is_written_so else 1)

    def _misspelt(self) -> Iterator[_Mention]:
        """One unknown word that is a slip away from a well-known commune, two from a large one after a preposition."""
        for at, word in enumerate(self._words):
            led = self._led_by(at)
            if len(word) < 5 or not word.isalpha() or any(knows(book, word) for book in self._books):
                continue
            if any(book.slips().near(word) for book in self._books):
                continue
            spots = self._places.find(word)
            if spots and spots[0].population >= (WELL_KNOWN if led < at else LARGE):
                yield _Mention(self._meant(spots[:1], is_within=False), led, at + 1, 0)

    def _led_by(self, first: int) -> int:
        """Where the words begin that lead to a name at ``first``: "près de la ville de"."""
        led = first
        while led > 0 and self._leads[led - 1] in self._strong | _WEAK | _BETWEEN:
            led -= 1
        return led if any(word in self._strong | _WEAK for word in self._leads[led:first]) else first

    def _meant(self, spots: Sequence[Spot], is_within: bool) -> Spot:
        at_home = [spot for spot in spots if self._department and spot.department == self._department]
        wide = [spot for spot in spots if spot.kind in (SpotKind.DEPARTMENT, SpotKind.REGION)]
        return (wide if is_within and wide else at_home or list(spots))[0]

    def _is_ordinary(self, first: int, past: int, spot: Spot) -> bool:
        """Whether the name is made of words that mean something else; two of them together are Fort-de-France."""
        name = [word for word in self._words[first:past] if word not in _BETWEEN]
        is_rare_pair = len(name) > 1 and spot.population >= WELL_KNOWN
        return not is_rare_pair and all(knows(self._books[0], word) for word in self._words[first:past])


def books_word(word: str, books: Sequence[Lexicon]) -> str:
    """``word``, or what it is another spelling of: places have names in Arabic too."""
    return next((book.spellings[word][0] for book in books if len(book.spellings.get(word, ())) == 1), word)
