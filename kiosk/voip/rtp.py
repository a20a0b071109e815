"""What comes in from the far end: RTP packets (RFC 3550), told apart by payload type, counted, and kept until played.

An engine feeds every datagram of a call to its :class:`PacketFeed`; the mixer's thread takes the sound out of it.
"""

import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.voip.rtp_meter import RtpMeter
from kiosk.voip.telephone_event import TelephoneEvents

if TYPE_CHECKING:
    # Core reads this module by way of the engine protocol, and must not load numpy for it.
    from kiosk.audio.frames import Floats

LONGEST_DATAGRAM = 4096
"""Bytes; more is no telephone's sound."""
KEPT = 256
"""Packets that wait to be taken: 5 s of sound. Older ones make room, so that a call nobody listens to costs nothing."""
_RTCP = range(64, 96)
"""Payload types that are RTCP's on a shared port (RFC 5761 §4)."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet of sound, as it came."""

    at: float
    """``time.monotonic()`` of its arrival."""
    sequence: int
    timestamp: int
    """In the format's clock rate."""
    ssrc: int
    payload_type: int
    marker: bool
    payload: bytes


class Decoder(Protocol):
    """One source's sound, decoded in order: 16 kHz, mono, on the scale of 16 bit. One thread."""

    memory: int
    """Samples at the beginning of a packet's sound that are spoilt when the packet before it is missing."""

    def decode(self, payload: bytes) -> "Floats":
        """A packet's sound; empty when it makes none. Never raises."""

    def recover(self, following: bytes, count: int) -> "Floats | None":
        """The ``count`` samples before the packet ``following``, from the copy inside it; None: it has none."""

    def has_copy(self, payload: bytes) -> bool:
        """This packet holds a copy of the one before it."""

    def conceal(self, count: int) -> "Floats | None":
        """The codec's own guess of ``count`` samples that are lost; None: it has none, and ours is to be used."""

    def is_pause(self, payload: bytes) -> bool:
        """The far end says by this packet that it falls silent (RFC 7587 §3.1.3)."""


@dataclass(frozen=True)
class Format:
    """What a payload type means in this call."""

    name: str
    """opus, g722, pcma, pcmu, cn or telephone-event."""
    clock_rate: int
    """Of the timestamps: 8000 for G.722, too (RFC 3551 §4.5.2)."""
    make_decoder: Callable[[], Decoder] | None = None
    """None: no sound (comfort noise, keys)."""
    may_copy: bool = False
    """Its packets may carry a copy of the one before."""


CN = Format("cn", 8000)
TELEPHONE_EVENT = Format("telephone-event", 8000)


def parse(datagram: bytes, at: float) -> RtpPacket | None:
    """The packet in ``datagram``; None for RTCP and for whatever is no RTP (RFC 3550 §5.1, §A.1). Never raises."""
    if not 12 <= len(datagram) <= LONGEST_DATAGRAM or datagram[0] >> 6 != 2:
        return None
    flags, kind, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", datagram)
    if kind & 0x7F in _RTCP:
        return None
    start, end = 12 + 4 * (flags & 0x0F), len(datagram)
    if flags & 0x10:
        if start + 4 > end:
            return None
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    if flags & 0x20:
        end -= datagram[-1]
        if datagram[-1] == 0:
            return None
    if start > end:
        return None
    return RtpPacket(at, sequence, timestamp, ssrc, kind & 0x7F, bool(kind & 0x80), datagram[start:end])


class PacketFeed:
    """One call's packets on their way from the stack's thread to the mixer's.

    ``format_of`` says what a payload type means now (None: not ours); it is asked in the feeding thread.
    ``on_digit`` is called there for each key that the far end pressed.
    """

    def __init__(self, format_of: Callable[[int], Format | None], on_digit: Callable[[str], None]) -> None:
        self._format_of = format_of
        self._waiting: deque[tuple[RtpPacket, Format]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._events = TelephoneEvents(on_digit)
        self.meter = RtpMeter()
        """Loss, jitter and the time of the last packet; any thread."""

    def feed(self, datagram: bytes, at: float) -> None:
        """One datagram that came at ``at`` (monotonic seconds). Never raises for what is in it."""
        packet = parse(datagram, at)
        if packet is None:
            return
        kind = self._format_of(packet.payload_type)
        if kind is None:
            return
        self.meter.count(packet, kind.clock_rate)
        if kind.name == TELEPHONE_EVENT.name:
            self._events.feed(packet)
        elif packet.payload:
            with self._lock:
                self._waiting.append((packet, kind))

    def take(self) -> list[tuple[RtpPacket, Format]]:
        """All that came since the last time, in the order of arrival. Any one thread."""
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
        return taken
