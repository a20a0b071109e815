"""A sound server of our own with one silent card per listener: where Debian's baresip plays what it hears.

Each card runs at its listener's own rate and is recorded from its monitor, so nothing is resampled on the way.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.voice.speech import Samples, write_wav
from benchmarks.voice.turns import INSTRUMENT, real_time
from tests.integration.peers.processes import PATIENCE_S

LATENCY_MS = 10
PROGRAMS = ("pulseaudio", "pactl", "parec")


class SoundServer:
    """A private PulseAudio with a card for each name in ``rates``; none runs without any. Ended with :meth:`close`."""

    def __init__(self, rates: Mapping[str, int]) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        if not rates:
            return
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        if missing:
            raise SystemExit(f"{', '.join(missing)} not installed (apt-get install pulseaudio pulseaudio-utils)")
        self._rates = dict(rates)
        # A short path: a Unix socket's name has 107 bytes at most.
        self._folder = tempfile.TemporaryDirectory(prefix="ear-")
        home = Path(self._folder.name)
        self._environment = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "PULSE_RUNTIME_PATH": str(home),
            "PULSE_SERVER": f"unix:{home / 'socket'}",
        }
        # Without norewinds a null sink holds two seconds before it plays: no sound card does.
        cards = [
            f"module-null-sink sink_name={name} rate={rate} channels=1 norewinds=1" for name, rate in rates.items()
        ]
        command = [
            *real_time(INSTRUMENT),
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
        ]
        native = f"module-native-protocol-unix socket={home / 'socket'} auth-anonymous=1"
        loads = [part for module in (native, *cards) for part in ("-L", module)]
        with (home / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [*command, *loads], env={**os.environ, **self._environment}, stdout=log, stderr=log
            )
        until = time.monotonic() + PATIENCE_S
        while not self._answers():
            if time.monotonic() > until:
                told = (home / "log").read_text(errors="replace")
                self.close()
                raise SystemExit(f"the sound server does not start: {told[-500:]}")
            time.sleep(0.05)

    def close(self) -> None:
        if self._server is None:
            return
        self._server.terminate()
        try:
            self._server.wait(3)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._folder.cleanup()

    def environment(self, card: str) -> dict[str, str]:
        """For a process that is to play on ``card``."""
        return {**self._environment, "PULSE_SINK": card}

    def record(self, card: str) -> "Recorder":
        """All that ``card`` plays from now on."""
        return Recorder(card, self._rates[card], {**os.environ, **self._environment})

    def _answers(self) -> bool:
        asked = subprocess.run(
            ["pactl", "info"], env={**os.environ, **self._environment}, capture_output=True, timeout=10, check=False
        )
        return asked.returncode == 0


class Recorder:
    """One card's sound until :meth:`stop`."""

    def __init__(self, card: str, rate: int, environment: Mapping[str, str]) -> None:
        self.rate = rate
        self._raw = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the recorder is
        words = [*real_time(INSTRUMENT), "parec", "--raw", f"--device={card}.monitor", f"--rate={rate}", "--channels=1"]
        self._process = subprocess.Popen(
            [*words, "--format=s16le", f"--latency-msec={LATENCY_MS}"],
            env=dict(environment),
            stdout=self._raw,
            stderr=subprocess.DEVNULL,
        )

    def size(self) -> int:
        """Samples so far."""
        return os.fstat(self._raw.fileno()).st_size // 2

    def stop(self, path: Path) -> None:
        """End the recording and leave it in ``path``; once stopped, nothing more happens."""
        if self._raw.closed:
            return
        self._process.terminate()
        self._process.wait(5)
        self._raw.seek(0)
        data = self._raw.read()
        self._raw.close()
        pcm: Samples = np.frombuffer(data[: len(data) & ~1], dtype="<i2").astype(np.int16)
        write_wav(path, pcm, self.rate, wanted_rate=self.rate)
