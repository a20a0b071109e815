"""Sound and encryption against Debian's baresip, and our platform behind kamailio.

The signalling against other people's SIP is in ``test_against_sipp`` and ``test_against_debian_baresip``.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.registrar import Registrar, kamailio_binary
from tests.integration.peers.debian_baresip import BaresipPeer
from tests.integration.peers.processes import PATIENCE_S, EngineProcess, PlatformProcess
from tests.integration.sound import likeness, melody, read_wav, write_wav
from tests.ports import free_port

ACCOUNT: dict[str, Any] = {"user": "box", "password": "right", "register": False}


@pytest.fixture(params=["baresip", "rfcvoip"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    pytest.importorskip(name, reason=f"{name} is not installed")
    return name


# --- Debian's baresip -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "rate", "channels", "srtp", "encryption"),
    [
        ("opus", "opus/48000/2", 48000, 2, "off", ""),
        ("g722", "g722/16000/1", 16000, 1, "off", ""),
        ("pcma", "pcma", 8000, 1, "sdes", "srtp-mand"),
        ("opus", "opus/48000/2", 48000, 2, "dtls", "dtls_srtp"),
    ],
)
def test_sound_crosses_with_debians_baresip(
    ours: str, theirs: str, rate: int, channels: int, srtp: str, encryption: str, tmp_path: Path
) -> None:
    pytest.importorskip("baresip", reason="baresip-python is not installed")
    write_wav(tmp_path / f"words.{rate}.wav", melody(2, 2.0, rate), rate)
    peer = BaresipPeer(tmp_path, theirs, rate=rate, channels=channels, media_encryption=encryption)
    server = f"127.0.0.1:{peer.port}"
    account = {**ACCOUNT, "domain": server, "server": server, "codecs": ["opus", "g722", "pcma"], "srtp": srtp}
    engine = EngineProcess("baresip", account, tmp_path / "log")
    heard = tmp_path / "heard.wav"
    try:
        attempt = engine.dial("100")
        assert engine.event("Answered", attempt)["codec"] == ours
        since = engine.do("sound", attempt=attempt, speak=str(tmp_path / "words.wav"), heard=str(heard))
        sound = engine.wait_for(lambda e: e["event"] == "Sound", "the sound", since)
        assert (sound["rate"], sound["packets"]) == (rate, True)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            since = engine.do("stats", attempt=attempt)
            if engine.wait_for(lambda e: e["event"] == "Stats", "stats", since)["packets_received"] > 170:
                break
            time.sleep(0.05)
        since = engine.do("silence", attempt=attempt)
        engine.wait_for(lambda e: e["event"] == "Silence", "the sound's end", since)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
    finally:
        engine.end()
        peer.end()
    # Two seconds out of the peer's eight: where we came in is its affair.
    whole, heard_rate = read_wav(heard)
    piece = whole[len(whole) // 4 : len(whole) // 4 + heard_rate]
    assert likeness(piece, heard_rate, melody(3, 8.0, rate), rate) > 0.75, "the caller heard something else"
    assert likeness(melody(2, 2.0, rate), rate, *peer.heard()) > 0.75, "the helpline heard something else"


# --- kamailio -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registrar() -> Iterator[int]:
    if kamailio_binary() is None:
        pytest.skip("kamailio is not installed (apt-get install kamailio)")
    port = free_port()
    with Registrar("127.0.0.1", port, {"box": "right", "0800190000": "other"}):
        yield port


@pytest.fixture
def platform(registrar: int, tmp_path: Path) -> Iterator[PlatformProcess]:
    platform = PlatformProcess(
        tmp_path, "--register-at", f"127.0.0.1:{registrar}", "--user", "0800190000", "--password", "other",
        "--answer-after", "0.4",
    )  # fmt: skip
    platform.wait_for(lambda e: e["event"] == "own_registration" and e["status"] == 200, "its registration")
    yield platform
    platform.end()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_call_through_kamailio_reaches_the_helpline_and_ends_on_both_sides(
    registrar: int, platform: PlatformProcess, engine_name: str, transport: str, tmp_path: Path
) -> None:
    account = {**ACCOUNT, "domain": "127.0.0.1", "server": f"127.0.0.1:{registrar}", "register": True}
    engine = EngineProcess(engine_name, {**account, "transport": transport}, tmp_path / "log")
    try:
        engine.wait_for(lambda e: e["event"] == "Registered", "the registration")
        attempt = engine.dial("0800190000", headers={"Accept-Language": "fr"})
        engine.event("Answered", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        platform.event("bye", 1, by="caller")
        assert platform.event("invite", 1)["headers"]["accept-language"] == "fr"
        assert engine.story(attempt) == [
            ("Alerted",), ("Answered", "pcma"), ("Ended", "hung_up_by_caller", None),
        ]  # fmt: skip
        nobody = engine.dial("0140000000")
        engine.event("Ended", nobody)
        assert engine.story(nobody) == [("Ended", "not_found", 404)]
    finally:
        engine.end()


def test_kamailio_refuses_a_wrong_password(registrar: int, engine_name: str, tmp_path: Path) -> None:
    account = {**ACCOUNT, "domain": "127.0.0.1", "server": f"127.0.0.1:{registrar}", "register": True}
    engine = EngineProcess(engine_name, {**account, "password": "wrong"}, tmp_path / "log")
    try:
        failed = engine.wait_for(lambda e: e["event"] == "RegistrationFailed", "the refusal")
        assert failed["status"] in (401, 403)
    finally:
        engine.end()
