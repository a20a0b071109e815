"""What comes out of a datagram, of a telephone event and of a call's count of packets."""

import struct
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.voip.rtp import KEPT, TELEPHONE_EVENT, Format, PacketFeed, RtpPacket, parse
from kiosk.voip.rtp_meter import RtpMeter

PCMA = Format("pcma", 8_000)


def datagram(
    number: int = 1, stamp: int = 0, payload: bytes = b"sound", kind: int = 8, ssrc: int = 1, flags: int = 0x80
) -> bytes:
    return struct.pack("!BBHII", flags, kind, number & 0xFFFF, stamp & 0xFFFFFFFF, ssrc) + payload


def packet(number: int, at: float = 0.0, ssrc: int = 1) -> RtpPacket:
    found = parse(datagram(number, number * 160, bytes(160), ssrc=ssrc), at)
    assert found is not None
    return found


# --- the datagram ---------------------------------------------------------------------------------------------


def test_a_packet_is_read_whole() -> None:
    assert parse(datagram(65_535, 0xFFFFFFFF, b"abc", 0x80 | 8, 0xDEADBEEF), 2.5) == RtpPacket(
        at=2.5, sequence=65_535, timestamp=0xFFFFFFFF, ssrc=0xDEADBEEF, payload_type=8, marker=True, payload=b"abc"
    )


def test_sources_extension_and_padding_are_no_sound() -> None:
    sources = b"ssss" * 2
    extension = b"\xbe\xde\x00\x01" + b"eeee"
    found = parse(datagram(payload=sources + extension + b"sound" + b"\x00\x00\x03", flags=0x80 | 0x20 | 0x10 | 2), 0.0)
    assert found is not None
    assert found.payload == b"sound"


@pytest.mark.parametrize(
    "strange",
    [
        b"",
        b"\x80" * 11,
        datagram(flags=0x40),  # version 1
        datagram(kind=200 & 0x7F | 0x80),  # RTCP on the same port (RFC 5761)
        datagram(kind=203),
        datagram(payload=b"short", flags=0x80 | 15),  # more sources than there is room for
        datagram(payload=b"\xbe\xde\xff\xff", flags=0x90),
        datagram(payload=b"x\x00", flags=0xA0),  # padding of nothing
        datagram(payload=b"x\xff", flags=0xA0),
        datagram(payload=bytes(9000)),
        b"OPTIONS sip:box@192.0.2.1 SIP/2.0\r\n\r\n",
    ],
)
def test_what_is_no_rtp_is_nothing(strange: bytes) -> None:
    assert parse(strange, 0.0) is None


@given(st.binary(max_size=300))
@example(datagram(flags=0x80 | 0x20 | 0x10))
def test_garbage_never_raises_and_never_grows(garbage: bytes) -> None:
    found = parse(garbage, 0.0)
    assert found is None or len(found.payload) <= len(garbage) - 12


# --- the feed -------------------------------------------------------------------------------------------------


def test_packets_wait_in_the_order_they_came_and_only_so_many() -> None:
    feed = PacketFeed({8: PCMA}.get, lambda digit: None)
    for number in range(KEPT + 10):
        feed.feed(datagram(number), 0.0)
    taken = feed.take()
    assert [each.sequence for each, kind in taken] == list(range(10, KEPT + 10))
    assert feed.take() == []
    assert feed.meter.received == KEPT + 10


def test_a_payload_type_that_was_not_agreed_is_no_packet_of_ours() -> None:
    feed = PacketFeed({8: PCMA}.get, lambda digit: None)
    feed.feed(datagram(kind=77), 1.0)
    feed.feed(datagram(kind=99), 1.0)
    assert (feed.take(), feed.meter.received, feed.meter.last_at) == ([], 0, 0.0)


# --- keys -----------------------------------------------------------------------------------------------------


def event(key: int, duration: int, *, end: bool = False) -> bytes:
    return struct.pack("!BBH", key, 0x80 | 10 if end else 10, duration)


def pressed(*packets: tuple[int, bytes]) -> list[str]:
    """The keys told for packets of (timestamp, payload)."""
    keys: list[str] = []
    feed = PacketFeed({101: TELEPHONE_EVENT}.get, keys.append)
    for number, (stamp, payload) in enumerate(packets):
        feed.feed(datagram(number, stamp, payload, 101), number * 0.02)
    return keys


FIVE = [(800, event(5, 160 * n)) for n in (1, 2, 3)] + [(800, event(5, 640, end=True))] * 3


def test_a_key_is_told_once_whatever_is_repeated() -> None:
    assert pressed(*FIVE) == ["5"]


def test_the_same_key_twice_is_two_keys() -> None:
    assert pressed(*FIVE, *[(stamp + 4000, payload) for stamp, payload in FIVE]) == ["5", "5"]


@pytest.mark.parametrize("lost", range(len(FIVE)))
def test_a_lost_packet_loses_no_key(lost: int) -> None:
    second = [(stamp + 4000, payload) for stamp, payload in FIVE]
    assert pressed(*FIVE[:lost], *FIVE[lost + 1 :], *second[:lost], *second[lost + 1 :]) == ["5", "5"]


def test_only_the_last_of_the_ends_came_and_the_key_is_told() -> None:
    assert pressed(FIVE[-1]) == ["5"]


def test_a_straggler_of_an_old_key_is_not_that_key_again() -> None:
    later = [(stamp + 4000, event(7, 160)) for stamp, _ in FIVE]
    assert pressed(*FIVE, *later, FIVE[-1]) == ["5", "7"]


def test_a_key_held_longer_than_a_packet_can_say_is_one_key() -> None:
    """RFC 4733 §2.5.1.3: a new segment begins where the full one ends."""
    first = [(0, event(11, duration)) for duration in (0x4000, 0x8000, 0xFFFF)]
    second = [(0xFFFF, event(11, 160)), (0xFFFF, event(11, 320, end=True))]
    assert pressed(*first, *second) == ["#"]


def test_all_sixteen_keys_across_the_end_of_the_clock() -> None:
    keys = [((0xFFFFFF00 + n * 1000) & 0xFFFFFFFF, event(n, 160, end=True)) for n in range(16)]
    assert pressed(*keys) == list("0123456789*#ABCD")


def test_flash_and_nonsense_are_no_keys() -> None:
    assert pressed((0, event(16, 160)), (1000, b"\x05"), (2000, event(255, 1))) == []


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), st.binary(max_size=6)), max_size=30))
def test_strange_events_never_raise(packets: list[tuple[int, bytes]]) -> None:
    assert len(pressed(*packets)) <= len(packets)


# --- the meter ------------------------------------------------------------------------------------------------


def test_meter_counts_what_is_missing_across_the_wrap_of_the_sequence() -> None:
    meter = RtpMeter()
    for number in (65_533, 65_534, 65_536, 65_537):  # 65535 never came
        meter.count(packet(number, number * 0.02), 8_000)
    assert (meter.received, meter.loss_pct) == (4, 20.0)


def test_meter_starts_anew_with_a_new_source_and_loses_nothing() -> None:
    meter = RtpMeter()
    for n, (number, ssrc) in enumerate([(10, 1), (11, 1), (5000, 2), (5001, 2), (40_000, 2), (40_001, 2)]):
        meter.count(packet(number, n * 0.02, ssrc), 8_000)
    assert meter.loss_pct == 0.0


def test_meter_measures_jitter_of_late_packets_only() -> None:
    steady, shaken = RtpMeter(), RtpMeter()
    for n in range(200):
        steady.count(packet(n, n * 0.02), 8_000)
        shaken.count(packet(n, n * 0.02 + (0.010 if n % 2 else 0.0)), 8_000)
    assert steady.jitter_ms == 0.0
    assert shaken.jitter_ms == pytest.approx(10.0, abs=0.5)


def test_meter_takes_a_change_of_clock_for_no_jitter() -> None:
    """A re-INVITE from G.711 to Opus: the stamps run six times as fast from then on."""
    meter = RtpMeter()
    for n in range(50):
        meter.count(packet(n, n * 0.02), 8_000)
    for n in range(50, 100):
        found = parse(datagram(n, n * 960, kind=96), n * 0.02)
        assert found is not None
        meter.count(found, 48_000)
    assert meter.jitter_ms == 0.0


def test_meter_knows_nothing_before_the_first_packet() -> None:
    meter = RtpMeter()
    assert (meter.received, meter.loss_pct, meter.jitter_ms, meter.last_at) == (0, None, None, 0.0)


@given(st.lists(st.integers(0, 200), min_size=2, max_size=60, unique=True))
def test_loss_is_what_is_missing_between_first_and_highest(numbers: list[int]) -> None:
    numbers.sort()
    meter = RtpMeter()
    for number in numbers:
        meter.count(packet(number, number * 0.02), 8_000)
    gaps = sum(b - a - 1 for a, b in pairwise(numbers))
    assert meter.loss_pct == round(100 * gaps / (gaps + len(numbers)), 2)
