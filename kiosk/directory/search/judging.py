"""How many points a relay can have at the most, from its cells alone: so that few rows are read (board.py). Pure."""

from math import cos, radians, sqrt

from kiosk.directory.index.cells import CALENDARS, Cells
from kiosk.directory.index.curve import EARTH_KM
from kiosk.directory.search.gathering import Fits
from kiosk.directory.search.question import Question
from kiosk.directory.search.ranking import DANGER, NEED, NO_DISTANCE, OPEN, WORDS, merit, open_points, points_at
from kiosk.directory.search.weighing import TOLD_KM, Scales

FLAT_KM = 200.0
"""So far the map may be taken for flat, to a hundredth; what is farther is judged as if it were there."""
SHORTER = 0.99
ROUNDING = 1e-4
"""Cells are rounded more than sums are."""


class Judge:
    """Judges for one question."""

    def __init__(
        self,
        cells: Cells,
        spread: int,
        scales: Scales,
        question: Question,
        dangers: frozenset[int],
        has_needs: bool,
    ) -> None:
        self._cells = cells
        self._spread = spread
        self._scales = scales
        self._near = scales.near
        self._dangers = dangers
        self._radius_km = question.radius_km
        self._opens: dict[int, float] = {}
        self._must_be_open = question.open_at is not None
        self._merits = [
            merit(profile, has_needs, scales.best_audience, scales.names_language) for profile in cells.profiles
        ]

    @property
    def most(self) -> float:
        """What anybody can have at the most, but for fit, distance and danger."""
        return max(OPEN.values()) + max(self._merits, default=0.0)

    def judged(self, fits: Fits, bar: float) -> list[tuple[float, int]]:
        """Points at the most and number of those of ``fits`` who can reach ``bar``."""
        cells, opens, merits, near = self._cells, self._opens, self._merits, self._near
        spread, bar = self._spread, bar - ROUNDING
        words, doubts, dangers = fits.words, fits.doubts, self._dangers
        hours, calendar, profile = cells.hours, cells.calendar, cells.profile
        latitude, longitude = cells.latitude, cells.longitude
        here = (near.latitude or 0.0, near.longitude or 0.0) if near else (0.0, 0.0)
        narrow = cos(radians(here[0]))
        found = []
        for number in fits.numbers():
            at = number - 1
            key = hours[at] * len(CALENDARS) + calendar[at]
            if key in opens:
                is_open = opens[key]
            else:
                is_open = opens[key] = self._open(hours[at], calendar[at])
            need = 1.0 - doubts.get(number, 1.0)
            most = WORDS * words.get(number, 0.0) + NEED * need + is_open + merits[profile[at]]
            if dangers and number in dangers:
                most += DANGER * need
            if near is None:
                most += NO_DISTANCE
            else:
                high, wide = latitude[at] - here[0], (longitude[at] - here[1]) * narrow
                away = sqrt(high * high + wide * wide) * EARTH_KM * SHORTER
                # not a number where it has no point; a national one may be too far off to be a place to go to
                if away != away or (number <= spread and away > TOLD_KM * SHORTER):
                    most += NO_DISTANCE
                else:
                    most += points_at(min(away, FLAT_KM))
            if most >= bar:
                found.append((most, number))
        return found

    def _open(self, hours: int, calendar: int) -> float:
        return open_points(self._scales.kind(hours, calendar), self._must_be_open)
