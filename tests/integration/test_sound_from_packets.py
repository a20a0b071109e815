"""The ear between the network's packets and the mixer, with real engines: keys, holds, other codecs, dead media.

The quality of what is heard is measured in ``tests/audio/test_packet_far_end.py`` and by ``benchmarks.concealment``.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.audio.line import encoded
from tests.integration.peers.changing import ChangingPeer
from tests.integration.peers.debian_baresip import BaresipPeer
from tests.integration.peers.processes import PATIENCE_S, EngineProcess
from tests.integration.peers.sipp import SippPeer
from tests.integration.sound import likeness, melody, read_wav

ACCOUNT: dict[str, Any] = {"user": "box", "password": "right", "register": False, "codecs": ["opus", "g722", "pcma"]}
STALL_S = 1.0


@pytest.fixture(params=["baresip", "rfcvoip"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    pytest.importorskip(name, reason=f"{name} is not installed")
    return name


def engine_to(server: str, name: str, folder: Path, **options: Any) -> EngineProcess:
    return EngineProcess(name, {**ACCOUNT, "domain": server, "server": server}, folder / "engine.log", **options)


def stats_of(engine: EngineProcess, attempt: str) -> dict[str, Any]:
    since = engine.do("stats", attempt=attempt)
    found: dict[str, Any] = engine.wait_for(lambda e: e["event"] == "Stats", "stats", since)
    return found


def until_packets(engine: EngineProcess, attempt: str, count: int) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE_S
    while (stats := stats_of(engine, attempt))["packets_received"] < count:
        assert time.monotonic() < until, f"{count} packets did not come: {stats}"
        time.sleep(0.05)
    return stats


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[BaresipPeer]:
    peer = BaresipPeer(tmp_path)
    yield peer
    peer.end()


def test_every_key_of_the_far_end_is_heard_once(debian: BaresipPeer, engine_name: str, tmp_path: Path) -> None:
    engine = engine_to(f"127.0.0.1:{debian.port}", engine_name, tmp_path)
    try:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        for key in "159*0#":
            since = len(engine.lines)
            debian.tell("sndcode", key)
            engine.wait_for(lambda e: e["event"] == "DigitHeard", f"the key {key}", since)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
    finally:
        engine.end()
    assert [e["digit"] for e in engine.lines if e["event"] == "DigitHeard"] == list("159*0#")
    assert {e["attempt"] for e in engine.lines if e["event"] == "DigitHeard"} == {attempt}


def test_a_hold_is_no_stall_and_the_sound_comes_back(debian: BaresipPeer, engine_name: str, tmp_path: Path) -> None:
    engine = engine_to(f"127.0.0.1:{debian.port}", engine_name, tmp_path, stall_after_s=STALL_S)
    try:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        before = until_packets(engine, attempt, 25)["packets_received"]
        since = len(debian.lines)
        debian.tell("hold")
        debian.event("CALL_REMOTE_SDP", since)
        time.sleep(2 * STALL_S)  # the time itself is the matter: it would have been a stall
        since = len(debian.lines)
        debian.tell("resume")
        debian.event("CALL_REMOTE_SDP", since)
        until_packets(engine, attempt, before + 50)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
    finally:
        engine.end()
    assert [e[0] for e in engine.story(attempt)] == ["Alerted", "Answered", "Ended"]


def test_sound_that_never_begins_after_the_answer_is_a_stall(engine_name: str, tmp_path: Path) -> None:
    """sipp answers, and sends no packet."""
    peer = SippPeer("answer", tmp_path)
    engine = engine_to(peer.server, engine_name, tmp_path, stall_after_s=STALL_S)
    try:
        attempt = engine.dial("100")
        stalled = engine.event("MediaStalled", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
    finally:
        engine.end()
        peer.end()
    assert stalled["silent_s"] >= STALL_S
    assert [e[0] for e in engine.story(attempt)] == ["Alerted", "Answered", "MediaStalled", "Ended"]


@pytest.mark.parametrize("codec", ["G722", "opus"])
def test_a_codec_that_changes_in_mid_call_keeps_the_sound(codec: str, tmp_path: Path) -> None:
    """Held, resumed, and then in another codec: what is said after it is heard."""
    pytest.importorskip("baresip", reason="baresip-python is not installed")
    first, second = melody(5, 6.0, 16_000), melody(6, 6.0, 16_000)
    peer = ChangingPeer("PCMA", encoded("pcma", first))
    engine = engine_to(peer.server, "baresip", tmp_path, stall_after_s=STALL_S)
    heard = [tmp_path / "one.wav", tmp_path / "two.wav"]
    try:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        rates = []
        for step, path in enumerate(heard):
            if step:
                assert peer.offer("PCMA", "sendonly").status == 200
                assert peer.offer(codec, says=encoded(codec.lower(), second)).status == 200
                before = stats_of(engine, attempt)["packets_received"]
                until_packets(engine, attempt, before + 10)
            since = engine.do("sound", attempt=attempt, heard=str(path))
            sound = engine.wait_for(lambda e: e["event"] == "Sound", "the sound", since)
            rates.append((sound["rate"], sound["packets"]))
            before = stats_of(engine, attempt)["packets_received"]
            stats = until_packets(engine, attempt, before + 125)
            since = engine.do("silence", attempt=attempt)
            engine.wait_for(lambda e: e["event"] == "Silence", "the sound's end", since)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
    finally:
        engine.end()
        peer.end()
    assert rates == [(8_000, True), ({"G722": 16_000, "opus": 48_000}[codec], True)]
    assert stats["loss_pct"] < 1.0
    for path, said in zip(heard, (first, second), strict=True):
        pcm, rate = read_wav(path)
        assert likeness(pcm[-2 * rate : -rate // 2], rate, said, 16_000) > 0.75
    assert [e[0] for e in engine.story(attempt)] == ["Answered", "Ended"]


def test_a_stack_that_shows_no_packets_is_heard_all_the_same(debian: BaresipPeer, tmp_path: Path) -> None:
    """Another release of the native stack, with other functions: its own sound is taken, with one warning."""
    pytest.importorskip("baresip", reason="baresip-python is not installed")
    engine = engine_to(f"127.0.0.1:{debian.port}", "baresip", tmp_path, blind=True)
    heard = tmp_path / "heard.wav"
    try:
        for _ in range(2):
            attempt = engine.dial("100")
            engine.event("Answered", attempt)
            since = engine.do("sound", attempt=attempt, heard=str(heard))
            sound = engine.wait_for(lambda e: e["event"] == "Sound", "the sound", since)
            until_packets(engine, attempt, 100)
            since = engine.do("silence", attempt=attempt)
            engine.wait_for(lambda e: e["event"] == "Silence", "the sound's end", since)
            engine.do("hang_up", attempt=attempt)
            engine.event("Ended", attempt)
    finally:
        engine.end()
    pcm, rate = read_wav(heard)
    assert sound["packets"] is False
    assert likeness(pcm[len(pcm) // 3 : len(pcm) // 3 + rate], rate, melody(3, 8.0, 8000), 8000) > 0.75
    assert (tmp_path / "engine.log").read_text().count("no packets from the SIP stack") == 1
