"""A wire for the machines of the way to the platform: what they say is read, and answered, by the demo platform's own
SIP, which shares no line with theirs."""

from collections.abc import Iterator

from kiosk.demo.platform_sip import REASONS, Message, parse, respond
from kiosk.voip.engine import Account

ACCOUNT = Account("box", "help.example.org", "help.example.org", password="secret")
OTHER_REASONS = {405: "Method Not Allowed", 423: "Interval Too Brief", 439: "First Hop Lacks Outbound Support"}


class Wire:
    """A Sender that keeps what is sent."""

    def __init__(self, port: int = 5062, transport: str = "udp") -> None:
        self.port = port
        self.transport = transport
        self.raw: list[bytes] = []

    @property
    def via(self) -> str:
        return f"SIP/2.0/{self.transport.upper()} 192.0.2.7:{self.port}"

    @property
    def contact(self) -> str:
        return f"sip:box@192.0.2.7:{self.port};transport={self.transport}"

    @property
    def is_reliable(self) -> bool:
        return self.transport != "udp"

    def send(self, message: bytes) -> None:
        self.raw.append(message)

    @property
    def sent(self) -> list[Message]:
        return [parse(raw) for raw in self.raw if raw.strip()]

    @property
    def last(self) -> Message:
        return self.sent[-1]

    def contacts(self) -> Iterator[str]:
        """The Contact entries of the last request."""
        yield from self.last.all("contact")


def response(request: Message, status: int, *headers: tuple[str, str]) -> bytes:
    """The platform's response, on the wire; ``status`` may be one that the demo's platform never says."""
    message = respond(request, status if status in REASONS else 200, *headers, tag="theirs").encode()
    if status in REASONS:
        return message
    return message.replace(b"SIP/2.0 200 OK", f"SIP/2.0 {status} {OTHER_REASONS.get(status, '')}".encode(), 1)
