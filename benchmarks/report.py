"""What every benchmark ends with: the machine it ran on, its figures as a table, and the same as JSON."""

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

OUTPUT = Path("benchmark-output")
"""Where figures go unless told otherwise; not under version control."""

Row = dict[str, Any]
"""One figure: ``name``, ``unit``, ``p50``, ``p99``, ``max``, ``n``, and ``goal`` where there is one."""


def row(name: str, values: Iterable[float], goal: str = "", unit: str = "ms") -> Row:
    """The figure ``name`` of all measured ``values``; without any it says so by ``n`` 0."""
    measured = sorted(values)
    found: Row = {"name": name, "unit": unit, "n": len(measured), "goal": goal}
    p50, p99, worst = np.percentile(measured, [50, 99, 100]) if measured else (float("nan"),) * 3
    for key, value in (("p50", p50), ("p99", p99), ("max", worst)):
        found[key] = round(float(value), 2) if measured else None
    return found


def machine() -> dict[str, Any]:
    """Where the figures come from, and how busy it was with other work: a figure without this says nothing."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip().lower() in ("model name", "model"):
            model = value.strip()
            if key.strip().lower() == "model name":
                break
    return {
        "machine": platform.machine(),
        "model": model,
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_1_min_before": round(os.getloadavg()[0], 2),
    }


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """The figures for people, as a Markdown table."""
    lines = ["| figure | p50 | p99 | max | n | goal |", "|---|--:|--:|--:|--:|---|"]
    for each in rows:
        numbers = [_shown(each[key], each["unit"]) for key in ("p50", "p99", "max")]
        lines.append(f"| {each['name']} | {' | '.join(numbers)} | {each['n']} | {each['goal']} |")
    return "\n".join(lines)


def publish(name: str, where: Mapping[str, Any], rows: Iterable[Row], out: Path | None, **more: Any) -> Path:
    """Print the table and write the JSON (``benchmark-output/NAME.json``, or ``out``); returns its path."""
    rows = list(rows)
    path = out if out is not None else OUTPUT / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {**where, "load_1_min_after": round(os.getloadavg()[0], 2)}
    report = {"benchmark": name, "machine": known, "rows": rows, **more}
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{table(rows)}\n\n{json.dumps(known)}\n{path}\n")
    return path


def _shown(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.1f} {unit}"
