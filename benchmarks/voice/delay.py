"""Mouth-to-ear delay that the terminal adds, in each direction, without the network's, the far end's and the packet's.

The marks are words. The relay knows when each packet passed, and which words are in it: the far end speaks from its
stream's first sample on, and what it decoded begins with our stream's first packet. So

- *in* is from a packet's arrival (its first sample then, the others 20 ms long after it) to the same words leaving
  the mixer. The ear is a WAV on the terminal's beat, dated by its growth (:mod:`benchmarks.ear`).
- *out* is from words in the mouth to the moment their packet was at the relay, less the packet itself: nobody can
  send the first sample of 20 ms before the last is spoken. When the mouth said it is read off the sidetone in the
  ear: the same beat takes the mouth's frame and makes the ear's, one frame later, and 2 ms in the limiter.

A codec's own look-ahead (Opus: 6.5 ms) is in both. Ours runs as the switchboard with its voice process. Of Debian's
baresip only *in* can be told, to about 10 ms: what its card plays is recorded from the sound server.
"""

import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soxr

from benchmarks.ear import Ear
from benchmarks.stand import need
from benchmarks.voice.debian import FORMATS, DebianBaresip
from benchmarks.voice.impairments import PACKET_MS, plan
from benchmarks.voice.quality import locate
from benchmarks.voice.relay import Lane, Relay
from benchmarks.voice.sound_server import SoundServer
from benchmarks.voice.speech import RATE, Floats, Piece, Said, Speech, read_wav, spoken, write_wav
from benchmarks.voice.terminals import DebianTerminal, Kind, site_text
from benchmarks.voice.turns import INSTRUMENT, real_time
from kiosk.audio.limiter import BLOCK
from kiosk.demo.stage import wait_until
from kiosk.errors import KioskError
from kiosk.ipc import Client
from tests.integration.peers.processes import Process

SIDETONE_DB = -24.0
CHUNK_S = 1.0
"""Words are compared by pieces of this length, so that a delay that moves is seen moving."""
REACH_S = 0.25
START_S = 20.0
PACKET_S = PACKET_MS / 1000


@dataclass(frozen=True)
class Delay:
    """One terminal's delay in one direction, milliseconds, of each second of speech."""

    terminal: str
    direction: str
    values_ms: tuple[float, ...]


def speeches(folder: Path) -> tuple[Speech, Speech]:
    """What the mouth says, and what the far end says when the mouth is done."""
    mouth = spoken([Said("out", "fr")], folder)
    piece = mouth.pieces[0]
    return mouth, spoken([Said("in", "en", piece.length / RATE)], folder)


def of_ours(kind: Kind, folder: Path) -> list[Delay]:
    """Both directions of one of our terminals."""
    folder.mkdir(parents=True)
    mouth, far = speeches(folder)
    with contextlib.ExitStack() as stack:
        far_end = DebianBaresip(folder / "far", kind.codec, far, before=real_time(INSTRUMENT))
        stack.callback(far_end.end)
        relay = Relay(far_end.address, plan("clean", 0), plan("clean", 0))
        stack.callback(relay.close)
        ear = Ear(folder / "ear.wav")
        stack.callback(ear.close)
        _call_of_ours(kind, folder, mouth, far.seconds, relay, far_end, stack)
    pcm = read_wav(folder / "ear.wav")[0].astype(np.float64)
    inward, outward = far.pieces[0], mouth.pieces[0]
    far_at, _ = locate(far.of(inward), pcm)
    said_at, _ = locate(mouth.of(outward), pcm[:far_at])
    decoded, rate = far_end.decoded()
    sent = soxr.resample(decoded.astype(np.float64), rate, RATE, quality="VHQ")
    sent_at, _ = locate(mouth.of(outward), sent)
    heard = [
        ear.times_of(np.array([found]))[0] - _passed(relay.inward, at)
        for at, found in _chunks(far, inward, pcm, far_at)
    ]
    # The sidetone's place in the ear is the mouth's place a frame earlier, and the limiter's block later.
    back_s = PACKET_S + BLOCK / RATE
    spoken_at = {at: ear.times_of(np.array([found]))[0] - back_s for at, found in _chunks(mouth, outward, pcm, said_at)}
    left = [
        _passed(relay.outward, found, arrived=True) - PACKET_S - spoken_at[at]
        for at, found in _chunks(mouth, outward, sent, sent_at)
        if at in spoken_at
    ]
    return [Delay(kind.name, "in", _ms(heard)), Delay(kind.name, "out", _ms(left))]


def of_debian(kind: Kind, folder: Path, server: SoundServer) -> list[Delay]:
    """The way in of Debian's baresip, its sound card (a sound server's) included."""
    folder.mkdir(parents=True)
    mouth, far = speeches(folder)
    with contextlib.ExitStack() as stack:
        far_end = DebianBaresip(folder / "far", kind.codec, far, before=real_time(INSTRUMENT))
        stack.callback(far_end.end)
        relay = Relay(far_end.address, plan("clean", 0), plan("clean", 0))
        stack.callback(relay.close)
        terminal = DebianTerminal(kind, folder / "near", mouth, server)
        stack.callback(terminal.end)
        growth = _Growth(lambda: terminal.recorder.size() if terminal.recorder else 0, FORMATS[kind.codec][1])
        stack.callback(growth.close)
        terminal.dial(relay.address, far_end.answered)
        time.sleep(far.seconds)
        growth.close()
        terminal.hang_up()
    pcm, rate = terminal.heard()["ear"]
    heard_pcm = soxr.resample(pcm.astype(np.float64), rate, RATE, quality="VHQ")
    piece = far.pieces[0]
    far_at, _ = locate(far.of(piece), heard_pcm)
    heard = [
        growth.time_of(found / RATE) - _passed(relay.inward, at) for at, found in _chunks(far, piece, heard_pcm, far_at)
    ]
    return [Delay(kind.name, "in", _ms(heard))]


def table(found: list[Delay]) -> str:
    """The delays for people, as a Markdown table."""
    lines = ["| terminal | way | median | least | most |", "|---|---|--:|--:|--:|"]
    for each in found:
        values = each.values_ms or (float("nan"),)
        numbers = (float(np.median(values)), min(values), max(values))
        lines.append(f"| {each.terminal} | {each.direction} | {' | '.join(f'{n:.0f} ms' for n in numbers)} |")
    return "\n".join(lines)


@dataclass
class _Growth:
    """When a recording's samples came, by its length: for each moment the earliest that the growth around it allows."""

    size: Callable[[], int]
    rate: int
    seen: list[tuple[float, int]] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        self._thread.join(2)

    def time_of(self, place_s: float) -> float:
        near = [at - count / self.rate for at, count in self.seen if abs(count / self.rate - place_s) < 4.0]
        return min(near) + place_s

    def _watch(self) -> None:
        length = 0
        while not self._stopped.wait(0.002):
            now_long = self.size()
            if now_long > length:
                length = now_long
                self.seen.append((time.monotonic(), length))


def _call_of_ours(
    kind: Kind,
    folder: Path,
    mouth: Speech,
    seconds: float,
    relay: Relay,
    far_end: DebianBaresip,
    stack: contextlib.ExitStack,
) -> None:
    """The switchboard's visit: lift, press, listen, and down again."""
    write_wav(folder / "mouth.wav", mouth.pcm, RATE, wanted_rate=RATE)
    site = folder / "site.toml"
    files = {"input": str(folder / "mouth.wav"), "output": str(folder / "ear.wav")}
    audio = "".join(f"{key} = {json.dumps(value)}\n" for key, value in files.items())
    site.write_text(
        site_text(folder, relay.address, kind) + f'\n[audio]\nbackend = "files"\nsidetone_db = {SIDETONE_DB}\n{audio}'
    )
    core = Process([sys.executable, "-m", "kiosk", "run", "core", "--config", str(site)], log=folder / "log")
    stack.callback(core.end)
    client = Client(folder / "run" / "switchboard.sock", "cli")
    stack.callback(client.close)

    def proved() -> bool:
        try:
            status = client.request("status", {})
        except KioskError:
            return False
        return bool(status["lines"]["voip"]["readiness"] in ("ready", "unknown"))

    need(wait_until(proved, START_S), "the terminal's line")
    client.request("sim", {"do": "lift"})
    need(wait_until(lambda: client.request("status", {})["screen"] == "menu", START_S), "the menu")
    client.request("intent", {"press": "help"})
    far_end.answered()
    time.sleep(seconds)
    client.request("sim", {"do": "hang_up"})
    need(wait_until(lambda: client.request("status", {})["screen"] == "idle", START_S), "an idle screen")


def _chunks(speech: Speech, piece: Piece, recording: Floats, whole_at: int) -> list[tuple[int, int]]:
    """For each loud second of the piece: where it is in the speech, and where in ``recording`` (samples)."""
    wanted, size, reach = speech.of(piece), int(CHUNK_S * RATE), int(REACH_S * RATE)
    found = []
    for begin in range(0, len(wanted) - size, size):
        chunk = wanted[begin : begin + size]
        around = max(0, whole_at + begin - reach)
        if np.sqrt(np.mean(chunk**2)) < 300:
            continue
        at, likeness = locate(chunk, recording[around : whole_at + begin + size + reach])
        if likeness > 0.5:
            found.append((piece.start + begin, around + at))
    return found


def _passed(lane: Lane, sample: int, *, arrived: bool = False) -> float:
    """When ``sample`` of the stream passed the relay, as if its packet had been spoken out from then on."""
    number, inside = divmod(sample, round(PACKET_S * RATE))
    packet = next(each for each in lane.seen if each.number == number)
    return (packet.arrived_s if arrived else packet.left_s) + inside / RATE


def _ms(seconds: list[float]) -> tuple[float, ...]:
    return tuple(round(float(each) * 1000, 1) for each in seconds)
