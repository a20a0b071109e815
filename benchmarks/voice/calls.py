"""One measured call: far end, relay and terminal as processes, and what came of it in both directions."""

import contextlib
import os
import threading
import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.voice.debian import DebianBaresip
from benchmarks.voice.first_word import FirstWord
from benchmarks.voice.impairments import plan
from benchmarks.voice.quality import Score, scores
from benchmarks.voice.relay import Lane, Relay
from benchmarks.voice.sound_server import SoundServer
from benchmarks.voice.speech import Samples, Speech
from benchmarks.voice.terminals import AFTER_SPEECH_S, Kind, Terminal, terminal_of
from benchmarks.voice.timing import Timing, timing
from benchmarks.voice.turns import INSTRUMENT, TERMINAL, give_turns, real_time
from benchmarks.voice.usage import Usage, seconds_a_minute, usage, voice_of
from kiosk.audio.priority import ask_for_real_time

SETTLED_S = 2.0
"""After the answer: from here on the processor's work is the call's, not the start's."""

Scoring = dict[str, Future[list[Score]]]
"""Scores that are on their way, by listener."""

_STARTING = threading.Lock()
"""Terminals come up one after another: a start is a second of work, and a call that begins beside it would feel it."""


@dataclass(frozen=True)
class Taken:
    """What the process that carries the sound took."""

    processor_s_a_minute: float
    resident_mib: float
    peak_mib: float


@dataclass
class Heard:
    """One call, over and recorded. ``recordings``: by listener, samples and rate."""

    kind: Kind
    impairment: str
    seed: int
    recordings: dict[str, tuple[Samples, int]] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    taken: Taken | None = None
    load: float = 0.0
    problem: str = ""
    """Why there is nothing to measure."""

    def scored(self, speech: Speech, pool: Executor) -> Scoring:
        """Each recording's pieces, from ``pool``: ``out`` at the far end, ``in`` at the terminal's ear."""
        return {name: pool.submit(scores, speech, *recording) for name, recording in self.recordings.items()}

    def timed(self) -> dict[str, Timing]:
        """Each direction's packets as they came to the relay: ``out`` from the terminal, ``in`` from the far end."""
        return {name: timing(lane.seen, self.kind.codec) for name, lane in self.lanes.items()}


def call(kind: Kind, impairment: str, seed: int, speech: Speech, folder: Path, server: SoundServer) -> Heard:
    """Place one call over a network with ``impairment``, laid on the first word of each direction.

    One that fails is tried a second time (a port taken, a process too slow to start on a busy machine); if that
    fails as well, it says so in ``problem``.
    """
    heard = _tried(kind, impairment, seed, speech, folder / "first", server)
    return _tried(kind, impairment, seed, speech, folder / "second", server) if heard.problem else heard


def _tried(kind: Kind, impairment: str, seed: int, speech: Speech, folder: Path, server: SoundServer) -> Heard:
    heard = Heard(kind, impairment, seed)
    with contextlib.ExitStack() as stack:
        try:
            # Real-time turns for both: here the network is measured, and busy.py asks what other work does.
            far_end = DebianBaresip(folder / "far", kind.codec, speech, before=real_time(INSTRUMENT))
            stack.callback(far_end.end)
            words = (FirstWord(speech, kind.codec), FirstWord(speech, kind.codec))
            relay = Relay(far_end.address, plan(impairment, 2 * seed), plan(impairment, 2 * seed + 1), words)
            stack.callback(relay.close)
            terminal = terminal_of(kind, folder / "near", speech, server)
            stack.callback(terminal.end)
            with _STARTING:
                terminal.dial(relay.address, far_end.answered)
                give_turns(terminal.pid, TERMINAL)
            heard.taken = _watched(terminal, speech.seconds + AFTER_SPEECH_S)
            terminal.hang_up()
            stack.close()
            heard.recordings = {"out": far_end.decoded()}
            for name, recording in terminal.heard().items():
                heard.recordings["in" if name == "ear" else f"in, {name}"] = recording
            heard.lanes = {"in": relay.inward, "out": relay.outward}
            heard.load = round(os.getloadavg()[0], 1)
            heard.timed()
        except (AssertionError, OSError, StopIteration, ValueError) as error:
            heard.problem = f"{type(error).__name__}: {error}"[:300]
    return heard


def calls(
    kinds: tuple[Kind, ...],
    impairment: str,
    seed: int,
    speech: Speech,
    folder: Path,
    server: SoundServer,
) -> list[Heard]:
    """The same for several terminals side by side, so that they meet the same machine as well."""
    found: list[Heard] = []

    def one(kind: Kind) -> None:
        # Whoever holds the interpreter must not be kept waiting, or the relays would wait with it.
        ask_for_real_time()
        found.append(call(kind, impairment, seed, speech, folder / kind.card, server))

    threads = [threading.Thread(target=one, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found, key=lambda each: kinds.index(each.kind))


def _watched(terminal: Terminal, seconds: float) -> Taken | None:
    """Wait through the call, and tell what it took."""
    until = time.monotonic() + seconds
    time.sleep(min(SETTLED_S, seconds / 2))
    before: Usage | None = None
    after: Usage | None = None
    voice = terminal.pid
    with contextlib.suppress(OSError):
        voice = voice_of(terminal.pid)
        before = usage(voice)
    time.sleep(max(0.0, until - 0.5 - time.monotonic()))
    with contextlib.suppress(OSError):
        after = usage(voice)
    time.sleep(max(0.0, until - time.monotonic()))
    if before is None or after is None:
        return None
    return Taken(round(seconds_a_minute(before, after), 2), round(after.resident_mib, 1), round(after.peak_mib, 1))
