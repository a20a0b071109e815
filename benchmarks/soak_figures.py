"""What a soak looks at: open files, threads, processes and memory of core and voice, and what grows on the card.

Read from /proc by process id; any thread.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

WARM_UP_SHARE = 0.2
"""Of the samples, at the beginning, that no slope is taken of: caches fill, thread pools grow to their size."""
LIMITS = {
    "open files": 0.5,
    "threads": 0.5,
    "processes": 0.2,
    "memory": 1024.0,
    "temporary files": 0.5,
    "runtime files": 0.2,
    "journal": 64.0,
}
"""Growth per 100 calls above which a figure counts as a leak; memory and journal in KiB."""

Figures = dict[str, float]
"""One look: ``<process> <what>`` to a count or KiB."""


@dataclass(frozen=True)
class Sample:
    """The figures after a number of calls. ``life`` counts the voice processes: a new one starts afresh."""

    calls: int
    life: int
    figures: Figures


@dataclass(frozen=True)
class Growth:
    """One figure over the whole soak."""

    name: str
    first: float
    last: float
    most: float
    per_100_calls: float | None
    """Slope after the warm-up; None when there are too few samples to say."""
    leaks: bool


def of_process(pid: int) -> Figures:
    """Open files, threads and proportional memory (KiB) of one process. Raises: OSError when it is gone."""
    place = Path(f"/proc/{pid}")
    rollup = (place / "smaps_rollup").read_text(encoding="ascii")
    pss = next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
    return {
        "open files": len(list((place / "fd").iterdir())),
        "threads": len(list((place / "task").iterdir())),
        "memory": float(pss),
    }


def descendants(pid: int) -> list[int]:
    """Process ids of everything that ``pid`` started and that still lives, itself not included."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *descendants(int(child))]
    return found


def entries(folder: Path) -> int:
    """How many files and folders lie below ``folder``; 0 when there is none."""
    return sum(1 for _ in folder.rglob("*")) if folder.is_dir() else 0


def look(core: int, status: Mapping[str, Any], folders: Mapping[str, Path], journal: Path) -> Figures:
    """All figures of a terminal. ``folders``: by the name of the figure. Raises: OSError when a process is gone."""
    found = {f"core {name}": value for name, value in of_process(core).items()}
    found |= {f"voice {name}": value for name, value in of_process(status["voice"]["pid"]).items()}
    found["core processes"] = len(descendants(core))
    found |= {f"all {name}": entries(folder) for name, folder in folders.items()}
    found["all journal"] = journal.stat().st_size / 1024 if journal.exists() else 0.0
    return found


def growths(samples: Sequence[Sample]) -> list[Growth]:
    """The growth of each figure. A voice process's are looked at within its life alone. Pure."""
    steady = samples[round(len(samples) * WARM_UP_SHARE) :]
    return [_growth(name, samples, steady) for name in (samples[0].figures if samples else {})]


def _growth(name: str, samples: Sequence[Sample], steady: Sequence[Sample]) -> Growth:
    values = [each.figures[name] for each in samples]
    lives = {each.life for each in steady} if name.startswith("voice ") else {0}
    slopes = [
        (len(own), _slope([(each.calls, each.figures[name]) for each in own]))
        for life in lives
        if len(own := [each for each in steady if life in (0, each.life)]) >= MIN_SAMPLES
    ]
    weight = sum(count for count, _ in slopes)
    slope = sum(count * each for count, each in slopes) / weight if weight else None
    leaks = slope is not None and slope > LIMITS[name.split(" ", 1)[1]]
    return Growth(name, values[0], values[-1], max(values), None if slope is None else round(slope, 3), leaks)


MIN_SAMPLES = 4
"""Fewer say nothing of a slope."""


def _slope(points: Iterable[tuple[int, float]]) -> float:
    """Least squares, per 100 calls."""
    calls, values = np.array(list(points), dtype=np.float64).T
    return float(np.polyfit(calls, values, 1)[0] * 100)


def table(found: Iterable[Growth]) -> str:
    """For people, as a Markdown table."""
    lines = ["| figure | first | last | most | per 100 calls | |", "|---|--:|--:|--:|--:|---|"]
    for each in found:
        slope = "-" if each.per_100_calls is None else f"{each.per_100_calls:+.2f}"
        numbers = f"{each.first:.0f} | {each.last:.0f} | {each.most:.0f} | {slope}"
        lines.append(f"| {each.name} | {numbers} | {'LEAK' if each.leaks else ''} |")
    return "\n".join(lines)
