"""The figures of the directory's search: run to their end on little data, and a sum that cannot be wrong unseen."""

from math import log2
from pathlib import Path

import pytest

from benchmarks.directory.engines import ENGINES, NOON, Asked, missing
from benchmarks.directory.generator import generated
from benchmarks.directory.judged import HALVES, Judge, Judged, questions
from benchmarks.directory.real import real_services
from benchmarks.directory.rounds import rounds
from kiosk.directory.parts import Hours, Level, Place
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.mention import spot_in
from kiosk.directory.record import Service, canonical, checked
from kiosk.directory.words.meaning import is_within, needs_in
from tests.benchmarks.test_benchmarks_run import assert_figures, ran


@pytest.mark.timeout(120)
def test_the_directory_is_built_asked_and_judged(tmp_path: Path) -> None:
    options = ("--services", "0", "--questions", "4", "--firsts", "1", "--engine", "ours")
    found = ran(tmp_path, "benchmarks.directory", *options)
    assert_figures(found)
    assert "made" not in found
    assert found["real"]["services"] == len(real_services())
    assert found["real"]["engines"].keys() == {"ours"}
    assert found["real"]["bundle"]["patch_bytes"] < found["real"]["bundle"]["bundle_bytes"]
    assert 0.5 < found["real"]["ndcg_at_10"]["ours"]["all"] <= 1


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "ours"])
def test_each_peer_finds_words_within_a_radius_while_open(name: str, tmp_path: Path) -> None:
    if missing(name):
        pytest.skip(f"{name} is not installed: it comes with the extra bench")
    data = tmp_path / "few.jsonl"
    there = Place(commune="Lyon", latitude=45.76, longitude=4.83)
    closed = Hours(osm="Mo 08:00-09:00")
    services = [
        Service(id="x--1", source="x", name="Repas chauds", place=there),
        Service(id="x--2", source="x", name="Repas du lundi", place=there, hours=closed),
        Service(id="x--3", source="x", name="Repas", place=Place(commune="Lille", latitude=50.63, longitude=3.06)),
        Service(id="x--4", source="x", name="Douches", place=there),
    ]
    data.write_bytes(b"".join(canonical(one) + b"\n" for one in services))
    engine = ENGINES[name]()
    engine.build(data, tmp_path)
    engine.open(tmp_path)
    lyon = gazetteer().find("Lyon")[0]
    assert engine.search(Asked("un repas", near=lyon, radius_km=30, open_at=NOON)) == ["x--1"]
    assert sorted(engine.search(Asked("repas"))) == ["x--1", "x--2", "x--3"]
    engine.close()


def test_the_same_seed_makes_the_same_sound_services() -> None:
    real = real_services()
    made = [canonical(checked(service)) for service in generated(real, 150)]
    assert made == [canonical(service) for service in generated(real, 150)]
    assert made != [canonical(service) for service in generated(real, 150, seed=2)]
    assert made[: len(real)] == [canonical(service) for service in real]
    assert len({line.partition(b'"id":"')[2].partition(b'"')[0] for line in made}) == 150


def test_each_kind_of_question_is_asked_equally_often_and_at_the_same_places() -> None:
    found = rounds(questions(), 20)
    assert {kind: len(asked) for kind, asked in found.items()} == dict.fromkeys(found, 20)
    text, slip, *_ = found.values()
    assert [one.near for one in text] == [one.near for one in slip]
    assert [one.text for one in text] != [one.text for one in slip]


def test_there_are_enough_questions_and_each_half_has_every_language() -> None:
    asked = questions()
    assert len(asked) >= 150
    assert len({one.text for one in asked}) == len(asked)
    assert {(one.language, one.half) for one in asked} == {
        (language, half) for language in ("fr", "en", "ar") for half in HALVES
    }
    assert all(one.exact for one in asked)


def test_where_an_author_said_which_place_is_meant_it_is_that_one() -> None:
    asked = next(one for one in questions() if one.place == "93066" and "Saint-Denis" in one.text)
    assert asked.near is not None
    assert (asked.near.name, asked.near.department) == ("Saint-Denis", "93")


def test_the_first_need_of_nearly_all_questions_is_one_that_was_asked_for() -> None:
    right = 0
    for one in questions():
        place = spot_in(one.text, one.language)
        needs = needs_in(place[1] if place else one.text, one.language)
        right += any(
            is_within(need.need, want) or is_within(want, need.need) for need in needs[:1] for want in one.exact
        )
    assert right / len(questions()) > 0.93


def test_an_answer_in_the_best_order_scores_one_and_a_worse_one_less() -> None:
    question = Judged("boire", "fr", "held", ("sante--addictions--alcool",), ("sante--addictions",))
    exact, related, other = (
        Service(id=f"x--{at}", source="x", name="N", level=Level.NATIONAL, needs=(need,))
        for at, need in enumerate(("sante--addictions--alcool", "sante--addictions--jeu", "numerique--x"))
    )
    judge = Judge([exact, related, other])
    assert judge.score(question, [exact.id, related.id]) == 1.0
    assert judge.score(question, [other.id, exact.id]) == pytest.approx((3 / log2(3)) / (3 + 1 / log2(3)))
    assert judge.score(question, []) == 0.0
    assert Judge([other]).score(question, [other.id]) is None
