"""Finds inputs that no finger moves: held far too long, or chattering. Pure; times are of one monotonic clock.

A key that is at fault is to be ignored until it has been let go or has come to rest; the others are not touched by it.
The hook is never ignored, only told of: its every movement counts for whoever holds the handset.
"""

from collections import deque
from typing import Literal

InputFault = Literal["stuck", "chattering"]

CHATTER = 20
"""Presses within :data:`CHATTER_S` that no hand makes: five a second for four seconds."""
CHATTER_S = 4.0
REST_S = 3.0
"""A chattering contact that has not moved for this long is well again."""


class InputWatch:
    """All inputs of a panel by name. ``may_be_held`` names those that rest in either position: the hook."""

    def __init__(self, stuck_s: float, may_be_held: frozenset[str] = frozenset()) -> None:
        self._stuck_s = stuck_s
        self._may_be_held = may_be_held
        self._down_since: dict[str, float] = {}
        self._presses: dict[str, deque[float]] = {}
        self._moved_at: dict[str, float] = {}
        self._faults: dict[str, InputFault] = {}
        self._told: dict[str, InputFault] = {}

    @property
    def faults(self) -> dict[str, InputFault]:
        """Inputs at fault now."""
        return dict(self._faults)

    def is_well(self, name: str) -> bool:
        """Whether a press of it is to be believed."""
        return name not in self._faults

    def moved(self, name: str, is_down: bool, now: float) -> None:
        """A contact or key has settled in another position."""
        self._moved_at[name] = now
        if not is_down:
            self._down_since.pop(name, None)
            if self._faults.get(name) == "stuck":
                del self._faults[name]
            return
        self._down_since[name] = now
        presses = self._presses.setdefault(name, deque(maxlen=CHATTER))
        presses.append(now)
        if len(presses) == CHATTER and now - presses[0] <= CHATTER_S:
            self._faults[name] = "chattering"

    def look(self, now: float) -> list[tuple[str, InputFault | None]]:
        """Inputs whose fault began, changed or ended (None) since the last look, by name."""
        for name, since in self._down_since.items():
            if now - since > self._stuck_s and name not in self._may_be_held:
                self._faults[name] = "stuck"
        for name, fault in list(self._faults.items()):
            if fault == "chattering" and now - self._moved_at[name] > REST_S:
                del self._faults[name]
                del self._presses[name]
        told, self._told = self._told, dict(self._faults)
        names = sorted({*told, *self._told})
        return [(name, self._told.get(name)) for name in names if told.get(name) != self._told.get(name)]
