"""Calls over a bad network, scored: ``python -m benchmarks.voice [--short] [--rows WORD ...] [--json FILE]``.

Every terminal (ours with both engines and each codec, and Debian's baresip in its place) calls the same far end,
Debian's baresip as it is packaged, through a relay that loses and delays by a seeded plan. The far end is software
that is neither ours nor favours us: on the way out all are heard by the same receiver, on the way in all get the
same sender's packets. Three parts:

- *quality*: PESQ of each terminal under each network, both ways at once. All terminals of a network and seed call
  side by side, so that they share the machine's mood. The relay listens for the first word and lays the plan on it,
  so that all lose the same words (to a part of a packet: no two terminals cut the speech alike).
- *busy* (:mod:`benchmarks.voice.busy`): does a drawing screen or an index that is built show in the sound?
- *delay* (:mod:`benchmarks.voice.delay`): what each terminal adds from mouth to ear.

``--rows`` keeps the parts, terminals and networks whose names contain one of the words. ``--short``: one seed, three
networks, Opus and PCMA, one language and the whisper. Prints tables, writes JSON, asserts nothing.
"""

import argparse
import importlib.util
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from benchmarks.report import OUTPUT, machine
from benchmarks.voice import busy, delay, impairments
from benchmarks.voice.busy import Stretch
from benchmarks.voice.calls import Heard, Scoring, calls
from benchmarks.voice.delay import Delay
from benchmarks.voice.figures import Measured
from benchmarks.voice.output import Figures, write
from benchmarks.voice.sound_server import SoundServer
from benchmarks.voice.speech import LEAD_S, Said, Speech, spoken
from benchmarks.voice.terminals import KINDS, Kind, cards

SEEDS = 3
PARTS = ("quality", "busy", "delay")
SHORT_NETWORKS = ("clean", "loss 3 %", "bursts 10 %")
LANGUAGES = ("fr", "en", "ar", "whisper")
SHORT_LANGUAGES = ("fr", "whisper")
SCORERS = 2
"""Processes that score, between the calls."""
COMING_UP_S = 1.3
"""Nobody speaks until all are up: this much for each terminal that is started beside the others."""
SHORT_KINDS = tuple(kind for kind in KINDS if kind.engine == "baresip" and kind.codec != "g722")
SHORT_KIND = "kiosk opus"
"""The one terminal of the short form's other parts."""

_Found = TypeVar("_Found")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="under three minutes")
    parser.add_argument("--rows", nargs="+", default=[], metavar="WORD", help="only what is so named, e.g. opus clean")
    parser.add_argument("--seeds", type=int, default=0, help=f"default: {SEEDS}, short: 1")
    parser.add_argument("--json", type=Path, default=OUTPUT / "voice.json", help="where the figures go")
    parser.add_argument("--keep", type=Path, help="keep all recordings in this folder")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    if importlib.util.find_spec("pesq") is None:
        raise SystemExit("pesq is not installed: nothing can be scored; install the extra 'bench'")
    where = machine()
    usual = (SHORT_KINDS, SHORT_NETWORKS) if given.short else (KINDS, impairments.NAMES)
    parts, kinds, networks = chosen(given.rows, *usual)
    some = tuple(kind for kind in kinds if kind.name == SHORT_KIND) if given.short else kinds
    found = Figures()
    with tempfile.TemporaryDirectory(prefix="voice-") as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        server = SoundServer(cards(kinds))
        try:
            if "quality" in parts:
                said = [Said(each, each) for each in (SHORT_LANGUAGES if given.short else LANGUAGES)]
                seeds = given.seeds or (1 if given.short else SEEDS)
                speech = spoken(said, folder, LEAD_S + COMING_UP_S * len(kinds))
                quality(kinds, networks, seeds, speech, folder, server, found)
            if "busy" in parts:
                found.stretches = strained(some, ("fr",) if given.short else ("fr", "en"), folder, server, found)
            if "delay" in parts:
                found.delays = delays(some, folder, server, found)
        finally:
            server.close()
    write(given.json, where, found)


def chosen(
    words: Sequence[str], kinds: tuple[Kind, ...], networks: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Kind, ...], tuple[str, ...]]:
    """Parts, terminals and networks named by ``words``; ``kinds`` and ``networks`` where no word names one.

    Raises: SystemExit for a word that names nothing.
    """
    for word in words:
        names = (*PARTS, *(kind.name for kind in KINDS), *impairments.NAMES)
        if not any(word in name for name in names):
            raise SystemExit(f"{word}: names no row; there are: {', '.join(names)}")
    parts = tuple(part for part in PARTS if part in words) or PARTS
    named = tuple(kind for kind in KINDS if any(word in kind.name for word in words))
    meant = tuple(name for name in impairments.NAMES if any(word in name for word in words))
    return parts, named or kinds, meant or networks


def quality(
    kinds: tuple[Kind, ...],
    networks: tuple[str, ...],
    seeds: int,
    speech: Speech,
    folder: Path,
    server: SoundServer,
    found: Figures,
) -> None:
    """All calls over all networks, scored into ``found``."""
    waiting: list[tuple[Heard, Scoring]] = []
    with ProcessPoolExecutor(SCORERS) as pool:
        for network in networks:
            for seed in range(1, seeds + 1):
                begun = time.monotonic()
                place = folder / f"{impairments.NAMES.index(network)}-{seed}"
                for heard in calls(kinds, network, seed, speech, place, server):
                    if heard.problem:
                        found.problems.append(f"{heard.kind.name}, {network}, seed {seed}: {heard.problem}")
                        continue
                    # Scored beside the next calls, which have real-time turns and do not feel it.
                    waiting.append((heard, heard.scored(speech, pool)))
                _say(f"{network}, seed {seed}: {time.monotonic() - begun:.0f} s")
        for heard, scoring in waiting:
            found.measured += _measured(heard, scoring)


def strained(
    kinds: tuple[Kind, ...], languages: tuple[str, ...], folder: Path, server: SoundServer, found: Figures
) -> list[Stretch]:
    """A call of each terminal under each burden."""
    speech = busy.speech_of(languages, folder)

    def one(kind: Kind) -> list[Stretch]:
        return busy.stretches(kind, speech, folder / "busy" / kind.card, server)

    return _each(kinds, "busy", one, found)


def delays(kinds: tuple[Kind, ...], folder: Path, server: SoundServer, found: Figures) -> list[Delay]:
    """What each terminal adds."""

    def one(kind: Kind) -> list[Delay]:
        place = folder / "delay" / kind.card
        return delay.of_debian(kind, place, server) if kind.software == "debian" else delay.of_ours(kind, place)

    return _each(kinds, "delay", one, found)


def _each(kinds: tuple[Kind, ...], part: str, one: Callable[[Kind], list[_Found]], found: Figures) -> list[_Found]:
    """What ``one`` finds for each terminal; one that fails is a problem and stops no other."""
    gathered: list[_Found] = []
    for kind in kinds:
        try:
            gathered += one(kind)
        except (AssertionError, OSError, StopIteration, ValueError) as error:
            found.problems.append(f"{kind.name}, {part}: {type(error).__name__}: {error}"[:300])
        _say(f"{part}, {kind.name}")
    return gathered


def _measured(heard: Heard, scoring: Scoring) -> list[Measured]:
    timed, found = heard.timed(), []
    for name, scores in sorted(scoring.items()):
        way = name.partition(",")[0]
        seen = heard.lanes[way].seen
        lost = sum(each.lost for each in seen)
        late_ms = round(heard.lanes[way].late_s * 1000, 1)
        facts = (timed[way], heard.taken, len(seen), lost, heard.load, late_ms)
        found.append(Measured(heard.kind, heard.impairment, name, heard.seed, tuple(scores.result()), *facts))
    return found


def _say(progress: str) -> None:
    sys.stderr.write(f"{progress} (load {os.getloadavg()[0]:.1f})\n")


if __name__ == "__main__":
    main()
