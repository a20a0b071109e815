"""How what is written is said: abbreviations spelled out, acronyms letter by letter, numbers by pairs.

Pure but for ``config/directory/spoken.toml``, read once a process. Any thread.

The directory's own words (names, streets, conditions) are French whatever the interface speaks, and are said with the
French voice; so these readings are French ones.
"""

import re
from functools import cache

import msgspec

from kiosk.directory.vocabulary import FOLDER
from kiosk.errors import BadInput
from kiosk.speech.figures import figures_aloud, roman

NO_BREAK = "\u00a0"
LONGEST_ACRONYM = 4
"""Of a text in capitals: with a longer word in it, it is a name that somebody wrote loudly."""
LONGEST_SPELLED = 6
"""Longer rows of capitals are words."""
_DASH = "\u2013\u2014"
_JOINTS = "'\u2019-"
"""Apostrophes and hyphens."""


class Readings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``config/directory/spoken.toml``, which says what each table is."""

    short: dict[str, str]
    as_words: frozenset[str]
    by_letter: frozenset[str]
    needs_stop: frozenset[str]
    little: frozenset[str]
    respelt: dict[str, str]


@cache
def readings() -> Readings:
    """What ships. Raises: BadInput when the file cannot be used."""
    path = FOLDER / "spoken.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Readings)
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(f"{path.name}: {error}; install the terminal's config/directory again") from error


_WORD = re.compile(rf"[^\W\d_]+(?:[{_JOINTS}][^\W\d_]+)*\.?")


_GLUED = re.compile(r"(?<=[^\W\d_]{2})(?=\d)|(?<=\d)(?=(?:bis|ter|quater)\b)", re.IGNORECASE)
"""Between a name or acronym and its number: ``CCI28``, ``20bis``."""
_DOTTED = re.compile(r"\b(?:[A-ZÀ-Ý]\.){2,}(?:[A-ZÀ-Ý]\b)?")
"""``C.C.A.S.``: the letters of an acronym, or of a name, with full stops between them."""
_INCLUSIVE = re.compile(
    r"(?<=[^\W\d_]{3})(?:s?[.·•](?:e|euse|rice|trice|ère)(?:[.·•]?s)?|[·•](?:ne|le|ve)(?:[.·•]?s)?|[.](?:ne|le|ve)[.]?s"
    r"|\((?:e|s|es|ne|nes|x|se|rice|euse)\)s?)(?![\w@])",
    re.IGNORECASE,
)
"""``étudiant.e.s``, ``usager·ère``, ``agent(s)``, ``isolé(e)s``: one form is read, in the number that is meant."""


def spelled_out(text: str) -> str:
    """``text`` as a voice can read it: no abbreviation, no acronym, no web address, no mark-up.

    >>> spelled_out("CCAS, 12 bis av. du Gal Leclerc, 1er ét., St-Denis")
    'C C A S, 12 bis avenue du Général Leclerc, 1er étage, Saint-Denis'
    """
    text = plain(text)
    text = re.sub(r"\b\S+@\S+\b|\bhttps?://\S+|\bwww\.\S+", " ", text)
    shouting = _is_shouting(text)
    text = _GLUED.sub(" ", text)
    text = re.sub(r"(?<!\w)n[°º]\s*", "numéro ", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:\+33\s?|0)\d(?:[ .-]?\d\d){4}\b", lambda found: number_aloud(found[0]), text)
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), re.sub(r"\.{2,}", ".", text))
    text = _INCLUSIVE.sub(lambda found: "s" if found[0].rstrip(")").endswith("s") else "", text)
    text = figures_aloud(text)
    text = text.replace("@", "a").replace("&", " et ").replace("+", " plus ").replace("%", " pour cent")
    text = re.sub(rf"\s+[-{_DASH}/|•·]\s+", ", ", text)
    text = re.sub(r"(?<=\w)/(?=\w)", ", ", text)
    text = _WORD.sub(lambda found: _word(found[0], shouting), text)
    return re.sub(r"\s+([,.])", r"\1", " ".join(text.split())).strip(" ,-")


def place_said(name: str) -> str:
    """The name of a commune: whatever its letters, it is no acronym.

    >>> place_said("MÉZIÈRES-EN-BRENNE"), place_said("TOURS"), place_said("St-Denis")
    ('Mézières-en-brenne', 'Tours', 'Saint-Denis')
    """
    return spelled_out(name.capitalize() if name.isupper() else name)


def calm(text: str) -> str:
    """A name written in capitals throughout as it is read more easily (ACCESSIBILITY 3); any other as it is.

    >>> calm("CENTRE COMMUNAL D'ACTION SOCIALE DE NICE"), calm("CCAS DE ST-DENIS"), calm("SOS Amitié")
    ("Centre Communal d'Action Sociale de Nice", 'CCAS de St-Denis', 'SOS Amitié')
    """
    if (not any(letter.islower() for letter in text) and len(text.split()) > 1) or _is_shouting(text):
        text = re.sub(r"(?<=\d)(?:ER|[ÈE]RE|I?[ÈE]ME|BIS|TER|QUATER)\b", lambda found: found[0].lower(), text)
        return re.sub(r"(?<!\d)[^\W\d_]+['\u2019]?", lambda found: _calm_word(found[0], found.start() == 0), text)
    return text


def place_shown(name: str) -> str:
    """The name of a commune or a street as it is read more easily: it is no acronym either.

    >>> place_shown("NICE"), place_shown("40 RUE DU 1ER RAC"), place_shown("Saint-Denis")
    ('Nice', '40 Rue du 1er Rac', 'Saint-Denis')
    """
    return name.capitalize() if name.isalpha() and name.isupper() else calm(name)


def _calm_word(word: str, is_first: bool) -> str:
    known = readings()
    is_little = word.lower() in known.little or (len(word) == 2 and not word[1].isalpha())
    if is_little and not is_first:
        return word.lower()
    if roman(word) is not None:
        return word
    if len(word) < 2 or not word.isalpha():
        return word if len(word) < 3 else word.capitalize()
    is_acronym = word in known.as_words or word in known.by_letter or word in known.respelt or not _can_be_said(word)
    return word if is_acronym and word.lower() not in known.short else word.capitalize()


def plain(text: str) -> str:
    """``text`` in one line without tags and marks of Markdown: how a source's own words are shown."""
    text = re.sub(r"<[^<>]{0,200}>", " ", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*_#`~]{1,3}", "", text)
    return " ".join(text.split())


def shortened(text: str, most: int) -> str:
    """``text`` cut to ``most`` characters, behind a sentence if one ends in its second half, else behind a word."""
    if len(text) <= most:
        return text
    cut = text[:most]
    stop = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("; "))
    if stop >= most // 2:
        return cut[: stop + 1].rstrip(" ;")
    return cut[: cut.rfind(" ") if " " in cut[most // 2 :] else most - 1].rstrip(" ,;:(-") + "…"


def number_shown(number: str) -> str:
    """A telephone number as France writes it, never broken over two lines.

    >>> number_shown("0800190000").replace(NO_BREAK, " "), number_shown("0145394000").replace(NO_BREAK, " ")
    ('0 800 19 00 00', '01 45 39 40 00')
    """
    return NO_BREAK.join(_groups(number))


def number_aloud(number: str, language: str = "fr") -> str:
    """A telephone number as it is read out: by pairs in French, digit by digit in English.

    >>> number_aloud("0145394000"), number_aloud("0800190000"), number_aloud("3114"), number_aloud("115", "en")
    ('zéro 1, 45, 39, 40, zéro zéro', 'zéro 800, 19, zéro zéro, zéro zéro', '31, 14', '1 1 5')
    """
    groups = _groups(number)
    if language != "fr":
        return ", ".join(" ".join(group.replace("+", "")) for group in groups)
    if len(groups) > 1 and groups[0] == "0":
        groups = [f"0 {groups[1]}", *groups[2:]]
    if len(groups) == 1 and len(groups[0]) == 4:
        groups = [groups[0][:2], groups[0][2:]]
    return ", ".join(_pair(group) for group in groups)


def _groups(number: str) -> list[str]:
    digits = "".join(c for c in number if c.isdigit())
    if number.startswith("+") and not number.startswith("+33"):
        country = 3 if _LONG_COUNTRIES.match(digits) else 2
        # An odd one begins with three: +262 692 00 00 00.
        odd = country + 3 * ((len(digits) - country) % 2)
        first = [digits[country:odd]] if odd > country else []
        return ["+" + digits[:country], *first, *(digits[at : at + 2] for at in range(odd, len(digits), 2))]
    if number.startswith("+33") and len(digits) == 11:
        digits = "0" + digits[2:]
    if len(digits) == 10 and digits.startswith("08"):
        return [digits[0], digits[1:4], digits[4:6], digits[6:8], digits[8:]]
    if len(digits) == 10:
        return [digits[at : at + 2] for at in range(0, 10, 2)]
    if len(digits) == 6:
        return [digits[:3], digits[3:]]
    return [digits]


_LONG_COUNTRIES = re.compile(r"262|269|508|59[046]|68[179]|21[236]|35[123]|37[67]")
"""Country codes of three figures that are met here: overseas and neighbours. Others are read as two."""


def _pair(group: str) -> str:
    """``00`` is two noughts and ``04`` a nought and a four: as numbers they would be nought and four."""
    figures = group.replace(" ", "").removeprefix("+")
    rest = figures.lstrip("0")
    plus = ["plus"] if group.startswith("+") else []
    return " ".join([*plus, *["zéro"] * (len(figures) - len(rest)), *([rest] if rest else [])])


def _is_shouting(text: str) -> bool:
    """A name written in capitals throughout is no row of acronyms."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1]
    return all(word.isupper() for word in words) and any(
        len(word) > LONGEST_ACRONYM or word == "RUE" or word.lower() in readings().little for word in words
    )


def _word(word: str, is_loud: bool) -> str:
    bare = word.removesuffix(".")
    parts = re.split(f"([{_JOINTS}])", bare)
    # "MONTLOUIS-SUR-LOIRE" is one name, whatever stands around it.
    is_loud = is_loud or (len(parts) > 1 and bare.isupper() and len(bare) > LONGEST_SPELLED)
    *front, last = parts
    said = "".join(_part(part, is_loud, is_cut=False) for part in front)
    end = _part(last, is_loud, is_cut=word.endswith("."))
    is_short = end.casefold() == readings().short.get(last.casefold(), "").casefold() != ""
    return said + end + ("" if is_short or not word.endswith(".") else ".")


def _part(part: str, is_loud: bool, *, is_cut: bool) -> str:
    """One word; ``is_cut``: a full stop follows it."""
    known = readings()
    short = known.short.get(part.lower())
    if short is not None and (is_cut or part.lower() not in known.needs_stop):
        return short.capitalize() if part.istitle() else short
    if not part.isupper() or len(part) < 2:
        return part
    if part in known.respelt:
        return known.respelt[part]
    if part in known.as_words:
        return part.capitalize()
    is_name = (is_loud or len(part) > LONGEST_ACRONYM) and part not in known.by_letter and _can_be_said(part)
    return part.capitalize() if is_name or len(part) > LONGEST_SPELLED else " ".join(part)


def _can_be_said(word: str) -> bool:
    """Whether it sounds like a French word: ``NICE`` does, ``MSAP`` and ``PIJ`` do not."""
    return re.fullmatch(_SYLLABLES, word) is not None


_VOWELS = "AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜŒÆ"
_SYLLABLES = (
    rf"(?:[BCDFGPTV][LR]|[CPRST]H|QU|GN|S[CPT]|[^\W\d_{_VOWELS}])?[{_VOWELS}]+"
    rf"(?:[^\W\d_{_VOWELS}]{{1,3}}[{_VOWELS}]+)*(?:[^\W\d_{_VOWELS}JQV]{{0,3}})"
)
