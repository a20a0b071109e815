"""How the figures of a source's French are said: times of day, prices, ages, lengths. Pure.

A voice reads ``9h-12h`` as letters and ``2,50 €`` as two comma fifty.
"""

import re

_DASH = "\u2013\u2014"


def hours_aloud(hour: int) -> str:
    """``18 heures``; hours are feminine, which a voice that reads ``21`` does not know.

    >>> hours_aloud(9), hours_aloud(1), hours_aloud(21)
    ('9 heures', 'une heure', 'vingt et une heures')
    """
    return {1: "une heure", 21: "vingt et une heures", 0: "0 heure"}.get(hour, f"{hour} heures")


def figures_aloud(text: str) -> str:
    """``text`` with its figures as they are said.

    >>> figures_aloud("9h-12h30, 24h/24 ; 2,50 €/mois, 0,15 €/min")
    '9 heures à 12 heures 30, 24 heures sur 24 ; 2 euros 50 par mois, 15 centimes par minute'
    >>> figures_aloud("3e étage, XIIe, 2nde, Louis XIV")
    '3ème étage, 12ème, seconde, Louis 14'
    >>> figures_aloud("18-25 ans, -26 ans, 10 min, 1,5 km, 800m")
    '18 à 25 ans, moins de 26 ans, 10 minutes, 1,5 kilomètres, 800 mètres'
    """
    for pattern, said in _READINGS:
        text = pattern.sub(said, text)
    return _ROMAN.sub(_roman, _ORDINAL.sub(_ordinal, text))


def roman(text: str) -> int | None:
    """The number that ``text`` is in Roman figures, of two at least and below 40; None: it is none."""
    if len(text) < 2 or not re.fullmatch("X{0,3}(?:IX|IV|V?I{0,3})", text):
        return None
    worth = [{"I": 1, "V": 5, "X": 10}[figure] for figure in text]
    return sum(-one if one < after else one for one, after in zip(worth, [*worth[1:], 0], strict=True))


def _roman(found: re.Match[str]) -> str:
    number = roman(found[0])
    return found[0] if number is None else str(number)


def _ordinal(found: re.Match[str]) -> str:
    """A voice says ``3e`` as "three e"."""
    number = int(found[1]) if found[1].isdigit() else {"I": 1, "V": 5, "X": 10}.get(found[1]) or roman(found[1])
    end = found[2].lower()
    if number is None or (end in ("nd", "nde") and number != 2) or (end in ("er", "ère", "ere", "re") and number != 1):
        return found[0]
    if end in ("nd", "nde"):
        return f"secon{end[1:]}"
    return f"{number}{'er' if end == 'er' else 'ère' if end in ('ère', 'ere', 're') else 'ème'}"


def _time(found: re.Match[str]) -> str:
    hours, minutes = hours_aloud(int(found[1])), int(found[2])
    return hours if minutes == 0 else f"{hours} {minutes}"


def _date(found: re.Match[str]) -> str:
    day, month = int(found[1]), int(found[2])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    return f"{'1er' if day == 1 else day} {_MONTHS[month - 1]} {found[3]}"


def _price(found: re.Match[str]) -> str:
    euros, cents = int(found[1]), int((found[2] or "0").ljust(2, "0"))
    whole = f"{euros} {'euro' if euros < 2 else 'euros'}"
    if not cents:
        return whole
    return f"{whole} {cents}" if euros else f"{cents} {'centime' if cents == 1 else 'centimes'}"


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_ROMAN = re.compile(r"\b[IVX]{2,}\b")
_ORDINAL = re.compile(
    r"\b(\d{1,3}|[IVX]+)"
    r"(er|[èe]re|re|ième|ieme|[èe]me|è|e|nde?|ER|[ÈE]RE|RE|I[ÈE]ME|[ÈE]ME|NDE?|E(?= (?:[ÉE]TAGE|ARR)))\b"
)
_HOUR = r"(?:\d\d?|une|vingt et une) heures?(?: \d\d?)?"
_BETWEEN = "(?=ans|mois|jours|semaines|personnes|enfants|euros|€|heures|minutes|kilomètres)"
_READINGS = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (r"\b(\d\d?)/(\d\d?)/(\d{4})\b", _date),
        (r"\b24 ?h? ?/ ?7 ?j?\b", "24 heures sur 24, 7 jours sur 7"),
        (r"\b24 ?h?(?:eures)? ?/ ?24 ?h?\b|\bh ?24\b", "24 heures sur 24"),
        (r"\b7 ?j?(?:ours)? ?/ ?7 ?j?\b", "7 jours sur 7"),
        (r"\b(\d{1,2})\s?h\s?(\d\d)\b", _time),
        (r"\b([01]?\d|2[0-4]):([0-5]\d)\b", _time),
        (r"\b(\d{1,2})\s?h\b", lambda found: hours_aloud(int(found[1]))),
        # The second dash of "9h-12h - 14h-17h" stands between two openings.
        (rf"(?<!à )(\b{_HOUR})\s?[-{_DASH}]\s?({_HOUR})", r"\1 à \2"),
        (rf"({_HOUR})\s?[-{_DASH}]\s?(?={_HOUR})", r"\1, "),
        (rf"({_HOUR})\s?[-{_DASH}]\s?(?=\d)", r"\1 à "),
        (r"(\d)\s?min\b\.?", r"\1 minutes"),
        (r"(\d)\s?km\b", r"\1 kilomètres"),
        (r"(\d)\s?m(?:²|2\b)", r"\1 mètres carrés"),
        (r"(\d)\s?m\b(?!\.)", r"\1 mètres"),
        (r"\b(\d+)(?:[,.](\d\d?))?\s?(?:€|euros?\b)", _price),
        (r"(euros?(?: \d\d)?|centimes?) ?/ ?min(?:utes?)?\b", r"\1 par minute"),
        (r"(euros?(?: \d\d)?|centimes?) ?/ ?(?=\w)", r"\1 par "),
        (rf"\b(\d+) ?[-{_DASH}] ?(\d+) ?{_BETWEEN}", r"\1 à \2 "),
        (r"(?<![\w,.])(?:[-\u2013<] ?|moins )(?:de )?(?=\d+ ?ans)", "moins de "),
        (r"(?<![\w,.])(?:[+>] ?|plus )(?:de )?(?=\d+ ?ans)", "plus de "),
        (r"\u2264 ?(?=\d)", "au plus "),
        (r"\u2265 ?(?=\d)", "au moins "),
    )
)  # fmt: skip
