"""How punctual a source's packets are: what the jitter buffer's delay is made from. Pure.

A packet's *transit* is its arrival less its place on the source's clock; the smallest of the last ten seconds is as
early as one can come (and follows a clock that drifts), and the others are late by the difference.
"""

import numpy as np

MEMORY = 500
"""Packets that are remembered: 10 s."""
MARGIN_S = 0.010
"""Waited beyond the lateness that is expected: for our own beat."""
AT_FIRST_S = 0.015
"""Waited until enough is known."""
MOST_S = 0.280
"""Waited at most."""
PUNCTUAL = 0.97
"""The part of all packets that are waited for."""
FORGET_S = 0.030
"""What a packet that came too late has taught is forgotten by this much in a second..."""
FORGET_REPEATED_S = 0.005
"""...and so slowly when it was not the first one lately."""
LATELY_S = 30.0
_SAME_S = 1.0
"""Late packets this close together are one lesson."""
_ENOUGH = 25


class Arrivals:
    """One source's packets. One thread."""

    def __init__(self) -> None:
        self._transits = np.zeros(MEMORY)
        self._count = 0
        self._earliest = 0.0
        self._expected = 0.0
        self._stale = False
        self._learnt = 0.0
        """The lateness of a packet that came too late, fading."""
        self._learnt_at = self._late_at = 0.0
        self._repeated = False
        self._at = 0.0
        self._before = AT_FIRST_S

    def restart(self) -> None:
        """Another time line begins; the spread of the one before is taken for it at first."""
        self._before = max(AT_FIRST_S, min(MOST_S, self.spread_s))
        self._count, self._stale = 0, False

    def lateness(self, transit: float) -> float:
        """Of a packet that is not among the counted yet, in seconds; negative: earlier than any. 0 for the first."""
        return transit - self._earliest if self._count else 0.0

    def add(self, at: float, transit: float, *, was_late: bool) -> None:
        """A packet came. ``was_late``: after it was wanted."""
        self._at = at
        if self._count and was_late:
            late = min(transit - self._earliest, MOST_S)
            if late > self._faded():
                if at - self._late_at > _SAME_S:
                    self._repeated = self._learnt > 0.0 and at - self._late_at < LATELY_S
                self._learnt, self._learnt_at, self._late_at = late, at, at
        place = self._count % MEMORY
        forgotten = float(self._transits[place]) if self._count >= MEMORY else None
        self._transits[place] = transit
        self._count += 1
        if self._count == 1 or transit < self._earliest:
            self._earliest = transit
        elif forgotten is not None and forgotten <= self._earliest:
            self._earliest = float(self._transits.min())
        self._stale = True

    def since_earliest(self, now: float, place_s: float) -> float:
        """Seconds between the earliest possible arrival of what lies at ``place_s`` and ``now``."""
        return now - place_s - self._earliest

    @property
    def spread_s(self) -> float:
        """Seconds to wait from the earliest possible arrival on."""
        if self._stale:
            known = self._transits[: min(self._count, MEMORY)]
            rank = min(len(known) - 1, int(PUNCTUAL * len(known)))
            self._expected = float(np.partition(known, rank)[rank]) - self._earliest
            self._stale = False
        late = max(self._expected if self._count else 0.0, self._faded())
        if self._count < _ENOUGH:
            late = max(late, self._before - MARGIN_S)
        return min(MOST_S, late + MARGIN_S)

    def _faded(self) -> float:
        pace = FORGET_REPEATED_S if self._repeated else FORGET_S
        return max(0.0, self._learnt - pace * (self._at - self._learnt_at))
