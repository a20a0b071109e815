"""How the pure-Python engine tells a refusal from a call that its library gave up: the two look alike for a moment."""

import asyncio
from types import SimpleNamespace

import pytest

from kiosk.calls.line import AttemptId, Cause, Ended
from kiosk.voip.engine import EngineEvent

voip = pytest.importorskip("rfcvoip.VoIP", reason="rfcvoip cannot be loaded here")
ONE = AttemptId("one-1")
REFUSAL = b"SIP/2.0 603 Decline\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\n\r\n"


def told(response_after_s: float | None) -> list[EngineEvent]:
    """What is told of a call that the library has ended, when the response that ended it comes so long after that."""
    from kiosk.voip.pyvoip import RfcvoipEngine
    from kiosk.voip.pyvoip_call import Call

    async def story() -> list[EngineEvent]:
        engine, events = RfcvoipEngine(), list[EngineEvent]()
        engine._emit = events.append
        native = SimpleNamespace(state=voip.CallState.ENDED)
        call = engine._calls[ONE] = Call(ONE, None, native=native, call_id="c", branch="z9hG4bKa", dialled_at=100.0)
        for step in range(50):
            now = 100.0 + step * 0.02
            if response_after_s is not None and now >= 100.0 + response_after_s:
                engine.on_response("c", 603, "INVITE", REFUSAL)
            if not call.ended:
                await engine._watch_call(call, now)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return events

    return asyncio.run(story())


def test_a_refusal_that_comes_a_moment_after_the_library_ended_the_call_is_told_as_the_refusal() -> None:
    assert told(0.1) == [Ended(ONE, Cause.DECLINED, 603)]


def test_a_call_that_the_library_gave_up_by_itself_is_told_as_that() -> None:
    assert told(None) == [Ended(ONE, Cause.MEDIA_FAILED)]
