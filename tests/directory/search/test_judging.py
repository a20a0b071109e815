"""Who is among the best, by the cells alone: what needs are worth, and what nobody can have more of."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.directory.index.store import Index
from kiosk.directory.parts import Audience, Capacity, Confidence, Level, Phone, Room, Strength
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.answering import Kept
from kiosk.directory.search.board import Board
from kiosk.directory.search.directory import Directory
from kiosk.directory.search.needing import Needs
from kiosk.directory.search.question import Question
from kiosk.directory.search.weighing import Moment, Scales
from tests.directory.search.towns import ALCOHOL, ANGERS, DRUGS, FOOD, SLEEP, SURE, TONIGHT, directory, relay

THEME = "sante--addictions"


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    directory(
        tmp_path,
        relay("alcool", needs=(ALCOHOL,)),
        relay("both", needs=(ALCOHOL, FOOD)),
        relay("drogues", needs=(DRUGS,)),
        relay("theme", needs=(THEME,)),
        relay("sleep", needs=(TONIGHT,)),
        relay(
            "best",
            level=Level.LOCAL,
            confidence=Confidence.A,
            capacity=Capacity(Room.AVAILABLE, SURE.now.date()),
            verified_on=SURE.now.date(),
            phones=(Phone("0200000000"),),
            audiences=(Audience("femmes", Strength.EXCLUSIVE),),
            languages=("ar",),
            area=("49007",),
        ),
    ).close()
    return Kept(Index(tmp_path / "index"))


def worth(kept: Kept, needs: dict[str, float], *asked_for: str) -> dict[tuple[str, ...], tuple[float, float]]:
    """What sets of needs are worth: share and focus."""
    found = Needs(kept.cells, needs, needs, asked_for)
    return {
        kept.cells.all_needs[place]: (round(found.met(place).share, 9), found.met(place).focus)
        for place in found.places
    }


def test_an_own_need_is_met_whole_by_its_theme_in_part_and_by_its_neighbour_a_little(kept: Kept) -> None:
    found = worth(kept, {ALCOHOL: 1.0})
    assert found[(ALCOHOL,)] == (1.0, 1.0)
    assert found[(ALCOHOL, FOOD)] == (1.0, 0.5)
    assert found[(THEME,)] == (0.6, 0.0)
    assert found[(DRUGS,)] == (0.35, 0.0)
    assert (TONIGHT,) not in found


def test_several_needs_add_up_as_chances_do(kept: Kept) -> None:
    found = worth(kept, {ALCOHOL: 0.5, FOOD: 0.5})
    assert found[(ALCOHOL, FOOD)] == (0.75, 1.0)


def test_who_must_meet_a_need_is_not_one_that_has_something_like_it(kept: Kept) -> None:
    found = worth(kept, {ALCOHOL: 1.0}, ALCOHOL)
    assert (DRUGS,) not in found
    assert {(ALCOHOL,), (ALCOHOL, FOOD), (THEME,)} <= found.keys()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from([ALCOHOL, DRUGS, FOOD, SLEEP, TONIGHT, THEME]), st.floats(0.1, 1.0), max_size=4),
    st.floats(-5.0, 50.0),
)
def test_no_set_that_has_enough_is_left_out(kept: Kept, needs: dict[str, float], points: float) -> None:
    found = Needs(kept.cells, needs, needs)
    having = {place for place in range(len(kept.cells.all_needs)) if found.points(place) >= max(points, 1e-9)}
    assert having <= found.enough_for(points) <= found.places
    assert found.enough_for(-1.0) == found.places
    assert all(found.points(place) <= found.most + 1e-9 for place in found.places)


@pytest.mark.parametrize("audiences", [(), ("femmes",), ("jeunes",)])
@pytest.mark.parametrize("languages", [(), ("ar",)])
@pytest.mark.parametrize("near", [None, ANGERS])
def test_nobody_gets_more_than_the_promise(
    tmp_path: Path, kept: Kept, audiences: tuple[str, ...], languages: tuple[str, ...], near: Spot | None
) -> None:
    """Who cannot reach the last of the best with the promise is not looked at: one that is too low loses results."""
    question = Question(near=near, audiences=audiences, languages=languages, limit=100, explain=True)
    promise = Scales(kept.cells, question, Moment.of(question, SURE), near, kept.index.hours).most
    known = ("words", "need", "focus", "danger", "distance")
    towns = Directory.open(tmp_path / "index")
    sums = [
        sum(why.points for why in one.reasons if why.name not in known) for one in towns.search(question, SURE).found
    ]
    assert sums
    assert max(sums) <= promise + 1e-9
    towns.close()


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 30)), max_size=40),
    st.dictionaries(st.integers(1, 30), st.integers(1, 4)),
    st.integers(1, 6),
)
def test_a_board_keeps_the_best_each_once_and_of_equals_the_first(
    put: list[tuple[int, int]], twins: dict[int, int], places: int
) -> None:
    board, points = Board(places), dict[int, int]()
    for value, number in put:
        board.put(float(points.setdefault(number, value)), record=number, number=number, twin=twins.get(number, 0))
    expected, seen = list[tuple[int, float]](), set[int]()
    for number, value in sorted(points.items(), key=lambda one: (-one[1], one[0])):
        if twins.get(number, -number) not in seen:
            expected.append((number, float(value)))
        seen.add(twins.get(number, -number))
    assert board.best_first() == expected[:places]
    assert board.bar == (expected[places - 1][1] if len(expected) >= places else float("-inf"))
    assert board.is_full == (len(expected) >= places)
