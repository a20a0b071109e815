"""The recovery ladder: which step is due for a modem that is ill, mildest first, and when. Pure, times passed in.

What is milder comes before: ESC and AT three times (:mod:`hardware.at`), then the port opened again, under whatever
name it has by then (:mod:`hardware.modem_port`). None of these steps is taken while a call is up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

AGAIN_S = 3600.0
"""After the last rung the ladder is climbed anew, so much later; twice as much each time, a day at most."""
LONGEST_AGAIN_S = 86_400.0
TELL_S = 600.0
"""A modem that is away for this long is told of as an error, and again each time the ladder ends."""


class Trouble(StrEnum):
    """What is wrong with the modem, as a technician reads it."""

    NONE = ""
    NO_SERVICE = "no network for voice"
    NO_SIM = "no SIM card seen"
    SILENT = "does not answer"
    MISSING = "is not there"


class Rung(StrEnum):
    """One step."""

    RADIO = "radio off and on"
    RESET = "module reset"
    KEY = "power key pressed"
    POWER = "power cut"


_LOST = ((60.0, Rung.KEY), (180.0, Rung.POWER))
STEPS: Mapping[Trouble, tuple[tuple[float, Rung], ...]] = MappingProxyType(
    {
        Trouble.NO_SERVICE: ((180.0, Rung.RADIO), (600.0, Rung.RESET), (1200.0, Rung.KEY), (1800.0, Rung.POWER)),
        # Some modules read a card that was put in late only when their radio starts.
        Trouble.NO_SIM: ((120.0, Rung.RADIO), (600.0, Rung.RESET)),
        Trouble.SILENT: _LOST,
        Trouble.MISSING: _LOST,
    }
)
"""Seconds of trouble, and what is done then."""
_AWAY = (Trouble.SILENT, Trouble.MISSING)


@dataclass
class Ladder:
    """Where one modem stands. Told of each look at it with :meth:`see`; asked with :meth:`due`."""

    steps: Mapping[Trouble, tuple[tuple[float, Rung], ...]] = field(default_factory=lambda: STEPS)
    trouble: Trouble = Trouble.NONE
    since: float = 0.0
    _done: int = 0
    _rounds: int = 0
    _next_round_at: float = 0.0
    _was_told: bool = False

    def see(self, trouble: Trouble, now: float) -> None:
        """What the last look showed. A modem that is away may be silent now and missing then: that is one trouble."""
        is_same = trouble is self.trouble or (trouble in _AWAY and self.trouble in _AWAY)
        if not is_same:
            self.since, self._done, self._rounds, self._next_round_at, self._was_told = now, 0, 0, now, False
        self.trouble = trouble

    def due(self, now: float, ways: frozenset[Rung]) -> Rung | None:
        """The step to take now, once; None: not yet, or nothing is left. ``ways``: what can be done here at all."""
        steps = [(after_s, rung) for after_s, rung in self.steps.get(self.trouble, ()) if rung in ways]
        if self._done >= len(steps):
            if steps and self._done:
                pause_s = min(AGAIN_S * 2.0**self._rounds, LONGEST_AGAIN_S)
                self._done, self._rounds, self._was_told = 0, self._rounds + 1, False
                self._next_round_at = now + pause_s
            return None
        after_s, rung = steps[self._done]
        if now - self._next_round_at < after_s:
            return None
        self._done += 1
        return rung

    def is_news(self, now: float) -> bool:
        """True once when the trouble has lasted for :data:`TELL_S`, and once more in each later round."""
        if self.trouble is Trouble.NONE or self._was_told or now - max(self.since, self._next_round_at) < TELL_S:
            return False
        self._was_told = True
        return True
