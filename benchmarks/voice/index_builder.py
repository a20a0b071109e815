"""A stand-in for the building of the directory's index, which is not there yet.

``python -m benchmarks.voice.index_builder FOLDER``

Until SIGTERM it builds one SQLite FTS5 index after another of as many entries as the directory has, synced to the
card each time, with the low priority that the courier has. It is what keeps processor and disk busy beside a call.
"""

import os
import random
import sqlite3
import sys
from pathlib import Path

ENTRIES = 1_800
WORDS = 120
NICENESS = 10
_SYLLABLES = (
    "ac",
    "ba",
    "ce",
    "cou",
    "dé",
    "é",
    "fa",
    "gri",
    "ho",
    "in",
    "jo",
    "la",
    "ma",
    "nou",
    "qui",
    "ra",
    "so",
    "ti",
)


def main() -> None:
    os.nice(NICENESS)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(1)
    words = ["".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(4_000)]
    while True:
        build(folder / "index.db", dice, words)


def build(path: Path, dice: random.Random, words: list[str]) -> None:
    """One index, from nothing to synced."""
    path.unlink(missing_ok=True)
    index = sqlite3.connect(path)
    try:
        index.execute("PRAGMA synchronous = FULL")
        index.execute("CREATE VIRTUAL TABLE relay USING fts5(name, words, tokenize = 'unicode61 remove_diacritics 2')")
        for _ in range(ENTRIES):
            text = " ".join(dice.choices(words, k=WORDS))
            index.execute("INSERT INTO relay VALUES (?, ?)", (text[:40], text))
        index.execute("INSERT INTO relay(relay) VALUES ('optimize')")
        index.commit()
    finally:
        index.close()


if __name__ == "__main__":
    main()
