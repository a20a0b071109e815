"""The far end's loudness."""

import numpy as np
import pytest

from kiosk.audio.frames import FRAME, FULL_SCALE, RATE, Floats, gain, level_dbfs
from kiosk.audio.level import DOWN_DB_S, MOST_UP_DB, UP_DB_S, Leveller


def talk(dbfs: float, seconds: float, noise_dbfs: float = -75.0, seed: int = 1) -> Floats:
    """Syllables of 0.2 s and pauses of 0.1 s; the level is that of the syllables."""
    dice = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    voice = sum(np.sin(2 * np.pi * 130 * n * t) / n for n in range(1, 15))
    voice *= FULL_SCALE * gain(dbfs) / np.sqrt(np.mean(voice**2))
    noise = dice.standard_normal(len(t)) * FULL_SCALE * gain(noise_dbfs)
    return np.asarray(voice * (t % 0.3 < 0.2) + noise, dtype=np.float32)


def through(leveller: Leveller, pcm: Floats) -> Floats:
    return np.concatenate([leveller.level(pcm[i : i + FRAME]) for i in range(0, len(pcm) // FRAME * FRAME, FRAME)])


def spoken_dbfs(pcm: Floats) -> float:
    """Level of the syllables."""
    t = np.arange(len(pcm)) / RATE
    return level_dbfs(pcm[t % 0.3 < 0.2])


def test_a_whisper_of_minus_35_comes_out_clearly_louder() -> None:
    leveller = Leveller()
    out = through(leveller, talk(-35.0, 9.9))
    assert spoken_dbfs(out[round(6.9 * RATE) :]) == pytest.approx(-25.0, abs=2.5)


def test_speech_of_ordinary_loudness_is_left_as_it_is() -> None:
    pcm = talk(-25.0, 6.0)
    assert np.array_equal(through(Leveller(), pcm), pcm[: len(pcm) // FRAME * FRAME])


def test_a_shout_is_turned_down_but_not_far() -> None:
    leveller = Leveller()
    out = through(leveller, talk(-8.0, 6.3))
    assert spoken_dbfs(out[round(3.3 * RATE) :]) == pytest.approx(-14.0, abs=0.5)


def test_the_gain_has_a_limit() -> None:
    leveller = Leveller()
    through(leveller, talk(-48.0, 20.0))
    assert leveller.gain_db == MOST_UP_DB


@pytest.mark.parametrize("dbfs", [-60.0, -50.0, -40.0, -30.0])
def test_noise_alone_is_never_raised(dbfs: float) -> None:
    leveller = Leveller()
    noise = np.random.default_rng(3).standard_normal(10 * RATE) * FULL_SCALE * gain(dbfs)
    through(leveller, noise.astype(np.float32))
    assert leveller.gain_db == 0.0


def test_noise_that_sets_in_is_not_taken_for_speech_for_long() -> None:
    leveller = Leveller()
    for dbfs in (-80.0, -45.0, -34.0):
        noise = np.random.default_rng(3).standard_normal(10 * RATE) * FULL_SCALE * gain(dbfs)
        through(leveller, noise.astype(np.float32))
        assert leveller.gain_db == pytest.approx(0.0, abs=1e-9)


def test_the_background_does_not_swell_in_a_pause() -> None:
    leveller = Leveller()
    through(leveller, talk(-33.0, 8.0, noise_dbfs=-60.0))
    before = leveller.gain_db
    hiss = (np.random.default_rng(4).standard_normal(20 * RATE) * FULL_SCALE * gain(-60.0)).astype(np.float32)
    through(leveller, hiss)
    assert before > 4.0
    assert leveller.gain_db == before


def test_it_moves_slowly_up_and_faster_down() -> None:
    leveller = Leveller()
    seen = [0.0]
    for pcm in (talk(-38.0, 8.0), talk(-10.0, 8.0)):
        for i in range(0, len(pcm) // FRAME * FRAME, FRAME):
            leveller.level(pcm[i : i + FRAME])
            seen.append(leveller.gain_db)
    steps = np.diff(seen) * 50
    assert steps.max() <= UP_DB_S + 1e-6
    assert steps.min() >= -DOWN_DB_S - 1e-6
    assert min(seen) < -3.0


def test_no_step_is_heard_while_the_gain_moves() -> None:
    """A frame's gain goes from the one before to its own in a straight line."""
    leveller = Leveller()
    pcm = talk(-35.0, 4.0, noise_dbfs=-120.0)
    pcm = pcm[: len(pcm) // FRAME * FRAME]
    out = through(leveller, pcm)
    loud = np.abs(pcm) > 20
    gains = out[loud] / pcm[loud]
    assert np.abs(np.diff(gains)).max() < 0.02
