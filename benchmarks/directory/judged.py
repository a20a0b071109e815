"""How right an engine's answers are: nDCG@10 over questions that people judged by needs."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from benchmarks.directory.engines import PAGE, distance_km
from kiosk.directory.parts import Level
from kiosk.directory.places.mention import spot_in
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service
from kiosk.directory.words.meaning import is_within

QUESTIONS = Path(__file__).resolve().parents[2] / "tests" / "data" / "directory" / "questions.toml"
FARTHEST_KM = 50
"""From the place that a question names: what is farther away answers nothing."""


@dataclass(frozen=True)
class Judged:
    """One question and the needs that answer it."""

    text: str
    language: str
    half: str
    """``tuning`` or ``held``."""
    exact: tuple[str, ...]
    related: tuple[str, ...]

    @property
    def near(self) -> Spot | None:
        """The place that it names."""
        named = spot_in(self.text, self.language)
        return named and named[0]

    def grade(self, needs: Iterable[str]) -> int:
        """2: what was asked for; 1: of use as well; 0: neither."""
        found = list(needs)
        if any(is_within(need, theme) for need in found for theme in self.exact):
            return 2
        return int(any(is_within(need, theme) for need in found for theme in self.related))


def questions(path: Path = QUESTIONS) -> list[Judged]:
    """All of the file, each language's list dealt in turn to the two halves."""
    file = tomllib.loads(path.read_text(encoding="utf-8"))
    names: Mapping[str, str] = file["names"]
    return [
        Judged(
            text=text,
            language=language,
            half="held" if at % 2 else "tuning",
            exact=tuple(names[name] for name in exact.split()),
            related=tuple(names[name] for name in related.split()),
        )
        for language, asked in file["questions"].items()
        for at, (text, exact, related) in enumerate(asked)
    ]


class Judge:
    """Grades answers over one set of services."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = {service.id: service for service in services if service.needs}
        self._by_needs: dict[tuple[str, ...], list[Service]] = {}
        for service in self._services.values():
            self._by_needs.setdefault(service.needs, []).append(service)

    def score(self, question: Judged, ids: Sequence[str]) -> float | None:
        """nDCG@10 of the answer ``ids``; None when no service there answers the question."""
        near = question.near
        best: list[int] = []
        for needs, those in self._by_needs.items():
            grade = question.grade(needs)
            if grade:
                enough = (one for one in those if _is_reached(one, near))
                best += [grade for _, one in zip(range(PAGE), enough, strict=False) if one]
        ideal = _gain(sorted(best, reverse=True)[:PAGE])
        return _gain([self._grade(question, one, near) for one in ids[:PAGE]]) / ideal if ideal else None

    def _grade(self, question: Judged, id_: str, near: Spot | None) -> int:
        service = self._services.get(id_)
        return question.grade(service.needs) if service is not None and _is_reached(service, near) else 0


def _is_reached(service: Service, near: Spot | None) -> bool:
    away = distance_km(service, near)
    return service.level is Level.NATIONAL or away is None or away <= FARTHEST_KM


def _gain(grades: Sequence[int]) -> float:
    return sum(((1 << grade) - 1) / log2(place + 2) for place, grade in enumerate(grades))
