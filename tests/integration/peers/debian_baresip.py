"""A far end played by Debian's baresip, told what to do over its control port."""

import shutil
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integration.peers.baresip_control import BaresipControl
from tests.integration.peers.processes import Process
from tests.integration.sound import melody, read_wav
from tests.ports import free_port

MODULES = Path("/usr/lib/baresip/modules")


class BaresipPeer(Process):
    """One user agent on the loopback that speaks a WAV file and keeps what it hears.

    ``registrar``: ``host:port`` where ``user`` registers with ``password``; else calls come straight to its port. By
    ``answermode`` it answers at once (auto), sends early media (early), or rings until it is told what to do (manual).
    ``certificate``: PEM file with its certificate and key, for TLS at the next port. Its events (``CALL_INCOMING``,
    ``CALL_DTMF_START`` ...) are among its lines.
    """

    def __init__(
        self, folder: Path, codec: str = "pcma", *, rate: int = 8000, channels: int = 1, media_encryption: str = "",
        answermode: str = "auto", user: str = "100", password: str = "", registrar: str = "",
        certificate: Path | None = None, speaks_s: float = 8.0,
    ) -> None:  # fmt: skip
        binary = shutil.which("baresip")
        if binary is None or not MODULES.is_dir():
            pytest.skip("Debian's baresip is not installed (apt-get install baresip)")
        self.port, self.folder, control = free_port(2), folder / "peer", free_port()
        self.folder.mkdir()
        pcm = np.repeat(melody(3, speaks_s, rate), channels)
        with wave.open(str(self.folder / "in.wav"), "wb") as wav:
            wav.setnchannels(channels)
            wav.setsampwidth(2)
            wav.setframerate(rate)
            wav.writeframes(pcm.tobytes())
        modules = ["g711", "g722", "opus", "aufile", "sndfile", "srtp", "dtls_srtp"]
        (self.folder / "config").write_text(
            (f"sip_certificate {certificate}\n" if certificate is not None else "")
            + f"sip_listen 127.0.0.1:{self.port}\nnet_interface 127.0.0.1\nmodule_path {MODULES}\n"
            f"audio_source aufile,{self.folder}/in.wav\naudio_player aufile,{self.folder}/out.wav\n"
            f"snd_path {self.folder}\nctrl_tcp_listen 127.0.0.1:{control}\n"
            + "".join(f"module {name}.so\n" for name in modules)
            + "module_app account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n"
        )
        encryption = f";mediaenc={media_encryption}" if media_encryption else ""
        way = (
            f'{registrar.rpartition(":")[0]}>;outbound="sip:{registrar}";auth_pass={password};regint=60'
            if registrar
            else f"127.0.0.1:{self.port}>;regint=0"
        )
        (self.folder / "accounts").write_text(
            f"<sip:{user}@{way};answermode={answermode};audio_codecs={codec}{encryption}\n"
        )
        (self.folder / "contacts").touch()
        # -s: SIP messages among the lines. Its standard input is a console: it must stay open, and empty.
        super().__init__([binary, "-s", "-f", str(self.folder)], cwd=self.folder, stdin=True)
        try:
            self.wait_for(lambda line: "baresip is ready" in str(line), "the peer's start")
            self._control = BaresipControl(control, self.take)
            if registrar:
                self.wait_for(lambda line: "1 binding" in str(line), "the peer's registration")
        except BaseException:
            super().end()
            raise

    def tell(self, command: str, params: str = "") -> None:
        """Give it one of its commands: ``accept``, ``hangup``, ``answermode`` ..."""
        self._control.tell(command, params)

    def event(self, name: str, since: int = 0) -> dict[str, Any]:
        """Wait for one of its events."""
        found: dict[str, Any] = self.wait_for(lambda e: name in _names([e]), f"the far end's {name}", since)
        return found

    def story(self, since: int = 0) -> list[tuple[str, str]]:
        """Its call events and their parameters, from line ``since`` on."""
        return [(e["type"], str(e.get("param", ""))) for e in self.lines[since:] if _names([e])]

    def heard(self) -> tuple[Any, int]:
        """What it decoded; complete only after :meth:`end`."""
        return read_wav(next(self.folder.glob("dump-*-dec.wav")))

    def end(self, patience_s: float = 5.0) -> int:
        self._control.close()
        return super().end(patience_s)


def _names(lines: list[Any]) -> list[str]:
    return [e["type"] for e in lines if isinstance(e, dict) and e.get("event") is True]
