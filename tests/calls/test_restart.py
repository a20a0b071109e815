"""The switchboard itself ends under a call, and the next one finds the handset up."""

from kiosk.calls.line import Answered, Cause, Ended
from kiosk.calls.record import EndedBy
from kiosk.calls.states import CutOffByRestart, Dialling, FileRecord, HandsetLifted, Idle, Stopped
from tests.calls.worlds import HELPLINE, World


def test_a_call_that_the_terminal_itself_ends_was_cut_and_not_hung_up_by_its_caller() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1), "opus"))
    (filed,) = [each.record for each in world.feel(Stopped()) if isinstance(each, FileRecord)]
    assert (filed.answered, filed.ended_by) == (True, EndedBy.DROP)
    assert world.asked[-1] == ("hang up", "1")
    assert world.state == Idle()


def test_a_visit_whose_call_was_over_before_the_terminal_stopped_keeps_its_end() -> None:
    world = World()
    world.lift_and_call()
    world.feel(Answered(world.attempt(1), "opus"))
    world.feel(Ended(world.attempt(1), Cause.HUNG_UP_BY_REMOTE))
    (filed,) = [each.record for each in world.feel(Stopped()) if isinstance(each, FileRecord)]
    assert filed.ended_by is EndedBy.REMOTE


def test_a_call_cut_off_by_a_restart_is_called_back_once_the_handset_is_seen_up() -> None:
    world = World()
    assert world.feel(CutOffByRestart(HELPLINE)) == []
    world.feel(HandsetLifted())
    world.feel(CutOffByRestart(HELPLINE))
    assert world.asked == [("dial", "voip")]
    assert isinstance(world.state, Dialling)
    assert world.state.rescue
    world.feel(CutOffByRestart(HELPLINE))
    assert world.asked == [("dial", "voip")]
    record = world.hang_up()
    assert record is not None
    assert record.rescues == 1
