"""A voice process that dies while a call is being placed."""

from kiosk.calls.line import Cause, Ended
from kiosk.calls.states import Outcome, Over
from tests.calls.worlds import DEAD, GSM, READY, VOIP, World


def test_a_voice_process_that_died_under_a_call_is_asked_once_more_before_the_caller_is_told_of_no_path() -> None:
    world = World(health={VOIP: READY, GSM: DEAD})
    world.lift_and_call()
    world.feel(Ended(world.attempt(1), Cause.ENGINE_LOST))
    world.feel(Ended(world.attempt(2), Cause.NOT_READY))
    assert world.asked == [("dial", "voip"), ("dial", "gsm"), ("dial", "voip")]
    world.feel(Ended(world.attempt(3), Cause.ENGINE_LOST))
    assert isinstance(world.state, Over)
    assert world.state.outcome is Outcome.UNREACHABLE
