"""Nothing that goes in comes out above the ceiling, and what is harmless comes out untouched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.frames import FRAME, FULL_SCALE, RATE, Floats, gain, level_dbfs
from kiosk.audio.limiter import BLOCK, CEILING_DBFS, SUSTAINED_DBFS, Limiter
from tests.audio.sounds import largest_step, sine

CEILING = FULL_SCALE * gain(CEILING_DBFS)


def through(limiter: Limiter, pcm: Floats) -> Floats:
    return np.concatenate([limiter.limit(pcm[at : at + FRAME]) for at in range(0, len(pcm), FRAME)])


def test_quiet_sound_passes_untouched_two_milliseconds_late() -> None:
    pcm = sine(440.0, 1.0, -20.0).astype(np.float32)
    out = through(Limiter(), pcm)
    assert np.array_equal(out[BLOCK:], pcm[:-BLOCK])


@given(
    seed=st.integers(0, 2**32 - 1),
    loudness=st.lists(st.floats(0.0, 4_000_000.0), min_size=1, max_size=12),
    spikes=st.lists(st.tuples(st.integers(0, 12 * FRAME - 1), st.floats(-1e9, 1e9)), max_size=20),
)
@settings(max_examples=150)
def test_no_sample_ever_exceeds_the_ceiling(seed: int, loudness: list[float], spikes: list[tuple[int, float]]) -> None:
    rng = np.random.default_rng(seed)
    pcm = np.concatenate([rng.uniform(-1.0, 1.0, FRAME) * factor for factor in loudness]).astype(np.float32)
    for at, height in spikes:
        if at < len(pcm):
            pcm[at] = height
    assert np.abs(through(Limiter(), pcm)).max() <= CEILING * 1.0001


def test_a_sustained_roar_is_turned_down_to_raised_speech() -> None:
    roar = np.tile(sine(1000.0, 1.0, -3.5).astype(np.float32), 6)
    out = through(Limiter(), roar)
    assert level_dbfs(out[-RATE:]) == pytest.approx(SUSTAINED_DBFS, abs=0.5)


def test_it_recovers_when_the_roar_is_over() -> None:
    limiter = Limiter()
    through(limiter, np.tile(sine(1000.0, 1.0, -3.5).astype(np.float32), 3))
    after = through(limiter, np.tile(sine(440.0, 1.0, -20.0).astype(np.float32), 3))
    assert level_dbfs(after[-RATE:]) == pytest.approx(-20.0, abs=0.1)


def test_turning_down_does_not_click() -> None:
    """A burst 18 dB louder: the gain moves as a slope of 2 ms, never as a step."""
    quiet, loud = sine(300.0, 0.5, -12.0).astype(np.float32), sine(300.0, 0.5, -12.0).astype(np.float32) * 8.0
    out = through(Limiter(), np.concatenate((quiet, loud)))
    fastest = 2.0 * np.pi * 300.0 / RATE * CEILING
    assert largest_step(out) <= fastest + CEILING / BLOCK * 2.0
