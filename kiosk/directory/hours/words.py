"""French text about opening times, cut into words that mean something there. Pure.

Accents, capitals, dashes and spaces carry no meaning: they are the first to be lost on the way. A word that is not
known stays one, of kind WORD, and stops whoever reads on: nothing is passed over.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from kiosk.directory.hours.labels import LABELS

DAY_NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTH_NAMES = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars",),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
PUBLIC_HOLIDAYS = 128
ORDINALS = {"premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "dernier": -1}


class Kind(Enum):
    """What a word is in a text about opening times."""

    DAY = auto()
    DAYS = auto()
    """Several at once: ``value`` is a mask, Monday the lowest bit, ``PUBLIC_HOLIDAYS`` above Sunday's."""
    TIME = auto()
    """``value``: minutes from midnight."""
    NUMBER = auto()
    MONTH = auto()
    ORDINAL = auto()
    OF_MONTH = auto()
    ALL_DAY = auto()
    ALL_YEAR = auto()
    REST_OF_YEAR = auto()
    SEASON = auto()
    """Summer or winter, with its dates in brackets behind it."""
    PUBLIC_HOLIDAY = auto()
    SCHOOL_HOLIDAY = auto()
    TERM = auto()
    MORNING = auto()
    AFTERNOON = auto()
    EVENING = auto()
    APPOINTMENT = auto()
    OR_APPOINTMENT = auto()
    """``ou sur rendez-vous``: besides the times that are told."""
    NO_APPOINTMENT = auto()
    """Without appointment (``value`` 1), without a break: says what is so anyway."""
    EVERY_OTHER = auto()
    EVEN_WEEK = auto()
    ODD_WEEK = auto()
    CLOSED = auto()
    OPEN = auto()
    HEADING = auto()
    LABEL = auto()
    """Which service the text is about: ``accueil de jour``. One alone changes nothing in its hours."""
    EXCEPT = auto()
    INCLUDED = auto()
    UNTIL = auto()
    TO = auto()
    FROM = auto()
    BETWEEN = auto()
    AND = auto()
    THEN = auto()
    ARTICLE = auto()
    ONLY = auto()
    PHONE = auto()
    CONTACT = auto()
    """Here begins how to write, ring or pay."""
    SIGN = auto()
    LINE = auto()
    WORD = auto()


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
        _, kind, value = _TABLE[int(match.lastgroup.removeprefix("phrase"))]
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
    r"|\s*(?:h|:)\s+(?P<spaced>00|15|30|45)(?!\s*[h:\d])"
    r"|\.(?P<dot>[0-5]\d)(?![\d.])(?=\s*(?:-|a|et\b|$|[/,;\n]|\d|h))(?:\s*h(?![a-z\d]))?"
    r"|\s*heures?\s+(?P<words>[0-5]\d)(?!\s*[h:\d])"
    r"|\s*(?:heures?|hrs?|h)(?![a-z\d]|a\s*[b-z])(?: du matin(?![a-z]))?"
    r"|\s*h(?=(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))"
    r"|\s*h(?=a\s*\d)"
    r")"
)

_ALL, _WORKWEEK, _WEEKEND = 127, 31, 96
_OF_DAYS = r" (?:du|le|les|des) (?:lun|mar|mer|jeu|ven|sam|dim)"
_HOURS = (
    *("une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    *("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept"),
)

_TABLE: tuple[tuple[str, Kind, int], ...] = (
    (r"(?:(?:\+|00)33\s?(?:\(0\))?\s?|0)[1-9](?:[ .-]?\d\d){4}(?!\d)", Kind.PHONE, 0),
    (r"0 ?8\d\d(?:[ .-]?\d\d\d){2}(?!\d)|0 8\d\d(?:[ .-]?\d\d){3}(?!\d)", Kind.PHONE, 0),
    (r"24\s*(?:h(?:eures?)?\s*)?(?:/|sur|-)\s*24(?:\s*h(?:eures)?(?![a-z]))?(?!\d)", Kind.ALL_DAY, 0),
    (r"24\s*h?\s*/\s*7(?:\s*j(?:ours)?)?(?![a-z\d])|h\s?24(?!\d)", Kind.ALL_DAY, 0),
    (r"(?:de )?(?:jour et nuit|nuit et jour)", Kind.ALL_DAY, 0),
    (r"(?<!le )7\s*j?(?:ours?)?\s*(?:/|sur)\s*7(?:\s*j(?:ours?)?)?(?![a-z\d])", Kind.DAYS, _ALL),
    (r"365\s*j(?:ours)?\s*(?:/|par|sur)\s*(?:an|365)(?![a-z\d])", Kind.DAYS, _ALL | PUBLIC_HOLIDAYS),
    (r"tous les jours de l'annee", Kind.DAYS, _ALL),
    (r"(?:tous les jours|chaque jour)(?!\s+(?:de la|ouvr|ferie|scolaire))", Kind.DAYS, _ALL),
    (r"(?:toutes les|chaque) nuits?(?![a-z])", Kind.DAYS, _ALL),
    (rf"(?:tous les|chaque) midis?(?={_OF_DAYS})", Kind.ARTICLE, 0),
    (rf"(?:tous les|chaque)(?= soirs?(?![a-z])(?!{_OF_DAYS}))", Kind.DAYS, _ALL),
    (r"(?:du )?l\.?\s?(?:-|au?)\s?v\.?(?![a-z'.])", Kind.DAYS, _WORKWEEK),
    (r"(?:du )?l\.?\s?(?:-|au?)\s?s\.?(?![a-z'.])", Kind.DAYS, _WORKWEEK | 32),
    (r"(?:du )?l\.?\s?(?:-|au?)\s?d\.?(?![a-z'.])", Kind.DAYS, _ALL),
    (r"l(?P<mark>[/ -]?)m(?P=mark)m(?P=mark)j(?P=mark)v(?![a-z'/]|(?P=mark)[a-z])", Kind.DAYS, _WORKWEEK),
    (r"(?:le |les )?(?:week[ -]?ends?|fins? de semaine|we)(?![a-z])", Kind.DAYS, _WEEKEND),
    (r"(?<!de )(?<!toute )(?:en|la) semaine(?![a-z])(?!\s+(?:im)?paire)", Kind.DAYS, _WORKWEEK),
    (r"(?:(?:le|les|des) )?(?:jours? )?feries?(?![a-z])", Kind.PUBLIC_HOLIDAY, 0),
    (
        r"(?:(?:pendant|durant) )?(?:les |des )?(?:periodes? (?:de|des) )?(?:vacances|conges) scolaires?",
        Kind.SCHOOL_HOLIDAY,
        0,
    ),
    (r"(?:(?:en|(?:pendant|durant) (?:la|les)|hors) )?periodes? scolaires?", Kind.TERM, 0),
    (r"(?<!de )nuits? d[ue] (?=lun|mar|mer|jeu|ven|sam|dim)", Kind.WORD, 0),
    (r"toute l'annee", Kind.ALL_YEAR, 0),
    (r"(?:le )?reste de l'annee|(?:en )?hors saison|en dehors de cette periode", Kind.REST_OF_YEAR, 0),
    (r"(?:d'|en |l')?(?:ete|hiver|saison|haute saison)(?= ?\()", Kind.SEASON, 0),
    (r"(?:accueil )?physique et telephonique|telephonique et physique", Kind.LABEL, 0),
    (r"(?:avec ou )?sans (?:rendez[ -]vous|rdv|rv|r\.d\.v\.?)(?![a-z])", Kind.NO_APPOINTMENT, 1),
    (r"(?:en )?(?:acces|accueil) libre(?: et gratuit)?(?![a-z])", Kind.NO_APPOINTMENT, 1),
    (r"(?:sans interruption|non[ -]stop|(?:en )?journee continue|sans interuption|en continu)", Kind.NO_APPOINTMENT, 0),
    (r"toute la journee(?![a-z])", Kind.NO_APPOINTMENT, 0),
    (
        r"ou (?:bien )?sur (?:rendez[ -]vous|rdv|rv)(?: (?:les autres jours|en dehors de ces horaires))?(?![a-z])",
        Kind.OR_APPOINTMENT,
        0,
    ),
    (
        r"(?:(?:uniquement|exclusivement|seulement) )?(?:sur|avec|sous) (?:rendez[ -]vous|rdv|rv|r\.d\.v\.?)"
        r"(?: (?:uniquement|exclusif|exclusivement|seulement))?(?![a-z])"
        r"|sur orientation d'une? (?:assistante?(?: de service)? sociale?|travailleur social|service social)"
        r"|sur (?:pre-?)?(?:inscription|orientation|convocation|reservation)"
        r"(?: (?:uniquement|prealable|du (?:115|siao)))?"
        r"(?![a-z])",
        Kind.APPOINTMENT,
        0,
    ),
    (r"(?:du|de chaque|chaque) mois(?![a-z])", Kind.OF_MONTH, 0),
    (r"(?:(?:une|1) semaine )?sur (?:deux|2)(?![a-z\d])", Kind.EVERY_OTHER, 0),
    (r"1(?= (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) sur (?:deux|2)(?![a-z\d]))", Kind.ARTICLE, 1),
    (r"(?:tous|toutes) les (?:15|quinze) jours", Kind.EVERY_OTHER, 0),
    (r"toutes les (?:deux|trois|quatre|2|3|4) semaines", Kind.EVERY_OTHER, 0),
    (r"(?:(?:les|des|en) )?semaines? paires?(?![a-z])", Kind.EVEN_WEEK, 0),
    (r"(?:(?:les|des|en) )?semaines? impaires?(?![a-z])", Kind.ODD_WEEK, 0),
    (
        r"(?:elle est |il est |nous sommes )?(?:fermee?s?|fermetures?)(?: au public)?(?: annuelle| hebdomadaire)?"
        r"(?![a-z])",
        Kind.CLOSED,
        0,
    ),
    (r"apres[ -]?midis?(?![a-z])", Kind.AFTERNOON, 0),
    (r"(?:matins?|matinees?)(?![a-z])", Kind.MORNING, 0),
    (r"(?:soirs?|soirees?)(?![a-z])", Kind.EVENING, 0),
    *(
        (rf"{name} heures?(?! et |[ -](?:trente|quinze|demie))", Kind.TIME, 60 * hour)
        for hour, name in enumerate(_HOURS, 1)
    ),
    (r"maison medicale de garde|(?:repas|dejeuner) d[eu] (?:midi|soir)", Kind.LABEL, 0),
    (r"midi(?![a-z])", Kind.TIME, 12 * 60),
    (r"minuit(?![a-z])", Kind.TIME, 24 * 60),
    (
        r"(?:(?:nos |les )?(?:jours et )?(?:horaires?|heures?) d'ouvertures?|horaires?|ouvertures?"
        r"|accueil(?= du public)|accueil(?= *:)|permanences?"
        r"|accessibles? (?:gratuitement(?! sur)|(?=24|7|du|de|tous))|(?:le )?service(?= ouvert))"
        r"(?:,? (?:au|du) public)?(?![a-z'])",
        Kind.HEADING,
        0,
    ),
    (
        r"(?:(?:il est|elle est|nous sommes|est|sont) )?ouvert(?:e|s|es)?(?: au public)?(?![a-z])"
        r"|(?:nous |je )?vous (?:acc(?:ue|eu)ille(?:nt)?|accueillons|recoi[st]|recevons)(?![a-z])"
        r"|fonctionn(?:e|ent|ant)(?![a-z])",
        Kind.OPEN,
        0,
    ),
    (r"hors metropole ou depuis", Kind.WORD, 0),
    (r"(?:sauf|sf|hors|hormis|exceptee?s?|a l'exception d(?:e|u|es)|en dehors d(?:e|es))(?![a-z])", Kind.EXCEPT, 0),
    (r"(?:y compris|inclus|compris|meme)(?![a-z])", Kind.INCLUDED, 0),
    (r"(?:jusqu'(?:a|au)|jusque)(?![a-z])", Kind.UNTIL, 0),
    (r"uniquement depuis", Kind.WORD, 0),
    (r"(?:uniquement|seulement|exclusivement)(?![a-z])", Kind.ONLY, 0),
    (
        r"(?:par (?:telephone|messagerie|courriers?|courriel|mail|e-mail|telecopie|fax|internet|sms|chat)"
        r"|sur place|en ligne|numero (?:violet|gris|vert|azur|banalise|majore|gratuit|cristal|noir|unique)"
        r"|service (?:gratuit|anonyme|et appel|0|payant)|appel (?:gratuit|anonyme|et|non)"
        r"|acces (?:au formulaire|via)|(?:au )?cout d|prix d|tarif|depuis (?:l'etranger|l'outre|un poste)"
        r"|https?:|www\.|tel(?:ephone)?(?:\.| ?:|(?= ?\+?\d))|mail ?:|courriel ?:)",
        Kind.CONTACT,
        0,
    ),
    (r"ainsi que(?![a-z])", Kind.AND, 0),
    (rf"des(?= (?:le |{'|'.join(names[0][:4] for names in MONTH_NAMES)}))", Kind.WORD, 0),  # "dès septembre"
    (r"outre[ -]mers?", Kind.WORD, 0),
    (r"d'", Kind.FROM, 0),
    (r"l'", Kind.ARTICLE, 0),
)
_PHRASE = re.compile(
    "(?<![a-z])(?:" + "|".join(f"(?P<phrase{n}>{pattern})" for n, (pattern, _, _) in enumerate(_TABLE)) + ")"
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
    "entre": (Kind.BETWEEN, 0),
    "puis": (Kind.THEN, 0),
}
_NAMES = {name: (Kind.LABEL, 0) for name in LABELS} | _NAMES
_NAMES |= {
    "merc": (Kind.DAY, 2),
    "mercr": (Kind.DAY, 2),
    "vendr": (Kind.DAY, 4),
    "vend": (Kind.DAY, 4),
    "jeud": (Kind.DAY, 3),
    "dimanche": (Kind.DAY, 6),
}
