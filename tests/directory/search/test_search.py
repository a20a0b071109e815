"""From a question to its answer, over real indexes; all of it held against weighing everybody by hand."""

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.hours.openness import Closed, Open, Unknown
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.index.curve import apart_km
from kiosk.directory.parts import Audience, Capacity, Confidence, Gender, Hours, Level, Phone, Place, Room, Strength
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.record import Service
from kiosk.directory.search.question import Answer, Clock, Question
from tests.directory.search.towns import (
    ALCOHOL,
    ANGERS,
    DRUGS,
    FOOD,
    SLEEP,
    SURE,
    TONIGHT,
    UNSURE,
    at,
    directory,
    line,
    relay,
)


def ids(answer: Answer) -> list[str]:
    return [one.service.id.removeprefix("essai--").removeprefix("helplines-fr--") for one in answer.found]


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["boulangerie", "Boulangerie", "boulangeries", "boulang", "boulanjerie", "bolangerie"])
def test_a_word_is_found_in_any_form_begun_or_misspelt(tmp_path: Path, text: str) -> None:
    towns = directory(tmp_path, relay("a", "La Boulangerie"), relay("b", "Le Garage"))
    assert ids(towns.search(Question(text), SURE))[0] == "a"


def test_a_name_counts_more_than_a_description(tmp_path: Path) -> None:
    towns = directory(tmp_path, relay("a", description="près de la boulangerie"), relay("b", "La Boulangerie"))
    assert ids(towns.search(Question("boulangerie"), SURE))[:2] == ["b", "a"]


def test_a_number_is_found(tmp_path: Path) -> None:
    assert ids(directory(tmp_path).search(Question("3919"), SURE))[0] == "3919"


def test_who_has_more_of_the_words_comes_first(tmp_path: Path) -> None:
    towns = directory(tmp_path, relay("a", "Tricot"), relay("b", "Tricot et crochet"), relay("c", "Crochet"))
    assert ids(towns.search(Question("crochet tricot"), SURE))[0] == "b"


def test_words_that_no_relay_has_are_answered_by_a_national_line(tmp_path: Path) -> None:
    answer = directory(tmp_path, relay("a")).search(Question("xyzzy qwrtz"), SURE)
    assert [one.service.level for one in answer.found] == [Level.NATIONAL]


@pytest.mark.parametrize(
    "text", ['"', "*", "a AND b", "NEAR(", "name:x", "(", "{a} : b", "-", "'; DROP TABLE relay", "\0"]
)
def test_any_text_is_a_question(tmp_path: Path, text: str) -> None:
    assert directory(tmp_path, relay("a")).search(Question(text), SURE).found


# -- needs, places, people ------------------------------------------------------------------------------------------


def test_a_need_takes_in_what_lies_below_it_and_an_own_one_the_theme_around_it(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        relay("alcool", needs=(ALCOHOL,)),
        relay("drogues", needs=(DRUGS,)),
        relay("theme", needs=("sante--addictions",)),
    )
    ours = {"alcool", "drogues", "theme"}
    assert ours & set(ids(towns.search(Question(needs=("sante",), limit=50), SURE))) == ours
    assert [one for one in ids(towns.search(Question(needs=(ALCOHOL,), limit=50), SURE)) if one in ours] == [
        "alcool",
        "theme",
    ]


def test_a_place_named_in_the_text_is_where_it_is_searched_from(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        relay("angers", needs=(FOOD,)),
        relay("lille", needs=(FOOD,), place=Place(postcode="59000", commune="Lille", insee="59350")),
    )
    answer = towns.search(Question("manger à Lille"), SURE)
    assert answer.near is not None
    assert answer.near.name == "Lille"
    assert ids(answer)[0] == "lille"
    assert answer.found[0].distance_km == pytest.approx(0, abs=0.01), "without coordinates, its commune's middle"


def test_a_department_is_searched_whole_and_measures_no_distance(tmp_path: Path) -> None:
    towns = directory(tmp_path, relay("angers"), relay("lille", place=Place(postcode="59000", insee="59350")))
    loire = Spot(
        "Maine-et-Loire", department="49", region="52", latitude=47.4, longitude=-0.5, kind=SpotKind.DEPARTMENT
    )
    answer = towns.search(Question(near=loire, limit=100), SURE)
    assert "angers" in ids(answer)
    assert "lille" not in ids(answer)
    assert {one.distance_km for one in answer.found} == {None}
    region = Spot("Pays de la Loire", region="52", kind=SpotKind.REGION)
    assert "angers" in ids(towns.search(Question(near=region, limit=100), SURE))


@pytest.mark.parametrize(
    "text", ["Pays de la Loire", "accueil en Pays de la Loire", "dans le 49", "Maine-et-Loire", "CAF 49"]
)
def test_a_relay_known_by_the_area_that_it_serves_is_found_where_what_is_around_it_is_searched(
    tmp_path: Path, text: str
) -> None:
    towns = directory(
        tmp_path,
        relay("49", "Accueil de la CAF", level=Level.DEPARTMENTAL, area=("49",), place=Place()),
        relay("59", "Accueil de la CAF", level=Level.DEPARTMENTAL, area=("59",), place=Place()),
        relay("49007", "Accueil de la CAF", area=("49007",), place=Place()),
        relay("59350", "Accueil de la CAF", area=("59350",), place=Place()),
    )
    found = ids(towns.search(Question(text, limit=100), SURE))
    assert sorted(one for one in found if one[:2] in ("49", "59")) == ["49", "49007"]


def test_a_bare_point_is_in_the_areas_of_the_nearest_commune(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        relay("49", level=Level.DEPARTMENTAL, area=("49",), place=Place()),
        relay("59", level=Level.DEPARTMENTAL, area=("59",), place=Place()),
    )
    found = ids(towns.search(Question(near=Spot(latitude=47.47, longitude=-0.55), limit=100), SURE))
    assert "49" in found
    assert "59" not in found


def test_who_receives_others_alone_is_left_out(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        relay("women", audiences=(Audience("femmes", Strength.EXCLUSIVE),)),
        relay("old", age_min=65),
        relay("men", gender=Gender.MEN),
        relay("all"),
    )
    found = ids(towns.search(Question(audiences=("femmes", "jeunes"), limit=100), SURE))
    assert [one for one in found if one in ("women", "old", "men", "all")] == ["women", "all"]
    assert "women" not in ids(towns.search(Question(audiences=("jeunes",), limit=100), SURE))


def test_who_asks_by_the_words_of_the_text_is_preferred_and_nobody_left_out(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        relay("a-men", audiences=(Audience("seniors", Strength.EXCLUSIVE),), needs=(SLEEP,)),
        relay("b-all", needs=(SLEEP,)),
        relay("c-women", audiences=(Audience("femmes", Strength.PRIORITY),), needs=(SLEEP,)),
    )

    def order(text: str) -> list[str]:
        found = ids(towns.search(Question(text, near=ANGERS, limit=100), SURE))
        return [one for one in found if one in ("a-men", "b-all", "c-women")]

    assert order("où dormir") == ["b-all", "c-women", "a-men"]
    assert order("où dormir, je suis une femme enceinte") == ["c-women", "b-all", "a-men"]
    assert order("où dormir, j'ai 70 ans") == ["a-men", "b-all", "c-women"]
    assert order("I am a woman, where can I sleep") == ["c-women", "b-all", "a-men"]
    assert order("أنا امرأة أين أنام") == ["c-women", "b-all", "a-men"]


def test_a_question_that_names_no_place_is_asked_from_the_terminal_and_one_that_does_is_not(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        relay("angers", needs=(FOOD,)),
        relay("lille", needs=(FOOD,), place=Place(postcode="59000", commune="Lille", insee="59350")),
    )
    here = towns.search(Question("manger", home=ANGERS), SURE)
    there = towns.search(Question("manger à Lille", home=ANGERS), SURE)
    said = towns.search(Question("manger à Lille", near=ANGERS), SURE)
    assert [answer.near and answer.near.name for answer in (here, there, said)] == ["Angers", "Lille", "Angers"]
    assert [ids(answer)[0] for answer in (here, there, said)] == ["angers", "lille", "angers"]


def test_a_language_that_is_asked_for_is_spoken_there(tmp_path: Path) -> None:
    towns = directory(tmp_path, relay("ar", languages=("fr", "ar")), relay("fr", languages=("fr",)), relay("?"))
    answer = towns.search(Question(languages=("ar",)), SURE)
    assert ids(answer)[0] == "ar"
    assert {"fr", "?"}.isdisjoint(ids(answer))
    assert answer.found[-1].service.level is Level.NATIONAL, "a national line all the same"


# -- time -----------------------------------------------------------------------------------------------------------

OFFICE = Hours("Mo-Fr 09:00-17:00")


def test_it_is_open_at_the_time_that_is_asked_for(tmp_path: Path) -> None:
    towns = directory(
        tmp_path, relay("day", hours=OFFICE), relay("night", hours=Hours("Mo-Su 20:00-24:00")), relay("?")
    )
    evening = SURE.now.replace(hour=21)
    answer = towns.search(Question(open_at=evening, limit=100), SURE)
    ours = [one for one in ids(answer) if one in ("day", "night", "?")]
    assert ours == ["night", "?", "day"], "who is closed then comes after all who may be open"
    states = {one.service.id: one.openness for one in answer.found}
    assert states["essai--night"] == Open(evening.replace(hour=0, minute=0) + timedelta(days=1))
    assert states["essai--day"] == Closed(evening.replace(hour=9, minute=0) + timedelta(days=1, minutes=0))


def test_a_clock_that_may_be_wrong_says_nothing_but_what_always_holds(tmp_path: Path) -> None:
    towns = directory(tmp_path, relay("day", hours=OFFICE), relay("always", hours=Hours("24/7")))
    states = {one.service.id: one.openness for one in towns.search(Question(limit=100), UNSURE).found}
    assert states["essai--day"] == Unknown(Reason.CLOCK)
    assert states["essai--always"] == Open(None)
    named = towns.search(Question(open_at=datetime(2026, 11, 24, 10, tzinfo=UTC), limit=100), UNSURE)
    assert isinstance({one.service.id: one.openness for one in named.found}["essai--day"], Open), "a named time is sure"
    now = towns.search(Question(open_at=UNSURE.now, limit=100), UNSURE)
    assert {one.service.id: one.openness for one in now.found}["essai--day"] == Unknown(Reason.CLOCK), "now is not"


def test_who_is_open_when_the_text_says_is_preferred_and_told_as_it_is_now(tmp_path: Path) -> None:
    day, night = Hours("Mo-Fr 09:00-17:00"), Hours("Mo-Su 19:00-08:00")
    towns = directory(tmp_path, relay("day", needs=(SLEEP,), hours=day), relay("night", needs=(SLEEP,), hours=night))
    now, then = (towns.search(Question(text, near=ANGERS), SURE) for text in ("dormir", "dormir ce soir"))
    assert [one for one in ids(now) if one in ("day", "night")] == ["day", "night"]
    assert [one for one in ids(then) if one in ("day", "night")] == ["night", "day"]
    told = {one.service.id: one.openness for one in then.found}
    assert isinstance(told["essai--night"], Closed)
    assert isinstance(told["essai--day"], Open)
    unsure = towns.search(Question("dormir ce soir", near=ANGERS), UNSURE)
    assert [one for one in ids(unsure) if one in ("day", "night")] == ["day", "night"]


def test_room_is_believed_while_its_statement_holds_and_by_a_sure_clock(tmp_path: Path) -> None:
    said = Capacity(Room.AVAILABLE, SURE.now.date(), good_for_days=1)
    towns = directory(tmp_path, relay("a", capacity=said))

    def room(clock: Clock) -> Room:
        return {one.service.id: one.room for one in towns.search(Question(limit=100), clock).found}["essai--a"]

    assert room(SURE) is Room.AVAILABLE
    assert room(UNSURE) is Room.UNKNOWN
    assert room(replace(SURE, now=SURE.now + timedelta(days=2))) is Room.UNKNOWN


# -- the national line ----------------------------------------------------------------------------------------------


def test_a_national_line_for_the_need_is_among_the_results_even_if_many_are_nearer(tmp_path: Path) -> None:
    near_by = [relay(f"{count:02}", "Dormir", needs=(TONIGHT,), hours=Hours("24/7")) for count in range(30)]
    towns = directory(tmp_path, *near_by)
    for limit in (2, 3, 10):
        answer = towns.search(Question("dormir", near=ANGERS, limit=limit), SURE)
        assert len(answer.found) == limit
        assert ids(answer)[-1] == "115"
    assert ids(towns.search(Question("dormir", near=ANGERS, limit=1), SURE)) == ["00"]


def test_a_line_to_be_checked_is_never_the_way_out_and_ranks_lower(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        *(relay(f"{count}", needs=(FOOD,)) for count in range(5)),
        line("c", "Ligne", FOOD, confidence=Confidence.C),
        line("a", "Ligne", FOOD, confidence=Confidence.B),
    )
    found = ids(towns.search(Question(needs=(FOOD,), near=ANGERS, limit=10), SURE))
    assert found.index("a") < found.index("c")
    assert ids(towns.search(Question(needs=(FOOD,), near=ANGERS, limit=2), SURE))[-1] == "a"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("je veux mourir", {"3114"}),
        ("suicide", {"3114"}),
        ("mon mari me frappe", {"3919", "17", "112"}),
        ("suicid", {"3114"}),
        ("I want to die", {"3114"}),
    ],
)
def test_a_danger_is_answered_by_the_right_national_line_first(tmp_path: Path, text: str, numbers: set[str]) -> None:
    near_by = [relay(f"x{count}", text, hours=Hours("24/7"), verified_on=date(2026, 11, 20)) for count in range(20)]
    found = ids(directory(tmp_path, *near_by).search(Question(text, near=ANGERS, limit=1), SURE))
    assert found[0] in numbers


def test_a_hint_of_a_danger_puts_no_emergency_line_in_front(tmp_path: Path) -> None:
    towns = directory(tmp_path, relay("care", needs=("sante--acces-aux-soins",), hours=Hours("24/7")))
    assert ids(towns.search(Question("une opération à l'hôpital"), SURE))[0] == "care"


# -- against weighing everybody -------------------------------------------------------------------------------------

POINTS = st.sampled_from([(47.47, -0.55), (47.50, -0.50), (47.6, -0.9), (48.2, -1.6), (47.21, -1.55), (-20.9, 55.5)])
relays: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    needs=st.lists(st.sampled_from([TONIGHT, SLEEP, FOOD, ALCOHOL, DRUGS]), max_size=2, unique=True).map(tuple),
    level=st.sampled_from([Level.LOCAL, Level.LOCAL, Level.DEPARTMENTAL, Level.NATIONAL, None]),
    languages=st.lists(st.sampled_from(["fr", "ar"]), unique=True).map(tuple),
    audiences=st.lists(
        st.builds(Audience, st.sampled_from(["femmes", "jeunes"]), st.sampled_from(Strength)),
        max_size=1,
    ).map(tuple),
    age_min=st.sampled_from([None, 18, 30]),
    hours=st.sampled_from([Hours(), OFFICE, Hours("24/7"), Hours("Sa,Su 10:00-12:00"), Hours(text="à la demande")]),
    capacity=st.none() | st.builds(Capacity, st.sampled_from(Room), st.just(SURE.now.date())),
    confidence=st.sampled_from(Confidence),
    verified_on=st.none() | st.dates(date(2022, 1, 1), date(2026, 11, 1)),
    phones=st.sampled_from([(), (Phone("0200000000"),)]),
    description=st.sampled_from(["", "lit douche", "douche", "repas chaud et lit"]),
    place=POINTS.map(lambda point: at(*point)),
)
questions = st.builds(
    Question,
    text=st.sampled_from(["", "", "lit", "douche repas", "dormir", "zzzzzz", "lit, je suis une femme de 20 ans"]),
    near=st.sampled_from([None, ANGERS]),
    radius_km=st.sampled_from([None, 10.0, 60.0]),
    needs=st.sampled_from([(), (TONIGHT,), (SLEEP,), ("sante",), (FOOD, ALCOHOL)]),
    audiences=st.sampled_from([(), ("femmes",), ("femmes", "jeunes")]),
    languages=st.sampled_from([(), ("ar",)]),
    open_at=st.sampled_from([None, SURE.now, SURE.now + timedelta(days=5)]),
    limit=st.sampled_from([1, 3, 100]),
)
THEMES = {TONIGHT: SLEEP, ALCOHOL: "sante--addictions", DRUGS: "sante--addictions"}


def passes(service: Service, question: Question) -> bool:
    """Whether it may be among the results, said once more and without an index."""
    for need in question.needs:
        if any(own == need or own.startswith(f"{need}--") or own == THEMES.get(need) for own in service.needs):
            break
    else:
        if question.needs:
            return False
    exclusive = {one.who for one in service.audiences if one.strength is Strength.EXCLUSIVE}
    if question.audiences and exclusive and not exclusive & set(question.audiences):
        return False
    if "jeunes" in question.audiences and (service.age_min or 0) > 25:
        return False
    if question.languages and not set(question.languages) & set(service.languages):
        return False
    if question.near is not None and question.radius_km is not None and service.level is not Level.NATIONAL:
        assert question.near.latitude is not None
        assert question.near.longitude is not None
        assert service.place.latitude is not None
        assert service.place.longitude is not None
        away = apart_km(
            question.near.latitude, question.near.longitude, service.place.latitude, service.place.longitude
        )
        return away <= question.radius_km
    return True


@settings(max_examples=12)
@given(st.lists(relays, min_size=1, max_size=40), st.lists(questions, min_size=6, max_size=6))
def test_the_best_are_those_that_weighing_everybody_gives(fields: list[dict[str, Any]], asked: list[Question]) -> None:
    services = [relay(f"{count:02}", **one) for count, one in enumerate(fields)]
    with tempfile.TemporaryDirectory() as folder:
        towns = directory(Path(folder), *services)
        for question in asked:
            everybody = towns.search(replace(question, limit=100, explain=True), SURE)
            scores = [one.score for one in everybody.found]
            ours = {one.service.id for one in everybody.found if one.service.source == "essai"}
            expected = {service.id for service in services if passes(service, question)}
            assert scores == sorted(scores, reverse=True) or everybody.found[-1].service.level is Level.NATIONAL
            assert all(
                sum(why.points for why in one.reasons) == pytest.approx(one.score, abs=0.01) for one in everybody.found
            )
            if question.text:
                ours -= {everybody.found[-1].service.id}  # may be the way out, which no filter holds
                assert ours <= expected
            elif question.near is None:
                assert ours == expected or (ours > expected and len(ours - expected) == 1)
            few = towns.search(replace(question, explain=True), SURE)
            assert len(few.found) <= question.limit
            if few.found[-1] in everybody.found[: question.limit]:
                assert few.found == everybody.found[: question.limit]
            else:
                assert few.found[:-1] == everybody.found[: question.limit - 1]
                assert few.found[-1].service.level is Level.NATIONAL
        towns.close()
