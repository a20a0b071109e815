"""Real texts: never another thing than they say, and how many are understood."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.directory.hours.french import Understood, understood, understood_week
from tests.directory.hours.meaning import meaning

DATA = Path(__file__).resolve().parents[2] / "data" / "directory" / "hours"
PAIRS: list[dict[str, Any]] = json.loads((DATA / "pairs.json").read_text(encoding="utf-8"))
CORPUS: list[dict[str, Any]] = json.loads((DATA / "corpus.json").read_text(encoding="utf-8"))

CORRECTED = {
    "Tous les jours 9h-20h": ("Mo-Su 09:00-20:00", "upstream takes every day for Monday to Friday"),
    "Lundi : 08:30 - 12:30 - 13:30 - 16:30 \\n": ("Mo 08:30-12:30,13:30-16:30", "the text names Monday alone"),
    "Lundi : 08:30 - 12:30 - 13:30 - 17:30 \\n": ("Mo 08:30-12:30,13:30-17:30", "the text names Monday alone"),
    "Mardi : 9h - 12h / 14h - 18h\\n": ("Tu 09:00-12:00,14:00-18:00", "the text names Tuesday alone"),
    "Mo 09:30-12:30,13:30-15:30; PH off": (
        "Mo 09:30-12:30,13:30-15:30; PH off",
        "the even weeks are in another column, which an importer joins",
    ),
}
"""Pairs whose expected string is not what their text says, with what it does say."""

REFUSED = {
    "lundi 14h-7h vendredi 9h-12h": "fourteen to seven is a wrong figure, not a night",
    "du lundi au vendredi, de 9h à 12h et de 13h30 à 17h30, sauf le mercredi, de 9h à 12h": (
        "on Wednesday only then, or not then; upstream drops it"
    ),
    "9h à 17h30 du lundi au vendredi. Fermé pendant les vacances de Noël.": "dates not said; upstream drops it",
    "Sessions libre du fablab les V14h-21h et S 10h-13h / L au V 8h30-19h": "other words, days in one letter",
    "> mardi : 14h-18h30 > mercredi : 10h-18h30 > jeudi : 14h-18h30 > vendredi : 10h-18h30 > samedi : 10h-18h  -  "
    "horaires pendant les vacances scolaires : > mardi : 14h-18h > mercredi : 10h-12h et 14h-18h > jeudi : 14h-18h > "
    "vendredi : 10h-12h et 14h-18h > samedi : 10h-12h et 14h-18h  -  la médiathèque est fermée les jours fériés.": (
        "the holidays' times have no heading for term; upstream drops them"
    ),
    "le jeudi et vendredi : 09:30-11:30 --- en autonomie : du lundi au jeudi : 09:00-11:30 et 14:00-17:30": (
        "two services"
    ),
    "Mardi : 14:00-19:00 / Mercredi au samedi : 10:00-12:00 et 14:00-18:00 / Jeudi : 14:00-18:00": (
        "Thursday twice: upstream drops the second"
    ),
}
"""Pairs that are not answered, and why."""


def asked(pair: dict[str, Any]) -> Understood:
    if "week" in pair:
        return understood_week({int(day): text for day, text in pair["week"].items()})
    return understood(pair["text"])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair.get("text", "a column a day"))[:40])
def test_a_pair_is_answered_rightly_or_not_at_all(pair: dict[str, Any]) -> None:
    text = pair.get("text", "")
    found = asked(pair)
    if text in REFUSED:
        assert found.osm is None
        assert found.why
    else:
        assert found.osm is not None
        assert meaning(found.osm) == meaning(CORRECTED[text][0] if text in CORRECTED else pair["osm"])


def test_every_exception_is_of_a_pair_and_needed() -> None:
    texts = {pair.get("text"): pair["osm"] for pair in PAIRS}
    assert {*CORRECTED, *REFUSED} <= texts.keys()
    assert all(meaning(osm) != meaning(texts[text]) for text, (osm, _) in CORRECTED.items())


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: str(entry["text"])[:40])
def test_a_text_means_what_a_person_read_in_it(entry: dict[str, Any]) -> None:
    days = frozenset({entry["day"]}) if "day" in entry else frozenset()
    assert understood(entry["text"], days).osm == entry["osm"]


def test_three_quarters_of_the_texts_are_understood() -> None:
    """The figures are in docs/hours.md; the rest are times without a day, conditions and other words."""
    assert sum(entry["osm"] is not None for entry in CORPUS) >= 0.75 * len(CORPUS)
