"""The BYE of a dead voice process: made of its ACK, sent until it is answered."""

import asyncio
import socket

import pytest

from kiosk.voip.farewell import TRIES_S, Farewell, bye_of, say
from kiosk.voip.proxy.making import farewell_of
from kiosk.voip.proxy.message import parse

ACK = """ACK sip:desk@198.51.100.9:5080;transport=udp SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7:39661;branch=z9hG4bK702315071ac53871;rport
Max-Forwards: 70
Route: <sip:192.0.2.1;lr;ftag=239e>
Route: <sip:192.0.2.2;lr>
To: <sip:0800190000@example.org>;tag=pc32381
From: <sip:terminal@example.org>;tag=239e5c6c
Call-ID: e591b39916b1d71c
CSeq: 29718 ACK
User-Agent: terminal
Content-Length: 0

"""


def test_the_bye_goes_the_way_of_the_ack_with_its_tags_and_a_higher_number() -> None:
    farewell = farewell_of(parse(ACK.replace("\n", "\r\n").encode()), "tcp", ("192.0.2.1", 5060))
    assert (farewell.transport, farewell.host, farewell.port) == ("tcp", "192.0.2.1", 5060)
    assert bye_of(farewell, ("192.0.2.7", 40000), "abc").decode().split("\r\n") == [
        "BYE sip:desk@198.51.100.9:5080;transport=udp SIP/2.0",
        "Via: SIP/2.0/TCP 192.0.2.7:40000;branch=z9hG4bKabc;rport",
        "Route: <sip:192.0.2.1;lr;ftag=239e>",
        "Route: <sip:192.0.2.2;lr>",
        "Max-Forwards: 70",
        "From: <sip:terminal@example.org>;tag=239e5c6c",
        "To: <sip:0800190000@example.org>;tag=pc32381",
        "Call-ID: e591b39916b1d71c",
        "CSeq: 29818 BYE",
        "Content-Length: 0",
        "",
        "",
    ]


def to(desk: socket.socket) -> Farewell:
    host, port = desk.getsockname()
    return Farewell("udp", str(host), int(port), "sip:desk@127.0.0.1", ("CSeq: 2 BYE",))


def test_it_is_repeated_until_it_is_answered() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as desk:
        desk.bind(("127.0.0.1", 0))
        desk.setblocking(False)
        farewell = to(desk)

        async def conversation() -> tuple[bool, list[bytes]]:
            loop = asyncio.get_running_loop()
            saying = asyncio.create_task(say(farewell))
            heard = [(await loop.sock_recv(desk, 4096))]
            request, caller = await loop.sock_recvfrom(desk, 4096)
            await loop.sock_sendto(desk, b"SIP/2.0 200 OK\r\n\r\n", caller)
            return await saying, [*heard, request]

        answered, heard = asyncio.run(conversation())
    assert answered
    assert heard[0] == heard[1]
    assert heard[0].startswith(b"BYE sip:desk@127.0.0.1 SIP/2.0\r\n")


def test_who_cannot_wait_says_how_long() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert asyncio.run(say(to(nobody), 0.05)) is False
        nobody.setblocking(False)
        assert nobody.recv(4096).startswith(b"BYE ")
        with pytest.raises(BlockingIOError):
            nobody.recv(4096)


def test_a_silent_far_end_costs_no_more_than_its_time() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        farewell = to(nobody)
        assert asyncio.run(asyncio.wait_for(say(farewell), 3 * sum(TRIES_S))) is False


def test_a_closed_port_is_no_error() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        farewell = to(gone)
    assert asyncio.run(say(farewell)) is False
