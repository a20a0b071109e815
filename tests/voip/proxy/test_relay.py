"""What the proxy does with each message: whole conversations, without a socket or a clock."""

from collections.abc import Iterator

from kiosk.voip.proxy.actions import (
    Action,
    Completed,
    Heard,
    Redirected,
    Sent,
    ToEngine,
    ToPlatform,
    Undelivered,
    WorkedOn,
)
from kiosk.voip.proxy.legs import LIFE_S
from kiosk.voip.proxy.message import Message, parse
from kiosk.voip.proxy.relay import ATTEMPT_HEADER, TARGET_HEADER, Relay
from tests.voip.proxy.wire import ENGINE, INNER, SERVER, answer, asked, ends, request


class Bench:
    """A relay between an engine and a platform; remembers what each side got."""

    def __init__(self, transport: str = "udp") -> None:
        stamps: Iterator[int] = iter(range(1, 1000))
        self.relay = Relay(lambda: ends(transport), lambda: f"s{next(stamps)}", lambda invite: invite)
        self.engine: list[Message] = []
        self.platform: list[Message] = []
        self.hops: list[tuple[str, int] | None] = []
        self.told: list[Action] = []
        self.now = 100.0

    def _sort(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case ToEngine(data=data):
                    self.engine.append(parse(data))
                case ToPlatform(data=data, hop=hop):
                    self.platform.append(parse(data))
                    self.hops.append(hop)
                case Sent():
                    pass
                case _:
                    self.told.append(action)

    def engine_says(self, message: Message) -> Message | None:
        """What the platform got of it."""
        before = len(self.platform)
        self._sort(self.relay.from_engine(message, ENGINE, self.now))
        return self.platform[-1] if len(self.platform) > before else None

    def platform_says(self, message: Message) -> list[str]:
        """What the engine and the platform got upon it."""
        before, sent = len(self.engine), len(self.platform)
        self._sort(self.relay.from_platform(message, SERVER, self.now))
        return [f"< {each.start}" for each in self.engine[before:]] + [
            f"> {each.start}" for each in self.platform[sent:]
        ]

    def wait(self, seconds: float) -> list[str]:
        """Let time pass, deadline by deadline; what was sent meanwhile."""
        until, sent, told = self.now + seconds, len(self.platform), len(self.engine)
        for _ in range(200):
            due = self.relay.deadline
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self._sort(self.relay.advance(self.now))
        else:
            raise AssertionError("the relay's clock does not come to rest")
        self.now = until
        return [f"> {each.start}" for each in self.platform[sent:]] + [f"< {each.start}" for each in self.engine[told:]]

    def abandon(self, attempt: str = "A") -> list[str]:
        sent = len(self.platform)
        self._sort(self.relay.abandon(attempt, self.now))
        return [f"> {each.start.split()[0]}" for each in self.platform[sent:]]

    def invite(self, **more: str) -> Message:
        sent = self.engine_says(request("INVITE", **{ATTEMPT_HEADER: "A", **more}))
        assert sent is not None
        return sent

    def answered(self, record: tuple[str, ...] = (), contact: str = "<sip:desk@203.0.113.5:5070>") -> Message:
        """A call that is up; the platform's 200."""
        ok = answer(self.invite(), 200, contact=contact, record=record)
        self.platform_says(ok)
        self.engine_says(request("ACK", "z9hG4bKe2", "theirs", "sip:desk@203.0.113.5:5070"))
        return ok


INVITE = "> INVITE sip:0800190000@example.org SIP/2.0"


def test_platform_sees_our_address_and_never_the_engines() -> None:
    bench = Bench("tls")
    sent = bench.invite()
    assert sent.all("via") == ("SIP/2.0/TLS 192.0.2.7:40211;branch=z9hG4bKs1;rport",)
    assert sent.get("contact") == "<sip:box-1@192.0.2.7:40211;transport=tls>"
    assert sent.get("x-kiosk-attempt") == ""
    assert b"127.0.0.1" not in sent.encode()


def test_a_call_takes_the_way_that_the_registrar_named_and_so_does_its_cancel() -> None:
    bench = Bench()
    bench.relay.service_route = ("<sip:edge.example;lr>", "<sip:core.example;lr>")
    sent = bench.invite()
    assert (sent.all("route"), bench.hops) == (("<sip:edge.example;lr>", "<sip:core.example;lr>"), [None])
    bench.platform_says(answer(sent, 180))
    bench.abandon()
    assert (bench.platform[-1].method, bench.platform[-1].all("route")) == ("CANCEL", sent.all("route"))


def test_a_redirected_call_and_the_requests_in_a_call_have_ways_of_their_own() -> None:
    bench = Bench()
    bench.relay.service_route = ("<sip:edge.example;lr>",)
    bench.answered(record=("<sip:a.example;lr>",))
    assert bench.platform[-1].all("route") == ("<sip:a.example;lr>",)
    redirected = Bench()
    redirected.relay.service_route = ("<sip:edge.example;lr>",)
    assert redirected.invite(**{TARGET_HEADER: "sip:desk@203.0.113.9"}).all("route") == ()


def test_engine_gets_its_own_via_back_and_answers_through_us() -> None:
    bench = Bench()
    bench.platform_says(answer(bench.invite(), 180, record=("<sip:a.example;lr>", "<sip:b.example;lr>")))
    assert bench.engine[0].all("via") == ("SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bKe1;rport",)
    assert bench.engine[0].all("record-route") == (f"<sip:127.0.0.1:{INNER[1]};lr>",)


def test_requests_in_the_call_take_the_route_that_the_platform_recorded() -> None:
    bench = Bench()
    bench.answered(record=("<sip:198.51.100.2:5061;lr>", "<sip:198.51.100.1;lr>"))
    bye = bench.engine_says(request("BYE", "z9hG4bKe3", "theirs", "sip:desk@203.0.113.5:5070", cseq="2"))
    assert bye is not None
    assert bye.all("route") == ("<sip:198.51.100.1;lr>", "<sip:198.51.100.2:5061;lr>")
    assert (bye.uri, bench.hops[-1]) == ("sip:desk@203.0.113.5:5070", ("198.51.100.1", 5060))


def test_requests_in_the_call_go_straight_to_a_far_end_without_route() -> None:
    bench = Bench()
    bench.answered()
    assert bench.hops == [None, ("203.0.113.5", 5070)]


def test_unanswered_invite_is_repeated_over_udp_and_given_up_after_32_s() -> None:
    bench = Bench()
    bench.invite()
    assert bench.wait(LIFE_S + 0.1) == [INVITE] * 6 + ["< SIP/2.0 408 Request Timeout"]


def test_nothing_is_repeated_over_a_connection() -> None:
    bench = Bench("tcp")
    bench.invite()
    assert bench.wait(30.0) == []


def test_engines_own_repetitions_are_swallowed() -> None:
    bench = Bench()
    invite = request("INVITE", **{ATTEMPT_HEADER: "A"})
    assert [bench.engine_says(invite) is None for _ in range(3)] == [False, True, True]


def test_repeated_answer_gets_its_ack_again_without_the_engine() -> None:
    bench = Bench()
    ok = bench.answered()
    assert bench.platform_says(ok) == ["> ACK sip:desk@203.0.113.5:5070 SIP/2.0"]
    assert bench.wait(LIFE_S) == []
    assert bench.platform_says(ok) == ["> ACK sip:desk@203.0.113.5:5070 SIP/2.0"]


def test_refusal_is_acknowledged_each_time_and_told_once() -> None:
    bench = Bench()
    busy = answer(bench.invite(), 486)
    acked = "> ACK sip:0800190000@example.org SIP/2.0"
    assert bench.platform_says(busy) == ["< SIP/2.0 486 Words", acked]
    assert bench.platform_says(busy) == [acked]
    assert bench.platform[-1].branch == bench.platform[0].branch
    assert bench.engine_says(request("ACK", to_tag="theirs")) is None


def test_hanging_up_before_any_response_waits_for_one_and_then_cancels() -> None:
    bench = Bench()
    sent = bench.invite()
    assert bench.abandon() == []
    assert bench.wait(20.0) == []
    assert bench.platform_says(answer(sent, 180)) == ["> CANCEL sip:0800190000@example.org SIP/2.0"]
    assert bench.platform[-1].branch == sent.branch
    assert bench.platform_says(answer(bench.platform[-1], 200)) == []
    assert [each.split()[1] for each in bench.platform_says(answer(sent, 487))] == ["SIP/2.0", "ACK"]


def test_an_invite_that_comes_after_its_attempt_was_given_up_reaches_nobody() -> None:
    bench = Bench()
    assert bench.abandon() == []
    assert bench.engine_says(request("INVITE", **{ATTEMPT_HEADER: "A"})) is None
    assert [each.start for each in bench.engine] == ["SIP/2.0 487 Request Terminated"]
    assert bench.engine_says(request("ACK", to_tag=bench.engine[-1].to_tag)) is None
    assert bench.engine_says(request("INVITE", "z9hG4bKother", **{ATTEMPT_HEADER: "B"})) is not None


def test_lost_cancel_is_repeated_until_it_is_answered() -> None:
    bench = Bench()
    sent = bench.invite()
    bench.platform_says(answer(sent, 180))
    assert bench.abandon() == ["> CANCEL"]
    assert bench.wait(1.6) == ["> CANCEL sip:0800190000@example.org SIP/2.0"] * 2
    bench.platform_says(answer(bench.platform[-1], 200))
    assert bench.wait(4.0) == []


def test_engines_cancel_is_answered_here_and_goes_out_once() -> None:
    bench = Bench()
    bench.platform_says(answer(bench.invite(), 180))
    assert bench.engine_says(request("CANCEL")) is not None
    assert bench.abandon() == []
    assert [each.start for each in bench.engine] == ["SIP/2.0 180 Words", "SIP/2.0 200 OK"]


def test_answer_that_crosses_the_hang_up_is_released_with_ack_and_bye() -> None:
    bench = Bench()
    sent = bench.invite()
    bench.platform_says(answer(sent, 180))
    bench.abandon()
    ok = answer(sent, 200, contact="<sip:desk@203.0.113.5:5070>", record=("<sip:198.51.100.1;lr>",))
    away = ["> ACK sip:desk@203.0.113.5:5070 SIP/2.0", "> BYE sip:desk@203.0.113.5:5070 SIP/2.0"]
    assert bench.platform_says(ok) == away
    bye = bench.platform[-1]
    assert (bye.cseq, bye.all("route"), bench.hops[-1]) == (2, ("<sip:198.51.100.1;lr>",), ("198.51.100.1", 5060))
    assert bench.platform_says(ok) == away[:1]
    assert bench.platform_says(answer(bye, 200)) == []


def test_second_desk_that_answers_a_forked_call_is_released() -> None:
    bench = Bench()
    sent = bench.invite()
    bench.platform_says(answer(sent, 200, contact="<sip:one@203.0.113.5>"))
    assert [each.split()[1] for each in bench.platform_says(answer(sent, 200, "other", "<sip:two@203.0.113.6>"))] == [
        "ACK", "BYE",
    ]  # fmt: skip
    assert [each.start for each in bench.engine] == ["SIP/2.0 200 Words"]


def test_challenge_is_left_to_the_engine_and_its_second_invite_goes_out() -> None:
    bench = Bench()
    first = bench.invite()
    assert [each[:5] for each in bench.platform_says(answer(first, 401))] == ["< SIP", "> ACK"]
    second = bench.engine_says(request("INVITE", "z9hG4bKe9", cseq="2", **{ATTEMPT_HEADER: "A"}))
    assert second is not None
    assert second.branch != first.branch
    bench.abandon()
    assert [each.split()[1] for each in bench.platform_says(answer(second, 100))] == ["CANCEL"]


def test_answer_to_a_challenge_that_comes_after_the_hang_up_reaches_nobody() -> None:
    bench = Bench()
    bench.platform_says(answer(bench.invite(), 401))
    bench.abandon()
    assert bench.engine_says(request("INVITE", "z9hG4bKe9", cseq="2", **{ATTEMPT_HEADER: "A"})) is None
    assert bench.engine[-1].start == "SIP/2.0 487 Request Terminated"


def test_refused_datagram_ends_the_attempt_at_once() -> None:
    bench = Bench()
    sent = bench.invite()
    bench._sort(bench.relay.undelivered(sent.branch, "INVITE"))
    assert bench.told == [Undelivered("A")]
    assert [each.start for each in bench.engine] == ["SIP/2.0 503 Not Delivered"]
    assert bench.wait(10.0) == []


def test_broken_connection_ends_what_was_not_answered_and_nothing_else() -> None:
    bench = Bench("tcp")
    sent = bench.invite()
    bench.platform_says(answer(sent, 180))
    bench._sort(bench.relay.broken())
    assert [each.start for each in bench.engine] == ["SIP/2.0 180 Words"]


def test_platforms_request_reaches_the_engine_and_its_answer_goes_back() -> None:
    bench = Bench()
    bench.answered()
    assert bench.platform_says(asked("BYE")) == ["< BYE sip:box-1@127.0.0.1:5062 SIP/2.0"]
    told = bench.engine_says(answer(bench.engine[-1], 200))
    assert told is not None
    assert told.all("via") == ("SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKp1;rport=5060;received=198.51.100.1",)
    assert bench.hops[-1] == SERVER


def test_repeated_request_of_the_platform_is_answered_from_memory() -> None:
    bench = Bench()
    bench.answered()
    bench.platform_says(asked("BYE"))
    assert bench.platform_says(asked("BYE")) == []
    bench.engine_says(answer(bench.engine[-1], 200))
    assert bench.platform_says(asked("BYE")) == ["> SIP/2.0 200 Words"]


def test_what_is_about_no_call_of_ours_never_reaches_the_engine() -> None:
    bench = Bench()
    assert bench.platform_says(asked("OPTIONS")) == ["> SIP/2.0 200 OK"]
    assert bench.platform_says(asked("INVITE", branch="z9hG4bKp2")) == ["> SIP/2.0 480 This telephone takes no calls"]
    assert bench.platform_says(asked("BYE", branch="z9hG4bKp3")) == ["> SIP/2.0 481 No Such Call"]
    assert bench.platform_says(asked("ACK", branch="z9hG4bKp4")) == []


def test_183_without_sound_is_work_and_no_ringing() -> None:
    bench = Bench()
    assert bench.platform_says(answer(bench.invite(), 183)) == ["< SIP/2.0 100 Trying"]
    assert bench.told == [Heard("A", 183), WorkedOn("A")]


def test_redirection_is_told_with_its_places_best_first() -> None:
    bench = Bench()
    moved = answer(bench.invite(), 302, contact="<sip:100@a.example>;q=0.2, <sip:100@b.example>;q=0.9")
    bench.platform_says(moved)
    assert bench.told == [Heard("A", 302), Redirected("A", ("sip:100@b.example", "sip:100@a.example"))]


def test_redirected_call_goes_where_the_platform_said() -> None:
    bench = Bench()
    sent = bench.invite(**{TARGET_HEADER: "sip:0800190000@203.0.113.9:5090"})
    assert (sent.uri, bench.hops[-1]) == ("sip:0800190000@203.0.113.9:5090", ("203.0.113.9", 5090))
    bench.platform_says(answer(sent, 180))
    bench.abandon()
    assert (bench.platform[-1].uri, bench.hops[-1]) == (sent.uri, ("203.0.113.9", 5090))


def test_call_that_is_up_leaves_what_would_end_it_without_the_engine() -> None:
    bench = Bench()
    bench.answered(record=("<sip:198.51.100.1;lr>",))
    (completed,) = [each for each in bench.told if isinstance(each, Completed)]
    farewell = completed.farewell
    assert (farewell.host, farewell.port, farewell.target) == ("198.51.100.1", 5060, "sip:desk@203.0.113.5:5070")
    assert farewell.headers == (
        "Route: <sip:198.51.100.1;lr>", "Max-Forwards: 70", "From: <sip:box@example.org>;tag=ours",
        "To: <sip:0800190000@example.org>;tag=theirs", "Call-ID: call-1", "CSeq: 101 BYE",
    )  # fmt: skip


def test_everything_is_forgotten_after_a_call() -> None:
    bench = Bench()
    bench.answered()
    bye = bench.engine_says(request("BYE", "z9hG4bKe3", "theirs", "sip:desk@203.0.113.5:5070", cseq="2"))
    assert bye is not None
    bench.platform_says(answer(bye, 200))
    bench.abandon()
    assert bench.relay.is_busy is False
    bench.wait(3 * LIFE_S)
    assert bench.relay.deadline is None
