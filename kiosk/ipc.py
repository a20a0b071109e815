"""JSON lines over the switchboard's Unix socket: the server for core, the blocking client for all others.

docs/ipc.md is the contract. A line of garbage gets an ``error`` line back and costs nobody else anything; a client
that does not read is dropped, so that core never waits for one.
"""

import asyncio
import contextlib
import json
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from kiosk.errors import BadInput, KioskError, NeedsTechnician, RetryLater

log = logging.getLogger(__name__)

LINE_LIMIT = 1 << 20
"""Bytes in one line at most, both ways: a batch of 500 sealed records fits."""
UNREAD_LIMIT = 4 << 20
"""Bytes a client may leave unread before it is dropped."""

HALF_CLOSED_S = 5.0
"""How long a client that closed its sending half may wait for its answers."""

_KINDS: dict[str, type[KioskError]] = {
    "bad_input": BadInput,
    "retry_later": RetryLater,
    "needs_technician": NeedsTechnician,
}


def encode(message: Mapping[str, Any]) -> bytes:
    """One line. Raises: BadInput when the message does not fit in one."""
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    if len(line) > LINE_LIMIT:
        raise BadInput(f"message {message.get('type')!r} of {len(line)} bytes: the limit is {LINE_LIMIT}; send less")
    return line


def decode(line: bytes) -> dict[str, Any]:
    """The message of one line. Raises: BadInput when it is not a JSON object with a ``type``."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput("not JSON; send one JSON object a line (docs/ipc.md)") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise BadInput('not a JSON object with a "type"; see docs/ipc.md')
    return message


Handler = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""Answers ``(method, params)``; raises a KioskError to refuse."""


class Server:
    """Core's side. All methods on core's event loop."""

    def __init__(self, path: Path, handler: Handler, greeting: Callable[[str], list[Mapping[str, Any]]]) -> None:
        """``greeting(role)`` gives the messages that a client of that role gets as soon as it says hello."""
        self._path = path
        self._handler = handler
        self._greeting = greeting
        self._server: asyncio.Server | None = None
        self._roles: dict[asyncio.StreamWriter, str] = {}
        self._requests: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises: NeedsTechnician when another core listens there or the folder cannot be written."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            if _answers(self._path):
                raise NeedsTechnician(f"{self._path}: another switchboard answers there; stop it first")
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LINE_LIMIT)
            self._path.chmod(0o660)
        except OSError as error:
            raise NeedsTechnician(
                f"{self._path}: cannot listen: {error.strerror}; make the folder writable or set terminal.runtime_dir"
            ) from error

    async def close(self) -> None:
        """Stop listening and drop all clients."""
        for task in list(self._requests):
            task.cancel()
        for writer in list(self._roles):
            writer.close()
        if self._server is not None:
            self._server.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), 1)
        self._path.unlink(missing_ok=True)

    def push(self, role: str, message: Mapping[str, Any]) -> None:
        """Send ``message`` to every client of ``role``; returns at once."""
        line = encode(message)
        for writer, its_role in list(self._roles.items()):
            if its_role == role:
                self._send(writer, line)

    def _send(self, writer: asyncio.StreamWriter, line: bytes) -> None:
        if writer.is_closing():
            return
        if writer.transport.get_write_buffer_size() > UNREAD_LIMIT:
            log.warning("client %r does not read what it is sent: dropped", self._roles.get(writer, ""))
            writer.transport.abort()
            return
        writer.write(line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._roles[writer] = ""
        own: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    line = await reader.readuntil(b"\n")
                except asyncio.LimitOverrunError:
                    self._send(writer, _error(f"line longer than {LINE_LIMIT} bytes; send less in one message"))
                    break
                own = {task for task in own if not task.done()} | self._one_line(line, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            # A client may close its half and still read: what it asked for is answered.
            if own:
                await asyncio.wait(own, timeout=HALF_CLOSED_S)
        except asyncio.CancelledError:
            # The server is closing; a task of the stream protocol must not end as cancelled.
            pass
        finally:
            self._roles.pop(writer, None)
            writer.close()

    def _one_line(self, line: bytes, writer: asyncio.StreamWriter) -> set[asyncio.Task[None]]:
        """Heed one line; the request that it began, if it did."""
        try:
            message = decode(line)
            match message:
                case {"type": "hello", "role": str(role)}:
                    self._roles[writer] = role
                    for each in self._greeting(role):
                        self._send(writer, encode(each))
                case {"type": "request", "id": int(number), "method": str(method)}:
                    params = message.get("params", {})
                    if not isinstance(params, dict):
                        raise BadInput("params: not an object; send {} when there are none")
                    task = asyncio.create_task(self._answer(number, method, params, writer))
                    self._requests.add(task)
                    task.add_done_callback(self._requests.discard)
                    return {task}
                case _:
                    raise BadInput(f"message {message['type']!r}: unknown or incomplete; see docs/ipc.md")
        except BadInput as error:
            log.warning("socket: %s", error)
            self._send(writer, _error(str(error)))
        return set()

    async def _answer(self, number: int, method: str, params: Mapping[str, Any], writer: asyncio.StreamWriter) -> None:
        try:
            reply: dict[str, Any] = {"result": await self._handler(method, params)}
        except KioskError as error:
            kind = next((name for name, each in _KINDS.items() if isinstance(error, each)), "retry_later")
            reply = {"error": {"kind": kind, "message": str(error)}}
        except Exception:
            log.exception("request %s failed", method)
            reply = {"error": {"kind": "needs_technician", "message": f"{method}: failed inside; see core's log"}}
        self._send(writer, encode({"type": "reply", "id": number, **reply}))


def _error(message: str) -> bytes:
    return encode({"type": "error", "message": message})


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


class SwitchboardClient(Protocol):
    """What screen, courier and command line need of the socket; a fake stands in for it in tests."""

    def request(self, method: str, params: Mapping[str, Any], timeout_s: float) -> Any: ...

    def next_push(self, timeout_s: float) -> dict[str, Any] | None: ...


class Client:
    """The other processes' side: blocking, for one thread at a time; connects when first used."""

    def __init__(self, path: Path, role: str) -> None:
        self._path = path
        self._role = role
        self._socket: socket.socket | None = None
        self._unread = bytearray()
        self._pushes: list[dict[str, Any]] = []
        self._last_id = 0

    def request(self, method: str, params: Mapping[str, Any], timeout_s: float = 5.0) -> Any:
        """The result of ``method``.

        Raises: RetryLater when core is away or does not answer in time; BadInput or NeedsTechnician as core says.
        """
        self._last_id += 1
        number = self._last_id
        self._connected().settimeout(timeout_s)
        line = encode({"type": "request", "id": number, "method": method, "params": dict(params)})
        try:
            self._connected().sendall(line)
        except OSError as error:
            self.close()
            raise RetryLater(f"{self._path}: the switchboard went away: {error}; it comes back by itself") from error
        until = time.monotonic() + timeout_s
        while (message := self._next_line(max(0.001, until - time.monotonic()))) is not None:
            if message["type"] != "reply":
                self._pushes.append(message)
            elif message.get("id") == number:
                if "error" in message:
                    error_kind = _KINDS.get(message["error"].get("kind"), RetryLater)
                    raise error_kind(message["error"].get("message", "refused"))
                return message.get("result")
        self.close()
        raise RetryLater(f"{method}: no answer from the switchboard within {timeout_s:g} s")

    def next_push(self, timeout_s: float) -> dict[str, Any] | None:
        """The next message that core sends by itself, or None after ``timeout_s``. Raises: RetryLater: core away."""
        if self._pushes:
            return self._pushes.pop(0)
        message = self._next_line(timeout_s)
        return None if message is None or message["type"] == "reply" else message

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._unread.clear()
        self._pushes.clear()

    def _connected(self) -> socket.socket:
        if self._socket is None:
            fresh = socket.socket(socket.AF_UNIX)
            try:
                fresh.settimeout(2.0)
                fresh.connect(str(self._path))
                fresh.sendall(encode({"type": "hello", "role": self._role}))
            except OSError as error:
                fresh.close()
                raise RetryLater(
                    f"{self._path}: no switchboard answers ({error.strerror}); start it with: kiosk run core"
                ) from error
            self._socket = fresh
        return self._socket

    def _next_line(self, timeout_s: float) -> dict[str, Any] | None:
        connection = self._connected()
        # 0 would mean non-blocking, and an empty socket an error.
        connection.settimeout(max(timeout_s, 0.001))
        while b"\n" not in self._unread:
            try:
                chunk = connection.recv(1 << 16)
            except TimeoutError:
                return None
            except OSError as error:
                self.close()
                raise RetryLater(f"{self._path}: the switchboard went away: {error}") from error
            if not chunk:
                self.close()
                raise RetryLater(f"{self._path}: the switchboard went away; it comes back by itself")
            self._unread += chunk
        line, _, rest = bytes(self._unread).partition(b"\n")
        self._unread = bytearray(rest)
        return decode(line)
