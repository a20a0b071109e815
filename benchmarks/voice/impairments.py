"""What a bad network does to a stream of packets, decided beforehand: a pure function of seed and packet number.

Every terminal therefore meets the same losses and delays at the same places of its stream, however the machine's
own timing falls out. Packets are 20 ms apart (RFC 3551 §4.2, all codecs here). Pure: no clock, no socket.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PACKET_MS = 20
PLANNED = 15_000
"""Packets that are planned: five minutes. Later ones meet the same again from the beginning."""
BURST_LOSS = 0.10
BURST_PACKETS = 4.0
"""Mean length of a burst of losses."""
JITTER_MS = 40.0
SPIKE_MS = 300
SPIKE_EVERY_S = (3.0, 7.0)
"""From the end of one spike to the beginning of the next, uniformly between these."""


@dataclass(frozen=True)
class Plan:
    """The fate of each packet of one direction. ``delay_ms`` counts from its arrival at the relay."""

    lost: NDArray[np.bool_]
    delay_ms: NDArray[np.float64]
    keeps_order: bool
    """A packet never leaves before the one that was sent before it."""

    def is_lost(self, number: int) -> bool:
        """Is packet ``number`` (from 0; before that nothing happens to it) lost?"""
        return number >= 0 and bool(self.lost[number % len(self.lost)])

    def delay_s(self, number: int) -> float:
        """Seconds for which packet ``number`` is held."""
        return float(self.delay_ms[number % len(self.delay_ms)]) / 1000 if number >= 0 else 0.0


NAMES = (
    "clean",
    "loss 1 %",
    "loss 3 %",
    "loss 5 %",
    "bursts 10 %",
    "jitter 40 ms",
    "jitter 40 ms reordered",
    "spikes 300 ms",
)
"""All impairments, in the order of the tables."""


def plan(name: str, seed: int, count: int = PLANNED) -> Plan:
    """What the network called ``name`` does. The same name, seed and count always give the same plan.

    Raises: KeyError for a name that is not in :data:`NAMES`.
    """
    if name not in NAMES:
        raise KeyError(f"{name}: no such impairment; there are {', '.join(NAMES)}")
    dice = np.random.default_rng([seed, NAMES.index(name)])
    lost, delay = np.zeros(count, dtype=np.bool_), np.zeros(count)
    if name.startswith("loss"):
        lost = dice.random(count) < float(name.split()[1]) / 100
    elif name.startswith("bursts"):
        lost = _bursts(dice, count)
    elif name.startswith("jitter"):
        delay = dice.uniform(0.0, JITTER_MS, count)
    elif name.startswith("spikes"):
        delay = _spikes(dice, count)
    return Plan(lost, delay, keeps_order=not name.endswith("reordered"))


def _bursts(dice: np.random.Generator, count: int) -> NDArray[np.bool_]:
    """Gilbert's two states, all lost in the bad one: geometric bursts and pauses with the means asked for."""
    recover = 1 / BURST_PACKETS
    fall = recover * BURST_LOSS / (1 - BURST_LOSS)
    lost = np.zeros(count, dtype=np.bool_)
    draws = dice.random(count)
    bad = False
    for number in range(count):
        bad = draws[number] >= recover if bad else draws[number] < fall
        lost[number] = bad
    return lost


def _spikes(dice: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Now and then the line stands still for 300 ms; what it held comes all at once."""
    delay = np.zeros(count)
    held = SPIKE_MS // PACKET_MS
    at = 0
    while True:
        at += round(dice.uniform(*SPIKE_EVERY_S) * 1000 / PACKET_MS)
        if at + held > count:
            return delay
        delay[at : at + held] = SPIKE_MS - PACKET_MS * np.arange(held)
        at += held
