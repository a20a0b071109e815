"""What the trunk lays over the engines (location, redirections, the second account), against sipp."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.peers.sipp import SippPeer
from tests.integration.test_against_sipp import ACCOUNT, ANSWERED, HUNG_UP, engine_name, engine_to
from tests.ports import free_port

__all__ = ["engine_name"]

PLACE = {"city": "Lyon", "street": "rue & place", "house_number": "12 bis"}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_site_and_language_go_with_the_call(engine_name: str, transport: str, tmp_path: Path) -> None:
    peer = SippPeer("located", tmp_path, transport=transport)
    where = {"location": PLACE}
    with engine_to(peer, engine_name, tmp_path, account={"transport": transport}, trunk=where) as engine:
        attempt = engine.dial("100", headers={"Accept-Language": "ar"})
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        peer.must_be_content()
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [*ANSWERED, HUNG_UP]


@pytest.mark.parametrize("status", ["400", "415", "424", "488"])
def test_platform_that_cannot_read_a_location_gets_the_call_without(status: str, tmp_path: Path) -> None:
    peer = SippPeer("plain_only", tmp_path, calls=3, status=status)
    with engine_to(peer, "baresip", tmp_path, trunk={"location": PLACE}) as engine:
        for _ in range(2):  # the second call is plain from the start
            attempt = engine.dial("100")
            engine.event("Answered", attempt)
            engine.do("hang_up", attempt=attempt)
            engine.event("Ended", attempt)
            assert engine.story(attempt) == [*ANSWERED, HUNG_UP]
        peer.must_be_content()


def test_way_that_drops_long_messages_gets_the_call_without_a_location(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("deaf_to_long", tmp_path, calls=2)
    with engine_to(peer, engine_name, tmp_path, trunk={"location": PLACE}) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        peer.must_be_content()
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [*ANSWERED, HUNG_UP]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_redirection_to_an_allowed_number_is_followed(engine_name: str, transport: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    there = SippPeer("answer", tmp_path / "there", transport=transport)
    peer = SippPeer("redirect", tmp_path, transport=transport, elsewhere=there.server)
    account = {"transport": transport}
    try:
        with engine_to(peer, engine_name, tmp_path, account=account, trunk={"allowed": ["100"]}) as engine:
            attempt = engine.dial("100")
            engine.event("Answered", attempt)
            engine.do("hang_up", attempt=attempt)
            there.must_be_content()
            peer.must_be_content()
            engine.event("Ended", attempt)
            assert engine.story(attempt) == [*ANSWERED, HUNG_UP]
    finally:
        there.end()


@pytest.mark.parametrize("primary", ["refused", "silent", "503"])
def test_backup_account_carries_the_call_when_the_primary_cannot(
    engine_name: str, primary: str, tmp_path: Path
) -> None:
    folder = tmp_path / "primary"
    folder.mkdir()
    first: SippPeer | None = None
    if primary == "503":
        first = SippPeer("refuse", folder, status="503")
    elif primary == "silent":
        first = SippPeer("silent", folder, repetitions='<pause milliseconds="5000"/>')
    server = first.server if first is not None else f"127.0.0.1:{free_port()}"
    backup = SippPeer("answer", tmp_path)
    account: dict[str, Any] = {"server": server, "domain": server}
    trunk = {"backup": {**ACCOUNT, "server": backup.server, "domain": backup.server}}
    try:
        with engine_to(backup, engine_name, tmp_path, account=account, trunk=trunk) as engine:
            attempt = engine.dial("100")
            engine.event("Answered", attempt)
            engine.do("hang_up", attempt=attempt)
            backup.must_be_content()
            engine.event("Ended", attempt)
            assert engine.story(attempt) == [*ANSWERED, HUNG_UP], json.dumps(engine.lines)
    finally:
        if first is not None:
            first.end()


@pytest.mark.parametrize("ice", [True, False])
def test_dead_stun_server_costs_no_call(ice: bool, tmp_path: Path) -> None:
    peer = SippPeer("answer", tmp_path)
    account = {"stun_server": f"127.0.0.1:{free_port()}", "ice": ice}
    with engine_to(peer, "baresip", tmp_path, account=account) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        peer.must_be_content()
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [*ANSWERED, HUNG_UP]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_session_timer_of_the_platform_is_kept(engine_name: str, transport: str, tmp_path: Path) -> None:
    # rfcvoip knows no UPDATE and says so; the platform then refreshes by re-INVITE (RFC 4028 §7.4).
    peer = SippPeer("session_timer", tmp_path, transport=transport, update="200" if engine_name == "baresip" else "501")
    with engine_to(peer, engine_name, tmp_path, account={"transport": transport}) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [*ANSWERED, ("Ended", "hung_up_by_remote", None)]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_repeated_bye_is_answered_like_the_first(engine_name: str, transport: str, tmp_path: Path) -> None:
    peer = SippPeer("bye_twice", tmp_path, transport=transport, repeats=False)
    with engine_to(peer, engine_name, tmp_path, account={"transport": transport}) as engine:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        peer.must_be_content()
        assert engine.story(attempt) == [("Answered", "pcma"), ("Ended", "hung_up_by_remote", None)]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_call_over_ipv6(transport: str, tmp_path: Path) -> None:
    peer = SippPeer("answer6", tmp_path, transport=transport, address="::1")
    with engine_to(peer, "baresip", tmp_path, account={"transport": transport}) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        peer.must_be_content()
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [*ANSWERED, HUNG_UP]


def test_183_without_sound_is_progress_and_no_ringing(engine_name: str, tmp_path: Path) -> None:
    peer = SippPeer("bare_183", tmp_path)
    with engine_to(peer, engine_name, tmp_path) as engine:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        peer.must_be_content()
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [("Progressed", False), ("Answered", "pcma"), HUNG_UP]
