"""What a question says: the place in it, the needs that its words mean, and the words themselves. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kiosk.directory.places.mention import spot_in
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.question import Question
from kiosk.directory.words.folding import tokens
from kiosk.directory.words.lexicon import Sureness, lexicons
from kiosk.directory.words.meaning import Meaning, needs_in

MOST_WORDS = 12
"""Of a question, the longest of its words that are not little ones; who writes a letter has said it by then."""


@dataclass(frozen=True)
class Understood:
    """A question, taken apart."""

    near: Spot | None
    meanings: tuple[Meaning, ...]
    words: tuple[str, ...]
    """Folded, in order, without the place and the little words."""
    may_go_on: bool
    """The last word may be the beginning of a longer one: nothing was typed after it."""


def understood(question: Question) -> Understood:
    """``question`` taken apart. Any thread; the first call reads words and places from their files."""
    text, near = question.text, question.near
    named = spot_in(text, question.language) if near is None and text.strip() else None
    if named is not None:
        near, text = named
    everything = tokens(text)
    little = _little_words()
    words = tuple(dict.fromkeys(word for word in everything if word not in little)) or everything
    if len(words) > MOST_WORDS:
        longest = sorted(words, key=len, reverse=True)[:MOST_WORDS]
        words = tuple(word for word in words if word in longest)
    may_go_on = bool(words) and words[-1] == everything[-1] and text[-1:].isalnum()
    return Understood(near, needs_in(text, question.language), words, may_go_on)


def dangers(needs: Iterable[str]) -> tuple[str, ...]:
    """Those of ``needs`` that are a danger: words that ship say so."""
    return tuple(need for need in needs if need in _dangers())


@cache
def _dangers() -> frozenset[str]:
    every = (phrase for book in lexicons("fr") for phrases in book.phrases.values() for phrase in phrases)
    return frozenset(phrase.need for phrase in every if phrase.sureness is Sureness.DANGER)


@cache
def _little_words() -> frozenset[str]:
    return frozenset().union(*(book.empty for book in lexicons("fr")))
