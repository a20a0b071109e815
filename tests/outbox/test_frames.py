"""The journal's bytes: what goes in comes out, and damage costs what it hit and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.outbox.frames import (
    HEADER_SIZE,
    MAX_PAYLOAD,
    Frame,
    Header,
    Spoiled,
    decode_header,
    encode_frame,
    encode_header,
    scan,
)

PAYLOADS = st.lists(st.binary(max_size=200), max_size=8)


def file_of(payloads: list[bytes], generation: int = 7) -> bytes:
    frames = (encode_frame(generation, number, payload) for number, payload in enumerate(payloads, 1))
    return encode_header(generation) + b"".join(frames)


def payloads_in(data: bytes) -> list[bytes]:
    return [part.payload for part in scan(data) if isinstance(part, Frame)]


@given(PAYLOADS)
def test_what_was_written_is_read(payloads: list[bytes]) -> None:
    data = file_of(payloads)
    assert decode_header(data) == Header(version=1, generation=7)
    assert payloads_in(data) == payloads
    assert not [part for part in scan(data) if isinstance(part, Spoiled)]


@given(PAYLOADS, st.data())
def test_a_file_cut_anywhere_gives_its_first_frames_and_a_torn_tail(payloads: list[bytes], data: st.DataObject) -> None:
    whole = file_of(payloads)
    cut = data.draw(st.integers(HEADER_SIZE, len(whole)))
    parts = list(scan(whole[:cut]))
    read = [part.payload for part in parts if isinstance(part, Frame)]
    assert read == payloads[: len(read)]
    ends = [part.end for part in scan(whole)]
    assert len(read) == sum(1 for end in ends if end <= cut)
    torn = [part for part in parts if isinstance(part, Spoiled)]
    assert [part.tail for part in torn] == ([] if cut in (HEADER_SIZE, *ends) else [True])


@given(st.lists(st.binary(min_size=1, max_size=100), min_size=3, max_size=6), st.data())
def test_a_spoiled_byte_costs_its_own_frame_only(payloads: list[bytes], data: st.DataObject) -> None:
    whole = bytearray(file_of(payloads))
    frames = [part for part in scan(bytes(whole)) if isinstance(part, Frame)]
    hit = data.draw(st.integers(0, len(frames) - 1))
    at = data.draw(st.integers(frames[hit].start, frames[hit].end - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    assert payloads_in(bytes(whole)) == payloads[:hit] + payloads[hit + 1 :]
    spoiled = [part for part in scan(bytes(whole)) if isinstance(part, Spoiled)]
    assert spoiled == [Spoiled(frames[hit].start, frames[hit].end, tail=hit == len(frames) - 1)]


@given(PAYLOADS, st.integers(0, HEADER_SIZE - 1), st.integers(1, 255))
def test_a_spoiled_header_costs_nothing(payloads: list[bytes], at: int, flip: int) -> None:
    whole = bytearray(file_of(payloads))
    whole[at] ^= flip
    assert decode_header(bytes(whole)) is None
    assert payloads_in(bytes(whole)) == payloads


def test_a_stale_frame_of_an_older_file_is_not_believed() -> None:
    data = file_of([b"new"], generation=2) + encode_frame(1, 2, b"old")
    assert payloads_in(data) == [b"new"]


def test_a_frame_whose_number_does_not_grow_is_not_believed() -> None:
    assert payloads_in(file_of([b"a", b"b"]) + encode_frame(7, 2, b"again")) == [b"a", b"b"]


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_scanned_to_their_end(data: bytes) -> None:
    parts = list(scan(data))
    covered = sum(part.end - part.start for part in parts)
    assert covered == len(data) - (HEADER_SIZE if decode_header(data) else 0)


def test_a_frame_too_long_to_read_back_is_never_written() -> None:
    with pytest.raises(ValueError, match=str(MAX_PAYLOAD)):
        encode_frame(1, 1, bytes(MAX_PAYLOAD + 1))
