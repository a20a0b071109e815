"""A call's sound over a modem's second serial port: 8 kHz, s16 little-endian, mono (SIM7600 and A76xx).

The driver switches the stream on inside the call (``AT+CPCMREG=1``); this end only moves bytes. The mixer's thread
calls it on its 20 ms beat, so nothing here waits.
"""

import sys
import threading
from array import array

from hardware.errors import DeviceVanished
from hardware.serial_port import SerialPort, open_port

SAMPLE_RATE = 8000
LIMIT_S = 0.2
"""More sound than this is never kept: late speech is worse than a gap."""
LIMIT_BYTES = int(SAMPLE_RATE * LIMIT_S) * 2


class PcmPort:
    """Sound of the call that is up, as plain PCM in native order. One reading and one writing thread at most.

    Raises (constructor): DeviceMissing, DeviceBusy, DeviceForbidden.
    """

    def __init__(self, path: str, baud: int = 115_200) -> None:
        self._port: SerialPort | None = open_port(path, baud)
        # Nothing inside it waits: it only keeps ``close`` from another thread out of a read or write, whose
        # descriptor could otherwise be somebody else's by then.
        self._lock = threading.Lock()
        self._heard = bytearray()
        self._unsent = bytearray()
        self._port.discard_input()

    @property
    def sample_rate(self) -> int:
        """Hz of both directions."""
        return SAMPLE_RATE

    @property
    def is_open(self) -> bool:
        """False once the port has vanished or was closed."""
        return self._port is not None

    def read(self, samples: int) -> bytes:
        """Up to ``samples`` samples from the far end; fewer, or none, when they have not arrived.

        Raises: DeviceVanished, once; afterwards the port is closed and reads give nothing.
        """
        with self._lock:
            self._receive()
            size = min(samples * 2, len(self._heard) & ~1)
            pcm = bytes(self._heard[:size])
            del self._heard[:size]
        return _native(pcm)

    def write(self, pcm: bytes) -> None:
        """Queue PCM for the far end; what does not fit is dropped, newest first.

        Raises: DeviceVanished, once; afterwards writes go nowhere.
        """
        with self._lock:
            if self._port is None:
                return
            room = LIMIT_BYTES - len(self._unsent)
            self._unsent += _native(pcm)[: max(0, room) & ~1]
            if not self._unsent:
                return
            try:
                # A half-sent sample stays queued, so the far end never loses its byte order.
                del self._unsent[: self._port.write(bytes(self._unsent))]
            except DeviceVanished:
                self._close()
                raise

    def close(self) -> None:
        """Give the port back; any thread, and twice is harmless."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        port, self._port = self._port, None
        self._heard.clear()
        self._unsent.clear()
        if port is not None:
            port.close()

    def _receive(self) -> None:
        if self._port is None:
            return
        try:
            while data := self._port.read():
                self._heard += data
        except DeviceVanished:
            self._close()
            raise
        surplus = len(self._heard) - LIMIT_BYTES
        if surplus > 0:
            del self._heard[: (surplus + 1) & ~1]


def _native(pcm: bytes) -> bytes:
    """Little-endian samples in this machine's order, and back."""
    if sys.byteorder == "little":
        return pcm
    samples = array("h", pcm)
    samples.byteswap()
    return samples.tobytes()
