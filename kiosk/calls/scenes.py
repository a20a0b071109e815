"""What the ear hears in each state: a pure reading of the call machine's state as a :class:`Scene`.

From off-hook the person hears something true within 2 s of anything (DESIGN §4): every state says something, and
has a tone under its pauses. Prompt names are keys of ``config/locales/*/speech.toml``.
"""

from typing import assert_never

import msgspec

from kiosk.audio.scene import Scene, Tone
from kiosk.calls.browsing import page_of
from kiosk.calls.record import Purpose
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
    visit_of,
)
from kiosk.calls.visit import CallRules, Try
from kiosk.guide.browse import Searching

MENU_REMINDER_S = 12.0
OUTCOME_REMINDER_S = 10.0
DIALLING_REMINDER_S = 6.0
HANG_UP_REMINDER_S = 15.0

_OUTCOME_TONES = {Outcome.BUSY: Tone.BUSY, Outcome.UNREACHABLE: Tone.FAILED}


def scene(state: State, rules: CallRules) -> Scene:
    """The scene of ``state``, with ``seq`` 0: whoever sends it counts."""
    visit = visit_of(state)
    language = rules.languages[0] if visit is None else visit.language
    volume = rules.volume if visit is None else visit.volume

    def heard(*say: str, tone: Tone, repeat_s: float = 0.0, join: Try | None = None, talk: bool = False) -> Scene:
        return Scene(
            seq=0,
            say=say,
            repeat_after_s=repeat_s,
            tone=tone,
            join="" if join is None else join.attempt,
            talk=talk,
            language=language,
            volume=volume,
        )

    match state:
        case Idle():
            return heard(tone=Tone.NONE)
        case Menu():
            others = [f"language.{code}" for code in rules.languages if code != language]
            find = ("menu.find",) if rules.guide.is_offered else ()
            return heard("menu.greeting", *find, *others, tone=Tone.READY, repeat_s=MENU_REMINDER_S)
        case Browsing(is_hushed=True):
            return heard(tone=Tone.READY)
        case Browsing(stand=stand):
            tone = Tone.WORKING if isinstance(stand, Searching) else Tone.READY
            return msgspec.structs.replace(heard(tone=tone), text=page_of(state, rules).sentences)
        case Dialling():
            return heard(_dialling_prompt(state), tone=Tone.WORKING, repeat_s=DIALLING_REMINDER_S)
        case Alerting(one=one, early_media=True):
            return heard(tone=Tone.NONE, join=one)
        case Alerting():
            return heard(tone=Tone.RINGING)
        case Connected(one=one, silent_since=None):
            # The announcement of the rescue may have been cut short by the answer: the ear is told all the same.
            back = ("lost.back",) if one.rescue else ()
            return heard(*back, tone=Tone.NONE, join=one, talk=True)
        case Connected(one=one):
            return heard("call.silent", tone=Tone.WORKING, join=one, talk=True)
        case Over(outcome=outcome):
            tone = _OUTCOME_TONES.get(outcome, Tone.READY)
            return heard(*_outcome_prompts(outcome, rules), tone=tone, repeat_s=OUTCOME_REMINDER_S)
        case LeftOffHook(language=left):
            return Scene(
                seq=0,
                say=("idle.hang_up",),
                tone=Tone.HOWLER,
                repeat_after_s=HANG_UP_REMINDER_S,
                language=left,
                volume=volume,
            )
    assert_never(state)


def _dialling_prompt(state: Dialling) -> str:
    if state.rescue:
        return "lost.cut_off" if not state.failed else "lost.again"
    if state.failed or len(state.live) > 1:
        return "call.other_path"
    match state.target.purpose:
        case Purpose.HELPLINE:
            return "call.helpline"
        case Purpose.EMERGENCY:
            return "call.emergency"
        case Purpose.RELAY:
            return "call.offer"


def _outcome_prompts(outcome: Outcome, rules: CallRules) -> tuple[str, ...]:
    if outcome is Outcome.ENDED:
        return ("outcome.ended",)
    if outcome is Outcome.REFUSED:
        return ("call.refused",)
    offers = [(f"offer.{one.name}", f"key.{key}") for key, one in enumerate(rules.offers, start=1)]
    return (f"outcome.{outcome}", "offer.retry", *(prompt for pair in offers for prompt in pair))
