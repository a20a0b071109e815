"""The control port of Debian's baresip (its module ctrl_tcp): commands go in, events come out, JSON in netstrings."""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from tests.integration.peers.processes import PATIENCE_S


class BaresipControl:
    """One user agent's, on the loopback. ``take`` gets each event and response, in a thread of its own."""

    def __init__(self, port: int, take: Callable[[Any], None]) -> None:
        """Raises: ConnectionRefusedError when it does not listen in time."""
        self._socket = _connected(port)
        self._take = take
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, command: str, params: str = "") -> None:
        """Give it one of its commands: ``dial``, ``accept``, ``hangup`` ..."""
        text = json.dumps({"command": command, "params": params}).encode()
        self._socket.sendall(b"%d:%s," % (len(text), text))

    def close(self) -> None:
        """Leave it alone from now on."""
        self._socket.close()

    def _listen(self) -> None:
        with self._socket.makefile("rb") as stream:
            while size := _size(stream):
                self._take(json.loads(stream.read(size)))
                stream.read(1)


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _size(stream: BinaryIO) -> int:
    """The length before a netstring's colon; 0 at the stream's end."""
    digits = b""
    while (byte := stream.read(1)) not in (b":", b""):
        digits += byte
    return int(digits or 0)
