"""A SIP message as far as a proxy must read one: start line, headers in order, body (RFC 3261 §7). Pure.

What is not asked for goes through as it came. ``Via``, ``Route`` and ``Record-Route`` are lists: each of their values
is a header of its own here, so that the topmost can be taken off (§7.3.1 makes both spellings equal).
"""

import re
from dataclasses import dataclass, replace

_COMPACT = {
    "v": "via", "f": "from", "t": "to", "m": "contact", "i": "call-id", "l": "content-length", "c": "content-type",
    "s": "subject", "k": "supported", "e": "content-encoding", "x": "session-expires",
}  # fmt: skip
_LISTS = ("via", "route", "record-route")
_END = b"\r\n\r\n"
LARGEST = 65_536
"""Bytes: a longer message is no SIP."""


class NotSip(ValueError):
    """The bytes are not one whole SIP message; the text says what is wrong with them."""


@dataclass(frozen=True)
class Message:
    """One request or response. ``headers``: name as written and value, in order."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """Of the request, or of the request that the response answers (from its CSeq)."""
        return self.start.split(" ", 1)[0] if self.is_request else self.get("cseq").split(" ")[-1]

    @property
    def uri(self) -> str:
        """Request-URI; only of a request."""
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        """0 for a request."""
        return 0 if self.is_request else int(self.start.split(" ")[1])

    @property
    def call_id(self) -> str:
        return self.get("call-id")

    @property
    def cseq(self) -> int:
        """The number of it."""
        return int(self.get("cseq").split()[0])

    @property
    def branch(self) -> str:
        """Of the topmost Via: names the transaction (§17.1.3)."""
        return parameter(self.get("via"), "branch")

    @property
    def to_tag(self) -> str:
        """Empty outside a dialog."""
        return parameter(self.get("to"), "tag")

    def get(self, name: str) -> str:
        """The first header of that (lower-case, long) name; empty when there is none."""
        return next((value for each, value in self.headers if _named(each) == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All its values, in order."""
        return tuple(value for each, value in self.headers if _named(each) == name)

    def without(self, *names: str) -> "Message":
        """A copy that lacks those headers."""
        return replace(self, headers=tuple(each for each in self.headers if _named(each[0]) not in names))

    def put(self, name: str, *values: str) -> "Message":
        """A copy with exactly these values of a header, where the first one stood, or else on top."""
        kept = list(self.headers)
        places = [place for place, each in enumerate(kept) if _named(each[0]) == name.lower()]
        at = places[0] if places else 0
        kept = [each for each in kept if _named(each[0]) != name.lower()]
        kept[at:at] = [(name, value) for value in values]
        return replace(self, headers=tuple(kept))

    def push(self, name: str, value: str) -> "Message":
        """A copy with one more header, on top."""
        return replace(self, headers=((name, value), *self.headers))

    def pop(self, name: str) -> "Message":
        """A copy without the topmost header of that name."""
        for place, each in enumerate(self.headers):
            if _named(each[0]) == name:
                return replace(self, headers=self.headers[:place] + self.headers[place + 1 :])
        return self

    def encode(self) -> bytes:
        """As it goes on the wire; Content-Length is made anew."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.without("content-length").headers)]
        head = "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""])
        return head.encode("utf-8", "surrogateescape") + self.body


def parse(raw: bytes) -> Message:
    """The message in one datagram, or cut out of a stream by :class:`Stream`. Raises: NotSip."""
    head, mark, body = raw.lstrip(b"\r\n").partition(_END)
    text = head.decode("utf-8", "surrogateescape")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", text).split("\r\n")
    if not mark or not re.fullmatch(r"[A-Z]+ \S+ SIP/2\.0|SIP/2\.0 [1-6][0-9]{2}(?: .*)?", start):
        raise NotSip("no SIP start line, or no end of the headers")
    headers: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise NotSip("a header without a name")
        name, value = name.strip(), value.strip()
        values = _split(value) if _named(name) in _LISTS else [value]
        headers.extend((name, each) for each in values)
    message = Message(start, tuple(headers))
    length = message.get("content-length")
    if length and not length.isdigit():
        raise NotSip("a Content-Length that is no number")
    if length and int(length) > len(body):
        raise NotSip("the body is shorter than its Content-Length")
    if not re.fullmatch(r"[0-9]{1,10}[ \t]+[A-Z]+", message.get("cseq")) or not message.call_id:
        raise NotSip("no CSeq or no Call-ID")
    if not message.get("via") or not message.get("from") or not message.get("to"):
        raise NotSip("no Via, From or To")
    return replace(message, body=body[: int(length)] if length else body)


def parameter(value: str, name: str) -> str:
    """A parameter of a header's value, after the angle brackets if it has them; empty when it has none."""
    found = re.search(rf";[ \t]*{name}[ \t]*=[ \t]*\"?([^;,\s\">]+)", value.rpartition(">")[2], re.IGNORECASE)
    return found[1] if found else ""


def uri_of(value: str) -> str:
    """The URI in a From, To, Contact, Route or Record-Route value.

    >>> uri_of('"The desk" <sip:desk@192.0.2.1:5060;lr>;expires=60'), uri_of("sip:desk@192.0.2.1;expires=60")
    ('sip:desk@192.0.2.1:5060;lr', 'sip:desk@192.0.2.1')
    """
    found = re.search(r"<([^>]*)>", value)
    return found[1].strip() if found else value.split(";", 1)[0].strip()


class Stream:
    """Cuts the bytes of one TCP or TLS connection into messages (§18.3). Raises: NotSip where they cannot be cut."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self.keep_alives = 0
        """Empty lines between messages so far: the answers to our pings."""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that became whole with ``data``."""
        self._bytes += data
        whole: list[bytes] = []
        while True:
            while self._bytes.startswith((b"\r\n", b"\n")):  # keep-alive (RFC 5626 §3.5.1)
                self.keep_alives += self._bytes.startswith(b"\n")
                del self._bytes[:1]
            if self._bytes == b"\r":
                return whole
            end = self._bytes.find(_END)
            if end < 0:
                if len(self._bytes) > LARGEST:
                    raise NotSip("headers without an end")
                return whole
            found = re.search(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,6})[ \t]*\r\n",
                              bytes(self._bytes[: end + 2]), re.IGNORECASE)  # fmt: skip
            length = end + len(_END) + (int(found[1]) if found else 0)
            if length > LARGEST:
                raise NotSip("a message longer than any")
            if len(self._bytes) < length:
                return whole
            whole.append(bytes(self._bytes[:length]))
            del self._bytes[:length]


def _named(name: str) -> str:
    lower = name.lower()
    return _COMPACT.get(lower, lower)


def _split(value: str) -> list[str]:
    """At the commas outside quotes and angle brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(value):
        if letter == '"' and value[place - 1 : place] != "\\":
            quoted = not quoted
        elif not quoted and letter in "<>":
            depth += 1 if letter == "<" else -1
        elif letter == "," and not quoted and depth <= 0:
            parts.append(value[start:place].strip())
            start = place + 1
    parts.append(value[start:].strip())
    return [part for part in parts if part]
