"""What keys and buttons mean, state by state."""

import pytest

from kiosk import intents
from kiosk.calls.line import Answered, Cause, Ended
from kiosk.calls.states import (
    AskedToRepeat,
    CallAsked,
    DigitPressed,
    Event,
    HandsetLifted,
    LanguageChosen,
    VolumeChosen,
    WentBack,
)
from kiosk.intents import Meanings
from tests.calls.worlds import HELPLINE, LISTENING, RULES, SAMU, World

MEANINGS = Meanings(HELPLINE, RULES)


def in_menu() -> World:
    world = World()
    world.feel(HandsetLifted())
    return world


def connected() -> World:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1)))
    return world


def busy() -> World:
    world = World()
    world.lift_and_call()
    world.feel(Ended(world.attempt(1), Cause.BUSY))
    return world


@pytest.mark.parametrize("button", intents.BUTTONS)
def test_on_hook_no_button_means_anything(button: str) -> None:
    assert intents.of_button(button, World().state, MEANINGS) is None


@pytest.mark.parametrize("key", intents.KEYS)
def test_on_hook_no_key_means_anything(key: str) -> None:
    assert intents.of_key(key, World().state, MEANINGS) is None


@pytest.mark.parametrize(
    ("key", "meaning"),
    [("*", AskedToRepeat()), ("#", WentBack()), ("0", CallAsked(HELPLINE)), ("1", CallAsked(HELPLINE)),
     ("2", LanguageChosen("en")), ("9", DigitPressed("9"))],
)  # fmt: skip
def test_the_keys_of_the_menu(key: str, meaning: Event) -> None:
    assert intents.of_key(key, in_menu().state, MEANINGS) == meaning


@pytest.mark.parametrize("key", intents.KEYS)
def test_every_key_of_a_call_is_the_far_ends(key: str) -> None:
    assert intents.of_key(key, connected().state, MEANINGS) == DigitPressed(key)


@pytest.mark.parametrize(
    ("key", "meaning"),
    [("1", CallAsked(LISTENING)), ("2", CallAsked(SAMU)), ("3", DigitPressed("3")), ("0", CallAsked(HELPLINE))],
)
def test_what_is_offered_when_the_helpline_is_busy_is_one_key_away(key: str, meaning: Event) -> None:
    assert intents.of_key(key, busy().state, MEANINGS) == meaning


@pytest.mark.parametrize("key", ["", "12", "x", "é"])
def test_no_such_key(key: str) -> None:
    assert intents.of_key(key, in_menu().state, MEANINGS) is None


def test_languages_go_round() -> None:
    world = in_menu()
    world.feel(LanguageChosen("en"))
    assert intents.of_button("language", world.state, MEANINGS) == LanguageChosen("fr")


def test_the_volume_has_ends() -> None:
    world = in_menu()
    for _ in range(10):
        event = intents.of_button("volume_up", world.state, MEANINGS)
        assert event is not None
        world.feel(event)
    assert intents.of_button("volume_up", world.state, MEANINGS) == VolumeChosen(intents.VOLUME_STEPS)


def test_holding_the_star_goes_through_all_eighteen_decibels_and_round() -> None:
    for world in (in_menu(), connected()):
        heard = []
        for _ in range(7):
            event = intents.of_held_key("*", world.state)
            assert isinstance(event, VolumeChosen)
            world.feel(event)
            heard.append(event.volume)
        assert heard == [1, 2, 3, -3, -2, -1, 0]


@pytest.mark.parametrize("key", "0123456789#")
def test_no_other_key_means_anything_by_being_held(key: str) -> None:
    assert intents.of_held_key(key, connected().state) is None
    assert intents.of_held_key("*", World().state) is None
