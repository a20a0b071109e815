"""The jitter buffer: which packet is to be heard next, and how long after its arrival. Pure; time is passed in.

Positions are counted in samples at 16 kHz on the source's own clock. A packet is *late* by what it took longer than
the quickest of the last seconds; it is *wanted* when everything before it was handed out. The buffer aims to be
asked for a packet just so long after its earliest possible arrival as nearly all packets are late, and not more.
"""

from collections import deque
from dataclasses import dataclass

from kiosk.audio.arrivals import Arrivals
from kiosk.audio.frames import FRAME, RATE, samples
from kiosk.voip.rtp import CN, Format, RtpPacket

STEP = samples(0.010)
"""An empty buffer is bridged in steps of this."""
LONGEST_PACKET = samples(0.120)
MOST_KEPT = 256
"""Packets; older ones give way."""
GIVEN_UP = samples(0.5)
"""A source that sent nothing for this long begins anew when it comes back."""
CUT_ABOVE = samples(0.220)
"""More delay than wanted by this is not stretched away but cut out."""
_JUMP_S = 1.0
"""A packet so much earlier or later than those before it belongs to another time line."""
_SEQUENCE_JUMP = 3000
_BANNED_S = 0.5
"""A source that another took over from is heard again only when that one has been silent for this long."""
_WAITS = 16
"""Packets over which the margin is judged."""


@dataclass(frozen=True, slots=True)
class Play:
    """Decode this. ``joined``: it follows what was handed out last without a seam."""

    packet: RtpPacket
    format: Format
    joined: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """``count`` samples never came; ``following`` is the packet right after them, when it is here."""

    count: int
    following: bytes | None


@dataclass(frozen=True, slots=True)
class Pause:
    """The far end sends nothing on purpose: ``count`` samples of its background."""

    count: int


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing is here: bridge ``count`` samples without moving on. ``heard``: something was played before."""

    count: int
    heard: bool


Step = Play | Lost | Pause | Empty


@dataclass(slots=True)
class _Entry:
    packet: RtpPacket
    format: Format
    position: int


class JitterBuffer:
    """One thread. ``put`` what came, then ask ``next`` as often as sound is needed; after each :class:`Play` say
    :meth:`advance`, and after sound was left out or added :meth:`stretched`.
    """

    def __init__(self) -> None:
        self._arrivals = Arrivals()
        self._entries: dict[int, _Entry] = {}
        self._ssrc: int | None = None
        self._rival: RtpPacket | None = None
        self._banned: deque[int] = deque(maxlen=4)
        self._clock_rate = 0
        self._stamp = self._stamps = self._newest = 0
        """Of the newest packet: its timestamp; the same unrolled; its sequence number unrolled."""
        self._last_at = 0.0
        self._wanted = self._position = 0
        self._duration = FRAME
        """Of the last packet."""
        self._bridged = 0
        """Samples made up while the buffer was empty, which the next gap is shortened by."""
        self._starting = True
        self._pausing = False
        self._heard = False
        self._joined = False
        self._waits: deque[float] = deque(maxlen=_WAITS)
        self.late = 0
        """Packets that came after their time was over."""
        self.mistaken = 0
        """Holes that were bridged, and turned out to be pauses of the far end's."""
        self.noise_level: int | None = None
        """What the far end said of its background, in -dB of overload (RFC 3389 §3)."""

    # --- in ---------------------------------------------------------------------------------------------------

    def put(self, packet: RtpPacket, kind: Format) -> None:
        """A packet of sound, or of comfort noise, that came in whatever order. Never raises."""
        if not self._is_of_our_source(packet):
            return
        if kind.clock_rate != self._clock_rate:
            self._begin(packet, kind)
        ahead = _signed(packet.sequence - self._newest, 16)
        step = _signed(packet.timestamp - self._stamp, 32)
        sequence, stamps = self._newest + ahead, self._stamps + step
        position = stamps * RATE // self._clock_rate
        transit = packet.at - position / RATE
        if (
            abs(ahead) > _SEQUENCE_JUMP
            or self._arrivals.lateness(transit) > _JUMP_S
            or (self._arrivals.lateness(transit) < -_JUMP_S)
        ):
            self._begin(packet, kind)
            sequence, position, transit = self._newest, 0, packet.at
        elif ahead > 0:
            self._newest, self._stamps, self._stamp = sequence, stamps, packet.timestamp
        self._last_at = packet.at
        is_late = not self._starting and sequence < self._wanted
        self._arrivals.add(packet.at, transit, was_late=is_late or self._bridged > 0)
        if is_late:
            self.late += 1
            return
        self._entries.setdefault(sequence, _Entry(packet, kind, position))
        if len(self._entries) > MOST_KEPT:
            del self._entries[min(self._entries)]

    def _is_of_our_source(self, packet: RtpPacket) -> bool:
        """Another source takes over with its second packet in a row (RFC 3550 §A.1)."""
        if packet.ssrc == self._ssrc or self._ssrc is None:
            return True
        if packet.ssrc in self._banned and packet.at - self._last_at < _BANNED_S:
            return False
        rival, self._rival = self._rival, packet
        if rival is None or rival.ssrc != packet.ssrc or (packet.sequence - rival.sequence) & 0xFFFF != 1:
            return False
        self._banned.append(self._ssrc)
        self._clock_rate = 0  # begins anew, whatever its format
        return True

    def _begin(self, packet: RtpPacket, kind: Format) -> None:
        self._ssrc, self._rival, self._clock_rate = packet.ssrc, None, kind.clock_rate
        self._newest, self._stamp, self._stamps = packet.sequence, packet.timestamp, 0
        self._entries.clear()
        self._arrivals.restart()
        self._starting = True
        self._pausing, self._bridged = False, 0
        self._waits.clear()

    # --- out --------------------------------------------------------------------------------------------------

    def next(self, now: float) -> Step:
        """What is to be heard next."""
        while True:
            if self._starting and not self._start(now):
                return self._pause_or_empty()
            entry = self._entries.get(self._wanted)
            if entry is None:
                missing = self._missing()
                if missing is not None:
                    return missing
                if not self._starting:
                    continue
                return self._pause_or_empty()
            if self._bridged and entry.position > self._position:
                self._skip(entry.position)
                self.mistaken += 1
            gap = entry.position - self._position
            if gap > 0:
                return self._pause(gap, now)
            del self._entries[self._wanted]
            self._wanted += 1
            if gap < 0:
                self._position, self._joined = entry.position, False
            if entry.format.name == CN.name:
                self.noise_level = entry.packet.payload[0] & 0x7F
                self._pausing = True
                continue
            self._waits.append(self._wait(now))
            self._bridged, self._pausing, self._heard = 0, False, True
            joined, self._joined = self._joined, True
            return Play(entry.packet, entry.format, joined)

    def advance(self, count: int, *, pausing: bool = False) -> None:
        """What :class:`Play` named made ``count`` samples; ``pausing``: nothing is to be sent after it for a while."""
        self._position += count
        self._duration = min(LONGEST_PACKET, count) or self._duration
        self._pausing = pausing

    def surplus(self) -> int:
        """Samples of delay above what is wanted (below: negative), by the tightest of the last packets; 0 if unsure."""
        if len(self._waits) < _WAITS or self._starting:
            return 0
        return samples(min(self._waits) - self.wanted_s)

    def stretched(self, count: int) -> None:
        """``count`` samples were added to what was handed out (negative: left out)."""
        self._waits = deque((wait + count / RATE for wait in self._waits), maxlen=_WAITS)

    @property
    def wanted_s(self) -> float:
        """Seconds that a packet is to wait, from its earliest possible arrival on.

        One packet more than what lateness asks for: so that a lost one's successor is here when it is missed.
        """
        return self._arrivals.spread_s + min(self._duration, FRAME) / RATE

    @property
    def held(self) -> int:
        """Packets that wait."""
        return len(self._entries)

    def _wait(self, now: float) -> float:
        return self._arrivals.since_earliest(now, self._position / RATE)

    def _start(self, now: float) -> bool:
        """Begin with the first packet that is here, as soon as it has waited long enough."""
        if not self._entries:
            return False
        first = min(self._entries)
        self._position = self._entries[first].position
        if self._wait(now) < self.wanted_s:
            return False
        while len(self._entries) > 1 and self._wait(now) > self.wanted_s + LONGEST_PACKET / RATE:
            del self._entries[first]  # it waited for nobody
            first = min(self._entries)
            self._position = self._entries[first].position
        self._wanted, self._starting, self._joined, self._bridged = first, False, False, 0
        return True

    def _pause_or_empty(self) -> Step:
        return Pause(STEP) if self._pausing else Empty(STEP, self._heard)

    def _missing(self) -> Step | None:
        """The wanted packet is not here. None: look again."""
        if not self._entries:
            self._bridged += STEP
            self._waits.clear()
            if self._pausing or self._bridged > GIVEN_UP:
                self._starting = True
            return self._pause_or_empty()
        later = min(self._entries)
        entry = self._entries[later]
        if self._pausing:
            self._starting = True
            return None
        self._skip(entry.position)
        gap = entry.position - self._position
        if gap <= 0 or gap > (later - self._wanted) * LONGEST_PACKET:
            self._wanted = later
            self._joined = False
            return None
        count = min(gap, self._duration)
        self._position += count
        self._wanted = later if count == gap else min(later, self._wanted + 1)
        return Lost(count, entry.packet.payload if count == gap else None)

    def _skip(self, until: int) -> None:
        """What was bridged stands for as much of what is missing before ``until``."""
        skipped = min(self._bridged, max(0, until - self._position))
        self._bridged -= skipped
        self._position += skipped
        self._joined = self._joined and not skipped

    def _pause(self, gap: int, now: float) -> Step:
        """A hole in the timestamps alone: the place where the delay is set right without being heard."""
        surplus = samples(self._wait(now) - self.wanted_s)
        self._joined = False
        if surplus < -STEP:
            return Pause(STEP)
        skipped = min(gap, max(0, surplus))
        count = min(FRAME, gap - skipped)
        self._position += skipped + count
        return Pause(count) if count else Pause(0)


def _signed(difference: int, bits: int) -> int:
    half = 1 << (bits - 1)
    return ((difference + half) & ((1 << bits) - 1)) - half
