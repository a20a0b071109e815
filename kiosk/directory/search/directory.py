"""The directory that is asked: an index, with the gazetteer beside it, from question to answer (docs/search.md)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.directory.hours.openness import openness, territory_at
from kiosk.directory.hours.schedule import Kind
from kiosk.directory.index.facts import hours_of, place_of
from kiosk.directory.index.store import Index, Range, Row
from kiosk.directory.parts import Confidence, Level
from kiosk.directory.record import Service, parse
from kiosk.directory.search import matching
from kiosk.directory.search.clauses import need_clauses, word_clauses
from kiosk.directory.search.gathering import Fit, Wanted, fitting, ranges_from
from kiosk.directory.search.question import MOST_RESULTS, Answer, Clock, Found, Question
from kiosk.directory.search.ranking import NEED, WORDS, Traits, points, reasons
from kiosk.directory.search.understanding import Places, Understood, dangers, understood
from kiosk.directory.search.weighing import Moment, Scales

ENOUGH = 60
"""Good ones found near by: then it is not looked farther off. Good is at least ``GOOD`` of the best."""
GOOD = 0.6
AT_ONCE = 600
"""Rows that are read together, the best fitting first."""
LISTENING = "sante--sante-mentale--ecoute"
"""The need of a line that is there for everybody."""
NATIONAL = matching.any_of([f"v:{Level.NATIONAL}"])


@dataclass(frozen=True)
class Weighed:
    """One candidate on the scales."""

    score: float
    row: Row
    traits: Traits


class Directory:
    """An index that answers questions; one thread at a time. Close it when it is no longer asked."""

    def __init__(self, index: Index, places: Places | None = None) -> None:
        self._index = index
        self._places = places

    @classmethod
    def open(cls, path: Path, places: Places | None = None) -> "Directory":
        """The directory in the index ``path``. Raises: Damaged when it must be built again."""
        return cls(Index(path), places)

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
        """The services that answer ``question``, best first, a national line always among them. Raises: Damaged."""
        return _Search(self._index, question, clock, understood(question, self._places)).answer()


class _Search:
    """One question being answered."""

    def __init__(self, index: Index, question: Question, clock: Clock, said: Understood) -> None:
        self._index = index
        self._question = question
        self._clock = clock
        self._near = said.near
        self._moment = Moment.of(question, clock)
        self._scales = Scales(question, self._moment, said.near, index.hours)
        needs = {meaning.need: meaning.weight for meaning in said.meanings} | dict.fromkeys(question.needs, 1.0)
        self._needs = sorted(needs.items(), key=lambda one: -one[1])
        self._wanted = Wanted(
            words=word_clauses(index, said),
            needs=need_clauses(self._needs),
            must=matching.wanted(question),
            must_not=matching.unwanted(question),
        )
        self._spread: list[Range] = [(1, int(index.about["spread"]))]
        self._limit = max(1, min(question.limit, MOST_RESULTS))
        in_danger = [tag for need in dangers(needs) for tag, share in matching.meeting(need) if share == 1.0]
        self._dangers: frozenset[int] = frozenset()
        if in_danger:
            self._dangers = frozenset(
                index.numbers(matching.both(NATIONAL, matching.any_of(in_danger)), self._spread, AT_ONCE)
            )

    def answer(self) -> Answer:
        serving = matching.serving(self._near) if self._near else ""
        weighed = self._weighed(fitting(self._index, self._wanted, self._spread, serving))
        weighed += self._local()
        weighed.sort(key=_order)
        chosen = weighed[: self._limit]
        if not any(self._is_way_out(one) for one in chosen) and (self._limit > 1 or not chosen):
            chosen = [*chosen[: self._limit - 1], *self._way_out(weighed)]
        found = tuple(map(self._found, chosen))
        return Answer(found, self._clock, self._near, tuple(need for need, _ in self._needs))

    def _local(self) -> list[Weighed]:
        """Those that are found by where they are."""
        everything = [(self._spread[0][1] + 1, self._index.relays)]
        if self._near is None:
            return self._weighed(fitting(self._index, self._wanted, everything))
        if not self._near.has_point:
            inside = matching.within(self._near.department) if self._near.department else ""
            return self._weighed(fitting(self._index, self._wanted, everything, inside))
        found: dict[int, Weighed] = {}
        for ranges in ranges_from(self._index, self._near, self._question.radius_km):
            fits = fitting(self._index, self._wanted, ranges)
            found.update((one.row.number, one) for one in self._weighed(fits))
            best = max((_fit(one.traits.words, one.traits.need) for one in found.values()), default=0.0)
            good = sum(_fit(one.traits.words, one.traits.need) >= GOOD * best for one in found.values())
            if good >= max(ENOUGH, self._limit):
                break
        return list(found.values())

    def _weighed(self, fits: dict[int, Fit]) -> list[Weighed]:
        """The best fitting that pass the filters on distance and hours."""
        best_first = sorted(fits, key=lambda number: -_fit(fits[number].words, fits[number].need))
        found: list[Weighed] = []
        for start in range(0, len(best_first), AT_ONCE):
            for row in self._index.rows(best_first[start : start + AT_ONCE]):
                if self._passes(row):
                    fit = fits[row.number]
                    traits = self._scales.traits(row, fit.words, fit.need, row.number in self._dangers)
                    found.append(Weighed(sum(points(traits)), row, traits))
            if len(found) >= max(AT_ONCE // 2, self._limit):
                break
        return found

    def _passes(self, row: Row) -> bool:
        if self._question.open_at is not None and self._scales.kind(row) is Kind.CLOSED:
            return False
        radius = self._question.radius_km
        if radius is None or row.level == Level.NATIONAL:
            return True
        away = self._scales.distance_km(row)
        return away is None or away <= radius

    def _is_way_out(self, one: Weighed) -> bool:
        """A national line that can be called, is sure, and is for what was asked."""
        fits = one.traits.need > 0 if self._needs else one.traits.words > 0 or not self._wanted.words
        is_sure = one.traits.confidence is not Confidence.C
        return one.traits.level is Level.NATIONAL and one.row.phone > 0 and is_sure and fits

    def _way_out(self, weighed: Iterable[Weighed]) -> list[Weighed]:
        """The national line for when none is among the first: for the need, else its theme, else for everybody."""
        for one in weighed:
            if self._is_way_out(one):
                return [one]
        themes = {"--".join(need.split("--")[:size]): size for need, _ in self._needs for size in (1, 2)}
        wider = [sorted(theme for theme, size in themes.items() if size == wanted) for wanted in (2, 1)]
        for needs in ([need for need, _ in self._needs], *wider, [LISTENING], []):
            clauses = need_clauses([(need, 1.0) for need in needs])
            wanted = replace(self._wanted, words=[], needs=clauses, must=NATIONAL)
            if not clauses and needs:
                continue
            found = self._weighed(fitting(self._index, wanted, self._spread))
            sure = [one for one in found if one.row.phone and one.traits.confidence is not Confidence.C]
            if sure:
                return [min(sure, key=_order)]
        return []

    def _found(self, one: Weighed) -> Found:
        service = parse(self._index.line(one.row.record))
        place = place_of(service)
        territory = territory_at(place.insee, place.postcode, place.country)
        return Found(
            service=service,
            openness=openness(hours_of(service), territory, self._moment.at, self._moment.is_sure),
            distance_km=None if one.traits.distance_km is None else round(one.traits.distance_km, 2),
            room=one.traits.room,
            reasons=reasons(one.traits),
            score=round(one.score, 3),
        )


def _fit(words: float, need: float) -> float:
    return WORDS * words + NEED * need


def _order(one: Weighed) -> tuple[float, int]:
    return -one.score, one.row.record
