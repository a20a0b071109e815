"""All languages have all the words, and no recording says other words than the catalogue."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.errors import BadInput
from kiosk.speech.catalogue import LOCALES, load, load_guide
from kiosk.speech.studio import languages, orphans, read_manifest, stale

LANGUAGES = languages()
REQUIRED = {
    *(f"menu.{key}" for key in ("greeting", "find", "again")),
    *(f"language.{key}" for key in LANGUAGES),
    *(f"call.{key}" for key in ("helpline", "emergency", "offer", "other_path", "still_trying", "silent", "refused")),
    *(f"lost.{key}" for key in ("cut_off", "again", "back")),
    *(f"outcome.{key}" for key in ("ended", "busy", "declined", "no_answer", "closed", "unreachable")),
    *(f"offer.{key}" for key in ("retry", "112", "15", "17", "18", "115", "119", "196", "3114", "3919")),
    *(f"key.{key}" for key in (*"0123456789", "star", "hash")),
    "idle.hang_up",
    "guide.read_screen",
    "service.voice_restarted",
    "service.no_help_possible",
}


def test_french_and_english_are_there() -> None:
    assert {"fr", "en"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_names_that_the_terminal_says(language: str) -> None:
    assert set(load(language).spoken) == REQUIRED


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_names_to_read(language: str) -> None:
    assert set(load(language).read) == set(load("fr").read)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_words_of_the_directory_with_the_same_gaps(language: str) -> None:
    def gaps(words: Mapping[str, str]) -> dict[str, list[str]]:
        return {name: sorted(re.findall(r"\{(\w+)\}", text)) for name, text in words.items()}

    assert gaps(load_guide(language)) == gaps(load_guide("fr"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_blank(language: str) -> None:
    words = load(language)
    assert [name for name, text in {**words.read, **words.spoken}.items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_of_a_language_is_the_same_everywhere(language: str) -> None:
    offers = {name: text for name, text in load(language).spoken.items() if name.startswith("language.")}
    assert offers == {name: text for name, text in load("fr").spoken.items() if name.startswith("language.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_spoken_numbers_are_written_as_they_are_said(language: str) -> None:
    """3114 is said "trente et un, quatorze": digits would leave it to the synthesizer."""
    assert [name for name, text in load(language).spoken.items() if re.search(r"\d", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    """FALC: one idea a sentence."""
    too_long = [
        sentence
        for text in load(language).spoken.values()
        for sentence in re.split(r"(?<=[.?!])\s", text)
        if len(sentence.split()) > 18
    ]
    assert too_long == []


def test_every_recording_says_the_words_of_the_catalogue() -> None:
    """Red? Run ``python -m kiosk.speech.prompts build`` (or record again what a person had recorded)."""
    assert stale() == []
    assert orphans() == []


def test_the_manifest_names_no_recording_that_is_gone() -> None:
    manifest = read_manifest(LOCALES.parent / "prompts")
    assert {language: set(entries) for language, entries in manifest.items()} == {
        language: set(load(language).spoken) for language in LANGUAGES
    }


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"screen\.toml: no such catalogue"):
        load("xx", tmp_path)
