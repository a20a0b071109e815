"""Letters, stems, slips and sounds: what is the same word to a search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.directory.words.folding import folded, tokens
from kiosk.directory.words.sounds import sound
from kiosk.directory.words.spelling import NearWords, one_apart, slips_between
from kiosk.directory.words.stemming import stem, terms

FEW = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Hébergé À L’ŒUVRE", "heberge a l’oeuvre"),
        ("STRAßE", "strasse"),
        ("أَيْنَ الإقامةُ؟", "اين الاقامه؟"),
        ("مُستشـفى", "مستشفي"),
        ("٠٨٠٠ ۱۹", "0800 19"),
    ],
)
def test_a_text_is_folded_to_its_plainest_letters(written: str, plain: str) -> None:
    assert folded(written) == plain


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_words_end_at_anything_that_is_no_letter_or_digit() -> None:
    assert tokens("J’ai besoin d'un CV_2 (vite!)") == ("j", "ai", "besoin", "d", "un", "cv", "2", "vite")


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", ("hébergement", "hebergements", "HÉBERGÉE", "héberger", "hébergées")),
        ("en", ("sleep", "sleeping", "sleeps")),
        ("ar", ("إقامة", "الإقامة", "للإقامة", "إقامتي", "بالإقامة")),
    ],
)
def test_forms_of_one_word_have_one_stem(language: str, forms: tuple[str, ...]) -> None:
    assert len({terms(form, language) for form in forms}) == 1


def test_arabic_is_cut_as_arabic_in_every_interface() -> None:
    assert stem("الاكل", "fr") == stem("الاكل", "ar") == "اكل"


@given(FEW, FEW, st.integers(0, 3))
def test_counted_slips_are_those_of_a_full_table(one: str, other: str, most: int) -> None:
    slips = full_table(one, other)
    assert slips_between(one, other, most) == (slips if slips <= most else None)
    assert one_apart(one, other) == (slips == 1)


@given(st.lists(st.text("abcd", min_size=1, max_size=7), max_size=8), st.text("abcd", min_size=5, max_size=7))
def test_near_words_are_all_those_one_slip_away_with_the_first_letter_right(words: list[str], asked: str) -> None:
    near = {
        word
        for word in words
        if len(word) >= 4 and one_apart(word, asked) and (word[0] == asked[0] or word[:2] == asked[1::-1])
    }
    assert set(NearWords(words).near(asked)) == near


def test_a_short_word_has_no_near_words() -> None:
    assert NearWords(["faim", "fait"]).near("fain") == ()


@pytest.mark.parametrize(
    ("by_ear", "by_the_book"),
    [
        ("psicologue", "psychologue"),
        ("farmasi", "pharmacie"),
        ("hebergemant", "hebergement"),
        ("kouvertur", "couverture"),
        ("angoice", "angoisse"),
        ("manjé", "manger"),
        ("separassion", "separation"),
        ("avortman", "avortement"),
    ],
)
def test_what_is_written_by_ear_sounds_like_the_word(by_ear: str, by_the_book: str) -> None:
    assert sound(folded(by_ear)) == sound(by_the_book)


def full_table(one: str, other: str) -> int:
    """Optimal string alignment, written out."""
    table = [[max(at, to) for to in range(len(other) + 1)] for at in range(len(one) + 1)]
    for at in range(1, len(one) + 1):
        for to in range(1, len(other) + 1):
            same = one[at - 1] == other[to - 1]
            table[at][to] = min(table[at - 1][to] + 1, table[at][to - 1] + 1, table[at - 1][to - 1] + (not same))
            if at > 1 and to > 1 and one[at - 1] == other[to - 2] and one[at - 2] == other[to - 1]:
                table[at][to] = min(table[at][to], table[at - 2][to - 2] + 1)
    return table[-1][-1]
