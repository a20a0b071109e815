"""The questions that are timed: what people ask, where people live, some with a slip or half a word."""

import random
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.directory.engines import NOON, Asked
from benchmarks.directory.generator import communes_by_people
from benchmarks.directory.judged import Judged
from kiosk.directory.places.mention import spot_in

RADIUS_KM = 30

TEXT = "text, 30 km, open now"
SLIP = "the same with a slip"
PREFIX = "the same with a word half typed"
ALONE = "text alone"


def rounds(judged: Sequence[Judged], count: int, seed: int = 1) -> dict[str, list[Asked]]:
    """By kind, ``count`` questions of each; the same for the same seed."""
    chance = random.Random(seed)
    chosen = [chance.choice(judged) for _ in range(count)]
    found: dict[str, list[Asked]] = {TEXT: [], SLIP: [], PREFIX: [], ALONE: []}
    for one, near in zip(chosen, communes_by_people(chance, count), strict=True):
        named = spot_in(one.text, one.language)
        asked = Asked(named[1] if named else one.text, one.language, near, RADIUS_KM, NOON)
        found[TEXT].append(asked)
        found[SLIP].append(replace(asked, text=_slipped(asked.text, chance)))
        found[PREFIX].append(replace(asked, text=_half(asked.text)))
        found[ALONE].append(Asked(one.text, one.language))
    return found


def _slipped(text: str, chance: random.Random) -> str:
    """Two letters in the middle of the longest word in the wrong order, or one of them left out."""
    words = text.split()
    at = max(range(len(words)), key=lambda each: len(words[each]), default=0)
    if words and len(words[at]) > 3:
        word, cut = words[at], chance.randrange(1, len(words[at]) - 2)
        swapped = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
        words[at] = chance.choice((swapped, word[:cut] + word[cut + 1 :]))
    return " ".join(words)


def _half(text: str) -> str:
    """The last word without its end."""
    head, _, last = text.rpartition(" ")
    return f"{head} {last[: max(2, len(last) * 2 // 3)]}".strip()
