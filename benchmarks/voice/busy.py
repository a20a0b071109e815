"""Does a busy machine show in the sound? One call of each terminal, while other programs work beside it.

Three stretches of the same call, over a clean network: nothing else runs; the terminal's screen draws 20 pictures a
second off-screen (all of it on the processor); an index is built in a loop (:mod:`benchmarks.voice.index_builder`
stands in for the directory's). In each the same sentences cross in both directions and are scored, the terminal's
packets are timed at the relay (late against their own timestamps), and the sound process's work is read off /proc.
The terminals go one after another: here nothing but the stretch's own burden is to be felt.
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.voice.debian import DebianBaresip
from benchmarks.voice.impairments import plan
from benchmarks.voice.quality import Score, scores
from benchmarks.voice.relay import Relay
from benchmarks.voice.sound_server import SoundServer
from benchmarks.voice.speech import RATE, TAIL_S, Piece, Said, Speech, spoken
from benchmarks.voice.terminals import AFTER_SPEECH_S, Kind, site_text, terminal_of
from benchmarks.voice.timing import Timing, timing
from benchmarks.voice.turns import INSTRUMENT, real_time
from benchmarks.voice.usage import Usage, seconds_a_minute, usage, voice_of
from kiosk.settings import PROJECT

BURDENS = ("idle", "screen", "index")
COMING_UP_S = 5.0
"""From a burden's start to the words spoken under it: a screen needs this long to draw its first picture."""


@dataclass(frozen=True)
class Stretch:
    """One terminal under one burden."""

    terminal: str
    burden: str
    timing: Timing
    """Of the packets that it sent in the stretch."""
    far_end: Timing
    """Of the far end's: how well the instrument itself kept time."""
    processor_s_a_minute: float
    resident_mib: float
    inward: tuple[Score, ...]
    outward: tuple[Score, ...]


def speech_of(languages: tuple[str, ...], folder: Path) -> Speech:
    """The sentences of ``languages`` under each burden, with time for it to come up."""
    said = [
        Said(f"{burden} {language}", language, COMING_UP_S if first else 0.0)
        for burden in BURDENS
        for first, language in zip((True, *(False,) * len(languages)), languages, strict=False)
    ]
    return spoken(said, folder)


def stretches(kind: Kind, speech: Speech, folder: Path, server: SoundServer) -> list[Stretch]:
    """One call of ``kind`` under all burdens. Raises: AssertionError, OSError when the call fails."""
    with contextlib.ExitStack() as stack:
        # Real-time turns for the instrument alone: the terminal is to feel its neighbours.
        far_end = DebianBaresip(folder / "far", kind.codec, speech, before=real_time(INSTRUMENT))
        stack.callback(far_end.end)
        relay = Relay(far_end.address, plan("clean", 0), plan("clean", 0))
        stack.callback(relay.close)
        terminal = terminal_of(kind, folder / "near", speech, server)
        stack.callback(terminal.end)
        terminal.dial(relay.address, far_end.answered)
        answered = time.monotonic()
        site = folder / "site.toml"
        site.write_text(site_text(folder, relay.address, kind))
        voice = terminal.pid
        marks: list[tuple[Usage, Usage]] = []
        for burden in BURDENS:
            first, last = _ends(speech, burden)
            _until(answered + first - COMING_UP_S)
            with _bearing(burden, site, folder):
                _until(answered + first)
                voice = voice_of(terminal.pid)
                before = usage(voice)
                _until(answered + last)
                marks.append((before, usage(voice)))
        _until(answered + speech.seconds + AFTER_SPEECH_S)
        terminal.hang_up()
        stack.close()
    heard_in = scores(speech, *terminal.heard()["ear"], repeats=True)
    heard_out = scores(speech, *far_end.decoded(), repeats=True)
    found = []
    for burden, (before, after) in zip(BURDENS, marks, strict=True):
        sent, came = (
            timing([p for p in lane.seen if before.at_s <= p.arrived_s <= after.at_s], kind.codec)
            for lane in (relay.outward, relay.inward)
        )
        work = round(seconds_a_minute(before, after), 2)
        parts = [tuple(s for s in heard if s.piece.startswith(burden)) for heard in (heard_in, heard_out)]
        found.append(Stretch(kind.name, burden, sent, came, work, round(after.resident_mib, 1), *parts))
    return found


def _ends(speech: Speech, burden: str) -> tuple[float, float]:
    """Seconds into the call at which the words under ``burden`` begin and end."""
    pieces: list[Piece] = [piece for piece in speech.pieces if piece.name.startswith(burden)]
    return pieces[0].start / RATE, (pieces[-1].start + pieces[-1].length) / RATE + TAIL_S / 2


@contextlib.contextmanager
def _bearing(burden: str, site: Path, folder: Path) -> Iterator[None]:
    """The burden's process, from here to the end; it must still run then, or the figure would flatter."""
    words = {
        "screen": ["benchmarks.rtp_lateness", "--animate", str(site)],
        "index": ["benchmarks.voice.index_builder", str(folder / "index")],
    }.get(burden)
    if words is None:
        yield
        return
    with (folder / f"{burden}.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", *words], cwd=PROJECT, stdout=log, stderr=log)
        try:
            yield
            if process.poll() is not None:
                told = (folder / f"{burden}.log").read_text(errors="replace")
                raise AssertionError(f"the burden {burden} ended by itself: {told[-300:]}")
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def table(found: list[Stretch]) -> str:
    """The stretches for people, as a Markdown table. PESQ: narrow band for G.711, wide band for the others."""
    lines = [
        "| terminal | beside it | RTP late p50 | p99 | max | drift | in | out | processor | memory |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in found:
        sent = each.timing
        drift = "-" if sent.drift_ppm is None else f"{sent.drift_ppm:.0f} ppm"
        heard = (_mean(each.terminal, side) for side in (each.inward, each.outward))
        lines.append(
            f"| {each.terminal} | {each.burden} | {sent.late_p50_ms:.1f} ms | {sent.late_p99_ms:.1f} | "
            f"{sent.late_max_ms:.1f} | {drift} | {' | '.join(f'{score:.2f}' for score in heard)} | "
            f"{each.processor_s_a_minute:.1f} s/min | {each.resident_mib:.0f} MiB |"
        )
    return "\n".join(lines)


def _mean(terminal: str, side: tuple[Score, ...]) -> float:
    band = "nb" if terminal.endswith("pcma") else "wb"
    return float(sum(getattr(score, band) for score in side)) / max(1, len(side))
