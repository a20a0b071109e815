"""The cradle test's sums, on handsets that are well and handsets that are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.simulated.acoustics import Acoustics, CradleLoop, parse
from kiosk.audio.cradle import SILENT_DBFS, Probe, measure, notes
from kiosk.audio.frames import RATE, SILENCE, Samples, level_dbfs, to_samples
from kiosk.audio.signal import Levels, Signal

SIGNAL = Signal()


def run(acoustics: Acoustics, signal: Signal = SIGNAL) -> Samples:
    """What the microphone heard in one test of a handset with these acoustics."""
    done: list[Samples | None] = []
    probe = Probe(signal, done.append)
    loop = CradleLoop(acoustics, RATE)
    mouth = SILENCE
    while not probe.is_over:
        mouth = loop.mouth(to_samples(probe.next(np.frombuffer(mouth, dtype=np.int16))).tobytes())
    assert len(done) == 1
    assert done[0] is not None
    return done[0]


def levels(**acoustics: object) -> Levels:
    return measure(run(Acoustics(**acoustics)), SIGNAL)  # type: ignore[arg-type]


def test_each_note_comes_back_at_its_own_level() -> None:
    heard = levels(gain_db=-14.0, noise_dbfs=-80.0)
    assert heard.tone_dbfs == pytest.approx((-44.0, -44.0, -44.0), abs=0.3)
    assert min(heard.snr_db) > 30


@pytest.mark.parametrize("delay_ms", [0.0, 35.0, 61.0, 143.0, 260.0])
def test_the_delay_of_a_sound_card_is_found(delay_ms: float) -> None:
    heard = levels(delay_ms=delay_ms, noise_dbfs=-70.0)
    # The microphone's frame is always the one before the earpiece's: 20 ms at least.
    assert heard.delay_ms == pytest.approx(delay_ms + 20.0, abs=6.0)
    assert heard.tone_dbfs == pytest.approx((-44.0, -44.0, -44.0), abs=0.5)


@settings(max_examples=30)
@given(st.floats(-30, -6), st.floats(0, 250), st.integers(-80, -66))
def test_level_and_noise_are_told_apart_within_a_decibel(gain_db: float, delay_ms: float, noise_dbfs: int) -> None:
    heard = levels(gain_db=gain_db, delay_ms=delay_ms, noise_dbfs=float(noise_dbfs))
    assert heard.tone_dbfs == pytest.approx((gain_db - 30.0,) * 3, abs=1.0)


def test_a_mute_microphone_hears_nothing_at_all() -> None:
    heard = levels(is_mic_mute=True)
    assert heard.tone_dbfs == (SILENT_DBFS,) * 3
    assert heard.noise_dbfs == (SILENT_DBFS,) * 3
    assert heard.snr_db == (0.0,) * 3


@pytest.mark.parametrize("noise_dbfs", [-70.0, -50.0, -30.0])
def test_a_dead_earpiece_leaves_the_room_and_no_note(noise_dbfs: float) -> None:
    heard = levels(is_ear_dead=True, noise_dbfs=noise_dbfs)
    assert sorted(heard.snr_db)[1] < 10.0, "the search for the delay made a note of the noise"
    assert max(heard.noise_dbfs) > noise_dbfs - 40


def test_the_sequence_is_short_quiet_and_does_not_click() -> None:
    played = notes(SIGNAL)
    assert len(played) == round(0.3 * RATE)
    assert level_dbfs(played) == pytest.approx(-30.4, abs=0.3)  # the slopes take a little
    assert abs(played[0]) < 1
    assert abs(played[-1]) < 1


def test_broken_off_it_fades_within_five_milliseconds_and_tells_once() -> None:
    done: list[Samples | None] = []
    probe = Probe(SIGNAL, done.append)
    quiet = np.zeros(320, dtype=np.int16)
    for _ in range(17):  # in the middle of the first note
        probe.next(quiet)
    tail = probe.break_off()
    assert done == [None]
    assert len(tail) == 80
    assert abs(tail[-1]) < 1


def test_acoustics_are_read_from_a_file_and_a_wrong_one_is_named() -> None:
    assert parse('{"gain_db": -20, "is_mic_mute": true}') == Acoustics(gain_db=-20, is_mic_mute=True)
    with pytest.raises(ValueError, match="loudness"):
        parse('{"loudness": 3}')
