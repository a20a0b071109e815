"""Is there a way to the platform? Asked before every dialling, because a SIP stack that is told to dial without one
answers late (a minute of DNS, 32 s of silence) or breaks (docs/voice.md).

Nothing here blocks the event loop for longer than a system call that sends no packet.
"""

import asyncio
import contextlib
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kiosk.errors import BadInput, RetryLater

RESOLVE_S = 2.0
"""A name that is not resolved by then is taken from the last answer, or the call fails over."""
_LISTENING_S = 1.0


@dataclass(frozen=True)
class Way:
    """Where the platform is and from which of our addresses it is reached."""

    host: str
    """The platform's IP address."""
    port: int
    local: str
    """Our address on the interface that routes to it."""


def split_server(server: str, transport: str) -> tuple[str, int]:
    """``host`` or ``host:port`` (IPv6 in brackets), with the transport's default port. Raises: BadInput."""
    default = 5061 if transport == "tls" else 5060
    host, bracket, rest = server.removeprefix("[").partition("]") if server.startswith("[") else (server, "", "")
    if not bracket:
        host, _, rest = server.partition(":")
        rest = f":{rest}" if rest else ""
    port = rest.removeprefix(":")
    if not host or (port and not (port.isdigit() and 0 < int(port) < 65_536)):
        raise BadInput(f"voip.server = {server!r}: not a host or host:port; write it as sip.example.org:5060")
    return host, int(port) if port else default


class Routes:
    """Finds the way to one server. One event loop."""

    def __init__(self, server: str, transport: str) -> None:
        self.host, self.port = split_server(server, transport)
        # Four: an unanswered DNS question keeps its thread for up to 40 s, and the next dialling must not queue
        # behind it.
        self._executor = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")
        self._known: str | None = None

    async def find(self) -> Way:
        """The way, within ``RESOLVE_S``. Raises: RetryLater: no address or no route now."""
        host = await self._address()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((host, self.port))  # sends nothing: asks the kernel for the route
                return Way(host, self.port, str(probe.getsockname()[0]))
        except OSError as error:
            raise RetryLater(f"no route to the SIP server: {error.strerror}; check the network") from error

    async def _address(self) -> str:
        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address(self.host))
        loop = asyncio.get_running_loop()

        def ask() -> str:
            return str(socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)[0][4][0])

        try:
            self._known = await asyncio.wait_for(loop.run_in_executor(self._executor, ask), RESOLVE_S)
        except (OSError, TimeoutError) as error:
            # A DNS outage must not cost a call to a server whose address we had a minute ago.
            if self._known is None:
                raise RetryLater(f"the SIP server's name {self.host!r} does not resolve; check DNS") from error
        return self._known

    def close(self) -> None:
        """Forget waiting questions; their threads end by themselves."""
        self._executor.shutdown(wait=False, cancel_futures=True)


async def refused(way: Way, listening_s: float = _LISTENING_S) -> bool:
    """True when the host says at once that nothing listens on that UDP port (ICMP port unreachable).

    The stacks send from unconnected sockets and never learn of it. What is sent is the empty line pair that
    RFC 5626 §3.5.1 keeps for such use; every SIP server drops it (RFC 3261 §7.5).
    """
    family = socket.AF_INET6 if ":" in way.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect((way.host, way.port))
            probe.send(b"\r\n\r\n")
            await asyncio.wait_for(asyncio.get_running_loop().sock_recv(probe, 64), listening_s)
        except ConnectionRefusedError:
            return True
        except (OSError, TimeoutError):
            return False
    return False
