"""The shape of a family's data, and the signs of a call that families have in common."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from hardware.answers import call_row


class Sign(Enum):
    """What a URC says about the one outgoing call."""

    DIALLING = "dialling"
    ALERTING = "alerting"
    OPEN = "open"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    ENDED = "ended"


def _no_tries(row: str) -> int | None:
    return None


def _no_sign(urc: str) -> Sign | None:
    return None


@dataclass(frozen=True)
class Family:
    """One family of modems: how its commands and its signs differ from plain TS 27.007."""

    name: str
    """The word of the records."""
    models: str = "(?!)"
    """Regular expression over maker and model."""
    setup: tuple[str, ...] = ()
    """Sent after the common start; each may fail."""
    has_certain_answer: bool = False
    """Whether "line open" after alerting means that somebody answered."""
    hang_up: str = "AT+CHUP"
    digit: str = "AT+VTS={digit}"
    sign: Callable[[str], Sign | None] = _no_sign
    """The family's own call URCs, before the common ones are tried."""
    pin_tries: str = ""
    """Command that reads how often the PIN may still be tried; empty: there is none, so no PIN is ever tried."""
    pin_tries_of: Callable[[str], int | None] = _no_tries
    audio_on: str = ""
    """Switches the sound's serial port on inside a call; empty: nothing to do."""
    audio_off: str = ""
    reset: str = "AT+CFUN=1,1"
    voiceless: str = "(?!)"
    """Models of this family that cannot speak at all."""


_STATES = {0: Sign.OPEN, 2: Sign.DIALLING, 3: Sign.ALERTING, 6: Sign.ENDED, -1: Sign.ENDED}


def state_sign(state: int) -> Sign | None:
    """The sign of a +CLCC state."""
    return _STATES.get(state)


def common_sign(urc: str) -> Sign | None:
    """The sign of a URC that means the same on every family."""
    row = call_row(urc)
    if row is not None:
        return state_sign(row.state) if row.is_outgoing and row.is_voice else None
    return {"BUSY": Sign.BUSY, "NO ANSWER": Sign.NO_ANSWER, "NO CARRIER": Sign.ENDED}.get(urc)


def first_number(row: str, prefix: str) -> int | None:
    """The first number of a row that begins with ``prefix``."""
    match = re.match(re.escape(prefix) + r"\s*(\d{1,3})\b", row)
    return int(match[1]) if match else None
