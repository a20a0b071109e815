"""The place inside a question, and what is left of the question."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.mention import spot_in
from kiosk.directory.words.lexicon import lexicon
from kiosk.directory.words.stemming import LANGUAGES

WORDS = {language: sorted(lexicon(language).words | lexicon(language).common) for language in LANGUAGES}


def named(text: str, language: str = "fr", home: str = "") -> tuple[str, str] | None:
    """The code of the place, and the rest; asked at the place of INSEE code or department ``home``."""
    found = spot_in(text, language, (gazetteer().by_insee(home) or gazetteer().find(home)[0]) if home else None)
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


@pytest.mark.parametrize(
    ("home", "place"),
    [
        ("93", "93066"),
        ("75056", "93066"),  # Paris has none, and its neighbour has
        ("97415", "97411"),
        ("59350", "97411"),  # none anywhere near: the largest
        ("", "97411"),
    ],
)
def test_of_places_of_one_name_the_one_around_the_terminal_is_meant(home: str, place: str) -> None:
    assert named("dormir à Saint-Denis", home=home) == (place, "dormir")


@pytest.mark.parametrize(
    ("text", "place", "rest"),
    [
        ("Saint-Denis (93) douche", "93066", "douche"),
        ("manger à saint denis la réunion", "97411", "manger"),
        ("dormir a st denis dans le 93", "93066", "dormir"),
        ("Saint-Denis 974", "97411", ""),
        ("à Saint-Denis Seine Saint Denis", "93066", ""),
        ("à Toulouse 18 rue de la Paix", "31555", "18 rue de la Paix"),
    ],
)
def test_what_stands_behind_a_name_says_which_place_of_that_name(text: str, place: str, rest: str) -> None:
    assert named(text, home="59350") == (place, rest)


@pytest.mark.parametrize(
    ("text", "place"), [("SIAO 93", "93"), ("CMP enfants 59", "59"), ("caf 2a", "2A"), ("CADA 974", "974")]
)
def test_a_department_number_at_the_end_is_a_place(text: str, place: str) -> None:
    assert named(text) == (place, text.rpartition(" ")[0])


@pytest.mark.parametrize(
    "text",
    ["samu 15", "police 17", "j'ai 70", "chaussures 42", "taille 38", "ma fille de 13", "homme 45", "bus 62", "24"],
)
def test_a_number_that_counts_something_else_is_no_department(text: str) -> None:
    assert named(text) is None


@pytest.mark.parametrize(
    ("text", "place", "rest"),
    [
        ("دوش فمرسيليا", "13055", "دوش"),
        ("خدمة فليون", "69123", "خدمة"),
        ("مطعم بتولوز", "31555", "مطعم"),
        ("نبات فسارسيل", "95585", "نبات"),
    ],
)
def test_arabic_writes_in_on_to_the_name_of_a_town(text: str, place: str, rest: str) -> None:
    assert named(text, "ar") == (place, rest)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("navette pour la Croix-Rousse", ""),
        ("à Croix", "59163"),
        ("à la Croix-Rousse à Lyon 4e", "69384"),
        ("à Aix-en-Provence", "13001"),
    ],
)
def test_a_part_of_a_name_with_hyphens_is_no_place(text: str, place: str) -> None:
    assert (named(text) or ("",))[0] == place


@pytest.mark.parametrize("text", ["tout perdu aux paris en ligne", "les paris sportifs"])
def test_a_town_has_no_plural(text: str) -> None:
    assert named(text) is None


@pytest.mark.parametrize("text", ["restos du coeur Monluçon", "manger monlucon"])
def test_a_long_name_is_looked_for_behind_a_slip_of_the_pen(text: str) -> None:
    assert (named(text) or ("",))[0] == "03185"
