"""Never look alive when dead (field failure 23): the one rule, on every combination of what may be wrong."""

import dataclasses
from itertools import product

import pytest

from kiosk.calls.line import LineHealth, LineKind, Readiness
from kiosk.calls.snapshots import Place, snapshot
from kiosk.calls.states import Idle
from kiosk.calls.visit import CallRules
from kiosk.readiness import Condition, Trouble, trouble
from kiosk.screens.views import view
from kiosk.speech.catalogue import load

READY, DEAD, UNKNOWN = (LineHealth(each) for each in (Readiness.READY, Readiness.DEAD, Readiness.UNKNOWN))
VOIP, GSM = LineKind.VOIP, LineKind.GSM
WELL = Condition(lines={VOIP: READY, GSM: DEAD})


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, Trouble.NONE),
        ({"lines": {VOIP: UNKNOWN, GSM: READY}}, Trouble.NONE),
        ({"lines": {VOIP: UNKNOWN, GSM: DEAD}}, Trouble.NO_PATH),
        ({"lines": {}}, Trouble.NO_PATH),
        ({"is_voice_up": False}, Trouble.HANDSET),
        ({"sound_fault": "no card"}, Trouble.HANDSET),
        ({"cradle_fault": "mute"}, Trouble.HANDSET),
        ({"hook_fault": "stuck"}, Trouble.HOOK),
        ({"panel_fault": "no pins"}, Trouble.PANEL),
    ],
)
def test_each_single_fault_puts_the_light_out(change: dict[str, object], found: Trouble) -> None:
    assert trouble(dataclasses.replace(WELL, **change)) is found  # type: ignore[arg-type]


def test_light_and_words_never_promise_with_anything_wrong() -> None:
    rules, place = CallRules(), Place("Mairie", "0 800 19 00 00")
    words = load("fr")
    lines = [{VOIP: one, GSM: other} for one, other in product((READY, UNKNOWN, DEAD), repeat=2)]
    for each, is_up, faults in product(lines, (True, False), product(("", "broken"), repeat=4)):
        sound, cradle, hook, panel = faults
        now = Condition(each, is_up, sound, cradle, hook, panel)
        is_well = READY in each.values() and is_up and not any(faults)
        found = trouble(now)
        assert (found is Trouble.NONE) == is_well
        shown = snapshot(Idle(), rules, place, 0, trouble=found)
        assert shown.ready == is_well
        assert (view(shown, words, 0).title == words.read["idle.title"]) == is_well
