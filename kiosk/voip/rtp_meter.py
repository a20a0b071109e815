"""Counts a call's received RTP packets: loss and jitter as RFC 3550 §6.4.1 and appendix A say. Pure but for a lock."""

import struct
import threading


class RtpMeter:
    """Fed from the receiving thread, read from any."""

    def __init__(self, clock_rate: int = 8000) -> None:
        self._clock_rate = clock_rate
        self._lock = threading.Lock()
        self._ssrc: int | None = None
        self._first = self._highest = self._cycles = 0
        self._expected_before = 0
        """Expected of earlier sources (a new SSRC counts anew)."""
        self._transit: float | None = None
        self._jitter = 0.0
        self.received = 0
        self.last_at = 0.0
        """``now`` of the last packet."""

    def feed(self, packet: bytes, now: float) -> None:
        """One datagram that came at ``now`` (monotonic seconds). Anything but RTP is ignored."""
        if len(packet) < 12 or packet[0] >> 6 != 2:
            return
        sequence, stamp, ssrc = struct.unpack("!xxHII", packet[:12])
        with self._lock:
            if ssrc != self._ssrc:
                self._expected_before += self._expected()
                self._ssrc, self._first, self._highest, self._cycles = ssrc, sequence, sequence, 0
                self._transit = None
            elif (sequence - self._highest) & 0xFFFF < 0x8000:
                self._cycles += 0x10000 if sequence < self._highest else 0
                self._highest = sequence
            self.received += 1
            self.last_at = now
            transit = now * self._clock_rate - stamp
            if self._transit is not None:
                self._jitter += (abs(transit - self._transit) - self._jitter) / 16
            self._transit = transit

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
            return round(1000.0 * self._jitter / self._clock_rate, 2) if self.received else None

    def _expected(self) -> int:
        return self._cycles + self._highest - self._first + 1 if self._ssrc is not None else 0
