"""The sum that orders results: whatever else is equal, better is never lower."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.hours.schedule import Kind
from kiosk.directory.parts import Confidence, Level, Room
from kiosk.directory.search.ranking import AUDIENCE, LANGUAGE, NAMES, Traits, points, reasons

traits = st.builds(
    Traits,
    words=st.floats(0, 1),
    need=st.floats(0, 1),
    focus=st.floats(0, 1),
    danger=st.booleans(),
    kind=st.sampled_from(Kind),
    must_be_open=st.booleans(),
    distance_km=st.none() | st.floats(0, 20_000),
    level=st.none() | st.sampled_from(Level),
    serves=st.sampled_from([None, True, False]),
    audience=st.sampled_from(sorted(AUDIENCE)),
    language=st.sampled_from(sorted(LANGUAGE)),
    room=st.sampled_from(Room),
    age_days=st.none() | st.integers(-10, 5000),
    confidence=st.sampled_from(Confidence),
    phone=st.integers(0, 2),
)
BETTER = [
    ("kind", [Kind.CLOSED, Kind.UNKNOWN, Kind.HOLIDAY, Kind.OPEN]),
    ("distance_km", [15_000.0, 300.0, 30.0, 3.0, 0.3, 0.0]),
    ("level", [None, Level.NATIONAL, Level.REGIONAL, Level.DEPARTMENTAL, Level.LOCAL]),
    ("serves", [False, None, True]),
    ("audience", ["somebody", "some", "others", "anybody", "named", "priority", "exclusive"]),
    ("language", ["others", "unknown", "spoken"]),
    ("room", [Room.FULL, Room.UNKNOWN, Room.LIMITED, Room.AVAILABLE]),
    ("age_days", [4000, 1000, 300, 30, 0]),
    ("confidence", [Confidence.C, Confidence.UNRATED, Confidence.B, Confidence.A]),
    ("phone", [0, 1, 2]),
    ("words", [0.0, 0.3, 1.0]),
    ("need", [0.0, 0.3, 1.0]),
    ("focus", [0.0, 0.5, 1.0]),
]


@settings(max_examples=60)
@given(traits)
@pytest.mark.parametrize(("name", "worst_first"), BETTER, ids=[name for name, _ in BETTER])
def test_better_never_ranks_lower(name: str, worst_first: list[object], one: Traits) -> None:
    scores = [sum(points(one._replace(**{name: value}))) for value in worst_first]  # type: ignore[arg-type]
    assert scores == sorted(scores)


@given(traits)
def test_reasons_name_every_row_that_gives_or_takes_points(one: Traits) -> None:
    rows = dict(zip(NAMES, points(one), strict=True))
    assert {why.name: why.points for why in reasons(one)} == {
        name: pytest.approx(value, abs=0.001) for name, value in rows.items() if value
    }


def test_the_manual_explains_every_row() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "search.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"| `{name}` |" not in text] == []
