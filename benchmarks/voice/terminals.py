"""The terminals that are compared, each as the processes a caller would use.

Ours is ``kiosk call``: the terminal's own call machine, voice process and mixer, with a WAV for the mouth and one
for the ear. Debian's baresip is what a person would set up instead (:mod:`benchmarks.voice.debian`).
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.voice.debian import FORMATS, NUMBER, DebianBaresip
from benchmarks.voice.sip_pass import Address
from benchmarks.voice.sound_server import Recorder, SoundServer
from benchmarks.voice.speech import RATE, Samples, Speech, read_wav, write_wav
from tests.integration.peers.processes import Process

AFTER_SPEECH_S = 1.5
"""The call lasts this much longer than the speech: what is on its way is still heard."""
END_S = 15.0


@dataclass(frozen=True)
class Kind:
    """A terminal and the codec that it offers."""

    name: str
    software: str
    """``kiosk`` or ``debian``."""
    engine: str
    codec: str

    @property
    def card(self) -> str:
        """Its sound card on the sound server, and its folder."""
        return self.name.replace(" ", "-")


KINDS = (
    Kind("kiosk opus", "kiosk", "baresip", "opus"),
    Kind("kiosk g722", "kiosk", "baresip", "g722"),
    Kind("kiosk pcma", "kiosk", "baresip", "pcma"),
    Kind("kiosk rfcvoip pcma", "kiosk", "rfcvoip", "pcma"),
    Kind("debian opus", "debian", "baresip", "opus"),
    Kind("debian g722", "debian", "baresip", "g722"),
    Kind("debian pcma", "debian", "baresip", "pcma"),
)


def cards(kinds: tuple[Kind, ...]) -> dict[str, int]:
    """The sound cards that these terminals need, and their rates."""
    return {kind.card: FORMATS[kind.codec][1] for kind in kinds if kind.software == "debian"}


class Terminal(Protocol):
    """One terminal in one call. ``dial`` comes back after the answer; the speech begins by itself."""

    @property
    def pid(self) -> int: ...

    def dial(self, relay: Address, answered: Callable[[], None]) -> None: ...

    def hang_up(self) -> None:
        """End the call. Raises: AssertionError when it was not the call that was asked for."""

    def end(self) -> None:
        """End the processes, whatever happened. May come twice."""

    def heard(self) -> dict[str, tuple[Samples, int]]:
        """The recordings of this call and their rates; ``ear`` is what the person hears."""


class KioskTerminal:
    """``kiosk call`` in ``folder``."""

    def __init__(self, kind: Kind, folder: Path, speech: Speech) -> None:
        self._kind, self._folder, self._speech = kind, folder, speech
        self._process: Process | None = None
        folder.mkdir(parents=True)
        write_wav(folder / "mouth.wav", speech.pcm, RATE, wanted_rate=RATE)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.child.pid

    def dial(self, relay: Address, answered: Callable[[], None]) -> None:
        site = self._folder / "site.toml"
        site.write_text(site_text(self._folder, relay, self._kind))
        command = [sys.executable, "-m", "kiosk", "call", NUMBER, "--config", str(site), "--line", "voip", "--json"]
        sound = ["--play", str(self._folder / "mouth.wav"), "--record", str(self._folder / "ear.wav")]
        seconds = ["--seconds", str(round(self._speech.seconds + AFTER_SPEECH_S, 1))]
        self._process = Process([*command, *sound, *seconds], log=self._folder / "log")
        answered()

    def hang_up(self) -> None:
        # It hangs up by itself; one that did not would be a finding of its own.
        assert self._process is not None
        self._process.wait_for(lambda line: line == "}", "the end of kiosk call", patience_s=END_S)
        told = json.loads("\n".join(map(str, self._process.lines)))
        codec = told["attempts"][0]["codec"] if told["attempts"] else ""
        if not told["answered"] or codec != self._kind.codec:
            raise AssertionError(f"{self._kind.name}: the call was not as asked: {told}")

    def end(self) -> None:
        if self._process is not None:
            self._process.end()

    def heard(self) -> dict[str, tuple[Samples, int]]:
        return {"ear": read_wav(self._folder / "ear.wav")}


class DebianTerminal:
    """Debian's baresip in ``folder``, playing on a card of ``server``."""

    def __init__(self, kind: Kind, folder: Path, speech: Speech, server: SoundServer) -> None:
        self._kind, self._folder, self._server = kind, folder, server
        self._process = DebianBaresip(folder, kind.codec, speech, server.environment(kind.card))
        self.recorder: Recorder | None = None
        """What its card plays, from the dialling on."""

    @property
    def pid(self) -> int:
        return self._process.child.pid

    def dial(self, relay: Address, answered: Callable[[], None]) -> None:
        self.recorder = self._server.record(self._kind.card)
        self._process.dial(relay)
        answered()

    def hang_up(self) -> None:
        assert self.recorder is not None
        self.recorder.stop(self._folder / "ear.wav")
        self._process.tell("hangup")

    def end(self) -> None:
        if self.recorder is not None:
            self.recorder.stop(self._folder / "ear.wav")
        self._process.end()

    def heard(self) -> dict[str, tuple[Samples, int]]:
        return {"ear": read_wav(self._folder / "ear.wav"), "decoder": self._process.decoded()}


def terminal_of(kind: Kind, folder: Path, speech: Speech, server: SoundServer) -> Terminal:
    """A terminal of that kind, ready to dial."""
    if kind.software == "debian":
        return DebianTerminal(kind, folder, speech, server)
    return KioskTerminal(kind, folder, speech)


def site_text(folder: Path, server: Address, kind: Kind) -> str:
    """The terminal's configuration: straight to ``server``, the one codec, no other line."""
    return f"""\
[terminal]
id = "benchmark"
runtime_dir = {json.dumps(str(folder / "run"))}
state_dir = {json.dumps(str(folder / "state"))}

[voip]
server = "{server[0]}:{server[1]}"
user = "terminal"
register = false
transport = "udp"
engine = "{kind.engine}"
codecs = ["{kind.codec}"]

[hardware]
pins = "simulated"

[directory]
enabled = false

[display]
driver = "offscreen"
"""
