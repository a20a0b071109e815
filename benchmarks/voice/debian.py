"""Debian's baresip as it is packaged: the far end of every row, and in the terminal's place the one to beat.

As the far end it answers, speaks a WAV, and keeps what it decoded (its ``plc`` module behind each G.711 and G.722
decoder, Opus with its own concealment). It is the same for all terminals, shares no code with us, and loses or hides
packets the same for all. As the terminal it has in addition what it plays: its ALSA player into a sound server, as a
person at a desk would hear it. Opus has in-band FEC and expects 10 % loss, as ours does; all else is its default.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.voice.sip_pass import Address
from benchmarks.voice.speech import RATE, Samples, Speech, read_wav, write_wav
from tests.integration.peers.baresip_control import BaresipControl
from tests.integration.peers.processes import Process
from tests.ports import free_port

MODULES = Path("/usr/lib/baresip/modules")
NUMBER = "0800190000"
FORMATS = {"opus": ("opus/48000/1", 48_000, 1), "g722": ("g722/16000/1", 16_000, 1), "pcma": ("pcma", 8_000, 1)}
"""Its name, rate and channels of each codec; on the wire Opus is opus/48000/2 all the same (RFC 7587 §4.1)."""
TAIL_S = 20.0
"""Silence after the speech: a source that comes to its end would end the stream."""


class DebianBaresip(Process):
    """One user agent in ``folder``, which says ``speech`` in its calls and answers at once. Ended with :meth:`end`.

    With ``environment`` (of a sound server) it also plays what it hears. ``before``: words before its command.
    """

    def __init__(
        self,
        folder: Path,
        codec: str,
        speech: Speech,
        environment: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> None:
        binary = shutil.which("baresip")
        if binary is None or not MODULES.is_dir():
            raise SystemExit("Debian's baresip is not installed (apt-get install baresip-core)")
        self.folder = folder
        folder.mkdir(parents=True)
        self.address: Address = ("127.0.0.1", free_port())
        control = free_port()
        name, rate, channels = FORMATS[codec]
        write_wav(folder / "says.wav", speech.pcm, RATE, wanted_rate=rate, channels=channels, tail_s=TAIL_S)
        (folder / "config").write_text(_config(folder, self.address, control, plays=environment is not None))
        (folder / "accounts").write_text(
            f"<sip:{NUMBER}@127.0.0.1:{self.address[1]};transport=udp>;regint=0;answermode=auto;audio_codecs={name}\n"
        )
        (folder / "contacts").touch()
        server = [f"{key}={value}" for key, value in (environment or {}).items()]
        # Its standard input is a console: it must stay open, and empty.
        super().__init__(["env", *server, *before, binary, "-f", str(folder)], cwd=folder, stdin=True)
        self._control: BaresipControl | None = None
        try:
            self.wait_for(lambda line: "baresip is ready" in str(line), "the start of Debian's baresip")
            self._control = BaresipControl(control, self.take)
        except BaseException:
            self.end()
            raise

    def dial(self, relay: Address) -> None:
        """Call the far end behind ``relay`` and wait for the answer."""
        self.tell("dial", f"sip:{NUMBER}@{relay[0]}:{relay[1]}")
        self.answered()

    def answered(self) -> None:
        """Wait until a call is up."""
        self.wait_for(lambda e: isinstance(e, dict) and e.get("type") == "CALL_ESTABLISHED", "the answer")

    def tell(self, command: str, params: str = "") -> None:
        """Give it one of its commands."""
        assert self._control is not None
        self._control.tell(command, params)

    def decoded(self) -> tuple[Samples, int]:
        """What its decoder gave, and the rate; after :meth:`end`."""
        return read_wav(next(self.folder.glob("dump-*-dec.wav")))

    def end(self, patience_s: float = 5.0) -> int:
        if self._control is not None:
            self._control.close()
        return super().end(patience_s)


def _config(folder: Path, address: Address, control: int, *, plays: bool) -> str:
    # Decoding filters run in the opposite order of their loading: plc after sndfile, or the dump has no concealment.
    modules = ["g711", "g722", "opus", "aufile", *(["alsa"] if plays else []), "sndfile", "plc"]
    player = "alsa,pulse" if plays else "aufile,none"
    return (
        f"sip_listen 127.0.0.1:{address[1]}\nnet_interface 127.0.0.1\nmodule_path {MODULES}\n"
        f"audio_source aufile,{folder}/says.wav\naudio_player {player}\naudio_alert {player}\nsnd_path {folder}\n"
        f"ctrl_tcp_listen 127.0.0.1:{control}\nringback_disabled yes\nmenu_bell no\n"
        "jitter_buffer_delay 5-10\naudio_buffer 20-160\n"
        "opus_bitrate 28000\nopus_stereo no\nopus_sprop_stereo no\nopus_inbandfec yes\n"
        "opus_packet_loss 10\nopus_application voip\n"
        + "".join(f"module {name}.so\n" for name in modules)
        + "module_app account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n"
    )
