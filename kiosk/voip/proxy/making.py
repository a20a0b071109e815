"""The messages and header values that the proxy makes itself. Pure. Clauses are RFC 3261's."""

import re
from dataclasses import dataclass, replace

from kiosk.voip.farewell import CSEQ_LEAP, Farewell
from kiosk.voip.proxy.legs import Address
from kiosk.voip.proxy.message import Message, uri_of

OUTSIDE = {
    "OPTIONS": (200, "OK"),
    "INVITE": (480, "This telephone takes no calls"),
    "REGISTER": (405, "Method Not Allowed"),
}
"""Answers to what no call of ours is about; to all else 481."""

_ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK"
_COOKIE = "z9hG4bK"
_SPELT = {"call-id": "Call-ID", "cseq": "CSeq"}


@dataclass(frozen=True)
class Ends:
    """How the two sides are named in messages, at this moment."""

    transport: str
    """udp, tcp or tls."""
    outer: Address
    """Our address as the platform sees it in Via and Contact."""
    inner: Address
    """Our address as the engine sees it."""

    @property
    def is_reliable(self) -> bool:
        return self.transport != "udp"

    def via(self, stamp: str) -> str:
        """A Via value of our own towards the platform; ``stamp`` makes its branch."""
        return f"SIP/2.0/{self.transport.upper()} {host_port(self.outer)};branch={_COOKIE}{stamp};rport"

    def inner_via(self, branch: str) -> str:
        """A Via value towards the engine, for the platform's request with that branch."""
        return f"SIP/2.0/UDP {host_port(self.inner)};branch={_COOKIE}{token(branch)};rport"

    def contact(self, value: str) -> str:
        """The engine's Contact ``value`` with our address in the place of its own."""
        user = re.match(r"sips?:([^@;>]*@)?", uri_of(value))
        transport = "" if self.transport == "udp" else f";transport={self.transport}"
        rest = value.rpartition(">")[2] if "<" in value else ""
        return f"<sip:{(user[1] or '') if user else ''}{host_port(self.outer)}{transport}>{rest}"


def reply(request: Message, status: int, words: str) -> bytes:
    """A response of our own (§8.2.6)."""
    kept = _headers(request, "via", "from", "call-id", "cseq")
    to = request.get("to") + ("" if request.to_tag else ";tag=kiosk")
    allow = (("Allow", _ALLOW),) if request.method == "OPTIONS" else ()
    return Message(f"SIP/2.0 {status} {words}", (*kept, ("To", to), *allow)).encode()


def cancel_of(invite: Message) -> Message:
    """§9.1: the INVITE's own branch, route and Request-URI."""
    kept = _headers(invite, "via", "route", "max-forwards", "from", "to", "call-id")
    return Message(f"CANCEL {invite.uri} SIP/2.0", (*kept, ("CSeq", f"{invite.cseq} CANCEL")))


def ack_of_refusal(invite: Message, answer: Message) -> Message:
    """§17.1.1.3: the INVITE's own branch and route, the refusal's To."""
    kept = _headers(invite, "via", "route", "max-forwards", "from", "call-id")
    return Message(f"ACK {invite.uri} SIP/2.0", (*kept, ("To", answer.get("to")), ("CSeq", f"{answer.cseq} ACK")))


def release_of(invite: Message, answer: Message, vias: tuple[str, str]) -> tuple[Message, Message]:
    """ACK and BYE for an ``answer`` that nobody wants any more (§13.2.2.4, §15)."""
    target = uri_of(answer.get("contact")) or invite.uri
    routes = tuple(("Route", each) for each in reversed(answer.all("record-route")))
    kept = (*routes, ("Max-Forwards", "70"), *_headers(invite, "from", "call-id"), ("To", answer.get("to")))
    ack, bye = (
        Message(f"{method} {target} SIP/2.0", (("Via", via), *kept, ("CSeq", f"{cseq} {method}")))
        for via, method, cseq in zip(vias, ("ACK", "BYE"), (answer.cseq, answer.cseq + 1), strict=True)
    )
    return ack, bye


def farewell_of(ack: Message, transport: str, hop: Address | None) -> Farewell:
    """What would end the call that ``ack``, as it went to the platform, completed."""
    kept = _headers(ack, "route", "max-forwards", "from", "to", "call-id")
    lines = tuple(f"{name}: {value}" for name, value in kept)
    return Farewell(transport, *(hop or ("", 0)), ack.uri, (*lines, f"CSeq: {ack.cseq + CSEQ_LEAP} BYE"))


def reply_to(request: Message, source: Address) -> Address:
    """Where the response to ``request`` belongs: with rport to where it came from (RFC 3581 §4), otherwise to the
    port that its Via names (§18.2.2). Only of UDP.
    """
    via = request.get("via")
    if re.search(r";[ \t]*rport", via, re.IGNORECASE):
        return source
    named = re.match(r"\S+[ \t]+(?:\[[^\]]+\]|[^:;\s]+)(?::([0-9]+))?", via)
    return source[0], int(named[1]) if named and named[1] else 5060


def with_source(request: Message, source: Address) -> Message:
    """The request with where it came from noted in its topmost Via (§18.2.1, RFC 3581 §4)."""
    top, *rest = request.all("via")
    top = re.sub(r";[ \t]*rport(?![=\w])", f";rport={source[1]}", top, count=1, flags=re.IGNORECASE)
    return request.put("Via", f"{top};received={source[0]}", *rest)


def contacts_of(message: Message) -> tuple[str, ...]:
    """The URIs of its Contact headers, the preferred ones (q, §20.10) first."""
    values = [each for value in message.all("contact") for each in re.split(r",(?=[^,<>]*<)", value) if each.strip()]
    return tuple(uri_of(each) for each in sorted(values, key=_preference, reverse=True))


def token(branch: str) -> str:
    """A branch's name inside a branch of ours."""
    return "in" + re.sub(r"[^A-Za-z0-9.-]", "_", branch)


def token_of(own: str) -> str:
    """Back from a branch of ours to what :func:`token` made."""
    return own.removeprefix(_COOKIE)


def host_port(address: Address) -> str:
    return f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"


def address_in(uri: str) -> Address | None:
    """Where a URI leads when it names an address; None for a name: the platform's server knows the way."""
    found = re.match(r"sips?:(?:[^@]*@)?(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::([0-9]+))?(?:[;?].*)?$", uri)
    if found is None:
        return None
    return found[1] or found[2], int(found[3]) if found[3] else (5061 if uri.startswith("sips:") else 5060)


def outward(message: Message, ends: Ends, routes: tuple[str, ...], stamp: str) -> Message:
    """A request of the engine's as the platform sees it."""
    outer = message.without("route").pop("via")
    outer = replace(outer, headers=(("Via", ends.via(stamp)), *(("Route", each) for each in routes), *outer.headers))
    return outer.put("Contact", ends.contact(outer.get("contact"))) if outer.get("contact") else outer


def _headers(message: Message, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((_SPELT.get(name, name.title()), value) for name in names for value in message.all(name))


def _preference(contact: str) -> float:
    found = re.search(r";[ \t]*q[ \t]*=[ \t]*([01](?:\.[0-9]*)?)", contact)
    return float(found[1]) if found else 1.0
