"""The sound of a call that ``kiosk modem dial`` placed: WAV files in the handset's place, on a modem's serial port."""

import contextlib
import threading
import time
from pathlib import Path

from hardware.errors import DeviceError
from hardware.pcm import PcmPort
from hardware.simulated import wav
from kiosk.errors import BadInput

FRAME_S = 0.02
FRAME = 160
GAP = 2 * FRAME * 20
"""Samples; behind the clock by more, the recording is filled with the silence that was heard."""


class Sound(threading.Thread):
    """Plays and records on a 20 ms beat, in a thread of its own, until :meth:`stop`.

    Raises (constructor): BadInput when ``play`` cannot be read or ``record`` cannot be written.
    """

    def __init__(self, play: Path | None, record: Path | None) -> None:
        super().__init__(name="modem-sound", daemon=True)
        try:
            self._speech = b"" if play is None else wav.load(play)
            self._heard = None if record is None else wav.Recording(record)
        except (ValueError, OSError) as error:
            raise BadInput(str(error)) from error
        self._port: PcmPort | None = None
        self._stopping = threading.Event()
        self.fault = ""
        """Why there is no sound, in English; empty when all is well."""

    @property
    def length_s(self) -> float:
        """How long ``play`` lasts."""
        return len(self._speech) / 2 / wav.RATE

    def open(self, path: str) -> None:
        """Begin, now that the modem gives sound on ``path``; a port that cannot be had is told in ``fault``."""
        try:
            self._port = PcmPort(path)
        except DeviceError as error:
            self.fault = str(error)
            return
        self.start()

    def hold(self, is_held: bool) -> None:
        """Whether the modem's buffer is full: nothing is said until it has room again."""
        if self._port is not None:
            self._port.hold(is_held)

    def stop(self) -> None:
        """End the beat and complete the recording; also when it never began."""
        self._stopping.set()
        if self.is_alive():
            self.join(2.0)
        if self._port is not None:
            self._port.close()
        if self._heard is not None:
            self._heard.close()

    def run(self) -> None:
        """The beat."""
        port, began, frames = self._port, time.monotonic(), 0
        assert port is not None
        while not self._stopping.is_set():
            try:
                port.write(self._speech[frames * 2 * FRAME : (frames + 1) * 2 * FRAME].ljust(2 * FRAME, b"\0"))
                self._keep(port.read(10 * FRAME), time.monotonic() - began)
            except DeviceError as error:
                self.fault = str(error)
                return
            frames += 1
            self._stopping.wait(max(0.0, began + frames * FRAME_S - time.monotonic()))
        with contextlib.suppress(DeviceError):
            self._keep(port.read(10 * FRAME), 0.0)

    def _keep(self, pcm: bytes, passed_s: float) -> None:
        if self._heard is None:
            return
        behind = int(passed_s * wav.RATE) - self._heard.samples - len(pcm) // 2
        if behind > GAP:
            pcm = b"\0\0" * behind + pcm
        if pcm:
            self._heard.append(pcm)


def port_beside(port: str) -> str:
    """The sound's port of a simulated modem: in the same folder as ``at``, named ``pcm``. Empty elsewhere."""
    beside = Path(port).with_name("pcm")
    return str(beside) if Path(port).name == "at" and beside.exists() else ""
