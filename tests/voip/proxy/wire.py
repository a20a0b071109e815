"""SIP as the two sides of the proxy write it: an engine, and a platform."""

from kiosk.voip.proxy.making import Ends
from kiosk.voip.proxy.message import Message, parse

ENGINE = ("127.0.0.1", 5062)
INNER = ("127.0.0.1", 40000)
OUTER = ("192.0.2.7", 40211)
SERVER = ("198.51.100.1", 5060)
SDP = b"v=0\r\n"


def ends(transport: str = "udp") -> Ends:
    return Ends(transport, OUTER, INNER)


def request(method: str, branch: str = "z9hG4bKe1", to_tag: str = "", uri: str = "", **more: str) -> Message:
    """A request of the engine's; ``more`` are further headers, with _ for -."""
    uri = uri or "sip:0800190000@example.org"
    to = f"<sip:0800190000@example.org>{f';tag={to_tag}' if to_tag else ''}"
    cseq = more.pop("cseq", "1")
    lines = [
        f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:5062;branch={branch};rport", "Max-Forwards: 70",
        "From: <sip:box@example.org>;tag=ours", f"To: {to}", "Call-ID: call-1", f"CSeq: {cseq} {method}",
        "Contact: <sip:box-1@127.0.0.1:5062>", *(f"{name.replace('_', '-')}: {value}" for name, value in more.items()),
    ]  # fmt: skip
    return parse(("\r\n".join([*lines, f"Content-Length: {len(SDP)}", "", ""])).encode() + SDP)


def answer(to: Message, status: int, tag: str = "theirs", contact: str = "", record: tuple[str, ...] = ()) -> Message:
    """The platform's response to a request that it got."""
    lines = [f"SIP/2.0 {status} Words"]
    lines += [f"Via: {value}" for value in to.all("via")]
    lines += [f"Record-Route: {value}" for value in record]
    named = to.get("to") if to.to_tag or status == 100 else f"{to.get('to')};tag={tag}"
    lines += [f"From: {to.get('from')}", f"To: {named}", f"Call-ID: {to.call_id}", f"CSeq: {to.get('cseq')}"]
    lines += [f"Contact: {contact}"] if contact else []
    return parse("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode())


def asked(method: str, cseq: int = 7, branch: str = "z9hG4bKp1", tag: str = "theirs") -> Message:
    """A request of the platform's inside the call."""
    lines = [
        f"{method} sip:box-1@192.0.2.7:40211 SIP/2.0", f"Via: SIP/2.0/UDP 198.51.100.1:5060;branch={branch};rport",
        f"From: <sip:0800190000@example.org>;tag={tag}", "To: <sip:box@example.org>;tag=ours", "Call-ID: call-1",
        f"CSeq: {cseq} {method}", "Content-Length: 0", "", "",
    ]  # fmt: skip
    return parse("\r\n".join(lines).encode())
