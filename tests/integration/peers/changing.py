"""A far end that changes its mind in mid-call: it holds, resumes, and offers another codec by re-INVITE (RFC 3264 §8).

SIP over UDP on the loopback, one call, answered at once; every step is told by the test. What it says is given in
packets that were encoded before.
"""

import contextlib
import itertools
import select
import socket
import struct
import threading
import time
from dataclasses import replace

from kiosk.demo.platform_sip import Message, parse, respond, stamped

PACKET_S = 0.020
STEPS = {"PCMA": (8, "PCMA/8000", 160), "G722": (9, "G722/8000", 160), "opus": (96, "opus/48000/2", 960)}
"""Name: payload type, rtpmap, timestamp step of a packet."""


class ChangingPeer:
    """Threads: its own does everything on the wire; the test's calls wait for the answer to what they sent."""

    def __init__(self, codec: str, says: list[bytes]) -> None:
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for each in (self._sip, self._rtp):
            each.bind(("127.0.0.1", 0))
        self.server = f"127.0.0.1:{self._sip.getsockname()[1]}"
        self._codec, self._says = codec, says
        self._at = 0
        self._stamp = 4_000_000_000
        self._numbers = itertools.count(65_500)
        self._speaking = False
        self._invite: Message | None = None
        self._caller: tuple[str, int] | None = None
        self._sound: tuple[str, int] | None = None
        self._cseq = itertools.count(1000)
        self._answered: dict[int, Message] = {}
        self._arrived = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._closing.set()
        self._thread.join(2)
        self._sip.close()
        self._rtp.close()

    # --- what the test does with it ---------------------------------------------------------------------------

    def offer(self, codec: str, direction: str = "sendrecv", says: list[bytes] | None = None) -> Message:
        """A re-INVITE; what is said after its answer. Returns the answer, acknowledged."""
        assert self._invite is not None
        assert self._caller is not None
        number = next(self._cseq)
        headers = [
            ("via", f"SIP/2.0/UDP {self.server};branch=z9hG4bK{number}{time.monotonic_ns()}"),
            ("max-forwards", "70"),
            ("from", self._invite.get("to") + ";tag=far"),
            ("to", self._invite.get("from")),
            ("call-id", self._invite.get("call-id")),
            ("cseq", f"{number} INVITE"),
            ("contact", f"<sip:far@{self.server}>"),
            ("content-type", "application/sdp"),
        ]
        target = self._invite.get("contact").strip("<>").partition(">")[0]
        request = Message("INVITE", target, headers=tuple(headers), body=self._sdp(codec, direction))
        self._sip.sendto(request.encode(), self._caller)
        answer = self._wait_for(number)
        ack = tuple((k, v) for k, v in headers if k != "content-type" and k != "cseq")
        ack = (*((k, answer.get("to") if k == "to" else v) for k, v in ack), ("cseq", f"{number} ACK"))
        self._sip.sendto(Message("ACK", target, headers=ack).encode(), self._caller)
        if answer.status == 200:
            with self._arrived:
                self._codec, self._at = codec, 0 if says is not None else self._at
                self._says = says if says is not None else self._says
                self._speaking = direction in ("sendrecv", "sendonly")
        return answer

    def _wait_for(self, number: int) -> Message:
        until = time.monotonic() + 10.0
        with self._arrived:
            while number not in self._answered:
                assert self._arrived.wait(until - time.monotonic()), "no answer to the re-INVITE"
            return self._answered[number]

    # --- the wire ---------------------------------------------------------------------------------------------

    def _sdp(self, codec: str, direction: str = "sendrecv") -> str:
        payload, name, _ = STEPS[codec]
        port = self._rtp.getsockname()[1]
        return (
            f"v=0\r\no=- 1 {time.monotonic_ns()} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP {payload}\r\na=rtpmap:{payload} {name}\r\na=ptime:20\r\na={direction}\r\n"
        )

    def _run(self) -> None:
        due = time.monotonic()
        while not self._closing.is_set():
            ready, _, _ = select.select([self._sip], [], [], max(0.0, due - time.monotonic()))
            if ready:
                self._take()
            if time.monotonic() >= due:
                due += PACKET_S
                self._speak()

    def _take(self) -> None:
        data, address = self._sip.recvfrom(65_536)
        if len(data) < 20:
            return
        message = parse(data)
        if message.status:
            if message.status >= 200 and message.cseq[1] == "INVITE":
                with self._arrived:
                    self._answered[message.cseq[0]] = message
                    self._arrived.notify_all()
            return
        if message.method == "ACK":
            return
        request = stamped(message, address)
        contact = ("contact", f"<sip:far@{self.server}>")
        body = ""
        if message.method == "INVITE":
            self._invite, self._caller = message, address
            lines = message.body.split("\r\n")
            port = next(line.split()[1] for line in lines if line.startswith("m=audio"))
            self._sound = ("127.0.0.1", int(port))
            self._speaking = True
            body = self._sdp(self._codec)
        if message.method == "BYE":
            self._speaking = False
        answer = respond(request, 200, contact, ("content-type", "application/sdp"), tag="far", body=body)
        if not body:
            answer = replace(answer, headers=tuple(each for each in answer.headers if each[0] != "content-type"))
        self._sip.sendto(answer.encode(), address)

    def _speak(self) -> None:
        with self._arrived:
            self._say()

    def _say(self) -> None:
        payload, _, step = STEPS[self._codec]
        if not self._speaking or self._sound is None or self._at >= len(self._says):
            return
        words = self._says[self._at]
        self._at += 1
        self._stamp += step
        header = struct.pack("!BBHII", 0x80, payload, next(self._numbers) & 0xFFFF, self._stamp & 0xFFFFFFFF, 11)
        with contextlib.suppress(OSError):
            self._rtp.sendto(header + words, self._sound)
