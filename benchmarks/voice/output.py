"""The figures as tables on the screen and as one JSON file."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.voice import busy, delay, figures
from benchmarks.voice.busy import Stretch
from benchmarks.voice.delay import Delay
from benchmarks.voice.figures import Measured


@dataclass
class Figures:
    """All that was found."""

    measured: list[Measured] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Calls that could not be measured, and why."""


def write(path: Path, where: Mapping[str, Any], found: Figures) -> None:
    """Print what was found and write it to ``path``."""
    made = figures.rows(found.measured)
    known = {**where, "load_1_min_after": round(os.getloadavg()[0], 2)}
    report = {
        "benchmark": "voice",
        "machine": known,
        "rows": figures.plain(made),
        "busy": [asdict(each) for each in found.stretches],
        "delay": [asdict(each) for each in found.delays],
        "problems": found.problems,
        "calls": [{**asdict(each), "kind": each.kind.name} for each in found.measured],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    told = [figures.table(made)] if made else []
    told += [busy.table(found.stretches)] if found.stretches else []
    told += [delay.table(found.delays)] if found.delays else []
    told += [json.dumps(known), *(f"problem: {each}" for each in found.problems), str(path)]
    sys.stdout.write("\n\n".join(told) + "\n")
