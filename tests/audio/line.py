"""A far end that speaks in packets, and a network that does to them what networks do; all in virtual time."""

import ctypes
import random
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import soxr

from kiosk.audio.frames import FRAME, RATE, Floats, Samples
from kiosk.audio.g711 import G711Decoder
from kiosk.audio.packet_far_end import PacketFarEnd
from kiosk.voip.baresip_codecs import G722Decoder, OpusDecoder
from kiosk.voip.baresip_native import load
from kiosk.voip.rtp import Format, PacketFeed

PACKET_S = 0.020
OPUS_SET_BITRATE, OPUS_SET_INBAND_FEC, OPUS_SET_PACKET_LOSS_PERC, OPUS_SET_DTX = 4002, 4012, 4014, 4016
OPUS_APPLICATION_VOIP = 2048
PAYLOAD_TYPES = {"pcmu": 0, "pcma": 8, "g722": 9, "cn": 13, "opus": 96, "telephone-event": 101}


@dataclass(frozen=True)
class Sent:
    """One datagram on its way: when it left, and the packet's sequence number before it turned over."""

    at: float
    number: int
    datagram: bytes


def formats(payload_type: int) -> Format | None:
    """What :data:`PAYLOAD_TYPES` mean."""
    library = load()
    known = {
        0: Format("pcmu", 8_000, partial(G711Decoder, "pcmu")),
        8: Format("pcma", 8_000, partial(G711Decoder, "pcma")),
        9: Format("g722", 8_000, partial(G722Decoder, library)),
        13: Format("cn", 8_000),
        96: Format("opus", 48_000, partial(OpusDecoder, library), may_copy=True),
        101: Format("telephone-event", 8_000),
    }
    return known.get(payload_type)


FORMATS = {number: formats(number) for number in PAYLOAD_TYPES.values()}
"""One object a payload type, as an engine has them."""


class Wire:
    """What the mixer is given of a call: packets in, PCM out. Keeps what was said into it."""

    sample_rate = RATE

    def __init__(self) -> None:
        self.digits: list[str] = []
        self.feed = PacketFeed(FORMATS.get, self.digits.append)
        self.said = bytearray()

    def write(self, pcm: bytes) -> None:
        self.said += pcm


def datagram(
    number: int, stamp: int, payload: bytes, payload_type: int = 8, *, ssrc: int = 7, marker: bool = False
) -> bytes:
    """RFC 3550 §5.1, without any of its extras."""
    kind = payload_type | (0x80 if marker else 0)
    return struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, stamp & 0xFFFFFFFF, ssrc) + payload


# --- encoders -------------------------------------------------------------------------------------------------


def encoded(codec: str, pcm: Samples, *, fec: bool = True, dtx: bool = False) -> list[bytes]:
    """``pcm`` (16 kHz) in packets of 20 ms."""
    whole = pcm[: len(pcm) // FRAME * FRAME]
    if codec in ("pcma", "pcmu"):
        narrow = soxr.resample(whole.astype(np.float32), RATE, 8_000, quality="VHQ")
        law = _compressed(narrow, codec)
        return [law[i : i + 160] for i in range(0, len(law), 160)]
    frames = whole.reshape(-1, FRAME)
    library = load()
    if codec == "g722":
        library.g722_encoder_new.restype = ctypes.c_void_p
        library.g722_encode.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
        state = library.g722_encoder_new(64_000, 0)
        return [_g722(library, state, frame) for frame in frames]
    return _opus(library, frames, fec=fec, dtx=dtx)


def _compressed(pcm: Floats, codec: str) -> bytes:
    table = G711Decoder(codec)._table
    order = np.argsort(table, kind="stable")
    middles = (table[order][1:] + table[order][:-1]) / 2
    return bytes(order[np.searchsorted(middles, pcm)].astype(np.uint8))


def _g722(library: Any, state: Any, frame: Samples) -> bytes:
    out = ctypes.create_string_buffer(FRAME)
    count = library.g722_encode(state, frame.tobytes(), FRAME, out)
    return out.raw[:count]


def _opus(library: Any, frames: Any, *, fec: bool, dtx: bool) -> list[bytes]:
    """As a baresip with in-band FEC sends it: 28 kbit/s, prepared for 10 % loss."""
    library.opus_encoder_create.restype = ctypes.c_void_p
    library.opus_encode.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int32)
    state = ctypes.c_void_p(library.opus_encoder_create(RATE, 1, OPUS_APPLICATION_VOIP, None))
    settings = ((OPUS_SET_BITRATE, 28_000), (OPUS_SET_INBAND_FEC, int(fec)), (OPUS_SET_DTX, int(dtx)))
    for request, value in (*settings, (OPUS_SET_PACKET_LOSS_PERC, 10 if fec else 0)):
        library.opus_encoder_ctl(state, request, ctypes.c_int(value))
    packets = []
    for frame in frames:
        out = ctypes.create_string_buffer(1500)
        count = library.opus_encode(state, frame.tobytes(), FRAME, out, 1500)
        packets.append(out.raw[:count])
    return packets


# --- network --------------------------------------------------------------------------------------------------


def sent(
    codec: str, packets: Iterable[bytes], *, start: float = 100.0, clock: float = 1.0, first: int = 65_000
) -> list[Sent]:
    """Packets leave every 20 ms by a clock that runs ``clock`` times as fast as ours."""
    rate = 48_000 if codec == "opus" else 8_000
    step = round(rate * PACKET_S)
    return [
        Sent(
            start + n * PACKET_S / clock,
            first + n,
            datagram(first + n, 0xFFFF0000 + n * step, payload, PAYLOAD_TYPES[codec], marker=n == 0),
        )
        for n, payload in enumerate(packets)
    ]


def lose(packets: list[Sent], part: float, seed: int = 1, *, burst: float = 0.0) -> list[Sent]:
    """Without ``part`` of them: at random, or in bursts of ``burst`` packets on average (Gilbert)."""
    dice = random.Random(seed)
    left, losing = [], False
    leave = 1.0 / burst if burst else 1.0 - part
    enter = part * leave / (1.0 - part) if burst else part
    for packet in packets:
        losing = dice.random() < (1.0 - leave if losing and burst else enter)
        if not losing:
            left.append(packet)
    return left


def delay(packets: list[Sent], by: Callable[[int, random.Random], float], seed: int = 1) -> list[Sent]:
    """Each arrives ``by(its place, dice)`` seconds later, in the order of the arrivals."""
    dice = random.Random(seed)
    return sorted((replace(each, at=each.at + by(n, dice)) for n, each in enumerate(packets)), key=lambda each: each.at)


def jitter(most_s: float) -> Callable[[int, random.Random], float]:
    """Evenly spread."""
    return lambda n, dice: dice.random() * most_s


def now_and_then(late_s: float, part: float) -> Callable[[int, random.Random], float]:
    """Single packets are held up, as on a radio link or behind a busy router."""
    return lambda n, dice: late_s if dice.random() < part else 0.0


def spikes(most_s: float, every: int) -> Callable[[int, random.Random], float]:
    """Every so many packets the network stands still, and then delivers all at once."""
    length = round(most_s / PACKET_S)
    return lambda n, dice: max(0.0, most_s - (n % every) * PACKET_S) if n % every < length and n >= every else 0.0


def heard(
    arrivals: list[Sent], seconds: float, *, start: float = 100.0, phase: float = 0.007
) -> tuple[Floats, PacketFarEnd]:
    """What the mixer gets, 20 ms by 20 ms, from ``start`` + ``phase`` on; and the far end that it got it from."""
    wire = Wire()
    now = start + phase
    far_end = PacketFarEnd(wire, lambda: now)
    frames, n = [], 0
    for beat in range(round(seconds / PACKET_S)):
        now = start + phase + beat * PACKET_S
        while n < len(arrivals) and arrivals[n].at <= now:
            wire.feed.feed(arrivals[n].datagram, arrivals[n].at)
            n += 1
        frames.append(far_end.read())
    return np.concatenate(frames), far_end
