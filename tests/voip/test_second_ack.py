"""The ACK that the native stack does not repeat: sent by us for each repeated answer of its call."""

import socket
from collections.abc import Iterator

import pytest

from kiosk.voip.baresip_ack import SecondAck

ACK = """ACK sip:desk@198.51.100.9:5080;transport=udp SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:39661;branch=z9hG4bK702315071ac53871;rport
Route: <sip:127.0.0.1;lr>
To: <sip:0800190000@example.org>;tag=pc32381
From: <sip:terminal@example.org>;tag=239e5c6c
Call-ID: e591b39916b1d71c
CSeq: 29718 ACK
Content-Length: 0

"""
ANSWER = """SIP/2.0 200 OK
To: <sip:0800190000@example.org>;tag=pc32381
From: <sip:terminal@example.org>;tag=239e5c6c
Call-ID: e591b39916b1d71c
CSeq: 29718 INVITE
Content-Type: application/sdp

v=0
"""


@pytest.fixture
def platform() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(5.0)
        yield line


def _sent(platform: socket.socket, message: str = ACK, way: str = "UDP") -> str:
    return f"TX {way} 127.0.0.1:39661 -> 127.0.0.1:{platform.getsockname()[1]}\n{message}"


def _came(message: str) -> str:
    return f"RX UDP 127.0.0.1:5060 -> 127.0.0.1:39661\n{message}".replace("\n", "\r\n")


def test_each_repeated_answer_gets_the_ack_again_byte_for_byte(platform: socket.socket) -> None:
    acks = SecondAck()
    acks.feed(_came(ANSWER))
    acks.feed(_sent(platform))
    acks.feed(_came(ANSWER))
    acks.feed(_came(ANSWER))
    assert [platform.recv(4096) for _ in range(2)] == [ACK.replace("\n", "\r\n").encode()] * 2


@pytest.mark.parametrize(
    "other",
    [
        ANSWER.replace("e591b39916b1d71c", "another-call"),
        ANSWER.replace("29718 INVITE", "29719 INVITE"),  # of a renegotiation: the stack's own affair
        ANSWER.replace("29718 INVITE", "29718 BYE"),
        ANSWER.replace("200 OK", "486 Busy Here"),
        "",
    ],
)
def test_nothing_else_gets_one(platform: socket.socket, other: str) -> None:
    acks = SecondAck()
    acks.feed(_sent(platform))
    acks.feed(_came(other))
    acks.feed(_came(ANSWER).replace("RX UDP", "RX TCP"))
    platform.setblocking(False)
    with pytest.raises(BlockingIOError):  # on the loopback a datagram is there when sendto() returns
        platform.recv(4096)


def test_calls_of_long_ago_are_forgotten(platform: socket.socket) -> None:
    acks = SecondAck()
    for number in range(9):
        acks.feed(_sent(platform, ACK.replace("e591b39916b1d71c", f"call-{number}")))
    for number in (0, 8):
        acks.feed(_came(ANSWER.replace("e591b39916b1d71c", f"call-{number}")))
    assert b"call-8" in platform.recv(4096)
