"""Our engines against sipp, which checks every message of its side and shares no code with us.

A test sees both ends: the words that the call was told in, and sipp's verdict that what it waited for (ACK, CANCEL,
BYE, digest) came.
"""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.peers.processes import EngineProcess
from tests.integration.peers.sipp import SippPeer

ACCOUNT: dict[str, Any] = {"user": "box", "password": "right", "register": False}
HUNG_UP = ("Ended", "hung_up_by_caller", None)
ANSWERED = [("Alerted",), ("Answered", "pcma")]


@pytest.fixture(params=["baresip", "rfcvoip"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    pytest.importorskip(name, reason=f"{name} is not installed")
    return name


@contextmanager
def engine_to(
    peer: SippPeer,
    name: str,
    folder: Path,
    *,
    account: dict[str, Any] | None = None,
    trunk: dict[str, Any] | None = None,
    **options: float,
) -> Iterator[EngineProcess]:
    """An engine with its account at the peer; both are ended."""
    wanted = {**ACCOUNT, "domain": peer.server, "server": peer.server, **(account or {})}
    try:
        engine = EngineProcess(name, wanted, folder / "engine.log", trunk=trunk, **options)
        try:
            yield engine
        finally:
            engine.end()
    finally:
        peer.end()


# --- register, and the digest of a call ---------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_registers_with_a_digest_that_sipp_checks(engine_name: str, transport: str, tmp_path: Path) -> None:
    peer = SippPeer("register", tmp_path, transport=transport, status="401", header="WWW-Authenticate")
    account = {"register": True, "transport": transport}
    with engine_to(peer, engine_name, tmp_path, account=account) as engine:
        engine.wait_for(lambda e: e["event"] == "Registered", "the registration")
        peer.must_be_content()


def test_registration_with_the_wrong_password_is_told_with_its_status(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("register", tmp_path, status="401", header="WWW-Authenticate")
    account = {"register": True, "password": "wrong"}
    with engine_to(peer, engine_name, tmp_path, account=account) as engine:
        assert engine.wait_for(lambda e: e["event"] == "RegistrationFailed", "the refusal")["status"] == 403
        peer.must_be_content()


@pytest.mark.parametrize("scenario", ["challenge", "challenge_proxy"])
def test_challenged_call_is_made_again_with_a_digest(engine_name: str, scenario: str, tmp_path: Path) -> None:
    peer = SippPeer(scenario, tmp_path)
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [*ANSWERED, HUNG_UP]


def test_challenged_call_with_the_wrong_password_is_forbidden(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("challenge", tmp_path)
    with engine_to(peer, engine_name, tmp_path, account={"password": "wrong"}) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Ended", "forbidden", 403)]


# --- calls that do not come about ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (400, "failed"),
        (403, "forbidden"),
        (404, "not_found"),
        (408, "timeout"),
        (410, "not_found"),
        (415, "media_failed"),
        (480, "unavailable"),
        (484, "not_found"),
        (486, "busy"),
        (488, "media_failed"),
        (500, "unavailable"),
        (503, "unavailable"),
        (600, "busy"),
        (603, "declined"),
        (604, "not_found"),
        (606, "media_failed"),
    ],
)
def test_refusal_is_told_apart_and_acknowledged(engine_name: str, status: int, cause: str, tmp_path: Path) -> None:
    peer = SippPeer("refuse", tmp_path, status=str(status))
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Ended", cause, status)]


@pytest.mark.parametrize(
    ("status", "cause"), [(408, "no_answer"), (480, "no_answer"), (486, "busy"), (603, "declined")]
)
def test_refusal_while_it_rings_is_told_apart_and_acknowledged(
    engine_name: str, status: int, cause: str, tmp_path: Path
) -> None:
    peer = SippPeer("ring_and_refuse", tmp_path, status=str(status))
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Alerted",), ("Ended", cause, status)]


def test_redirection_to_a_number_that_is_not_allowed_ends_the_call_and_nobody_is_called(
    engine_name: str, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
        elsewhere.bind(("127.0.0.1", 0))
        peer = SippPeer("redirect", tmp_path, elsewhere=f"127.0.0.1:{elsewhere.getsockname()[1]}")
        with engine_to(peer, engine_name, tmp_path) as engine:
            attempt = engine.dial("100")
            engine.event("Ended", attempt)
            peer.must_be_content()
            assert engine.story(attempt) == [("Ended", "failed", 302)]
            assert select.select([elsewhere], [], [], 0.5)[0] == [], "the place of the redirection was called"


REPETITIONS = '<recv request="INVITE"/><recv request="INVITE"/><pause milliseconds="1000"/>'
"""The INVITE must come again (RFC 3261 §17.1.1.2, timer A) until it is given up after 2 s."""


def test_no_response_at_all_is_a_timeout(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("silent", tmp_path, repeats=False, repetitions=REPETITIONS)
    with engine_to(peer, engine_name, tmp_path, response_s=2.0) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [("Ended", "timeout", None)]
        peer.must_be_content()


def test_ringing_after_our_timeout_is_cancelled(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("silent_then_ring", tmp_path, repeats=False, repetitions=REPETITIONS)
    with engine_to(peer, engine_name, tmp_path, response_s=2.0) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Ended", "timeout", None)]


def test_trying_and_no_more_is_a_timeout_and_cancelled(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("trying", tmp_path)
    with engine_to(peer, engine_name, tmp_path, response_s=1.5) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Ended", "timeout", None)]


# --- ringing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_hanging_up_while_it_rings_cancels_it_on_the_wire(engine_name: str, transport: str, tmp_path: Path) -> None:
    peer = SippPeer("ring", tmp_path, transport=transport)
    with engine_to(peer, engine_name, tmp_path, account={"transport": transport}) as engine:
        attempt = engine.dial("100")
        engine.event("Alerted", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Alerted",), HUNG_UP]


def test_ringing_without_end_is_no_answer_and_cancelled(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("ring", tmp_path)
    with engine_to(peer, engine_name, tmp_path, ring_s=1.5) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Alerted",), ("Ended", "no_answer", None)]


def test_answer_that_crosses_our_cancel_is_acknowledged_and_hung_up(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("crossed_answer", tmp_path)
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Alerted", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Alerted",), HUNG_UP]


# --- answered -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_our_bye_reaches_sipp(engine_name: str, transport: str, tmp_path: Path) -> None:
    peer = SippPeer("answer", tmp_path, transport=transport)
    with engine_to(peer, engine_name, tmp_path, account={"transport": transport}) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [*ANSWERED, HUNG_UP]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_bye_of_sipp_is_answered(engine_name: str, transport: str, tmp_path: Path) -> None:
    peer = SippPeer("answer_and_hang_up", tmp_path, transport=transport)
    with engine_to(peer, engine_name, tmp_path, account={"transport": transport}) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [*ANSWERED, ("Ended", "hung_up_by_remote", None)]


def test_voice_before_the_answer_is_progress(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("early_media", tmp_path)
    hears_it = engine_name == "baresip"  # rfcvoip plays nothing before the answer (docs/voice.md)
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Progressed", hears_it), ("Answered", "pcma"), HUNG_UP]


def test_repeated_answer_is_acknowledged_again(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("answer_twice", tmp_path, repeats=False)
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [*ANSWERED, ("Ended", "hung_up_by_remote", None)]


def test_both_hanging_up_at_once_ends_it_once(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("crossing_bye", tmp_path)
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [*ANSWERED, HUNG_UP]
