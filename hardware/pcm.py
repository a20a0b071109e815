"""A call's sound over a modem's second serial port: 8 kHz, s16 little-endian, mono (SIMCom, Quectel, Huawei).

The driver switches the stream on (``CPCMREG=1`` in the call, ``^DDSETEX=2`` at dialling, ``QPCMV=1,0`` at the start);
this end only moves bytes. The mixer's thread calls it on its 20 ms beat of the monotonic clock, so nothing here waits.
"""

import sys
import threading
from array import array
from dataclasses import dataclass, replace

from hardware.errors import DeviceVanished
from hardware.serial_port import SerialPort, open_port

SAMPLE_RATE = 8000
LIMIT_S = 0.2
"""More sound than this is never kept: late speech is worse than a gap."""
LIMIT_BYTES = int(SAMPLE_RATE * LIMIT_S) * 2


@dataclass
class Counters:
    """Samples at 8 kHz since the opening; what is late or dropped shows the two clocks' drift, and stalls."""

    heard: int = 0
    late: int = 0
    """From the far end, thrown away because nobody fetched them in :data:`LIMIT_S`."""
    sent: int = 0
    dropped: int = 0
    """Ours, thrown away because the modem did not take them."""
    held: int = 0
    """Times the modem said that its buffer is full."""


class Waiting:
    """A call's sound in both directions while it waits, counted. Its owner keeps threads apart."""

    def __init__(self) -> None:
        self.unsent = bytearray()
        """Ours, as the wire has it."""
        self._heard = bytearray()
        self._heard_bytes = self._sent_bytes = 0
        self._counters = Counters()

    @property
    def counters(self) -> Counters:
        """What crossed so far."""
        return replace(self._counters, heard=self._heard_bytes // 2, sent=self._sent_bytes // 2)

    def note_hold(self) -> None:
        """The modem says that its buffer is full."""
        self._counters.held += 1

    def receive(self, data: bytes) -> None:
        """Keep what came from the far end."""
        self._heard += data
        self._heard_bytes += len(data)

    def drop_late(self) -> None:
        """Throw away the oldest of what nobody fetched in time, in whole samples."""
        surplus = len(self._heard) - LIMIT_BYTES
        if surplus > 0:
            self._counters.late += surplus // 2
            del self._heard[: (surplus + 1) & ~1]

    def fetch(self, samples: int) -> bytes:
        """Up to ``samples`` samples of the far end, in native order."""
        size = min(samples * 2, len(self._heard) & ~1)
        pcm = bytes(self._heard[:size])
        del self._heard[:size]
        return native(pcm)

    def put(self, pcm: bytes) -> None:
        """Queue samples in native order for the far end; what does not fit is dropped, newest first."""
        room = max(0, LIMIT_BYTES - len(self.unsent)) & ~1
        self._counters.dropped += max(0, len(pcm) - room) // 2
        self.unsent += native(pcm)[:room]

    def note_sent(self, size: int) -> None:
        """``size`` bytes of :attr:`unsent` are gone; a half-sent sample stays, so the far end keeps its byte order."""
        self._sent_bytes += size
        del self.unsent[:size]

    def clear(self) -> None:
        """Forget all sound, not the counts."""
        self._heard.clear()
        self.unsent.clear()


class PcmPort:
    """Sound of the call that is up, as plain PCM in native order. One reading and one writing thread at most.

    Raises (constructor): DeviceMissing, DeviceBusy, DeviceForbidden.
    """

    def __init__(self, path: str, baud: int = 115_200) -> None:
        self._port: SerialPort | None = open_port(path, baud)
        # Nothing inside it waits: it only keeps ``close`` from another thread out of a read or write, whose
        # descriptor could otherwise be somebody else's by then.
        self._lock = threading.Lock()
        self._waiting = Waiting()
        self._is_held = False
        self._port.discard_input()

    @property
    def sample_rate(self) -> int:
        """Hz of both directions."""
        return SAMPLE_RATE

    @property
    def is_open(self) -> bool:
        """False once the port has vanished or was closed."""
        return self._port is not None

    @property
    def counters(self) -> Counters:
        """What crossed it so far."""
        return self._waiting.counters

    def queued_s(self) -> float:
        """Seconds of our sound that wait to be sent: grows where our clock is the faster one."""
        return len(self._waiting.unsent) / (2 * SAMPLE_RATE)

    def hold(self, is_held: bool) -> None:
        """Whether the modem's buffer is full (Quectel's ``+QPCMV: 0``): nothing is written until it has room again."""
        with self._lock:
            if is_held and not self._is_held:
                self._waiting.note_hold()
            self._is_held = is_held

    def read(self, samples: int) -> bytes:
        """Up to ``samples`` samples from the far end; fewer, or none, when they have not arrived.

        Raises: DeviceVanished, once; afterwards the port is closed and reads give nothing.
        """
        with self._lock:
            self._receive()
            return self._waiting.fetch(samples)

    def write(self, pcm: bytes) -> None:
        """Queue PCM for the far end; what does not fit is dropped, newest first.

        Raises: DeviceVanished, once; afterwards writes go nowhere.
        """
        with self._lock:
            if self._port is None:
                return
            self._waiting.put(pcm)
            if not self._waiting.unsent or self._is_held:
                return
            try:
                self._waiting.note_sent(self._port.write(bytes(self._waiting.unsent)))
            except DeviceVanished:
                self._close()
                raise

    def close(self) -> None:
        """Give the port back; any thread, and twice is harmless."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        port, self._port = self._port, None
        self._waiting.clear()
        if port is not None:
            port.close()

    def _receive(self) -> None:
        if self._port is None:
            return
        try:
            while data := self._port.read():
                self._waiting.receive(data)
        except DeviceVanished:
            self._close()
            raise
        self._waiting.drop_late()


def native(pcm: bytes) -> bytes:
    """Little-endian samples in this machine's order, and back."""
    if sys.byteorder == "little":
        return pcm
    samples = array("h", pcm)
    samples.byteswap()
    return samples.tobytes()
