"""The mixer, by measuring what the ear hears."""

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.frames import FADE, FRAME, RATE, SILENCE, level_dbfs
from kiosk.audio.limiter import BLOCK, CEILING_DBFS
from kiosk.audio.mixer import Mixer
from kiosk.audio.scene import Scene, Tone
from kiosk.calls.line import AttemptId
from kiosk.speech.prompts import Prompts
from tests.audio.sounds import (
    BrokenCall,
    SteadyCall,
    frames_of,
    largest_step,
    listen,
    mixer_of,
    prompts,
    sine,
    strength,
)

QUIET_DBFS = -50.0
"""Above the comfort hiss, below everything meant to be heard."""
CALL = AttemptId("call-1")


def test_blank_scene_is_silent() -> None:
    assert not listen(mixer_of(), 50).any()


def test_prompts_are_said_in_turn_with_a_breath_between() -> None:
    mixer = mixer_of(one=sine(500.0, 0.4), two=sine(900.0, 0.4))
    mixer.play(Scene(seq=1, say=("test.one", "test.two")))
    heard = listen(mixer, 60)
    first, breath, second, after = (
        heard[round(a * RATE) : round(b * RATE)] for a, b in ((0.05, 0.35), (0.42, 0.63), (0.7, 1.0), (1.1, 1.2))
    )
    assert strength(first, 500.0) == pytest.approx(-20.0, abs=0.3)
    assert strength(second, 900.0) == pytest.approx(-20.0, abs=0.3)
    assert level_dbfs(breath) < QUIET_DBFS
    assert level_dbfs(after) < QUIET_DBFS


def test_speech_begins_in_the_first_frame() -> None:
    mixer = mixer_of(one=sine(500.0, 0.4))
    mixer.play(Scene(seq=1, say=("test.one",)))
    assert level_dbfs(listen(mixer, 1)) > -25.0


def test_prompts_are_said_again_after_the_pause_with_the_tone_under_it() -> None:
    mixer = mixer_of(one=sine(900.0, 0.2))
    mixer.play(Scene(seq=1, say=("test.one",), repeat_after_s=1.0, tone=Tone.READY))
    heard = listen(mixer, 180)

    def at(start_s: float, end_s: float, hertz: float) -> float:
        return strength(heard[round(start_s * RATE) : round(end_s * RATE)], hertz)

    for told in (0.02, 1.22, 2.42):
        assert at(told, told + 0.16, 900.0) == pytest.approx(-20.0, abs=0.5)
        assert at(told + 0.02, told + 0.16, 440.0) < QUIET_DBFS
        assert at(told + 0.25, told + 1.1, 440.0) == pytest.approx(-34.0, abs=0.5)


def test_without_a_pause_prompts_are_said_once() -> None:
    mixer = mixer_of(one=sine(900.0, 0.2))
    mixer.play(Scene(seq=1, say=("test.one",)))
    listen(mixer, 12)
    assert level_dbfs(listen(mixer, 200)) < QUIET_DBFS


def test_the_same_seq_changes_nothing() -> None:
    mixer = mixer_of(one=sine(500.0, 1.0), two=sine(900.0, 1.0))
    mixer.play(Scene(seq=1, say=("test.one",)))
    listen(mixer, 10)
    mixer.play(Scene(seq=1, say=("test.two",)))
    assert strength(listen(mixer, 10), 500.0) == pytest.approx(-20.0, abs=0.3)


def test_a_new_scene_cuts_the_old_one_within_a_frame_and_without_a_click() -> None:
    mixer = mixer_of(one=sine(500.0, 2.0), two=sine(900.0, 2.0))
    mixer.play(Scene(seq=1, say=("test.one",)))
    before = listen(mixer, 20)
    mixer.play(Scene(seq=2, say=("test.two",)))
    after = listen(mixer, 20)
    assert strength(after[FRAME:], 500.0) < -60.0
    assert strength(after[FRAME:], 900.0) == pytest.approx(-20.0, abs=0.3)
    # Both together, at their steepest, move no faster than this.
    fastest = largest_step(sine(500.0, 0.1)) + largest_step(sine(900.0, 0.1))
    assert largest_step(np.concatenate((before, after))) <= fastest


def test_cutting_to_nothing_fades_within_five_milliseconds() -> None:
    # Cut after 0.4 s: 200.25 periods, at the crest, where a cut without a fade is a click.
    mixer = mixer_of(one=sine(500.625, 2.0))
    mixer.play(Scene(seq=1, say=("test.one",)))
    before = listen(mixer, 20)
    mixer.play(Scene(seq=2))
    after = listen(mixer, 3)
    assert not after[FADE + BLOCK :].any()
    hiss = 250.0
    assert largest_step(np.concatenate((before, after))) <= largest_step(sine(500.0, 0.1)) + hiss


def test_repeating_a_prompt_starts_it_again() -> None:
    rising = np.concatenate((sine(500.0, 0.5), sine(900.0, 0.5)))
    mixer = mixer_of(one=rising)
    mixer.play(Scene(seq=1, say=("test.one",)))
    listen(mixer, 30)
    mixer.play(Scene(seq=2, say=("test.one",)))
    assert strength(listen(mixer, 20)[FRAME:], 500.0) == pytest.approx(-20.0, abs=0.3)


def test_turning_the_volume_does_not_start_the_sentence_again() -> None:
    rising = np.concatenate((sine(500.0, 0.5), sine(900.0, 0.5)))
    mixer = mixer_of(one=rising)
    mixer.play(Scene(seq=1, say=("test.one",)))
    listen(mixer, 30)
    mixer.play(Scene(seq=2, say=("test.one",), volume=-1))
    assert strength(listen(mixer, 15)[FRAME:], 900.0) == pytest.approx(-23.0, abs=0.3)


def test_a_ringing_tone_is_not_restarted_by_the_volume_key() -> None:
    mixer = mixer_of()
    mixer.play(Scene(seq=1, tone=Tone.RINGING))
    listen(mixer, 100)
    mixer.play(Scene(seq=2, tone=Tone.RINGING, volume=1))
    assert level_dbfs(listen(mixer, 100)) < QUIET_DBFS


@pytest.mark.parametrize("volume", [-3, -2, -1, 0, 1, 2, 3])
def test_each_volume_step_is_three_decibels(volume: int) -> None:
    mixer = mixer_of()
    mixer.play(Scene(seq=1, tone=Tone.READY, volume=volume))
    assert strength(listen(mixer, 50)[FRAME:], 440.0) == pytest.approx(-34.0 + 3.0 * volume, abs=0.2)


def test_from_softest_to_loudest_is_at_least_eighteen_decibels_at_the_ear_for_speech_and_call() -> None:
    """EN 301 549 8.2.1: measured at the samples, after the limiter, at the level of a prompt."""
    levels = {}
    for volume in (-3, 3):
        mixer = mixer_of(one=sine(500.0, 0.6))
        mixer.play(Scene(seq=1, say=("test.one",), volume=volume))
        said = strength(listen(mixer, 25)[2 * FRAME :], 500.0)
        mixer = mixer_of()
        mixer.join(CALL, SteadyCall(sine(700.0, 2.0)))
        mixer.play(Scene(seq=1, join=CALL, volume=volume))
        heard = strength(listen(mixer, 75)[25 * FRAME :], 700.0)
        levels[volume] = (said, heard)
    ranges = [loud - soft for soft, loud in zip(levels[-3], levels[3], strict=True)]
    assert min(ranges) >= 17.9


def test_an_absurd_volume_is_held_to_the_range() -> None:
    mixer = mixer_of()
    mixer.play(Scene(seq=1, tone=Tone.READY, volume=40))
    assert strength(listen(mixer, 50)[FRAME:], 440.0) == pytest.approx(-25.0, abs=0.2)


def test_the_joined_call_is_heard() -> None:
    mixer = mixer_of()
    mixer.join(CALL, SteadyCall(sine(700.0, 4.0)))
    mixer.play(Scene(seq=1, join=CALL))
    assert strength(listen(mixer, 100)[RATE // 2 :], 700.0) == pytest.approx(-20.0, abs=0.3)


def test_a_call_that_the_scene_does_not_join_is_not_heard_and_does_not_hear() -> None:
    mixer = mixer_of()
    call = SteadyCall(sine(700.0, 4.0))
    mixer.join(CALL, call)
    mixer.play(Scene(seq=1, tone=Tone.RINGING, join="another", talk=True))
    assert strength(listen(mixer, 70, mic=sine(300.0, 0.02).tobytes()), 700.0) < -60.0
    assert call.written == []


def test_a_prompt_over_a_call_ducks_it_by_twelve_decibels_and_lets_it_come_back() -> None:
    mixer = mixer_of(note=sine(1500.0, 1.0))
    mixer.join(CALL, SteadyCall(sine(700.0, 8.0)))
    mixer.play(Scene(seq=1, join=CALL, talk=True))
    listen(mixer, 50)
    mixer.play(Scene(seq=2, join=CALL, talk=True, say=("test.note",)))
    during, after = listen(mixer, 50), listen(mixer, 50)
    assert strength(during[RATE // 5 : RATE * 4 // 5], 700.0) == pytest.approx(-32.0, abs=0.4)
    assert strength(during[RATE // 5 : RATE * 4 // 5], 1500.0) == pytest.approx(-20.0, abs=0.4)
    assert strength(after[RATE // 5 :], 700.0) == pytest.approx(-20.0, abs=0.4)


def test_the_mouth_reaches_the_call_only_while_the_scene_says_talk() -> None:
    mixer = mixer_of()
    call = SteadyCall(np.zeros(0, dtype=np.int16))
    mixer.join(CALL, call)
    speech = frames_of(sine(300.0, 0.06))
    mixer.play(Scene(seq=1, join=CALL))
    for frame in speech:
        mixer.render(frame)
    assert call.written == []
    mixer.play(Scene(seq=2, join=CALL, talk=True))
    for frame in speech:
        mixer.render(frame)
    assert call.written == speech
    mixer.play(Scene(seq=3, join=CALL))
    mixer.render(speech[0])
    assert call.written == speech


def test_who_hears_the_mouth_is_told() -> None:
    mixer = mixer_of()
    mixer.play(Scene(seq=1, join=CALL, talk=True))
    listen(mixer, 1)
    assert mixer.talking() == ""
    mixer.join(CALL, SteadyCall(np.zeros(0, dtype=np.int16)))
    listen(mixer, 1)
    assert mixer.talking() == CALL
    mixer.join(CALL, None)
    listen(mixer, 1)
    assert mixer.talking() == ""


def test_a_call_that_leaves_does_so_without_a_click() -> None:
    mixer = mixer_of()
    # 6.25 periods a frame: after an odd number of frames it is cut at the crest.
    mixer.join(CALL, SteadyCall(sine(312.5, 8.0)))
    mixer.play(Scene(seq=1, join=CALL))
    before = listen(mixer, 61)
    mixer.join(CALL, None)
    after = listen(mixer, 5)
    heard = np.concatenate((before[RATE // 2 :], after))
    assert largest_step(heard) <= largest_step(sine(312.5, 0.1)) + 250.0
    assert level_dbfs(after[2 * FRAME :]) < QUIET_DBFS


def test_sidetone_is_heard_at_its_level_and_not_turned_by_the_volume() -> None:
    mixer = Mixer(prompts(), sidetone_db=-24.0)
    mixer.play(Scene(seq=1, join=CALL, volume=3))
    voice = frames_of(sine(1000.0, 0.5, -15.0))
    heard = np.frombuffer(b"".join(mixer.render(frame) for frame in voice), dtype=np.int16)
    assert strength(heard, 1000.0) == pytest.approx(-39.0, abs=0.3)


def test_sidetone_is_silent_on_hook() -> None:
    mixer = Mixer(prompts(), sidetone_db=-24.0)
    assert not listen(mixer, 10, mic=sine(1000.0, 0.02).tobytes()).any()


def test_off_hook_is_never_dead_silent_before_a_call_is_heard() -> None:
    """Checklist 13: under ringing, and where a prompt was said and nothing follows, a faint hiss remains."""
    for scene in (
        Scene(seq=1, tone=Tone.RINGING),
        Scene(seq=1, say=("test.one",)),
        Scene(seq=1, join="not yet there"),
    ):
        mixer = mixer_of(one=sine(500.0, 0.1))
        mixer.play(scene)
        heard = listen(mixer, 500)
        seconds = heard.reshape(-1, RATE // 2)
        assert min(level_dbfs(part) for part in seconds) > -62.0


def test_said_is_told_once_when_all_prompts_were_said() -> None:
    said: list[int] = []
    mixer = Mixer(prompts(one=sine(500.0, 0.1), two=sine(500.0, 0.1)), -60.0, said.append)
    mixer.play(Scene(seq=7, say=("test.one", "test.two"), repeat_after_s=0.1))
    listen(mixer, 22)
    assert said == []
    listen(mixer, 2)
    assert said == [7]
    listen(mixer, 200)
    assert said == [7]


def test_said_is_told_of_the_scene_that_turned_the_volume_too() -> None:
    said: list[int] = []
    mixer = Mixer(prompts(one=sine(500.0, 0.1)), -60.0, said.append)
    mixer.play(Scene(seq=1, say=("test.one",)))
    listen(mixer, 10)
    mixer.play(Scene(seq=2, say=("test.one",), volume=1))
    listen(mixer, 2)
    assert said == [1, 2]


def test_an_interrupted_scene_is_not_told_as_said() -> None:
    said: list[int] = []
    mixer = Mixer(prompts(one=sine(500.0, 1.0)), -60.0, said.append)
    mixer.play(Scene(seq=1, say=("test.one",)))
    listen(mixer, 10)
    mixer.play(Scene(seq=2, tone=Tone.READY))
    listen(mixer, 100)
    assert said == []


def test_a_broken_call_means_silence_from_it_and_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    mixer = mixer_of(one=sine(900.0, 0.5))
    mixer.join(CALL, BrokenCall())
    mixer.play(Scene(seq=1, join=CALL, talk=True, say=("test.one",)))
    with caplog.at_level(logging.ERROR):
        heard = listen(mixer, 20)
    assert strength(heard, 900.0) == pytest.approx(-20.0, abs=0.3)
    assert mixer.stats(CALL).faults == 40
    assert mixer.faults == 0
    assert len(caplog.records) == 1


def test_a_failing_hook_costs_no_more_than_its_frame(caplog: pytest.LogCaptureFixture) -> None:
    def broken(seq: int) -> None:
        raise RuntimeError(f"told of {seq}")

    mixer = Mixer(prompts(one=sine(900.0, 0.1)), -60.0, broken)
    mixer.play(Scene(seq=1, say=("test.one",), tone=Tone.READY))
    with caplog.at_level(logging.ERROR):
        heard = listen(mixer, 50)
    assert mixer.faults == 1
    assert strength(heard[RATE // 2 :], 440.0) == pytest.approx(-34.0, abs=0.2)


def test_a_microphone_frame_of_any_length_is_borne() -> None:
    mixer = Mixer(prompts(), sidetone_db=-24.0)
    mixer.play(Scene(seq=1, tone=Tone.READY))
    assert [len(mixer.render(bytes(n))) for n in (0, 1, 639, 641, 5000)] == [640] * 5
    assert mixer.faults == 0


def test_a_missing_prompt_is_a_chime_not_silence() -> None:
    mixer = Mixer(Prompts({}), -60.0)
    mixer.play(Scene(seq=1, say=("no.such",)))
    assert level_dbfs(listen(mixer, 25)) > -30.0


def test_the_last_of_several_scenes_counts() -> None:
    mixer = mixer_of(one=sine(500.0, 1.0), two=sine(900.0, 1.0))
    mixer.play(Scene(seq=1, say=("test.one",)))
    mixer.play(Scene(seq=2, say=("test.two",)))
    heard = listen(mixer, 20)
    assert strength(heard, 900.0) == pytest.approx(-20.0, abs=0.3)
    assert strength(heard, 500.0) < -60.0


def test_the_seq_may_step_back_when_the_switchboard_restarted() -> None:
    mixer = mixer_of()
    mixer.play(Scene(seq=900, tone=Tone.BUSY))
    listen(mixer, 5)
    mixer.play(Scene(seq=1, tone=Tone.READY))
    assert strength(listen(mixer, 50)[FRAME:], 440.0) == pytest.approx(-34.0, abs=0.3)


NOISE = np.random.default_rng(3).integers(-32768, 32767, RATE * 2, dtype=np.int16)
SCENES = st.builds(
    Scene,
    seq=st.integers(1, 5),
    say=st.lists(st.sampled_from(["test.loud", "test.soft", "no.such"]), max_size=3).map(tuple),
    repeat_after_s=st.sampled_from([0.0, 0.05]),
    tone=st.sampled_from(list(Tone)),
    join=st.sampled_from(["", "call-1", "call-2"]),
    talk=st.booleans(),
    volume=st.integers(-3, 3),
)


@given(
    steps=st.lists(
        st.one_of(SCENES, st.tuples(st.sampled_from(["call-1", "call-2"]), st.booleans()), st.integers(1, 8)),
        max_size=25,
    )
)
@settings(max_examples=60)
def test_whatever_happens_nothing_clips_and_nothing_fails(
    steps: list[Scene | tuple[str, bool] | int],
) -> None:
    mixer = Mixer(prompts(loud=NOISE[:6000], soft=sine(500.0, 0.3)), sidetone_db=0.0)
    mic = NOISE[:FRAME].tobytes()
    ceiling = 32768 * 10 ** (CEILING_DBFS / 20) + 1
    for step in steps:
        match step:
            case Scene():
                mixer.play(step)
            case (attempt, there):
                mixer.join(AttemptId(attempt), SteadyCall(NOISE) if there else None)
            case count:
                heard = np.frombuffer(b"".join(mixer.render(mic) for _ in range(count)), dtype=np.int16)
                assert np.abs(heard.astype(int)).max() <= ceiling
    assert mixer.faults == 0
    assert len(mixer.render(SILENCE)) == 2 * FRAME
