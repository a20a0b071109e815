"""Small readings that every importer needs: text, numbers, days, telephone numbers, languages. Pure."""

import html
import re
import unicodedata
from datetime import date
from typing import Any
from unicodedata import is_normalized

from kiosk.directory.parts import Channel, Cost, Payer, Phone

_SPACES = re.compile(r"[ \t\f\v\u00a0\u202f]+")


def clean(value: Any) -> str:
    """``value`` as text: NFC, no control characters, no space at the ends, none and no empty line twice in a row.

    A list is joined by ``, ``; an object is no text. What HTML marks (many an editor writes it) is left as words and
    lines.
    """
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, str) and ("<" in value or "&" in value):
        value = _without_html(value)
    if isinstance(value, str) and value.isprintable() and "  " not in value and is_normalized("NFC", value):
        return value.strip(" ")  # nothing to do for what most texts are
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # what a spreadsheet makes of a code
    if isinstance(value, list | tuple):
        return ", ".join(part for item in value if (part := clean(item)))
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_NO_WORDS = re.compile(r"<!--(?:(?!<!--).)*?-->|<(script|style)(?:\s[^<>]*)?>[^<]*</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"<(/?)(?:(br|hr|p|div|ul|ol|dl|dt|dd|tr|table|tbody|thead|h[1-6]|section|article|blockquote|pre)|(li)"
    r"|a|abbr|b|big|center|cite|code|em|font|i|img|mark|q|s|small|span|strike|strong|sub|sup|td|th|u)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
"""Lines, items and marks within a line; any other word in pointed brackets is none of HTML's, and stays."""
_ESCAPE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_AGAIN = re.compile(r"&(?:(?:amp|#38);)+", re.IGNORECASE)
_DEEPEST = 8
"""Marks that appear once other marks are gone: what was escaped twice. Nobody means more."""


def _without_html(text: str) -> str:
    for _ in range(_DEEPEST):
        if "<" not in text and "&" not in text:
            break
        before = text
        if "<" in text:
            text = _TAG.sub(_line_of, _NO_WORDS.sub("", text))
        if "&" in text:
            text = _ESCAPE.sub(lambda found: html.unescape(found[0]), _ESCAPED_AGAIN.sub("&", text))
        if text == before:
            break
    return text


def _line_of(tag: re.Match[str]) -> str:
    if tag[3]:
        return "" if tag[1] else "\n- "
    return "\n" if tag[2] else ""


def plain(text: str) -> str:
    """``text`` in small letters without accents, marks or double spaces: to compare what people typed."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", bare.replace("œ", "oe")).split())


def number(value: Any) -> float | None:
    """A decimal number, written with a point or a comma; None when it is none."""
    if isinstance(value, bool):
        return None
    try:
        found = float(clean(value).replace(",", ".").replace(" ", ""))
    except ValueError:
        return None
    return found if found == found and abs(found) != float("inf") else None


def french_code(text: str) -> str:
    """A postcode or INSEE code; a spreadsheet that took it for a number has dropped its zero, which is put back."""
    return f"0{text}" if len(text) == 4 and text.isascii() and text.isdigit() else text


_DAYS = (
    (re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)"), (3, 2, 1)),
)


def day(value: Any) -> date | None:
    """The calendar day that ``value`` begins with: ISO 8601, ``2020/06/30``, or French ``30/06/2020``; else None."""
    text = clean(value)
    for pattern, (year, month, of_month) in _DAYS:
        if found := pattern.match(text):
            try:
                return date(int(found[year]), int(found[month]), int(found[of_month]))
            except ValueError:
                return None
    return None


_PHONE = re.compile(r"(?:\+|00)?\s*\(?\d[\d\s().\-/\u00a0\u202f]*\d")
_EXTENSION = re.compile(r"(?:ext|x|poste)\W*(\d{1,6})\s*$", re.IGNORECASE)


def phone_number(value: Any) -> str | None:
    """Digits of the one number in ``value`` (``+`` kept), French numbers in national form; None when it is not one.

    ``02 41 43 28 13``, ``+33 (0)2 41 43 28 13`` and ``0241432813`` are the same; ``326533780`` lacks its zero, and has
    it put back. Letters, two numbers in one, or fewer than two digits: None.
    """
    text = clean(value).strip(" .;,")
    if not _PHONE.fullmatch(text) or len(text) > 30:
        return None
    text = re.sub(r"\+\s*33\s*\(0\)", "+33", text)
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        digits = "+" + digits
    elif digits.startswith("00") and len(digits) > 9:
        digits = "+" + digits[2:]
    if digits.startswith("+33") and len(digits) == 12:
        return "0" + digits[3:]
    if len(digits) == 9 and digits[0] in "1234567":
        return "0" + digits
    return digits if 2 <= len(digits.lstrip("+")) <= 15 else None


def phones(value: Any) -> tuple[tuple[Phone, ...], str]:
    """The numbers in ``value``, separated by ``/``, ``;``, ``,``, ``ou`` or a new line; and what was no number."""
    found: list[Phone] = []
    rest: list[str] = []
    parts = re.split(r"\s*(?:/|;|,|\n|\s-\s|\bou\b|\bor\b|\bet\b)\s*", clean(value), flags=re.IGNORECASE)
    for part in [clean(value)] if phone_number(value) else parts:
        extension, by_text = _EXTENSION.search(part), part.upper().endswith("(SMS)")
        digits = phone_number(part[: extension.start()] if extension else part.removesuffix("(SMS)"))
        if digits is None:
            rest += [part] if plain(part) else []
        elif digits not in [phone.number for phone in found]:
            channel = Channel.SMS if by_text else Channel.VOICE
            found.append(Phone(digits, channel=channel, extension=extension[1] if extension else ""))
    return tuple(found), "; ".join(rest)


_FROM_SOME = re.compile(r"depuis un (telephone |poste |numero )?fixe(?! (et|ou|comme)\b)")
"""Free from a landline says nothing certain of other telephones."""


def cost(text: str) -> tuple[Cost, Payer]:
    """What a French tariff mention says of the price of a call; unknown when it says nothing certain."""
    words = plain(text)
    if "€" in text or re.search(r"(?<!non )surtax|majore|service payant|\beuros?\b", words):
        return Cost.CHARGED, Payer.CALLER
    if re.search(r"non surtax|prix (d un |de l )?appel|appel local|cout d un appel|banalise", words):
        return Cost.STANDARD, Payer.CALLER
    if re.search(r"^gratuit$|appels? (et services? )?gratuits?|numero vert", words) and not _FROM_SOME.search(words):
        return Cost.FREE, Payer.SERVICE
    return Cost.UNKNOWN, Payer.UNKNOWN


LANGUAGES = {
    "francais": "fr", "french": "fr", "anglais": "en", "english": "en", "arabe": "ar", "arabic": "ar",
    "espagnol": "es", "spanish": "es", "portugais": "pt", "portuguese": "pt", "italien": "it", "italian": "it",
    "allemand": "de", "german": "de", "russe": "ru", "russian": "ru", "ukrainien": "uk", "ukrainian": "uk",
    "roumain": "ro", "romanian": "ro", "polonais": "pl", "polish": "pl", "turc": "tr", "turkish": "tr",
    "chinois": "zh", "chinese": "zh", "chinese mandarin": "zh", "mandarin": "zh", "chinese cantonese": "yue",
    "cantonese": "yue", "vietnamien": "vi", "vietnamese": "vi", "tagalog": "tl", "hindi": "hi", "urdu": "ur",
    "ourdou": "ur", "persan": "fa", "farsi": "fa", "dari": "prs", "pachto": "ps", "pashto": "ps", "tamoul": "ta",
    "tamil": "ta", "bambara": "bm", "wolof": "wo", "peul": "ff", "soninke": "snk", "tigrinya": "ti", "somali": "so",
    "albanais": "sq", "georgien": "ka", "armenien": "hy", "japonais": "ja", "japanese": "ja", "coreen": "ko",
    "korean": "ko", "lsf": "fsl", "langue des signes francaise": "fsl", "asl": "ase", "american sign language": "ase",
}  # fmt: skip
"""Names of languages, as :func:`plain` writes them, to ISO 639-1, or 639-3 where 639-1 has none."""


def language(value: Any) -> str | None:
    """The code of a language's name, or of a code; None when it is neither."""
    text = clean(value)
    if re.fullmatch(r"[a-z]{2,3}", text) and text != "lsf":
        return text
    return LANGUAGES.get(plain(text))
