"""``kiosk call`` over TLS and SRTP against Debian's baresip: the whole command, the recordings of both ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.peers.certificates import certificates
from tests.integration.peers.debian_baresip import BaresipPeer
from tests.integration.sound import likeness, melody, read_wav, write_wav

NUMBER, NAME = "0800190000", "localhost"
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A terminal's folder: its certificate authority is in ``ca.pem``, the platform's PEM in ``platform.pem``."""
    made = certificates(tmp_path / "certificates", NAME)
    whole = made.certificate.read_text() + made.key.read_text()
    (tmp_path / "platform.pem").write_text(whole)
    (tmp_path / "ca.pem").write_text(made.authority.read_text())
    write_wav(tmp_path / "words.wav", melody(2, 3.0, 16_000), 16_000)
    return tmp_path


def call(site: Path, peer: BaresipPeer, srtp: str, codecs: str, ca_file: Path, code: int) -> dict[str, Any]:
    (site / "site.toml").write_text(f"""
[terminal]
id = "box"
runtime_dir = "{site}/run"
state_dir = "{site}/state"
[voip]
server = "{NAME}:{peer.port + 1}"
transport = "tls"
ca_file = "{ca_file}"
user = "box"
register = false
srtp = "{srtp}"
codecs = ["{codecs}"]
local_address = "127.0.0.1"
[audio]
level_far_end = false
""")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "call", NUMBER, "--line", "voip", "--config", str(site / "site.toml"), "--json",
         "--play", str(site / "words.wav"), "--record", str(site / "heard.wav"), "--seconds", "4"],
        env={**os.environ, "PYTHONPATH": str(PROJECT)}, cwd=PROJECT, capture_output=True, text=True, timeout=90,
        check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize(
    ("srtp", "encryption", "ours", "theirs", "rate", "channels"),
    [
        ("sdes", "srtp-mand", "pcma", "pcma", 8_000, 1),
        ("sdes", "srtp-mand", "opus", "opus/48000/2", 48_000, 2),
        ("dtls", "dtls_srtp", "g722", "g722/16000/1", 16_000, 1),
    ],
)
def test_encrypted_call_is_heard_at_both_ends(
    site: Path, srtp: str, encryption: str, ours: str, theirs: str, rate: int, channels: int
) -> None:
    peer = BaresipPeer(
        site, theirs, rate=rate, channels=channels, media_encryption=encryption, user=NUMBER,
        certificate=site / "platform.pem",
    )  # fmt: skip
    try:
        told = call(site, peer, srtp, ours, site / "ca.pem", 0)
    finally:
        peer.end()
    assert (told["answered"], told["attempts"][0]["codec"]) == (True, ours)
    heard, heard_rate = read_wav(site / "heard.wav")
    piece = heard[len(heard) // 2 : len(heard) // 2 + heard_rate]
    assert likeness(piece, heard_rate, melody(3, 8.0, rate), rate) > 0.7, "the caller heard something else"
    there, there_rate = peer.heard()
    spoken = melody(2, 3.0, 16_000)[16_000:32_000]
    assert likeness(spoken, 16_000, there, there_rate) > 0.7, "the far end heard something else"


def test_certificate_of_another_authority_is_refused_before_anything_is_said(site: Path) -> None:
    other = certificates(site / "other", NAME)
    peer = BaresipPeer(site, user=NUMBER, media_encryption="srtp-mand", certificate=site / "platform.pem")
    try:
        told = call(site, peer, "sdes", "pcma", other.authority, 1)
        assert [(each["result"], each["cause"]) for each in told["attempts"]] == [("unreachable", "unreachable")]
        assert peer.story() == []
    finally:
        peer.end()
