"""The figures as tables on the screen and as one JSON file."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.voice import figures
from benchmarks.voice.figures import Measured


def write(path: Path, where: Mapping[str, Any], measured: Sequence[Measured], problems: Sequence[str]) -> None:
    """Print what was found and write it to ``path``."""
    made = figures.rows(measured)
    known = {**where, "load_1_min_after": round(os.getloadavg()[0], 2)}
    calls = [{**asdict(each), "kind": each.kind.name} for each in measured]
    report = {
        "benchmark": "voice",
        "machine": known,
        "rows": figures.plain(made),
        "problems": list(problems),
        "calls": calls,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    told = [figures.table(made), json.dumps(known), *(f"problem: {each}" for each in problems), str(path)]
    sys.stdout.write("\n\n".join(told) + "\n")
