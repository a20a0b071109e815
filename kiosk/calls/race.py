"""Dialling: one target, two paths, one call. The line half of the call machine (:mod:`kiosk.calls.machine`). Pure.

VoIP first; the mobile line joins the race when VoIP shows too little; the first to alert wins; a drop is rescued
by the other path (DESIGN §4).
"""

from dataclasses import replace
from typing import assert_never

from kiosk.calls import dialplan
from kiosk.calls.dialplan import Target
from kiosk.calls.line import (
    Alerted,
    Answered,
    Cause,
    Ended,
    LineEvent,
    LineKind,
    MediaResumed,
    MediaStalled,
    Progressed,
)
from kiosk.calls.record import EndedBy
from kiosk.calls.states import (
    Alerting,
    Browsing,
    Checkpoint,
    Connected,
    Dial,
    Dialling,
    Effect,
    HangUp,
    Idle,
    LeftOffHook,
    Menu,
    Moment,
    Outcome,
    Over,
    State,
    Step,
    live_tries,
)
from kiosk.calls.visit import CallRules, Try, Visit, record_of

FINAL = {Cause.BUSY: Outcome.BUSY, Cause.DECLINED: Outcome.DECLINED, Cause.NO_ANSWER: Outcome.NO_ANSWER}
"""The far end's own word: the other path would reach the same desk."""


def start(
    visit: Visit, target: Target, moment: Moment, *, rescue: bool = False, last: tuple[LineKind, ...] = ()
) -> Step:
    """Dial ``target`` over its best line; ``last`` names lines that just failed it."""
    order = dialplan.order(target, moment.health, last)
    if not order:
        return over(visit, target, Outcome.UNREACHABLE, EndedBy.DROP, moment.now)
    state = Dialling(visit, target, order, (), frozenset(), moment.now, rescue)
    dialling, effects = dial_next(state, moment.now)
    return dialling, [*effects, _checkpoint(dialling, moment.now)]


def dial_next(state: Dialling, now: float) -> tuple[Dialling, list[Effect]]:
    kind = state.waiting[0]
    visit, attempt = state.visit.next_attempt()
    one = Try(attempt, kind, state.target, now, state.rescue)
    dial = Dial(attempt, kind, state.target.number, visit.language)
    return replace(state, visit=visit, live=(*state.live, one)), [dial]


# --- the lines --------------------------------------------------------------------------------------------


def line_event(state: State, event: LineEvent, moment: Moment, rules: CallRules) -> Step:
    attempt = event.attempt
    one = next((each for each in live_tries(state) if each.attempt == attempt), None)
    if one is None:
        return _stale(state, event, moment.now)
    match event:
        case Progressed():
            if isinstance(state, Dialling):
                state = _with_try(state, replace(one, progressed=one.progressed or moment.now))
            return state, []
        case Alerted(early_media=early_media):
            if isinstance(state, Alerting):
                return replace(state, early_media=state.early_media or early_media), []
            return _alerted(state, one, early_media, moment.now) if isinstance(state, Dialling) else (state, [])
        case Answered(codec=codec, certain=certain):
            return _answered(state, one, codec, certain, moment.now)
        case MediaStalled(silent_s=silent_s):
            if isinstance(state, Connected) and state.silent_since is None:
                state = replace(state, silent_since=moment.now - silent_s)
            return state, []
        case MediaResumed():
            return (replace(state, silent_since=None) if isinstance(state, Connected) else state), []
        case Ended(cause=cause, status=status):
            return _ended(state, one, cause, status, moment, rules)
    assert_never(event)


def _stale(state: State, event: LineEvent, now: float) -> Step:
    """An event of an attempt that we have let go: it moves nothing, and an answer among them is released."""
    released: list[Effect] = [HangUp(event.attempt)] if isinstance(event, Answered) else []
    if isinstance(state, Idle | LeftOffHook):
        return state, released
    one = next((each for each in state.visit.leaving if each.attempt == event.attempt), None)
    if one is None:
        return state, released
    match event:
        case Answered():
            return replace(state, visit=state.visit.with_crossed(one, now)), released
        case Ended(status=status):
            return replace(state, visit=state.visit.with_left(one, status)), []
        case _:
            return state, []


def _alerted(state: Dialling, one: Try, early_media: bool, now: float) -> Step:
    """The first to alert wins; the others are cancelled before they can be answered."""
    winner = replace(one, progressed=one.progressed or now, alerted=now)
    visit, effects = _let_go_of_others(state, one, now)
    alerting = Alerting(visit, state.target, state.order, winner, state.failed, now, early_media, state.rescue)
    return alerting, effects


def _answered(state: State, one: Try, codec: str, certain: bool, now: float) -> Step:
    match state:
        case Dialling():
            visit, effects = _let_go_of_others(state, one, now)
        case Alerting():
            visit, effects = state.visit, []
        case Connected():
            # A family that could not tell now can: the screen may say "connected".
            return replace(state, certain=state.certain or certain), []
        case Idle() | Menu() | Browsing() | Over() | LeftOffHook():
            return state, [HangUp(one.attempt)]
        case _:
            assert_never(state)
    won = replace(one, progressed=one.progressed or now, alerted=one.alerted or now, answered=now, codec=codec)
    connected = Connected(visit, state.target, won, now, certain)
    return connected, [*effects, _checkpoint(connected, now)]


def _let_go_of_others(state: Dialling, one: Try, now: float) -> tuple[Visit, list[Effect]]:
    others = tuple(each for each in state.live if each.attempt != one.attempt)
    return state.visit.with_leaving(others, now), hang_up(others)


def _ended(state: State, one: Try, cause: Cause, status: int | None, moment: Moment, rules: CallRules) -> Step:
    match state:
        case Connected():
            visit = state.visit.with_ended(one, moment.now, cause, status)
            if cause is Cause.HUNG_UP_BY_REMOTE:
                return over(visit, state.target, Outcome.ENDED, EndedBy.REMOTE, moment.now)
            return rescue(state, visit, moment, rules)
        case Alerting() | Dialling():
            return _try_failed(state, one, cause, status, moment)
        case Idle() | Menu() | Browsing() | Over() | LeftOffHook():
            return state, []
    assert_never(state)


def _try_failed(state: Dialling | Alerting, one: Try, cause: Cause, status: int | None, moment: Moment) -> Step:
    """The far end's own no is final; anything else is the path's fault, and another path may do better."""
    now = moment.now
    visit = state.visit.with_ended(one, now, cause, status)
    others = tuple(each for each in live_tries(state) if each.attempt != one.attempt)
    if cause in FINAL:
        visit = visit.with_leaving(others, now)
        ending, effects = over(visit, state.target, FINAL[cause], EndedBy.REFUSED, now)
        return ending, [*hang_up(others), *effects]
    # A line that was let go when this one alerted has not failed: it is back among the waiting.
    failed = state.failed | {one.line}
    since = state.since if isinstance(state, Dialling) else now
    dialling = Dialling(visit, state.target, state.order, others, failed, since, state.rescue)
    if dialling.waiting:
        return dial_next(dialling, now)
    if others:
        return dialling, []
    mishaps = [
        each
        for each in visit.ended
        if each.cause is Cause.ENGINE_LOST and each.answered is None and each.target == state.target
    ]
    if len(mishaps) == 1:
        # Not the platform's doing but our own process's, which is up again in a second: worth one more try.
        return dial_next(replace(dialling, failed=failed - {mishaps[0].line}), now)
    return over(visit, state.target, Outcome.UNREACHABLE, EndedBy.DROP, now)


def rescue(state: Connected, visit: Visit, moment: Moment, rules: CallRules) -> Step:
    """Handset still up after a drop: call back, by the other path first, up to a limit.

    ``visit`` is the state's own with the dropped try already accounted for.
    """
    if visit.rescues >= rules.rescues:
        return over(visit, state.target, Outcome.UNREACHABLE, EndedBy.DROP, moment.now)
    visit = replace(visit, rescues=visit.rescues + 1)
    return start(visit, state.target, moment, rescue=True, last=(state.one.line,))


def over(visit: Visit, target: Target, outcome: Outcome, ended_by: EndedBy, now: float) -> Step:
    ending = Over(replace(visit, ended_by=ended_by), target, outcome, now)
    return ending, [_checkpoint(ending, now)] if visit.dialled else []


def _checkpoint(state: Dialling | Connected | Over, now: float) -> Checkpoint:
    """What a power cut from here on would have to leave behind."""
    tries = live_tries(state)
    ended_by = EndedBy.POWER_CUT if tries else state.visit.ended_by
    return Checkpoint(record_of(state.visit, tries, now, ended_by))


def _with_try(state: Dialling, one: Try) -> Dialling:
    return replace(state, live=tuple(one if each.attempt == one.attempt else each for each in state.live))


def hang_up(tries: tuple[Try, ...]) -> list[Effect]:
    return [HangUp(one.attempt) for one in tries]
