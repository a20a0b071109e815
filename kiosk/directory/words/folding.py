"""Letters as a search compares them: without case, accents, Arabic marks or the many forms of one letter. Pure.

Arabic is folded as everybody types it: hamza, madda and the long alefs off, alef maqsura as yeh, teh marbuta as heh,
tatweel and vowel marks gone, Persian and Maghrebi letters as their Arabic neighbours, all digits as ``0`` to ``9``.
"""

import re
import unicodedata

_TOKEN = re.compile(r"[^\W_]+")

_LETTERS = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ى": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "گ": "ك", "ڭ": "ك", "ی": "ي", "ے": "ي", "ہ": "ه", "ھ": "ه",
    "پ": "ب", "چ": "ج", "ڤ": "ف", "ڨ": "ق", "ژ": "ز", "ء": "", "ـ": "",
}  # fmt: skip
"""What Unicode does not take apart by itself."""


class _Folds(dict[int, str]):
    """Each character's fold, worked out when it is first met: a text is then folded in one pass."""

    def __missing__(self, code: int) -> str:
        # taken apart before and after: the sign for TEL holds capitals, a small letter may hold a mark
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        found = "".join(
            _LETTERS.get(part, _digit(part)) for part in parts if unicodedata.category(part) not in ("Mn", "Cf", "Lm")
        )
        self[code] = found
        return found


def _digit(part: str) -> str:
    value = unicodedata.decimal(part, None)
    return part if value is None else str(value)


_FOLDS = _Folds()


def folded(text: str) -> str:
    """``text`` with every letter in its plainest form. Folding twice changes nothing. Any thread."""
    return text.translate(_FOLDS)


def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of ``text``, folded, in order: what stands between anything that is no letter or digit."""
    return tuple(_TOKEN.findall(folded(text)))
