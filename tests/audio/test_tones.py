"""The tones are what they say: frequency, cadence, level, and no click anywhere."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio import tones
from kiosk.audio.frames import RATE, Floats, level_dbfs, samples
from kiosk.audio.scene import Tone
from tests.audio.sounds import largest_step, strength

AUDIBLE = [tone for tone in Tone if tone is not Tone.NONE]
PROMPT_DBFS = -20.0


def heard(tone: Tone, start_s: float, end_s: float) -> Floats:
    return tones.tone(tone, samples(start_s), samples(end_s) - samples(start_s))


def on_times(tone: Tone, seconds: float) -> list[tuple[float, float]]:
    """Beginning and end of each sound, to 10 ms."""
    step = samples(0.01)
    pcm = tones.tone(tone, 0, samples(seconds)).reshape(-1, step)
    is_on = np.concatenate(([False], np.sqrt((pcm**2).mean(axis=1)) > 30.0, [False]))
    edges = np.flatnonzero(np.diff(is_on.astype(int)))
    return [(round(a * 0.01, 2), round(b * 0.01, 2)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def test_ringing_is_the_french_ringback() -> None:
    assert on_times(Tone.RINGING, 11.5) == [(0.0, 1.5), (5.0, 6.5), (10.0, 11.5)]
    ring = heard(Tone.RINGING, 0.1, 1.4)
    assert strength(ring, 440.0) == pytest.approx(-26.0, abs=0.2)
    assert level_dbfs(ring) == pytest.approx(-26.0, abs=0.2)


def test_busy_is_the_french_busy_tone() -> None:
    assert on_times(Tone.BUSY, 3.0) == [(0.0, 0.5), (1.0, 1.5), (2.0, 2.5)]
    assert strength(heard(Tone.BUSY, 0.05, 0.45), 440.0) == pytest.approx(-26.0, abs=0.2)


def test_ready_is_steady_and_soft() -> None:
    ready = heard(Tone.READY, 0.0, 3.0)
    assert strength(ready, 440.0) == pytest.approx(-34.0, abs=0.2)
    # One unbroken sine: nothing else in it, also over the loop's seams.
    assert level_dbfs(ready) == pytest.approx(-34.0, abs=0.2)
    assert largest_step(ready) <= 1.05 * largest_step(heard(Tone.READY, 0.1, 0.9))


def test_failed_falls_in_three_notes_and_then_beats_softly() -> None:
    notes = [heard(Tone.FAILED, *span) for span in ((0.02, 0.26), (0.30, 0.54), (0.58, 1.04))]
    scale = (523.25, 440.0, 349.23)
    pitches = [scale[int(np.argmax([strength(note, hertz) for hertz in scale]))] for note in notes]
    assert pitches == [523.25, 440.0, 349.23]
    assert len(on_times(Tone.FAILED, 12.0)[1:]) >= 5


def test_howler_rises_and_stops_rising_below_the_prompts() -> None:
    levels = [level_dbfs(heard(Tone.HOWLER, at, at + 0.5)) for at in (0.0, 4.0, 8.0, 12.0, 20.0, 60.0)]
    assert levels == sorted(levels)
    assert levels[0] < -40.0
    assert levels[-1] == pytest.approx(levels[-2], abs=0.1)


@pytest.mark.parametrize("tone", AUDIBLE)
def test_no_tone_is_louder_than_the_prompts(tone: Tone) -> None:
    step = samples(0.1)
    pcm = tones.tone(tone, 0, samples(30.0)).reshape(-1, step)
    assert max(level_dbfs(part) for part in pcm) < PROMPT_DBFS


@pytest.mark.parametrize("tone", AUDIBLE)
def test_no_tone_clicks(tone: Tone) -> None:
    """A sound of up to 1 kHz moves little from sample to sample; a click moves at once."""
    pcm = tones.tone(tone, 0, samples(20.0)).astype(np.float64)
    fastest = 2.0 * np.pi * 1000.0 / RATE * np.abs(pcm).max()
    assert largest_step(pcm) <= fastest


@pytest.mark.parametrize("tone", AUDIBLE)
def test_all_tones_differ(tone: Tone) -> None:
    mine = tones.tone(tone, 0, samples(6.0))
    assert all(not np.array_equal(mine, tones.tone(other, 0, samples(6.0))) for other in AUDIBLE if other != tone)


def test_only_ringing_rests_for_more_than_two_seconds() -> None:
    """EN 301 549 checklist 13; under ringing the mixer's hiss fills the network's own 3.5 s."""
    resting = set()
    for tone in AUDIBLE:
        times = on_times(tone, 20.0)
        gaps = [b[0] - a[1] for a, b in itertools.pairwise(times)]
        if max(gaps, default=0.0) > 2.0:
            resting.add(tone)
    assert resting == {Tone.RINGING}


@given(
    tone=st.sampled_from(list(Tone)),
    start=st.integers(0, 40 * RATE),
    cut=st.integers(0, 2000),
    count=st.integers(0, 2000),
)
def test_a_tone_depends_on_the_index_alone(tone: Tone, start: int, cut: int, count: int) -> None:
    whole = tones.tone(tone, start, cut + count)
    parts = np.concatenate((tones.tone(tone, start, cut), tones.tone(tone, start + cut, count)))
    assert np.array_equal(whole, parts)


def test_comfort_hiss_is_faint_and_the_same_every_time() -> None:
    hiss = tones.comfort()
    assert level_dbfs(hiss) == pytest.approx(tones.COMFORT_DBFS, abs=0.1)
    assert len(hiss) % 320 == 0
