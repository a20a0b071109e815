"""How right an engine's answers are: nDCG@10 over questions that people judged by needs."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from benchmarks.directory.engines import PAGE, distance_km
from kiosk.directory.parts import Level
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.mention import spot_in
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service
from kiosk.directory.words.meaning import is_within

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "data" / "directory"
OWN = "questions.toml"
"""By the hand that wrote the directory's words; each language's list is dealt in turn to the two halves."""
OTHERS = {
    "third": "questions_third.toml",
    "fresh": "questions_fresh.toml",
    "last": "questions_last.toml",
    "strangers": "questions_strangers.toml",
    "counter": "questions_counter.toml",
    "jury": "questions_jury.toml",
    "verdict": "questions_verdict.toml",
}
"""Written when those words stood as they were, and asked once before anything was changed for them; each file says by
whom, and is a "half" of its own."""
HALVES = ("tuning", "held", *OTHERS)
FARTHEST_KM = 50
"""From the place that a question names: what is farther away answers nothing."""


@dataclass(frozen=True)
class Judged:
    """One question and the needs that answer it."""

    text: str
    language: str
    half: str
    """``tuning`` or ``held``, or which other author's."""
    exact: tuple[str, ...]
    related: tuple[str, ...]
    place: str = ""
    """The place that it names, by INSEE code or department number, where its author said so."""

    @property
    def near(self) -> Spot | None:
        """The place that it names."""
        if self.place:
            return gazetteer().by_insee(self.place) or gazetteer().find(self.place)[0]
        named = spot_in(self.text, self.language)
        return named and named[0]

    def grade(self, needs: Iterable[str]) -> int:
        """2: what was asked for; 1: of use as well; 0: neither."""
        found = list(needs)
        if any(is_within(need, theme) for need in found for theme in self.exact):
            return 2
        return int(any(is_within(need, theme) for need in found for theme in self.related))


def questions() -> list[Judged]:
    """All of all authors."""
    own = tomllib.loads((FOLDER / OWN).read_text(encoding="utf-8"))
    names: dict[str, str] = dict(own["names"])
    found = list(_of(own, names, HALVES[:2]))
    for author, file in OTHERS.items():
        theirs = tomllib.loads((FOLDER / file).read_text(encoding="utf-8"))
        names |= theirs.get("names", {})
        found += _of(theirs, names, (author,))
    return found


def _of(file: Mapping[str, Any], names: Mapping[str, str], halves: Sequence[str]) -> Iterable[Judged]:
    for language, asked in file["questions"].items():
        for at, (text, exact, related, *place) in enumerate(asked):
            yield Judged(
                text=text,
                language=language,
                half=halves[at % len(halves)],
                exact=tuple(names[name] for name in exact.split()),
                related=tuple(names[name] for name in related.split()),
                place=place[0] if place else "",
            )


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
