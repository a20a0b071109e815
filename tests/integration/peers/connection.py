"""A real connection under the machines of the way to the platform: UDP, TCP or TLS, whole messages in and out."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import cast

from kiosk.voip.probing import PONG

LENGTH = re.compile(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(\d+)", re.IGNORECASE)


class Connection:
    """A Sender. ``on_message`` gets what comes; ``on_lost`` is called once when a stream ends."""

    def __init__(self, transport: str, user: str, on_message: Callable[[bytes], None]) -> None:
        self._transport = transport
        self._user = user
        self._on_message = on_message
        self._udp: asyncio.DatagramTransport | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self.local = ("", 0)
        self.log: list[tuple[str, bytes]] = []
        """All that was sent (">") and came ("<")."""

    async def open(
        self,
        host: str,
        port: int,
        on_lost: Callable[[str], None] = lambda reason: None,
        *,
        authority: Path | None = None,
        name: str = "",
    ) -> None:
        """Connect. Raises: OSError (ssl.SSLError when the certificate is not right for ``name``)."""
        loop = asyncio.get_running_loop()
        if self._transport == "udp":
            made, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self._came), remote_addr=(host, port))
            self._udp = made
            self.local = made.get_extra_info("sockname")[:2]
            return
        context = ssl.create_default_context(cafile=authority) if self._transport == "tls" else None
        reader, self._writer = await asyncio.open_connection(
            host, port, ssl=context, server_hostname=name if context else None
        )
        self.local = self._writer.get_extra_info("sockname")[:2]
        self._reading = asyncio.create_task(self._read(reader, on_lost))

    @property
    def via(self) -> str:
        return f"SIP/2.0/{self._transport.upper()} {self.local[0]}:{self.local[1]}"

    @property
    def contact(self) -> str:
        return f"sip:{self._user}@{self.local[0]}:{self.local[1]};transport={self._transport}"

    @property
    def is_reliable(self) -> bool:
        return self._transport != "udp"

    def send(self, message: bytes) -> None:
        self.log.append((">", message))
        if self._udp is not None:
            self._udp.sendto(message)
        elif self._writer is not None and not self._writer.is_closing():
            self._writer.write(message)

    async def close(self) -> None:
        if self._udp is not None:
            self._udp.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    def _came(self, message: bytes) -> None:
        self.log.append(("<", message))
        self._on_message(message)

    async def _read(self, reader: asyncio.StreamReader, on_lost: Callable[[str], None]) -> None:
        held = b""
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                held += data
                while held:
                    if held.startswith(PONG):
                        self._came(PONG)
                        held = held[2:]
                        continue
                    head, end, _ = held.partition(b"\r\n\r\n")
                    found = LENGTH.search(head)
                    whole = len(head) + 4 + (int(found[1]) if found else 0)
                    if not end or len(held) < whole:
                        break
                    self._came(held[:whole])
                    held = held[whole:]
        on_lost("the platform closed the connection")


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, came: Callable[[bytes], None]) -> None:
        self._datagram_came = came

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._datagram_came(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
