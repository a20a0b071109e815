"""The far end heard from its packets, on lines as they are; in virtual time, with real codecs."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.frames import FRAME, RATE, level_dbfs, to_samples
from kiosk.audio.packet_far_end import PacketFarEnd
from kiosk.voip.baresip_native import load
from tests.audio.line import (
    FORMATS,
    PACKET_S,
    Sent,
    Wire,
    datagram,
    delay,
    encoded,
    heard,
    jitter,
    lose,
    sent,
)
from tests.audio.sounds import sine
from tests.audio.voices import from_the_start, lag, likeness_db, voice

CODECS = ["pcma", "pcmu", "g722", "opus"]
START = 100.0


@pytest.fixture(autouse=True, scope="module")
def native() -> None:
    if load() is None:
        pytest.skip("baresip-python is not installed: no codecs")


# --- a good line ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("codec", "clear_db"), [("pcma", 20.0), ("pcmu", 20.0), ("g722", 15.0), ("opus", 1.0)])
def test_a_good_line_is_heard_as_it_is_and_soon(codec: str, clear_db: float) -> None:
    """Sequence numbers and timestamps turn over on the way. The decoders' own delay (Opus: 6.5 ms) is in the figure."""
    pcm = voice(4.0)
    out, far_end = heard(from_the_start(codec, pcm), 4.4)
    stats = far_end.stats
    assert likeness_db(pcm, out) > clear_db
    assert lag(pcm, out) / RATE < 0.060
    assert (stats.trimmed_ms, stats.faults) == (0, 0)


@pytest.mark.parametrize("codec", CODECS)
def test_order_and_repetitions_of_packets_within_the_wait_are_not_heard(codec: str) -> None:
    packets = from_the_start(codec, voice(3.0))
    dice = random.Random(3)
    shuffled = delay(packets, jitter(0.024), 4)
    doubled = sorted([*shuffled, *dice.sample(shuffled, 40)], key=lambda each: each.at)
    plain, _ = heard(packets, 3.0, phase=0.0)
    out, far_end = heard(doubled, 3.0, phase=0.0)
    # It waits a little longer, and then each sample is the same.
    later = lag(to_samples(plain[2 * RATE :]), out[2 * RATE :])
    assert np.array_equal(out[2 * RATE + later :], plain[2 * RATE : len(plain) - later])
    assert far_end.stats.underruns <= 1


def test_a_frame_is_always_whole_and_silence_before_the_first_packet() -> None:
    far_end = PacketFarEnd(Wire(), lambda: START)
    for _ in range(10):
        frame = far_end.read()
        assert len(frame) == FRAME
        assert not frame.any()
    assert far_end.stats.first_audio_at is None


# --- loss -----------------------------------------------------------------------------------------------------


def test_a_lost_opus_packet_is_recovered_from_the_copy_in_the_next() -> None:
    """A voice begins inside each hole, which no guess can know: the error there is lower with the copies."""
    pcm = voice(6.0)
    pcm = np.where(np.arange(len(pcm)) // FRAME % 10 < 6, pcm, np.int16(0))
    with_copies, without = encoded("opus", pcm, fec=True), encoded("opus", pcm, fec=False)
    errors = []
    for packets in (with_copies, without):
        whole, _ = heard(sent("opus", packets), 6.0)
        holes = [n for n in range(60, 280, 10)]
        out, _ = heard([each for n, each in enumerate(sent("opus", packets)) if n not in holes], 6.0)
        delayed = lag(pcm, whole)
        at_holes = np.concatenate([np.arange(n * FRAME, (n + 1) * FRAME) for n in holes]) + delayed
        errors.append(float(np.sum((whole[at_holes] - out[at_holes]) ** 2) / np.sum(whole[at_holes] ** 2)))
    assert errors[0] < 0.5 * errors[1]


@pytest.mark.parametrize("codec", CODECS)
def test_a_lost_packet_leaves_the_time_as_it_was(codec: str) -> None:
    pcm = voice(6.0)
    packets = from_the_start(codec, pcm)
    whole, _ = heard(packets, 6.0)
    out, _ = heard(lose(packets, 0.05, 2), 6.0)
    assert lag(to_samples(whole), out) == 0
    last = slice(5 * RATE, 5 * RATE + RATE // 2)
    assert lag(to_samples(whole[last]), out[last]) == 0


@pytest.mark.parametrize("codec", CODECS)
def test_a_burst_of_losses_leaves_the_time_as_it_was(codec: str) -> None:
    """The buffer runs empty in each, and bridges; what was bridged stands for what never came."""
    pcm = voice(4.0)
    packets = from_the_start(codec, pcm)
    whole, _ = heard(packets, 4.0)
    out, _ = heard([each for n, each in enumerate(packets) if n < 50 or n % 25 >= 5], 4.0)
    for second in (2, 3):
        piece = slice(second * RATE + RATE // 4, second * RATE + RATE * 3 // 4)
        assert lag(to_samples(whole[piece]), out[piece]) == 0


@pytest.mark.parametrize("codec", ["pcma", "pcmu"])
def test_a_hole_is_filled_with_the_voice_and_has_no_click(codec: str) -> None:
    """Not so with G.722, whose decoder is out of step after a hole for some milliseconds."""
    tone = to_samples(sine(220.0, 3.0, dbfs=-20.0).astype(np.float32))
    packets = from_the_start(codec, tone)
    holes = (60, 75, 90, 105)
    whole, _ = heard(packets, 3.0)
    out, _ = heard([each for n, each in enumerate(packets) if n not in holes], 3.0)
    steps = np.abs(np.diff(out[RATE : 2 * RATE])).max() / np.abs(np.diff(whole[RATE : 2 * RATE])).max()
    levels = [level_dbfs(out[i : i + FRAME]) for i in range(RATE, 5 * RATE // 2, FRAME)]
    assert steps < 1.5
    assert min(levels) > -23.0


def test_a_long_hole_fades_to_the_background_and_never_to_dead_silence() -> None:
    pcm = voice(2.0)
    noisy = to_samples(pcm + np.random.default_rng(1).standard_normal(len(pcm)).astype(np.float32) * 60)
    out, far_end = heard(from_the_start("pcma", noisy), 4.0)
    silent = [level_dbfs(out[i : i + FRAME]) for i in range(round(2.3 * RATE), 4 * RATE - FRAME, FRAME)]
    assert max(silent) < -45.0
    assert min(silent) > -75.0
    assert far_end.stats.underruns == 1


@pytest.mark.parametrize("codec", CODECS)
def test_sound_that_comes_back_after_seconds_is_heard_at_once(codec: str) -> None:
    """A hold, or a dead network: 5 s without a packet."""
    pcm = voice(9.0)
    packets = [each for each in from_the_start(codec, pcm) if not START + 2.0 < each.at < START + 7.0]
    out, far_end = heard(packets, 9.3)
    assert lag(pcm[round(7.1 * RATE) :], out[round(7.1 * RATE) :]) / RATE < 0.080
    assert far_end.stats.faults == 0


# --- pauses that are no loss ----------------------------------------------------------------------------------


def test_a_pause_of_opus_is_background_and_no_hole() -> None:
    """DTX (RFC 7587 §3.1.3): what has nothing to say is not sent, timestamps go on, sequence numbers do not jump."""
    talk = voice(1.5)
    pcm = np.concatenate((talk, np.zeros(2 * RATE, dtype=np.int16), talk))
    every = sent("opus", encoded("opus", pcm, dtx=True))
    kept, number = [], 500
    for each in every:
        if len(each.datagram) - 12 > 2:
            kept.append(replace(each, datagram=each.datagram[:2] + number.to_bytes(2, "big") + each.datagram[4:]))
            number += 1
    assert len(every) - len(kept) > 50
    out, far_end = heard(kept, 5.2)
    assert far_end.stats.underruns <= 1, "only the end of all"
    again = round(3.6 * RATE)
    assert lag(pcm[again : again + RATE], out[again : again + 2 * RATE]) / RATE < 0.080


def test_comfort_noise_packets_set_the_level_of_a_pause() -> None:
    """RFC 3389: -50 dB of overload, then nothing for a second."""
    packets = from_the_start("pcma", voice(1.0))
    last = packets[-1]
    stamp = 0xFFFF0000 + len(packets) * 160
    noise = Sent(last.at + PACKET_S, 0, datagram(last.number + 1, stamp, b"\x32", 13))
    out, far_end = heard([*packets, noise], 2.0)
    pause = level_dbfs(out[round(1.3 * RATE) : round(1.9 * RATE)])
    assert pause == pytest.approx(-50.0, abs=1.5)
    assert far_end.stats.underruns == 0


# --- changes --------------------------------------------------------------------------------------------------


def test_another_source_takes_over_and_the_first_is_not_heard_in_between() -> None:
    """A transfer: new SSRC, other numbers, other clock; some of the old packets still arrive."""
    one, two = voice(2.0, seed=1), voice(3.0, seed=2)
    first = from_the_start("pcma", one)
    second = [
        Sent(START + 2.0 + n * PACKET_S, n, datagram(n + 7, 99 + n * 160, payload, 8, ssrc=8))
        for n, payload in enumerate(encoded("pcma", two))
    ]
    straggler = replace(first[-1], at=START + 2.5)
    out, _ = heard(sorted([*first, *second, straggler], key=lambda each: each.at), 5.0)
    assert likeness_db(two[RATE // 2 :], out[round(2.5 * RATE) :]) > 18.0


def test_a_stray_packet_of_a_strange_source_is_not_heard() -> None:
    packets = from_the_start("pcma", voice(3.0))
    stray = Sent(START + 1.5, 0, datagram(1, 1, bytes([0x55] * 160), 8, ssrc=99))
    whole, _ = heard(packets, 3.0)
    out, _ = heard(sorted([*packets, stray], key=lambda each: each.at), 3.0)
    assert np.array_equal(out, whole)


def test_timestamps_that_jump_do_not_stop_the_sound() -> None:
    """A gateway that sets its clock anew without telling: sequence numbers go on."""
    pcm = voice(4.0)
    payloads = encoded("pcma", pcm)
    packets = [
        Sent(START + n * PACKET_S, n, datagram(n, n * 160 + (0 if n < 100 else 5_000_000), payload, 8))
        for n, payload in enumerate(payloads)
    ]
    out, _ = heard(packets, 4.3)
    assert likeness_db(pcm[round(2.3 * RATE) : round(3.8 * RATE)], out[round(2.3 * RATE) :]) > 18.0


def test_a_change_of_codec_in_mid_call_keeps_the_sound() -> None:
    pcm = voice(6.0)
    narrow, wide = encoded("pcma", pcm), encoded("opus", pcm)
    packets = [
        Sent(START + n * PACKET_S, n, datagram(n, n * 160, narrow[n], 8))
        if n < 150
        else Sent(START + n * PACKET_S, n, datagram(n, 4_000_000 + n * 960, wide[n], 96))
        for n in range(300)
    ]
    out, far_end = heard(packets, 6.0)
    assert lag(pcm[round(3.3 * RATE) : 5 * RATE], out[round(3.3 * RATE) :]) / RATE < 0.080
    assert likeness_db(pcm[: 2 * RATE], out[: 3 * RATE]) > 18.0
    assert far_end.stats.faults == 0


def test_packets_of_other_lengths_are_played_as_they_are() -> None:
    """10 and 40 ms, in one call."""
    pcm = voice(6.0)
    law = b"".join(encoded("pcma", pcm))
    packets, at, number = [], 0, 0
    while at < len(law):
        size = 80 if at < len(law) // 2 else 320
        packets.append(Sent(START + (at + size) / 8000, number, datagram(number, at, law[at : at + size])))
        at, number = at + size, number + 1
    out, far_end = heard(packets, 6.2)
    assert likeness_db(pcm[RATE : 2 * RATE], out[RATE:]) > 18.0
    assert likeness_db(pcm[round(4.5 * RATE) : round(5.5 * RATE)], out[round(4.5 * RATE) :]) > 18.0
    assert far_end.stats.faults == 0


def test_payload_that_is_no_sound_costs_no_more_than_its_packet() -> None:
    packets = from_the_start("opus", voice(3.0))
    broken = [
        replace(each, datagram=each.datagram[:12] + b"\xff\xff\xff") if n == 60 else each
        for n, each in enumerate(packets)
    ]
    whole, _ = heard(packets, 3.0)
    out, far_end = heard(broken, 3.0)
    assert lag(to_samples(whole), out) == 0
    assert far_end.stats.faults == 0


# --- anything -------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 2.0),
            st.integers(0, 0xFFFF),
            st.integers(0, 0xFFFFFFFF),
            st.sampled_from([0, 8, 9, 13, 96, 101, 77]),
            st.integers(1, 3),
            st.binary(max_size=200),
        ),
        max_size=60,
    ),
    st.floats(0.0, 0.02),
)
def test_whatever_comes_each_frame_is_whole_and_nothing_is_raised(
    packets: list[tuple[float, int, int, int, int, bytes]], phase: float
) -> None:
    arrivals = sorted(
        (
            Sent(START + at, number, datagram(number, stamp, payload, kind, ssrc=ssrc))
            for at, number, stamp, kind, ssrc, payload in packets
        ),
        key=lambda each: each.at,
    )
    out, far_end = heard(arrivals, 2.5, phase=phase)
    assert len(out) == 125 * FRAME
    assert np.isfinite(out).all()
    assert far_end.stats.faults == 0


@settings(max_examples=20)
@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.booleans(), st.floats(0.0, 0.12), st.integers(1, 2)), min_size=100, max_size=200),
    st.floats(0.0, 0.019),
)
def test_any_loss_order_and_repetition_keeps_the_delay_bounded(
    first: int, fates: list[tuple[bool, float, int]], phase: float
) -> None:
    """After all that ten seconds of a good line: the delay is a good line's, but for what is still remembered."""
    payloads = [b"\xd5" * 160] * (len(fates) + 500)
    tone = encoded("pcma", to_samples(sine(400.0, 0.2).astype(np.float32)))
    payloads[-20:-10] = tone[:10]
    packets = sent("pcma", payloads, first=first)
    arrivals = []
    for n, each in enumerate(packets):
        lost, late, copies = fates[n] if n < len(fates) else (False, 0.0, 1)
        arrivals += [] if lost else [replace(each, at=each.at + late)] * copies
    arrivals.sort(key=lambda each: each.at)
    out, far_end = heard(arrivals, len(packets) * PACKET_S + 0.5, phase=phase)
    loud = np.flatnonzero(np.abs(out) > 1000)
    assert len(loud), "the tone was never heard"
    said = (len(packets) - 20) * PACKET_S
    assert 0.0 < loud[0] / RATE + phase - said < 0.30
    assert far_end.stats.faults == 0


def test_every_format_of_the_test_line_is_one_object() -> None:
    """As an engine has them: the far end keeps one decoder for each."""
    assert FORMATS[8] is FORMATS.get(8)
