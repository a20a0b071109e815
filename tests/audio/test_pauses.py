"""Delay that is over is taken away where nobody hears it: in the pauses of speech, not in its consonants."""

import random

import numpy as np

from kiosk.audio.frames import RATE, Samples, samples
from tests.audio.line import PACKET_S, delay, encoded, heard, sent

STALL_S = 0.300
STALLED = 50
"""The packet before which the network stands still: one second of speech is over."""
SPOKEN_S = 3.6
PAUSE_S = 0.7


def syllables(seconds: float) -> Samples:
    """A voice whose consonants are 100 ms of silence each."""
    time_s = np.arange(samples(seconds)) / RATE
    voice = 6_000.0 * np.sin(2 * np.pi * 200.0 * time_s) * (time_s % 0.2 < 0.1)
    return voice.astype(np.int16)


def stall(n: int, _dice: random.Random) -> float:
    """The network stands still once, and then delivers all at once."""
    return max(0.0, STALL_S - (n - STALLED) * PACKET_S) if n >= STALLED else 0.0


def test_what_a_stall_added_stays_while_somebody_speaks_and_goes_in_the_pause() -> None:
    pause = np.zeros(samples(PAUSE_S), dtype=np.int16)
    speech = np.concatenate((syllables(SPOKEN_S), pause, syllables(1.0)))
    arrivals = delay(sent("pcma", encoded("pcma", speech)), stall)
    _, speaking = heard(arrivals, SPOKEN_S)
    _, paused = heard(arrivals, SPOKEN_S + STALL_S + PAUSE_S)
    assert speaking.stats.trimmed_ms == 0
    assert paused.stats.trimmed_ms >= 50


def test_very_much_delay_is_taken_away_in_words_too() -> None:
    endless = delay(sent("pcma", encoded("pcma", syllables(9.0))), stall)
    _, far_end = heard(endless, 9.0)
    assert far_end.stats.trimmed_ms >= 50
