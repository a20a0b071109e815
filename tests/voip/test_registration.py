"""Registration, message by message, in a time of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.demo.platform_sip import challenge_of, digest_answer
from kiosk.voip.engine import Registered, RegistrationFailed
from kiosk.voip.registration import PAUSES_S, Asking, Held, Off, Waiting
from tests.voip.desk import CHALLENGE, INSTANCE, Desk
from tests.voip.wires import Wire, response


def test_says_who_and_where_it_is_and_for_how_long() -> None:
    desk = Desk().start()
    (asked,) = desk.wire.sent
    assert (asked.method, asked.uri, asked.cseq) == ("REGISTER", "sip:help.example.org", (1, "REGISTER"))
    assert asked.get("to") == "<sip:box@help.example.org>"
    assert list(desk.wire.contacts()) == [
        f'<sip:box@192.0.2.7:5062;transport=udp>;+sip.instance="<urn:uuid:{INSTANCE}>";reg-id=1;expires=300'
    ]
    assert (asked.get("expires"), asked.get("supported")) == ("300", "outbound, path")
    assert "rport" in asked.get("via")


def test_answers_the_digest_and_is_registered_for_as_long_as_the_registrar_says() -> None:
    desk = Desk().start()
    assert desk.hear(401, CHALLENGE)
    proof = challenge_of(desk.wire.last.get("authorization"))
    assert proof["response"] == digest_answer(proof, "REGISTER", "box", "secret")
    first, second = desk.wire.sent
    assert (first.get("call-id"), second.cseq) == (second.get("call-id"), (2, "REGISTER"))
    assert first.branch != second.branch
    assert desk.told == []
    desk.accept(120)
    assert desk.told == [Registered(120)]
    assert desk.machine.is_registered


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("contact", "<sip:box@192.0.2.7:5062>;expires=90"), ("expires", "7")], 90),
        ([("contact", "<sip:other@192.0.2.9>;expires=5"), ("contact", "<sip:box@192.0.2.7:5062>;q=1;expires=60")], 60),
        ([("contact", '"a, b" <sip:x@y>;expires=5, <sip:box@192.0.2.7:5062>;expires="61"')], 61),
        ([("contact", f'<sip:box@203.0.113.5:9>;+sip.instance="<urn:uuid:{INSTANCE}>";expires=62')], 62),
        (
            [
                ("contact", f'<sip:box@203.0.113.5:9>;+sip.instance="<urn:uuid:{INSTANCE}>";expires=290'),
                ("contact", f'<sip:box@192.0.2.7:5062>;+sip.instance="<urn:uuid:{INSTANCE}>";expires=63'),
            ],
            63,
        ),
        ([("expires", "77")], 77),
        ([], 300),
    ],
)
def test_the_registrar_chooses_the_interval(headers: list[tuple[str, str]], seconds: int) -> None:
    desk = Desk().start()
    desk.hear(200, *headers)
    assert desk.told == [Registered(seconds)]


@pytest.mark.parametrize(("expires", "earliest", "latest"), [(300, 216, 240), (64, 28, 32), (30, 13, 15)])
def test_refreshes_early_enough_for_a_lost_attempt(expires: int, earliest: float, latest: float) -> None:
    desk = Desk().start()
    desk.accept(expires)
    assert earliest <= desk.wait() <= latest
    assert len(desk.wire.sent) == 2
    assert desk.machine.is_registered


def test_a_refresh_proves_itself_ahead_of_the_question() -> None:
    desk = Desk().start()
    desk.hear(401, CHALLENGE)
    desk.accept()
    desk.wait()
    proof = challenge_of(desk.wire.last.get("authorization"))
    assert (proof["nonce"], proof["nc"]) == ("n1", "00000002")


def test_over_udp_it_is_repeated_until_8_seconds_are_over() -> None:
    desk = Desk().start()
    pauses = [round(desk.wait(), 3) for _ in range(5)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 0.5]
    assert len(desk.wire.raw) == 5
    assert set(desk.wire.raw) == {desk.wire.raw[0]}
    assert desk.told == [RegistrationFailed(None, "the registrar did not answer within 8 s")]


def test_over_tcp_nothing_is_repeated() -> None:
    desk = Desk("tcp").start()
    assert desk.wait() == 8.0
    assert len(desk.wire.raw) == 1


def test_after_a_provisional_response_it_is_repeated_rarely() -> None:
    desk = Desk().start()
    desk.hear(100)
    assert desk.wait() == 4.0


def test_failures_climb_the_ladder_with_jitter() -> None:
    desk = Desk().start()
    pauses = []
    for _ in range(6):
        desk.hear(500)
        pauses.append(desk.wait())
    for pause, step in zip(pauses, [*PAUSES_S, 30.0, 30.0], strict=True):
        assert 0.8 * step <= pause <= 1.2 * step
    assert len({round(pause, 6) for pause in pauses[3:]}) == 3, "no jitter"
    assert desk.told[0] == RegistrationFailed(500, "Server Internal Error")
    desk.accept()
    desk.wait()
    desk.hear(500)
    assert desk.wait() <= 2.4, "a success starts the ladder again"


@pytest.mark.parametrize(("asked", "least", "most"), [("20;duration=9 (soon)", 16, 24), ("86400", 240, 360)])
def test_waits_as_long_as_a_busy_registrar_asks_within_reason(asked: str, least: float, most: float) -> None:
    desk = Desk().start()
    desk.hear(503, ("retry-after", asked))
    assert least <= desk.wait() <= most


def test_too_brief_an_interval_is_lengthened_at_once() -> None:
    desk = Desk().start()
    desk.hear(423, ("min-expires", "600"))
    assert desk.wire.last.get("expires") == "600"
    assert next(iter(desk.wire.contacts())).endswith(";expires=600")
    desk.hear(200)
    assert desk.told == [Registered(600)]


@pytest.mark.parametrize("headers", [[], [("min-expires", "30")], [("min-expires", "x")], [("min-expires", "999999")]])
def test_too_brief_without_a_usable_word_is_a_failure(headers: list[tuple[str, str]]) -> None:
    desk = Desk().start()
    desk.hear(423, *headers)
    assert desk.told == [RegistrationFailed(423, "Interval Too Brief")]


def test_a_registrar_that_always_wants_longer_is_given_up() -> None:
    desk = Desk().start()
    for least in range(301, 320):
        if desk.told:
            break
        desk.hear(423, ("min-expires", str(least)))
    assert desk.told == [RegistrationFailed(423, "Interval Too Brief")]


def test_a_link_that_came_back_is_used_at_once() -> None:
    desk = Desk().start()
    for _ in range(4):
        desk.hear(500)
        desk.wait()
    desk.hear(500)
    before = len(desk.wire.sent)
    desk.machine.register_now(desk.now)
    assert len(desk.wire.sent) == before + 1
    desk.hear(500)
    assert desk.wait() <= 2.4, "and the ladder starts again"


def test_a_changed_address_replaces_the_old_one_in_one_request() -> None:
    desk = Desk().start()
    desk.accept()
    moved = Wire(port=6000)
    desk.machine.register_now(desk.now, moved)
    assert [entry.partition(">")[0] for entry in moved.contacts()] == [
        "<sip:box@192.0.2.7:6000;transport=udp",
        "<sip:box@192.0.2.7:5062;transport=udp",
    ]
    assert list(moved.contacts())[1].endswith(";expires=0")
    desk.wire = moved
    desk.accept()
    desk.wait()
    assert len(list(moved.contacts())) == 1, "the old address is removed once"


def test_a_registrar_that_takes_one_address_at_a_time_gets_one() -> None:
    desk = Desk().start()
    desk.accept()
    desk.wire = Wire(port=6000)
    desk.machine.register_now(desk.now, desk.wire)
    desk.hear(404)
    assert len(list(desk.wire.contacts())) == 1
    desk.accept()
    assert desk.told == [Registered(300), Registered(300)]


def test_a_registrar_without_outbound_is_asked_the_plain_way() -> None:
    desk = Desk().start()
    desk.hear(439)
    assert "reg-id" not in next(iter(desk.wire.contacts()))
    assert desk.wire.last.get("supported") == ""
    desk.accept()
    assert desk.told == [Registered(300)]


def test_a_registration_that_is_not_refreshed_lapses() -> None:
    desk = Desk().start()
    desk.accept(64)
    ends = desk.now + 64
    while desk.now < ends:
        assert desk.machine.is_registered
        desk.wait()
    assert not desk.machine.is_registered


def test_yes_without_our_address_is_no() -> None:
    desk = Desk().start()
    desk.hear(200, ("contact", "<sip:box@192.0.2.7:5062>;expires=0"))
    assert desk.told == [RegistrationFailed(200, "the registrar says yes and does not keep our address")]


def test_a_lost_connection_is_a_failure_at_once() -> None:
    desk = Desk("tls").start()
    desk.machine.connection_lost(desk.now, "connection reset")
    assert desk.told == [RegistrationFailed(None, "connection reset")]
    assert isinstance(desk.machine.state, Waiting)


def test_leaving_takes_the_address_back_within_its_time() -> None:
    desk = Desk().start()
    desk.hear(401, CHALLENGE)
    desk.accept()
    desk.machine.unregister(desk.now)
    assert (desk.wire.last.get("expires"), next(iter(desk.wire.contacts())).endswith(";expires=0")) == ("0", True)
    assert desk.wire.last.get("authorization")
    desk.hear(200)
    assert desk.machine.state == Off()
    assert desk.told == [Registered(300)]


def test_leaving_is_over_after_0_4_s_whether_answered_or_not() -> None:
    desk = Desk().start()
    desk.accept()
    desk.machine.unregister(desk.now)
    assert desk.wait() == pytest.approx(0.4)
    assert (desk.machine.state, desk.machine.deadline) == (Off(), None)


def test_a_late_or_repeated_response_is_ours_and_changes_nothing() -> None:
    desk = Desk().start()
    first = desk.wire.last
    desk.hear(401, CHALLENGE)
    assert desk.hear(401, CHALLENGE, to=first)
    assert len(desk.wire.sent) == 2
    desk.accept()
    assert desk.hear(403, to=first)
    assert isinstance(desk.machine.state, Held)


def test_others_messages_are_left_to_them() -> None:
    desk = Desk().start()
    ours = response(desk.wire.last, 200)
    assert not desk.machine.received(ours.replace(b"branch=z9hG4bK", b"branch=z9hG4bKx"), desk.now)
    assert not desk.machine.received(ours.replace(b" REGISTER\r\n", b" INVITE\r\n"), desk.now)
    assert not desk.machine.received(desk.wire.raw[0], desk.now)
    assert not desk.machine.received(b"\r\n", desk.now)
    assert isinstance(desk.machine.state, Asking)


@given(st.binary(max_size=300))
def test_no_bytes_from_the_wire_break_it(noise: bytes) -> None:
    desk = Desk().start()
    answer = response(desk.wire.last, 200)
    for raw in (
        noise,
        b"SIP/2.0 200 OK\r\n" + noise,
        answer.replace(b"\r\n\r\n", b"\r\nContact: " + noise + b"\r\n\r\n"),
    ):
        desk.machine.received(raw, desk.now)


def test_remembers_the_route_that_calls_must_take() -> None:
    desk = Desk().start()
    desk.hear(200, ("service-route", "<sip:a;lr>, <sip:b;lr>"))
    assert desk.machine.service_route == ("<sip:a;lr>", "<sip:b;lr>")


@given(
    st.lists(
        st.one_of(
            st.sampled_from([100, 200, 401, 403, 404, 423, 439, 480, 500, 503, 603]),
            st.sampled_from(["wait", "now", "move", "leave", "lost"]),
        ),
        max_size=40,
    ),
    st.sampled_from(["udp", "tls"]),
)
def test_in_every_history_it_either_waits_for_something_or_was_told_to_leave(
    history: list[int | str], transport: str
) -> None:
    desk = Desk(transport).start()
    left = False
    for step in history:
        match step:
            case int():
                desk.hear(step, CHALLENGE, ("min-expires", "400"), ("retry-after", "7")) if desk.wire.raw else None
            case "wait":
                if desk.machine.deadline is not None:
                    desk.wait()
            case "now":
                desk.machine.register_now(desk.now)
                left = False
            case "move":
                desk.wire = Wire(desk.wire.port + 1, transport)
                desk.machine.register_now(desk.now, desk.wire)
                left = False
            case "leave":
                desk.machine.unregister(desk.now)
                left = True
            case _:
                desk.machine.connection_lost(desk.now, "gone")
        due = desk.machine.deadline
        assert due is None if isinstance(desk.machine.state, Off) else due is not None and due >= desk.now
        assert left or not isinstance(desk.machine.state, Off)
