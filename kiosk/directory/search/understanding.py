"""What a question says: the place in it, the needs that its words mean, and the words themselves. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from kiosk.directory.index.curve import apart_km
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.mention import spot_in
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.question import Question
from kiosk.directory.words.folding import tokens
from kiosk.directory.words.lexicon import Sureness, lexicons
from kiosk.directory.words.meaning import Meaning, knows, said_in
from kiosk.directory.words.times import When, time_in
from kiosk.directory.words.writing import spelt_out

ABROAD_KM = 40.0
"""A point so far from every commune is in none."""
MOST_WORDS = 12
"""Of a question, the longest of its words that are not little ones; who writes a letter has said it by then."""


@dataclass(frozen=True)
class Understood:
    """A question, taken apart."""

    near: Spot | None
    meanings: tuple[Meaning, ...]
    audiences: tuple[str, ...]
    """Who asks, as the text says it: weaker than ``Question.audiences``, it leaves nobody out."""
    when: When | None
    """The time that it speaks of: weaker than ``Question.open_at``, it leaves nobody behind."""
    words: tuple[str, ...]
    """Folded, in order, without the place and the little words."""
    may_go_on: bool
    """The last word may be the beginning of a longer one: nothing was typed after it."""


def with_codes(near: Spot) -> Spot:
    """``near``; a bare point with the codes of the nearest commune, since areas are served by codes. Any thread."""
    if near.department or near.region or near.latitude is None or near.longitude is None:
        return near
    commune = _commune_at(round(near.latitude, 3), round(near.longitude, 3))
    if commune is None:
        return near
    codes = {name: getattr(commune, name) for name in ("insee", "postcode", "department", "region", "epci")}
    return replace(near, **codes)


@lru_cache(maxsize=64)
def _commune_at(latitude: float, longitude: float) -> Spot | None:
    found = gazetteer().nearest(latitude, longitude)
    if found is None or found.latitude is None or found.longitude is None:
        return None
    return found if apart_km(latitude, longitude, found.latitude, found.longitude) < ABROAD_KM else None


def understood(question: Question) -> Understood:
    """``question`` taken apart. Any thread; the first call reads words and places from their files."""
    text, near = question.text, question.near
    if near is None:
        named = spot_in(text, question.language, question.home) if text.strip() else None
        near, text = named or (question.home, text)
    everything = tuple(spelt_out(tokens(text), lexicons(question.language)))
    little = _little_words()
    words = tuple(dict.fromkeys(word for word in everything if word not in little)) or everything
    if len(words) > MOST_WORDS:
        longest = sorted(words, key=len, reverse=True)[:MOST_WORDS]
        words = tuple(word for word in words if word in longest)
    may_go_on = bool(words) and words[-1] == everything[-1] and text[-1:].isalnum()
    said = said_in(text, question.language)
    return Understood(
        with_codes(near) if near else None, said.needs, said.audiences, time_in(everything), words, may_go_on
    )


def read_words_and_places() -> None:
    """Read all that :func:`understood` reads, so that the first person does not wait for it (0.2 s on a desktop)."""
    gazetteer()
    for book in lexicons("fr"):
        book.prepare()
    _dangers()
    _little_words()


def dangers(needs: Iterable[str]) -> tuple[str, ...]:
    """Those of ``needs`` that are a danger: words that ship say so."""
    return tuple(need for need in needs if need in _dangers())


@cache
def _dangers() -> frozenset[str]:
    every = (phrase for book in lexicons("fr") for phrases in book.phrases.values() for phrase in phrases)
    return frozenset(phrase.need for phrase in every if phrase.sureness is Sureness.DANGER)


def is_known(word: str) -> bool:
    """Whether a folded word is one of some language, as far as the words that ship know."""
    return any(knows(book, word) for book in lexicons("fr"))


@cache
def _little_words() -> frozenset[str]:
    return frozenset().union(*(book.empty for book in lexicons("fr")))
