"""May the terminal look alive: the one rule behind ready light, idle screen and health report. Pure.

Six of eighteen campus help phones were found out of order with their lights on. A light that is lit promises that who
lifts is heard and gets through; whatever breaks that promise puts it out, and the terminal still takes calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.calls.line import LineHealth, LineKind, Readiness


class Trouble(StrEnum):
    """Why the terminal must not look alive; the first that holds. Catalogue names ``trouble.<value>``."""

    NONE = ""
    HANDSET = "handset"
    """Sound card, earpiece or microphone, or the voice process behind them."""
    HOOK = "hook"
    """Lifting the handset may not be noticed, or is noticed without lifting."""
    PANEL = "panel"
    """The pins cannot be read: neither hook nor keys."""
    NO_PATH = "no_path"
    """No path is proved."""


@dataclass(frozen=True)
class Condition:
    """All that the promise depends on."""

    lines: Mapping[LineKind, LineHealth]
    is_voice_up: bool = True
    """The voice process plays what it is told."""
    sound_fault: str = ""
    cradle_fault: str = ""
    hook_fault: str = ""
    panel_fault: str = ""


def trouble(now: Condition) -> Trouble:
    """What breaks the promise; NONE: light on."""
    if not now.is_voice_up or now.sound_fault or now.cradle_fault:
        return Trouble.HANDSET
    if now.hook_fault:
        return Trouble.HOOK
    if now.panel_fault:
        return Trouble.PANEL
    return Trouble.NONE if has_path(now.lines) else Trouble.NO_PATH


def has_path(lines: Mapping[LineKind, LineHealth]) -> bool:
    """At least one path is proved."""
    return any(one.readiness is Readiness.READY for one in lines.values())
