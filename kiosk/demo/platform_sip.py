"""SIP messages for the demo's platform: text to message and back, digest, SDP. No sockets, no clock, no library.

Only what a small user agent server needs of RFC 3261, RFC 2617 (digest, MD5) and RFC 4566; written apart from both
engines so that an error of theirs cannot hide behind the same error here.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace

from kiosk.errors import BadInput

_COMPACT = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "c": "content-type", "l": "content-length",
    "k": "supported", "s": "subject", "e": "content-encoding", "x": "session-expires", "o": "event", "r": "refer-to",
}  # fmt: skip
_LISTS = {"via", "route", "record-route", "contact"}
"""Headers whose comma separates values (RFC 3261 §7.3.1)."""

REASONS = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 486: "Busy Here",
    487: "Request Terminated", 488: "Not Acceptable Here", 500: "Server Internal Error", 501: "Not Implemented",
    503: "Service Unavailable", 603: "Decline",
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """A request (``method`` and ``uri``) or a response (``status``). Header names are in lower case."""

    method: str = ""
    uri: str = ""
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key == name]

    def get(self, name: str, default: str = "") -> str:
        """The first value of a header."""
        return next((value for key, value in self.headers if key == name), default)

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of the CSeq header; ``(0, "")`` when it is not one."""
        number, _, method = self.get("cseq").partition(" ")
        return (int(number), method.strip().upper()) if number.isdigit() else (0, "")

    @property
    def branch(self) -> str:
        """The branch of the topmost Via."""
        return parameter(self.get("via"), "branch")

    def encode(self) -> bytes:
        """The message as it goes on the wire, with a true Content-Length."""
        first = f"{self.method} {self.uri} SIP/2.0" if self.method else f"SIP/2.0 {self.status} {REASONS[self.status]}"
        body = self.body.encode()
        lines = [first, *(f"{_title(k)}: {v}" for k, v in self.headers if k != "content-length")]
        return ("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])).encode() + body


def parse(data: bytes) -> Message:
    """One datagram, or one framed message of a stream. Raises: BadInput when it is not SIP."""
    head, _, body = data.partition(b"\r\n\r\n")
    text = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace").lstrip("\r\n"))
    first, *rest = text.split("\r\n")
    headers: list[tuple[str, str]] = []
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadInput("not SIP: a header line without a colon")
        key = name.strip().lower()
        key = _COMPACT.get(key, key)
        values = _split(value) if key in _LISTS else [value.strip()]
        headers.extend((key, one) for one in values)
    words = first.split(" ", 2)
    if len(words) >= 2 and words[0] == "SIP/2.0" and words[1].isdigit():
        return Message(status=int(words[1]), headers=tuple(headers), body=body.decode("utf-8", "replace"))
    if len(words) == 3 and words[2] == "SIP/2.0":
        return Message(words[0].upper(), words[1], 0, tuple(headers), body.decode("utf-8", "replace"))
    raise BadInput("not SIP: the first line is neither a request nor a status")


class Framer:
    """Cuts a TCP stream into messages (RFC 3261 §18.3)."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete now. Raises: BadInput: hang up on such a stream."""
        self._held = (self._held + data).lstrip(b"\r\n")
        out: list[Message] = []
        while b"\r\n\r\n" in self._held:
            head, _, _ = self._held.partition(b"\r\n\r\n")
            length = re.search(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(\d+)", head, re.IGNORECASE)
            end = len(head) + 4 + (int(length[1]) if length else 0)
            if len(self._held) < end:
                break
            out.append(parse(self._held[:end]))
            self._held = self._held[end:].lstrip(b"\r\n")
        return out


def respond(request: Message, status: int, *extra: tuple[str, str], tag: str = "", body: str = "") -> Message:
    """A response to ``request`` with what RFC 3261 §8.2.6.2 copies; ``tag`` goes on To where it has none yet."""
    headers = [(k, v) for k, v in request.headers if k in ("via", "record-route", "from", "call-id", "cseq")]
    to = request.get("to")
    if tag and not parameter(to, "tag"):
        to += f";tag={tag}"
    headers.append(("to", to))
    if body:
        headers.append(("content-type", "application/sdp"))
    return Message(status=status, headers=(*headers, *extra), body=body)


def stamped(request: Message, address: tuple[str, int]) -> Message:
    """The request with ``received`` and ``rport`` on its topmost Via (RFC 3261 §18.2.1, RFC 3581)."""
    headers = list(request.headers)
    for i, (key, value) in enumerate(headers):
        if key == "via":
            value = re.sub(r";rport(=\d*)?", "", value)
            headers[i] = (key, f"{value};received={address[0]};rport={address[1]}")
            break
    return replace(request, headers=tuple(headers))


def parameter(value: str, name: str) -> str:
    """``name`` among the ``;``-parameters after a header's address; empty when absent."""
    found = re.search(rf";\s*{name}\s*=\s*([^;,\s>]+)", value, re.IGNORECASE)
    return found[1] if found else ""


def address_of(value: str) -> str:
    """The URI inside a From, To, Contact or Route header."""
    found = re.search(r"<([^>]+)>", value)
    return found[1] if found else value.partition(";")[0].strip()


def user_of(uri: str) -> str:
    """The user part of a SIP URI."""
    found = re.match(r"sips?:([^@;]+)@", uri)
    return found[1] if found else ""


# --- digest (RFC 2617 §3.2.2) -----------------------------------------------------------------------------


def challenge_of(value: str) -> dict[str, str]:
    """The parameters of a Digest challenge or of credentials."""
    return {k.lower(): v.strip('"') for k, v in re.findall(r'(\w+)\s*=\s*("[^"]*"|[^\s,]+)', value)}


def digest_answer(given: dict[str, str], method: str, user: str, password: str) -> str:
    """The ``response`` that proves the password, for the realm, nonce, uri and qop in ``given``."""
    ha1 = _md5(f"{user}:{given.get('realm', '')}:{password}")
    ha2 = _md5(f"{method}:{given.get('uri', '')}")
    if given.get("qop"):
        return _md5(f"{ha1}:{given.get('nonce')}:{given.get('nc')}:{given.get('cnonce')}:{given['qop']}:{ha2}")
    return _md5(f"{ha1}:{given.get('nonce')}:{ha2}")


def credentials(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """An Authorization header for a challenge."""
    asked = challenge_of(challenge)
    given = {"realm": asked.get("realm", ""), "nonce": asked.get("nonce", ""), "uri": uri}
    if "auth" in asked.get("qop", ""):
        given |= {"qop": "auth", "nc": "00000001", "cnonce": _md5(given["nonce"] + user)[:16]}
    answer = digest_answer(given, method, user, password)
    bare = {"qop", "nc"}
    parts = [f"{k}={v}" if k in bare else f'{k}="{v}"' for k, v in given.items()]
    return f'Digest username="{user}", ' + ", ".join(parts) + f', response="{answer}", algorithm=MD5'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


# --- SDP --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """What of the far side's audio matters here."""

    address: str
    port: int
    codec: str = ""
    """PCMU or PCMA: the first of the offer that we speak; empty: none in common."""
    payload: int = 0
    dtmf_payload: int | None = None
    direction: str = "sendrecv"
    codecs: tuple[str, ...] = field(default=())
    """Names of everything offered, in order, for the log."""


def read_offer(body: str) -> Offer | None:
    """The first audio stream of an SDP body; None when there is none."""
    media = re.search(r"^m=audio (\d+) (\S+) (.+?)\s*$", body, re.MULTILINE)
    if not media:
        return None
    names = {"0": "PCMU", "8": "PCMA", "9": "G722"}
    dtmf: int | None = None
    for payload, name, rate in re.findall(r"^a=rtpmap:(\d+) ([^/\s]+)/(\d+)", body, re.MULTILINE):
        names[payload] = name.upper()
        if name.lower() == "telephone-event" and rate == "8000":
            dtmf = int(payload)
    listed = media[3].split()
    ours = next((p for p in listed if names.get(p) in ("PCMU", "PCMA")), None)
    if media[2] not in ("RTP/AVP", "RTP/AVPF"):
        ours = None
    at = re.search(r"^c=IN IP[46] (\S+)", body[media.start() :], re.MULTILINE) or re.search(
        r"^c=IN IP[46] (\S+)", body, re.MULTILINE
    )
    way = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", body, re.MULTILINE)
    return Offer(
        at[1] if at else "",
        int(media[1]),
        names[ours] if ours else "",
        int(ours) if ours else 0,
        dtmf,
        way[1] if way else "sendrecv",
        tuple(names.get(p, p) for p in listed),
    )


def write_answer(offer: Offer, address: str, port: int, version: int) -> str:
    """Our SDP: the one codec of the offer, telephone-event when offered, and the mirrored direction."""
    mirrored = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(offer.direction, offer.direction)
    payloads = [offer.payload] + ([offer.dtmf_payload] if offer.dtmf_payload is not None else [])
    lines = [
        "v=0",
        f"o=- 1 {version} IN IP4 {address}",
        "s=-",
        f"c=IN IP4 {address}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, payloads))}",
        f"a=rtpmap:{offer.payload} {offer.codec}/8000",
    ]
    if offer.dtmf_payload is not None:
        lines += [f"a=rtpmap:{offer.dtmf_payload} telephone-event/8000", f"a=fmtp:{offer.dtmf_payload} 0-15"]
    return "\r\n".join([*lines, "a=ptime:20", f"a={mirrored}", ""])


def _split(value: str) -> list[str]:
    """At the commas outside of ``<>`` and quotes."""
    return [one.strip() for one in re.findall(r'(?:<[^>]*>|"[^"]*"|[^,<"])+', value)]


def _title(name: str) -> str:
    special = {"call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate", "rseq": "RSeq"}
    return special.get(name, name.title())
