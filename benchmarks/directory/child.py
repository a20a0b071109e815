"""One measured process: makes the data, builds one engine's index, or searches it; figures as JSON on its last line.

Each runs alone, so that its memory is its own: ``python -m benchmarks.directory.child JOB ...``, by the command.
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.directory.engines import ENGINES, Asked, Engine, Ours, bundle_of, bytes_in, lines_of
from benchmarks.directory.generator import generated
from benchmarks.directory.judged import FARTHEST_KM, HALVES, Judge, questions
from benchmarks.directory.real import real_services
from benchmarks.directory.rounds import rounds
from kiosk.directory import bundle, patch
from kiosk.directory.record import canonical, parse

MOST_S = 30.0
"""For one kind of question: a slow engine answers fewer of them, and the table says how many."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=["make", "bundle", "build", "first", "search"])
    parser.add_argument("--lines", type=Path, required=True)
    parser.add_argument("--engine", default=Ours.name)
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--real", type=Path, action="append", default=[])
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--asked", type=int, default=300)
    parser.add_argument("--judged", action="store_true")
    given = parser.parse_args()
    job: Callable[[argparse.Namespace], dict[str, Any]] = {
        "make": make, "bundle": packed, "build": built, "first": first, "search": searched,
    }[given.job]  # fmt: skip
    found = job(given)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({**found, "peak_mb": round(peak_mb, 1)}) + "\n")


def make(given: argparse.Namespace) -> dict[str, Any]:
    """The data: canonical lines sorted by id."""
    lines = sorted((service.id, canonical(service)) for service in generated(real_services(given.real), given.count))
    given.lines.write_bytes(b"".join(line + b"\n" for _, line in lines))
    return {"services": len(lines), "bytes": given.lines.stat().st_size}


def packed(given: argparse.Namespace) -> dict[str, Any]:
    """The bundle of it, and the patch to it from one in which a record in a thousand had another name."""
    names = {parse(line).source for line in lines_of(given.lines)}
    sources = [bundle.Source(name=name, licence="-") for name in sorted(names)]
    start = time.perf_counter()
    now = bundle.build(map(parse, lines_of(given.lines)), sources, given.lines.parent)
    bundle_of(given.lines).write_bytes(now)
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    before = bundle.build(map(parse, _older(given.lines)), sources, given.lines.parent)
    start = time.perf_counter()
    made = patch.make(before, now, given.lines.parent)
    return {
        "build_s": round(seconds, 2),
        "build_peak_mb": round(peak_mb, 1),
        "bundle_bytes": len(now),
        "patch_s": round(time.perf_counter() - start, 2),
        "patch_bytes": len(made),
    }


def _older(path: Path) -> Iterator[bytes]:
    """The lines as they were yesterday: one in a thousand was edited since."""
    chance = random.Random(1)
    for line in lines_of(path):
        yield line.replace(b'"name":"', b'"name":"Ancien ', 1) if chance.random() < 1 / 1000 else line


def built(given: argparse.Namespace) -> dict[str, Any]:
    """One engine's index."""
    start = time.perf_counter()
    ENGINES[given.engine]().build(given.lines, given.folder)
    return {"build_s": round(time.perf_counter() - start, 2), "index_bytes": bytes_in(given.folder)}


def first(given: argparse.Namespace) -> dict[str, Any]:
    """Open, and the first answer of a process that has imported everything and read nothing."""
    engine = ENGINES[given.engine]()
    start = time.perf_counter()
    engine.open(given.folder)
    opened = time.perf_counter()
    engine.search(Asked("où dormir ce soir"))
    return {"open_ms": (opened - start) * 1000, "first_ms": (time.perf_counter() - opened) * 1000}


def searched(given: argparse.Namespace) -> dict[str, Any]:
    """How long each kind of question takes, and how right the answers are."""
    engine = ENGINES[given.engine]()
    engine.open(given.folder)
    judged = questions()
    own = [one for one in judged if one.half in HALVES[:2]]
    times = {kind: _timed(engine, asked) for kind, asked in rounds(own, given.asked).items()}
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found: dict[str, Any] = {"times_ms": times, "search_peak_mb": round(peak_mb, 1)}
    if given.judged:
        judge = Judge(map(parse, lines_of(given.lines)))
        scores = []
        for one in judged:
            asked = Asked(one.text, one.language)
            if one.near is not None and not isinstance(engine, Ours):
                asked = Asked(one.text, one.language, one.near, FARTHEST_KM)
            score = judge.score(one, engine.search(asked))
            if score is not None:
                scores.append({"text": one.text, "language": one.language, "half": one.half, "ndcg": round(score, 4)})
        found["scores"] = scores
    return found


def _timed(engine: Engine, asked: list[Asked]) -> dict[str, list[float]]:
    """Milliseconds of each, by the clock and of the processor; stops when :data:`MOST_S` are over."""
    found: dict[str, list[float]] = {"clock": [], "processor": []}
    until = time.perf_counter() + MOST_S
    for one in asked:
        start, used = time.perf_counter(), time.process_time()
        if start > until:
            break
        engine.search(one)
        found["processor"].append(round((time.process_time() - used) * 1000, 3))
        found["clock"].append(round((time.perf_counter() - start) * 1000, 3))
    return found


if __name__ == "__main__":
    main()
