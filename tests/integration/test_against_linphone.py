"""``kiosk call`` against Debian's linphone, straight and through kamailio over TLS: what both ends heard and said."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.registrar import Registrar, Tls, kamailio_binary
from tests.integration.peers.certificates import certificates
from tests.integration.peers.linphone import LinphonePeer
from tests.integration.sound import likeness, melody, read_wav, write_wav
from tests.ports import free_port

NUMBER, NAME = "0800190000", "localhost"
PROJECT = Path(__file__).resolve().parents[2]


def place(site: Path, voip: str, before: str = "") -> "subprocess.Popen[str]":
    """``kiosk call`` for at most 4 s, begun. ``before``: the site's file before its first table."""
    write_wav(site / "words.wav", melody(2, 3.0, 16_000), 16_000)
    (site / "site.toml").write_text(f"""{before}
[terminal]
id = "box"
runtime_dir = "{site}/run"
state_dir = "{site}/state"
[voip]
local_address = "127.0.0.1"
{voip}
[audio]
level_far_end = false
""")
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "call", NUMBER, "--line", "voip", "--config", str(site / "site.toml"), "--json",
         "--play", str(site / "words.wav"), "--record", str(site / "heard.wav"), "--seconds", "4"],
        env={**os.environ, "PYTHONPATH": str(PROJECT)}, cwd=PROJECT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def told_by(calling: "subprocess.Popen[str]") -> dict[str, Any]:
    said, complaints = calling.communicate(timeout=90)
    assert calling.returncode == 0, said + complaints
    told: dict[str, Any] = json.loads(said)
    return told


def straight(peer: LinphonePeer, engine: str, codec: str, srtp: str) -> str:
    return (
        f'server = "127.0.0.1:{peer.port}"\nuser = "box"\nregister = false\nengine = "{engine}"\n'
        f'codecs = ["{codec}"]\nsrtp = "{srtp}"\n'
    )


def assert_both_heard(site: Path, peer: LinphonePeer) -> None:
    heard, rate = read_wav(site / "heard.wav")
    piece = heard[len(heard) // 2 : len(heard) // 2 + rate]
    assert likeness(piece, rate, melody(3, 8.0, 16_000), 16_000) > 0.7, "the caller heard something else"
    there, there_rate = peer.heard()
    spoken = melody(2, 3.0, 16_000)[16_000:32_000]
    assert likeness(spoken, 16_000, there, there_rate) > 0.7, "the far end heard something else"


@pytest.mark.parametrize(
    ("engine", "codec", "srtp", "theirs"),
    [
        ("baresip", "g722", "off", "none"),
        ("baresip", "opus", "sdes", "srtp"),
        ("baresip", "pcma", "sdes", "srtp"),
        ("rfcvoip", "pcma", "off", "none"),
    ],
)
def test_call_is_heard_at_both_ends(tmp_path: Path, engine: str, codec: str, srtp: str, theirs: str) -> None:
    pytest.importorskip(engine, reason=f"{engine} is not installed")
    peer = LinphonePeer(tmp_path, codec, media_encryption=theirs)
    try:
        told = told_by(place(tmp_path, straight(peer, engine, codec, srtp)))
        assert (told["answered"], told["ended_by"], told["attempts"][0]["codec"]) == (True, "caller", codec)
        peer.says("ended")
        assert_both_heard(tmp_path, peer)
    finally:
        peer.end()


@pytest.mark.parametrize("engine", ["baresip", "rfcvoip"])
def test_their_hang_up_is_told(tmp_path: Path, engine: str) -> None:
    pytest.importorskip(engine, reason=f"{engine} is not installed")
    peer = LinphonePeer(tmp_path, "pcma")
    try:
        calling = place(tmp_path, straight(peer, engine, "pcma", "off"))
        peer.says("connected")
        peer.tell("terminate")
        told = told_by(calling)
        assert (told["answered"], told["ended_by"]) == (True, "remote")
    finally:
        peer.end()


def test_call_over_tls_and_srtp_reaches_a_desk_behind_kamailio(tmp_path: Path) -> None:
    if kamailio_binary() is None:
        pytest.skip("kamailio is not installed (apt-get install kamailio kamailio-tls-modules)")
    made = certificates(tmp_path / "certificates", NAME)
    port = free_port(2)
    tls = Tls(port + 1, made.certificate, made.key)
    with Registrar("127.0.0.1", port, {"box": "right", NUMBER: "other"}, tls=tls):
        peer = LinphonePeer(
            tmp_path, "opus", media_encryption="srtp", user=NUMBER, password="other", registrar=f"127.0.0.1:{port}"
        )
        try:
            (tmp_path / "secrets.toml").write_text('sip_password = "right"\n')
            (tmp_path / "secrets.toml").chmod(0o600)
            voip = (
                f'server = "{NAME}:{port + 1}"\ndomain = "127.0.0.1"\ntransport = "tls"\nca_file = "{made.authority}"\n'
                f'user = "box"\nregister = true\ncodecs = ["opus"]\nsrtp = "sdes"\n'
            )
            told = told_by(place(tmp_path, voip, f'secrets_file = "{tmp_path}/secrets.toml"'))
            assert (told["answered"], told["ended_by"]) == (True, "caller")
            peer.says("ended")
            assert_both_heard(tmp_path, peer)
        finally:
            peer.end()
