"""One call of the pure-Python engine, and its sound. No import of the library."""

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.calls.line import AttemptId, Cause
from kiosk.voip.causes import Phase
from kiosk.voip.rtp_meter import RtpMeter


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
    meter: RtpMeter = field(default_factory=RtpMeter)
    answered_at: float = 0.0
    stalled: bool = False
    sound: "RfcvoipAudio | None" = None

    @property
    def is_authorised(self) -> bool:
        """The INVITE answers a challenge (RFC 3261 §22.2, §22.3)."""
        return b"Authorization:" in self.invite


class RfcvoipAudio:
    """See :class:`kiosk.voip.engine.CallAudio`. What has arrived, as it arrived: the mixer keeps the cushion."""

    def __init__(self, client: Any, meter: RtpMeter) -> None:
        self._client = client
        parse = client.parse_packet

        def metered(packet: bytes) -> None:
            meter.feed(packet, time.monotonic())
            parse(packet)

        client.parse_packet = metered

    @property
    def sample_rate(self) -> int:
        return int(self._client.audio_sample_rate)

    def read(self, samples: int) -> bytes:
        ready = min(2 * samples, int(self._client.pmin.available()) & ~1)
        return bytes(self._client.pmin.read(ready)) if ready > 0 else b""

    def write(self, pcm: bytes) -> None:
        self._client.write(pcm)


def priorities(codecs: tuple[str, ...]) -> dict[str, int]:
    """The account's order as the library's scores."""
    return {name.upper(): 1000 - 10 * place for place, name in enumerate(codecs)}


def free_port(address: str) -> int:
    """A port that is free for UDP now; the library wants a number before it binds."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
