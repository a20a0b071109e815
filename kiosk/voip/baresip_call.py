"""One call of the native engine: what is known of it, and its sound. No import of the binding.

The stack's streams are taken as they come: their rate is the codec's, Opus is two channels, and a renegotiation
replaces them under our hands. Here they become plain mono PCM that never raises.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from kiosk.calls.line import AttemptId, Cause
from kiosk.voip.baresip_rtp import Tap, attach
from kiosk.voip.causes import Phase
from kiosk.voip.engine import MediaStats
from kiosk.voip.rtp import PacketFeed
from kiosk.voip.silence import SilenceWatch

_MOST_QUEUED_S = 0.120
"""More than this waiting for the far end is delay that never goes away again: the newest is dropped instead."""
_CUSHION_S = 0.020
_BY_RATE = {8_000: "pcma", 16_000: "g722", 48_000: "opus"}


class NativeAudio(Protocol):
    """What is used of the binding's call audio."""

    def info(self) -> Any: ...
    def stats(self) -> Any: ...
    def read(self, max_bytes: int) -> bytes: ...
    def write(self, pcm: bytes) -> int: ...


class BaresipAudio:
    """See :class:`kiosk.voip.engine.CallAudio`."""

    def __init__(self, native: NativeAudio, info: Any, gone: type[Exception]) -> None:
        self._native, self._gone = native, gone
        self._rate = int(info.rx_sample_rate or info.tx_sample_rate)
        self._rx_channels = int(info.rx_channels or 1)
        self._tx_channels = int(info.tx_channels or 1)
        self.bytes_read = 0
        self._lock = threading.Lock()
        """The reading thread's count is looked at by the loop."""

    @property
    def sample_rate(self) -> int:
        return self._rate

    def read(self, samples: int) -> bytes:
        try:
            pcm = self._native.read(2 * samples * self._rx_channels)
        except self._gone:
            return b""  # renegotiated or over: the engine gives out a new object or none
        with self._lock:
            self.bytes_read += len(pcm)
        if self._rx_channels == 1 or not pcm:
            return pcm
        both = np.frombuffer(pcm, dtype=np.int16).reshape(-1, self._rx_channels)
        mono: bytes = both.mean(axis=1).astype(np.int16).tobytes()
        return mono

    def write(self, pcm: bytes) -> None:
        try:
            info = self._native.info()
            if not info.tx_ready or info.tx_sample_rate != self._rate:
                return
            frame = 2 * self._tx_channels
            if info.tx_buffered > _MOST_QUEUED_S * self._rate * frame:
                return
            if self._tx_channels != 1:
                pcm = np.repeat(np.frombuffer(pcm, dtype=np.int16), self._tx_channels).tobytes()
            if info.tx_buffered == 0:
                # A cushion, so that a mixer's thread that is late by some milliseconds does not tear a word.
                pcm = bytes(int(_CUSHION_S * self._rate) * frame) + pcm
            self._native.write(pcm)
        except self._gone:
            return

    def queued_s(self) -> float:
        """Seconds of sound that wait to be sent."""
        try:
            info = self._native.info()
        except self._gone:
            return 0.0
        return float(info.tx_buffered) / (2 * self._tx_channels * self._rate)

    def taken(self) -> int:
        """A count that grows with every packet that came, read by us or not."""
        try:
            stats = self._native.stats()
        except self._gone:
            return 0
        with self._lock:
            return int(self.bytes_read + stats.rx_buffered + stats.rx_dropped_bytes + stats.rx_discarded_bytes)

    def packets(self) -> int:
        """Packets of 20 ms that came so far, about."""
        return self.taken() // max(1, self._rate // 50 * 2 * self._rx_channels)


class BaresipPackets(BaresipAudio):
    """See :class:`kiosk.voip.engine.PacketAudio`: the same outwards, and inwards the packets instead of the PCM."""

    def __init__(self, native: NativeAudio, info: Any, gone: type[Exception], feed: PacketFeed) -> None:
        super().__init__(native, info, gone)
        self.feed = feed


@dataclass(eq=False)
class CallState:
    """One attempt. The engine alone changes it, on the event loop."""

    attempt: AttemptId
    gone: type[Exception] = Exception
    native: Any = None
    phase: Phase = Phase.TRYING
    dialled_at: float = 0.0
    answered_at: float = 0.0
    progressed: bool = False
    hanging_up: bool = False
    ended: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with ``ended``."""
    cause: Cause | None = None
    """Set when we give up for another reason than the caller's wish."""
    held: bool = False
    heeds_reports: bool = True
    """The far end's word that it does not hear us counts (the account's)."""
    heard_at: float = 0.0
    """The last packet, or the answer or the end of a hold after it."""
    codec: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    """The stack's last statistics: with each RTCP report, and at the end."""
    tap: Tap | None = None
    """Its packets; None: they cannot be seen, and the stack's PCM is taken."""
    _audio: BaresipAudio | None = None
    _looked: bool = False
    _last_taken: int = 0
    _silence: SilenceWatch | None = None

    def sound(self) -> BaresipAudio | None:
        """The call's sound; a new object when the streams changed their format, None while there is none."""
        try:
            info = self.native.audio.info()
        except self.gone:
            return None
        if not (info.rx_ready and info.tx_ready):
            return None
        if self._audio is None or self._audio.sample_rate != info.rx_sample_rate:
            of_call = (self.native.audio, info, self.gone)
            self._audio = BaresipPackets(*of_call, self.tap.feed) if self.tap else BaresipAudio(*of_call)
        return self._audio

    def look_in(self, call_id: str | None, on_digit: Callable[[str], None]) -> None:
        """See its packets from now on, if they can be seen; its Call-ID comes with its first event."""
        if call_id and not self._looked and not self.ended:
            self._looked, self.tap = True, attach(call_id, on_digit)

    def silence(self, after_s: float) -> SilenceWatch:
        """The watch over its sound."""
        if self._silence is None:
            self._silence = SilenceWatch(self.attempt, after_s)
        return self._silence

    def last_heard(self, now: float) -> float:
        """When something was heard of it last; ask it often where the packets cannot be seen."""
        if self.tap is not None:
            self.heard_at = max(self.heard_at, self.tap.feed.meter.last_at)
            return self.heard_at
        sound = self.sound()
        taken = sound.taken() if sound is not None else self._last_taken
        if taken != self._last_taken:
            self._last_taken, self.heard_at = taken, now
        return self.heard_at

    def unheard_s(self) -> float:
        """For how many seconds the far end has reported that nothing of ours comes; 0: it comes, or nobody knows."""
        return self.tap.outward.unheard_s if self.tap is not None and self.heeds_reports else 0.0

    def hold(self, is_held: bool, now: float) -> None:
        """The far end holds the call, or takes it up again: silence is counted from then on."""
        self.held = is_held
        self.heard_at = self.heard_at if is_held else now
        if self.tap is not None:
            self.tap.outward.hold(is_held)

    def part(self) -> None:
        """It is over: its packets are no longer looked at; what was counted stays."""
        if self.tap is not None:
            self.tap.close()

    def codec_by_rate(self) -> str:
        """A codec's name from its rate, when its line in the stack's log is missing."""
        sound = self.sound()
        return _BY_RATE.get(sound.sample_rate, "") if sound is not None else ""


def stats_of(call: CallState) -> MediaStats:
    """What was measured: from the packets, or where they cannot be seen, from the stack's last report. Pure."""
    report = call.report
    sent = int(report.get("tx", {}).get("packets", 0))
    if call.tap is not None:
        meter = call.tap.feed.meter
        return MediaStats(call.codec, meter.loss_pct, meter.jitter_ms, meter.received, sent)
    rx, rtcp, jbuf = (report.get(key, {}) for key in ("rx", "rtcp", "jbuf"))
    received = int(rx.get("packets", 0))
    if not report:
        sound = call._audio
        return MediaStats(call.codec, packets_received=sound.packets() if sound is not None else 0)
    lost = max(int(rtcp.get("rx_lost", 0)), int(jbuf.get("lost", 0)))
    loss = round(100.0 * lost / (received + lost), 2) if received + lost else None
    jitter = float(rtcp.get("rx_jitter_us", 0)) / 1000 or float(jbuf.get("jitter_ms", 0))
    return MediaStats(call.codec, loss, jitter, received, sent)
