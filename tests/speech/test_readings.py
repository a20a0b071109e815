"""What is written is read aloud as people say it."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.speech import readings
from kiosk.speech.readings import number_aloud, number_shown, plain, shortened, spelled_out


def test_the_examples_hold() -> None:
    assert doctest.testmod(readings).failed == 0


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("CCAS DE ST ETIENNE", "C C A S De saint Etienne"),
        ("MAIRIE DE NICE", "Mairie De Nice"),
        ("MSAP MONTLOUIS-SUR-LOIRE", "M S A P Montlouis-Sur-Loire"),
        ("Mairie de MÉZIÈRES-EN-BRENNE", "Mairie de Mézières-En-Brenne"),
        ("toute urgence dans l'UE", "toute urgence dans l'U E"),
        ("Espace Infomedi@", "Espace Infomedia"),
        ("VIH, IST", "V I H, I S T"),
        ("CAF du Rhône", "Caf du Rhône"),
        ("SAMU social, SOS Amitié", "Samu social, S O S Amitié"),
        ("12 bis av. du Gal Leclerc, BP 12", "12 bis avenue du Général Leclerc, boîte postale 12"),
        ("Bd V. Hugo, pl. de la Mer", "Boulevard V. Hugo, place de la Mer"),
        ("il va mal, la mer est all right", "il va mal, la mer est all right"),
        ("9h-12h30 et 14 h", "9 heures à 12 heures 30 et 14 heures"),
        ("Tél. 01 45 39 40 00", "Téléphone zéro 1, 45, 39, 40, zéro zéro"),
        ("écrire à a@b.fr ou voir https://exemple.fr/x", "écrire à ou voir"),
        ("**RDV** <b>n° 3</b> / [carte](http://x)", "rendez-vous numéro 3, carte"),
        ("à 800 m, 20 €", "à 800 mètres, 20 euros"),
        ("", ""),
    ],
)
def test_abbreviations_and_acronyms_are_said_as_people_say_them(written: str, said: str) -> None:
    assert spelled_out(written) == said


@pytest.mark.parametrize(
    ("number", "shown", "french", "english"),
    [
        ("0145394000", "01 45 39 40 00", "zéro 1, 45, 39, 40, zéro zéro", "0 1, 4 5, 3 9, 4 0, 0 0"),
        ("+33145394000", "01 45 39 40 00", "zéro 1, 45, 39, 40, zéro zéro", "0 1, 4 5, 3 9, 4 0, 0 0"),
        ("0800190000", "0 800 19 00 00", "zéro 800, 19, zéro zéro, zéro zéro", "0, 8 0 0, 1 9, 0 0, 0 0"),
        ("0980098030", "09 80 09 80 30", "zéro 9, 80, zéro 9, 80, 30", "0 9, 8 0, 0 9, 8 0, 3 0"),
        ("3114", "3114", "31, 14", "3 1 1 4"),
        ("115", "115", "115", "1 1 5"),
        ("+68940415500", "+689 40 41 55 00", "plus 689, 40, 41, 55, zéro zéro", "6 8 9, 4 0, 4 1, 5 5, 0 0"),
        ("116117", "116 117", "116, 117", "1 1 6, 1 1 7"),
    ],
)
def test_a_number_is_shown_and_said_as_the_country_does(number: str, shown: str, french: str, english: str) -> None:
    assert number_shown(number).replace(readings.NO_BREAK, " ") == shown
    assert number_aloud(number) == french
    assert number_aloud(number, "en") == english


def test_what_is_shortened_ends_behind_a_sentence_or_a_word() -> None:
    assert shortened("Une phrase courte. Et une autre qui suit.", 24) == "Une phrase courte."
    assert shortened("Une phrase sans fin qui continue", 20) == "Une phrase sans fin…"
    assert shortened("court", 20) == "court"


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=120))
def test_any_text_is_read_without_marks_and_stays_short(text: str) -> None:
    said = spelled_out(text)
    assert "\n" not in said
    assert len(shortened(plain(text), 40)) <= 40
