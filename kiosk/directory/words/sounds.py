"""Words as they sound in French: who writes by ear ("psicologue", "kouvertur") must be understood too. Pure."""

import re

_RULES = (
    (r"psych", "psik"), (r"chr|chl", "kr"), (r"s?ch|sh", "x"), (r"ph", "f"), (r"th", "t"),
    (r"(?<!s)ti(?=on)", "si"), (r"(?<=[a-z]{2})e(?=m[ea]n[ts]?s?$)", ""),
    (r"qu|q|ck|cc(?=[aoul])|k", "k"), (r"gu(?=[eiy])", "g"), (r"ge(?=[ao])|g(?=[eiy])", "j"),
    (r"sc(?=[eiy])|c(?=[eiy])|z|ss+", "s"), (r"c", "k"), (r"gn", "nj"), (r"x", "x"),
    (r"eau|au|o+", "o"), (r"oeu|oe|eu|ue(?=il)", "e"), (r"ou|w", "u"),
    (r"(?:[ae]i|ay|ey|i|y|u)[nm](?![aeiouynm])", "N"), (r"[ae][nm](?![aeiouynm])", "A"), (r"o[nm](?![aeiouynm])", "O"),
    (r"oi|oy", "ua"), (r"ai(?!l)|ei(?!l)|ay|ey|er$|ez$|ers$|et$|ets$|es$|ent$|ee?s?$", "e"), (r"y|i+", "i"), (r"h", ""),
)  # fmt: skip
"""What is written, and what is heard; at each place the first one that fits."""

_RULE = re.compile("|".join(f"({written})" for written, _ in _RULES))
_SILENT = re.compile(r"(?<=..)(?:es|e|[stdxp]+)$")
_DOUBLE = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """What ``word``, a folded token, sounds like, roughly: equal for words that a French ear takes for one another."""
    heard = _RULE.sub(lambda match: _RULES[(match.lastindex or 1) - 1][1], word)
    return _DOUBLE.sub(r"\1", _SILENT.sub("", heard))
