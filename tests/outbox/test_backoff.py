"""The pauses between tries."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.outbox.backoff import LONGEST_ASKED_S, BackOff


def longest(low: float, high: float) -> float:
    return high


def test_pauses_double_up_to_the_longest_and_start_over_after_a_success() -> None:
    back_off = BackOff(5.0, 60.0, longest)
    assert [back_off.failed(100.0) for _ in range(6)] == [5, 10, 20, 40, 60, 60]
    assert back_off.ready_at_s == 160.0
    back_off.succeeded()
    assert (back_off.ready_at_s, back_off.failures, back_off.failed(0.0)) == (0.0, 0, 5.0)


def test_a_pause_is_drawn_from_nothing_to_all_of_it() -> None:
    drawn: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        drawn.append((low, high))
        return low

    back_off = BackOff(5.0, 900.0, draw)
    assert [back_off.failed(0.0) for _ in range(3)] == [0, 0, 0]
    assert drawn == [(0, 5), (0, 10), (0, 20)]


@given(st.floats(min_value=-1e9, max_value=1e12), st.integers(1, 3000))
def test_what_the_hub_asks_for_is_kept_but_never_more_than_an_hour(asked: float, failures: int) -> None:
    back_off = BackOff(5.0, 900.0, longest)
    for _ in range(failures % 70):
        back_off.failed(0.0)
    pause = back_off.failed(0.0, retry_after_s=asked)
    assert min(max(asked, 0.0), LONGEST_ASKED_S) <= pause <= LONGEST_ASKED_S + 900.0
