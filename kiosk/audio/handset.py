"""The handset's mouth and ear, whatever stands behind them: a sound card, two files, or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from hardware.simulated.acoustics import Acoustics, CradleLoop
from kiosk.audio.device import DeviceHandset
from kiosk.audio.files import FilesHandset
from kiosk.audio.frames import RATE, SILENCE, Samples, to_samples
from kiosk.audio.paced import NullHandset
from kiosk.settings import Audio


class Handset(Protocol):
    """The clock of all sound: it calls ``render`` every 20 ms in a thread of its own."""

    def start(self, render: Callable[[bytes], bytes], on_fault: Callable[[str], None]) -> None:
        """Begin. ``render`` is given the mouth's last frame and returns the ear's next (16 kHz s16, 640 bytes).

        ``on_fault(text)`` (any thread) says, for the technician, what broke; ``on_fault("")`` that it is mended. A
        fault does not stop the beat. Raises: BadInput, NeedsTechnician, both with the remedy.
        """

    def close(self) -> None:
        """End the beat; ``render`` is not called after this returned."""


def open_handset(audio: Audio, talking: Callable[[], str] | None = None, *, patient: bool = False) -> Handset:
    """The handset that the configuration names; not yet started.

    ``talking`` (:meth:`kiosk.audio.mixer.Mixer.talking`) lets the files handset begin its recording when a call
    listens. ``patient``: a missing sound card is told to ``on_fault`` and waited for, instead of raised by
    ``start``. Raises: BadInput (a file that cannot be read).
    """
    match audio.backend:
        case "device":
            return DeviceHandset(audio.input, audio.output, patient=patient)
        case "files":
            handset: Handset = FilesHandset(_path(audio.input), _path(audio.output), talking)
        case "none":
            handset = NullHandset()
    if not audio.simulated_cradle:
        return handset
    return LoopedHandset(handset, CradleLoop(Acoustics(), RATE, Path(audio.simulated_cradle)))


class LoopedHandset:
    """A handset without a sound card whose microphone hears its earpiece, as on a real hook."""

    def __init__(self, inner: Handset, loop: CradleLoop) -> None:
        self._inner = inner
        self._loop = loop
        self._echo = SILENCE

    def start(self, render: Callable[[bytes], bytes], on_fault: Callable[[str], None]) -> None:
        """As the handset inside."""

        def looped(mic: bytes) -> bytes:
            ear = render(_sum(mic, self._echo))
            self._echo = self._loop.mouth(ear)
            return ear

        self._inner.start(looped, on_fault)

    def close(self) -> None:
        """As the handset inside."""
        self._inner.close()


def _sum(one: bytes, other: bytes) -> bytes:
    both: Samples = to_samples(np.frombuffer(one, np.int16).astype(np.float32) + np.frombuffer(other, np.int16))
    return both.tobytes()


def _path(name: str) -> Path | None:
    return Path(name) if name else None
