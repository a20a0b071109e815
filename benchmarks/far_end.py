"""A far end that only listens well: it answers one call after another and keeps the kernel's time of each RTP packet.

Its own thread may be late without spoiling a figure: the packets are stamped when they arrive (SO_TIMESTAMPNS).
It registers whoever asks, answers at once, and sends silence back on a 20 ms beat, so that the call stays up.
"""

import contextlib
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass

from kiosk.demo.platform_sip import Message, parse, read_offer, respond, stamped, write_answer
from kiosk.errors import BadInput

SO_TIMESTAMPNS = 35
"""Linux's, of a 64-bit system; Python has no name for it."""
FRAME_S = 0.02
SILENCE = {0: b"\xff" * 160, 8: b"\xd5" * 160}
"""A frame of silence by payload type: PCMU and PCMA (RFC 3551 §6)."""


@dataclass(frozen=True)
class Packet:
    """One RTP packet: when the kernel took it in, and what it says of itself."""

    arrived_s: float
    sequence: int
    stamp: int


class FarEnd:
    """Listens on loopback from its making to :meth:`close`, in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._sip = socket.socket(type=socket.SOCK_DGRAM)
        self._sip.bind(("127.0.0.1", port))
        self._rtp = socket.socket(type=socket.SOCK_DGRAM)
        self._rtp.bind(("127.0.0.1", 0))
        self._rtp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.port = port
        self.packets: list[Packet] = []
        """Of the present call, in order of arrival."""
        self._peer: tuple[str, int] | None = None
        self._payload = 0
        self._sent = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="far end", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(2)
        self._sip.close()
        self._rtp.close()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._closing.is_set():
            ready, _, _ = select.select([self._sip, self._rtp], [], [], max(0.0, due - time.monotonic()))
            if self._sip in ready:
                with contextlib.suppress(BadInput, OSError):
                    self._take_sip()
            if self._rtp in ready:
                self._take_rtp()
            if time.monotonic() >= due:
                due += FRAME_S
                self._send_silence()

    def _take_sip(self) -> None:
        data, address = self._sip.recvfrom(65_536)
        if len(data) < 20:
            return
        request = parse(data)
        if request.method in ("", "ACK"):
            return
        if request.method == "BYE":
            self._peer = None
        self._sip.sendto(self._answer(stamped(request, address)).encode(), address)

    def _answer(self, request: Message) -> Message:
        if request.method == "REGISTER":
            return respond(request, 200, ("contact", request.get("contact")), ("expires", "300"), tag="f")
        contact = ("contact", f"<sip:far@127.0.0.1:{self.port}>")
        offer = read_offer(request.body) if request.method == "INVITE" else None
        if offer is None:
            return respond(request, 200, contact, tag="f")
        self.packets = []
        self._payload, self._peer, self._sent = offer.payload, (offer.address, offer.port), 0
        body = write_answer(offer, "127.0.0.1", self._rtp.getsockname()[1], 1)
        return respond(request, 200, contact, tag="f", body=body)

    def _take_rtp(self) -> None:
        data, ancillary, _, _ = self._rtp.recvmsg(2048, 128)
        if len(data) < 13 or data[1] & 0x7F != self._payload:
            return
        _, _, sequence, stamp = struct.unpack("!BBHI", data[:8])
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack("qq", value[:16])
                self.packets.append(Packet(seconds + nanoseconds / 1e9, sequence, stamp))

    def _send_silence(self) -> None:
        if self._peer is None:
            return
        header = struct.pack("!BBHII", 0x80, self._payload, self._sent & 0xFFFF, self._sent * 160 & 0xFFFFFFFF, 7)
        self._sent += 1
        with contextlib.suppress(OSError):
            self._rtp.sendto(header + SILENCE[self._payload], self._peer)
