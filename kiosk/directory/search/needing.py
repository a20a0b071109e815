"""How surely a relay is for what is needed, by the set of needs that it names: many relays share one. One thread.

There may be dozens of sets in a directory or tens of thousands: those that meet a need are found by whole sets of
places in the list of the cells, and only what is judged is reckoned, once each.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from kiosk.directory.index.cells import Cells
from kiosk.directory.search.ranking import FOCUS, NEED
from kiosk.directory.vocabulary import vocabulary

BROADER, BESIDE = 0.6, 0.35
"""How well a need of our own is met by who names the theme around it, and by who names another need within it."""
NONE: frozenset[int] = frozenset()


class Met(NamedTuple):
    """What one set of needs is worth for a question."""

    share: float
    """Between 0 and 1: how surely it is for what is needed."""
    focus: float
    """Between 0 and 1: the share of it that is needed."""

    @property
    def points(self) -> float:
        """The rows ``need`` and ``focus``."""
        return NEED * self.share + FOCUS * self.focus


NOTHING = Met(0.0, 0.0)


class Needs:
    """What the sets of needs of an index are worth for a question, each by its place in ``cells.all_needs``."""

    def __init__(
        self, cells: Cells, needs: Mapping[str, float], focus: Iterable[str] = (), asked_for: Collection[str] = ()
    ) -> None:
        """``needs``: code, and how sure. ``focus``: for these alone is better. ``asked_for``: one must be met."""
        self._all_needs = cells.all_needs
        self._themes = tuple(f"{need}--" for need in focus)
        self._groups = [
            [(sure * share, places) for share, places in _meeting(cells, need)] for need, sure in needs.items()
        ]
        must = [places for need in asked_for for share, places in _meeting(cells, need) if share > BESIDE]
        self._must = frozenset(chain.from_iterable(must)) if asked_for else None
        self.places = self._those([places for group in self._groups for _, places in group])
        """Of all that are worth something."""
        self._known: dict[int, Met] = {}
        self._enough: tuple[int, frozenset[int]] = -1, NONE

    @property
    def most(self) -> float:
        """The points that any of them can have at the most."""
        return NEED * _either(group[0][0] for group in self._groups if group) + FOCUS if self.places else 0.0

    def met(self, place: int) -> Met:
        """What the set at ``place`` is worth."""
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._reckoned(place)
        return found

    def points(self, place: int) -> float:
        """The rows ``need`` and ``focus`` of the set at ``place``."""
        return self.met(place).points

    def enough_for(self, points: float) -> frozenset[int]:
        """The places of all sets that have so many points, and of few others (MaxScore, Turtle and Flood 1995).

        What meets a need least is left out first, as long as all that is left out does not reach it together.
        """
        least = (points - FOCUS) / NEED
        tiers = sorted((share, at) for at, group in enumerate(self._groups) for share, _ in group)
        left_out, dropped = dict[int, float](), 0
        for share, at in tiers:
            if _either((left_out | {at: share}).values()) >= least:
                break
            left_out[at] = share
            dropped += 1
        if self._enough[0] != dropped:
            those = [
                places
                for at, group in enumerate(self._groups)
                for share, places in group
                if share > left_out.get(at, 0.0)
            ]
            self._enough = dropped, self._those(those) if dropped else self.places
        return self._enough[1]

    def _those(self, of: Sequence[frozenset[int]]) -> frozenset[int]:
        found = of[0] if len(of) == 1 else NONE.union(*of)
        return found if self._must is None else found & self._must

    def _reckoned(self, place: int) -> Met:
        if place not in self.places:
            return NOTHING
        # the best tier of each need comes first
        shares = (next((share for share, places in group if place in places), 0.0) for group in self._groups)
        named = self._all_needs[place]
        focus = sum(f"{need}--".startswith(self._themes) for need in named) / max(len(named), 1)
        return Met(_either(shares), focus)


def naming(cells: Cells, needs: Iterable[str]) -> frozenset[int]:
    """The sets of needs that name one of ``needs``, or something within it."""
    return NONE.union(*(cells.within.get(need, NONE) for need in needs))


def _meeting(cells: Cells, need: str) -> list[tuple[float, frozenset[int]]]:
    """Who helps with ``need``, and how well, best first: it and all below it; of one of our own, its theme as well.

    data.inclusion knows no need of ours: its relays can only name the theme.
    """
    found = [(1.0, cells.within.get(need, NONE))]
    theme = vocabulary().theme_of(need)
    if theme not in ("", need):
        found += [(BROADER, cells.naming.get(theme, NONE)), (BESIDE, cells.within.get(theme, NONE))]
    return found


def _either(chances: Iterable[float]) -> float:
    """The chance that one of independent ``chances`` comes true."""
    doubt = 1.0
    for chance in chances:
        doubt *= 1.0 - chance
    return 1.0 - doubt
