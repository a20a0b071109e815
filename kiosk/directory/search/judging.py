"""How many points each relay has, from the cells alone, and who is among the best. Pure; one thread.

A question looks at thousands of relays and shows ten. What costs most, opening times and the great circle, is reckoned
last, and only for who can still be among the best with all that is known before: the best are exactly the best.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import compress
from math import cos, inf, radians, sqrt
from typing import NamedTuple

from kiosk.directory.index.cells import CALENDARS, Cells
from kiosk.directory.index.curve import EARTH_KM, apart_km
from kiosk.directory.index.store import Range
from kiosk.directory.search.board import Board
from kiosk.directory.search.needing import Needs
from kiosk.directory.search.ranking import DANGER, NEAR, NO_DISTANCE, OPEN, WORDS, points_at
from kiosk.directory.search.weighing import TOLD_KM, Scales

FLAT_KM = 200.0
"""So far the map may be taken for flat, to a hundredth; what is farther is judged as if it were there."""
SHORTER = 0.99
AT_ONCE = 4096
"""Relays that are looked at until it is asked again which needs are still worth it."""
MOST_OPEN = max(OPEN.values())


class Worth(dict[int, float]):
    """Points by a place in some list of the cells, each reckoned when it is first met."""

    def __init__(self, worth: Callable[[int], float]) -> None:
        super().__init__()
        self._worth = worth

    def __missing__(self, place: int) -> float:
        found = self[place] = self._worth(place)
        return found


class Worths(NamedTuple):
    """What places in the lists of the cells are worth for one question; most are so for the next one as well."""

    merits: Worth
    """Profiles; endless depths for who cannot be a result."""
    areas: Worth
    """Homes."""
    rooms: Worth
    """Statements."""
    ages: Worth
    """Days on which they were seen."""


class Judge:
    """Judges for one question, onto one board."""

    def __init__(
        self,
        cells: Cells,
        scales: Scales,
        board: Board,
        needs: Needs,
        worths: Worths,
        *,
        must_meet: bool = False,
        dangers: Container[int] = (),
        radius_km: float | None = None,
    ) -> None:
        """``must_meet``: with one of them alone somebody is a result.

        ``dangers``: sets of needs whose national lines come before all else.
        """
        self._cells = cells
        self._scales = scales
        self._board = board
        self._needs = needs
        self._points = Worth(needs.points)
        self._worths = worths
        self._must_meet = must_meet
        self._dangers = dangers
        self._radius_km = inf if radius_km is None else radius_km
        self._opens = Worth(lambda key: scales.open_points(*divmod(key, len(CALENDARS))))

    def most(self, has_words: bool) -> float:
        """What anybody can have at the most, but for distance and danger."""
        return WORDS * has_words + self._needs.most + self._scales.most

    def judge_all(self, ranges: Iterable[Range], homes: Container[int] | None) -> None:
        """All of ``ranges``, whatever they fit; ``homes``: only who is there, None: anywhere."""
        for start, end in _pieces(ranges):
            self.judge(self._at_home(range(start, end + 1), homes), {})

    def judge_fitting(
        self,
        ranges: Iterable[Range],
        words: Mapping[int, float],
        away_km: float | None,
        homes: Container[int] | None = None,
    ) -> None:
        """Those of ``ranges`` that fit a need, or are in ``words`` (number, and how much of the words it has).

        ``away_km``: how far they are at least; None: distances do not count. ``homes``: as for :meth:`judge_all`.
        """
        needs, board, meeting = self._cells.needs, self._board, self._needs.places
        rest = self._scales.most + (NO_DISTANCE if away_km is None else points_at(away_km))
        with_words = rest + WORDS * max(words.values(), default=0.0)
        for start, end in _pieces(ranges):
            enough = self._needs.enough_for(board.bar - with_words)
            if enough:
                fitting = compress(range(start, end + 1), map(enough.__contains__, needs[start - 1 : end]))
                self.judge(self._at_home(fitting, homes), words)
        if not self._must_meet:
            least = board.bar - rest
            others = [n for n, share in words.items() if WORDS * share >= least and needs[n - 1] not in meeting]
            self.judge(self._at_home(others, homes), words)

    def _at_home(self, numbers: Iterable[int], homes: Container[int] | None) -> Iterable[int]:
        return numbers if homes is None else [number for number in numbers if self._cells.home[number - 1] in homes]

    def judge(self, numbers: Iterable[int], words: Mapping[int, float]) -> None:
        """All of ``numbers``, whatever they fit."""
        cells, board, near = self._cells, self._board, self._scales.near
        profile, needs, home = cells.profile, cells.needs, cells.home
        statement, seen_on, hours, calendar = cells.statement, cells.seen_on, cells.hours, cells.calendar
        latitude, longitude = cells.latitude, cells.longitude
        national, lines = cells.national, cells.lines
        (merits, areas, rooms, ages), points, opens = self._worths, self._points, self._opens
        dangers, radius_km = self._dangers, self._radius_km
        here = (near.latitude or 0.0, near.longitude or 0.0) if near else None
        narrow = cos(radians(here[0])) if here else 1.0
        for number in numbers:
            at = number - 1
            who, needed = profile[at], needs[at]
            known = points[needed] + merits[who] + areas[home[at]] + rooms[statement[at]] + ages[seen_on[at]]
            if words:
                known += WORDS * words.get(number, 0.0)
            if dangers and needed in dangers and who in lines:
                known += DANGER * self._needs.met(needed).share
            bar = board.bar
            if known + MOST_OPEN + NEAR < bar or known == -inf:
                continue
            bound, may_go = NO_DISTANCE, False
            if here is not None:
                high, wide = latitude[at] - here[0], (longitude[at] - here[1]) * narrow
                flat_km = sqrt(high * high + wide * wide) * EARTH_KM * SHORTER
                if flat_km == flat_km:  # else it has no point
                    may_go = flat_km < TOLD_KM or who not in national
                    if may_go:
                        if flat_km > radius_km and who not in national:
                            continue
                        bound = points_at(min(flat_km, FLAT_KM))
            if known + MOST_OPEN + bound < bar:
                continue
            known += opens[hours[at] * len(CALENDARS) + calendar[at]]
            if known + bound < bar:
                continue
            if may_go and here is not None:
                away_km = apart_km(*here, latitude[at], longitude[at])
                if who not in national:
                    if away_km > radius_km:
                        continue
                    bound = points_at(away_km)
                else:
                    bound = points_at(away_km) if away_km <= TOLD_KM else NO_DISTANCE
            board.put(known + bound, cells.record[at], number, cells.twin[at])


def _pieces(ranges: Iterable[Range]) -> Iterator[Range]:
    """``ranges`` cut into pieces: with each the bar rises, and fewer needs are worth looking for."""
    for first, last in ranges:
        for start in range(first, last + 1, AT_ONCE):
            yield start, min(start + AT_ONCE - 1, last)
