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
_DRAWN = frozenset(
    chr(code)
    for first, last in (
        (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x17F), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1FA, 0x1FF), (0x218, 0x21B),
        (0x384, 0x38A), (0x38E, 0x3A1), (0x3A3, 0x3CE), (0x400, 0x482), (0x48A, 0x513), (0x1E80, 0x1E85),
        (0x1EA0, 0x1EF9), (0x2010, 0x2011), (0x2013, 0x2014), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026),
        (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122),
        (0x2212, 0x2212), (0x2260, 0x2260), (0x2264, 0x2265),
    )
    for code in range(first, last + 1)
)  # fmt: skip
"""What the screen's font has letters and signs for (docs/screens.md); all else is drawn as an empty box."""


def voice_of(words: str) -> str:
    """The language whose voice says ``words``: that of their script.

    >>> voice_of("Accueil de jour"), voice_of("\u0645\u0631\u0643\u0632"), voice_of("3919")
    ('fr', 'ar', 'fr')
    """
    scripts = Counter(_script(letter) for letter in words if letter.isalpha())
    return _VOICES.get(scripts.most_common(1)[0][0], OWN_WORDS) if scripts else OWN_WORDS


def drawable(words: str) -> str:
    """``words`` without those in a script that the screen cannot draw, and without signs that it lacks; empty when
    nothing of sense is left: of "12, شارع الحرية" not the 12 alone.
    """
    whole = unicodedata.normalize("NFC", words).split()
    kept = [_drawn(word) for word in whole]
    text = " ".join(filter(None, kept)).strip(" -\u2013/|\u00b7,")
    has_letters = any(letter.isalpha() for letter in text)
    return text if has_letters or (all(kept) and any(letter.isalnum() for letter in text)) else ""


def unboxed(text: str) -> str:
    """``text`` with a dot for each letter that the screen lacks, and without its other signs: never an empty box.

    For what somebody types, and for whatever else reaches the screen in such letters.

    >>> unboxed("\u0645\u0631\u0643\u0632 12 \u2605"), unboxed("Où dormir ?")
    ('•••• 12 ', 'Où dormir ?')
    """
    if _DRAWN.issuperset(text):
        return text
    return "".join(
        sign if sign in _DRAWN else "•" if sign.isalnum() else "" for sign in unicodedata.normalize("NFC", text)
    )


def _drawn(word: str) -> str:
    """``word`` in signs that the screen has: a letter in its plain form, a sign left out; empty for another script."""
    shown = ""
    for sign in word:
        plain = sign if sign in _DRAWN else unicodedata.normalize("NFKD", sign)
        bare = "".join(each for each in plain if each in _DRAWN)
        if not bare and sign.isalpha():
            return ""
        shown += bare
    return shown


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return "LATIN" if name.startswith(("FEMININE", "MASCULINE", "MICRO")) else name.partition(" ")[0]
