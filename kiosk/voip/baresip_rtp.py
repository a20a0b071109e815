"""The packets of a call of the native stack, seen as they come in, decrypted, and before the stack decodes them.

A helper of ours sits on the call's RTP socket above SRTP and DTLS. It looks and lets pass: the stack goes on as
before, so that its RTCP reports stay true. Another sits on its RTCP socket, for what the far end reports of us. The
sockets live as long as the call, through every re-INVITE, and free our helpers with themselves; one call-back each
serves all calls and is never freed. docs/adr/0006-receive-path.md says why.
"""

import asyncio
import contextlib
import ctypes
import functools
import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.audio.g711 import G711Decoder
from kiosk.voip.baresip_codecs import G722Decoder, OpusDecoder
from kiosk.voip.baresip_native import RECEIVE, Mbuf, load
from kiosk.voip.outward import OutwardWatch
from kiosk.voip.rtcp import is_rtcp, reports
from kiosk.voip.rtp import CN, LONGEST_DATAGRAM, TELEPHONE_EVENT, Format, PacketFeed

log = logging.getLogger(__name__)

LAYER = 100
"""Above SRTP (10 or 20), DTLS and ICE: a lower layer is called before a higher one, and changes what it passes on."""
_ASK_AGAIN = 64
"""Packets after which a payload type's meaning is asked for anew: a re-INVITE may have changed it."""
_ANY = -1

_taps: "dict[int, Tap]" = {}
"""By the number that a call's helpers carry. One that is gone from here is deaf."""
_numbers = itertools.count(1)


def attach(call_id: str, on_digit: Callable[[str], None]) -> "Tap | None":
    """Begin to see the packets of the call with this SIP Call-ID; None when that cannot be.

    ``on_digit`` is called on the running loop, for each key that the far end presses. The event loop's thread; it waits
    for the stack's for less than 1 ms.
    """
    loop = asyncio.get_running_loop()

    def told(digit: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
            loop.call_soon_threadsafe(on_digit, digit)

    library = load()
    if library is None:
        return None
    library.re_thread_enter()
    try:
        stream = library.audio_strm(library.call_audio(library.uag_call_find(call_id.encode())))
        session = library.stream_rtp_sock(stream)
        socket, reporting = library.rtp_sock(session), library.rtcp_sock(session)
        if not socket:
            return None
        number = next(_numbers)
        feed = PacketFeed(_Formats(library, stream), told)
        outward = OutwardWatch(library.rtp_sess_ssrc(session))
        _taps[number] = tap = Tap(number, feed, outward, lambda: int(library.rtp_sess_seq(session)))
        if library.udp_register_helper(None, socket, LAYER, None, _receive, number) != 0:
            del _taps[number]
            return None
        if reporting and library.udp_register_helper(None, reporting, LAYER, None, _receive, number) != 0:
            log.warning("the far end's reports cannot be seen: a way out that is cut will go unnoticed")
        return tap
    finally:
        library.re_thread_leave()


@dataclass(frozen=True, eq=False)
class Tap:
    """What comes in of one call: its packets, and what its far end reports of ours."""

    number: int
    feed: PacketFeed
    outward: OutwardWatch
    sent: Callable[[], int]
    """The last sequence number that we sent; in the stack's thread, while the call's sockets live."""

    def take(self, datagram: bytes, at: float) -> None:
        """One datagram that came at ``at`` (monotonic seconds), on either socket. The stack's thread."""
        if not is_rtcp(datagram):
            self.feed.feed(datagram, at)
            return
        for report in reports(datagram):
            self.outward.take(report, at, self.sent(), self.feed.meter.ssrc)

    def close(self) -> None:
        """See no more of them. Any thread; may be called twice."""
        _taps.pop(self.number, None)


def _see(source: Any, datagram: Any, number: int | None) -> bool:
    """One datagram, in the stack's thread. Whatever goes wrong here, the stack must have it, too."""
    tap = _taps.get(number or 0)
    if tap is not None:
        try:
            mbuf: Mbuf = datagram.contents
            size = mbuf.end - mbuf.pos
            if 0 < size <= LONGEST_DATAGRAM and mbuf.end <= mbuf.size:
                tap.take(ctypes.string_at(mbuf.buf + mbuf.pos, size), time.monotonic())
        except Exception:
            _taps.pop(number or 0, None)
            log.exception("a call's packets are no longer seen")
    return False


_receive = RECEIVE(_see)


class _Formats:
    """What payload types mean, as the stack's own side of the SDP says. Called in the stack's thread alone."""

    def __init__(self, library: Any, stream: int) -> None:
        self._library, self._stream = library, stream
        self._asked: dict[int, tuple[int, Format | None]] = {}
        self._known = {
            "opus": Format("opus", 48_000, functools.partial(OpusDecoder, library), may_copy=True),
            "G722": Format("g722", 8_000, functools.partial(G722Decoder, library)),
            "PCMA": Format("pcma", 8_000, functools.partial(G711Decoder, "pcma")),
            "PCMU": Format("pcmu", 8_000, functools.partial(G711Decoder, "pcmu")),
            "telephone-event": TELEPHONE_EVENT,
        }

    def __call__(self, payload_type: int) -> Format | None:
        if payload_type == 13:
            return CN  # static (RFC 3551 §6), and sent by gateways that never spoke of it
        uses, found = self._asked.get(payload_type, (_ASK_AGAIN, None))
        if uses >= _ASK_AGAIN:
            uses, found = 0, self._ask(payload_type)
        self._asked[payload_type] = (uses + 1, found)
        return found

    def _ask(self, payload_type: int) -> Format | None:
        media = self._library.stream_sdpmedia(self._stream)
        for name, meaning in self._known.items():
            if self._library.sdp_media_format(media, True, None, payload_type, name.encode(), _ANY, _ANY):
                return meaning
        return None
