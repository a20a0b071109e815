"""How long a caller waits: ``python -m benchmarks.call_path [--calls N] [--out FILE]`` prints a table, writes JSON.

The terminal runs as its own processes on loopback, with the simulated panel and modem and the files handset.
A *press* is timed from the moment its request is sent to core's socket: ``intent`` is understood at once (what a
touch on the screen does), ``sim`` closes a simulated contact that first has to rest for ``debounce_s``. An INVITE
is timed by the platform's own note of it, a mobile dialling by a tap on the modem's wire. Never asserted.
"""

import argparse
import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.ear import Ear
from benchmarks.report import Row, machine, publish, row
from benchmarks.stand import Stand, need
from kiosk.demo.stage import wait_until

PLATFORM = ("--alert-after", "0.01", "--answer-after", "60")
"""Rings at once, so that a visit can end at once."""
QUIET_S = 0.2
"""On hook between two visits, so that the next visit's first sound is its own."""
BETWEEN_MOBILE_S = 0.6
"""On hook between two mobile calls: the modem is given a rest of 0.3 s after each, which is not the path's doing."""
PROBE_S = 0.004
"""Between two questions to a core that starts."""
SPARE_LOADS_S = 2.0
"""A spare that was begun needs its recordings loaded before it stands by."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=60, help="presses by intent; the other counts follow it")
    parser.add_argument("--out", type=Path, help="where to write the JSON; default: benchmark-output/call_path.json")
    parser.add_argument("--kills", type=int, default=1, help="rounds of voice processes killed")
    parser.add_argument(
        "--lived", type=float, default=31.0, help="seconds a voice process lives before its first death"
    )
    given = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory(prefix="call-path-") as name:
        rows = in_full(Path(name) / "b", given.calls, given.kills, given.lived)
        rows += in_short(Path(name) / "r", max(1, given.calls // 4))
    publish("call_path", where, rows, given.out)


def in_full(folder: Path, calls: int, kills: int, lived_s: float) -> list[Row]:
    """All figures, with the engine that terminals have."""
    few = max(1, calls // 20)
    stand = Stand(folder, "baresip")
    try:
        stand.scene.platform(*PLATFORM)
        rows = starts(stand, "baresip", few)
        rows += visits(stand, "baresip", calls, max(1, calls // 2))
        rows += voice_killed(stand, kills, lived_s)
        return rows + mobile(stand, few, max(1, calls // 6))
    finally:
        stand.close()


def in_short(folder: Path, calls: int) -> list[Row]:
    """The figures in which the other engine has a part."""
    stand = Stand(folder, "rfcvoip")
    try:
        stand.scene.platform(*PLATFORM)
        rows = starts(stand, "rfcvoip", max(1, calls // 5))
        return rows + visits(stand, "rfcvoip", calls, max(1, calls // 2))
    finally:
        stand.close()


# --- start ------------------------------------------------------------------------------------------------


def starts(stand: Stand, engine: str, times: int) -> list[Row]:
    """From core's spawning to each part's being there; the last core started is left running."""
    marks: dict[str, Callable[[dict[str, Any]], object]] = {
        "socket answers": lambda status: status,
        "voice ready": lambda status: status["voice"]["ready"],
        "SIP engine up": lambda status: status["lines"]["voip"]["reason"] != "the SIP engine is starting",
        "registered: ready to call": lambda status: status["lines"]["voip"]["readiness"] == "ready",
        "modem ready": lambda status: status["lines"]["gsm"]["readiness"] == "ready",
    }
    took: dict[str, list[float]] = {name: [] for name in marks}
    for number in range(times):
        if number:
            stand.end_core()
        spawned = stand.spawn_core()
        waiting = dict(marks)
        until = spawned + 30
        while waiting and time.monotonic() < until:
            status = stand.status()
            if status:
                for name in [name for name, is_so in waiting.items() if is_so(status)]:
                    took[name].append((time.monotonic() - spawned) * 1000)
                    del waiting[name]
            time.sleep(PROBE_S)
        need(not waiting, ", ".join(waiting))
    stand.settle()
    goals = {"registered: ready to call": "<= 1000 ms"}
    return [row(f"{engine}: core start to {name}", values, goals.get(name, "")) for name, values in took.items()]


# --- press and lift ---------------------------------------------------------------------------------------


def visits(stand: Stand, engine: str, by_intent: int, by_contact: int) -> list[Row]:
    """Press to INVITE in visits of their own, and each visit's lift to its first sound."""
    ear = stand.ear
    pressed: dict[str, list[float]] = {"intent": [], "sim": []}
    lifts: list[float] = []
    time.sleep(QUIET_S)
    for how in ["intent"] * by_intent + ["sim"] * by_contact:
        before = len(stand.invites())
        lifts.append(stand.lift())
        at = stand.ask("intent", press="help") if how == "intent" else stand.ask("sim", do="press", name="help")
        arrived = stand.next_after(stand.invites, before, "an INVITE")
        pressed[how].append((arrived - at) * 1000)
        need(wait_until(lambda: stand.screen == "alerting", 10), "the ringing")
        stand.hang_up()
        time.sleep(QUIET_S)
    time.sleep(1.2)  # the ear's file is completed once a second
    heard = [(lifted, ear.sounded_at(lifted, QUIET_S / 3)) for lifted in lifts]
    rows = [
        row(f"{engine}: press received by core to INVITE at the platform", pressed["intent"], "p99 <= 20 ms"),
        row(f"{engine}: button edge to INVITE, {debounce_ms(stand):.0f} ms of debounce included", pressed["sim"]),
    ]
    name = f"{engine}: lift edge to first prompt sample, {debounce_ms(stand):.0f} ms of debounce included"
    rows.append(row(name, [(at - lifted) * 1000 for lifted, at in heard if at is not None], "<= 150 ms"))
    return rows


def debounce_ms(stand: Stand) -> float:
    """The panel's rest before a change counts, as configured by default."""
    return float(stand.settings.hardware.debounce_s * 1000)


# --- voice ------------------------------------------------------------------------------------------------


def voice_killed(stand: Stand, times: int, lived_s: float) -> list[Row]:
    """kill -9 of the voice process while the menu is spoken, to the next sound in the ear.

    Each round has a first death, one that follows on it, and a first death that takes the spare along. First means
    that the process had lived ``lived_s``: core pauses before the restart of one that keeps dying.
    """
    kinds = {"a spare stands by": False, "again soon after": False, "the spare killed with it": True}
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(times):
        for kind, is_alone in kinds.items():
            if kind != "again soon after":
                time.sleep(lived_s)
            found[kind].append(_kill_voice(stand, is_alone))
    return [row(f"voice killed to handset sounding again, {kind}", found[kind]) for kind in kinds]


def _kill_voice(stand: Stand, spare_too: bool) -> float:
    need(wait_until(lambda: len(stand.voice_processes()) == 2, 10), "a spare voice process")
    time.sleep(SPARE_LOADS_S)
    stand.lift()
    time.sleep(QUIET_S)
    status = stand.status()["voice"]
    # A life that never got to speak counts too: the one that does may be a later one.
    lives = range(status["restarts"] + 2, status["restarts"] + 5)
    ears = [stand.follow_ear(stand.folder / f"ear-{life}.wav") for life in lives]
    victims = stand.voice_processes() if spare_too else [status["pid"]]
    killed = time.monotonic()
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    need(wait_until(lambda: _first_sound(ears, killed), 20, 0.1), "the handset's sound")
    stand.hang_up()
    return (_first_sound(ears, killed)[0] - killed) * 1000


def _first_sound(ears: list[Ear], after: float) -> list[float]:
    """The first sound of any of the ears, or nothing."""
    heard = (ear.sounded_at(after) for ear in ears)
    return sorted(at for at in heard if at is not None)[:1]


# --- the mobile line --------------------------------------------------------------------------------------


def mobile(stand: Stand, few: int, calls: int) -> list[Row]:
    """Press to mobile dialling: black-holed trunk, trunk just died, trunk known dead. Leaves the trunk dead."""
    stand.settle()
    stand.platform_anew("--behaviour", "silent")
    black = []
    for _ in range(few):
        need(wait_until(lambda: stand.readiness()["voip"] == "ready", 30), "a proved trunk")
        black.append(_press_to_mobile(stand))
    need(wait_until(lambda: stand.readiness()["voip"] == "ready", 30), "a proved trunk")
    stand.scene.stage.end("platform")
    died = [_press_to_mobile(stand)]
    need(wait_until(lambda: stand.readiness()["voip"] == "dead", 30), "the trunk known dead")
    dead = [_press_to_mobile(stand) for _ in range(calls)]
    return [
        row("trunk known dead: press to mobile dialling", dead, "0 s lost"),
        row("trunk died since its last proof (port refused): press to mobile dialling", died),
        row("trunk black-holed: press to mobile dialling", black, "<= 3000 ms"),
    ]


def _press_to_mobile(stand: Stand) -> float:
    before = len(stand.tap.dialled_at)
    stand.lift()
    pressed = stand.ask("intent", press="help")
    dialled = stand.next_after(lambda: stand.tap.dialled_at, before, "a mobile dialling")
    stand.hang_up()
    need(wait_until(lambda: stand.readiness()["gsm"] == "ready", 20), "the modem's being free again")
    time.sleep(BETWEEN_MOBILE_S)
    return (dialled - pressed) * 1000


if __name__ == "__main__":
    main()
