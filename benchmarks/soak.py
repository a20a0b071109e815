"""Calls in a row with a fault in every other one, and what they leave behind: ``python -m benchmarks.soak``.

Prints a table of open files, threads, processes, memory and files, with their growth per 100 calls, and writes it as
JSON. Exit 1 when something leaks or a call was lost without a reason. As root it runs in a network namespace of its
own, so that the network can be taken away in a call.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.report import OUTPUT, machine
from benchmarks.soak_faults import ALWAYS, WITH_A_NETWORK_OF_ITS_OWN, Fault, nothing
from benchmarks.soak_figures import Growth, Sample, growths, table
from benchmarks.soak_stand import STEP_S, SoakStand
from kiosk.demo.stage import wait_until

EVERY = 10
"""Calls between two looks."""
WARM_UP = 2
"""Calls before the first look: what is loaded at the first call is no leak."""
BACK_S = 20.0
"""A path that was taken away must be ready again within that."""
LOG_OF_A_LOST_CALL = 3000
"""Characters of core's log that are kept of it."""
DWELLS_S = (0.1, 0.1, 0.3, 1.0, 5.0)
"""How long a caller stays after a fault befell."""


@dataclass
class Soak:
    """What came of it."""

    samples: list[Sample] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    """Calls that were not connected although both paths were whole before."""
    records: int = 0
    restarts: int = 0

    @property
    def growths(self) -> list[Growth]:
        return growths(self.samples)


def run(stand: SoakStand, calls: int, seed: int, befalls: dict[Fault, int]) -> Soak:
    """``calls`` calls on ``stand``, the same ones for the same ``seed``."""
    soak = Soak()
    for _ in range(WARM_UP):
        one_call(stand, nothing, random.Random(seed), soak, "warming up")
    take_sample(stand, 0, soak)
    for number in range(1, calls + 1):
        dice = random.Random(f"call {seed}/{number}")
        fault = dice.choices(list(befalls), list(befalls.values()))[0]
        soak.faults[fault.__name__] += 1
        one_call(stand, fault, dice, soak, f"call {number}")
        if number % EVERY == 0 or number == calls:
            take_sample(stand, number, soak)
    soak.restarts = stand.life() - 1
    return soak


def take_sample(stand: SoakStand, number: int, soak: Soak) -> None:
    """One look, after the records were carried away."""
    soak.records += stand.carry_away()
    soak.samples.append(Sample(number, stand.life(), stand.figures()))


def one_call(stand: SoakStand, fault: Fault, dice: random.Random, soak: Soak, name: str) -> None:
    """Lift, press, be connected, be hit, stay a while, hang up; then the fault is undone and the terminal recovers."""
    stand.need(lambda: stand.status().get("ready"), BACK_S + STEP_S, "a path that is proved")
    stand.lift_and_press()
    seen: list[tuple[float, str]] = []
    pressed = time.monotonic()

    def is_over() -> bool:
        # Not the screen: on a mobile line whose modem cannot be believed about the answer it goes on ringing.
        state = str(stand.status().get("state", ""))
        if not seen or seen[-1][1] != state:
            seen.append((round(time.monotonic() - pressed, 2), state))
        return state in ("connected", "over")

    wait_until(is_over, 2 * STEP_S, 0.02)
    if seen[-1][1] != "connected":
        log = stand.scene.log("core")[-LOG_OF_A_LOST_CALL:]
        soak.lost.append(f"{name}, before {fault.__name__}: {seen} {stand.status().get('lines')}\n{log}")
    undo = fault(stand, dice)
    time.sleep(dice.choice(DWELLS_S))
    soak.outcomes[stand.screen()] += 1
    try:
        stand.hang_up()
    finally:
        if undo is not None:
            undo()


def report(soak: Soak, seed: int, engine: str) -> dict[str, Any]:
    """All of it, to be written as JSON."""
    found = soak.growths
    return {
        "calls": soak.samples[-1].calls, "seed": seed, "engine": engine, "machine": machine(),
        "faults": dict(soak.faults), "screen_at_hang_up": dict(soak.outcomes), "lost": soak.lost,
        "records": soak.records, "voice_restarts": soak.restarts,
        "growth": [asdict(each) for each in found], "leaks": [each.name for each in found if each.leaks],
        "samples": [{"calls": each.calls, "life": each.life, **each.figures} for each in soak.samples],
    }  # fmt: skip


def main() -> int:
    """Entry of the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("baresip", "rfcvoip"), default="baresip")
    parser.add_argument("--json", type=Path, default=OUTPUT / "soak.json")
    parser.add_argument("--shared-network", action="store_true", help="stay in this network; it is not taken away")
    parser.add_argument("--own-network", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.own_network:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    elif not arguments.shared_network and (status := _again_in_a_network_of_its_own()) is not None:
        return status
    befalls = WITH_A_NETWORK_OF_ITS_OWN if arguments.own_network else ALWAYS
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        stand = SoakStand(Path(folder), arguments.engine)
        try:
            soak = run(stand, arguments.calls, arguments.seed, befalls)
        finally:
            stand.close()
    found = {**report(soak, arguments.seed, arguments.engine), "took_s": round(time.monotonic() - began)}
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    told = {key: found[key] for key in ("calls", "seed", "engine", "faults", "lost", "voice_restarts", "took_s")}
    sys.stdout.write(f"{table(soak.growths)}\n\n{json.dumps(told, indent=1)}\n{arguments.json}\n")
    return 1 if found["leaks"] or found["lost"] else 0


def _again_in_a_network_of_its_own() -> int | None:
    """Run this command where only a loopback of its own is; its status, or None where that cannot be."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("ip") is None:
        return None
    inside = [sys.executable, "-m", "benchmarks.soak", *sys.argv[1:], "--own-network"]
    with contextlib.suppress(OSError):
        if subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode == 0:
            return subprocess.run(["unshare", "--net", *inside], check=False).returncode
    return None


if __name__ == "__main__":
    sys.exit(main())
