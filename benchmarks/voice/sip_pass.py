"""SIP through a relay on loopback: what must be written anew in a message so that answer and sound come back.

A relay has two faces, one to the terminal and one to the far end. A message that crosses it is stateless-proxied
(RFC 3261 §16.11): a request gets the relay's Via on top, a response loses it. Contact and SDP addresses become those
of the face that the receiver sees, so that later requests and all sound cross the relay too; hence it needs no
namespaces and no rights, and serves any user agent that speaks UDP. Pure.
"""

import re
from dataclasses import dataclass

Address = tuple[str, int]
COOKIE = "z9hG4bK"
OURS = COOKIE + "relay"
"""Begins the branch of each Via of the relay's (RFC 3261 §8.1.1.7)."""
_DROPPED = ("route", "record-route")
"""A loose route to the relay itself would only mislead the far end."""


@dataclass(frozen=True)
class Written:
    """A message as it goes on, and what was read in it."""

    data: bytes
    is_request: bool
    branch: str
    """The sender's own branch: a request's way back is kept by it, a response asks for it."""
    media: Address | None
    """Where the sender wants its RTP, if the message says so."""
    contact: Address | None
    """Where the sender wants later requests."""


def cross(data: bytes, seen_as: Address, media_port: int, target: Address | None) -> Written:
    """``data`` as the other side is to get it.

    ``seen_as``: the relay's SIP address on the receiver's side. ``media_port``: its RTP port there. ``target``: what
    the request's URI is to point at. Raises: ValueError for what is no SIP message.
    """
    head, gap, body = data.decode("utf-8", "surrogateescape").partition("\r\n\r\n")
    first, *headers = head.split("\r\n")
    if not gap or "SIP/2.0" not in first:
        raise ValueError("not a SIP message")
    is_request = not first.startswith("SIP/2.0")
    headers = [line for line in headers if _name(line) not in _DROPPED]
    top = next((n for n, line in enumerate(headers) if _name(line) in ("via", "v")), -1)
    branch = _branch(headers[top]) if top >= 0 else ""
    if is_request:
        if target is not None:
            first = _aimed(first, target)
        headers.insert(max(top, 0), f"Via: SIP/2.0/UDP {seen_as[0]}:{seen_as[1]};branch={OURS}{branch};rport")
    elif branch.startswith(OURS):
        del headers[top]
        branch = branch.removeprefix(OURS)
    contact = next((_host_port(line) for line in headers if _name(line) in ("contact", "m")), None)
    headers = [_aimed(line, seen_as) if _name(line) in ("contact", "m") else line for line in headers]
    media = read_media(body)
    body = write_media(body, seen_as[0], media_port) if media is not None else body
    length = len(body.encode("utf-8", "surrogateescape"))
    headers = [f"Content-Length: {length}" if _name(line) in ("content-length", "l") else line for line in headers]
    text = "\r\n".join((first, *headers)) + "\r\n\r\n" + body
    return Written(text.encode("utf-8", "surrogateescape"), is_request, branch, media, contact)


def read_media(body: str) -> Address | None:
    """Where an SDP body wants its audio; None when there is none in it."""
    line = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
    where = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    return (where[1], int(line[1])) if line and where else None


def write_media(body: str, host: str, port: int) -> str:
    """The body with its audio at ``host``:``port``, RTCP one above it."""
    body = re.sub(r"^(c=IN IP4 )\S+", rf"\g<1>{host}", body, flags=re.MULTILINE)
    body = re.sub(r"^(m=audio )\d+", rf"\g<1>{port}", body, flags=re.MULTILINE)
    return re.sub(r"^a=rtcp:[^\r\n]*\r?\n", "", body, flags=re.MULTILINE)


def _name(line: str) -> str:
    return line.partition(":")[0].strip().lower()


def _branch(via: str) -> str:
    found = re.search(r";\s*branch=([^;,\s]+)", via)
    return found[1] if found else ""


def _host_port(line: str) -> Address | None:
    found = re.search(r"sip:(?:[^@>;\s]*@)?([^:;>\s]+)(?::(\d+))?", line)
    return (found[1], int(found[2] or 5060)) if found else None


def _aimed(line: str, at: Address) -> str:
    """``line`` with the host and port of its first SIP URI replaced."""
    return re.sub(r"(sip:(?:[^@>;\s]*@)?)[^:;>\s]+(?::\d+)?", rf"\g<1>{at[0]}:{at[1]}", line, count=1)
