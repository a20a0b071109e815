"""How late a call's sound leaves while a screen is drawn: ``python -m benchmarks.rtp_lateness [--seconds S]``.

One call for each SIP engine; without a screen, with the terminal's own, and with one that is made to draw another
picture 20 times a second (calling and connected in turn, off-screen: all of it on the processor). A packet is late
by its arrival, stamped by the kernel, against the grid of its RTP timestamps laid through the stretch's most
punctual packet: what the far end's jitter buffer has to cover. Prints a table, writes JSON, asserts nothing.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.far_end import FarEnd, Packet
from benchmarks.report import Row, machine, publish, row
from benchmarks.stand import Stand, need
from kiosk import configuration
from kiosk.demo.stage import Part, python, wait_until
from kiosk.errors import RetryLater
from kiosk.snapshot import Screen, Snapshot

RTP_RATE = 8000
PICTURES_A_SECOND = 20
DRAWS_S = 4.0
"""A screen process that was started needs this long to draw its first picture, and less on an idle machine."""
ENGINES = ("baresip", "rfcvoip")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each stretch")
    parser.add_argument("--out", type=Path, help="where to write the JSON; default: benchmark-output/rtp_lateness.json")
    parser.add_argument("--animate", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.animate is not None:
        sys.exit(animate(given.animate))
    where = machine()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="rtp-") as name:
        for engine in ENGINES:
            rows += one_call(Path(name) / engine[0], engine, given.seconds)
    publish("rtp_lateness", where, rows, given.out)


def one_call(folder: Path, engine: str, seconds: float) -> list[Row]:
    """The stretches of one call over ``engine``."""
    stand = Stand(folder, engine)
    stand.scene.sections["display"] = {"driver": "offscreen"}
    far_end = FarEnd(stand.scene.sip_port)
    try:
        stand.spawn_core()
        stand.settle()
        stand.lift()
        stand.ask("intent", press="help")
        need(wait_until(lambda: stand.screen == "connected", 15), "the call")
        need(wait_until(lambda: len(far_end.packets) > 25, 10), "the call's sound")
        rows = [_stretch(far_end, f"{engine}, no screen", seconds)]
        site = ("--config", str(stand.scene.site))
        stand.scene.stage.start(Part("screen", python("kiosk", "run", "screen", *site)))
        rows.append(_stretch(far_end, f"{engine}, the screen process starts", DRAWS_S))
        rows.append(_stretch(far_end, f"{engine}, the screen shows the call", seconds, stand.scene.stage.pid("screen")))
        stand.scene.stage.end("screen")
        animation = python("benchmarks.rtp_lateness", "--animate", str(stand.scene.site))
        stand.scene.stage.start(Part("animation", animation))
        time.sleep(DRAWS_S)
        name = f"{engine}, a screen draws {PICTURES_A_SECOND} pictures a second"
        rows.append(_stretch(far_end, name, seconds, stand.scene.stage.pid("animation")))
        # A screen that could not draw would make the figure look better than it is.
        need(stand.is_alive("animation"), "the animated screen; it ended")
        rows.append(_stretch(far_end, f"{engine}, no screen again", seconds))
        return rows
    finally:
        far_end.close()
        stand.close()


def _stretch(far_end: FarEnd, name: str, seconds: float, screen: int | None = None) -> Row:
    """What arrived in the next ``seconds``, and the share of a processor that the process ``screen`` took meanwhile."""
    first = len(far_end.packets)
    worked_s = _processor_s(screen)
    time.sleep(seconds)
    worked_s = _processor_s(screen) - worked_s
    packets = far_end.packets[first:]
    need(len(packets) > seconds * 25, f"RTP packets of {name}")
    found = row(f"{name}: packets late by", lateness_ms(packets))
    lost = packets[-1].sequence - packets[0].sequence & 0xFFFF
    return {**found, "missing": lost + 1 - len(packets), "screen_processor_share": round(worked_s / seconds, 3)}


def _processor_s(pid: int | None) -> float:
    """Seconds of processor that a process has used so far."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def lateness_ms(packets: list[Packet]) -> list[float]:
    """Milliseconds of each packet behind the grid of RTP timestamps that the most punctual one sets."""
    stamps = np.array([each.stamp - packets[0].stamp & 0xFFFFFFFF for each in packets])
    arrived = np.array([each.arrived_s - packets[0].arrived_s for each in packets])
    behind = (arrived - stamps / RTP_RATE) * 1000
    return [float(each) for each in behind - behind.min()]


class Flicker:
    """A switchboard that shows another picture every 50 ms: for the screen process of the animation."""

    def __init__(self) -> None:
        self._seq = 0

    def request(self, method: str, params: Mapping[str, Any], timeout_s: float) -> Any:
        raise RetryLater(f"{method}: nobody touches this screen")

    def next_push(self, timeout_s: float) -> dict[str, Any] | None:
        time.sleep(1 / PICTURES_A_SECOND)
        self._seq += 1
        shown = Snapshot(
            seq=self._seq,
            screen=Screen.CALLING if self._seq % 2 else Screen.CONNECTED,
            language="fr",
            languages=("fr", "en"),
            line="voip",
            since_ms=time.time_ns() // 1_000_000 - 1000 * self._seq,
            ready=True,
            helpline="0 800 19 00 00",
            site="benchmark",
        )
        plain: dict[str, Any] = msgspec.to_builtins(shown)
        return plain


def animate(site: Path) -> int:
    """Be the screen process, before a switchboard that never rests; until SIGTERM."""
    from kiosk.screens import app

    return app.run(configuration.load(site), client=Flicker())


if __name__ == "__main__":
    main()
