"""Touches and keys, without Kivy."""

import pytest

from kiosk.screens.hands import Hands
from kiosk.screens.keys import deed_of
from kiosk.screens.shapes import Box, Deed, Key, Press, Simulate, Target

HELP = Target(Box(0, 0, 50, 20), Press("help"))
LANGUAGE = Target(Box(60, 0, 50, 20), Press("language"))


def test_a_touch_acts_when_the_finger_leaves() -> None:
    hands = Hands(with_panel=False)
    hands.touch(HELP)
    assert hands.held == HELP
    assert hands.leave(HELP, 10.0) == Press("help")
    assert hands.held is None


def test_sliding_away_takes_the_touch_back() -> None:
    hands = Hands(with_panel=False)
    for left_on in (LANGUAGE, None):
        hands.touch(HELP)
        assert hands.leave(left_on, 10.0) is None
    hands.touch(None)
    assert hands.leave(HELP, 20.0) is None


def test_a_bounce_is_one_touch_and_a_second_touch_is_two() -> None:
    hands = Hands(with_panel=False)
    done = []
    for at in (10.0, 10.05, 10.30):
        hands.touch(HELP)
        done.append(hands.leave(HELP, at))
    assert done == [Press("help"), None, Press("help")]


def test_a_button_drawn_elsewhere_meanwhile_is_still_that_button() -> None:
    hands = Hands(with_panel=False)
    hands.touch(HELP)
    assert hands.leave(Target(Box(5, 5, 60, 30), Press("help")), 1.0) == Press("help")


def test_a_held_key_acts_once() -> None:
    hands = Hands(with_panel=False)
    assert [hands.key_down(53, frozenset(), False) for _ in range(3)] == [Key("5"), None, None]
    hands.key_up(53)
    assert hands.key_down(53, frozenset(), False) == Key("5")


@pytest.mark.parametrize(
    ("code", "modifiers", "deed"),
    [
        *[(48 + digit, (), Key(str(digit))) for digit in range(10)],
        *[(256 + digit, ("numlock",), Key(str(digit))) for digit in range(10)],
        (268, (), Key("*")),
        (267, (), Key("#")),
        (42, (), Key("*")),
        (35, (), Key("#")),
        (51, ("shift",), Key("#")),
        (56, ("shift",), Key("*")),
        (13, (), Press("help")),
        (271, (), Press("help")),
        (27, (), None),
        (282, (), None),
        (ord("h"), (), None),
    ],
)
def test_keys_of_a_terminal(code: int, modifiers: tuple[str, ...], deed: Deed | None) -> None:
    assert deed_of(code, frozenset(modifiers), with_panel=False, is_lifted=True) == deed


def test_keys_of_the_drawn_telephone() -> None:
    def deed(key: str, is_lifted: bool = False) -> Deed | None:
        return deed_of(ord(key), frozenset(), with_panel=True, is_lifted=is_lifted)

    assert [deed("h"), deed("h", is_lifted=True)] == [Simulate("lift"), Simulate("hang_up")]
    assert [deed("b"), deed("\r"), deed("l"), deed("x")] == [
        Simulate("press", "help"),
        Simulate("press", "help"),
        Simulate("press", "language"),
        None,
    ]
    assert deed("7") == Key("7")
