"""The sound card back end against a real sound server: a private PulseAudio with null sinks, on loopback only.

What is measured went through PortAudio, ALSA's pulse plug-in and the server, and was recorded by ``parec``.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio.device import DeviceHandset
from kiosk.audio.frames import FRAME, RATE, SILENCE, Samples
from kiosk.audio.handset import open_handset
from kiosk.audio.mixer import Mixer
from kiosk.audio.scene import Scene, Tone
from kiosk.errors import NeedsTechnician
from kiosk.settings import Audio
from tests.audio.sounds import prompts, sine, strength

PATIENCE_S = 30.0


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        pause.wait(0.02)


class PulseServer:
    """A sound server of our own: sink ``ear`` (recorded by its monitor), sink ``mouth`` (its monitor is the mic)."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._socket = home / "pulse.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "PULSE_RUNTIME_PATH": str(home),
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_SINK": "ear",
            "PULSE_SOURCE": "mouth.monitor",
        }

    def start(self) -> None:
        # Without norewinds a null sink holds two seconds before it plays: no sound card does.
        sinks = ["-L", "module-null-sink sink_name=ear rate=16000 channels=1 norewinds=1"]
        sinks += ["-L", "module-null-sink sink_name=mouth rate=16000 channels=1 norewinds=1"]
        native = f"module-native-protocol-unix socket={self._socket} auth-anonymous=1"
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        self._socket.unlink(missing_ok=True)
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-L", native, *sinks], env={**os.environ, **self.environment}, stdout=log, stderr=log
            )
        wait_for(lambda: self._run("pactl", "info").returncode == 0, f"pulseaudio: {self._home / 'log'}")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._process = None

    def freeze(self, is_frozen: bool) -> None:
        """Whoever asks it for something waits for ever."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if is_frozen else signal.SIGCONT)

    def pull(self) -> None:
        """Both sinks vanish under the running server, as a USB card's do."""
        assert self._run("pactl", "unload-module", "module-null-sink").returncode == 0

    def plug(self) -> None:
        """They are back, with other numbers."""
        for name in ("mouth", "ear"):
            options = [f"sink_name={name}", "rate=16000", "channels=1", "norewinds=1"]
            assert self._run("pactl", "load-module", "module-null-sink", *options).returncode == 0

    def mute_ear(self, is_mute: bool) -> None:
        """The earpiece's cord breaks, or is mended."""
        assert self._run("pactl", "set-sink-mute", "ear", str(int(is_mute))).returncode == 0

    def speak(self, pcm: Samples) -> "subprocess.Popen[bytes]":
        """Play ``pcm`` into the microphone; ends by itself."""
        path = self._home / "spoken.raw"
        path.write_bytes(pcm.tobytes())
        return subprocess.Popen(
            ["pacat", "--playback", "--device=mouth", "--raw", "--format=s16le", "--rate=16000", "--channels=1", path],
            env={**os.environ, **self.environment},
        )

    def record_ear(self, seconds: float) -> Samples:
        """What the ear hears from now on."""
        command = ["parec", "--device=ear.monitor", "--raw", "--format=s16le", "--rate=16000", "--channels=1"]
        with subprocess.Popen(
            [*command, "--latency-msec=20"], env={**os.environ, **self.environment}, stdout=subprocess.PIPE
        ) as recorder:
            assert recorder.stdout is not None
            heard = recorder.stdout.read(2 * round(seconds * RATE))
            recorder.terminate()
        return np.frombuffer(heard, dtype=np.int16)

    def _run(self, *command: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, timeout=PATIENCE_S, check=False
        )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    for program in ("pulseaudio", "pactl", "pacat", "parec"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (packages pulseaudio and pulseaudio-utils)")
    pytest.importorskip("sounddevice", reason="PortAudio is not installed (package libportaudio2)")
    # A short path of its own: a Unix socket's name has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        running = PulseServer(Path(folder))
        running.start()
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running
        running.kill()


class Faults:
    def __init__(self) -> None:
        self.told: list[str] = []

    def __call__(self, text: str) -> None:
        self.told.append(text)


def test_what_the_mixer_plays_is_heard_at_the_ear(server: PulseServer) -> None:
    mixer = Mixer(prompts(), -60.0)
    mixer.play(Scene(seq=1, tone=Tone.READY, volume=3))
    faults = Faults()
    handset = open_handset(Audio(backend="device", input="pulse", output="pulse"))
    handset.start(mixer.render, faults)
    try:
        deadline = time.monotonic() + PATIENCE_S
        heard = server.record_ear(1.0)
        while strength(heard, 440.0) < -26.0:
            assert time.monotonic() < deadline, f"the tone is not heard: {strength(heard, 440.0)} dBFS"
            heard = server.record_ear(1.0)
        assert strength(heard, 440.0) == pytest.approx(-25.0, abs=0.5)
    finally:
        handset.close()
    assert faults.told == []


def test_what_the_mouth_says_reaches_the_mixer(server: PulseServer) -> None:
    spoken: list[bytes] = []

    def render(mic: bytes) -> bytes:
        spoken.append(mic)
        return SILENCE

    handset = DeviceHandset("pulse", "pulse")
    handset.start(render, Faults())
    try:
        with server.speak(sine(700.0, 15.0)) as speaker:

            def last_second() -> Samples:
                return np.frombuffer(b"".join(spoken[-50:]), dtype=np.int16)

            wait_for(lambda: len(spoken) >= 50 and strength(last_second(), 700.0) > -20.5, "700 Hz at the microphone")
            speaker.terminate()
    finally:
        handset.close()


def test_the_beat_goes_on_without_the_card_and_the_card_is_found_again(server: PulseServer) -> None:
    """The server dies in the middle of a call and comes back: as a USB card that loses its plug."""
    mixer = Mixer(prompts(), -60.0)
    mixer.play(Scene(seq=1, tone=Tone.READY, volume=3))
    beats: list[float] = []

    def render(mic: bytes) -> bytes:
        beats.append(time.monotonic())
        return mixer.render(mic)

    faults = Faults()
    handset = DeviceHandset("pulse", "pulse")
    handset.start(render, faults)
    try:
        wait_for(lambda: len(beats) > 50, "the card's beat")
        server.kill()
        wait_for(lambda: bool(faults.told), "the fault")
        assert "is lost" in faults.told[0]
        at_loss = len(beats)
        wait_for(lambda: len(beats) > at_loss + 50, "our own beat in its place")
        server.start()
        wait_for(lambda: faults.told[-1] == "", "the card's return")
        deadline = time.monotonic() + PATIENCE_S
        while strength(server.record_ear(1.0), 440.0) < -26.0:
            assert time.monotonic() < deadline, "the tone does not come back"
    finally:
        handset.close()
    assert max(b - a for a, b in itertools.pairwise(beats[50:])) < 1.0


def test_a_patient_handset_waits_for_its_card(server: PulseServer) -> None:
    server.kill()
    beats: list[bytes] = []

    def render(mic: bytes) -> bytes:
        beats.append(mic)
        return SILENCE

    faults = Faults()
    handset = open_handset(Audio(backend="device", input="pulse", output="pulse"), patient=True)
    handset.start(render, faults)
    try:
        wait_for(lambda: len(beats) > 20 and bool(faults.told), "the beat without a card, and the fault")
        assert "no such sound card" in faults.told[0]
        server.start()
        wait_for(lambda: faults.told[-1] == "", "the card")
    finally:
        handset.close()


def test_a_missing_card_is_an_error_that_names_those_there_are(server: PulseServer) -> None:
    handset = DeviceHandset("Jabra", "pulse")
    with pytest.raises(NeedsTechnician, match=r"\[audio\] input = 'Jabra': no such sound card.*pulse"):
        handset.start(lambda _mic: SILENCE, Faults())
    handset.close()


def test_after_close_nothing_beats(server: PulseServer) -> None:
    beats: list[bytes] = []

    def render(mic: bytes) -> bytes:
        beats.append(mic)
        return bytes(2 * FRAME)

    handset = DeviceHandset("pulse", "pulse")
    handset.start(render, Faults())
    wait_for(lambda: len(beats) > 10, "ten beats")
    handset.close()
    left = {thread.name for thread in threading.enumerate()} & {"handset-watch", "handset-keeper"}
    assert left == set()
