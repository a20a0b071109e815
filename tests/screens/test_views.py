"""What each screen says, word by word, without Kivy."""

from itertools import pairwise

import pytest

from kiosk.screens.pictograms import Pictogram
from kiosk.screens.shapes import Key, Press
from kiosk.screens.views import Choice, View, running_time, shown_number, view, waiting
from kiosk.snapshot import Offer, Screen
from kiosk.speech.catalogue import load
from tests.screens.scenes import LANGUAGES, NOW_MS, OFFERS, all_snapshots, all_views, snapshot

FR, EN = load("fr"), load("en")


def test_connected_says_speak_for_how_long_and_how_to_end() -> None:
    seen = view(snapshot(Screen.CONNECTED, since_ms=NOW_MS - 125_400, volume=1), FR, NOW_MS)
    assert seen == View(
        name="connected",
        picture=Pictogram.TALK,
        tone=seen.tone,
        language="fr",
        title="En ligne.",
        body="Vous pouvez parler.",
        notes=("Pour finir, raccrochez.",),
        timer="2:05",
        volume=5,
        choices=(
            Choice(Press("volume_down"), "Moins fort", picture=Pictogram.SOFTER),
            Choice(Press("volume_up"), "Plus fort", picture=Pictogram.LOUDER),
        ),
    )


def test_no_path_offers_other_numbers_and_how_to_try_again() -> None:
    seen = view(snapshot(Screen.NO_PATH, "en", reason="unreachable", offers=OFFERS), EN, NOW_MS)
    assert (seen.title, seen.as_grid) == ("Call not put through.", True)
    assert seen.choices == (
        Choice(Key("1"), "3114", "Suicidal thoughts", key="1"),
        Choice(Key("2"), "15", "Medical help", key="2"),
        Choice(Key("3"), "115", "Shelter tonight", key="3"),
        Choice(Press("help"), "Try again", "or big button", "0", Pictogram.HANDSET, is_call=True),
    )


def test_idle_promises_only_when_a_path_is_proved() -> None:
    for words in (FR, EN):
        ready = view(snapshot(Screen.IDLE, words.language), words, NOW_MS)
        not_ready = view(snapshot(Screen.IDLE, words.language, ready=False), words, NOW_MS)
        assert ready.notes[0] == words.read["idle.promise"]
        shown = {not_ready.title, not_ready.body, *not_ready.notes}
        assert not shown & {ready.title, ready.body, *ready.notes[:1]}
        assert not_ready.title == words.read["not_ready.title"]
        # What to do, and whom to call elsewhere: it never ends at "out of order".
        assert not_ready.body == words.read["not_ready.body"]
        assert any("112" in note for note in not_ready.notes)
        assert any("0\u00a0800\u00a019\u00a000\u00a000" in note for note in not_ready.notes)


def test_each_reason_has_its_own_words_and_the_unknown_one_still_says_something_true() -> None:
    titles = {
        reason: view(snapshot(Screen.UNANSWERED, reason=reason, offers=OFFERS), FR, NOW_MS).title
        for reason in ("busy", "declined", "no_answer", "closed", "refused", "a reason of next year")
    }
    assert titles == {
        "busy": "C\u2019est occupé.",
        "declined": "Pas disponible.",
        "no_answer": "Pas de réponse.",
        "closed": "C\u2019est fermé.",
        "refused": "Numéro impossible.",
        "a reason of next year": "Pas de réponse.",
    }


def test_closed_and_no_path_always_show_a_next_step() -> None:
    for language in LANGUAGES:
        for seen in all_views(language):
            if seen.name.startswith(("unanswered", "no_path")):
                assert any(choice.is_call for choice in seen.choices), seen.name


def test_all_pictures_of_a_language_differ_in_words_and_the_screens_in_picture_and_colour() -> None:
    for language in LANGUAGES:
        views = all_views(language)
        words = [(seen.title, seen.body, seen.notes) for seen in views if seen.name != "unanswered_other"]
        assert len(set(words)) == len(words)
        screens = {seen.name.partition("_busy")[0]: seen for seen in views if "unanswered" not in seen.name}
        assert len({seen.picture for seen in screens.values()}) == len(screens)
        assert len({seen.tone for seen in screens.values()}) == len(screens)


def test_at_most_four_choices_whatever_core_offers() -> None:
    many = tuple(Offer(str(key), "115", "115") for key in range(1, 9))
    seen = view(snapshot(Screen.NO_PATH, offers=many), FR, NOW_MS)
    assert [choice.key for choice in seen.choices] == ["1", "2", "3", "0"]
    for language in LANGUAGES:
        assert max(len(each.choices) for each in all_views(language)) == 4


def test_an_offer_without_words_is_shown_by_its_number() -> None:
    seen = view(snapshot(Screen.NO_PATH, offers=(Offer("1", "0147000000", "0147000000"),)), FR, NOW_MS)
    assert seen.choices[0] == Choice(Key("1"), "01\u00a047\u00a000\u00a000\u00a000", key="1")


def test_language_button_names_the_next_language_in_itself() -> None:
    def named(languages: tuple[str, ...], current: str) -> list[str]:
        seen = view(snapshot(Screen.MENU, current, languages=languages), load(current), NOW_MS)
        return [choice.title for choice in seen.choices if choice.deed == Press("language")]

    assert named(("fr", "en"), "fr") == ["English"]
    assert named(("fr", "en"), "en") == ["Français"]
    assert named(("fr",), "fr") == []


def test_every_path_has_its_key_beside_it() -> None:
    """Volume excepted: on an answered call all keys are the far end's."""
    for language in LANGUAGES:
        for seen in all_views(language):
            for choice in seen.choices:
                assert choice.key or seen.name == "connected", (seen.name, choice.title)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("15", "15"),
        ("3114", "3114"),
        ("0800190000", "0_800_19_00_00"),
        ("0 800 19 00 00", "0_800_19_00_00"),
        ("0147000000", "01_47_00_00_00"),
        ("116000", "11_60_00"),
        ("116117123", "1_16_11_71_23"),
        ("", ""),
    ],
)
def test_numbers_are_grouped_and_never_broken(number: str, shown: str) -> None:
    assert shown_number(number).replace("\u00a0", "_") == shown
    assert " " not in shown_number(number)


@pytest.mark.parametrize(
    ("elapsed_ms", "shown"),
    [(0, "0:00"), (9_999, "0:09"), (60_000, "1:00"), (3_725_000, "1:02:05"), (-5_000, ""), (90_000_000, "")],
)
def test_running_time_is_shown_unless_the_clock_has_jumped(elapsed_ms: int, shown: str) -> None:
    assert running_time(NOW_MS - elapsed_ms, NOW_MS) == shown
    assert running_time(0, NOW_MS) == ""


def test_nothing_flashes() -> None:
    """EN 301 549 / WCAG 2.3.1: at most three changes of the picture in any second; ours change once."""
    for snapshot_ in all_snapshots("fr"):
        for start in range(0, 4000, 130):
            frames = [view(snapshot_, FR, NOW_MS + start + ms) for ms in range(0, 1000, 10)]
            changes = sum(one != other for one, other in pairwise(frames))
            assert changes <= 1, snapshot_.screen


def test_waiting_for_the_switchboard_says_what_to_do_in_danger() -> None:
    for words in (FR, EN):
        assert waiting(words).title == words.read["waiting.title"]
        assert "112" in waiting(words).notes[1]


def test_no_screen_speaks_in_capitals_or_overlong_sentences() -> None:
    for words in (FR, EN):
        for name, text in words.read.items():
            for word in text.replace("\u00a0", " ").split():
                assert not (word.isalpha() and len(word) > 3 and word.isupper()), name
            for sentence in text.replace("?", ".").replace(":", ".").split("."):
                assert len(sentence.split()) <= 12, (name, sentence)


def test_both_languages_have_the_same_names() -> None:
    assert set(FR.read) == set(EN.read)


def test_what_is_broken_is_named_and_a_broken_handset_is_not_recommended() -> None:
    shown = {
        trouble: view(snapshot(Screen.IDLE, ready=False, trouble=trouble), FR, NOW_MS)
        for trouble in ("no_path", "handset", "hook", "panel", "a trouble of next year")
    }
    assert {name: one.title for name, one in shown.items()} == {
        "no_path": "Peut-être en panne.",
        "handset": "Combiné en panne.",
        "hook": "Téléphone en panne.",
        "panel": "Boutons en panne.",
        "a trouble of next year": "Peut-être en panne.",
    }
    assert shown["no_path"].body == "Essayez, ou prenez un autre téléphone."
    assert shown["handset"].body == "Prenez un autre téléphone."
    assert all("112" in one.notes[0] for one in shown.values())


def test_whoever_hears_nothing_reads_why() -> None:
    menu, on_call = (
        view(snapshot(screen, "en", ready=False, trouble="handset"), EN, NOW_MS)
        for screen in (Screen.MENU, Screen.CONNECTED)
    )
    assert menu.notes == ("No sound? It is broken.",)
    assert on_call.body == "No sound? It is broken."


def test_a_stuck_big_button_is_not_recommended() -> None:
    seen = view(snapshot(Screen.MENU, button_stuck=True), FR, NOW_MS)
    assert (seen.picture, seen.body) == (Pictogram.FIRST_KEY, "Appuyez sur la touche 1 pour parler.")
