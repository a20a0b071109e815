"""The directory that is asked: an index, and the way from a question to its answer (docs/search.md)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.directory.hours.openness import territory_at
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.index import live
from kiosk.directory.index.store import Index, Range
from kiosk.directory.parts import Confidence, Level
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service, parse
from kiosk.directory.search import matching
from kiosk.directory.search.board import Board, Weighed
from kiosk.directory.search.clauses import SURELY, need_clauses, word_clauses
from kiosk.directory.search.gathering import FIRST_REACH_KM, Fits, Wanted, fitting, ranges_from
from kiosk.directory.search.judging import Judge
from kiosk.directory.search.question import MOST_RESULTS, Answer, Clock, Found, Question
from kiosk.directory.search.ranking import NEAR, NEED, NO_DISTANCE, WORDS, points, points_at, reasons
from kiosk.directory.search.understanding import Understood, dangers, read_words_and_places, understood
from kiosk.directory.search.weighing import Moment, Scales, is_point

LISTENING = "sante--sante-mentale--ecoute"
"""The need of a line that is there for everybody."""
NOTHING = float("-inf")
NATIONAL = matching.any_of([f"v:{Level.NATIONAL}"])


Lines = dict[tuple[tuple[str, ...], str], Fits]
"""National lines by what they are asked for and must not be: each question would look for the same few again."""
MOST_LINES = 256


class Directory:
    """An index that answers questions; one thread at a time. Close it when it is no longer asked."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lines: Lines = {}

    @classmethod
    def open(cls, path: Path) -> "Directory":
        """The directory in the index ``path``. Raises: Damaged when it must be built again.

        Words, places and cells are read now: the first question must not wait for them.
        """
        index = live.opened(path)
        read_words_and_places()
        index.cells()
        return cls(index)

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    @property
    def about(self) -> dict[str, str]:
        """What the index says of itself: ``bundle`` (SHA-256 of its lines), ``relays`` ..."""
        return self._index.about

    def service(self, id_: str) -> Service | None:
        """The record ``id_``; None: there is none. Raises: Damaged."""
        line = self._index.line_of(id_)
        return None if line is None else parse(line)

    def search(self, question: Question, clock: Clock) -> Answer:
        """The services that answer ``question``, best first, a national line among them. Raises: Damaged."""
        return _Search(self._index, self._lines, question, clock, understood(question)).answer()


class _Search:
    """One question being answered."""

    def __init__(self, index: Index, lines: Lines, question: Question, clock: Clock, said: Understood) -> None:
        self._index = index
        self._lines = lines
        self._question = question
        self._clock = clock
        self._near = said.near
        self._moment = Moment.of(question, clock)
        needs = {meaning.need: meaning.weight for meaning in said.meanings} | dict.fromkeys(question.needs, 1.0)
        self._needs = sorted(needs.items(), key=lambda one: -one[1])
        self._told = Scales(question, frozenset(needs), self._moment, said.near, index.hours, said.audiences)
        # "ce soir" prefers who is open then; what is told of each is how it is now
        then = self._spoken_of(said)
        self._scales = self._told
        if then is not None:
            self._scales = Scales(question, frozenset(needs), then, said.near, index.hours, said.audiences)
        self._wanted = Wanted(
            words=word_clauses(index, said),
            needs=need_clauses(self._needs),
            must=matching.wanted(question),
            must_not=matching.unwanted(question),
        )
        self._is_understood = bool(self._wanted.words or needs or not said.words)
        self._spread: list[Range] = [(1, int(index.about["spread"]))]
        self._limit = max(1, min(question.limit, MOST_RESULTS))
        self._board = Board(self._limit)
        told = [need for need, weight in needs.items() if weight >= SURELY]
        in_danger = [tag for need in dangers(told) for tag, share in matching.meeting(need) if share == 1.0]
        self._dangers: frozenset[int] = frozenset()
        if in_danger:
            national = matching.both(NATIONAL, matching.any_of(in_danger))
            self._dangers = frozenset(index.numbers(national, self._spread))
        self._judge = Judge(index.cells(), self._spread[0][1], self._scales, question, self._dangers, bool(needs))

    def _spoken_of(self, said: Understood) -> Moment | None:
        """The time that the text speaks of; None: it does not, a filter says when, or the clock may be wrong."""
        if said.when is None or self._question.open_at is not None or not self._clock.is_trusted:
            return None
        place = said.near or Spot()
        there = zone(territory_at(place.insee or place.department) or Territory.METROPOLE)
        return Moment(said.when.after(self._clock.now.astimezone(there)), is_sure=True)

    def answer(self) -> Answer:
        if self._is_understood:
            if self._near is not None and is_point(self._near):
                self._weigh_around(self._near)
                self._weigh_spread()
            else:
                # the few that serve everywhere first: they set the bar for all the country's others
                self._weigh_spread()
                self._weigh_everywhere()
        weighed = self._board.best_first()
        chosen = weighed[: self._limit]
        if not any(self._is_way_out(one) for one in chosen) and (self._limit > 1 or not chosen):
            chosen = [*chosen[: self._limit - 1], *self._way_out(weighed)]
        found = tuple(map(self._found, chosen))
        return Answer(found, self._clock, self._near, tuple(need for need, _ in self._needs))

    def _weigh_spread(self) -> None:
        """Those that are found by the area that they serve."""
        serving = matching.serving(self._near) if self._near else ""
        least = NOTHING if self._dangers else self._board.bar - self._judge.most - NEAR
        self._weigh(self._board, fitting(self._index, self._wanted, self._spread, serving, least), self._passes)

    def _weigh_everywhere(self) -> None:
        """Those that are found by where they are, in a department, a region or the whole country."""
        everything = [(self._spread[0][1] + 1, self._index.relays)]
        inside = matching.inside(self._near) if self._near else ""
        least = self._board.bar - self._judge.most - NO_DISTANCE
        self._weigh(self._board, fitting(self._index, self._wanted, everything, inside, least), self._passes)

    def _weigh_around(self, near: Spot) -> None:
        """The same from near to far, until what is farther cannot be among the best."""
        radius = self._question.radius_km
        fit = WORDS * bool(self._wanted.words) + NEED * bool(self._wanted.needs)
        for away_km, ranges in ranges_from(self._index, near, radius):
            least = self._board.bar - self._judge.most - points_at(away_km)
            if fit < least or (radius is None and away_km > FIRST_REACH_KM and self._board.is_full):
                return
            self._weigh(self._board, fitting(self._index, self._wanted, ranges, least=least), self._passes)

    def _weigh(self, board: Board, fits: Fits, passes: Callable[[Weighed], bool]) -> None:
        """Put those on ``board`` that may be among the best."""

        def weighed(numbers: Sequence[int]) -> Iterator[Weighed]:
            for row in self._index.rows(numbers):
                number = row.number
                words, need = fits.words_of(number), fits.need_of(number)
                traits = self._scales.traits(row, words, need, number in self._dangers)
                one = Weighed(sum(points(traits)), row, traits)
                if passes(one):
                    yield one

        board.weigh(self._judge.judged(fits, board.bar), weighed)

    def _passes(self, one: Weighed) -> bool:
        radius, away = self._question.radius_km, one.traits.distance_km
        return radius is None or away is None or away <= radius or one.traits.level is Level.NATIONAL

    def _is_way_out(self, one: Weighed) -> bool:
        """A national line that can be called, is sure, and is for what was asked."""
        fits = one.traits.need > 0 if self._needs else one.traits.words > 0 or not self._wanted.words
        return one.traits.level is Level.NATIONAL and _can_be_called(one) and fits

    def _way_out(self, weighed: list[Weighed]) -> list[Weighed]:
        """The national line for when none is among the first: for the need, else its theme, else for everybody."""
        for one in weighed:
            if self._is_way_out(one):
                return [one]
        needs = tuple(need for need, _ in self._needs)
        themes = [tuple(sorted({"--".join(need.split("--")[:size]) for need in needs})) for size in (2, 1)]
        for wider in dict.fromkeys((*filter(None, (needs, *themes)), (LISTENING,), ())):
            board = Board(1)
            self._weigh(board, self._national(wider), _can_be_called)
            if board.is_full:
                return board.best_first()[:1]
        return []

    def _national(self, needs: tuple[str, ...]) -> Fits:
        """The national lines for ``needs``; for none, all of them."""
        key = needs, self._wanted.must_not
        if key not in self._lines:
            if len(self._lines) >= MOST_LINES:
                self._lines.clear()
            sure = need_clauses([(need, 1.0) for need in needs])
            wanted = replace(self._wanted, words=[], needs=sure, must=NATIONAL)
            self._lines[key] = fitting(self._index, wanted, self._spread)
        return self._lines[key]

    def _found(self, one: Weighed) -> Found:
        service = parse(self._index.line(one.row.record))
        return Found(
            service=service,
            openness=self._told.openness(one.row.hours, one.row.calendar),
            distance_km=None if one.traits.distance_km is None else round(one.traits.distance_km, 2),
            room=one.traits.room,
            reasons=reasons(one.traits),
            score=round(one.score, 3),
        )


def _can_be_called(one: Weighed) -> bool:
    return one.row.phone > 0 and one.traits.confidence is not Confidence.C
