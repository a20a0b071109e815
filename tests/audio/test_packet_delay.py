"""The far end's delay: just enough for the network as it is, and what is over goes where nobody hears it going."""

import random
from dataclasses import replace

import numpy as np
import pytest

from kiosk.audio.frames import RATE, Samples, samples
from kiosk.audio.packet_far_end import PacketFarEnd
from tests.audio.line import PACKET_S, Wire, delay, encoded, heard, jitter, sent, spikes
from tests.audio.voices import from_the_start, lag, likeness_db, voice

START = 100.0
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


def test_forty_milliseconds_of_jitter_make_no_holes_and_a_bounded_delay() -> None:
    pcm = voice(12.0)
    out, far_end = heard(delay(from_the_start("pcma", pcm), jitter(0.040)), 12.0)
    before = far_end.stats.underruns
    assert before <= 3, "until it is known"
    assert likeness_db(pcm[4 * RATE : 8 * RATE], out[4 * RATE : 9 * RATE]) > 18.0
    assert lag(pcm[8 * RATE :], out[8 * RATE :]) / RATE < 0.095


def test_a_delay_that_is_a_little_short_is_not_set_right_within_the_first_word() -> None:
    pcm = voice(2.0)
    heard_well = 0
    for seed in range(4):
        out, far_end = heard(delay(sent("pcma", encoded("pcma", pcm)), jitter(0.040), seed), 2.0)
        assert far_end.stats.underruns == 0
        heard_well += likeness_db(pcm[: RATE // 2], out[:RATE]) > 30.0
    assert heard_well >= 3, "one of the four has a packet that comes too late for its word"


def test_spikes_are_survived_word_for_word_and_then_waited_for() -> None:
    """What comes a quarter of a second late is still played, later; the third spike finds the sound waiting."""
    pcm = voice(16.0)
    out, far_end = heard(delay(from_the_start("pcma", pcm), spikes(0.240, 250)), 15.9)
    assert far_end.stats.underruns <= 2
    after = pcm[11 * RATE : 15 * RATE]
    assert likeness_db(after, out[11 * RATE : 16 * RATE]) > 15.0
    assert lag(after, out[11 * RATE :]) / RATE < 0.40


def test_the_delay_of_one_bad_moment_goes_away_again() -> None:
    """A single spike: what was added is taken away in pauses and by whole periods, not by a cut."""
    pcm = voice(40.0)
    packets = from_the_start("pcma", pcm)
    late = [
        replace(each, at=max(each.at, START + 2.25)) if START + 2.0 < each.at < START + 2.25 else each
        for each in packets
    ]
    out, far_end = heard(late, 40.0)
    soon = lag(pcm[3 * RATE : 5 * RATE], out[3 * RATE : 6 * RATE]) / RATE
    much_later = lag(pcm[36 * RATE : 39 * RATE], out[36 * RATE :]) / RATE
    assert soon > 0.2
    assert much_later < 0.13
    assert far_end.stats.underruns == 1


@pytest.mark.parametrize("clock", [1.0003, 0.9997])
def test_a_clock_that_runs_otherwise_never_adds_up(clock: float) -> None:
    """300 ppm over a minute and a half are 27 ms."""
    pcm = np.tile(voice(8.0), 12)
    out, far_end = heard(sent("pcma", encoded("pcma", pcm), clock=clock), 95.0)
    end = round(90.0 * RATE)
    there = round(end * clock)
    late = lag(pcm[there : there + 2 * RATE], out[end : end + 3 * RATE]) / RATE
    assert 0.0 < late < 0.090
    assert far_end.stats.underruns == 0


def test_a_call_nobody_listened_to_starts_at_what_is_said_now() -> None:
    pcm = voice(6.0)
    wire, now = Wire(), START
    far_end = PacketFarEnd(wire, lambda: now)
    frames = []
    for each in from_the_start("pcma", pcm):
        now = each.at
        wire.feed.feed(each.datagram, now)
        if now > START + 4.0:
            frames.append(far_end.read())
    out = np.concatenate(frames)
    assert lag(pcm[4 * RATE :], out) / RATE < 0.25
