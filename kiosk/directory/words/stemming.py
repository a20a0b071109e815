"""Words cut to what their forms have in common: ``dormirons`` and ``dormir`` are one word to a search.

The stems are Snowball's (French, English, Arabic), of words that are folded first: what a person typed without accents
must meet what a town hall wrote with them.
"""

from functools import cache, lru_cache

import Stemmer

from kiosk.directory.words.folding import tokens

LANGUAGES = {"fr": "french", "en": "english", "ar": "arabic"}
"""The languages that words are read in, and Snowball's names for them."""

_KEPT = 65_536
"""Stems kept in memory: about 10 MB when full, which only the building of an index does."""


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    # its own cache is off: ours is in front of it
    return Stemmer.Stemmer(LANGUAGES.get(language, "french"), 0)


@lru_cache(maxsize=_KEPT)
def stem(token: str, language: str) -> str:
    """The stem of one folded token. A language that is none of ours is read as French; numbers stay. Any thread."""
    if len(token) < 3 or not token.isalpha():
        return token
    if "\u0620" <= token[0] <= "\u06ff":
        found: str = _stemmer("ar").stemWord(token)
        return found
    if language not in ("en", "ar") and token.endswith(("ee", "ees")):
        # "hébergée" lost its accent in folding, and Snowball cuts one e alone
        token = token.rstrip("s")[:-1]
    latin: str = _stemmer("fr" if language == "ar" else language).stemWord(token)
    return latin


def terms(text: str, language: str) -> tuple[str, ...]:
    """The stems of all words of ``text`` in order, repeats and little words ("de", "the") included. Any thread."""
    return tuple(stem(token, language) for token in tokens(text))
