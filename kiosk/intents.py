"""What a button or a telephone key means in the present state. Pure.

``*`` repeats, ``#`` goes back, ``0`` is a person, on every screen (ACCESSIBILITY 20); on an answered call every
key is the far end's (its menu may ask for digits), and in the directory the page's. The big button and ``1`` call;
``2`` changes the language; ``3`` looks something up.
"""

from dataclasses import dataclass

from kiosk.calls.dialplan import Target
from kiosk.calls.states import (
    AskedToRepeat,
    Browsing,
    CallAsked,
    Connected,
    DigitPressed,
    DirectoryAsked,
    Event,
    Idle,
    LanguageChosen,
    LeftOffHook,
    Menu,
    Outcome,
    Over,
    State,
    VolumeChosen,
    WentBack,
)
from kiosk.calls.visit import CallRules, Visit

VOLUME_STEPS = 3
"""Up and down from the default, 3 dB each: 18 dB in all (EN 301 549 8.2.1)."""

BUTTONS = ("help", "language", "volume_up", "volume_down", "back", "repeat")
KEYS = "0123456789*#"


@dataclass(frozen=True)
class Meanings:
    """What the keys lead to at this site."""

    helpline: Target
    rules: CallRules


def of_button(name: str, state: State, meanings: Meanings) -> Event | None:
    """What pressing the button ``name`` means now; None: nothing."""
    if isinstance(state, Idle):
        return None
    match name:
        case "help":
            return CallAsked(meanings.helpline)
        case "back":
            return WentBack()
        case "repeat":
            return AskedToRepeat()
        case "language":
            return LanguageChosen(_next_language(state, meanings.rules))
        case "volume_up" | "volume_down" if not isinstance(state, LeftOffHook):
            return _volume(state.visit, +1 if name == "volume_up" else -1)
        case _:
            return None


def of_key(key: str, state: State, meanings: Meanings) -> Event | None:
    """What pressing ``key`` of the telephone keypad means now; None: nothing."""
    if isinstance(state, Idle) or key not in KEYS or len(key) != 1:
        return None
    if isinstance(state, Connected):
        return DigitPressed(key)
    match key:
        case "*":
            return AskedToRepeat()
        case "#":
            return WentBack()
        case "0":
            return CallAsked(meanings.helpline)
    if isinstance(state, Browsing):
        return DigitPressed(key)
    if isinstance(state, Over) and state.outcome not in (Outcome.ENDED, Outcome.REFUSED):
        chosen = int(key) - 1
        offers = meanings.rules.offers
        return CallAsked(offers[chosen]) if chosen < len(offers) else DigitPressed(key)
    if key == "1" and isinstance(state, Menu | Over | LeftOffHook):
        return CallAsked(meanings.helpline)
    if key == "2" and isinstance(state, Menu | Over | LeftOffHook):
        return LanguageChosen(_next_language(state, meanings.rules))
    if key == "3" and isinstance(state, Menu | Over) and meanings.rules.guide.is_offered:
        return DirectoryAsked()
    return DigitPressed(key)


def of_held_key(key: str, state: State) -> Event | None:
    """What holding ``key`` down means now: ``*`` is one step louder, and after the loudest the softest again.

    So the loudness is within reach of a keypad alone (EN 301 549 8.2.1), in a call too.
    """
    if key != "*" or isinstance(state, Idle | LeftOffHook):
        return None
    louder = state.visit.volume + 1
    return VolumeChosen(louder if louder <= VOLUME_STEPS else -VOLUME_STEPS)


def _next_language(state: State, rules: CallRules) -> str:
    if isinstance(state, Idle):
        return rules.languages[0]
    current = state.language if isinstance(state, LeftOffHook) else state.visit.language
    at = rules.languages.index(current) if current in rules.languages else -1
    return rules.languages[(at + 1) % len(rules.languages)]


def _volume(visit: Visit, step: int) -> Event:
    return VolumeChosen(max(-VOLUME_STEPS, min(VOLUME_STEPS, visit.volume + step)))
