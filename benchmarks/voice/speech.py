"""What is said: sentences of three languages, and one of them whispered, as the WAV files the parties play.

The voice is espeak-ng's (a machine's, but with all sounds of its language); the level is the usual of a telephone,
-26 dBFS over the speech, and -35 for the whisper. Each piece lies between pauses, so that it can be cut out.
"""

import shutil
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 16_000
LEVEL_DBFS = -26.0
WHISPER_DBFS = -35.0
PAUSE_S = 0.5
LEAD_S = 3.0
"""Silence before the first word: cushions and codecs settle in it."""
TAIL_S = 1.5

Samples = NDArray[np.int16]
Floats = NDArray[np.float64]

TEXTS = {
    "fr": "Bonjour, je suis à la gare et je ne sais pas où dormir ce soir. "
    "Est-ce que vous pouvez m'indiquer un centre près d'ici, s'il vous plaît ?",
    "en": "Hello, I lost my bag and my telephone yesterday near the harbour. "
    "Could somebody tell me which doctor sees people without papers?",
    "ar": "مرحبا، أنا أبحث عن طبيب لابني الصغير. هل يمكنكم مساعدتي في العثور على مكان قريب من هنا؟",
    "whisper": "Je ne peux pas parler fort, il est dans la pièce à côté. J'ai besoin d'aide, dites-moi quoi faire.",
}
VOICES = {"fr": "fr", "en": "en-gb", "ar": "ar", "whisper": "fr+whisper"}


@dataclass(frozen=True)
class Piece:
    """One stretch of speech and where it lies, in samples at 16 kHz."""

    name: str
    start: int
    length: int


@dataclass(frozen=True)
class Speech:
    """All that is said in one direction of a call."""

    pcm: Samples
    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        return len(self.pcm) / RATE

    def of(self, piece: Piece) -> Floats:
        """A piece with half of the pause on either side."""
        return self.pcm[piece.start : piece.start + piece.length].astype(np.float64)


@dataclass(frozen=True)
class Said:
    """A piece to be said: its name, whose text (a key of :data:`TEXTS`), and the silence before it."""

    name: str
    text: str
    after_s: float = 0.0


def spoken(said: Sequence[Said], folder: Path, lead_s: float = LEAD_S) -> Speech:
    """The pieces one after another, from ``lead_s`` on. Raises: SystemExit without espeak-ng."""
    if shutil.which("espeak-ng") is None:
        raise SystemExit("espeak-ng is not installed (apt-get install espeak-ng): nothing can be said")
    voices = {text: _said(text, folder) for text in {each.text for each in said}}
    parts: list[Floats] = [np.zeros(int(lead_s * RATE))]
    pause = np.zeros(int(PAUSE_S * RATE / 2))
    pieces = []
    for each in said:
        voice = voices[each.text]
        parts.append(np.zeros(int(each.after_s * RATE)))
        pieces.append(Piece(each.name, sum(map(len, parts)), len(voice) + 2 * len(pause)))
        parts += [pause, voice, pause]
    parts.append(np.zeros(int(TAIL_S * RATE)))
    return Speech(np.rint(np.concatenate(parts)).astype(np.int16), tuple(pieces))


def _said(name: str, folder: Path) -> Floats:
    path = folder / f"said-{name}.wav"
    subprocess.run(["espeak-ng", "-v", VOICES[name], "-s", "150", "-w", str(path), TEXTS[name]], check=True, timeout=60)
    pcm, rate = read_wav(path)
    voice = soxr.resample(pcm.astype(np.float64), rate, RATE, quality="VHQ")
    loud = np.flatnonzero(np.abs(voice) > 0.02 * np.abs(voice).max())
    voice = voice[loud[0] : loud[-1]]
    active = voice[np.abs(voice) > 0.02 * np.abs(voice).max()]
    wanted = 32768 * 10 ** ((WHISPER_DBFS if name == "whisper" else LEVEL_DBFS) / 20)
    levelled = voice * wanted / np.sqrt(np.mean(active**2))
    return np.asarray(np.clip(levelled, -32000, 32000))


def write_wav(path: Path, pcm: Samples, rate: int, *, wanted_rate: int, channels: int = 1, tail_s: float = 0.0) -> None:
    """``pcm`` as a 16-bit WAV of another rate and number of channels, with silence after it."""
    if rate != wanted_rate:
        made = soxr.resample(pcm.astype(np.float64), rate, wanted_rate, quality="VHQ")
        pcm = np.clip(np.rint(made), -32768, 32767).astype(np.int16)
    pcm = np.concatenate((pcm, np.zeros(int(tail_s * wanted_rate), dtype=np.int16)))
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(channels)
        wav.setsampwidth(2)
        wav.setframerate(wanted_rate)
        wav.writeframes(np.repeat(pcm, channels).tobytes())


def read_wav(path: Path) -> tuple[Samples, int]:
    """First channel and rate, also of a file whose writer did not come to complete its header."""
    data = path.read_bytes()
    with wave.open(str(path), "rb") as wav:
        channels, rate = wav.getnchannels(), wav.getframerate()
    begin = data.find(b"data") + 8
    size = (len(data) - begin) // (2 * channels) * (2 * channels)
    return np.frombuffer(data[begin : begin + size], dtype="<i2")[::channels], rate
