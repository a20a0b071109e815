"""The wire to one platform: a UDP socket, or a TCP or TLS connection that is opened again when it broke.

What arrives is cut into messages and handed on; what cannot be delivered is told at once, also over UDP, where the
kernel's error queue says which datagram nobody took. On one event loop; nothing here blocks.
"""

import asyncio
import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Coroutine
from typing import Protocol

from kiosk.errors import NeedsTechnician, RetryLater
from kiosk.voip.probing import PONG
from kiosk.voip.proxy.legs import Address
from kiosk.voip.proxy.message import NotSip, Stream
from kiosk.voip.targets import Target

log = logging.getLogger(__name__)

CONNECT_S = 2.0
"""For TCP and TLS together: longer, and the mobile line would be dialled anyway."""
_UNACKNOWLEDGED_MS = 4_000
"""Bytes that the platform's host did not acknowledge for this long break the connection."""
_LARGEST_DATAGRAM = 65_535
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_BRANCH = re.compile(rb"\r\nVia:[^\r\n]*;branch=([^;\s]+)")


class Listener(Protocol):
    """Who is told. All calls come from the event loop."""

    def on_bytes(self, raw: bytes, source: Address) -> None:
        """One message, or the answer to a ping (RFC 5626 §3.5.1)."""

    def on_refused(self, branch: str, method: str) -> None:
        """Nobody listens where that request of ours went."""

    def on_broken(self, reason: str) -> None:
        """The connection is gone, with everything that was on it."""


class Upstream:
    """See the module. ``transport``: udp, tcp or tls."""

    def __init__(self, transport: str, listener: Listener, ca_file: str = "") -> None:
        """Raises: NeedsTechnician for an unusable ``ca_file``."""
        self._transport, self._listener = transport, listener
        self._tls: ssl.SSLContext | None = None
        if transport == "tls":
            try:
                self._tls = ssl.create_default_context(cafile=ca_file or None)
            except (OSError, ssl.SSLError) as error:
                raise NeedsTechnician(f"voip.ca_file = {ca_file!r}: {error}; give a PEM file") from error
        self._target: Target | None = None
        self._local: Address = ("", 0)
        self._socket: socket.socket | None = None
        self._streams: dict[Address, asyncio.StreamWriter] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        return self._socket is not None or bool(
            self._target and (self._target.host, self._target.port) in self._streams
        )

    @property
    def local(self) -> Address:
        """Our address on the wire; of the last connection while there is none."""
        return self._local

    @property
    def target(self) -> Target | None:
        """Where the wire leads."""
        return self._target

    async def open(self, target: Target, local: str) -> None:
        """Have a wire to ``target`` from the address ``local``; an open one to there stays. Raises: RetryLater."""
        if self.is_open and target == self._target and (not local or local == self._local[0]):
            return
        self.shut()
        self._target = target
        if self._transport == "udp":
            self._bind(local)
        else:
            await self._connect(target, local)

    def send(self, data: bytes, hop: Address | None = None) -> bool:
        """Put one message on the wire, to the platform's server or to ``hop``. False: there is no wire."""
        target = (self._target.host, self._target.port) if self._target else None
        if target is None:
            return False
        if self._socket is not None:
            try:
                self._socket.sendto(data, hop or target)
            except OSError:
                self._read_errors()
                with contextlib.suppress(OSError):  # the error was that of an earlier datagram
                    self._socket.sendto(data, hop or target)
            return True
        writer = self._streams.get(hop or target)
        if writer is None and hop is not None and self._transport == "tcp" and hop != target:
            self._spawn(self._connect_and_send(Target(*hop, self._transport, hop[0]), data))
            return True
        writer = writer or self._streams.get(target)
        if writer is None or writer.is_closing():
            return False
        writer.write(data)
        return True

    def shut(self) -> None:
        """Let go of every wire, without a word to the listener."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        for task in self._tasks:
            task.cancel()
        for writer in self._streams.values():
            writer.close()
        self._streams.clear()

    # --- UDP ------------------------------------------------------------------------------------------------

    def _bind(self, local: str) -> None:
        family = socket.AF_INET6 if ":" in local else socket.AF_INET
        line = socket.socket(family, socket.SOCK_DGRAM)
        try:
            line.setblocking(False)
            level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if ":" in local else (socket.IPPROTO_IP, _IP_RECVERR)
            line.setsockopt(level, option, 1)
            line.bind((local, 0))
        except OSError as error:
            line.close()
            raise RetryLater(f"no socket on {local}: {error.strerror}; check the network") from error
        self._socket, self._local = line, line.getsockname()[:2]
        asyncio.get_running_loop().add_reader(line, self._readable, line)

    def _readable(self, line: socket.socket) -> None:
        self._read_errors()
        while line is self._socket:
            try:
                raw, source = line.recvfrom(_LARGEST_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                self._read_errors()
                return
            self._listener.on_bytes(raw, source[:2])

    def _read_errors(self) -> None:
        """The kernel gives the refused datagrams back, as far as the ICMP message quoted them."""
        line = self._socket
        while line is not None and line is self._socket:
            try:
                raw, _, _, _ = line.recvmsg(_LARGEST_DATAGRAM, 512, socket.MSG_ERRQUEUE)
            except OSError:
                return
            found = _BRANCH.search(raw)
            if found is not None and not raw.startswith(b"SIP/2.0"):
                self._listener.on_refused(
                    found[1].decode("ascii", "replace"), raw.split(b" ", 1)[0].decode("ascii", "replace")
                )

    # --- TCP and TLS ----------------------------------------------------------------------------------------

    async def _connect(self, target: Target, local: str = "") -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(
                    target.host,
                    target.port,
                    ssl=self._tls,
                    local_addr=(local, 0) if local else None,
                    server_hostname=target.server_name if self._tls else None,
                )
        except TimeoutError as error:
            raise RetryLater(f"no connection to the SIP server within {CONNECT_S:g} s") from error
        except ssl.SSLCertVerificationError as error:
            raise RetryLater(f"the SIP server's certificate is refused: {error.verify_message}; "
                             "check voip.ca_file, voip.server and the clock") from error  # fmt: skip
        except OSError as error:
            raise RetryLater(f"no connection to the SIP server: {error.strerror or error}") from error
        line = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        address = target.host, target.port
        if target == self._target:
            self._local = writer.get_extra_info("sockname")[:2]
        self._streams[address] = writer
        self._spawn(self._read(reader, writer, address))

    async def _connect_and_send(self, target: Target, data: bytes) -> None:
        """A far end that wants its requests straight, without the server."""
        try:
            await self._connect(target)
        except RetryLater as error:
            log.warning("a request in a call is sent to the server, not to the far end: %s", error)
        writer = self._streams.get((target.host, target.port))
        if writer is not None:
            writer.write(data)
        elif self._target is not None:
            self.send(data)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address) -> None:
        cut, reason = Stream(), "closed by the platform"
        try:
            while data := await reader.read(_LARGEST_DATAGRAM):
                before, messages = cut.keep_alives, cut.feed(data)
                if cut.keep_alives > before:
                    self._listener.on_bytes(PONG, address)
                for raw in messages:
                    self._listener.on_bytes(raw, address)
        except NotSip as error:
            reason = f"it sent what is not SIP: {error}"
        except OSError as error:
            reason = error.strerror or type(error).__name__
        writer.close()
        if self._streams.get(address) is writer:
            del self._streams[address]
            if self._target is not None and address == (self._target.host, self._target.port):
                self._listener.on_broken(reason)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
