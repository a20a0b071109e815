"""Requests of our own to the platform, outside any call: written, repeated, matched to their response. Pure.

A non-INVITE client transaction (RFC 3261 §17.1.2) over a :class:`Sender`. Nothing here reads a clock or waits: time is
passed in, and ``deadline`` says when it wants to be told of it again.
"""

import itertools
import re
from dataclasses import dataclass
from typing import Protocol

T1_S = 0.5
"""First pause before a request is repeated over UDP (§17.1.1.1)."""
T2_S = 4.0
"""Longest pause, and the one after a provisional response."""

_COMPACT = {"v": "via", "m": "contact", "f": "from", "t": "to", "i": "call-id", "l": "content-length"}


class Sender(Protocol):
    """The way that messages leave by: a connection to the platform, or a socket."""

    def send(self, message: bytes) -> None:
        """Put one whole message on the wire. Never raises: what cannot be sent is not answered either."""

    @property
    def via(self) -> str:
        """``SIP/2.0/TLS 192.0.2.7:40211``: transport and sent-by of our Via."""

    @property
    def contact(self) -> str:
        """``sip:box@192.0.2.7:40211;transport=tls``: where we are reached."""

    @property
    def is_reliable(self) -> bool:
        """True over TCP and TLS: nothing needs repeating."""


@dataclass(frozen=True)
class Response:
    """What of a response is looked at here. Header names are in lower case, in the order they came."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key == name]

    def get(self, name: str) -> str:
        """Its first value; empty when there is none."""
        return next(iter(self.all(name)), "")

    @property
    def is_final(self) -> bool:
        return self.status >= 200

    @property
    def branch(self) -> str:
        """The branch of the topmost Via: which transaction it answers (§17.1.3)."""
        found = re.search(r";\s*branch\s*=\s*([^;,\s]+)", split_list(self.get("via"))[0], re.IGNORECASE)
        return found[1] if found else ""

    @property
    def method(self) -> str:
        """The method in CSeq."""
        return self.get("cseq").rpartition(" ")[2].strip()

    @property
    def retry_after_s(self) -> int | None:
        """Seconds of Retry-After (§20.33), without its comment and parameters."""
        found = re.match(r"\s*(\d{1,9})", self.get("retry-after"))
        return int(found[1]) if found else None


def parse_response(raw: bytes) -> Response | None:
    """A response, or None for anything else. Never raises: what is not SIP answers nobody."""
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "surrogateescape")
    first, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    start = re.match(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?$", first)
    if start is None:
        return None
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            headers.append((_COMPACT.get(key, key), value.strip()))
    return Response(int(start[1]), (start[2] or "").strip(), tuple(headers))


def split_list(value: str) -> list[str]:
    """The entries of a comma-separated header; commas in quotes and angle brackets do not separate. Never empty."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', lambda held: "_" * len(held[0]), value)
    cuts = [-1, *(found.start() for found in re.finditer(",", bare)), len(value)]
    return [value[start + 1 : end].strip() for start, end in itertools.pairwise(cuts)]


def request(
    sender: Sender, method: str, uri: str, branch: str, cseq: int, headers: tuple[tuple[str, str], ...]
) -> bytes:
    """The request as it goes on the wire, without a body. ``headers``: all but Via, Max-Forwards, CSeq and length."""
    lines = (
        f"{method} {uri} SIP/2.0",
        f"Via: {sender.via};branch={branch};rport",
        "Max-Forwards: 70",
        *(f"{name}: {value}" for name, value in headers),
        f"CSeq: {cseq} {method}",
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


class Transaction:
    """One request until it is answered or given up. Repeats it over UDP by timer E; ``give_up_at`` is our timer F.

    RFC 3261 would wait 64 T1 = 32 s; somebody holds the handset, so the owner gives up much earlier.
    """

    def __init__(self, sender: Sender, message: bytes, branch: str, now: float, give_up_at: float) -> None:
        """Sends it at once."""
        self._sender = sender
        self._message = message
        self.branch = branch
        self.sent_at = now
        self.give_up_at = give_up_at
        self._pause_s = T1_S
        self._again_at = None if sender.is_reliable else now + T1_S
        self.was_repeated = False
        sender.send(message)

    @property
    def deadline(self) -> float:
        """When :meth:`tick` is to be called next."""
        return self.give_up_at if self._again_at is None else min(self._again_at, self.give_up_at)

    def tick(self, now: float) -> bool:
        """Time has passed: repeats what is due. True: given up."""
        if now >= self.give_up_at:
            return True
        if self._again_at is not None and now >= self._again_at:
            self._sender.send(self._message)
            self.was_repeated = True
            self._pause_s = min(2 * self._pause_s, T2_S)
            self._again_at = now + self._pause_s
        return False

    def provisional(self, now: float) -> None:
        """A 1xx came: somebody works on it, so it is repeated rarely from here on (§17.1.2.2)."""
        self._pause_s = T2_S
        if self._again_at is not None:
            self._again_at = now + T2_S
