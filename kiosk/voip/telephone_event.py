"""Keys that the far end presses, sent as RTP telephone events (RFC 4733). Pure but for the call-back."""

from collections.abc import Callable
from typing import Protocol

KEYS = "0123456789*#ABCD"


class _Packet(Protocol):
    @property
    def timestamp(self) -> int: ...
    @property
    def ssrc(self) -> int: ...
    @property
    def payload(self) -> bytes: ...


class TelephoneEvents:
    """Tells each key once, at its first packet: a lost beginning or end, and the repeated ends, change nothing.

    All packets of one key carry the timestamp of its beginning (§2.5.1.2); a key held for longer than a packet's
    duration field can say goes on under a new one, with the field full just before (§2.5.1.3).
    """

    def __init__(self, on_digit: Callable[[str], None]) -> None:
        self._on_digit = on_digit
        self._source: int | None = None
        self._latest = 0
        self._event = -1
        self._reach = 0
        """Where the latest key's sound ends so far, as a timestamp."""
        self._ended = True

    def feed(self, packet: _Packet) -> None:
        """One packet of that payload type; what is none is ignored."""
        if len(packet.payload) < 4 or packet.payload[0] >= len(KEYS):
            return
        event, ended = packet.payload[0], bool(packet.payload[1] & 0x80)
        duration = int.from_bytes(packet.payload[2:4], "big")
        ahead = (packet.timestamp - self._latest) & 0xFFFFFFFF
        same_source = packet.ssrc == self._source
        if same_source and ahead >= 0x80000000:
            return  # an old key's packet that took the long way
        if same_source and ahead == 0:
            self._ended = self._ended or ended
            self._reach = max(self._reach, duration)
            return
        goes_on = same_source and not self._ended and event == self._event and ahead == self._reach == 0xFFFF
        self._source, self._latest, self._event = packet.ssrc, packet.timestamp, event
        self._reach, self._ended = duration, ended
        if not goes_on:
            self._on_digit(KEYS[event])
