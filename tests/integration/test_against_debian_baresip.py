"""Our engines against Debian's baresip, straight and through kamailio: calls in which nothing but the caller is ours.

Both ends are looked at: the words that the call was told in, and what the far end says happened to it.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.registrar import Registrar, kamailio_binary
from kiosk.voip.farewell import Farewell, say
from tests.integration.peers.debian_baresip import BaresipPeer
from tests.integration.peers.processes import PATIENCE_S, EngineProcess
from tests.ports import free_port

NUMBER = "0800190000"
HUNG_UP = ("Ended", "hung_up_by_caller", None)
ANSWERED = [("Alerted",), ("Answered", "pcma")]
KEYS = "0123456789*#"


@dataclass
class Bench:
    """One engine of ours, one foreign far end that rings until told otherwise, and a way between them."""

    engine: EngineProcess
    far_end: BaresipPeer
    name: str
    way: str

    def ring(self) -> tuple[str, int]:
        """Dial and wait until it rings on both sides: the attempt, and the far end's line at which it began."""
        since = len(self.far_end.lines)
        attempt = self.engine.dial(NUMBER)
        self.far_end.event("CALL_INCOMING", since)
        self.engine.event("Alerted", attempt)
        return attempt, since

    def talk(self) -> tuple[str, int]:
        """As :meth:`ring`, and the far end takes the call."""
        attempt, since = self.ring()
        self.far_end.tell("accept")
        self.far_end.event("CALL_ESTABLISHED", since)
        self.engine.event("Answered", attempt)
        return attempt, since


@pytest.fixture(scope="module")
def registrar() -> Iterator[str]:
    if kamailio_binary() is None:
        pytest.skip("kamailio is not installed (apt-get install kamailio)")
    port = free_port()
    with Registrar("127.0.0.1", port, {"box": "right", NUMBER: "other"}):
        yield f"127.0.0.1:{port}"


WAYS = ["straight-udp", "straight-tcp", "kamailio-udp", "kamailio-tcp"]


@contextmanager
def bench_of(name: str, way: str, registrar: str, folder: Path) -> Iterator[Bench]:
    """``registrar``: kamailio's, or nothing for calls straight to the far end's port."""
    pytest.importorskip(name, reason=f"{name} is not installed")
    account: dict[str, Any] = {"user": "box", "password": "right", "transport": way.partition("-")[2]}
    if registrar:
        far_end = BaresipPeer(folder, answermode="manual", user=NUMBER, password="other", registrar=registrar)
        account |= {"domain": "127.0.0.1", "server": registrar, "register": True}
    else:
        far_end = BaresipPeer(folder, answermode="manual", user=NUMBER)
        server = f"127.0.0.1:{far_end.port}"
        account |= {"domain": server, "server": server, "register": False}
    try:
        engine = EngineProcess(name, account, folder / "engine.log")
        try:
            if registrar:
                engine.wait_for(lambda e: e["event"] == "Registered", "the registration")
            yield Bench(engine, far_end, name, way)
        finally:
            engine.end()
    finally:
        far_end.end()


def _registrar_of(way: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("registrar")) if way.startswith("kamailio") else ""


@pytest.fixture(scope="module", params=[f"{name}-{way}" for name in ("baresip", "rfcvoip") for way in WAYS])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    name, _, way = str(request.param).partition("-")
    folder = tmp_path_factory.mktemp(str(request.param))
    with bench_of(name, way, _registrar_of(way, request), folder) as bench:
        yield bench


def test_our_hang_up_ends_the_call_at_the_far_end(bench: Bench) -> None:
    attempt, since = bench.talk()
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)
    assert bench.far_end.event("CALL_CLOSED", since)["param"] == "Connection reset by peer"
    assert bench.engine.story(attempt) == [*ANSWERED, HUNG_UP]


def test_hang_up_of_the_far_end_is_told(bench: Bench) -> None:
    attempt, since = bench.talk()
    bench.far_end.tell("hangup")
    bench.engine.event("Ended", attempt)
    bench.far_end.event("CALL_CLOSED", since)
    assert bench.engine.story(attempt) == [*ANSWERED, ("Ended", "hung_up_by_remote", None)]


def test_every_key_is_heard_at_the_far_end_as_a_telephone_event(bench: Bench) -> None:
    attempt, since = bench.talk()
    for key in KEYS:
        before = len(bench.far_end.lines)
        bench.engine.do("digit", attempt=attempt, digit=key)
        bench.far_end.event("CALL_DTMF_END", before)
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)
    bench.far_end.event("CALL_CLOSED", since)
    heard = [param for event, param in bench.far_end.story(since) if event == "CALL_DTMF_START"]
    assert heard == list(KEYS)
    by_message = [line for line in bench.far_end.lines[since:] if str(line).startswith("INFO sip:")]
    assert by_message == [], "the keys came as SIP INFO, not in the sound's stream (RFC 4733)"
    assert bench.engine.story(attempt) == [*ANSWERED, HUNG_UP]


def test_hanging_up_while_it_rings_stops_the_ringing(bench: Bench) -> None:
    attempt, since = bench.ring()
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)
    bench.far_end.event("CALL_CLOSED", since)
    assert bench.engine.story(attempt) == [("Alerted",), HUNG_UP]


def test_far_end_that_refuses_while_it_rings_is_busy(bench: Bench) -> None:
    attempt, _ = bench.ring()
    bench.far_end.tell("hangup")
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [("Alerted",), ("Ended", "busy", 486)]


def test_unknown_number_is_not_found(bench: Bench) -> None:
    attempt = bench.engine.dial("0140000000")
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [("Ended", "not_found", 404)]


def test_call_after_calls_of_every_kind_is_answered(bench: Bench) -> None:
    for hang_up in (True, False):
        attempt, _ = bench.ring()
        if hang_up:
            bench.engine.do("hang_up", attempt=attempt)
        else:
            bench.far_end.tell("hangup")
        bench.engine.event("Ended", attempt)
    attempt, since = bench.talk()
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)
    bench.far_end.event("CALL_CLOSED", since)
    assert bench.engine.story(attempt) == [*ANSWERED, HUNG_UP]


def test_voice_before_the_answer_can_be_heard(bench: Bench) -> None:
    if bench.name == "rfcvoip":
        pytest.skip("rfcvoip plays nothing before the answer (docs/voice.md)")
    if bench.way.startswith("kamailio"):
        pytest.skip("kamailio's workers may pass the 180 after the 183, which silences it (docs/voice.md)")
    bench.far_end.tell("answermode", "early")
    try:
        since = len(bench.far_end.lines)
        attempt = bench.engine.dial(NUMBER)  # 180, then 183 with SDP; in this mode it tells no CALL_INCOMING
        bench.engine.event("Alerted", attempt)
        until = time.monotonic() + PATIENCE_S
        rate = 0
        while rate == 0 and time.monotonic() < until:
            asked = bench.engine.do("sound", attempt=attempt)
            rate = bench.engine.wait_for(lambda e: e["event"] == "Sound", "the sound", asked)["rate"]
        assert rate == 8000
        assert bench.engine.story(attempt) == [("Alerted",)]
        bench.far_end.tell("accept")
        bench.engine.event("Answered", attempt)
        asked = bench.engine.do("silence", attempt=attempt)
        bench.engine.wait_for(lambda e: e["event"] == "Silence", "the sound's end", asked)
        bench.engine.do("hang_up", attempt=attempt)
        bench.engine.event("Ended", attempt)
        bench.far_end.event("CALL_CLOSED", since)
        assert bench.engine.story(attempt) == [*ANSWERED, HUNG_UP]
    finally:
        bench.far_end.tell("answermode", "manual")


# --- benches of their own -----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_call_of_a_killed_process_is_ended_by_its_farewell(
    way: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with bench_of("baresip", way, _registrar_of(way, request), tmp_path) as bench:
        attempt, since = bench.talk()
        told = bench.engine.event("FarewellReady", attempt)["farewell"]
        bench.engine.child.kill()
        bench.engine.child.wait()
        farewell = Farewell(**{**told, "headers": tuple(told["headers"])})
        assert asyncio.run(say(farewell))
        assert bench.far_end.event("CALL_CLOSED", since)["param"] == "Connection reset by peer"
