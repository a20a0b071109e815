"""What people type for a word, before its meaning is looked for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.words.ages import audiences_by_age
from kiosk.directory.words.arabizi import consonants, is_typed_so
from kiosk.directory.words.folding import tokens
from kiosk.directory.words.lexicon import lexicons
from kiosk.directory.words.writing import spelt_out


def spelt(text: str, language: str = "fr") -> str:
    return " ".join(spelt_out(tokens(text), lexicons(language)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lhiver jmennuie", "l hiver j m ennuie"),
        ("jentend dactivité", "j entend d activite"),
        ("un docteeeeur viiite", "un docteur vite"),
        ("bainsdouches aidealimentaire foodparcel", "bains douches aide alimentaire food parcel"),
        ("les enfants dont je parle", "les enfants dont je parle"),
        ("i dont eat", "i do not eat"),
        ("فدار وطفلي", "ف دار و طفلي"),
        ("bghit nakol", "بغيت ناكل"),
        ("fin n3ess", "fin نعس"),
        ("je cherche un cours b1 en 7eme", "je cherche un cours b1 en 7eme"),
        ("xyzzy", "xyzzy"),
        ("", ""),
    ],
)
def test_what_is_typed_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert spelt(typed) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("يتذكر", "يتذكر"),
        ("تشتغل", "اشتغل"),
        ("كيشتغل", "ك اشتغل"),
        ("بتشتغل", "ب اشتغل"),
        ("عالدكتور", "ع الدكتور"),
        ("يضربني", "يضربني"),
        ("يمني", "يمني"),
    ],
)
def test_an_arabic_verb_is_read_whoever_does_it(said: str, meant: str) -> None:
    assert spelt(said) == meant


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_read_and_none_is_lost(text: str) -> None:
    words = tokens(text)
    assert len(spelt_out(words, lexicons("fr"))) >= len(words)


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("n3ess", "نعس"),
        ("kaydrebni", "كيضربني"),
        ("makla", "ماكله"),
        ("khedma", "خدمه"),
        ("jou3", "جوع"),
        ("7chich", "حشيش"),
    ],
)
def test_two_spellings_of_an_arabic_word_have_their_consonants_in_common(latin: str, arabic: str) -> None:
    assert consonants(latin) == consonants(arabic) != ""


@pytest.mark.parametrize(
    ("token", "is_arabic"),
    [
        ("n3ess", True),
        ("3andi", True),
        ("wa7di", True),
        ("b1", False),
        ("7eme", False),
        ("5km", False),
        ("faim", False),
        ("93", False),
    ],
)
def test_a_digit_among_letters_shows_arabic_unless_it_counts(token: str, is_arabic: bool) -> None:
    assert is_typed_so(token) is is_arabic


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("mon fils de 15 ans", ["jeunes"]),
        ("a boy, 8 years old", ["familles"]),
        ("70 ans", ["seniors"]),
        ("40 ans", []),
        ("pendant 70 ans", []),
        ("il y a 20 ans", []),
        ("900 ans", []),
        ("20", []),
        ("عمره \u0661\u0665", ["jeunes"]),
    ],
)
def test_an_age_says_who_it_is(text: str, who: list[str]) -> None:
    assert list(audiences_by_age(tokens(text))) == who
