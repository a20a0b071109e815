"""What the cradle test's levels mean."""

import pytest

from kiosk.audio.signal import Levels
from kiosk.errors import NeedsTechnician
from kiosk.handset.verdict import Calibration, Course, Verdict, calibrated, fault_text, judge, lost_db

HERTZ = (620.0, 1040.0, 1720.0)
WELL = Calibration(at_ms=1, hertz=HERTZ, played_dbfs=-30.0, tone_dbfs=(-44.0, -46.0, -42.0))


def levels(*tone: float, noise: float = -75.0) -> Levels:
    return Levels(tone, (noise,) * len(tone), tuple(max(0.0, one - noise) for one in tone), 80.0)


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (levels(-44.0, -46.0, -42.0), Verdict.OK),
        (levels(-49.9, -51.9, -47.9), Verdict.OK),
        (levels(-50.5, -52.5, -48.5), Verdict.WEAK),
        (levels(-39.0, -41.0, -37.0), Verdict.OK),
        (levels(-44.0, -80.0, -42.0), Verdict.OK),  # one note in a hole of the response
        (levels(-44.0, -80.0, -80.0), Verdict.MUTE),
        (levels(-120.0, -120.0, -120.0, noise=-120.0), Verdict.MUTE),
        (levels(-45.0, -47.0, -43.0, noise=-45.0), Verdict.NOISY),
        (levels(-45.0, -47.0, -43.0, noise=-57.0), Verdict.OK),
    ],
)
def test_the_verdict_of_one_test(heard: Levels, verdict: Verdict) -> None:
    assert judge(heard, WELL) is verdict


def test_without_a_calibration_nothing_is_judged() -> None:
    assert judge(levels(-120.0, -120.0, -120.0), None) is Verdict.NO_CALIBRATION


def test_a_calibration_is_of_its_own_notes_alone() -> None:
    assert WELL.fits(HERTZ, -30.0)
    assert not WELL.fits((620.0, 1040.0), -30.0)
    assert not WELL.fits(HERTZ, -36.0)


def test_what_was_lost_is_the_middle_note() -> None:
    assert lost_db(levels(-54.0, -48.0, -47.0), WELL) == 5.0


def course(*verdicts: Verdict) -> Course:
    all_of_it = Course()
    for each in verdicts:
        all_of_it = all_of_it.after(each)
    return all_of_it


def test_one_bad_test_is_none_two_are_a_fault_and_one_good_one_clears_it() -> None:
    assert not course(Verdict.OK, Verdict.MUTE).is_fault
    assert course(Verdict.OK, Verdict.WEAK, Verdict.MUTE).is_fault
    assert not course(Verdict.MUTE, Verdict.OK, Verdict.MUTE).is_fault
    assert not course(Verdict.MUTE, Verdict.MUTE, Verdict.OK).is_fault


def test_a_noisy_room_neither_makes_nor_clears_a_fault() -> None:
    assert course(Verdict.MUTE, Verdict.NOISY, Verdict.MUTE).is_fault
    assert course(Verdict.MUTE, Verdict.MUTE, Verdict.NOISY).is_fault
    assert course(Verdict.NOISY) == Course(Verdict.NOISY, 0)


def test_the_faults_words_say_what_to_do() -> None:
    assert fault_text(course(Verdict.OK)) == ""
    assert "kiosk handset test" in fault_text(course(Verdict.MUTE, Verdict.MUTE))
    assert "clean or change the handset" in fault_text(course(Verdict.WEAK, Verdict.WEAK))


def test_three_tests_that_agree_make_a_calibration_of_their_middles() -> None:
    tests = [levels(-44.0, -46.0, -42.0), levels(-44.6, -46.2, -42.1), levels(-43.9, -45.0, -41.0)]
    made = calibrated(tests, HERTZ, -30.0, 7)
    assert made == Calibration(at_ms=7, hertz=HERTZ, played_dbfs=-30.0, tone_dbfs=(-44.0, -46.0, -42.0))


def test_silence_and_disagreement_make_no_calibration_and_say_why() -> None:
    with pytest.raises(NeedsTechnician, match=r"only 0 dB above the noise.*both plugs"):
        calibrated([levels(-120.0, -120.0, -120.0, noise=-120.0)] * 3, HERTZ, -30.0, 7)
    with pytest.raises(NeedsTechnician, match=r"differ by 5\.0 dB; seat the handset"):
        calibrated([levels(-44.0, -46.0, -42.0), levels(-49.0, -46.0, -42.0)], HERTZ, -30.0, 7)
