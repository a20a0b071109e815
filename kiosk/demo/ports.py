"""Free ports of loopback, for programs that want a number before they take it."""

import random
import socket

PORTS = range(61_000, 65_500)
"""Above those that the kernel gives to whoever asks for any, and that the engines take for sound: nobody else comes by
such a port between its choice and its use."""


def free_port(row: int = 1, among: range = PORTS) -> int:
    """The first of ``row`` ports in a row, ``among`` these, that are free for UDP and TCP now. Raises: OSError."""
    for _ in range(1000):
        first = random.randrange(among.start, among.stop - row + 1)
        if all(_is_free(port) for port in range(first, first + row)):
            return first
    raise OSError(f"no {row} free ports in a row from {among.start} to {among.stop - 1}; end what holds them")


def _is_free(port: int) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        try:
            udp.bind(("127.0.0.1", port))
            tcp.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
