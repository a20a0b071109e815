"""The two-path rules, one history each."""

import pytest

from kiosk.calls.line import Alerted, Answered, Cause, Ended, MediaResumed, MediaStalled, Progressed
from kiosk.calls.record import EndedBy
from kiosk.calls.states import (
    Alerting,
    CallAsked,
    Checkpoint,
    Connected,
    DeadlinePassed,
    Dialling,
    DigitPressed,
    FileRecord,
    HandsetLifted,
    HandsetReplaced,
    Idle,
    LanguageChosen,
    LeftOffHook,
    Menu,
    Outcome,
    Over,
    RefusedNumberAsked,
    WentBack,
)
from tests.calls.worlds import DEAD, GSM, HELPLINE, LISTENING, READY, RULES, SAMU, UNKNOWN, VOIP, World


def test_a_good_call_dials_once_and_leaves_one_record() -> None:
    world = World()
    world.lift_and_call()
    world.now += 0.1
    world.feel(Alerted(world.attempt(1)))
    world.now += 1.0
    world.feel(Answered(world.attempt(1), "opus"))
    world.now += 30.0
    record = world.hang_up()
    assert world.asked == [("dial", "voip"), ("hang up", "1")]
    assert isinstance(world.state, Idle)
    assert record is not None
    assert (record.answered, record.ended_by, len(record.attempts)) == (True, EndedBy.CALLER, 1)
    one = record.attempts[0]
    assert (one.result, one.alerting_ms, one.answer_ms, one.talk_ms, one.codec) == (
        "answered",
        100,
        1100,
        30_000,
        "opus",
    )


def test_a_visit_without_a_call_leaves_no_record() -> None:
    world = World()
    world.feel(HandsetLifted())
    world.now += 20
    assert world.hang_up() is None
    assert world.effects == []


def test_a_silent_trunk_brings_the_mobile_line_in_after_the_first_deadline() -> None:
    world = World()
    world.lift_and_call()
    world.wait(RULES.first_progress_s - 0.01)
    assert world.asked == [("dial", "voip")]
    world.wait(0.02)
    assert world.asked == [("dial", "voip"), ("dial", "gsm")]


def test_progress_without_alerting_gives_the_trunk_a_longer_time() -> None:
    world = World()
    world.lift_and_call()
    world.now += 1
    world.feel(Progressed(world.attempt(1)))
    world.wait(RULES.alert_s - 1.01)
    assert world.asked == [("dial", "voip")]
    world.wait(0.02)
    assert world.asked == [("dial", "voip"), ("dial", "gsm")]


def test_the_first_to_alert_wins_and_the_other_is_cancelled_before_its_answer() -> None:
    world = World()
    world.lift_and_call()
    world.wait(3)
    world.feel(Alerted(world.attempt(1)))
    assert world.asked == [("dial", "voip"), ("dial", "gsm"), ("hang up", "2")]
    assert isinstance(world.state, Alerting)
    assert world.state.one.line is VOIP


def test_an_answer_that_crosses_our_cancel_is_released_and_counted() -> None:
    world = World()
    world.lift_and_call()
    world.wait(3)
    world.feel(Alerted(world.attempt(2)))
    world.feel(Answered(world.attempt(1)))
    assert world.asked == [("dial", "voip"), ("dial", "gsm"), ("hang up", "1"), ("hang up", "1")]
    assert isinstance(world.state, Alerting)
    world.feel(Ended(world.attempt(1), Cause.HUNG_UP_BY_CALLER))
    world.feel(Answered(world.attempt(2)))
    record = world.hang_up()
    assert record is not None
    assert record.crossed_answers == 1
    assert [each.line for each in record.attempts] == [VOIP, GSM]


def test_late_voip_reply_leaves_the_gsm_call_alone() -> None:
    world = World()
    world.lift_and_call()
    world.wait(3)
    world.feel(Answered(world.attempt(2)))
    before = world.state
    for late in (Progressed(world.attempt(1)), Alerted(world.attempt(1)), MediaStalled(world.attempt(1), 9)):
        assert world.feel(late) == []
    assert world.state == before
    assert isinstance(world.state, Connected)
    assert world.state.one.line is GSM


@pytest.mark.parametrize(
    "cause",
    [Cause.UNREACHABLE, Cause.TIMEOUT, Cause.UNAVAILABLE, Cause.FORBIDDEN, Cause.NOT_FOUND, Cause.MEDIA_FAILED,
     Cause.ENGINE_LOST, Cause.NOT_READY, Cause.FAILED, Cause.MODEM_LOST, Cause.HUNG_UP_BY_REMOTE],
)  # fmt: skip
def test_a_fault_of_the_path_dials_the_other_path_at_once(cause: Cause) -> None:
    world = World()
    world.lift_and_call()
    world.feel(Ended(world.attempt(1), cause))
    assert world.asked == [("dial", "voip"), ("dial", "gsm")]


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [(Cause.BUSY, Outcome.BUSY), (Cause.DECLINED, Outcome.DECLINED), (Cause.NO_ANSWER, Outcome.NO_ANSWER)],
)
def test_the_helplines_own_no_is_final(cause: Cause, outcome: Outcome) -> None:
    world = World()
    world.lift_and_call()
    world.wait(3)
    world.feel(Ended(world.attempt(1), cause))
    assert world.asked == [("dial", "voip"), ("dial", "gsm"), ("hang up", "2")]
    assert isinstance(world.state, Over)
    assert world.state.outcome is outcome
    record = world.hang_up()
    assert record is not None
    assert (record.answered, record.ended_by) == (False, EndedBy.REFUSED)


def test_a_line_known_dead_costs_no_time() -> None:
    world = World(health={VOIP: DEAD, GSM: READY})
    world.lift_and_call()
    assert world.asked == [("dial", "gsm")]


def test_lines_thought_dead_are_tried_all_the_same_when_nothing_else_is_left() -> None:
    world = World(health={VOIP: DEAD, GSM: DEAD})
    world.lift_and_call()
    world.feel(Ended(world.attempt(1), Cause.UNREACHABLE))
    assert world.asked == [("dial", "voip"), ("dial", "gsm")]
    world.feel(Ended(world.attempt(2), Cause.NOT_READY))
    assert isinstance(world.state, Over)
    assert world.state.outcome is Outcome.UNREACHABLE


def test_the_cancelled_line_is_tried_again_when_the_alerting_one_fails() -> None:
    world = World()
    world.lift_and_call()
    world.wait(3)
    world.feel(Alerted(world.attempt(1)))
    world.feel(Ended(world.attempt(1), Cause.UNAVAILABLE, 503))
    assert world.asked == [("dial", "voip"), ("dial", "gsm"), ("hang up", "2"), ("dial", "gsm")]
    world.feel(Answered(world.attempt(3)))
    assert isinstance(world.state, Connected)


def test_a_drop_is_rescued_over_the_other_path() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1)))
    world.feel(Ended(world.attempt(1), Cause.ENGINE_LOST))
    assert isinstance(world.state, Dialling)
    assert world.state.rescue
    assert world.asked == [("dial", "voip"), ("dial", "gsm")]
    world.feel(Answered(world.attempt(2)))
    record = world.hang_up()
    assert record is not None
    assert (record.rescues, [each.rescue for each in record.attempts]) == (1, [False, True])


def test_the_only_line_rescues_its_own_drop() -> None:
    world = World(health={GSM: READY})
    world.lift_and_call()
    world.feel(Answered(world.attempt(1)))
    world.feel(Ended(world.attempt(1), Cause.MODEM_LOST))
    assert world.asked == [("dial", "gsm"), ("dial", "gsm")]


def test_rescues_have_a_limit_and_the_person_is_told() -> None:
    world = World()
    world.lift_and_call()
    for drop in range(1, RULES.rescues + 2):
        world.feel(Answered(world.attempt(drop)))
        world.feel(Ended(world.attempt(drop), Cause.MEDIA_FAILED))
    assert isinstance(world.state, Over)
    assert world.state.outcome is Outcome.UNREACHABLE


def test_silence_of_the_far_end_is_a_drop_unless_it_comes_back() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1)))
    world.feel(MediaStalled(world.attempt(1), 2.0))
    world.wait(0.9)
    world.feel(MediaResumed(world.attempt(1)))
    world.wait(60)
    assert isinstance(world.state, Connected)
    world.feel(MediaStalled(world.attempt(1), 2.0))
    world.wait(1.1)
    assert world.asked == [("dial", "voip"), ("hang up", "1"), ("dial", "gsm")]
    assert isinstance(world.state, Dialling)


def test_a_hang_up_by_the_far_end_is_no_drop() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1)))
    world.feel(Ended(world.attempt(1), Cause.HUNG_UP_BY_REMOTE))
    assert isinstance(world.state, Over)
    assert world.state.outcome is Outcome.ENDED
    record = world.hang_up()
    assert record is not None
    assert record.ended_by is EndedBy.REMOTE


def test_the_same_visit_may_call_again_and_leaves_one_record() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Ended(world.attempt(1), Cause.BUSY))
    world.feel(CallAsked(LISTENING))
    world.feel(Answered(world.attempt(2)))
    record = world.hang_up()
    assert record is not None
    assert [(each.purpose, each.result) for each in record.attempts] == [("helpline", "busy"), ("relay", "answered")]


def test_an_emergency_number_goes_out_by_the_mobile_line_first() -> None:
    world = World()
    world.lift_and_call(SAMU)
    assert world.asked == [("dial", "gsm")]


def test_ringing_unanswered_ends_as_no_answer() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Alerted(world.attempt(1)))
    world.wait(RULES.ring_s + 0.1)
    assert isinstance(world.state, Over)
    assert world.state.outcome is Outcome.NO_ANSWER
    assert world.asked == [("dial", "voip"), ("hang up", "1")]


def test_nothing_on_any_line_is_given_up_and_told() -> None:
    world = World()
    world.lift_and_call()
    world.wait(RULES.give_up_s + 0.1)
    assert isinstance(world.state, Over)
    assert world.state.outcome is Outcome.UNREACHABLE
    assert world.asked == [("dial", "voip"), ("dial", "gsm"), ("hang up", "1"), ("hang up", "2")]


def test_a_timer_that_rings_too_early_moves_nothing() -> None:
    world = World()
    world.lift_and_call()
    world.now += RULES.first_progress_s - 0.1
    assert world.feel(DeadlinePassed()) == []
    assert world.asked == [("dial", "voip")]


def test_the_end_of_a_cancelled_try_is_kept_with_its_status_and_time() -> None:
    world = World()
    world.lift_and_call()
    world.wait(3)
    world.feel(Alerted(world.attempt(2)))
    world.now += 0.2
    world.feel(Ended(world.attempt(1), Cause.HUNG_UP_BY_CALLER, 487))
    world.feel(Answered(world.attempt(2)))
    record = world.hang_up()
    assert record is not None
    assert [(each.result, each.status, each.duration_ms) for each in record.attempts] == [
        ("cancelled", 487, 3000),
        ("answered", None, 700),
    ]


def test_an_old_deadline_does_not_cut_a_live_call() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1)))
    world.now += 1000
    before = world.state
    assert world.feel(DeadlinePassed()) == []
    assert world.state is before


def test_back_cancels_a_call_that_nobody_answered_yet() -> None:
    world = World()
    world.lift_and_call()
    world.feel(WentBack())
    assert isinstance(world.state, Menu)
    assert world.asked == [("dial", "voip"), ("hang up", "1")]
    record = world.hang_up()
    assert record is not None
    assert record.attempts[0].result == "cancelled"


def test_digits_go_to_the_far_end_of_an_answered_call_alone() -> None:
    world = World()
    world.lift_and_call()
    world.feel(DigitPressed("1"))
    world.feel(Answered(world.attempt(1)))
    world.feel(DigitPressed("2"))
    assert world.asked == [("dial", "voip"), ("digit", "2")]


def test_a_handset_left_lying_is_filed_and_a_press_begins_anew() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Ended(world.attempt(1), Cause.BUSY))
    effects = world.wait(RULES.left_off_hook_s + 1)
    assert [type(each) for each in effects] == [FileRecord]
    assert isinstance(world.state, LeftOffHook)
    world.feel(CallAsked(HELPLINE))
    record = world.hang_up()
    assert record is not None
    assert len(record.attempts) == 1


def test_a_refused_number_dials_nothing_and_is_told() -> None:
    world = World()
    world.feel(HandsetLifted())
    world.feel(RefusedNumberAsked())
    assert isinstance(world.state, Over)
    assert world.state.outcome is Outcome.REFUSED
    assert world.asked == []
    assert world.hang_up() is None


def test_language_and_volume_are_home_again_after_hanging_up() -> None:
    world = World()
    world.feel(HandsetLifted())
    world.feel(LanguageChosen("en"))
    world.feel(HandsetReplaced())
    world.feel(HandsetLifted())
    assert isinstance(world.state, Menu)
    assert (world.state.visit.language, world.state.visit.volume) == ("fr", 0)


def test_each_stage_of_a_visit_is_checkpointed_as_if_the_power_failed_there() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1)))
    world.now += 5
    world.feel(Ended(world.attempt(1), Cause.HUNG_UP_BY_REMOTE))
    kept = [each.record for each in world.effects if isinstance(each, Checkpoint)]
    assert [(each.ended_by, each.answered) for each in kept] == [
        (EndedBy.POWER_CUT, False),
        (EndedBy.POWER_CUT, True),
        (EndedBy.REMOTE, True),
    ]
    assert len({each.visit for each in kept}) == 1


def test_unproved_lines_are_dialled_in_their_usual_order() -> None:
    world = World(health={VOIP: UNKNOWN, GSM: READY})
    world.lift_and_call()
    assert world.asked == [("dial", "voip")]
