"""Calls over a bad network, scored: ``python -m benchmarks.voice [--short] [--rows WORD ...] [--json FILE]``.

Every terminal (ours with both engines and each codec, and Debian's baresip in its place) calls the same far end,
Debian's baresip as it is packaged, through a relay that loses and delays by a seeded plan. The far end is software
that is neither ours nor favours us: on the way out all are heard by the same receiver, on the way in all get the
same sender's packets. All terminals of a network and seed call side by side, so that they share the machine's mood.

``--rows`` keeps terminals and networks whose names contain one of the words. ``--short``: one seed, three networks,
one language and the whisper. Prints tables, writes JSON, asserts nothing.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import OUTPUT, machine
from benchmarks.voice import impairments
from benchmarks.voice.calls import Heard, calls
from benchmarks.voice.figures import Measured
from benchmarks.voice.output import write
from benchmarks.voice.sound_server import SoundServer
from benchmarks.voice.speech import RATE, Said, Speech, spoken
from benchmarks.voice.terminals import KINDS, Kind, cards

SEEDS = 3
SHORT_NETWORKS = ("clean", "loss 3 %", "bursts 10 %")
LANGUAGES = ("fr", "en", "ar", "whisper")
SHORT_LANGUAGES = ("fr", "whisper")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="under three minutes")
    parser.add_argument("--rows", nargs="+", default=[], metavar="WORD", help="only what is so named, e.g. opus clean")
    parser.add_argument("--seeds", type=int, default=0, help=f"default: {SEEDS}, short: 1")
    parser.add_argument("--json", type=Path, default=OUTPUT / "voice.json", help="where the figures go")
    parser.add_argument("--keep", type=Path, help="keep all recordings in this folder")
    given = parser.parse_args()
    where = machine()
    kinds, networks = chosen(given.rows, SHORT_NETWORKS if given.short else impairments.NAMES)
    seeds = given.seeds or (1 if given.short else SEEDS)
    with tempfile.TemporaryDirectory(prefix="voice-") as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        speech = spoken([Said(each, each) for each in (SHORT_LANGUAGES if given.short else LANGUAGES)], folder)
        measured, problems = quality(kinds, networks, seeds, speech, folder)
    write(given.json, where, measured, problems)


def chosen(words: list[str], networks: tuple[str, ...]) -> tuple[tuple[Kind, ...], tuple[str, ...]]:
    """Terminals and networks named by ``words``; a set that no word names is whole. Raises: SystemExit."""
    every = impairments.NAMES if words else networks
    for word in words:
        if not any(word in name for name in (*(kind.name for kind in KINDS), *every)):
            raise SystemExit(f"{word}: names no row; terminals: {[k.name for k in KINDS]}; networks: {list(every)}")
    kinds = tuple(kind for kind in KINDS if any(word in kind.name for word in words)) or KINDS
    return kinds, tuple(name for name in every if any(word in name for word in words)) or networks


def quality(
    kinds: tuple[Kind, ...], networks: tuple[str, ...], seeds: int, speech: Speech, folder: Path
) -> tuple[list[Measured], list[str]]:
    """All calls, scored; and what went wrong."""
    measured: list[Measured] = []
    problems: list[str] = []
    begins: dict[str, int] = {}
    server = SoundServer(cards(kinds))
    try:
        for network in networks:
            for seed in range(1, seeds + 1):
                begun = time.monotonic()
                for heard in calls(
                    kinds, network, seed, speech, folder / f"{impairments.NAMES.index(network)}-{seed}", server, begins
                ):
                    if heard.problem:
                        problems.append(f"{heard.kind.name}, {network}, seed {seed}: {heard.problem}")
                        continue
                    measured += _scored(heard, speech)
                    begins.setdefault(heard.kind.name, _begin(measured[-1:], speech))
                sys.stderr.write(f"{network}, seed {seed}: {time.monotonic() - begun:.0f} s\n")
    finally:
        server.close()
    return measured, problems


def _scored(heard: Heard, speech: Speech) -> list[Measured]:
    found = heard.scored(speech)
    names = sorted(found)  # "out" is the last
    return [Measured(heard.kind, heard.impairment, name, heard.seed, tuple(found[name])) for name in names]


def _begin(last: list[Measured], speech: Speech) -> int:
    """The packet with which a terminal's speech begins: later plans begin there, so that all lose the same words."""
    first = last[0].pieces[0].at_s - speech.pieces[0].start / RATE
    return max(0, round(first * 1000 / impairments.PACKET_MS))


if __name__ == "__main__":
    main()
