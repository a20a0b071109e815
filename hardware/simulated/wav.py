"""WAV files at a modem's rate: any file in, and a recording that is valid at every moment of its life."""

import struct
from pathlib import Path

import numpy as np
import soundfile
import soxr

RATE = 8000


def load(path: Path) -> bytes:
    """The file's sound as 8 kHz mono s16le. Raises: ValueError naming the file."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (RuntimeError, OSError) as error:
        raise ValueError(f"{path} cannot be read as sound ({error}); give a WAV file") from error
    mono = samples.mean(axis=1)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    scaled = np.clip(np.rint(mono * 32767), -32768, 32767)
    return bytes(scaled.astype("<i2").tobytes())


class Recording:
    """An 8 kHz mono s16le WAV; its header is put right at each append, so a kill leaves a file that plays."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._size = 0
        self._file.write(self._header())

    @property
    def samples(self) -> int:
        """How many were appended."""
        return self._size // 2

    def append(self, pcm: bytes) -> None:
        """Add whole samples."""
        self._file.seek(0, 2)
        self._file.write(pcm)
        self._size += len(pcm)
        self._file.seek(0)
        self._file.write(self._header())

    def close(self) -> None:
        """Nothing is pending: this only gives the file back."""
        self._file.close()

    def _header(self) -> bytes:
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
        return (
            struct.pack("<4sI4s", b"RIFF", 36 + self._size, b"WAVE") + form + struct.pack("<4sI", b"data", self._size)
        )
