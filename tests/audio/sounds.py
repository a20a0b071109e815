"""What the tests of sound need: signals, fake calls, and ears that measure."""

import numpy as np
from numpy.typing import NDArray

from kiosk.audio.frames import FRAME, FULL_SCALE, RATE, SILENCE, Floats, Samples, gain
from kiosk.audio.mixer import Mixer
from kiosk.speech.prompts import Prompts


def sine(hertz: float, seconds: float, dbfs: float = -20.0, rate: int = RATE) -> Samples:
    """A sine of ``dbfs`` root mean square."""
    time_s = np.arange(round(seconds * rate)) / rate
    wave = np.sin(2.0 * np.pi * hertz * time_s) * FULL_SCALE * gain(dbfs) * np.sqrt(2.0)
    pcm: Samples = np.rint(wave).astype(np.int16)
    return pcm


def frames_of(pcm: Samples) -> list[bytes]:
    """Whole frames of it."""
    return [pcm[at : at + FRAME].tobytes() for at in range(0, len(pcm) - FRAME + 1, FRAME)]


def listen(mixer: Mixer, frames: int, mic: bytes = SILENCE) -> Samples:
    """What the ear hears in that many beats."""
    return np.frombuffer(b"".join(mixer.render(mic) for _ in range(frames)), dtype=np.int16)


def strength(pcm: Samples | Floats, hertz: float, rate: int = RATE) -> float:
    """Level in dBFS (root mean square) of the component at ``hertz``."""
    time_s = np.arange(len(pcm)) / rate
    window = np.hanning(len(pcm))
    turn = np.exp(-2j * np.pi * hertz * time_s)
    amplitude = 2.0 * abs(np.sum(pcm * window * turn)) / np.sum(window)
    return max(-120.0, 20.0 * float(np.log10(max(amplitude, 1e-9) / np.sqrt(2.0) / FULL_SCALE)))


def largest_step(pcm: Samples | Floats | NDArray[np.float64]) -> float:
    """The largest jump between neighbours: a click is a jump that the sound itself does not make."""
    return float(np.abs(np.diff(pcm.astype(np.float64))).max())


def prompts(**clips: Samples) -> Prompts:
    """French prompts ``test.<name>``."""
    return Prompts({"fr": {f"test.{name}": clip for name, clip in clips.items()}})


def mixer_of(**clips: Samples) -> Mixer:
    """With those prompts, and hardly any sidetone."""
    return Mixer(prompts(**clips), sidetone_db=-60.0)


class SteadyCall:
    """A call on a perfect line: each read yields one frame's worth of ``pcm``, from its start, then silence."""

    def __init__(self, pcm: Samples, rate: int = RATE) -> None:
        self.sample_rate = rate
        self.written: list[bytes] = []
        self._pcm = pcm
        self._at = 0

    def read(self, samples: int) -> bytes:
        n = min(samples, self.sample_rate // 50)
        fresh = self._pcm[self._at : self._at + n].tobytes()
        self._at += n
        return fresh.ljust(2 * n, b"\0")

    def write(self, pcm: bytes) -> None:
        self.written.append(pcm)

    @property
    def said(self) -> Samples:
        """All that the far end heard."""
        return np.frombuffer(b"".join(self.written), dtype=np.int16)


class ScriptedCall:
    """A call that delivers what the script says, one entry a read."""

    def __init__(self, script: list[bytes], rate: int = RATE) -> None:
        self.sample_rate = rate
        self._script = list(script)

    def read(self, samples: int) -> bytes:
        del samples
        return self._script.pop(0) if self._script else b""

    def write(self, pcm: bytes) -> None:
        del pcm


class BrokenCall:
    """A call whose sound object raises, always."""

    sample_rate = RATE

    def read(self, samples: int) -> bytes:
        raise OSError("port gone")

    def write(self, pcm: bytes) -> None:
        raise OSError("port gone")
