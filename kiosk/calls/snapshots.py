"""What the eye sees in each state: a pure reading of the call machine's state as a :class:`Snapshot`."""

from dataclasses import dataclass
from typing import assert_never

from kiosk.calls.browsing import page_of
from kiosk.calls.states import (
    Alerting,
    Browsing,
    Connected,
    Dialling,
    Idle,
    LeftOffHook,
    Menu,
    Outcome,
    Over,
    State,
    live_tries,
    visit_of,
)
from kiosk.calls.visit import CallRules
from kiosk.readiness import Trouble
from kiosk.snapshot import Offer, Screen, Snapshot


@dataclass(frozen=True)
class Place:
    """What never changes while the terminal runs."""

    site: str
    helpline: str
    """As a person reads it."""


_OUTCOME_SCREENS = {Outcome.ENDED: Screen.ENDED, Outcome.UNREACHABLE: Screen.NO_PATH}


HELP_BUTTON = "button help"
"""The one input whose loss the screen must tell: its key is told beside it."""


def snapshot(
    state: State,
    rules: CallRules,
    place: Place,
    since_ms: int,
    *,
    trouble: Trouble = Trouble.NONE,
    stuck: tuple[str, ...] = (),
) -> Snapshot:
    """The snapshot of ``state``, with ``seq`` 0: whoever sends it counts.

    ``since_ms`` is the wall clock (ms since 1970 UTC) at which this screen began; ``trouble`` what keeps the terminal
    from promising a call (:mod:`kiosk.readiness`); ``stuck`` the inputs at fault.
    """
    visit = visit_of(state)
    language = rules.languages[0] if visit is None else visit.language
    if isinstance(state, LeftOffHook):
        language = state.language
    tries = live_tries(state)
    return Snapshot(
        seq=0,
        screen=screen_of(state),
        language=language,
        languages=rules.languages,
        reason=state.outcome if isinstance(state, Over) else "",
        line=tries[-1].line if tries else "",
        since_ms=since_ms,
        offers=_offers(state, rules),
        ready=trouble is Trouble.NONE,
        trouble=trouble,
        button_stuck=HELP_BUTTON in stuck,
        helpline=place.helpline,
        site=place.site,
        volume=rules.volume if visit is None else visit.volume,
        may_find=rules.guide.is_offered,
        page=page_of(state, rules).page if isinstance(state, Browsing) else None,
    )


def screen_of(state: State) -> Screen:
    """Which of the screens shows ``state``."""
    match state:
        case Idle():
            return Screen.IDLE
        case Menu():
            return Screen.MENU
        case Browsing():
            return Screen.BROWSING
        case Dialling(rescue=rescue):
            return Screen.RESCUE if rescue else Screen.CALLING
        case Alerting(rescue=rescue):
            return Screen.RESCUE if rescue else Screen.ALERTING
        case Connected(certain=certain):
            return Screen.CONNECTED if certain else Screen.ALERTING
        case Over(outcome=outcome):
            return _OUTCOME_SCREENS.get(outcome, Screen.UNANSWERED)
        case LeftOffHook():
            return Screen.LEFT_OFF_HOOK
    assert_never(state)


def _offers(state: State, rules: CallRules) -> tuple[Offer, ...]:
    if not isinstance(state, Over) or state.outcome in (Outcome.ENDED, Outcome.REFUSED):
        return ()
    return tuple(Offer(str(key), one.name, one.number) for key, one in enumerate(rules.offers, start=1))
