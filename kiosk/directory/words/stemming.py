"""Words cut to what their forms have in common: ``dormirons`` and ``dormir`` are one word to a search.

The stems of French and English are Snowball's, of words that are folded first: what a person typed without accents must
meet what a town hall wrote with them. Arabic is cut lightly by our own rules: Snowball's need the letters that folding
takes away, and cut a word with its article otherwise than without.
"""

from functools import cache, lru_cache

import Stemmer

from kiosk.directory.words.folding import tokens

LANGUAGES = ("fr", "en", "ar")
"""The languages that words are read in."""

_SNOWBALL = {"en": "english"}
_ARTICLES = ("وبال", "وال", "فال", "بال", "كال", "ولل", "ال", "لل")
_ENDINGS = (
    "هما",
    "كما",
    "تها",
    "تنا",
    "تني",
    "وني",
    "ونا",
    "وها",
    "وهم",
    "ها",
    "هم",
    "نا",
    "كم",
    "ني",
    "ات",
    "ون",
    "ين",
    "ان",
    "تي",
    "تك",
    "ته",
    "يه",
    "وا",
    "وه",
    "ه",
    "ي",
    "ت",
    "و",
)
_LEAST = 3
"""Letters of an Arabic word that stay: its root has three."""

_KEPT = 65_536
"""Stems kept in memory: about 10 MB when full, which only the building of an index does."""


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    # its own cache is off: ours is in front of it
    return Stemmer.Stemmer(_SNOWBALL.get(language, "french"), 0)


@lru_cache(maxsize=_KEPT)
def stem(token: str, language: str) -> str:
    """The stem of one folded token. A language that is none of ours is read as French; numbers stay. Any thread."""
    if len(token) < 3 or not token.isalpha():
        return token
    if "\u0620" <= token[0] <= "\u06ff":
        return _arabic(token)
    if language != "en" and token.endswith(("ee", "ees")):
        # "hébergée" lost its accent in folding, and Snowball cuts one e alone
        token = token.rstrip("s")[:-1]
    found: str = _stemmer(language).stemWord(token)
    return found


def _arabic(token: str) -> str:
    """``token`` without its article, and without one ending of possession, number, gender or person."""
    article = next((each for each in _ARTICLES if token.startswith(each) and len(token) - len(each) >= _LEAST), "")
    rest = token[len(article) :]
    ending = next((each for each in _ENDINGS if rest.endswith(each) and len(rest) - len(each) >= _LEAST), "")
    return rest[: len(rest) - len(ending)]


def terms(text: str, language: str) -> tuple[str, ...]:
    """The stems of all words of ``text`` in order, repeats and little words ("de", "the") included. Any thread."""
    return tuple(stem(token, language) for token in tokens(text))
