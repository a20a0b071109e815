"""How much of what people write about opening times is understood, and how fast: ``python -m benchmarks.hours``.

``[--texts FILE] [--rounds N] [--out FILE]`` prints two tables and writes JSON. ``--texts`` is a list of objects with
``text``, and if they have them ``source``, ``day`` (0 to 6) and ``osm`` (what a person read in it; null: not answered);
without it the texts of ``tests/data/directory/hours``. *Wrong* counts answers that mean another thing than that.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.report import machine, publish, row
from kiosk.directory.hours.french import Understood, understood, understood_week
from kiosk.directory.hours.openness import openness
from kiosk.directory.hours.outlook import outlook
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.schedule import DayPlan, plan
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.record import Hours

DATA = Path(__file__).resolve().parents[1] / "tests" / "data" / "directory" / "hours"
DAYS = tuple(date(2026, 1, 1) + timedelta(n) for n in range(365))
PARIS = Territory.METROPOLE
MONDAY = datetime(2026, 11, 23, 10, tzinfo=zone(PARIS))
WEEKLY, SEASONAL = "Mo-Fr 09:00-12:00,14:00-17:00; PH off", "Nov 01-Mar 31 Mo-Su 18:00-08:00"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, default=DATA / "corpus.json", help="JSON list of texts")
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is timed")
    parser.add_argument("--out", type=Path, help="where to write the JSON; default: benchmark-output/hours.json")
    given = parser.parse_args()
    where = machine()
    entries: list[dict[str, Any]] = json.loads(given.texts.read_text(encoding="utf-8"))
    pairs: list[dict[str, Any]] = json.loads((DATA / "pairs.json").read_text(encoding="utf-8"))
    coverage = [*covered(entries), paired(pairs)]
    sys.stdout.write("| texts | n | understood | share | wrong |\n|---|--:|--:|--:|--:|\n")
    for one in coverage:
        share = f"{100 * one['understood'] / one['n']:.0f} %" if one["n"] else "-"
        sys.stdout.write(f"| {one['texts']} | {one['n']} | {one['understood']} | {share} | {one['wrong']} |\n")
    sys.stdout.write("\n")
    reasons = Counter(found.why for _, found in asked(entries) if found.osm is None)
    rows = [
        row("one text read", timed(given.rounds, [partial(ask, entry) for entry in entries]), unit="us"),
        row("open now, every week alike", timed(given.rounds * 50, [lambda: now(WEEKLY)], forget), unit="us"),
        row("open now, out of season", timed(given.rounds * 50, [lambda: now(SEASONAL, days=200)], forget), unit="us"),
        row("open now, day and night", timed(given.rounds * 50, [lambda: now("24/7")], forget), unit="us"),
        row("open now, asked before that day", timed(given.rounds * 50, [lambda: now(WEEKLY)]), unit="us"),
    ]
    publish("hours", where, rows, given.out, coverage=coverage, not_understood=dict(reasons.most_common()))


def ask(entry: dict[str, Any]) -> Understood:
    return understood(entry["text"], frozenset({entry["day"]}) if "day" in entry else frozenset())


def asked(entries: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], Understood]]:
    return [(entry, ask(entry)) for entry in entries]


def covered(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By source, and all."""
    by_source: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        by_source.setdefault(entry.get("source", "-"), []).append(entry)
    return [_counted(source, some) for source, some in sorted(by_source.items())] + [_counted("all", entries)]


def _counted(name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    found = [(entry, answer.osm) for entry, answer in asked(entries) if answer.osm is not None]
    wrong = sum(
        "osm" in entry and (entry["osm"] is None or meaning(osm) != meaning(entry["osm"])) for entry, osm in found
    )
    return {"texts": name, "n": len(entries), "understood": len(found), "wrong": wrong}


def paired(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """The pairs of mednum-cli, against what their texts say."""
    understood_count = wrong = 0
    for pair in pairs:
        week = pair.get("week")
        found = understood_week({int(day): text for day, text in week.items()}) if week else understood(pair["text"])
        says = pair.get("says", pair["osm"])
        understood_count += found.osm is not None
        wrong += found.osm is not None and (says is None or meaning(found.osm) != meaning(says))
    return {"texts": "pairs of mednum-cli", "n": len(pairs), "understood": understood_count, "wrong": wrong}


def meaning(osm: str) -> list[DayPlan]:
    expression = parse(osm)
    return [plan(expression, day, PARIS) for day in DAYS]


def now(osm: str, days: int = 0) -> object:
    return openness(Hours(osm=osm), PARIS, MONDAY + timedelta(days))


def forget() -> None:
    """What is remembered of days, so that each is worked out anew; expressions stay parsed."""
    outlook.cache_clear()


def timed(rounds: int, things: list[Callable[[], object]], before: Callable[[], None] = lambda: None) -> list[float]:
    found = []
    for _ in range(rounds):
        for thing in things:
            before()
            start = time.perf_counter()
            thing()
            found.append((time.perf_counter() - start) * 1_000_000)
    return found


if __name__ == "__main__":
    main()
