"""What fingers and keys ask for: pure, given where they are and when.

A touch acts when the finger leaves the glass on the target it came down on (EN 301 549 and WCAG 2.2, 2.5.2: it can
be taken back by sliding away). A key acts once however long it is held.
"""

from dataclasses import dataclass, field

from kiosk.screens.keys import deed_of
from kiosk.screens.shapes import Deed, Target

SAME_TOUCH_S = 0.15
"""Two releases on one target within this time are one: cheap glass bounces, and some report a touch twice."""


@dataclass
class Hands:
    """One person's hands. Main thread only."""

    with_panel: bool
    held: Target | None = None
    """What a finger rests on."""
    _last: tuple[Deed, float] | None = None
    _keys_down: set[int] = field(default_factory=set)

    def touch(self, target: Target | None) -> None:
        """A finger came down there."""
        self.held = target

    def leave(self, target: Target | None, now_s: float) -> Deed | None:
        """The finger left the glass there; the deed to do, if any."""
        held, self.held = self.held, None
        # By deed: the picture may have been drawn again meanwhile, with the same button elsewhere.
        if held is None or target is None or held.deed != target.deed:
            return None
        last, self._last = self._last, (target.deed, now_s)
        bounced = last is not None and last[0] == target.deed and now_s - last[1] < SAME_TOUCH_S
        return None if bounced else target.deed

    def key_down(self, code: int, modifiers: frozenset[str], is_lifted: bool) -> Deed | None:
        """A key went down, or repeats; ``code`` is SDL's."""
        if code in self._keys_down:
            return None
        self._keys_down.add(code)
        return deed_of(code, modifiers, with_panel=self.with_panel, is_lifted=is_lifted)

    def key_up(self, code: int) -> None:
        """A key is free again."""
        self._keys_down.discard(code)
