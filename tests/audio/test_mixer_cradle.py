"""The cradle test in the mixer: whoever lifts the handset comes first."""

import numpy as np
import pytest

from kiosk.audio.cradle import Probe
from kiosk.audio.frames import FADE, FRAME, FRAME_S, RATE, Samples, samples
from kiosk.audio.scene import Scene, Tone
from kiosk.audio.signal import Signal
from tests.audio.sounds import largest_step, listen, mixer_of, sine, strength


def test_the_cradle_tests_tone_gives_way_to_the_greeting_within_the_frame() -> None:
    greeting = sine(900.0, 0.4)
    alone = mixer_of(one=greeting)
    alone.play(Scene(seq=1, say=("test.one",)))
    expected = listen(alone, 5)
    mixer = mixer_of(one=greeting)
    listen(mixer, 10)
    done: list[Samples | None] = []
    mixer.probe(Probe(Signal(), done.append))
    assert strength(listen(mixer, 20)[-3 * FRAME :], 620.0) == pytest.approx(-30.0, abs=0.5)
    mixer.play(Scene(seq=1, say=("test.one",)))
    heard = listen(mixer, 5)
    assert done == [None]
    # The first 5 ms hold the tone's end; the limiter looks 2 ms ahead.
    settled = FADE + 2 * FRAME // 20
    assert np.array_equal(heard[settled:], expected[settled:])
    assert largest_step(heard) < 1.5 * largest_step(expected)


def test_a_cradle_test_is_not_begun_under_a_scene() -> None:
    mixer = mixer_of()
    mixer.play(Scene(seq=1, tone=Tone.READY))
    listen(mixer, 5)
    done: list[Samples | None] = []
    mixer.probe(Probe(Signal(), done.append))
    heard = listen(mixer, 50)
    assert done == [None]
    assert strength(heard[FRAME:], 620.0) < -60.0


def test_a_whole_cradle_test_plays_its_notes_and_ends_in_silence() -> None:
    mixer = mixer_of()
    done: list[Samples | None] = []
    mixer.probe(Probe(Signal(), done.append))
    heard = listen(mixer, round(Signal().whole_s / FRAME_S) + 10)
    assert [None if each is None else len(each) for each in done] == [samples(Signal().whole_s)]
    assert not heard[-10 * FRAME :].any()
    at = round(0.3 * RATE)
    note = round(0.1 * RATE)
    for number, hertz in enumerate(Signal().hertz):
        part = heard[at + number * note + 320 : at + (number + 1) * note - 160]
        assert strength(part, hertz) == pytest.approx(-30.0, abs=0.3)
