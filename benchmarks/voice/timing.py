"""When packets came, against when they should have: lateness and the drift of the sender's clock. Pure.

A stream's RTP timestamps are its own clock (RFC 3550 §5.1); the relay stamps arrivals by the machine's. The grid of
timestamps, turned by the clocks' drift, is laid through the most punctual packets; what a packet is behind it, the
listener's jitter buffer has to cover.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.voice.relay import Seen
from benchmarks.voice.speech import Floats

CLOCK = {"opus": 48_000, "g722": 8_000, "pcma": 8_000}
"""RTP clock by codec, Hz (RFC 3551 §4.5.2 has the story of G.722's)."""
SETTLED = 100
"""Packets at the beginning that do not count: nobody speaks while devices are being opened."""
STRETCH_S = 5.0
"""Drift is read off the most punctual packet of each such stretch."""


@dataclass(frozen=True)
class Timing:
    """One direction's packets. Lateness in milliseconds."""

    packets: int
    late_p50_ms: float
    late_p99_ms: float
    late_max_ms: float
    drift_ppm: float | None
    """How much faster than the machine's clock the sender's runs; None when the stream is too short to tell."""


def timing(packets: Sequence[Seen], codec: str) -> Timing:
    """Of the stream without its beginning. Raises: ValueError when it is not longer than that."""
    packets = [each for each in packets if each.number >= SETTLED]
    if not packets:
        raise ValueError("hardly any packets: nothing can be said of their timing")
    stamps = np.array([(each.stamp - packets[0].stamp + 0x80000000 & 0xFFFFFFFF) - 0x80000000 for each in packets])
    due = stamps / CLOCK[codec]
    behind = np.array([each.arrived_s - packets[0].arrived_s for each in packets]) - due
    slope = _slope(due, behind)
    late = (behind - due * (slope or 0.0)) * 1000
    p50, p99, worst = np.percentile(late - late.min(), [50, 99, 100])
    ppm = None if slope is None else round(-slope * 1e6, 1)
    return Timing(len(packets), round(float(p50), 2), round(float(p99), 2), round(float(worst), 2), ppm)


def _slope(due: Floats, behind: Floats) -> float | None:
    """Seconds that packets fall behind in each second, by the most punctual packet of each stretch."""
    stretch = ((due - due.min()) // STRETCH_S).astype(int)
    best = [np.flatnonzero(stretch == n)[np.argmin(behind[stretch == n])] for n in np.unique(stretch)]
    if len(best) < 4:
        return None
    return float(np.polyfit(due[best], behind[best], 1)[0])
