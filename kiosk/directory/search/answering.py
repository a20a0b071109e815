"""From a question that is understood to its answer: where is looked, who is judged, and the way out at the end.

One thread at a time, as the index.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kiosk.directory.hours.openness import territory_at
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.index.store import Index, Range
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import parse
from kiosk.directory.search.areas import Areas
from kiosk.directory.search.board import Board
from kiosk.directory.search.clauses import SURELY, word_clauses
from kiosk.directory.search.gathering import FIRST_REACH_KM, ranges_from, words_in
from kiosk.directory.search.judging import Judge, Worth, Worths
from kiosk.directory.search.matching import inside, serving
from kiosk.directory.search.needing import Needs, naming
from kiosk.directory.search.question import MOST_RESULTS, Answer, Clock, Found, Question, Reason
from kiosk.directory.search.ranking import AREA, ROOM, age_points, points_at, reasons
from kiosk.directory.search.understanding import Understood, dangers
from kiosk.directory.search.weighing import Asker, Day, Moment, Scales, is_point, serves

LISTENING = "sante--sante-mentale--ecoute"
"""The need of a line that is there for everybody."""


class Kept:
    """An index, and what is known of it before any question."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.cells = index.cells()
        self.spread = int(index.about["spread"])
        self.areas = Areas(self.cells, self.spread)
        # most people ask today, from here, and say neither age nor language: what is worth for one is so for the next
        self._merits = lru_cache(maxsize=16)(self._of_profiles)
        self._merits_of_lines = lru_cache(maxsize=16)(self._of_lines)
        self._areas = lru_cache(maxsize=16)(self._of_homes)
        self._rooms = lru_cache(maxsize=4)(self._of_statements)
        self._ages = lru_cache(maxsize=4)(_of_days)

    def worths(self, scales: Scales, *, of_lines: bool = False) -> Worths:
        """What all is worth for a question; ``of_lines``: as a way out, which few filters hold."""
        merits = self._merits_of_lines if of_lines else self._merits
        day = scales.day
        return Worths(merits(scales.asker), self._areas(scales.areas), self._rooms(day), self._ages(day))

    def _of_profiles(self, asker: Asker) -> Worth:
        return Worth(lambda place: asker.merit(self.cells.profiles[place]))

    def _of_lines(self, asker: Asker) -> Worth:
        return Worth(lambda place: asker.merit_of_line(self.cells.profiles[place]))

    def _of_homes(self, areas: frozenset[str]) -> Worth:
        return Worth(lambda place: AREA[serves(self.cells.homes[place], areas)])

    def _of_statements(self, day: Day) -> Worth:
        return Worth(lambda place: ROOM[day.room(self.cells.statements[place])])


def _of_days(day: Day) -> Worth:
    return Worth(lambda seen_on: age_points(day.age_days(seen_on)))


def answered(kept: Kept, question: Question, clock: Clock, said: Understood) -> Answer:
    """The answer to ``question``, which was understood as ``said``. Raises: Damaged."""
    return _Search(kept, question, clock, said).answer()


class _Search:
    """One question being answered."""

    def __init__(self, kept: Kept, question: Question, clock: Clock, said: Understood) -> None:
        self._kept = kept
        self._question = question
        self._clock = clock
        self._near = said.near
        needs = {meaning.need: meaning.weight for meaning in said.meanings} | dict.fromkeys(question.needs, 1.0)
        self._needs = dict(sorted(needs.items(), key=lambda one: -one[1]))
        self._clauses = word_clauses(kept.index, said)
        self._is_understood = bool(self._clauses or needs or not said.words)
        self._worth = Needs(kept.cells, self._needs, self._needs, question.needs)
        self._dangers = naming(kept.cells, dangers(need for need, sure in needs.items() if sure >= SURELY))
        # "ce soir" prefers who is open then; what is told of each is how it is now
        self._told = self._scales = self._scales_at(Moment.of(question, clock), said)
        if (then := self._spoken_of(said)) is not None:
            self._scales = self._scales_at(then, said)
        self._limit = max(1, min(question.limit, MOST_RESULTS))
        self._words: dict[int, float] = {}
        """Of all that were looked at: how much of the words they have."""

    def _scales_at(self, moment: Moment, said: Understood) -> Scales:
        return Scales(self._kept.cells, self._question, moment, said.near, self._kept.index.hours, said.audiences)

    def _spoken_of(self, said: Understood) -> Moment | None:
        """The time that the text speaks of; None: it does not, a filter says when, or the clock may be wrong."""
        if said.when is None or self._question.open_at is not None or not self._clock.is_trusted:
            return None
        place = said.near or Spot()
        there = zone(territory_at(place.insee or place.department) or Territory.METROPOLE)
        return Moment(said.when.after(self._clock.now.astimezone(there)), is_sure=True)

    def answer(self) -> Answer:
        board = Board(self._limit)
        if self._is_understood:
            self._look(board)
        numbers = [number for number, _ in board.best_first()]
        lines = self._kept.cells.lines
        has_way_out = self._ways_out(number for number in numbers if self._kept.cells.profile[number - 1] in lines)
        found = self._found(board, self._worth)
        if not has_way_out and (self._limit > 1 or not found):
            found = [*found[: self._limit - 1], *self._way_out()]
        return Answer(tuple(found), self._clock, self._near, tuple(self._needs))

    def _look(self, board: Board) -> None:
        judge = self._judge(board, self._kept.worths(self._scales), self._worth)
        if self._near is not None and is_point(self._near):
            self._judge_around(judge, board, self._near)
            self._judge_spread(judge)
        else:
            # the few that serve everywhere first: they set the bar for all the country's others
            self._judge_spread(judge)
            self._judge_everywhere(judge)

    def _judge(self, board: Board, worths: Worths, needs: Needs) -> Judge:
        return Judge(
            self._kept.cells, self._scales, board, needs, worths,
            must_meet=bool(self._question.needs), dangers=self._dangers, radius_km=self._question.radius_km,
        )  # fmt: skip

    def _judge_spread(self, judge: Judge) -> None:
        """Those that are found by the area that they serve."""
        words = self._words_in([(1, self._kept.spread)], serving(self._near) if self._near else "")
        numbers, needs = self._kept.areas.serving(self._near), self._kept.cells.needs
        if not self._asks_nothing:
            others: Mapping[int, float] = {} if self._question.needs else words
            numbers = [number for number in numbers if needs[number - 1] in self._worth.places or number in others]
        judge.judge(numbers, words)

    def _judge_everywhere(self, judge: Judge) -> None:
        """Those that are found by where they are, in a department, a region or the whole country."""
        everything = [(self._kept.spread + 1, self._kept.index.relays)]
        words = self._words_in(everything, inside(self._near) if self._near else "")
        self._judge_ranges(judge, everything, words, None)

    def _judge_around(self, judge: Judge, board: Board, near: Spot) -> None:
        """The same from near to far, until what is farther cannot be among the best."""
        radius_km = self._question.radius_km
        most = judge.most(bool(self._clauses))
        for away_km, ranges in ranges_from(self._kept.index, near, radius_km):
            if most + points_at(away_km) < board.bar:
                return
            if radius_km is None and away_km > FIRST_REACH_KM and board.is_full:
                return
            self._judge_ranges(judge, ranges, self._words_in(ranges), away_km)

    def _judge_ranges(
        self, judge: Judge, ranges: Sequence[Range], words: Mapping[int, float], away_km: float | None
    ) -> None:
        homes = self._kept.areas.homes_inside(self._near) if away_km is None else None
        if self._asks_nothing:
            judge.judge_all(ranges, homes)
        else:
            judge.judge_fitting(ranges, words, away_km, homes)

    def _words_in(self, ranges: Sequence[Range], within: str = "") -> dict[int, float]:
        found = words_in(self._kept.index, self._clauses, ranges, within)
        self._words.update(found)
        return found

    @property
    def _asks_nothing(self) -> bool:
        return not self._clauses and not self._needs

    # -- the way out: a national line -------------------------------------------------------------------------------

    def _ways_out(self, numbers: Iterable[int]) -> list[int]:
        """Of some national lines those that are for what was asked."""
        if self._needs:
            return self._meeting(numbers, self._worth)
        return [number for number in numbers if not self._clauses or number in self._words]

    def _meeting(self, numbers: Iterable[int], needs: Needs) -> list[int]:
        all_needs = self._kept.cells.needs
        return [number for number in numbers if all_needs[number - 1] in needs.places]

    def _way_out(self) -> list[Found]:
        """The national line for when none is among the first: for the need, else its theme, else for everybody."""
        lines = self._kept.areas.lines
        fitting = self._ways_out(lines) if self._is_understood else []
        if line := self._best_of(fitting, self._kept.worths(self._scales), self._worth):
            return line
        needs = tuple(self._needs)
        themes = [tuple(sorted({"--".join(need.split("--")[:size]) for need in needs})) for size in (2, 1)]
        worths = self._kept.worths(self._scales, of_lines=True)
        for wider in dict.fromkeys((*filter(None, (needs, *themes)), (LISTENING,))):
            worth = Needs(self._kept.cells, dict.fromkeys(wider, 1.0), self._needs)
            if line := self._best_of(self._meeting(lines, worth), worths, worth):
                return line
        return self._best_of(lines, worths, Needs(self._kept.cells, {}))

    def _best_of(self, numbers: Sequence[int], worths: Worths, needs: Needs) -> list[Found]:
        board = Board(1)
        self._judge(board, worths, needs).judge(numbers, self._words)
        return self._found(board, needs)

    # -- results ------------------------------------------------------------------------------------------------------

    def _found(self, board: Board, needs: Needs) -> list[Found]:
        cells, scales = self._kept.cells, self._scales
        best = board.best_first()
        lines = self._kept.index.lines([cells.record[number - 1] for number, _ in best])
        found = []
        for (number, score), line in zip(best, lines, strict=True):
            at = number - 1
            away_km = scales.distance_km(number)
            found.append(
                Found(
                    service=parse(line),
                    openness=self._told.openness(cells.hours[at], cells.calendar[at]),
                    distance_km=None if away_km is None else round(away_km, 2),
                    room=scales.room(number),
                    reasons=self._reasons(number, needs) if self._question.explain else (),
                    score=round(score, 3),
                )
            )
        return found

    def _reasons(self, number: int, needs: Needs) -> tuple[Reason, ...]:
        named = self._kept.cells.needs[number - 1]
        words = self._words.get(number, 0.0)
        return reasons(self._scales.traits(number, words, needs.met(named), named in self._dangers))
