"""The BYE that a killed voice process could not send: made ready while it lives, said by core when it is gone.

Without it the helpline's listener sits in a dead call until their side times out, while the rescue rings another
desk: the helpline must never hold two answered calls of ours (DESIGN §4). Everything a BYE needs is in the ACK that
completed the call (RFC 3261 §12.2.1.1: the route set, the remote target, both tags, the Call-ID).
"""

import asyncio
import contextlib
import logging
import secrets
import socket
import ssl
from dataclasses import dataclass

log = logging.getLogger(__name__)

CSEQ_LEAP = 100
"""Above whatever the dead process sent after the ACK (PRACK, re-INVITE, UPDATE): only growth is asked for (§12.2.2)."""
TRIES_S = (0.5, 1.0, 2.0)
"""Waits for an answer over UDP, doubling as timer E does (§17.1.2.2)."""


@dataclass(frozen=True)
class Farewell:
    """A BYE but for the address it is sent from."""

    transport: str
    """udp, tcp or tls."""
    host: str
    """Where the dead process sent its requests to."""
    port: int
    target: str
    headers: tuple[str, ...]
    server_name: str = ""
    """tls: whose certificate is expected."""
    ca_file: str = ""
    """tls: PEM file that it must chain to; empty: the system's authorities."""

    @property
    def call_id(self) -> str:
        """Of the call that it ends."""
        named = (line.partition(":") for line in self.headers)
        return next((value.strip() for name, _, value in named if name.lower() == "call-id"), "")


def bye_of(farewell: Farewell, local: tuple[str, int], branch: str) -> bytes:
    """The request as it goes on the wire from ``local``. Pure."""
    host = f"[{local[0]}]" if ":" in local[0] else local[0]
    via = f"Via: SIP/2.0/{farewell.transport.upper()} {host}:{local[1]};branch=z9hG4bK{branch};rport"
    lines = (f"BYE {farewell.target} SIP/2.0", via, *farewell.headers, "Content-Length: 0", "", "")
    return "\r\n".join(lines).encode()


async def say(farewell: Farewell, within_s: float = sum(TRIES_S)) -> bool:
    """Send it, and again until it is answered; True when it was. Never raises; at most ``within_s`` seconds."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(within_s):
            if await (_say_by_datagram(farewell) if farewell.transport == "udp" else _say_by_stream(farewell)):
                return True
    log.warning("the far end of a call that was lost does not answer the hang-up")
    return False


async def _say_by_datagram(farewell: Farewell) -> bool:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET6 if ":" in farewell.host else socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        await loop.sock_connect(line, (farewell.host, farewell.port))
        request = bye_of(farewell, line.getsockname()[:2], secrets.token_hex(8))
        for wait_s in TRIES_S:
            await loop.sock_sendall(line, request)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    return (await loop.sock_recv(line, 4096)).startswith(b"SIP/2.0 ")
    return False


async def _say_by_stream(farewell: Farewell) -> bool:
    context = ssl.create_default_context(cafile=farewell.ca_file or None) if farewell.transport == "tls" else None
    reader, writer = await asyncio.open_connection(
        farewell.host, farewell.port, ssl=context, server_hostname=farewell.server_name if context else None
    )
    try:
        writer.write(bye_of(farewell, writer.get_extra_info("sockname")[:2], secrets.token_hex(8)))
        return (await reader.read(4096)).startswith(b"SIP/2.0 ")
    finally:
        writer.close()
