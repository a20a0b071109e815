"""The dial race under fire: ``python -m tests.campaign.races --races 1000 --seed 1``.

Prints each broken race with its timeline, and what became of all at the end. ``--only K`` runs race K of the seed
alone, and prints how it went.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.campaign.evidence import Evidence, held, timeline
from tests.campaign.judge import Fault, faults
from tests.campaign.plan import Race, draw
from tests.campaign.terminal import Terminal

AGAIN_LATER_S = 0.02
STOOD_STILL_S = 1.0
"""A machine that gives nobody a turn for that long leaves nothing of a race to be judged."""


@dataclass
class Report:
    """What became of the races."""

    races: int = 0
    broken: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    disturbed: int = 0
    """Races that came late on a machine that stood still, or that sipp gave up, and were run again."""
    longest_two_s: float = 0.0
    """The longest time for which two calls of ours were answered at once."""
    took_s: list[float] = field(default_factory=list)

    def take(self, evidence: Evidence) -> list[Fault]:
        """Judge one more race; its faults."""
        self.races += 1
        self.counts[f"voip {evidence.race.voip}"] += 1
        self.counts[f"mobile {evidence.race.mobile}"] += 1
        self.counts[f"caller {evidence.race.caller}"] += 1
        joined = [line for _, screen, line in evidence.screens if screen == "connected"]
        self.counts[f"joined {joined[-1] if joined else 'to none'}"] += 1
        self.counts["answered calls"] += len(held(evidence))
        self.counts["crossed answers"] += sum(record["crossed_answers"] for record in evidence.records)
        self.longest_two_s = max(self.longest_two_s, two_at_once_s(evidence))
        self.took_s.append(evidence.idle - evidence.lifted)
        found = faults(evidence)
        if found:
            self.broken.append(
                {"race": evidence.race.number, "faults": [str(each) for each in found], "timeline": timeline(evidence)}
            )
        return found


def two_at_once_s(evidence: Evidence) -> float:
    """For how long the helpline held two answered calls of ours in this race."""
    calls = [*evidence.before, *held(evidence)]
    overlaps = [
        min(one.until or evidence.judged, other.until or evidence.judged) - max(one.since, other.since)
        for number, one in enumerate(calls)
        for other in calls[number + 1 :]
    ]
    return max([0.0, *overlaps])


def run(terminal: Terminal, races: Iterable[Race]) -> Iterator[Evidence]:
    """Run these races on ``terminal``, one after another."""
    for race in races:
        terminal.run(race)
        yield from terminal.judged()
    yield from terminal.judged(all_of_them=True)


def campaign(
    terminal: Terminal, seed: int, numbers: Iterable[int], report: Report
) -> Iterator[tuple[Evidence, list[Fault]]]:
    """Run them and judge each into ``report``; those that the machine or sipp spoiled are run once more.

    sipp gives a call up when a message meets it between two steps of its scenario, which the same race 20 ms later
    does not; what it rightly complains of, it complains of then as well.
    """
    again: list[Race] = []
    for evidence in run(terminal, (draw(seed, number) for number in numbers)):
        found = faults(evidence)
        is_starved = found and evidence.stalled_s and all(each.is_late for each in found)
        if is_starved or evidence.complaint or (found and evidence.stalled_s > STOOD_STILL_S):
            report.disturbed += 1
            again.append(replace(evidence.race, caller_s=evidence.race.caller_s + AGAIN_LATER_S))
            continue
        yield evidence, report.take(evidence)
    for evidence in run(terminal, again):
        yield evidence, report.take(evidence)


def main() -> int:
    """Entry of the command; 1 when a race was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign.races", description=__doc__)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="number of the first race")
    parser.add_argument("--only", type=int, help="run this race alone and print it")
    parser.add_argument("--engine", choices=("baresip", "rfcvoip"), default="baresip")
    parser.add_argument("--family", choices=("sim7600", "a76xx", "generic"), default="sim7600")
    parser.add_argument("--json", type=Path, help="write the report there")
    arguments = parser.parse_args()
    numbers = range(arguments.first, arguments.first + arguments.races)
    if arguments.only is not None:
        numbers = range(arguments.only, arguments.only + 1)
    began, report = time.monotonic(), Report()
    with tempfile.TemporaryDirectory(prefix="races-") as folder:
        terminal = Terminal(Path(folder) / "terminal", arguments.engine, arguments.family)
        try:
            for evidence, found in campaign(terminal, arguments.seed, numbers, report):
                if found or arguments.only is not None:
                    _say(f"{timeline(evidence)}\n{''.join(f'  BROKEN {each}{chr(10)}' for each in found)}")
        finally:
            if report.broken:
                _say(terminal.log() if arguments.only is not None else "")
            terminal.close()
    summary = {
        "seed": arguments.seed, "engine": arguments.engine, "family": arguments.family, "races": report.races,
        "broken": len(report.broken), "disturbed_and_run_again": report.disturbed,
        "longest_two_answered_s": round(report.longest_two_s, 3),
        "took_s": round(time.monotonic() - began, 1), "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "counts": dict(sorted(report.counts.items())),
    }  # fmt: skip
    _say(json.dumps(summary, indent=1))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps({**summary, "broken_races": report.broken}, indent=1) + "\n", "utf-8")
    return 1 if report.broken else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
