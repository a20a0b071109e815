"""The call machine: ``advance(state, event, moment, rules) -> (state, effects)``, and nothing else. Pure.

docs/calls.md draws it. The rules it keeps in every history stand in DESIGN §4 and are held by
``tests/calls/test_machine_properties.py``: the caller is joined to one line at most, every visit that dialled
leaves exactly one record, on-hook ends everything, and a stale line event changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from kiosk.calls import browsing, race
from kiosk.calls.dialplan import Target
from kiosk.calls.line import (
    Alerted,
    Answered,
    Cause,
    Ended,
    MediaResumed,
    MediaStalled,
    Progressed,
)
from kiosk.calls.record import EndedBy
from kiosk.calls.states import (
    Alerting,
    AskedToRepeat,
    Browsing,
    CallAsked,
    Connected,
    CutOffByRestart,
    DeadlinePassed,
    Dialling,
    DigitPressed,
    DirectoryAsked,
    Effect,
    Event,
    FileRecord,
    Gave,
    HandsetLifted,
    HandsetReplaced,
    HangUp,
    Idle,
    LanguageChosen,
    LeftOffHook,
    Looked,
    Menu,
    Moment,
    Outcome,
    Over,
    RefusedNumberAsked,
    SendDigit,
    State,
    Step,
    Stopped,
    VolumeChosen,
    WentBack,
    live_tries,
    visit_of,
)
from kiosk.calls.visit import CallRules, Visit, record_of

_Change = Callable[[Visit], Visit]


def advance(state: State, event: Event, moment: Moment, rules: CallRules) -> Step:
    """The state after ``event``, and the effects to perform, in order."""
    match event:
        case HandsetLifted():
            return (_new_visit(moment, rules), []) if isinstance(state, Idle) else (state, [])
        case HandsetReplaced():
            return _on_hook(state, moment.now)
        case Stopped():
            return _on_hook(state, moment.now, EndedBy.DROP)
        case DeadlinePassed():
            due = deadline(state, rules)
            return (state, []) if due is None or moment.now < due else _overdue(state, moment, rules)
        case Progressed() | Alerted() | Answered() | MediaStalled() | MediaResumed() | Ended():
            after, effects = race.line_event(state, event, moment, rules)
            return (browsing.after_call(after, moment.now) if isinstance(after, Over) else after), effects
        case CallAsked(target):
            return _call_asked(state, target, moment, rules)
        case CutOffByRestart(target):
            # Whoever holds a handset that went dead is called back, as after any other drop.
            if not isinstance(state, Menu):
                return state, []
            return race.start(replace(state.visit, rescues=1), target, moment, rescue=True)
        case RefusedNumberAsked():
            if isinstance(state, Menu | Over):
                return Over(state.visit, None, Outcome.REFUSED, moment.now), []
            return state, []
        case DirectoryAsked():
            return (browsing.enter(state.visit, moment.now) if isinstance(state, Menu | Over) else state), []
        case Looked():
            return (browsing.looked(state, event, moment.now) if isinstance(state, Browsing) else state), []
        case Gave():
            return (browsing.gave(state, event, moment.now) if isinstance(state, Browsing) else state), []
        case WentBack():
            return _went_back(state, moment, rules)
        case DigitPressed(digit):
            if isinstance(state, Connected):
                return state, [SendDigit(state.one.attempt, digit)]
            if isinstance(state, Browsing):
                return browsing.key_pressed(state, event, moment, rules)
            return _sign_of_life(state, moment), []
        case AskedToRepeat():
            if isinstance(state, Browsing):
                state = replace(state, is_hushed=False)
            return _person_changed(state, moment, lambda v: replace(v, asked_again=v.asked_again + 1)), []
        case LanguageChosen(language):
            if isinstance(state, LeftOffHook):
                state = _new_visit(moment, rules)
            return _person_changed(state, moment, lambda v: replace(v, language=language)), []
        case VolumeChosen(volume):
            return _person_changed(state, moment, lambda v: replace(v, volume=volume)), []
    assert_never(event)


def deadline(state: State, rules: CallRules) -> float | None:
    """When the state must be left if nothing else happens (monotonic seconds), or None."""
    match state:
        case Idle() | LeftOffHook():
            return None
        case Menu(since=since) | Over(since=since):
            return since + rules.left_off_hook_s
        case Browsing():
            return browsing.deadline(state, rules)
        case Dialling():
            give_up, next_line = state.since + rules.give_up_s, _next_line_due(state, rules)
            return give_up if next_line is None else min(give_up, next_line)
        case Alerting(since=since):
            return since + rules.ring_s
        case Connected(silent_since=silent_since):
            return None if silent_since is None else silent_since + rules.media_silent_s
    assert_never(state)


def _next_line_due(state: Dialling, rules: CallRules) -> float | None:
    """When the next waiting line joins the race: the newest try has shown too little for too long."""
    if not state.waiting or not state.live:
        return None
    newest = state.live[-1]
    return newest.started + (rules.first_progress_s if newest.progressed is None else rules.alert_s)


# --- the person -------------------------------------------------------------------------------------------


def _new_visit(moment: Moment, rules: CallRules) -> Menu:
    visit = Visit(moment.fresh_id, moment.now, moment.wall_ms, rules.languages[0], rules.volume)
    return Menu(visit, moment.now)


def _on_hook(state: State, now: float, cut_by: EndedBy = EndedBy.CALLER) -> Step:
    """On-hook always ends everything: lines released, one record if anything was dialled, home.

    ``cut_by``: who ends the calls that are made or up.
    """
    visit = visit_of(state)
    if visit is None:
        return Idle(), []
    tries = live_tries(state)
    ended_by = cut_by if tries else visit.ended_by
    effects: list[Effect] = [HangUp(one.attempt) for one in tries]
    if visit.dialled:
        effects.append(FileRecord(record_of(visit, tries, now, ended_by)))
    return Idle(), effects


def _sign_of_life(state: State, moment: Moment) -> State:
    if isinstance(state, Browsing):
        return replace(state, since=moment.now, is_asked=False)
    if isinstance(state, Menu | Over):
        return replace(state, since=moment.now)
    return state


def _person_changed(state: State, moment: Moment, change: _Change) -> State:
    """The state with its visit changed, whatever state it is; nothing to change on hook."""
    if isinstance(state, Idle | LeftOffHook):
        return state
    return _sign_of_life(replace(state, visit=change(state.visit)), moment)


def _went_back(state: State, moment: Moment, rules: CallRules) -> Step:
    """``#`` leaves a call that has not been answered; on an answered one it is a digit (kiosk.intents)."""
    match state:
        case Dialling() | Alerting():
            tries = live_tries(state)
            visit = replace(state.visit.with_leaving(tries, moment.now), ended_by=EndedBy.CALLER)
            return browsing.come_back(visit, moment.now), [HangUp(one.attempt) for one in tries]
        case Over(visit=visit):
            return browsing.come_back(visit, moment.now), []
        case Browsing():
            return browsing.went_back(state, moment, rules), []
        case LeftOffHook():
            return _new_visit(moment, rules), []
        case Idle() | Menu() | Connected():
            return _sign_of_life(state, moment), []
    assert_never(state)


def _call_asked(state: State, target: Target, moment: Moment, rules: CallRules) -> Step:
    match state:
        case Menu(visit=visit) | Over(visit=visit):
            return race.start(visit, target, moment)
        case Browsing():
            return race.start(browsing.leaving(state), target, moment)
        case LeftOffHook():
            return race.start(_new_visit(moment, rules).visit, target, moment)
        case Idle() | Dialling() | Alerting() | Connected():
            return state, []
    assert_never(state)


def _overdue(state: State, moment: Moment, rules: CallRules) -> Step:
    now = moment.now
    match state:
        case Idle() | LeftOffHook():
            return state, []
        case Menu(visit=visit) | Over(visit=visit):
            _, effects = _on_hook(state, now)
            return LeftOffHook(visit.language, now), effects
        case Browsing(visit=visit):
            still = browsing.overdue(state, now)
            if still is not None:
                return still, []
            _, effects = _on_hook(state, now)
            return LeftOffHook(visit.language, now), effects
        case Dialling(live=live):
            if now < state.since + rules.give_up_s:
                return race.dial_next(state, now)
            visit = state.visit.with_leaving(live, now, Cause.TIMEOUT)
            ending, effects = race.over(visit, state.target, Outcome.UNREACHABLE, EndedBy.DROP, now)
            return ending, [*race.hang_up(live), *effects]
        case Alerting(one=one):
            visit = state.visit.with_leaving((one,), now, Cause.NO_ANSWER)
            ending, effects = race.over(visit, state.target, Outcome.NO_ANSWER, EndedBy.REFUSED, now)
            return ending, [HangUp(one.attempt), *effects]
        case Connected(one=one):
            visit = state.visit.with_leaving((one,), now, Cause.MEDIA_FAILED)
            rescued, effects = race.rescue(state, visit, moment, rules)
            return rescued, [HangUp(one.attempt), *effects]
    assert_never(state)
