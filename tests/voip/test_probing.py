"""The platform's pulse, in a time of the test's own."""

import random

import pytest

from kiosk.voip.probing import PING, PONG, Idle, ProbeFailed, Probing, Proved
from tests.voip.wires import ACCOUNT, Wire, response

SILENT = ProbeFailed("the platform did not answer OPTIONS within 3 s")


class Desk:
    """A pulse, its wire, its clock, and what it told."""

    def __init__(self, transport: str = "udp") -> None:
        self.wire = Wire(transport=transport)
        self.now = 100.0
        self.told: list[Proved | ProbeFailed] = []
        self.machine = Probing(ACCOUNT, self.wire, self.tell, chance=random.Random(1))
        self.machine.probe_now(self.now)

    def hear(self, status: int, *headers: tuple[str, str], after_s: float = 0.0) -> bool:
        self.now += after_s
        return self.machine.received(response(self.wire.last, status, *headers), self.now)

    def tell(self, event: Proved | ProbeFailed) -> None:
        """Round: the clock is a float."""
        self.told.append(Proved(round(event.rtt_ms, 3), event.status) if isinstance(event, Proved) else event)

    def wait(self) -> float:
        due = self.machine.deadline
        assert due is not None
        passed, self.now = due - self.now, due
        self.machine.tick(self.now)
        return passed

    def wait_until_told(self) -> float:
        """Until the next verdict; how long that was."""
        started, before = self.now, len(self.told)
        for _ in range(50):
            if len(self.told) > before:
                break
            self.wait()
        return self.now - started


def test_asks_what_the_platform_can() -> None:
    desk = Desk()
    (asked,) = desk.wire.sent
    assert (asked.method, asked.uri, asked.get("to")) == ("OPTIONS", "sip:help.example.org", "<sip:help.example.org>")


@pytest.mark.parametrize("status", [200, 401, 404, 405, 480, 481, 500, 501, 603])
def test_any_response_proves_life(status: int) -> None:
    desk = Desk()
    desk.hear(status, after_s=0.04)
    assert desk.told == [Proved(40.0, status)]
    assert desk.machine.is_alive


def test_a_platform_that_says_503_is_dead_for_as_long_as_it_says() -> None:
    desk = Desk()
    desk.hear(503, ("retry-after", "60"))
    assert desk.told == [ProbeFailed("the platform says that it cannot: 503 Service Unavailable", 503)]
    assert 51 <= desk.wait() <= 60


def test_asks_again_every_25_s_with_jitter() -> None:
    desk = Desk()
    pauses = []
    for _ in range(8):
        desk.hear(200)
        pauses.append(desk.wait())
    assert all(21 <= pause <= 25 for pause in pauses)
    assert len(set(pauses)) == 8
    assert len(desk.wire.sent) == 9


def test_one_miss_is_forgiven_and_two_are_death() -> None:
    desk = Desk()
    desk.hear(200)
    desk.wait()
    assert [round(desk.wait(), 3) for _ in range(3)] == [0.5, 1.0, 1.5]
    assert desk.told[1:] == []
    desk.hear(200)
    assert isinstance(desk.told[1], Proved)
    desk.wait()
    assert desk.wait_until_told() == pytest.approx(6.0)
    assert desk.told[2:] == [SILENT]
    assert desk.machine.is_alive is False


def test_death_is_known_within_31_s_and_its_end_soon_after() -> None:
    desk = Desk()
    desk.hear(200)
    assert desk.wait_until_told() <= 25 + 6
    assert desk.wait() <= 2.0, "a dead platform is asked again soon"
    desk.hear(200, after_s=0.01)
    assert isinstance(desk.told[-1], Proved)


def test_a_dead_platform_is_asked_ever_more_rarely_up_to_the_usual_interval() -> None:
    desk = Desk()
    for most in (2, 5, 10, 25, 25):
        desk.wait_until_told()
        assert desk.told[-1] == SILENT
        assert 0.85 * most <= desk.wait() <= most


def test_round_trips_are_smoothed_and_a_repeated_question_says_nothing_of_them() -> None:
    desk = Desk()
    desk.hear(200, after_s=0.08)
    desk.wait()
    desk.hear(200, after_s=0.16)
    assert desk.told[-1] == Proved(90.0, 200)
    desk.wait()
    desk.wait()
    desk.hear(200, after_s=0.01)
    assert desk.told[-1] == Proved(90.0, 200)


def test_over_a_connection_a_ping_goes_between_the_questions() -> None:
    desk = Desk("tls")
    desk.hear(200)
    between = desk.wait()
    assert desk.wire.raw[-1] == PING
    assert between + desk.wait() <= 25
    assert desk.wire.last.cseq == (2, "OPTIONS")


def test_no_ping_over_udp() -> None:
    desk = Desk()
    desk.hear(200)
    desk.wait()
    assert PING not in desk.wire.raw


def test_a_platform_that_stops_answering_pings_is_asked_at_once() -> None:
    desk = Desk("tcp")
    desk.hear(200)
    desk.wait()
    assert desk.machine.received(PONG, desk.now)
    desk.wait()
    desk.hear(200)
    desk.wait()
    assert desk.wire.raw[-1] == PING
    assert desk.wait() == pytest.approx(10.0)
    assert desk.wire.last.cseq == (3, "OPTIONS")


def test_a_lost_connection_is_death_and_a_new_one_is_asked_at_once() -> None:
    desk = Desk("tls")
    desk.hear(200)
    desk.machine.connection_lost(desk.now, "connection reset")
    assert desk.told[-1] == ProbeFailed("connection reset")
    desk.wire = Wire(port=6000, transport="tls")
    desk.machine.probe_now(desk.now, desk.wire)
    desk.hear(200)
    assert isinstance(desk.told[-1], Proved)


def test_late_responses_and_others_messages_change_nothing() -> None:
    desk = Desk()
    late = response(desk.wire.last, 200)
    desk.wait_until_told()
    assert desk.machine.received(late, desk.now)
    assert desk.told == [SILENT]
    assert not desk.machine.received(late.replace(b" OPTIONS\r\n", b" REGISTER\r\n"), desk.now)
    assert not desk.machine.received(late.replace(b"z9hG4bK", b"z9hG4bKx"), desk.now)


def test_stopped_it_waits_for_nothing() -> None:
    desk = Desk()
    desk.machine.stop()
    desk.machine.connection_lost(desk.now, "gone")
    assert (desk.machine.state, desk.machine.deadline, desk.told) == (Idle(), None, [])
