"""Counts a call's received RTP packets: loss and jitter as RFC 3550 §6.4.1 and appendix A say. Pure but for a lock."""

import threading
from typing import Protocol

_GONE_TOO_FAR = 3000
"""Sequence numbers: a jump of more is a source that began anew (RFC 3550 §A.1)."""


class _Packet(Protocol):
    @property
    def at(self) -> float: ...
    @property
    def sequence(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def ssrc(self) -> int: ...


class RtpMeter:
    """Fed from the receiving thread, read from any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ssrc: int | None = None
        self._clock_rate = 0
        self._first = self._highest = self._cycles = 0
        self._expected_before = 0
        """Expected of earlier sources (a new SSRC counts anew)."""
        self._transit: float | None = None
        self._stamp = 0
        self._jitter_s = 0.0
        self.received = 0
        self.last_at = 0.0
        """``at`` of the last packet; 0 before the first."""

    def count(self, packet: _Packet, clock_rate: int) -> None:
        """One packet of a payload whose timestamps run at ``clock_rate``."""
        sequence = packet.sequence
        with self._lock:
            ahead = (sequence - self._highest) & 0xFFFF
            if packet.ssrc != self._ssrc or _GONE_TOO_FAR < ahead < 0x10000 - _GONE_TOO_FAR:
                self._expected_before += self._expected()
                self._ssrc, self._first, self._highest, self._cycles = packet.ssrc, sequence, sequence, 0
                self._transit = None
            elif ahead < 0x8000:
                self._cycles += 0x10000 if sequence < self._highest else 0
                self._highest = sequence
            self.received += 1
            self.last_at = packet.at
            self._measure(packet, clock_rate)

    def _measure(self, packet: _Packet, clock_rate: int) -> None:
        if clock_rate != self._clock_rate:
            self._clock_rate, self._transit = clock_rate, None
        # The difference of two stamps is what counts, and that does not mind their turning over.
        step = (packet.timestamp - self._stamp + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        if self._transit is not None:
            apart = packet.at - self._transit - step / clock_rate
            self._jitter_s += (abs(apart) - self._jitter_s) / 16
        self._transit, self._stamp = packet.at, packet.timestamp

    @property
    def ssrc(self) -> int | None:
        """The source of the last packet; None before the first."""
        with self._lock:
            return self._ssrc

    @property
    def loss_pct(self) -> float | None:
        """Percent of the expected packets that never came; None before the first."""
        with self._lock:
            expected = self._expected_before + self._expected()
            return round(100.0 * max(0, expected - self.received) / expected, 2) if expected else None

    @property
    def jitter_ms(self) -> float | None:
        """Smoothed inter-arrival jitter."""
        with self._lock:
            return round(1000.0 * self._jitter_s, 2) if self.received else None

    def _expected(self) -> int:
        return self._cycles + self._highest - self._first + 1 if self._ssrc is not None else 0
