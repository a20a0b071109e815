"""Who is surely one and the same in two sources, and has one place in a list."""

from dataclasses import replace as asked
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.directory.index.twins import Twins
from kiosk.directory.parts import Channel, Level, Phone, Place
from kiosk.directory.record import Service
from kiosk.directory.search.question import Question
from tests.directory.search.towns import ANGERS, FOOD, SLEEP, SURE, directory, relay

HERE = Place(street="12 rue des Lilas", postcode="49000", commune="Angers", insee="49007")
ONE = relay("a", "Accueil de jour l'Étape", place=HERE)


def other(**fields: object) -> Service:
    """The same in another source, but for ``fields``."""
    return replace(ONE, **{"id": "autre--b", "source": "autre", **fields})


def groups(*services: Service) -> list[list[int]]:
    twins = Twins()
    for number, service in enumerate(services, 1):
        twins.add(number, service, service.place, service.place.insee)
    return twins.groups()


@pytest.mark.parametrize(
    "same",
    [
        other(),
        other(name="L'ETAPE - accueil de jour"),
        other(place=replace(HERE, street="ailleurs")),
        other(phones=()),
        other(needs=(FOOD,)),
    ],
    ids=["alike", "its name in other words' order", "same number", "same house", "other needs"],
)
def test_one_relay_in_two_sources_is_seen(same: Service) -> None:
    assert groups(ONE, relay("c", "Autre chose", place=HERE), same) == [[1, 3]]


@pytest.mark.parametrize(
    "different",
    [
        other(source="essai"),
        other(name="Accueil de nuit l'Étape"),
        other(place=replace(HERE, insee="49328", commune="Saumur")),
        other(place=replace(HERE, street="14 rue des Lilas"), phones=(Phone("0299999999"),)),
        other(place=replace(HERE, street="rue des Lilas"), phones=(Phone("0200000000", channel=Channel.SMS),)),
    ],
    ids=["of one source", "another name", "another commune", "another house and number", "no house, another number"],
)
def test_what_is_not_surely_the_same_is_left_apart(different: Service) -> None:
    assert groups(ONE, different) == []


def test_a_source_that_tells_two_apart_is_believed() -> None:
    assert groups(ONE, replace(ONE, id="essai--c"), other()) == []


def test_a_national_line_is_its_number() -> None:
    line = relay("a", "Violences Femmes Info", level=Level.NATIONAL, place=Place(), phones=(Phone("3919"),))
    same = replace(line, id="autre--b", source="autre", name="3919 (violences)")
    assert groups(line, same, replace(same, id="tiers--c", source="tiers", phones=(Phone("3114"),))) == [[1, 2]]


def test_of_twins_the_one_that_answers_better_has_the_place(tmp_path: Path) -> None:
    towns = directory(
        tmp_path,
        replace(ONE, needs=(FOOD,)),
        other(needs=(SLEEP,), description="douche"),
        relay("c", "Le Garage", needs=(FOOD, SLEEP)),
    )

    def found(question: Question) -> list[str]:
        answer = towns.search(asked(question, near=ANGERS, limit=50), SURE)
        return [one.service.id for one in answer.found if one.service.source != "helplines-fr"]

    assert sorted(found(Question())) == ["autre--b", "essai--c"] or sorted(found(Question())) == [
        "essai--a",
        "essai--c",
    ]
    assert set(found(Question(needs=(FOOD,)))) == {"essai--a", "essai--c"}
    assert set(found(Question(needs=(SLEEP,)))) == {"autre--b", "essai--c"}
    assert found(Question("douche"))[0] == "autre--b"
    assert towns.service("essai--a") is not None
    towns.close()
