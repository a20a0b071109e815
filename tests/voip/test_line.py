"""The VoIP path as core sees it: readiness by proof, and what a dial tells the voice process."""

import asyncio
from collections.abc import Callable

import pytest

from kiosk.calls.line import AttemptId, Cause, Ended, LineEvent, LineHealth, Readiness
from kiosk.settings import Backup, Voip
from kiosk.voip.engine import FarewellReady, Moved, PathLost, PathProved
from kiosk.voip.farewell import Farewell
from kiosk.voip.line import VoipLine
from kiosk.voip.wire import Command, DialVoip, EngineFailed, EngineReady, ProveNow, VoiceEvent

FAREWELL = Farewell("udp", "192.0.2.1", 5060, "sip:desk@192.0.2.1", ("Call-ID: cut-off", "CSeq: 102 BYE"))


class Voice:
    """Stands where core's hold on the voice process does."""

    is_ready = True

    def __init__(self) -> None:
        self.sent: list[Command] = []

    def send(self, command: Command) -> bool:
        self.sent.append(command)
        return True


def on_line(work: Callable[[VoipLine, Voice], None], settings: Voip | None = None) -> list[LineEvent]:
    """Run ``work`` on a line whose engine is up; the line's events."""
    told: list[LineEvent] = []

    async def run() -> None:
        voice = Voice()
        line = VoipLine(settings or Voip(server="192.0.2.1"), voice, told.append)  # type: ignore[arg-type]
        line.on_voice_event(EngineReady("baresip"))
        work(line, voice)
        await asyncio.sleep(0)

    asyncio.run(run())
    return told


def readiness(events: list[VoiceEvent], settings: Voip | None = None) -> LineHealth:
    found: list[LineHealth] = []

    def work(line: VoipLine, voice: Voice) -> None:
        for event in events:
            line.on_voice_event(event)
        found.append(line.health)

    on_line(work, settings)
    return found[0]


def test_an_engine_that_is_up_proves_nothing() -> None:
    assert readiness([]).readiness is Readiness.UNKNOWN


def test_a_platform_that_answered_is_ready_until_its_next_answer_is_overdue() -> None:
    proved = readiness([PathProved(0, 56.0, 12.5)])
    assert (proved.readiness, proved.rtt_ms) == (Readiness.READY, 12.5)
    assert readiness([PathProved(0, 0.0, 12.5)]).readiness is Readiness.UNKNOWN


def test_a_lost_platform_is_dead_with_its_reason() -> None:
    assert readiness([PathProved(0, 56.0, None), PathLost(0, 403, "refused")]) == LineHealth(
        Readiness.DEAD, "refused (403)"
    )


def test_one_of_two_accounts_is_enough_and_none_is_not() -> None:
    both = Voip(server="192.0.2.1", backup=Backup(server="192.0.2.2"))
    lost: list[VoiceEvent] = [PathLost(0, None, "silent")]
    assert readiness(lost, both).readiness is Readiness.UNKNOWN
    assert readiness([*lost, PathProved(1, 56.0, None)], both).readiness is Readiness.READY
    assert readiness([*lost, PathLost(1, None, "refused")], both) == LineHealth(Readiness.DEAD, "silent; refused")


def test_a_call_that_found_the_path_dead_takes_the_proof_back_and_asks_anew() -> None:
    def work(line: VoipLine, voice: Voice) -> None:
        line.on_voice_event(PathProved(0, 56.0, None))
        line.dial(AttemptId("V1-1"), "0800190000", "fr")
        line.on_voice_event(Ended(AttemptId("V1-1"), Cause.TIMEOUT))
        found = [line.health.readiness]
        assert voice.sent[1:] == [ProveNow()]
        line.on_voice_event(PathProved(0, 56.0, None))
        assert [*found, line.health.readiness] == [Readiness.DEAD, Readiness.READY]

    assert on_line(work) == [Ended(AttemptId("V1-1"), Cause.TIMEOUT)]


def test_a_call_after_a_cut_asks_for_the_desk_of_the_one_before_and_another_visit_does_not() -> None:
    def work(line: VoipLine, voice: Voice) -> None:
        line.dial(AttemptId("V1-1"), "0800190000", "fr")
        line.on_voice_event(FarewellReady(AttemptId("V1-1"), FAREWELL))
        line.on_voice_event(Ended(AttemptId("V1-1"), Cause.MEDIA_FAILED))
        line.dial(AttemptId("V1-2"), "0800190000", "fr")
        line.dial(AttemptId("V2-1"), "0800190000", "en")
        assert [each for each in voice.sent if isinstance(each, DialVoip)] == [
            DialVoip(AttemptId("V1-1"), "0800190000", "fr"),
            DialVoip(AttemptId("V1-2"), "0800190000", "fr", "cut-off"),
            DialVoip(AttemptId("V2-1"), "0800190000", "en"),
        ]

    on_line(work)


@pytest.mark.parametrize("path", [PathProved(0, 56.0, None), PathLost(0, None, "our address changed")])
def test_a_changed_address_lets_dials_wait_for_the_next_voice_process(path: VoiceEvent) -> None:
    """Also when the old one says that its path is gone, just before it ends: that is no word about the next."""

    def work(line: VoipLine, voice: Voice) -> None:
        line.on_voice_event(Moved())
        line.on_voice_event(path)
        line.dial(AttemptId("V1-1"), "0800190000", "fr")
        assert voice.sent == []
        line.on_voice_event(EngineReady("baresip"))
        assert voice.sent == [DialVoip(AttemptId("V1-1"), "0800190000", "fr")]

    on_line(work)


def test_an_engine_that_will_not_come_up_is_not_waited_for() -> None:
    def work(line: VoipLine, voice: Voice) -> None:
        line.on_voice_event(EngineFailed("no such library"))
        line.dial(AttemptId("V1-1"), "0800190000", "fr")
        assert voice.sent == []

    assert on_line(work) == [Ended(AttemptId("V1-1"), Cause.NOT_READY)]


def test_the_engine_of_the_next_voice_process_is_waited_for() -> None:
    def work(line: VoipLine, voice: Voice) -> None:
        line.on_voice_event(EngineFailed("no such library"))
        line.on_voice_lost()
        line.dial(AttemptId("V1-1"), "0800190000", "fr")
        line.on_voice_event(EngineReady("baresip"))
        assert voice.sent == [DialVoip(AttemptId("V1-1"), "0800190000", "fr")]

    assert on_line(work) == []
