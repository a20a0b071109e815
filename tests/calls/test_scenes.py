"""Ear and eye are told the same truth, in words that exist in every language."""

from dataclasses import replace

import pytest

from kiosk import intents
from kiosk.calls.dialplan import DialPlan
from kiosk.calls.line import Alerted, Answered, Cause, Ended, MediaStalled
from kiosk.calls.scenes import scene
from kiosk.calls.snapshots import Place, snapshot
from kiosk.calls.states import AskedToRepeat, CallAsked, DigitPressed, HandsetLifted, Looked, RefusedNumberAsked
from kiosk.configuration import load
from kiosk.intents import Meanings
from kiosk.rules import plan_of, rules_of
from kiosk.snapshot import Screen
from kiosk.speech import catalogue
from tests.calls.worlds import HELPLINE, LISTENING, SAMU, World
from tests.fakes.directory import ANSWER

SETTINGS = load(None)
PLAN: DialPlan = plan_of(SETTINGS)
SITE_RULES = rules_of(SETTINGS, PLAN)


def worlds() -> dict[str, World]:
    """One terminal in each state that sounds or looks different."""
    found: dict[str, World] = {}

    def world(name: str) -> World:
        found[name] = World(rules=SITE_RULES)
        return found[name]

    world("idle")
    world("menu").feel(HandsetLifted())
    world("calling").lift_and_call()
    world("calling emergency").lift_and_call(SAMU)
    world("calling relay").lift_and_call(LISTENING)
    both = world("both calling")
    both.lift_and_call()
    both.wait(3)
    alerting = world("alerting")
    alerting.lift_and_call()
    alerting.feel(Alerted(alerting.attempt(1)))
    early = world("early media")
    early.lift_and_call()
    early.feel(Alerted(early.attempt(1), early_media=True))
    unsure = world("line open")
    unsure.lift_and_call()
    unsure.feel(Answered(unsure.attempt(1), certain=False))
    for name in ("connected", "silent", "rescue", "rescue again", "rescued"):
        one = world(name)
        one.lift_and_call()
        one.feel(Answered(one.attempt(1)))
    found["silent"].feel(MediaStalled(found["silent"].attempt(1), 3.0))
    for name in ("rescue", "rescue again", "rescued"):
        found[name].feel(Ended(found[name].attempt(1), Cause.ENGINE_LOST))
    found["rescue again"].feel(Ended(found["rescue again"].attempt(2), Cause.MODEM_LOST))
    found["rescued"].feel(Answered(found["rescued"].attempt(2)))
    for cause in (Cause.BUSY, Cause.DECLINED, Cause.NO_ANSWER):
        one = world(cause)
        one.lift_and_call()
        one.feel(Ended(one.attempt(1), cause))
    nothing = world("no path")
    nothing.lift_and_call()
    nothing.feel(Ended(nothing.attempt(1), Cause.UNREACHABLE))
    nothing.feel(Ended(nothing.attempt(2), Cause.UNREACHABLE))
    ended = world("ended")
    ended.lift_and_call()
    ended.feel(Answered(ended.attempt(1)))
    ended.feel(Ended(ended.attempt(1), Cause.HUNG_UP_BY_REMOTE))
    refused = world("refused")
    refused.feel(HandsetLifted())
    refused.feel(RefusedNumberAsked())
    world("needs").feel(HandsetLifted())
    found["needs"].press("3")
    for name in ("searching", "cannot search", "list", "card", "take away", "nobody there", "hushed"):
        one = world(name)
        one.feel(HandsetLifted())
        one.press("3", "2", "1")
        if name not in ("searching", "cannot search"):
            one.feel(Looked(one.looks[-1].look, ANSWER))
    found["cannot search"].wait(3)
    for name in ("card", "take away", "nobody there", "hushed"):
        found[name].press("1")
    found["take away"].press("2")
    found["hushed"].press("9")
    found["nobody there"].wait(130)
    left = world("left off hook")
    left.feel(HandsetLifted())
    left.wait(1000)
    return found


WORLDS = worlds()


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_every_prompt_of_every_scene_is_in_every_language(name: str) -> None:
    wanted = set(scene(WORLDS[name].state, SITE_RULES).say)
    for language in SETTINGS.terminal.languages:
        assert wanted <= set(catalogue.load(language).spoken)


@pytest.mark.parametrize("name", sorted(set(WORLDS) - {"idle"}))
def test_off_hook_is_never_silent(name: str) -> None:
    heard = scene(WORLDS[name].state, SITE_RULES)
    assert heard.tone or heard.join


BROWSED = ("needs", "searching", "cannot search", "list", "card", "take away", "nobody there")


@pytest.mark.parametrize("name", BROWSED)
def test_ear_and_eye_are_told_the_same_page(name: str) -> None:
    state = WORLDS[name].state
    page = snapshot(state, SITE_RULES, Place("Mairie", "0 800"), 0).page
    heard = scene(state, SITE_RULES)
    assert page is not None
    assert page.say == "\n".join(each.words for each in heard.text)
    assert heard.text
    assert heard.say == ()


def test_a_page_is_shown_while_browsing_alone() -> None:
    shown = {name for name, world in WORLDS.items() if snapshot(world.state, SITE_RULES, Place("", ""), 0).page}
    assert shown == {*BROWSED, "hushed"}


def test_the_menu_offers_the_directory_where_there_is_one() -> None:
    assert "menu.find" in scene(WORLDS["menu"].state, SITE_RULES).say
    without = replace(SITE_RULES, guide=replace(SITE_RULES.guide, is_offered=False))
    assert "menu.find" not in scene(WORLDS["menu"].state, without).say
    assert intents.of_key("3", WORLDS["menu"].state, Meanings(HELPLINE, without)) == DigitPressed("3")


def test_on_hook_nothing_sounds() -> None:
    heard = scene(WORLDS["idle"].state, SITE_RULES)
    assert (heard.say, heard.tone, heard.join) == ((), "", "")


@pytest.mark.parametrize(
    ("name", "screen"),
    [
        ("idle", Screen.IDLE),
        ("menu", Screen.MENU),
        ("both calling", Screen.CALLING),
        ("alerting", Screen.ALERTING),
        ("line open", Screen.ALERTING),
        ("needs", Screen.BROWSING),
        ("card", Screen.BROWSING),
        ("nobody there", Screen.BROWSING),
        ("connected", Screen.CONNECTED),
        ("rescue", Screen.RESCUE),
        ("busy", Screen.UNANSWERED),
        ("no path", Screen.NO_PATH),
        ("ended", Screen.ENDED),
        ("left off hook", Screen.LEFT_OFF_HOOK),
    ],
)
def test_the_screen_says_what_is_so(name: str, screen: Screen) -> None:
    shown = snapshot(WORLDS[name].state, SITE_RULES, Place("Mairie", "0 800"), 0)
    assert shown.screen is screen


def test_the_mouth_is_heard_on_an_answered_call_alone() -> None:
    assert {name for name, world in WORLDS.items() if scene(world.state, SITE_RULES).talk} == {
        "connected",
        "silent",
        "rescued",
        "line open",
    }


def test_what_the_far_end_plays_before_answering_is_heard() -> None:
    assert scene(WORLDS["early media"].state, SITE_RULES).join == WORLDS["early media"].attempt(1)


@pytest.mark.parametrize("name", ["busy", "declined", "no_answer", "no path"])
def test_a_call_that_came_to_nothing_offers_what_can_be_done_in_both_ways(name: str) -> None:
    world = WORLDS[name]
    shown = snapshot(world.state, SITE_RULES, Place("Mairie", "0 800"), 0)
    assert [(each.key, each.number) for each in shown.offers] == [("1", "3114"), ("2", "15"), ("3", "115")]
    said = scene(world.state, SITE_RULES).say
    assert said[1:] == ("offer.retry", "offer.3114", "key.1", "offer.15", "key.2", "offer.115", "key.3")


def test_asking_to_repeat_changes_the_visit_and_not_the_scene() -> None:
    world = World(rules=SITE_RULES)
    world.feel(HandsetLifted())
    before = scene(world.state, SITE_RULES), world.state
    world.feel(AskedToRepeat())
    assert scene(world.state, SITE_RULES) == before[0]
    assert world.state != before[1]


def test_a_second_wish_while_a_call_is_made_changes_nothing() -> None:
    world = World(rules=SITE_RULES)
    world.lift_and_call()
    before = world.state
    assert world.feel(CallAsked(HELPLINE)) == []
    assert world.state == before
