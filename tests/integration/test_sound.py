"""The measure that other tests go by: it knows a melody, whole or in part, and no other."""

import numpy as np
import pytest

from tests.integration.sound import likeness, melody

RATE = 8000
MELODY = melody(1, 2.0, RATE)


@pytest.mark.parametrize("late", [0, 40, 77, 160, 4000])
def test_a_melody_is_known_however_late_it_comes(late: int) -> None:
    assert likeness(MELODY, RATE, np.concatenate((np.zeros(late, np.int16), MELODY)), RATE) > 0.95


@pytest.mark.parametrize("packets", [1, 2, 3, 10, 50])
def test_what_is_missing_at_either_end_is_missing_and_no_more(packets: int) -> None:
    cut = packets * 160
    for heard in (MELODY[cut:], MELODY[:-cut]):
        assert likeness(MELODY, RATE, heard, RATE) == pytest.approx(1 - cut / len(MELODY), abs=0.05)


def test_another_melody_and_silence_are_not_taken_for_it() -> None:
    assert likeness(MELODY, RATE, melody(2, 3.0, RATE), RATE) < 0.4
    assert likeness(MELODY, RATE, np.zeros(3 * RATE, np.int16), RATE) == 0.0
