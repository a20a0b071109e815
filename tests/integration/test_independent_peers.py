"""Our engines against other people's SIP: Debian's baresip, sipp, and kamailio between them and our platform."""

import shutil
import socket
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk.demo.registrar import Registrar, kamailio_binary
from tests.integration.peers.processes import PATIENCE_S, EngineProcess, PlatformProcess, Process, free_port
from tests.integration.sound import likeness, melody, read_wav, write_wav

SCENARIOS = Path(__file__).with_name("sipp")
ACCOUNT: dict[str, Any] = {"user": "box", "password": "right", "register": False}
MODULES = Path("/usr/lib/baresip/modules")


@pytest.fixture(params=["baresip", "rfcvoip"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    pytest.importorskip(name, reason=f"{name} is not installed")
    return name


# --- sipp -----------------------------------------------------------------------------------------------------


def _sipp(scenario: str, folder: Path, port: int) -> Process:
    binary = shutil.which("sipp")
    if binary is None:
        pytest.skip("sipp is not installed (apt-get install sip-tester)")
    peer = Process(
        [binary, "-sf", str(SCENARIOS / scenario), "-i", "127.0.0.1", "-p", str(port), "-m", "1", "-t", "u1",
         "-mi", "127.0.0.1", "-mp", str(free_port()), "-nostdin", "-timeout", "20s", "-timeout_error"],
        cwd=folder,
    )  # fmt: skip
    until = time.monotonic() + PATIENCE_S
    while not _is_taken(port):  # it says nothing when it is ready
        assert time.monotonic() < until, f"sipp did not take its port: {peer.lines[-3:]}"
        assert peer.child.poll() is None, f"sipp ended: {peer.lines[-3:]}"
        time.sleep(0.02)
    return peer


def _is_taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def test_answer_that_crosses_our_cancel_is_acknowledged_and_hung_up(engine_name: str, tmp_path: Path) -> None:
    port = free_port()
    peer = _sipp("crossed_answer.xml", tmp_path, port)
    server = f"127.0.0.1:{port}"
    engine = EngineProcess(engine_name, {**ACCOUNT, "domain": server, "server": server}, tmp_path / "log")
    try:
        attempt = engine.dial("100")
        engine.event("Alerted", attempt)
        engine.do("hang_up", attempt=attempt)
        engine.event("Ended", attempt)
        # sipp ends well only after ACK and BYE.
        assert peer.child.wait(PATIENCE_S) == 0
        assert engine.story(attempt) == [("Alerted",), ("Ended", "hung_up_by_caller", None)]
    finally:
        engine.end()
        peer.end()


def test_remote_bye_of_sipp_is_answered(engine_name: str, tmp_path: Path) -> None:
    port = free_port()
    peer = _sipp("answer_and_hang_up.xml", tmp_path, port)
    server = f"127.0.0.1:{port}"
    engine = EngineProcess(engine_name, {**ACCOUNT, "domain": server, "server": server}, tmp_path / "log")
    try:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        assert peer.child.wait(PATIENCE_S) == 0
        assert engine.story(attempt) == [("Alerted",), ("Answered", "pcma"), ("Ended", "hung_up_by_remote", None)]
    finally:
        engine.end()
        peer.end()


# --- Debian's baresip -----------------------------------------------------------------------------------------


class BaresipPeer(Process):
    """Answers every call with a WAV file and keeps what it hears."""

    def __init__(self, folder: Path, codec: str, rate: int, channels: int, media_encryption: str = "") -> None:
        binary = shutil.which("baresip")
        if binary is None or not MODULES.is_dir():
            pytest.skip("Debian's baresip is not installed (apt-get install baresip)")
        self.port, self.folder = free_port(), folder / "peer"
        self.folder.mkdir()
        pcm = np.repeat(melody(3, 8.0, rate), channels)
        with wave.open(str(self.folder / "in.wav"), "wb") as wav:
            wav.setnchannels(channels)
            wav.setsampwidth(2)
            wav.setframerate(rate)
            wav.writeframes(pcm.tobytes())
        modules = ["g711", "g722", "opus", "aufile", "sndfile", "srtp", "dtls_srtp"]
        (self.folder / "config").write_text(
            f"sip_listen 127.0.0.1:{self.port}\nnet_interface 127.0.0.1\nmodule_path {MODULES}\n"
            f"audio_source aufile,{self.folder}/in.wav\naudio_player aufile,{self.folder}/out.wav\n"
            f"snd_path {self.folder}\n"
            + "".join(f"module {name}.so\n" for name in modules)
            + "module_app account.so\nmodule_app menu.so\n"
        )
        encryption = f";mediaenc={media_encryption}" if media_encryption else ""
        (self.folder / "accounts").write_text(
            f"<sip:100@127.0.0.1:{self.port}>;regint=0;answermode=auto;audio_codecs={codec}{encryption}\n"
        )
        (self.folder / "contacts").touch()
        # Its standard input is a console: it must stay open, and empty.
        super().__init__([binary, "-f", str(self.folder)], cwd=self.folder, stdin=True)
        self.wait_for(lambda line: "baresip is ready" in str(line), "the peer's start")

    def heard(self) -> tuple[Any, int]:
        """What it decoded; complete only after :meth:`end`."""
        return read_wav(next(self.folder.glob("dump-*-dec.wav")))


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
    peer = BaresipPeer(tmp_path, theirs, rate, channels, encryption)
    server = f"127.0.0.1:{peer.port}"
    account = {**ACCOUNT, "domain": server, "server": server, "codecs": ["opus", "g722", "pcma"], "srtp": srtp}
    engine = EngineProcess("baresip", account, tmp_path / "log")
    heard = tmp_path / "heard.wav"
    try:
        attempt = engine.dial("100")
        assert engine.event("Answered", attempt)["codec"] == ours
        since = engine.do("sound", attempt=attempt, speak=str(tmp_path / "words.wav"), heard=str(heard))
        assert engine.wait_for(lambda e: e["event"] == "Sound", "the sound", since)["rate"] == rate
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
    whole, _ = read_wav(heard)
    piece = whole[len(whole) // 4 : len(whole) // 4 + rate]
    assert likeness(piece, rate, melody(3, 8.0, rate), rate) > 0.75, "the caller heard something else"
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
