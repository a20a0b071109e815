"""A bad network on loopback: stands between a terminal and its far end, and keeps the time of each packet.

SIP passes at once and rewritten (:mod:`benchmarks.voice.sip_pass`); RTP and RTCP of both directions meet what two
:class:`Plan` s say. A packet's number is its RTP sequence number counted from ``begin``, so that the plan does not
depend on when anybody was scheduled; where a :class:`FirstWord` is given, the plan is laid on that. Packets are
stamped by the kernel when they arrive (SO_TIMESTAMPNS); the relay's own thread can be late without spoiling that
figure. It sees encrypted sound as well as plain.
"""

import contextlib
import heapq
import itertools
import random
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

from benchmarks.voice.first_word import FirstWord
from benchmarks.voice.impairments import Plan
from benchmarks.voice.sip_pass import Address, cross
from kiosk.audio.priority import ask_for_real_time

SO_TIMESTAMPNS = 35
"""Linux's, of a 64-bit system; Python has no name for it."""
HOST = "127.0.0.1"
IDLE_S = 0.2
_LOWEST, _HIGHEST = 20_000, 32_000
"""Ports for sound: under those that the kernel and the SIP stacks take for themselves."""


@dataclass(frozen=True)
class Seen:
    """One RTP packet that came to the relay. Times are ``time.monotonic()`` seconds."""

    arrived_s: float
    number: int
    """Of its stream, from 0; counts the packets that never came."""
    sequence: int
    stamp: int
    payload_type: int
    payload: bytes
    lost: bool
    left_s: float
    """When it was sent on; meaningless for a lost one."""


@dataclass
class Lane:
    """One direction: its plan, and what came."""

    plan: Plan
    first_word: FirstWord | None = None
    begin: int = 0
    """The packet with which the plan begins; those before it pass untouched. Moved once, at the first word."""
    seen: list[Seen] = field(default_factory=list)
    reports: int = 0
    """Sender's and receiver's reports that passed (RFC 3550 §6.4; of SRTCP too the type is in the clear)."""
    late_s: float = 0.0
    """The worst lateness of the relay itself, behind the plan: a network that nobody planned."""
    _first: int | None = None
    _highest: int = 0
    _last_left_s: float = 0.0

    def number_of(self, sequence: int) -> int:
        """The packet's place in its stream; sequence numbers wrap every 22 minutes (RFC 3550 §5.1)."""
        if self._first is None:
            self._first = self._highest = sequence
        ahead = (sequence - self._highest + 0x8000 & 0xFFFF) - 0x8000
        self._highest = max(self._highest, self._highest + ahead)
        return self._highest - self._first + min(ahead, 0)

    def listen(self, number: int, payload: bytes) -> None:
        """Lay the plan on the first word, when this packet has it: it is then lost for all, or for none."""
        if self.first_word is not None and self.first_word.is_in(payload):
            self.begin = number - self.first_word.number
            self.first_word = None

    def leaves_s(self, number: int, arrived_s: float) -> float:
        """When a packet is due, given when it came."""
        due = arrived_s + self.plan.delay_s(number - self.begin)
        if self.plan.keeps_order:
            due = max(due, self._last_left_s)
            self._last_left_s = due
        return due


class _Face:
    """The relay's three sockets on one side, and whom it speaks with there."""

    def __init__(self) -> None:
        self.sip = _bound(0)
        self.rtp, self.rtcp = _pair()
        self.sip_address: Address = self.sip.getsockname()
        self.rtp_port: int = self.rtp.getsockname()[1]
        self.contact: Address | None = None
        """Where requests to this side go."""
        self.media: Address | None = None
        self.back: dict[str, Address] = {}
        """Where the response to a request of this side goes, by its branch."""

    def close(self) -> None:
        for each in (self.sip, self.rtp, self.rtcp):
            each.close()


class Relay:
    """Runs from its making to :meth:`close`, in a thread of its own.

    The terminal dials ``address``; calls reach ``far_end``. ``inward`` is what happens to sound on its way to the
    terminal, ``outward`` to sound from it. Read the lanes after :meth:`close`.
    """

    def __init__(
        self,
        far_end: Address,
        inward: Plan,
        outward: Plan,
        first_words: tuple[FirstWord, FirstWord] | tuple[None, None] = (None, None),
    ) -> None:
        """``first_words``: of both ways, inward first; without, the plans begin with the first packets."""
        self.inward, self.outward = Lane(inward, first_words[0]), Lane(outward, first_words[1])
        self._near, self._far = _Face(), _Face()
        self._far.contact = far_end
        self.address = self._near.sip_address
        self._held: list[tuple[float, int, socket.socket, bytes, Address, Lane]] = []
        self._count = itertools.count()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(2)
        self._near.close()
        self._far.close()

    def _run(self) -> None:
        ask_for_real_time()  # a late relay would be a bad network that nobody planned
        sides = ((self._near, self._far, self.outward), (self._far, self._near, self.inward))
        sip = {here.sip: (here, there) for here, there, _ in sides}
        sound = {here.rtp: (there.rtp, there, lane) for here, there, lane in sides}
        reports = {here.rtcp: (there.rtcp, there, lane) for here, there, lane in sides}
        sockets = [*sip, *sound, *reports]
        while not self._closing.is_set():
            wait_s = min(IDLE_S, max(0.0, self._held[0][0] - time.monotonic())) if self._held else IDLE_S
            ready, _, _ = select.select(sockets, [], [], wait_s)
            self._let_go()
            for each in ready:
                # A party that is gone answers by ICMP; that is no reason to stop for the other.
                with contextlib.suppress(OSError, ValueError):
                    if each in sip:
                        self._pass_sip(*sip[each])
                    else:
                        self._pass_sound(each, *(sound.get(each) or reports[each]), is_rtp=each in sound)
                    self._let_go()

    def _pass_sip(self, here: _Face, there: _Face) -> None:
        data, source = here.sip.recvfrom(65_535)
        back: Address = source
        message = cross(data, there.sip_address, there.rtp_port, there.contact)
        if message.media is not None:
            here.media = message.media
        if not message.is_request:
            there.sip.sendto(message.data, there.back.get(message.branch, back))
            return
        here.back[message.branch] = back
        if message.contact is not None:
            here.contact = message.contact
        if there.contact is not None:
            there.sip.sendto(message.data, there.contact)

    def _pass_sound(self, came: socket.socket, on: socket.socket, there: _Face, lane: Lane, *, is_rtp: bool) -> None:
        data, ancillary, _, _ = came.recvmsg(2048, 128)
        arrived_s = _stamped(ancillary)
        if there.media is None:
            return
        target = there.media if is_rtp else (there.media[0], there.media[1] + 1)
        if not is_rtp or _is_report(data):
            # Reports are few and of no fixed beat: they pass, or the ends would measure another network.
            lane.reports += data[1:2] in (b"\xc8", b"\xc9")
            on.sendto(data, target)
            return
        if len(data) < 12 or data[0] >> 6 != 2:
            on.sendto(data, target)  # DTLS or STUN
            return
        _, kind, sequence, stamp = struct.unpack("!BBHI", data[:8])
        number = lane.number_of(sequence)
        payload = data[12 + 4 * (data[0] & 0x0F) :]
        lane.listen(number, payload)
        lost = lane.plan.is_lost(number - lane.begin)
        due = lane.leaves_s(number, arrived_s)
        if not lost:
            heapq.heappush(self._held, (due, next(self._count), on, data, target, lane))
        lane.seen.append(Seen(arrived_s, number, sequence, stamp, kind & 0x7F, payload, lost, due))

    def _let_go(self) -> None:
        while self._held and self._held[0][0] <= time.monotonic():
            due, _, on, data, target, lane = heapq.heappop(self._held)
            lane.late_s = max(lane.late_s, time.monotonic() - due)
            with contextlib.suppress(OSError):
                on.sendto(data, target)


def _stamped(ancillary: list[tuple[int, int, bytes]]) -> float:
    """The kernel's time of arrival, on the monotonic clock.

    The kernel stamps by the wall's clock, which may be set while we run: the difference is taken anew each time.
    """
    now, wall = time.monotonic(), time.time()
    for level, kind, value in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", value[:16])
            return float(now - (wall - seconds - nanoseconds / 1e9))
    return now


def _is_report(data: bytes) -> bool:
    """RTCP among the RTP (RFC 5761 §4)."""
    return len(data) >= 2 and 192 <= data[1] <= 223


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.bind((HOST, port))
    except OSError:
        made.close()
        raise
    return made


def _pair() -> tuple[socket.socket, socket.socket]:
    """An even port for RTP and the next for RTCP (RFC 3550 §11)."""
    for _ in range(200):
        even = random.randrange(_LOWEST, _HIGHEST, 2)
        try:
            rtp = _bound(even)
        except OSError:
            continue
        try:
            rtcp = _bound(even + 1)
        except OSError:
            rtp.close()
            continue
        rtp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        return rtp, rtcp
    raise OSError(f"no two free UDP ports in a row between {_LOWEST} and {_HIGHEST}")
