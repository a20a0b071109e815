"""Debounce in virtual time: what rested counts, and nothing that rested is lost."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from hardware.debounce import Debouncer, KeyReader


def heard(edges: list[tuple[float, bool]], rest_s: float = 0.03, until: float = 1e9) -> list[bool]:
    """The settled levels that a train of edges gives, with a waiting thread that comes only at the very end."""
    debouncer = Debouncer(rest_s, settled=False, raw=False, now=0.0)
    settled = [debouncer.edge(level, at) for at, level in edges]
    settled.append(debouncer.rested(until))
    return [level for level in settled if level is not None]


def test_bounce_train_is_one_change() -> None:
    train = [(0.0, True), (0.004, False), (0.006, True), (0.02, False), (0.021, True)]
    assert heard(train) == [True]


def test_train_that_ends_where_it_began_is_no_change() -> None:
    assert heard([(0.0, True), (0.004, False), (0.01, True), (0.012, False)]) == []


def test_lift_hang_up_lift_within_300_ms_is_seen_as_it_is_though_nobody_looked_between() -> None:
    assert heard([(0.0, True), (0.1, False), (0.102, True), (0.104, False), (0.2, True)]) == [True, False, True]


def test_contact_counts_only_after_its_rest() -> None:
    debouncer = Debouncer(0.03, settled=False, raw=False, now=0.0)
    debouncer.edge(True, 1.0)
    assert debouncer.deadline == 1.03
    assert debouncer.rested(1.029) is None
    assert debouncer.rested(1.03) is True
    assert debouncer.deadline is None


@given(st.lists(st.tuples(st.floats(0, 0.2), st.booleans()), max_size=40))
def test_whatever_the_edges_the_last_level_wins_and_changes_alternate(steps: list[tuple[float, bool]]) -> None:
    edges = []
    at = 0.0
    for gap, level in steps:
        at += gap
        edges.append((at, level))
    levels = heard(edges)
    assert all(first != second for first, second in itertools.pairwise(levels))
    assert (levels[-1] if levels else False) == (edges[-1][1] if edges else False)


def keys(*scans: tuple[float, str]) -> list[str]:
    reader = KeyReader(0.03)
    pressed = [reader.scan(frozenset(held), at) for at, held in scans]
    return [key for key in pressed if key is not None]


def test_key_that_bounces_is_pressed_once() -> None:
    assert keys((0, "5"), (0.01, ""), (0.02, "5"), (0.04, "5"), (0.06, "5"), (0.5, "5"), (0.6, ""), (0.7, "")) == ["5"]


def test_quick_typist_who_holds_one_key_into_the_next_is_understood() -> None:
    assert keys((0, "1"), (0.05, "1"), (0.06, "12"), (0.1, "12"), (0.11, "2"), (0.2, "2"), (0.3, ""), (0.4, "")) == [
        "1",
        "2",
    ]


def test_three_keys_at_once_are_not_guessed() -> None:
    assert keys((0, "1"), (0.05, "1"), (0.06, "124"), (0.1, "124")) == ["1"]
