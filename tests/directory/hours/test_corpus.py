"""Real texts: never another thing than they say, and how many are understood."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kiosk.directory.hours.french import Understood, understood, understood_week
from tests.directory.hours.meaning import meaning

DATA = Path(__file__).resolve().parents[2] / "data" / "directory" / "hours"
PAIRS: list[dict[str, Any]] = json.loads((DATA / "pairs.json").read_text(encoding="utf-8"))
CORPUS: list[dict[str, Any]] = json.loads((DATA / "corpus.json").read_text(encoding="utf-8"))
WRITTEN: list[dict[str, Any]] = [
    entry
    for name in ("written", "written_after", "written_last")
    for entry in json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
]
REAL: list[dict[str, Any]] = [
    entry
    for name in ("real_world", "real_world_after", "publishers", "publishers_after")
    for entry in json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
]


def asked(pair: dict[str, Any]) -> Understood:
    if "week" in pair:
        return understood_week({int(day): text for day, text in pair["week"].items()})
    return understood(pair["text"])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair.get("text", "a column a day"))[:40])
def test_a_pair_is_answered_rightly_or_not_at_all(pair: dict[str, Any]) -> None:
    """``says``: what a person reads in the text, where upstream's string is another; null: nobody can be sure."""
    says = pair.get("says", pair["osm"])
    found = asked(pair)
    if says is None:
        assert found.osm is None
        assert found.why
    else:
        assert found.osm is not None
        assert meaning(found.osm) == meaning(says)


def test_where_we_read_another_thing_than_upstream_there_is_a_reason() -> None:
    others = [pair for pair in PAIRS if "says" in pair]
    assert all(pair["because"] for pair in others)
    assert all(meaning(pair["says"]) != meaning(pair["osm"]) for pair in others if pair["says"])


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: str(entry["text"])[:40])
def test_a_text_means_what_a_person_read_in_it(entry: dict[str, Any]) -> None:
    days = frozenset({entry["day"]}) if "day" in entry else frozenset()
    assert understood(entry["text"], days).osm == entry["osm"]


def test_three_quarters_of_the_texts_are_understood() -> None:
    """The figures are in docs/hours.md; the rest are times without a day, conditions and other words."""
    assert sum(entry["osm"] is not None for entry in CORPUS) >= 0.75 * len(CORPUS)


@pytest.mark.parametrize("entry", [*WRITTEN, *REAL], ids=lambda entry: str(entry["text"])[:40])
def test_a_text_of_strangers_is_answered_rightly_or_not_at_all(entry: dict[str, Any]) -> None:
    found = understood(entry["text"]).osm
    says = entry.get("says", entry["osm"])
    assert found is None or (says is not None and meaning(bare(found)) == meaning(bare(says)))


def test_nine_of_ten_clear_texts_of_another_writer_are_answered() -> None:
    clear = [entry for entry in WRITTEN if entry.get("says", entry["osm"]) is not None]
    assert sum(understood(entry["text"]).osm is not None for entry in clear) >= 0.9 * len(clear)


def test_four_of_five_clear_texts_of_strangers_are_answered() -> None:
    clear = [entry for entry in REAL if entry.get("says", entry["osm"]) is not None]
    assert sum(understood(entry["text"]).osm is not None for entry in clear) >= 0.8 * len(clear)


def bare(osm: str) -> str:
    """Conditions without their words, which the two may have cut at another place."""
    return re.sub('"[^"]*"', '"x"', osm)
