"""A far end played by Debian's linphone: another SIP, RTP and sound stack than all the others here.

It answers at once, says a WAV into each call and keeps what it hears.
"""

import itertools
import shutil
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.peers.processes import PATIENCE_S, Process
from tests.integration.sound import melody, read_wav, write_wav
from tests.ports import free_port

CODECS = {"opus": ("opus", 48_000, 2), "g722": ("G722", 8_000, 1), "pcma": ("PCMA", 8_000, 1)}


class LinphonePeer(Process):
    """One user agent on the loopback, over UDP and TCP at :attr:`port`.

    ``media_encryption``: srtp or dtls, then mandatory. ``registrar``: ``host:port`` where ``user`` registers with
    ``password``; else calls come straight to its port.
    """

    def __init__(
        self, folder: Path, codec: str = "pcma", *, media_encryption: str = "none", user: str = "100",
        password: str = "", registrar: str = "",
    ) -> None:  # fmt: skip
        binary = shutil.which("linphonec")
        if binary is None:
            pytest.skip("linphone is not installed (apt-get install linphone-cli)")
        self.folder, self.port = folder / "linphone", free_port()
        self.folder.mkdir()
        for place in (".local/share/linphone", ".config/linphone"):
            (self.folder / place).mkdir(parents=True)
        write_wav(self.folder / "says.wav", melody(3, 8.0, 16_000), 16_000)
        (self.folder / "rc").write_text(_settings(self.port, codec, media_encryption))
        # Its console is its control: standard input stays open.
        super().__init__(
            ["env", f"HOME={self.folder}", "stdbuf", "-oL", binary, "-a", "-c", str(self.folder / "rc")],
            cwd=self.folder, stdin=True,
        )  # fmt: skip
        try:
            for words in ("soundcard use files", f"play {self.folder / 'says.wav'}", f"record {self._heard}"):
                self.tell(words)
            self.wait_for(lambda line: "Using wav files" in str(line), "linphone's start")
            self._wait_until_it_answers()
            if registrar:
                self.tell(f"register sip:{user}@{registrar.partition(':')[0]} sip:{registrar} {password}")
                self._wait_until_registered()
        except BaseException:
            self.end()
            raise

    def _wait_until_it_answers(self) -> None:
        """Its console speaks before its SIP stack listens: ask OPTIONS until it says something."""
        until = time.monotonic() + PATIENCE_S
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.bind(("127.0.0.1", 0))
            asking.settimeout(0.3)
            own = f"127.0.0.1:{asking.getsockname()[1]}"
            question = (
                f"OPTIONS sip:desk@127.0.0.1:{self.port} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK%d\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:test@{own}>;tag=a\r\nTo: <sip:desk@127.0.0.1>\r\n"
                "Call-ID: is-it-there-%d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
            )
            for number in itertools.count():
                assert time.monotonic() < until, "linphone does not answer OPTIONS"
                asking.sendto((question % (number, number)).encode(), ("127.0.0.1", self.port))
                try:
                    if asking.recv(4096).startswith(b"SIP/2.0 "):
                        return
                except (TimeoutError, ConnectionRefusedError):
                    time.sleep(0.05)

    def _wait_until_registered(self) -> None:
        """It says nothing of it unless it is asked."""
        until = time.monotonic() + PATIENCE_S
        while not any("registered, identity=" in str(line) for line in self.lines):
            assert time.monotonic() < until, f"linphone does not register; it said {self.lines}"
            self.tell("status register")
            time.sleep(0.3)

    @property
    def _heard(self) -> Path:
        return self.folder / "heard.wav"

    def tell(self, command: str) -> None:
        """One line on its console: ``terminate``, ``pause``, ``resume`` ..."""
        assert self.child.stdin is not None
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()

    def says(self, words: str, since: int = 0) -> None:
        """Wait until its console has said that."""
        self.wait_for(lambda line: words in str(line), f"linphone's {words!r}", since)

    def heard(self) -> tuple[Any, int]:
        """What it heard; ends it, because only then is the file whole."""
        self.tell("quit")
        self.child.wait(PATIENCE_S)
        return read_wav(self._heard)


def _settings(port: int, codec: str, media_encryption: str) -> str:
    mime, rate, channels = CODECS[codec]
    others = [(m, r, c) for m, r, c in (*CODECS.values(), ("PCMU", 8_000, 1), ("speex", 8_000, 1)) if m != mime]
    listed = [(mime, rate, channels, 1), *((*each, 0) for each in others)]
    sections = "".join(
        f"[audio_codec_{n}]\nmime={m}\nrate={r}\nchannels={c}\nenabled={enabled}\n"
        for n, (m, r, c, enabled) in enumerate(listed)
    )
    return (
        f"[sip]\nsip_port={port}\nsip_tcp_port={port}\nsip_tls_port=-1\nbind_address=127.0.0.1\nguess_hostname=0\n"
        f"contact=sip:desk@127.0.0.1\nmedia_encryption={media_encryption}\n"
        f"media_encryption_mandatory={int(media_encryption != 'none')}\n"
        f"[rtp]\naudio_rtp_port={free_port(2)}\n[misc]\nstore_friends=0\n{sections}"
    )
