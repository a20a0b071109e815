"""What a far end reports of the sound that it gets: RTCP sender and receiver reports (RFC 3550 §6.4). Pure."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SR, _RR = 200, 201
_HEADER = 4
_SENDER_INFO = 20
"""Bytes between a sender report's SSRC and its report blocks (§6.4.1)."""
_BLOCK = 24


@dataclass(frozen=True)
class Report:
    """One participant's word on what it received."""

    reporter: int
    """Its SSRC."""
    highest: Mapping[int, int]
    """By source (SSRC): the extended highest sequence number received of it, 32 bits (§6.4.1). A source that is not
    here was left out: nothing came of it since the report before (§6.4), or the reporter never names any."""


def is_rtcp(datagram: bytes) -> bool:
    """Is this RTCP, on a port that it may share with RTP (RFC 5761 §4)? Never raises."""
    return len(datagram) >= _HEADER and datagram[0] >> 6 == 2 and 192 <= datagram[1] <= 223


def reports(datagram: bytes) -> tuple[Report, ...]:
    """The reports in a compound packet (RFC 3550 §6.1), one for each reporter; none of what is damaged or no RTCP.

    Packets of other kinds are passed over, also where one of them comes first (RFC 5506). Never raises.
    """
    found: dict[int, dict[int, int]] = {}
    for kind, count, body in _packets(datagram):
        if kind not in (_SR, _RR):
            continue
        start = 4 + (_SENDER_INFO if kind == _SR else 0)
        if len(body) < start + count * _BLOCK:
            return ()
        # One participant with more than 31 sources to tell of adds receiver reports to its first report (§6.1).
        blocks = found.setdefault(int.from_bytes(body[:4], "big"), {})
        for place in range(start, start + count * _BLOCK, _BLOCK):
            source, _, highest = struct.unpack_from("!III", body, place)
            blocks[source] = highest
    return tuple(Report(reporter, blocks) for reporter, blocks in found.items())


def _packets(datagram: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, count and body of each packet of a compound one; ends where the rest makes no sense (§A.2)."""
    rest = datagram
    while is_rtcp(rest):
        flags, kind, words = struct.unpack_from("!BBH", rest)
        size = _HEADER + 4 * words
        if size > len(rest):
            return
        yield kind, flags & 0x1F, rest[_HEADER:size]
        rest = rest[size:]
