"""In which script a name stands: which voice can say it, and what of it the screen's letters can show. Pure."""

import unicodedata
from collections import Counter
from functools import lru_cache

OWN_WORDS = "fr"
"""The language that the directory's sources write, where the script does not say otherwise."""
_VOICES = {
    "ARABIC": "ar", "CYRILLIC": "ru", "GREEK": "el", "CJK": "zh", "BENGALI": "bn", "TAMIL": "ta", "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
}  # fmt: skip
"""A French voice spells these letter by letter, by name. Scripts that espeak-ng has no voice for stay French."""
_DRAWN = frozenset({"LATIN", "GREEK", "CYRILLIC"})
"""What the screen's font has letters for (docs/screens.md)."""


def voice_of(words: str) -> str:
    """The language whose voice says ``words``: that of their script.

    >>> voice_of("Accueil de jour"), voice_of("\u0645\u0631\u0643\u0632"), voice_of("3919")
    ('fr', 'ar', 'fr')
    """
    scripts = Counter(_script(letter) for letter in words if letter.isalpha())
    return _VOICES.get(scripts.most_common(1)[0][0], OWN_WORDS) if scripts else OWN_WORDS


def drawable(words: str) -> str:
    """``words`` without those in a script that the screen cannot draw; empty when none is left."""
    kept = [word for word in words.split() if all(_script(letter) in _DRAWN for letter in word if letter.isalpha())]
    return (
        " ".join(kept).strip(" -\u2013/|\u00b7,") if any(letter.isalnum() for word in kept for letter in word) else ""
    )


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return "LATIN" if name.startswith(("FEMININE", "MASCULINE", "MICRO")) else name.partition(" ")[0]
