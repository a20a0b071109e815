"""The directory's search: how fast, how large, how right, beside four others: ``python -m benchmarks.directory``.

``[--services N] [--real BUNDLE]... [--questions N] [--engine NAME]... [--tiny N] [--out FILE]`` makes a directory of
``N`` services out of the real ones (``--real``; without it those of the tests' data), then builds and asks each engine
in processes of their own, on it and on the real ones alone. TinyDB looks at every record for each question, so it gets
a directory of ``--tiny`` services. Prints tables and writes JSON. Engines that are not installed are left out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.directory.engines import ENGINES, Ours, TinyScan, missing
from benchmarks.directory.judged import HALVES
from benchmarks.directory.rounds import ALONE, PREFIX, SLIP, TEXT
from benchmarks.report import Row, machine, publish, row

GOALS = {TEXT: "p50 <= 3, p99 <= 25", SLIP: "p50 <= 3, p99 <= 25", PREFIX: "p50 <= 3, p99 <= 25"}
LONGEST_S = 3600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, default=140_000, help="0: the real ones alone")
    parser.add_argument("--real", type=Path, action="append", default=[])
    parser.add_argument("--questions", type=int, default=300, help="timed, of each kind")
    parser.add_argument("--engine", choices=list(ENGINES), action="append", default=[])
    parser.add_argument("--firsts", type=int, default=5, help="how often each engine is started anew")
    parser.add_argument("--tiny", type=int, default=14_000, help="services for TinyDB")
    parser.add_argument("--out", type=Path, help="where to write the JSON; default: benchmark-output/directory.json")
    given = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory(prefix="directory-") as folder:
        bench = _Bench(Path(folder), given)
        parts = [bench.measured("made", given.services)] if given.services else []
        parts.append(bench.measured("real", 0))
    for part in parts:
        part.show()
    rows = [each for part in parts for each in part.rows]
    documents = {part.name: part.document() for part in parts}
    publish("directory", where, rows, given.out, left_out=bench.absent, **documents)


class _Part:
    """The figures of one directory."""

    def __init__(self, name: str, services: int) -> None:
        self.name = name
        self.services = services
        self.rows: list[Row] = []
        self.sizes: dict[str, dict[str, Any]] = {}
        self.bundle: dict[str, Any] = {}
        self.right: dict[str, dict[str, float]] = {}
        self.scores: dict[str, Any] = {}

    def document(self) -> dict[str, Any]:
        """All but the times, for the JSON."""
        return {
            "services": self.services, "bundle": self.bundle, "engines": self.sizes,
            "ndcg_at_10": self.right, "scores": self.scores,
        }  # fmt: skip

    def show(self) -> None:
        """Sizes and relevance as tables."""
        say = sys.stdout.write
        say(f"\n{self.name}: {self.services} services; {json.dumps(self.bundle)}\n\n")
        say(
            "| engine | services | build s | peak MB, build | index MB | peak MB, search |\n|---|--:|--:|--:|--:|--:|\n"
        )
        for name, one in self.sizes.items():
            index_mb = one["index_bytes"] / 1e6
            say(f"| {name} | {one['services']} | {one['build_s']} | {one['build_peak_mb']} | {index_mb:.1f} |")
            say(f" {one['search_peak_mb']} |\n")
        columns = list(next(iter(self.right.values()), {}))
        say(f"\n| nDCG@10 | {' | '.join(columns)} |\n|---|{'--:|' * len(columns)}\n")
        for name, scores in self.right.items():
            say(f"| {name} | {' | '.join(f'{scores[column]:.3f}' for column in columns)} |\n")
        say("\n")


class _Bench:
    """Runs the children."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        self._folder = folder
        self._given = given
        self.absent = [name for name in ENGINES if missing(name)]
        self._engines = [name for name in given.engine or ENGINES if name not in self.absent]

    def measured(self, name: str, count: int) -> _Part:
        """All figures of the real services and ``count`` made ones."""
        lines = self._folder / f"{name}.jsonl"
        part = _Part(name, self._made(lines, count))
        part.bundle = self._child("bundle", lines)
        for engine in self._engines:
            services, data = part.services, lines
            if engine == TinyScan.name and services > self._given.tiny:
                data = self._folder / f"{name}-tiny.jsonl"
                services = self._made(data, self._given.tiny)
            self._one(part, engine, services, data)
        return part

    def _made(self, lines: Path, count: int) -> int:
        made = self._child("make", lines, "--count", str(count))
        return int(made["services"])

    def _one(self, part: _Part, engine: str, services: int, lines: Path) -> None:
        folder = self._folder / f"{part.name}-{engine.replace(' ', '-')}"
        folder.mkdir()
        where = ("--engine", engine, "--folder", str(folder))
        built = self._child("build", lines, *where)
        firsts = [self._child("first", lines, *where) for _ in range(self._given.firsts)]
        found = self._child("search", lines, *where, "--asked", str(self._given.questions), "--judged")
        about = f"{engine}, {services} services" if services != part.services else engine
        for kind in (TEXT, SLIP, PREFIX, ALONE):
            goal = GOALS.get(kind, "") if engine == Ours.name else ""
            part.rows.append(row(f"{part.name}: {about}: {kind}", found["times_ms"][kind]["clock"], goal))
            # what it is on a machine that does nothing else
            used = found["times_ms"][kind]["processor"]
            part.rows.append(row(f"{part.name}: {about}: {kind}, processor time", used))
        for key, what, goal in (("open_ms", "opening", ""), ("first_ms", "first search after that", "<= 60")):
            times = [each[key] for each in firsts]
            part.rows.append(row(f"{part.name}: {about}: {what}", times, goal if engine == Ours.name else ""))
        part.sizes[engine] = {
            "services": services, "build_s": built["build_s"], "build_peak_mb": built["peak_mb"],
            "index_bytes": built["index_bytes"], "search_peak_mb": found["search_peak_mb"],
        }  # fmt: skip
        part.scores[engine] = found["scores"]
        part.right[engine] = _means(found["scores"])

    def _child(self, job: str, lines: Path, *options: str) -> dict[str, Any]:
        real = [option for path in self._given.real for option in ("--real", str(path))]
        command = [sys.executable, "-m", "benchmarks.directory.child", job, "--lines", str(lines), *real, *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


def _means(scores: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Of all questions that somebody there answers, of each half and each language."""

    def of(**wanted: str) -> float:
        those = [one["ndcg"] for one in scores if all(one[key] == value for key, value in wanted.items())]
        return round(mean(those), 4) if those else float("nan")

    halves = {half: of(half=half) for half in HALVES}
    return {"n": float(len(scores)), "all": of(), **halves, **{each: of(language=each) for each in ("fr", "en", "ar")}}


if __name__ == "__main__":
    main()
