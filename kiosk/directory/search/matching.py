"""The full-text expressions of a question: FTS5 syntax, and nothing else of the index. Pure."""

from collections.abc import Iterable

from kiosk.directory.index.facts import EVERYWHERE, coded
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.search.question import Question
from kiosk.directory.vocabulary import vocabulary

BROADER, BESIDE = 0.6, 0.35
"""How well a need of our own is met by who names the theme around it, and by who names another need within it."""


def any_of(tokens: Iterable[str]) -> str:
    """One of ``tokens``, each as it stands in the index."""
    return "(" + " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens)) + ")"


def either(expressions: Iterable[str]) -> str:
    """One of ``expressions``; empty when there are none."""
    listed = " OR ".join(dict.fromkeys(filter(None, expressions)))
    return f"({listed})" if listed else ""


def both(*expressions: str) -> str:
    """All of those that are not empty."""
    return " AND ".join(filter(None, expressions))


def without(expression: str, unwanted: str) -> str:
    """``expression``, but for what fits ``unwanted``, if that is not empty."""
    return f"({expression}) NOT {unwanted}" if unwanted else expression


def wanted(question: Question) -> str:
    """What every result must fit: needs, audiences and languages; empty when anything will do."""
    needs = [tag for need in question.needs for tag, _ in meeting(need)]
    welcome = ["x:-", *(f"x:{coded(who)}" for who in question.audiences)] if question.audiences else []
    spoken = [f"l:{coded(language)}" for language in question.languages]
    return both(*(any_of(tags) for tags in (needs, welcome, spoken) if tags))


def meeting(need: str) -> tuple[tuple[str, float], ...]:
    """Tags of those who help with ``need``, and how well: it and all below it; of one of our own, its theme as well.

    data.inclusion knows no need of ours: its relays can only name the theme.
    """
    theme = vocabulary().theme_of(need)
    own = ((f"n:{coded(need)}", 1.0),)
    return own if theme in ("", need) else (*own, (f"e:{coded(theme)}", BROADER))


def beside(need: str) -> tuple[tuple[str, float], ...]:
    """Tags of those who help with something like ``need``, and how well."""
    theme = vocabulary().theme_of(need)
    return () if theme in ("", need) else ((f"n:{coded(theme)}", BESIDE),)


def unwanted(question: Question) -> str:
    """What no result may fit: those who refuse one of the person's groups by age or gender; empty for nobody."""
    return any_of(f"r:{coded(who)}" for who in question.audiences) if question.audiences else ""


def areas_of(spot: Spot) -> frozenset[str]:
    """The codes of the areas that hold ``spot``, and the one that holds all."""
    codes = (spot.insee, spot.department, spot.epci, spot.region and f"R{spot.region}", EVERYWHERE)
    return frozenset(coded(code) for code in codes if code)


def serving(spot: Spot) -> str:
    """Those who serve ``spot``, or do not say whom they serve."""
    within = gazetteer().departments_of(spot.region) if spot.kind is SpotKind.REGION else ()
    own = any_of(["a:-", *(f"a:{code}" for code in sorted({*areas_of(spot), *map(coded, within)}))])
    # of a whole department or region, also those who serve a part of it
    return own if spot.insee else either([own, inside(spot)])


def inside(spot: Spot) -> str:
    """Those who are in the department or region that ``spot`` is; empty when it is neither."""
    if spot.department:
        return any_of([f"d:{coded(spot.department)}"])
    return any_of([f"g:{coded(spot.region)}"]) if spot.region else ""
