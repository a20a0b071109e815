"""Keys for the platform's menu."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadInput
from kiosk.voip.menu import KEYS, Key, Pause, Step, steps


@pytest.mark.parametrize(
    ("menu", "told"),
    [
        ("", ()),
        ("1,,2#", (Key("1"), Pause(2.0), Key("2"), Key("#"))),
        (",*0,", (Pause(1.0), Key("*"), Key("0"), Pause(1.0))),
    ],
)
def test_digits_are_keys_and_commas_are_seconds(menu: str, told: tuple[Step, ...]) -> None:
    assert steps(menu) == told


@pytest.mark.parametrize("wrong", ["A", "1 2", "w", "+33", "\uff11"])
def test_another_character_is_named_with_the_remedy(wrong: str) -> None:
    with pytest.raises(BadInput, match="is no key: write digits"):
        steps(wrong)


@given(st.text(alphabet=KEYS + ","))
def test_nothing_of_a_menu_is_lost(menu: str) -> None:
    told = steps(menu)
    assert "".join("," * round(step.seconds) if isinstance(step, Pause) else step.digit for step in told) == menu
