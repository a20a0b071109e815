"""The BYE that a killed voice process could not send: made ready while it lives, said by core when it is gone.

Without it the helpline's listener sits in a dead call until their side times out, while the rescue rings another
desk: the helpline must never hold two answered calls of ours (DESIGN §4). Everything a BYE needs is in the ACK that
completed the call (RFC 3261 §12.2.1.1: the route set, the remote target, both tags, the Call-ID).
"""

import asyncio
import contextlib
import logging
import re
import secrets
import socket
from dataclasses import dataclass

log = logging.getLogger(__name__)

CSEQ_LEAP = 100
"""Above whatever the dead process sent after the ACK (PRACK, re-INVITE, UPDATE): only growth is asked for (§12.2.2)."""
TRIES_S = (0.5, 1.0, 2.0)
"""Waits for an answer over UDP, doubling as timer E does (§17.1.2.2)."""

_SENT = re.compile(r"^TX (UDP|TCP) (\S+) -> (\S+)$")
_COPIED = ("route", "max-forwards", "to", "from", "call-id")


@dataclass(frozen=True)
class Farewell:
    """A BYE but for the address it is sent from."""

    transport: str
    """udp or tcp. Over TLS nothing is made ready: the listener's side has to time out (docs/voice.md)."""
    host: str
    """Where the dead process sent its requests to."""
    port: int
    target: str
    headers: tuple[str, ...]

    def is_of(self, call_id: str | None) -> bool:
        """True when it ends the call with that Call-ID."""
        named = (line.partition(":") for line in self.headers)
        return any(name.strip().lower() == "call-id" and value.strip() == call_id for name, _, value in named)


def farewell_of(trace: str) -> Farewell | None:
    """The farewell made of one traced message, if that is an ACK of ours that completed a call. Pure.

    ``trace`` is the stack's: a line ``TX UDP local -> remote``, then the message.
    """
    first, _, message = trace.replace("\r\n", "\n").partition("\n")
    sent = _SENT.match(first.strip())
    start, *rest = message.split("\n")
    if sent is None or not start.startswith("ACK "):
        return None
    fields = [line for line in rest[: rest.index("") if "" in rest else len(rest)] if ":" in line]
    named = [(line.partition(":")[0].strip().lower(), line) for line in fields]
    headers = tuple(line for name, line in named if name in _COPIED)
    cseq = next((line.partition(":")[2].split() for name, line in named if name == "cseq"), [])
    target = start.split()[1]
    host, _, port = sent[3].rpartition(":")
    if not (
        cseq and cseq[0].isdigit() and port.isdigit() and any(name == "to" and ";tag=" in line for name, line in named)
    ):
        return None
    bye = f"CSeq: {int(cseq[0]) + CSEQ_LEAP} BYE"
    return Farewell(sent[1].lower(), host.strip("[]"), int(port), target, (*headers, bye))


def bye_of(farewell: Farewell, local: tuple[str, int], branch: str) -> bytes:
    """The request as it goes on the wire from ``local``. Pure."""
    host = f"[{local[0]}]" if ":" in local[0] else local[0]
    via = f"Via: SIP/2.0/{farewell.transport.upper()} {host}:{local[1]};branch=z9hG4bK{branch};rport"
    lines = (f"BYE {farewell.target} SIP/2.0", via, *farewell.headers, "Content-Length: 0", "", "")
    return "\r\n".join(lines).encode()


async def say(farewell: Farewell) -> bool:
    """Send it, and again until it is answered; True when it was. Never raises; at most 3.5 s."""
    kind = socket.SOCK_DGRAM if farewell.transport == "udp" else socket.SOCK_STREAM
    family = socket.AF_INET6 if ":" in farewell.host else socket.AF_INET
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError, TimeoutError), socket.socket(family, kind) as line:
        line.setblocking(False)
        async with asyncio.timeout(sum(TRIES_S)):
            await loop.sock_connect(line, (farewell.host, farewell.port))
            request = bye_of(farewell, line.getsockname()[:2], secrets.token_hex(8))
            for wait_s in TRIES_S if farewell.transport == "udp" else (sum(TRIES_S),):
                await loop.sock_sendall(line, request)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        return (await loop.sock_recv(line, 4096)).startswith(b"SIP/2.0 ")
    log.warning("the far end of a call whose voice process died does not answer the hang-up")
    return False
