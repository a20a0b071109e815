"""The handset's body and its cradle as sound meets them: from earpiece to microphone, with all that may break there.

Frames are 16 bit mono at any one rate. For terminals without a sound card: the demo, the tests, and a look at what
the cradle test says about a fault.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FULL_SCALE = 32_768.0


@dataclass(frozen=True)
class Acoustics:
    """One handset on its hook."""

    gain_db: float = -14.0
    """From earpiece to microphone, through handle, air and cradle."""
    delay_ms: float = 60.0
    """There and back, sound card included."""
    noise_dbfs: float = -60.0
    """The room, as the microphone gives it."""
    is_mic_mute: bool = False
    """A dead microphone or a broken cord: not even the room is heard."""
    is_ear_dead: bool = False
    """The room is heard, the earpiece is not."""


def parse(text: str) -> Acoustics:
    """The acoustics of a JSON object with the fields above, any of them left out. Raises: ValueError, naming it."""
    try:
        given = json.loads(text)
        return Acoustics(**given)
    except (TypeError, ValueError) as error:
        raise ValueError(f"acoustics {text[:80]!r}: {error}; give a JSON object with fields of Acoustics") from None


class CradleLoop:
    """Turns what the earpiece plays into what the microphone hears. One thread.

    ``file``, when given, holds the acoustics as JSON and is read again when it changes, about once a second; while it
    is missing or wrong the last ones hold.
    """

    def __init__(self, acoustics: Acoustics, rate: int, file: Path | None = None) -> None:
        self._rate = rate
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._frames = 0
        self._noise = np.random.default_rng(7)
        self._past = np.zeros(0, dtype=np.float64)
        self.acoustics = acoustics
        self._look()

    def mouth(self, ear: bytes) -> bytes:
        """The microphone's frame while the earpiece plays ``ear``."""
        self._frames += 1
        if self._frames % max(1, self._rate // max(1, len(ear) // 2)) == 0:
            self._look()
        now, frame = self.acoustics, len(ear) // 2
        played = np.frombuffer(ear, dtype=np.int16).astype(np.float64)
        delay = round(self._rate * now.delay_ms / 1000.0)
        self._past = np.concatenate([self._past, played])[-(delay + frame) :]
        if now.is_mic_mute:
            return bytes(len(ear))
        heard = self._noise.standard_normal(frame) * FULL_SCALE * 10.0 ** (now.noise_dbfs / 20.0)
        if not now.is_ear_dead:
            late = self._past[:frame] if len(self._past) == delay + frame else np.zeros(frame)
            heard += late * 10.0 ** (now.gain_db / 20.0)
        return bytes(np.clip(np.rint(heard), -32_768, 32_767).astype(np.int16).tobytes())

    def _look(self) -> None:
        if self._file is None:
            return
        try:
            told = self._file.stat()
            stamp = (told.st_mtime_ns, told.st_size)
            if stamp != self._stamp:
                self.acoustics = parse(self._file.read_text(encoding="utf-8"))
                self._stamp = stamp
        except (OSError, ValueError):
            return  # it is being written: the last ones hold until it is whole
