"""One call of the pure-Python engine, and its sound. No import of the library."""

import errno
import random
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kiosk.audio.g711 import G711Decoder
from kiosk.calls.line import AttemptId, Cause
from kiosk.voip.causes import Phase
from kiosk.voip.engine import MediaStats
from kiosk.voip.rtp import CN, TELEPHONE_EVENT, Format, PacketFeed
from kiosk.voip.silence import SilenceWatch

_STATIC = {
    0: Format("pcmu", 8_000, partial(G711Decoder, "pcmu")),
    8: Format("pcma", 8_000, partial(G711Decoder, "pcma")),
    13: CN,
}
"""Payload types with a meaning of their own (RFC 3551 §6)."""
_HELD = ("recvonly", "inactive")
_HOLD_SETTLES_S = 1.0
"""Packets that were on their way when the hold began have come by then."""


@dataclass(eq=False)
class Call:
    """One attempt. The engine alone changes it, on the event loop; its threads read it."""

    attempt: AttemptId
    phone: Any
    """The library's phone of its account."""
    headers: Mapping[str, str] = field(default_factory=dict)
    native: Any = None
    call_id: str = ""
    invite: bytes = b""
    """As sent last; its transaction is ``branch``."""
    branch: str = ""
    phase: Phase = Phase.TRYING
    progressed: bool = False
    dialled_at: float = 0.0
    hanging_up: bool = False
    ended: bool = False
    cause: Cause | None = None
    codec: str = ""
    feed: PacketFeed | None = None
    answered_at: float = 0.0
    gone_at: float = 0.0
    """When the library was first seen to have ended it; 0: it has not."""
    sound: "RfcvoipAudio | None" = None
    _silence: SilenceWatch | None = None
    _mode: str = "sendrecv"
    _mode_at: float = 0.0

    @property
    def is_authorised(self) -> bool:
        """The INVITE answers a challenge (RFC 3261 §22.2, §22.3)."""
        return b"Authorization:" in self.invite

    def silence(self, after_s: float) -> SilenceWatch:
        """The watch over its sound."""
        if self._silence is None:
            self._silence = SilenceWatch(self.attempt, after_s)
        return self._silence

    def last_heard(self, now: float) -> float:
        """When something was heard of it last, or its answer after it. While the far end holds it: now."""
        last = self.feed.meter.last_at if self.feed is not None else 0.0
        mode = self.sound.mode if self.sound is not None else ""
        if mode != self._mode:
            self._mode, self._mode_at = mode, now
        # The library says "held" for ever once it was: what comes a second later says that it is over.
        if mode in _HELD and last < self._mode_at + _HOLD_SETTLES_S:
            return now
        return max(self.answered_at, last)

    def stats(self) -> MediaStats:
        """What was measured of its packets."""
        if self.feed is None:
            return MediaStats(self.codec)
        meter = self.feed.meter
        return MediaStats(self.codec, meter.loss_pct, meter.jitter_ms, meter.received)


class RfcvoipAudio:
    """See :class:`kiosk.voip.engine.PacketAudio`. The packets are taken before the library decodes any of them."""

    def __init__(self, client: Any, call: Call, on_digit: Callable[[str], None]) -> None:
        self._client = client
        self.feed = call.feed = PacketFeed(self._format_of, on_digit)
        client.parse_packet = lambda packet: self.feed.feed(packet, time.monotonic())

    @property
    def sample_rate(self) -> int:
        return int(self._client.audio_sample_rate)

    @property
    def mode(self) -> str:
        """Our side's direction in the SDP's words: recvonly or inactive while the far end holds the call."""
        return str(self._client.sendrecv)

    def write(self, pcm: bytes) -> None:
        self._client.write(pcm)

    def queued_s(self) -> float:
        """Seconds of sound that wait to be sent."""
        return float(self._client.pmout.available()) / (2 * self.sample_rate)

    def _format_of(self, payload_type: int) -> Format | None:
        if payload_type in _STATIC:
            return _STATIC[payload_type]
        meant = self._client.assoc.get(payload_type)
        return TELEPHONE_EVENT if str(meant) == TELEPHONE_EVENT.name else None


def priorities(codecs: tuple[str, ...]) -> dict[str, int]:
    """The account's order as the library's scores."""
    return {name.upper(): 1000 - 10 * place for place, name in enumerate(codecs)}


def free_port(address: str) -> int:
    """A port that is free for UDP now; the library wants a number before it binds. Raises: OSError.

    From below those that the kernel gives to whoever asks for any: nobody comes by it before the library has it.
    """
    for _ in range(100):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
            port = random.randrange(10_000, 20_000)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return port
    raise OSError(errno.EADDRINUSE, f"no free UDP port from 10000 to 19999 of {address}")
