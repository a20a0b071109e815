"""Sound files: recordings read and written, and the handset whose mouth and ear are WAV files.

The only room that knows the file library. The WAV of the ear is written by a thread of its own (a slow card must
not delay the beat) and its header is set right every second, so that whatever ends the process leaves a file that
plays.
"""

import logging
import queue
import threading
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from kiosk.audio.frames import FRAME, RATE, SILENCE, Samples
from kiosk.audio.paced import Beat
from kiosk.audio.resampler import resample
from kiosk.errors import BadInput

log = logging.getLogger(__name__)

HEADER_EVERY = 50
"""Frames between two updates of the WAV's header: 1 s."""


def read_recording(path: Path) -> Samples:
    """The recording in ``path`` as 16 kHz mono, whatever it was. Raises: BadInput."""
    try:
        pcm, rate = soundfile.read(str(path), dtype="int16", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise BadInput(f"{path}: cannot be read as sound ({error}); give WAV, FLAC or Ogg/Opus") from error
    mono = pcm[:, 0] if pcm.shape[1] == 1 else np.rint(pcm.mean(axis=1)).astype(np.int16)
    return resample(np.ascontiguousarray(mono), rate)


def write_opus(path: Path, pcm: Samples) -> None:
    """Write ``pcm`` (16 kHz) as Ogg/Opus, small and good enough for speech."""
    with soundfile.SoundFile(
        str(path), "w", samplerate=RATE, channels=1, format="OGG", subtype="OPUS", compression_level=OPUS_SMALLNESS
    ) as out:
        out.write(pcm)


OPUS_SMALLNESS = 0.9
"""0 (256 kb/s) to 1 (6 kb/s) in libsndfile's terms."""


class FilesHandset:
    """A handset whose mouth is a WAV (or any recording) and whose ear is a WAV, both optional.

    ``talking`` tells which call hears the mouth (:meth:`kiosk.audio.mixer.Mixer.talking`). With it the recording
    starts when a call begins to listen, and again for each new call; without it, it starts at once. After its end
    the mouth is silent.
    """

    def __init__(self, mouth: Path | None, ear: Path | None, talking: Callable[[], str] | None = None) -> None:
        self._mouth = read_recording(mouth) if mouth is not None else np.zeros(0, dtype=np.int16)
        self._ear = ear
        self._talking = talking
        self._heard_by = ""
        self._at = 0
        self._beat: Beat | None = None
        self._writer: _EarWriter | None = None

    def start(self, render: Callable[[bytes], bytes], on_fault: Callable[[str], None]) -> None:
        """Begin the beat. Raises: BadInput when the ear's file cannot be written."""
        if self._ear is not None:
            self._writer = _EarWriter(self._ear, on_fault)
        writer = self._writer

        def beat() -> None:
            ear = render(self._next_mouth())
            if writer is not None:
                writer.put(ear)

        self._beat = Beat(beat, "handset-files")
        self._beat.start()

    def close(self) -> None:
        """End the beat and complete the file."""
        if self._beat is not None:
            self._beat.stop()
        if self._writer is not None:
            self._writer.close()

    def _next_mouth(self) -> bytes:
        if self._talking is not None:
            heard_by = self._talking()
            if heard_by and heard_by != self._heard_by:
                self._heard_by, self._at = heard_by, 0
            if not heard_by:
                return SILENCE
        frame = self._mouth[self._at : self._at + FRAME]
        self._at += FRAME
        return frame.tobytes().ljust(len(SILENCE), b"\0")


class _EarWriter:
    """Appends frames to a WAV in a thread of its own."""

    def __init__(self, path: Path, on_fault: Callable[[str], None]) -> None:
        self._path = path
        self._on_fault = on_fault
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise BadInput(f"{path}: cannot be written ({error}); name a file in an existing folder") from error
        self._thread = threading.Thread(target=self._run, name="handset-files-writer", daemon=True)
        self._thread.start()

    def put(self, frame: bytes) -> None:
        self._frames.put(frame)

    def close(self) -> None:
        self._frames.put(None)
        self._thread.join(timeout=5.0)

    def _run(self) -> None:
        try:
            with self._file, wave.open(self._file, "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(RATE)
                out.writeframes(b"")
                self._file.flush()
                self._append(out)
        except OSError as error:
            # A full card costs the recording, never the call.
            log.error("%s: no longer written: %s", self._path, error)
            self._on_fault(f"{self._path}: no longer written ({error}); make room on the card")

    def _append(self, out: wave.Wave_write) -> None:
        written = 0
        while (frame := self._frames.get()) is not None:
            out.writeframesraw(frame)
            written += 1
            if written % HEADER_EVERY == 0:
                # Sound first, then the header that counts it: at no moment does the header promise too much.
                self._file.flush()
                out.writeframes(b"")
                self._file.flush()
