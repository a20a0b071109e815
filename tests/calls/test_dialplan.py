"""The number policy: deny by default."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calls.dialplan import DialPlan, Refusal, Target, normalised, order
from kiosk.calls.record import Purpose
from tests.calls.worlds import DEAD, GSM, HELPLINE, READY, SAMU, UNKNOWN, VOIP

PLAN = DialPlan("0800190000", frozenset({"115", "119"}), frozenset({"3114", "0899123456", "114"}))


@pytest.mark.parametrize(
    ("typed", "purpose"),
    [
        ("0800190000", Purpose.HELPLINE),
        ("0 800 19 00 00", Purpose.HELPLINE),
        ("+33 800 19 00 00", Purpose.HELPLINE),
        ("0033800190000", Purpose.HELPLINE),
        ("+33 (0)800.19.00.00", Purpose.HELPLINE),
        ("112", Purpose.EMERGENCY),
        ("15", Purpose.EMERGENCY),
        ("18", Purpose.EMERGENCY),
        ("119", Purpose.EMERGENCY),
        ("3114", Purpose.RELAY),
    ],
)
def test_what_may_be_called(typed: str, purpose: Purpose) -> None:
    target = PLAN.target(typed)
    assert isinstance(target, Target)
    assert target.purpose is purpose


@pytest.mark.parametrize(
    "typed",
    [
        "0142000000",
        "0899123456",
        "+33899123456",
        "118218",
        "114",
        "",
        "abc",
        "08001900001",
        "+1800190000",
        "0810 00 00 00",
    ],
)
def test_what_may_not(typed: str) -> None:
    assert isinstance(PLAN.target(typed), Refusal)


def test_emergency_numbers_survive_an_empty_configuration() -> None:
    bare = DialPlan("0800190000", frozenset(), frozenset())
    assert all(isinstance(bare.target(number), Target) for number in ("112", "15", "17", "18"))


@given(st.text(max_size=20))
def test_no_text_at_all_gets_a_premium_number_through(typed: str) -> None:
    target = DialPlan("0800190000", frozenset(), frozenset({normalised(typed)})).target(typed)
    assert isinstance(target, Refusal) or not target.number.startswith(("081", "082", "089", "118"))


@given(st.text(max_size=20))
def test_a_refusal_does_not_repeat_the_number(typed: str) -> None:
    target = PLAN.target(typed)
    if isinstance(target, Refusal) and sum(c.isdigit() for c in typed) > 3:
        assert normalised(typed) not in target.reason


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        ({VOIP: READY, GSM: READY}, (VOIP, GSM)),
        ({VOIP: UNKNOWN, GSM: READY}, (VOIP, GSM)),
        ({VOIP: DEAD, GSM: READY}, (GSM, VOIP)),
        ({VOIP: DEAD, GSM: DEAD}, (VOIP, GSM)),
        ({GSM: DEAD}, (GSM,)),
        ({}, ()),
    ],
)
def test_the_best_line_first_and_a_dead_one_last(health: dict, expected: tuple) -> None:  # type: ignore[type-arg]
    assert order(HELPLINE, health) == expected


def test_an_emergency_goes_by_the_mobile_network_first() -> None:
    assert order(SAMU, {VOIP: READY, GSM: UNKNOWN}) == (GSM, VOIP)
    assert order(SAMU, {VOIP: READY, GSM: DEAD}) == (VOIP, GSM)


def test_a_line_that_just_dropped_a_call_comes_after_its_equal_but_before_a_dead_one() -> None:
    assert order(HELPLINE, {VOIP: READY, GSM: READY}, last=(VOIP,)) == (GSM, VOIP)
    assert order(HELPLINE, {VOIP: READY, GSM: DEAD}, last=(VOIP,)) == (VOIP, GSM)


@pytest.mark.parametrize("number", ["0800 84 08 00", "+33 800 84 08 00", "3919", "116006", "0805 12 34 56"])
def test_a_relay_whose_call_is_free_may_be_called(number: str) -> None:
    target = PLAN.relay(number, is_free=True)
    assert isinstance(target, Target)
    assert (target.purpose, target.name) == (Purpose.RELAY, "relay")


@pytest.mark.parametrize(
    "number",
    [
        "0899 12 34 56",
        "0820 12 34 56",
        "118 712",
        "114",
        "+32 2 123 45 67",
        "0032 2 123 45 67",
        "12345678",
        "0836123456",
        "080012345",
        "",
        "sip:x",
    ],
)
def test_no_word_of_the_directory_makes_these_callable(number: str) -> None:
    for plan in (PLAN, replace(PLAN, pays_ordinary=True)):
        assert isinstance(plan.relay(number, is_free=True), Refusal)
        assert isinstance(plan.relay(number, is_free=False), Refusal)


@pytest.mark.parametrize("number", ["01 45 39 40 01", "+33 1 45 39 40 01", "0612345678", "0980980930", "0806 12 34 56"])
@pytest.mark.parametrize("is_free", [True, False])
def test_an_ordinary_number_is_called_where_the_site_pays_and_nowhere_else(number: str, is_free: bool) -> None:
    assert isinstance(PLAN.relay(number, is_free=is_free), Refusal), "the directory cannot say who pays"
    target = replace(PLAN, pays_ordinary=True).relay(number, is_free=is_free)
    assert target == Target(normalised(number), Purpose.RELAY, "relay")


def test_a_site_that_pays_ordinary_calls_pays_no_short_number_that_is_not_free() -> None:
    assert isinstance(replace(PLAN, pays_ordinary=True).relay("3624", is_free=False), Refusal)


def test_a_relay_that_is_not_said_to_be_free_is_called_only_where_the_site_allows_it() -> None:
    assert isinstance(PLAN.relay("0145394001", is_free=False), Refusal)
    assert PLAN.relay("3114", is_free=False) == PLAN.target("3114")
    assert PLAN.relay("15", is_free=True) == PLAN.target("15"), "an emergency number stays one"
