"""Is the hook to be believed: judged by what it says against what people do. Pure; times are monotonic seconds.

A hook that lies costs every caller the call, and its level alone cannot show it. Off hook with nobody there for long,
or keys pressed on hook again and again, can.
"""

from collections import deque
from enum import StrEnum

PRESSES = 6
"""Keys or buttons pressed on hook within :data:`PRESSES_S`: somebody holds the handset and gets nowhere."""
PRESSES_S = 60.0
SUSPECT_S = 600.0
"""Without another press for this long, it was somebody who played with the keys."""
REMEMBERED_S = 900.0
"""Stuck up, and so soon afterwards stuck down: the two positions are exchanged."""


class HookTrouble(StrEnum):
    """What is wrong with the hook."""

    NONE = ""
    STUCK_UP = "stuck_up"
    """Off hook with neither call nor key: the handset hangs beside its hook, or the switch sticks."""
    STUCK_DOWN = "stuck_down"
    """Keys are pressed and the hook says that nobody lifted."""
    INVERTED = "inverted"
    """Both in turn: the switch means the contrary of what is configured."""
    CHATTERING = "chattering"


class HookWatch:
    """Fed with what happens; asked for its judgement."""

    def __init__(self, stuck_s: float) -> None:
        self._stuck_s = stuck_s
        self._is_up = False
        self._is_busy = False
        self._life_at = 0.0
        """Last call, key or movement while off hook."""
        self._was_stuck_up_at: float | None = None
        self._presses: deque[float] = deque(maxlen=PRESSES)
        self._suspected = False
        self._is_chattering = False

    def is_told(self, *, off_hook: bool, busy: bool, now: float) -> None:
        """Where the hook is, and whether a call is made or up."""
        if off_hook != self._is_up:
            if self._is_up and self._is_stuck_up(now):
                self._was_stuck_up_at = now
            self._is_up = off_hook
            self._life_at = now
            self._presses.clear()
            self._suspected = False
        if busy or self._is_busy:
            self._life_at = now
        self._is_busy = busy

    def pressed(self, now: float) -> None:
        """A key or button was pressed."""
        if self._is_up:
            self._life_at = now
            return
        self._presses.append(now)
        if len(self._presses) == PRESSES and now - self._presses[0] <= PRESSES_S:
            self._suspected = True

    def chatters(self, is_chattering: bool) -> None:
        """What the panel says of the hook's contact."""
        self._is_chattering = is_chattering

    def handset_is_there(self) -> None:
        """The cradle test was heard: the handset does lie on its hook, and somebody merely plays with the keys."""
        self._presses.clear()
        self._suspected = False

    def suspects(self, now: float) -> bool:
        """Whether the hook is suspected to be stuck down: a cradle test can tell."""
        if self._suspected and now - self._presses[-1] > SUSPECT_S:
            self.handset_is_there()
        return self._suspected

    def trouble(self, now: float) -> HookTrouble:
        """The judgement now."""
        if self._is_stuck_up(now):
            return HookTrouble.STUCK_UP
        if self.suspects(now):
            was_up = self._was_stuck_up_at
            recently = was_up is not None and now - was_up <= REMEMBERED_S
            return HookTrouble.INVERTED if recently else HookTrouble.STUCK_DOWN
        return HookTrouble.CHATTERING if self._is_chattering else HookTrouble.NONE

    def _is_stuck_up(self, now: float) -> bool:
        return self._is_up and not self._is_busy and now - self._life_at > self._stuck_s


FAULTS = {
    HookTrouble.NONE: "",
    HookTrouble.STUCK_UP: "the handset has been off its hook for long with neither call nor key: hang it up; if it "
    "hangs, the hook switch is stuck or hardware.hook_inverted is wrong",
    HookTrouble.STUCK_DOWN: "keys are pressed while the hook says that the handset hangs: the hook switch is stuck, "
    "unplugged, or hardware.hook_inverted is wrong",
    HookTrouble.INVERTED: "the hook means the contrary of what is configured: change hardware.hook_inverted, or the "
    "switch's wires",
    HookTrouble.CHATTERING: "the hook switch chatters: see its contact and its cable, or raise hardware.debounce_s",
}
"""In English for the technician."""
