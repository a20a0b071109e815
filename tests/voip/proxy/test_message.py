"""SIP messages as a proxy reads them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.voip.proxy.message import LARGEST, Message, NotSip, Stream, parameter, parse

WHOLE = (
    b"INVITE sip:100@example.org SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa, SIP/2.0/TCP 192.0.2.2;branch=b\r\n"
    b'f: "A, B" <sip:a@x>;tag=1\r\nt: <sip:b@x>\r\ni: one@x\r\nCSeq: 4 INVITE\r\n'
    b"X-Odd:  kept \r\n as it is\r\nl: 3\r\n\r\nabc"
)


def test_compact_names_lists_and_folded_lines_are_understood() -> None:
    message = parse(WHOLE)
    assert message.all("via") == ("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "SIP/2.0/TCP 192.0.2.2;branch=b")
    assert (message.branch, message.call_id, message.cseq, message.to_tag) == ("z9hG4bKa", "one@x", 4, "")
    assert (message.get("from"), message.get("x-odd"), message.body) == (
        '"A, B" <sip:a@x>;tag=1',
        "kept  as it is",
        b"abc",
    )


def test_what_is_not_touched_goes_out_as_it_came_in() -> None:
    again = parse(parse(WHOLE).encode())
    assert [each for each in again.headers if each[0].lower() not in ("l", "content-length")] == [
        each for each in parse(WHOLE).headers if each[0].lower() not in ("l", "content-length")
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\r\n\r\n", b"hello\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", WHOLE[:-1], WHOLE[:60],
        WHOLE.replace(b"CSeq: 4 INVITE", b"CSeq: x INVITE"), WHOLE.replace(b"i: one@x\r\n", b""),
        WHOLE.replace(b"l: 3", b"l: many"), WHOLE.replace(b"X-Odd:", b"X-Odd"),
    ],
)  # fmt: skip
def test_what_is_not_sip_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(NotSip):
        parse(raw)


@given(st.binary(max_size=300))
def test_garbage_never_does_more_than_be_refused(raw: bytes) -> None:
    with contextlib.suppress(NotSip):
        assert isinstance(parse(raw), Message)


@given(st.lists(st.integers(1, 40), max_size=40))
def test_a_stream_gives_the_same_messages_however_it_is_cut(cuts: list[int]) -> None:
    whole, stream, got = b"\r\n\r\n" + WHOLE + WHOLE + b"\r\n" + WHOLE, Stream(), []
    for cut in [*cuts, len(whole)]:
        piece, whole = whole[:cut], whole[cut:]
        got += stream.feed(piece)
    got += stream.feed(whole)
    assert [parse(each) for each in got] == [parse(WHOLE)] * 3


def test_a_stream_that_cannot_be_cut_is_given_up() -> None:
    with pytest.raises(NotSip):
        Stream().feed(b"x" * (LARGEST + 1))


def test_a_parameter_is_not_looked_for_inside_the_uri() -> None:
    assert parameter("<sip:a@x;tag=uri>;tag=mine", "tag") == "mine"
    assert parameter("<sip:a@x;tag=uri>", "tag") == ""
