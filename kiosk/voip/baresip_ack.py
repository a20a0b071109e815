"""The second ACK of a call over UDP, which the native stack owes and does not send. No import of the binding.

The far end repeats its 200 until it has our ACK, and each 200 asks for one (RFC 3261 §13.2.2.4). The stack answers the
second with an empty datagram (seen with baresip-python 0.5.2a3). Where the first ACK is lost, the far end then hangs up
after 32 s on a caller who is being listened to (§13.3.1.4). So the ACK that was sent is kept and sent again, from a
socket of our own: it belongs to the call by its tags, whatever port it comes from, and asks for no response.
"""

import logging
import re
import socket
from dataclasses import dataclass

log = logging.getLogger(__name__)

_KEPT = 8
"""Calls: more than the stack holds at a time."""
_TRACED = re.compile(r"^([TR]X) UDP (\S+) -> (\S+)$")


@dataclass(frozen=True)
class _Ack:
    cseq: str
    message: bytes
    local: tuple[str, int]
    remote: tuple[str, int]


class SecondAck:
    """Fed with every traced message, in order; any one thread. Never raises."""

    def __init__(self) -> None:
        self._acks: dict[str, _Ack] = {}
        """By Call-ID: the last one of each call."""

    def feed(self, trace: str) -> None:
        """``trace`` is the stack's: a line ``TX UDP local -> remote``, then the message."""
        first, _, message = trace.replace("\r\n", "\n").partition("\n")
        traced = _TRACED.match(first.strip())
        head = message.split("\n\n", 1)[0].strip("\n")
        cseq, call_id = _field(head, "cseq").split(), _field(head, "call-id")
        if traced is None or len(cseq) != 2 or not call_id:
            return
        if traced[1] == "TX" and head.startswith("ACK "):
            ends = _address(traced[2]), _address(traced[3])
            self._acks.pop(call_id, None)
            while len(self._acks) >= _KEPT:
                del self._acks[next(iter(self._acks))]
            self._acks[call_id] = _Ack(cseq[0], (head + "\n\n").replace("\n", "\r\n").encode(), *ends)
        elif traced[1] == "RX" and head.startswith("SIP/2.0 2") and cseq[1] == "INVITE":
            ack = self._acks.get(call_id)
            if ack is not None and ack.cseq == cseq[0]:
                _send(ack)


def _send(ack: _Ack) -> None:
    family = socket.AF_INET6 if ":" in ack.remote[0] else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.bind((ack.local[0], 0))
            line.sendto(ack.message, ack.remote)
    except OSError as error:
        log.warning("an ACK could not be repeated: %s", error.strerror)


def _field(head: str, name: str) -> str:
    found = re.search(rf"^{name}[ \t]*:[ \t]*(.*)$", head, re.IGNORECASE | re.MULTILINE)
    return found[1].strip() if found else ""


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port) if port.isdigit() else 5060
