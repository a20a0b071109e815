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


@dataclass(frozen=True)
class CallWord:
    """One word of the modem's about a call."""

    sign: Sign
    index: int | None = None
    """The call's number in +CLCC, where the word has it."""
    cause: int | None = None
    """The network's cause (3GPP TS 24.008 §10.5.4.11), where the word has it."""


def _no_number(row: str) -> int | None:
    return None


def _no_state(row: str) -> bool | None:
    return None


def _no_word(urc: str) -> CallWord | None:
    return None


@dataclass(frozen=True)
class Family:
    """One family of modems: how its commands and its signs differ from plain TS 27.007."""

    name: str
    """The word of the records."""
    models: str = "(?!)"
    """Regular expression over maker and model."""
    usb: frozenset[tuple[int, int]] = frozenset()
    """USB vendor and product of modems that are surely of this family; 0 as product: all of this vendor."""
    setup: tuple[str, ...] = ()
    """Sent after the common start; each may fail."""
    has_certain_answer: bool = False
    """Whether "line open" after alerting means that somebody answered."""
    has_answer_word: bool = False
    """Whether the family has a word of its own for the answer, to be believed without an alerting before."""
    hang_up: str = "AT+CHUP"
    digit: str = "AT+VTS={digit}"
    """``{digit}``, and ``{index}`` for the call's number in +CLCC."""
    word: Callable[[str], CallWord | None] = _no_word
    """The family's own call URCs, before the common ones are tried; None also for a call that is not ours."""
    pin_tries: str = ""
    """Command that reads how often the PIN may still be tried; empty: there is none, so no PIN is ever tried."""
    pin_tries_of: Callable[[str], int | None] = _no_number
    ims: str = ""
    """Command that reads whether calls go over IMS (VoLTE); empty: the family does not say."""
    ims_of: Callable[[str], bool | None] = _no_state
    """One of its rows: registered, not, or not such a row."""
    voice: str = ""
    """Command that reads whether this very module may carry voice; empty: the family does not say."""
    voice_of: Callable[[str], bool | None] = _no_state
    sound_interface: int | None = None
    """USB interface number of the sound's serial port, where it is always the same; None: wires, or not known."""
    audio_setup: str = ""
    """Sent at each start: chooses the sound's way for all calls."""
    audio_on: str = ""
    """Switches the sound's serial port on inside a call; empty: nothing to do."""
    audio_early: bool = False
    """Whether ``audio_on`` is sent as soon as the network has the number, not when the line opens."""
    audio_off: str = ""
    audio_flow: str = ""
    """How the modem says "stop" (0) and "go on" (1) about the sound we send (``+QPCMV:``); empty: it does not."""
    card_setup: str = ""
    """``audio_setup`` for the sound card instead of the serial port; empty: there is no card."""
    card_name: str = ""
    """Part of that sound card's name."""
    reset: str = "AT+CFUN=1,1"
    """Restarts the module; empty: only its power can be cut."""
    voiceless: str = "(?!)"
    """Models of this family that cannot speak at all."""


_STATES = {0: Sign.OPEN, 1: Sign.OPEN, 2: Sign.DIALLING, 3: Sign.ALERTING, 6: Sign.ENDED, -1: Sign.ENDED}


_COMMON = {"BUSY": Sign.BUSY, "NO ANSWER": Sign.NO_ANSWER, "NO CARRIER": Sign.ENDED}


def state_sign(state: int) -> Sign | None:
    """The sign of a +CLCC state."""
    return _STATES.get(state)


def word_of(family: Family, urc: str) -> CallWord | None:
    """What a URC says about an outgoing voice call, in the family's own words or in those of all; None for others."""
    own = family.word(urc)
    if own is not None:
        return own
    row = call_row(urc)
    if row is not None:
        sign = state_sign(row.state) if row.is_outgoing and row.is_voice else None
        return None if sign is None else CallWord(sign, row.index)
    sign = _COMMON.get(" ".join(urc.upper().split()))
    return None if sign is None else CallWord(sign)


def first_number(row: str, prefix: str) -> int | None:
    """The first number of a row that begins with ``prefix``."""
    match = re.match(re.escape(prefix) + r"\s*(\d{1,3})\b", row)
    return int(match[1]) if match else None
