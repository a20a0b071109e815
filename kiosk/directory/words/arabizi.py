"""Arabic as it is typed in Latin letters and digits ("bghit n3ess"), compared by its consonants. Pure.

Everybody spells it in another way, and vowels are anybody's guess: the consonants are what two spellings have in
common, each folded to the letter that all who cannot type Arabic use for it.
"""

import re

SHORTEST = 3
"""Consonants that a word needs; two where one of them is a digit, which no other language has inside a word."""

_ARABIC = {
    "ب": "b", "ت": "t", "ط": "t", "ث": "t", "ج": "j", "ح": "h", "ه": "h", "خ": "x", "د": "d", "ض": "d", "ذ": "d",
    "ظ": "d", "ر": "r", "ز": "z", "س": "s", "ص": "s", "ش": "c", "ع": "3", "غ": "g", "ف": "f", "ق": "k", "ك": "k",
    "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
"""Folded letters (folding.py); alef, waw and yeh are vowels to most who type."""
_LATIN = (
    ("kh", "x"), ("ch", "c"), ("sh", "c"), ("gh", "\0"), ("dh", "d"), ("th", "t"), ("dj", "j"), ("5", "x"), ("3", "3"),
    ("7", "h"), ("8", "h"), ("9", "k"), ("q", "k"), ("g", "k"), ("p", "b"), ("v", "f"),
)  # fmt: skip
_KEPT = re.compile(r"[^bcdfhjklmnrstxz3\0]")
_TWICE = re.compile(r"(.)\1+")
_DIGIT = re.compile(r"[a-z]+[3579][a-z]*|[379][a-z]{3,}")
_FIGURE = re.compile(r"(?:[a-z]{1,2}\d+|\d+(?:e|er|eme|ieme|th|rd|nd|st|h|min|km|kg|ans|jours|mois|euros?))")
"""``b1``, ``7eme``, ``9mois``: figures that mean a number."""


def is_typed_so(token: str) -> bool:
    """Whether a folded token can hardly be anything else: a digit stands among its letters."""
    return bool(_DIGIT.fullmatch(token)) and not _FIGURE.fullmatch(token)


def consonants(token: str) -> str:
    """Those of a folded token in Arabic or Latin letters, alike for both; empty when there are too few of them."""
    if token.isascii():
        found = token
        for typed, meant in _LATIN:
            found = found.replace(typed, meant)
        found = _KEPT.sub("", _TWICE.sub(r"\1", found)).replace("\0", "g")
    else:
        found = "".join(_ARABIC.get(letter, "") for letter in token)
    found = found[:1] + found[1:].removesuffix("h")  # the ending of what is feminine is hardly heard
    return found if len(found) >= SHORTEST - ("3" in found) else ""
