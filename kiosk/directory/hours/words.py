"""French text about opening times, cut into words that mean something there. Pure.

Accents, capitals, dashes and spaces carry no meaning: they are the first to be lost on the way. A word that is not
known stays one, of kind WORD, and stops whoever reads on: nothing is passed over.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.labels import LABELS
from kiosk.directory.hours.phrases import MONTH_NAMES, PHRASES

DAY_NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ORDINALS = {"premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "dernier": -1}


@dataclass(frozen=True)
class Word:
    """One word, sign or phrase."""

    kind: Kind
    value: int
    plain: str
    """Lower case, without accents."""
    start: int
    """Its place in the text."""
    end: int


def words(text: str) -> list[Word]:
    """``text`` cut up; every character but spaces is in one of the words. Any thread."""
    plain, places = _plain(text)
    found: list[Word] = []
    at = 0
    while at < len(plain):
        match = _SPACE.match(plain, at)
        if match:
            at = match.end()
            continue
        kind, value, end = _next(plain, at)
        found.append(Word(kind, value, plain[at:end], places[at][0], places[end - 1][1]))
        at = end
    return found


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """``text`` in small letters without accents and HTML's escapes, and from where to where each was in it."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for piece in _ESCAPED.finditer(text):
        if len(piece[0]) > 1 and piece[0].startswith("<"):  # "1<sup>er</sup>" is one word
            continue
        for letter in html.unescape(piece[0]):
            for part in unicodedata.normalize("NFKD", _SAME.get(letter, letter)).lower():
                if not unicodedata.combining(part):
                    letters.append(part)
                    places.append(piece.span())
    return "".join(letters), places


def _next(plain: str, at: int) -> tuple[Kind, int, int]:
    match = _LINE.match(plain, at)
    if match:
        return Kind.LINE, 0, match.end()
    match = _PHRASE.match(plain, at)
    if match and match.lastgroup:
        _, kind, value = PHRASES[int(match.lastgroup.removeprefix("phrase"))]
        return kind, value, match.end()
    match = _CLOCK.match(plain, at)
    if match:
        minutes = int(match["m"] or match["spaced"] or match["dot"] or match["words"] or 0)
        hours = int(match["h"])
        if hours <= 24:
            return Kind.TIME, hours * 60 + minutes, match.end()
    match = _ORDINAL.match(plain, at)
    if match:
        return Kind.ORDINAL, int(match[1]), match.end()
    match = _NUMBER.match(plain, at)
    if match:
        return Kind.NUMBER, int(match[0]) if len(match[0]) < 10 else 10**9, match.end()
    match = _LETTERS.match(plain, at)
    if match:
        return *_named(match[0].removesuffix(".")), match.end() - (1 if _keeps_dot(match[0]) else 0)
    return Kind.SIGN, 0, at + 1


def _keeps_dot(word: str) -> bool:
    """Whether the dot after ``word`` ends a sentence rather than an abbreviation."""
    return word.endswith(".") and (len(word) > 5 or _named(word[:-1])[0] not in (Kind.DAY, Kind.MONTH))


def _named(word: str) -> tuple[Kind, int]:
    if word in _NAMES:
        return _NAMES[word]
    if len(word) >= 5:
        near = [day for day, name in enumerate(DAY_NAMES) if _is_typo(word, name) or _is_typo(word, name + "s")]
        if len(near) == 1:
            return Kind.DAY, near[0]
    return Kind.WORD, 0


def _is_typo(word: str, name: str) -> bool:
    """One letter missing, too many or changed, or two neighbours swapped; never the first letter."""
    if word[0] != name[0] or abs(len(word) - len(name)) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
    rest, wanted = word[same:], name[same:]
    return (
        rest[1:] == wanted[1:]
        or rest[1:] == wanted
        or rest == wanted[1:]
        or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    )


_SAME = (
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u00b4": "'",
        "`": "'",
        "\t": " ",
        "\u2192": "-",
        "\u0153": "oe",
        "\u200b": " ",
    }
    | dict.fromkeys("\u00b7\u2023\u2043\u25a0\u25aa\u25cf\u25e6\u25ba\u2713\u2714", "\u2022")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
_ESCAPED = re.compile(r"</?sup>|&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});|.", re.DOTALL)
_SPACE = re.compile(r"(?:[^\S\n\r]|</?(?:a|b|em|font|i|span|strong|td|th|u)(?: [^<>]*)?>)+")
_BREAK = r"(?:\\n|\n|\r|</?(?:br|div|h\d|li|ol|p|table|tr|ul)(?: [^<>]*)?/?>)"
_LINE = re.compile(rf"{_BREAK}(?:{_BREAK}|\s)*")
_NUMBER = re.compile(r"\d+")
_LETTERS = re.compile(r"[a-z]+\.?")
_ORDINAL = re.compile(r"([1-5])\s?(?:ers?|eres?|emes?|es?|nde?s?)(?![a-z])")

# "13h 30" is half past one, "9h 12h" two times, and "9h 12" is not said: minutes after a space are quarters.
_CLOCK = re.compile(
    r"(?<![\d.])(?P<h>\d{1,2})(?:"
    r"\s*(?:h|:)(?P<m>[0-5]\d)(?::00|mn|min|(?<=[03]0)h)?(?![\d:.]\d|\d|h)"
    r"|\s*(?:h|:)\s+(?P<spaced>00|15|25|30|35|40|45|50|55)(?![^\S\n]*[h:\d])"
    r"|\.(?P<dot>[0-5]\d)(?![\d.])(?=\s*(?:-|a|et\b|$|[/,;\n]|\d|h))(?:\s*h(?![a-z\d]))?"
    r"|\s*heures?\s+(?P<words>[0-5]\d)(?!\s*[h:\d])"
    r"|\s*(?:heures?|hrs?|h)(?![a-z\d]|a\s*[b-z])(?: du matin(?![a-z]))?"
    r"|\s*h(?=(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))"
    r"|\s*h(?=a\s*\d)"
    r")"
)

_PHRASE = re.compile(
    "(?<![a-z])(?:" + "|".join(f"(?P<phrase{n}>{pattern})" for n, (pattern, _, _) in enumerate(PHRASES)) + ")"
)

_NAMES: dict[str, tuple[Kind, int]] = {
    **dict.fromkeys(("a", "au", "aux"), (Kind.TO, 0)),
    **dict.fromkeys(("de", "du", "des", "en"), (Kind.FROM, 0)),
    **dict.fromkeys(("le", "la", "les", "l", "chaque", "tous", "toutes", "tout"), (Kind.ARTICLE, 0)),
    **{name: (Kind.ORDINAL, nth) for word, nth in ORDINALS.items() for name in (word, word + "s")},
    **{name: (Kind.ORDINAL, 1) for name in ("premiere", "premieres")},
    **{name: (Kind.MONTH, month) for month, names in enumerate(MONTH_NAMES, 1) for name in names},
    **{name[:length]: (Kind.DAY, day) for day, name in enumerate(DAY_NAMES) for length in (2, 3)},
    **{form: (Kind.DAY, day) for day, name in enumerate(DAY_NAMES) for form in (name, name + "s")},
    "un": (Kind.ARTICLE, 1),
    "et": (Kind.AND, 0),
    "idem": (Kind.SAME, 0),
    "entre": (Kind.BETWEEN, 0),
    "puis": (Kind.THEN, 0),
}
_NAMES = {name: (Kind.LABEL, value) for name, value in LABELS.items()} | _NAMES
_NAMES |= {
    "merc": (Kind.DAY, 2),
    "mercr": (Kind.DAY, 2),
    "vendr": (Kind.DAY, 4),
    "vend": (Kind.DAY, 4),
    "jeud": (Kind.DAY, 3),
    "dimanche": (Kind.DAY, 6),
}
