"""The far end on lines as they are: other rates, jitter, holes, bursts, a clock that runs fast."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.far_end import PREFILL, TRIM_ABOVE, FarEnd
from kiosk.audio.frames import FRAME, RATE, Floats, Samples, level_dbfs
from kiosk.audio.resampler import Resampler, resample
from tests.audio.sounds import ScriptedCall, SteadyCall, frames_of, largest_step, sine, strength

RATES = [8_000, 16_000, 48_000]
START_LATENCY_S = 0.15
"""Enough for the cushion and the resampler to be filled."""


def hear(far_end: FarEnd, frames: int) -> Floats:
    return np.concatenate([far_end.read() for _ in range(frames)])


def snr_db(pcm: Floats | Samples, hertz: float, rate: int = RATE) -> float:
    """Power of the best-fitting sine over the power of all that is not it."""
    time_s = np.arange(len(pcm)) / rate
    basis = np.stack((np.sin(2 * np.pi * hertz * time_s), np.cos(2 * np.pi * hertz * time_s)), axis=1)
    parts, *_ = np.linalg.lstsq(basis, pcm.astype(np.float64), rcond=None)
    fit = basis @ parts
    return float(10.0 * np.log10(np.mean(fit**2) / np.mean((pcm - fit) ** 2)))


class ManualClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hertz", [300.0, 1000.0, 3200.0])
def test_the_far_end_is_heard_clean_and_at_its_level(rate: int, hertz: float) -> None:
    far_end = FarEnd(SteadyCall(sine(hertz, 3.0, rate=rate), rate))
    heard = hear(far_end, 140)[round(START_LATENCY_S * RATE) :]
    assert snr_db(heard, hertz) > 60.0
    assert level_dbfs(heard) == pytest.approx(-20.0, abs=0.2)


@pytest.mark.parametrize("rate", RATES)
def test_the_mouth_reaches_the_line_clean_and_at_its_level(rate: int) -> None:
    call = SteadyCall(np.zeros(0, dtype=np.int16), rate)
    far_end = FarEnd(call)
    for frame in frames_of(sine(1000.0, 2.0)):
        far_end.write(np.frombuffer(frame, dtype=np.int16))
    said = call.said[rate // 10 :]
    assert abs(len(call.said) - 2 * rate) <= 0.03 * rate
    assert snr_db(said, 1000.0, rate) > 60.0
    assert level_dbfs(said) == pytest.approx(-20.0, abs=0.2)


def test_no_image_above_the_telephone_band_after_an_8_khz_line() -> None:
    heard = hear(FarEnd(SteadyCall(sine(3000.0, 2.0, rate=8_000), 8_000)), 90)[RATE // 5 :]
    assert strength(heard, 5000.0) < -85.0


def test_speech_above_4_khz_does_not_fold_into_an_8_khz_line() -> None:
    call = SteadyCall(np.zeros(0, dtype=np.int16), 8_000)
    far_end = FarEnd(call)
    for frame in frames_of(sine(5500.0, 1.0)):
        far_end.write(np.frombuffer(frame, dtype=np.int16))
    assert level_dbfs(call.said[2000:]) < -80.0


@given(
    rate=st.sampled_from([(8_000, 16_000), (48_000, 16_000), (16_000, 8_000), (16_000, 48_000)]),
    cuts=st.lists(st.integers(1, 2000), min_size=1, max_size=12),
)
@settings(max_examples=40)
def test_a_stream_is_the_same_however_it_is_cut(rate: tuple[int, int], cuts: list[int]) -> None:
    pcm = np.random.default_rng(5).uniform(-8000.0, 8000.0, sum(cuts)).astype(np.float32)
    whole = Resampler(*rate).feed(pcm)
    pieces = Resampler(*rate)
    edges = np.cumsum([0, *cuts])
    parts = np.concatenate([pieces.feed(pcm[a:b]) for a, b in itertools.pairwise(edges.tolist())])
    shorter = min(len(whole), len(parts))
    assert abs(len(whole) - len(parts)) <= 1
    assert np.allclose(whole[:shorter], parts[:shorter], atol=0.5)


@pytest.mark.parametrize(
    "rates", [(16_000, 48_000), (48_000, 16_000), (16_000, 8_000), (8_000, 16_000), (44_100, 16_000)]
)
def test_a_click_is_no_more_than_3_ms_late_and_as_long_as_it_was(rates: tuple[int, int]) -> None:
    click = np.zeros(rates[0], dtype=np.float32)
    click[rates[0] // 2] = 10_000.0
    stream = Resampler(*rates)
    out = np.concatenate([stream.feed(chunk) for chunk in np.array_split(click, 50)])
    assert len(out) == rates[1]
    assert 0.5 <= np.abs(out).argmax() / rates[1] <= 0.503
    assert np.abs(out[: int(0.499 * rates[1])]).max() < 1.0
    assert out.sum() / rates[1] == pytest.approx(click.sum() / rates[0], rel=0.01)


@pytest.mark.parametrize("rate", RATES)
def test_sound_comes_within_100_ms_of_its_arrival(rate: int) -> None:
    """Cushion 60 ms, frames of 20 ms: what the person waits for at most beyond the network's own delay."""
    far_end = FarEnd(SteadyCall(sine(500.0, 1.0, rate=rate), rate))
    heard = hear(far_end, 20)
    first = int(np.flatnonzero(np.abs(heard) > 500)[0])
    assert first <= 0.1 * RATE


def test_the_first_real_sound_is_timed_and_silence_is_not() -> None:
    clock = ManualClock()
    quiet = np.random.default_rng(1).integers(-8, 9, RATE // 2, dtype=np.int16)
    far_end = FarEnd(SteadyCall(np.concatenate((quiet, sine(500.0, 1.0)))), clock)
    for _ in range(25):
        far_end.read()
        clock.now += 0.02
    assert far_end.stats.first_audio_at is None
    for _ in range(25):
        far_end.read()
        clock.now += 0.02
    assert far_end.stats.first_audio_at == pytest.approx(100.54, abs=0.03)


def test_jitter_within_the_cushion_is_not_heard() -> None:
    """Packets come 40 ms late and then all at once, over and over."""
    packets = frames_of(sine(500.0, 6.0))
    script: list[bytes] = packets[:4]
    for at in range(4, len(packets) - 3, 3):
        script += [b"", b"", b"".join(packets[at : at + 3])]
    far_end = FarEnd(ScriptedCall(script))
    heard = hear(far_end, 270)
    assert far_end.stats.underruns == 0
    assert snr_db(heard[RATE // 5 :], 500.0) > 60.0


def test_a_hole_is_filled_in_the_voice_s_manner_and_counted() -> None:
    packets = frames_of(sine(200.0, 2.0))
    script = [packets[0] + packets[1] + packets[2], *packets[3:40]]
    script += [b""] * 3 + packets[43:]
    far_end = FarEnd(ScriptedCall(script))
    heard = hear(far_end, 90)
    assert far_end.stats.underruns == 1
    hole = heard[40 * FRAME : 43 * FRAME]
    assert strength(hole[:FRAME], 200.0) > -24.0
    assert largest_step(heard[PREFILL:]) < 2.0 * largest_step(sine(200.0, 0.1))


def test_a_line_that_falls_silent_is_silent_within_60_ms() -> None:
    packets = frames_of(sine(300.0, 1.0))
    far_end = FarEnd(ScriptedCall([b"".join(packets[:3]), *packets[3:20]]))
    hear(far_end, 20)
    assert far_end.stats.underruns <= 1
    hear(far_end, 3)
    assert not hear(far_end, 100)[FRAME * 3 :].any()
    assert far_end.stats.underruns == 1


def test_a_fast_far_clock_does_not_grow_the_delay() -> None:
    """The far end sends 1 % too much for 60 s: without trimming it would be 600 ms behind."""
    rng = np.random.default_rng(2)
    script = [rng.integers(-3000, 3000, FRAME + 3, dtype=np.int16).tobytes() for _ in range(3000)]
    far_end = FarEnd(ScriptedCall(script))
    for _ in range(3000):
        far_end.read()
    assert far_end.stats.underruns == 0
    assert far_end.stats.trimmed_ms >= 450
    assert far_end.held <= TRIM_ABOVE + FRAME


def test_a_burst_after_a_stall_is_cut_back_at_once() -> None:
    packets = frames_of(sine(500.0, 4.0))
    far_end = FarEnd(ScriptedCall([b"".join(packets[:3]), *packets[3:30], *[b""] * 40, b"".join(packets[30:75])]))
    hear(far_end, 70)
    assert far_end.held <= TRIM_ABOVE
    assert far_end.stats.trimmed_ms > 500


def test_trimming_does_not_click() -> None:
    packets = frames_of(sine(300.0, 4.0))
    far_end = FarEnd(ScriptedCall([b"".join(packets[:9]), *packets[9:]]))
    heard = hear(far_end, 150)
    assert far_end.stats.trimmed_ms > 0
    # Two stretches of one sine laid over each other never move faster than both together.
    assert largest_step(heard) <= 2.0 * largest_step(sine(300.0, 0.1))


def test_half_a_sample_does_no_harm() -> None:
    far_end = FarEnd(ScriptedCall([sine(500.0, 0.1).tobytes() + b"\x01", b"\x02"] * 5))
    hear(far_end, 10)
    assert far_end.stats.faults == 0


@given(
    sizes=st.lists(st.integers(0, 3000), max_size=60),
    rate=st.sampled_from(RATES),
)
@settings(max_examples=40)
def test_whatever_the_line_delivers_each_read_is_one_frame(sizes: list[int], rate: int) -> None:
    rng = np.random.default_rng(4)
    script = [rng.integers(-20000, 20000, n, dtype=np.int16).tobytes() for n in sizes]
    far_end = FarEnd(ScriptedCall(script, rate))
    for _ in range(len(sizes) + 20):
        frame = far_end.read()
        assert frame.shape == (FRAME,)
        assert frame.dtype == np.float32
        assert np.abs(frame).max() <= 45_000.0
    assert far_end.stats.faults == 0


def test_a_whole_recording_keeps_its_pitch_and_level() -> None:
    pcm = resample(sine(1000.0, 1.0, rate=22_050), 22_050)
    assert len(pcm) == pytest.approx(RATE, abs=2)
    assert snr_db(pcm[1000:-1000], 1000.0) > 60.0
