"""Finds the place named inside a question, and leaves the rest of it: "manger près de Lyon" is Lyon, and "manger".

Many communes are called like things (Aide, Rue, Die, Bon): an ordinary word is a place only where it is written as one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import cos, hypot, inf, radians

from kiosk.directory.places.gazetteer import LARGE, WELL_KNOWN, Gazetteer, gazetteer
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.words.folding import tokens
from kiosk.directory.words.lexicon import Lexicon, lexicons
from kiosk.directory.words.meaning import acquainted, knows

MOST_WORDS = 400
"""Of a text; who writes more has named the place by then."""
MOST_MISSPELT = 8
"""Unknown words that are looked at for a misspelt name: each takes milliseconds."""
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
_SEVERAL = {"aux", "les", "des", "mes", "tes", "ses", "nos", "vos", "leurs", "ces"}
_WITHIN = {"dans", "en"}
"""Before a department rather than a town: "dans la Vienne"."""
_HELPERS = {"15", "17", "18"}
"""Numbers to call: nobody who types one means the Cher."""
_COUNTED = {
    "taille", "pointure", "chaussure", "chaussures", "basket", "baskets", "botte", "bottes", "pantalon", "jean",
    "chemise", "robe", "size", "shoe", "shoes", "age", "aged", "homme", "femme", "fille", "fils", "garcon",
    "enfant", "bebe", "ado", "man", "woman", "girl", "boy", "bus", "ligne", "line", "tram", "metro", "rer", "route",
    "place", "chambre", "room", "numero", "no", "num", "n", "article", "page", "kg", "kilo", "kilos", "fois", "lot",
    "bat", "batiment", "porte", "etage", "niveau", "heure", "heures", "minutes",
}  # fmt: skip
"""Words with a number behind them that is no department's."""
_ATTACHED = "فبلوك"
"""Arabic writes "in", "to" and "and" on to the name."""
LONG_NAME = 7
"""Letters of a name that is looked for behind a slip though nothing leads to it."""
AROUND_KM = 100.0
"""Of places of one name, the nearest within this of the terminal is meant."""


@dataclass(frozen=True)
class _Mention:
    """A place, and which words of the text name it."""

    spot: Spot
    first: int
    past: int
    worth: float


def spot_in(
    text: str, language: str = "fr", home: Spot | None = None, places: Gazetteer | None = None
) -> tuple[Spot, str] | None:
    """The place that ``text`` names and the text without it; None when it names none. Any thread.

    A postcode, a name after a preposition, "dans le 93", or a well-known commune. Of several places of one name, the
    one in the department of ``home`` (the terminal) is meant, else the nearest around it, else the largest.
    ``language``: the interface's. ``places``: other than those that ship.
    """
    spans = [(match.start(), match.end()) for match in islice(_WORD.finditer(text), MOST_WORDS)]
    words = ["".join(tokens(text[start:end])) for start, end in spans]
    books = sorted(lexicons(language), key=lambda book: -(acquainted(words, book) + (book.language == language) / 2))
    # the one preposition that another language has as its article
    leads = ["à" if text[start:end] in ("à", "À") else word for word, (start, end) in zip(words, spans, strict=True)]
    is_capital = [text[start].isupper() for start, _ in spans]
    joined = [text[end : end + 1] in ("-", "\u2011") and text[end + 1 : end + 2].isalpha() for _, end in spans]
    found = _Search(words, leads, is_capital, joined, books, home, places or gazetteer()).best()
    if found is None:
        return None
    start, end = spans[found.first][0], spans[found.past - 1][1]
    if "(" in text[start:end] and text[end : end + 1] == ")":
        end += 1
    return found.spot, " ".join(f"{text[:start]} {text[end:]}".split())


class _Search:
    """One text."""

    def __init__(
        self,
        words: Sequence[str],
        leads: Sequence[str],
        is_capital: Sequence[bool],
        joined: Sequence[bool],
        books: Sequence[Lexicon],
        home: Spot | None,
        places: Gazetteer,
    ) -> None:
        self._words = [books_word(word, books) for word in words]
        self._leads = leads
        self._is_capital = is_capital
        self._joined = joined
        self._books = books
        self._home = home
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
        # "SIAO 93": at the end, behind a word that nothing is counted by
        at = len(self._words) - 1
        if at > 0 and _NUMBER.fullmatch(self._words[at]) and self._words[at] not in _HELPERS:
            before_it = self._words[at - 1]
            is_counted = before_it in _COUNTED or any(before_it in book.empty for book in self._books)
            spots = () if is_counted or not before_it.isalpha() else self._places.find(self._words[at])
            if spots:
                yield _Mention(spots[0], at, at + 1, 0)

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
                if self._joined[past - 1] or (first > 0 and self._joined[first - 1]):
                    continue  # "Croix-Rousse" is not Croix
                spots = self._places.named(self._words[first:past])
                mention = self._judged(*self._qualified(spots, past), first, past) if spots else None
                if mention is not None:
                    yield mention
                    break

    def _qualified(self, spots: Sequence[Spot], past: int) -> tuple[Sequence[Spot], int]:
        """Those of ``spots`` that are where the next words say, and where these end: "Saint-Denis (93)"."""
        at = past
        while at < min(len(self._words), past + LONGEST) and self._words[at] in _BETWEEN | _WITHIN:
            at += 1
        for end in range(min(len(self._words), at + LONGEST), at, -1):
            number = end == at + 1 and _NUMBER.fullmatch(self._words[at])
            areas = self._places.find(self._words[at]) if number else self._places.named(self._words[at:end])
            codes = {area.department or area.region for area in areas if not area.insee}
            there = [spot for spot in spots if spot.insee and codes & {spot.department, spot.region}]
            if there:
                return there, end
        return spots, past

    def _judged(self, spots: Sequence[Spot], end: int, first: int, past: int) -> _Mention | None:
        led = self._led_by(first)
        leaders = set(self._leads[led:first])
        # an article may be a part of the name, and then hides the preposition: "au Havre", "dans la Creuse"
        is_led, is_weakly = bool(leaders & self._strong), bool(leaders & _WEAK)
        spot = self._meant(spots, is_within=bool(leaders & _WITHIN))
        # "aux paris en ligne" is no town: of several there is "aux Ulis"
        if first > 0 and self._words[first - 1] in _SEVERAL and not spot.name.startswith("Les "):
            return None
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
        return _Mention(spot, led, end, 5 if end > past else 3 if is_led else 2 if is_written_so else 1)

    def _misspelt(self) -> Iterator[_Mention]:
        """One unknown word that is a slip away from a well-known commune, two from a large one after a preposition."""
        tried: set[str] = set()
        for at, word in enumerate(self._words):
            if len(word) < 5 or not word.isalpha() or word in tried or any(knows(book, word) for book in self._books):
                continue
            tried.add(word)
            if len(tried) > MOST_MISSPELT:
                return
            if any(book.slips().near(word) for book in self._books):
                continue
            spots, led = self._places.find(word), self._led_by(at)
            is_sure = led < at or len(word) >= LONG_NAME
            if spots and spots[0].population >= (WELL_KNOWN if is_sure else LARGE):
                yield _Mention(self._meant(spots[:1], is_within=False), led, at + 1, 0)

    def _led_by(self, first: int) -> int:
        """Where the words begin that lead to a name at ``first``: "près de la ville de"."""
        led = first
        while led > max(0, first - LONGEST) and self._leads[led - 1] in self._strong | _WEAK | _BETWEEN:
            led -= 1
        return led if any(word in self._strong | _WEAK for word in self._leads[led:first]) else first

    def _meant(self, spots: Sequence[Spot], is_within: bool) -> Spot:
        wide = [spot for spot in spots if spot.kind in (SpotKind.DEPARTMENT, SpotKind.REGION)]
        if is_within and wide:
            return wide[0]
        return likeliest(spots, self._home)

    def _is_ordinary(self, first: int, past: int, spot: Spot) -> bool:
        """Whether the name is made of words that mean something else; two of them together are Fort-de-France."""
        name = [word for word in self._words[first:past] if word not in _BETWEEN]
        is_rare_pair = len(name) > 1 and spot.population >= WELL_KNOWN
        return not is_rare_pair and all(knows(self._books[0], word) for word in self._words[first:past])


def likeliest(spots: Sequence[Spot], home: Spot | None) -> Spot:
    """Of places of one name, largest first, the one that is meant by somebody who stands at ``home``."""
    if home is None:
        return spots[0]
    at_home = [spot for spot in spots if home.department and spot.department == home.department]
    around = [spot for spot in spots if _apart_km(home, spot) <= AROUND_KM]
    return (at_home or sorted(around, key=lambda spot: _apart_km(home, spot)) or spots)[0]


def books_word(word: str, books: Sequence[Lexicon]) -> str:
    """``word``, or what it is another spelling of: places have names in Arabic too."""
    for book in books:
        for written in (word, word[1:] if word[:1] and word[0] in _ATTACHED else word):
            meant = book.spellings.get(written, ())
            if len(meant) == 1 or (meant and book.language == "ar"):
                return "".join(meant)
    return word


def _apart_km(one: Spot, other: Spot) -> float:
    """Roughly, which is enough to say who is near; endless where one of the two has no point."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return inf
    narrow = cos(radians(one.latitude))
    return 111.2 * hypot(other.latitude - one.latitude, (other.longitude - one.longitude) * narrow)
