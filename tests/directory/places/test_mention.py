"""The place inside a question, and what is left of the question."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.places.mention import spot_in
from kiosk.directory.words.lexicon import lexicon
from kiosk.directory.words.stemming import LANGUAGES

WORDS = {language: sorted(lexicon(language).words | lexicon(language).common) for language in LANGUAGES}


def named(text: str, language: str = "fr", department: str = "") -> tuple[str, str] | None:
    """The code of the place, and the rest."""
    found = spot_in(text, language, department)
    return found and (found[0].insee or found[0].department, found[1])


@pytest.mark.parametrize(
    ("text", "place", "rest"),
    [
        ("manger près de Lyon", "69123", "manger"),
        ("où dormir à Marseille ce soir", "13055", "où dormir ce soir"),
        ("hébergement 75012", "75112", "hébergement"),
        ("38000 Grenoble douche", "38185", "douche"),
        ("douche grenoble 38000", "38185", "douche"),
        ("médecin à st denis", "97411", "médecin"),
        ("manger paris 12e", "75112", "manger"),
        ("au Havre", "76351", ""),
        ("dans la Creuse", "23", ""),
        ("manger dans le 93", "93", "manger"),
        ("département 974", "974", ""),
        ("je suis a tours", "37261", "je suis"),
        ("à Sens", "89387", ""),
        ("habite toulouse", "31555", "habite"),
        ("dormir a grenobl", "38185", "dormir"),
        ("help in Marseilles", "13055", "help"),
        ("a bed in Nice tonight", "06088", "a bed tonight"),
        ("food near Saint-Étienne", "42218", "food"),
        ("مطعم في باريس", "75056", "مطعم"),
        ("Fort-de-France", "97209", ""),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_is_taken_out_of_a_question(text: str, place: str, rest: str, language: str) -> None:
    assert named(text, language) == (place, rest)


@pytest.mark.parametrize(
    "text",
    [
        "", "manger", "Aide", "aide", "je suis à la rue", "mal au dos", "y", "sens", "mens", "j'ai mal partout",
        "I want to die", "I need a nice place", "le 115", "appeler le 15", "en France", "parler à quelqu'un",
        "à l'hôpital", "0 800 19 00 00", "à bout", "à vendre", "à louer", "un bon repas", "je dors dans ma voiture",
        "il est grand", "sans papiers", "le 3 mars", "je cherche du travail", "à l'aide", "à côté de la gare",
    ],
)  # fmt: skip
def test_a_question_without_a_place_names_none(text: str) -> None:
    assert named(text) is None


@settings(max_examples=300)
@given(st.sampled_from(LANGUAGES).flatmap(lambda each: st.tuples(st.just(each), st.sampled_from(WORDS[each]))))
def test_no_word_of_the_lexicon_alone_is_a_place(case: tuple[str, str]) -> None:
    language, word = case
    assert named(word, language) is None


@settings(max_examples=100)
@given(st.sampled_from(["fr", "en"]).flatmap(lambda each: st.lists(st.sampled_from(WORDS[each]), max_size=6)))
def test_words_of_the_lexicon_in_any_order_take_no_unknown_place(words: list[str]) -> None:
    found = spot_in(" ".join(words))
    assert found is None or found[0].population >= 10_000


def test_of_places_of_one_name_the_one_at_home_is_meant() -> None:
    assert named("dormir à Saint-Denis", department="93") == ("93066", "dormir")
    assert named("dormir à Saint-Denis", department="59") == ("97411", "dormir")
