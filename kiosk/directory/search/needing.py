"""How surely a relay is for what is needed: reckoned once for each set of needs, however many relays share it. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kiosk.directory.index.cells import Cells
from kiosk.directory.search.ranking import FOCUS, NEED
from kiosk.directory.vocabulary import vocabulary

BROADER, BESIDE = 0.6, 0.35
"""How well a need of our own is met by who names the theme around it, and by who names another need within it."""


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


def met(
    cells: Cells, needs: Mapping[str, float], focus: Collection[str], asked_for: Collection[str] = ()
) -> dict[int, Met]:
    """What each set of needs (by its place in ``cells.all_needs``) is worth; those that are worth nothing are left out.

    ``needs``: code, and how sure. ``focus``: who is for these alone comes first. ``asked_for``: one must be met.
    """
    doubts: dict[int, float] = {}
    for need, sure in needs.items():
        for place, share in _meeting(cells, need).items():
            doubts[place] = doubts.get(place, 1.0) * (1.0 - sure * share)
    must = {place for need in asked_for for place in _asked_for(cells, need)}
    themes = tuple(f"{need}--" for need in focus)
    return {
        place: Met(1.0 - doubt, _focus(cells.all_needs[place], themes))
        for place, doubt in doubts.items()
        if doubt < 1.0 and (not asked_for or place in must)
    }


def naming(cells: Cells, needs: Iterable[str]) -> frozenset[int]:
    """The sets of needs that name one of ``needs``, or something within it."""
    return frozenset(place for need in needs for place in cells.within.get(need, ()))


def _meeting(cells: Cells, need: str) -> Mapping[int, float]:
    """Who helps with ``need``, and how well: it and all below it; of one of our own, its theme as well.

    data.inclusion knows no need of ours: its relays can only name the theme.
    """
    whole = dict.fromkeys(cells.within.get(need, ()), 1.0)
    theme = vocabulary().theme_of(need)
    if theme in ("", need):
        return whole
    beside = dict.fromkeys(cells.within.get(theme, ()), BESIDE)
    return beside | dict.fromkeys(cells.naming.get(theme, ()), BROADER) | whole


def _asked_for(cells: Cells, need: str) -> Iterator[int]:
    """The same but for those who help with something like it alone."""
    return (place for place, share in _meeting(cells, need).items() if share > BESIDE)


def _focus(named: Sequence[str], themes: tuple[str, ...]) -> float:
    return sum(f"{need}--".startswith(themes) for need in named) / max(len(named), 1)
