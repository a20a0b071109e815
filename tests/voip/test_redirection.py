"""Whereto a platform may redirect a call: never past the number policy, whatever it says."""

import pytest

from kiosk.calls.dialplan import DialPlan
from kiosk.voip.accounts import may_dial

PLAN = DialPlan("0800190000", frozenset({"115"}), frozenset({"3114"}))


@pytest.mark.parametrize("uri", ["sip:3114@desk.example", "sips:+33800190000@desk.example;transport=tls", "sip:115@x"])
def test_a_number_of_this_terminal_may_be_at_another_host(uri: str) -> None:
    assert may_dial(PLAN, uri)


@pytest.mark.parametrize("uri", ["sip:0899123456@desk.example", "sip:0145394000@desk.example", "tel:3114", "sip:desk"])
def test_no_other_number_is_called_by_a_redirection(uri: str) -> None:
    assert not may_dial(PLAN, uri, dialled=["0800840800"])


def test_a_relay_that_core_dialled_may_be_at_another_host_too() -> None:
    assert may_dial(PLAN, "sip:%2B33800840800@desk.example", dialled=["0800840800"])
    assert not may_dial(PLAN, "sip:0800840800@desk.example")
