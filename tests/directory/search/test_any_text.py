"""Whatever somebody types: an answer with a national line that can be called, and never an error."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.parts import Level
from kiosk.directory.search.directory import Directory
from kiosk.directory.search.question import Answer, Question
from tests.directory.search.towns import ANGERS, SURE, directory, relay


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    found = directory(tmp_path_factory.mktemp("country"), relay("a"), relay("boulangerie", "La Boulangerie solidaire"))
    yield found
    found.close()


def ids(answer: Answer) -> list[str]:
    return [one.service.id.rpartition("--")[2] for one in answer.found]


def has_national_line(answer: Answer) -> bool:
    return any(one.service.level is Level.NATIONAL and one.service.phones for one in answer.found)


ODD = [
    *('"', "*", "a AND b", "NEAR(", "name:x", "(", "{a} : b", "-", "'; DROP TABLE relay", "\0", "j'ai\0faim", "\ud800"),
    *(
        "?!...",
        "😀",
        "👨‍👩‍👧 🍞",
        "³½ⅻ",
        "\u202eغدا",
        "à",
        "Lyon",
        "75012",
        "93",
        "dans le 93",
        "3919",
        "\uff10\uff18\uff10\uff10 \uff11\uff19",
        "٣٩١٩",
    ),
    *(
        "DORMIR CE SOIR",
        "zoé" * 700,
        "je veux dormir " * 140,
        "a" * 2000,
        "1" * 2000,
        "l'" * 900,
        "ز" * 300,
        "aaaa bbbb",
        "x" * 61,
    ),
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_any_text_is_a_question_that_a_national_line_answers(country: Directory, text: str, language: str) -> None:
    assert has_national_line(country.search(Question(text, language=language), SURE))


PIECES = st.sampled_from(
    [
        "dormir",
        "faim",
        "Saint-Denis",
        "93",
        "(93)",
        "75012",
        "j'ai",
        "15",
        "ans",
        "bghit",
        "n3ess",
        "docteeeur",
        "l'",
        "d'",
        "à",
        "الليلة",
        "ف",
        "3919",
    ]
)


@settings(max_examples=60)
@given(st.text(max_size=40) | st.lists(PIECES | st.text(max_size=3), max_size=12).map(" ".join))
def test_whatever_is_typed_a_national_line_answers(country: Directory, text: str) -> None:
    assert has_national_line(country.search(Question(text, home=ANGERS), SURE))


@pytest.mark.parametrize("text", ["3919", "\uff13\uff19\uff11\uff19", "٣٩١٩", "le 3919", "numero 3919"])
def test_a_number_in_any_digits_finds_its_line(country: Directory, text: str) -> None:
    assert ids(country.search(Question(text), SURE))[0] == "3919"


@pytest.mark.parametrize(
    "text", ["boulangerie solidaire", "LA BOULANGERIE SOLIDAIRE", "boulangrie solidair", "“Boulangerie”"]
)
def test_a_relay_is_found_by_its_name_however_it_is_typed(country: Directory, text: str) -> None:
    assert ids(country.search(Question(text, home=ANGERS), SURE))[0] == "boulangerie"
