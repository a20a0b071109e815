"""Sound of the demo's platform: G.711, RTP out by the clock, RTP in to a WAV file, RFC 4733 digits.

A recording is laid out by RTP timestamps, so that what was lost is a hole and not a shorter file, and its header is
true after every write: it can be listened to even when the process was killed.
"""

import asyncio
import itertools
import os
import random
import struct
import time
import wave
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import BadInput

RATE = 8000
FRAME = 160
FRAME_S = 0.020
_DIGITS = "0123456789*#ABCD"
_LONGEST_HOLE = 10 * RATE
"""A timestamp further away than this is a new stream (new SSRC, restarted clock), not a hole."""

Samples = NDArray[np.int16]


def _ulaw_table() -> NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _alaw_table() -> NDArray[np.int16]:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 0x0F
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _inverse(table: NDArray[np.int16]) -> NDArray[np.uint8]:
    """For every 16-bit sample the code whose value is nearest (G.711 by definition of its decoder)."""
    order = np.argsort(table, kind="stable")
    values = table[order].astype(np.int32)
    wanted = np.arange(-32768, 32768)
    right = np.clip(np.searchsorted(values, wanted), 1, 255)
    nearer_left = wanted - values[right - 1] <= values[right] - wanted
    return order[np.where(nearer_left, right - 1, right)].astype(np.uint8)


_DECODE = {"PCMU": _ulaw_table(), "PCMA": _alaw_table()}
_ENCODE = {name: _inverse(table) for name, table in _DECODE.items()}


def g711_encode(codec: str, pcm: Samples) -> bytes:
    """16-bit samples as PCMU or PCMA."""
    return _ENCODE[codec][pcm.astype(np.int32) + 32768].tobytes()


def g711_decode(codec: str, data: bytes) -> Samples:
    """PCMU or PCMA as 16-bit samples."""
    out: Samples = _DECODE[codec][np.frombuffer(data, dtype=np.uint8)]
    return out


def read_wav(path: Path) -> Samples:
    """A mono 16-bit WAV file at 8 kHz, whatever its rate was. Raises: BadInput."""
    try:
        with wave.open(str(path), "rb") as wav:
            rate, channels, width = wav.getframerate(), wav.getnchannels(), wav.getsampwidth()
            pcm = np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2") if width == 2 else None
    except (OSError, EOFError, wave.Error) as error:
        raise BadInput(f"{path}: not a WAV file that can be read ({error}); give a 16-bit PCM WAV") from error
    if pcm is None:
        raise BadInput(f"{path}: {8 * width} bits a sample; give a 16-bit PCM WAV")
    mono = pcm.reshape(-1, channels).mean(axis=1)
    if rate != RATE:
        import soxr  # at use: the demo's platform starts without it where the files have the right rate

        mono = soxr.resample(mono, rate, RATE)
    out: Samples = np.clip(np.rint(mono), -32768, 32767).astype(np.int16)
    return out


def warble(seconds: float = 4.0) -> Samples:
    """A greeting without words: syllables of a gliding voice, so that a call is heard and can be recognised."""
    t = np.arange(int(seconds * RATE)) / RATE
    pitch = 140 + 30 * np.sin(2 * np.pi * 0.7 * t) + 12 * np.sin(2 * np.pi * 2.3 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    formant = 2.5 + 1.5 * np.sin(2 * np.pi * 1.1 * t)
    voice = sum(np.sin(n * phase) / (1 + abs(n - formant) ** 2) for n in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * t) + 0.4, 0, 1)
    out: Samples = np.clip(6000 * voice * syllables, -32768, 32767).astype(np.int16)
    return out


class Recording:
    """A WAV file that grows; sound is laid at its sample position and holes stay silent."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        self._length = 0
        self._write_header()

    @property
    def length(self) -> int:
        """Samples so far."""
        return self._length

    def lay(self, position: int, pcm: Samples) -> None:
        """Put ``pcm`` at ``position`` (samples from the beginning)."""
        os.pwrite(self._file, pcm.astype("<i2").tobytes(), 44 + 2 * position)
        self._length = max(self._length, position + len(pcm))
        self._write_header()

    def close(self) -> None:
        """Nothing is pending: every write was whole."""
        os.close(self._file)

    def _write_header(self) -> None:
        size = 2 * self._length
        form = struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
        header = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + form + b"data" + struct.pack("<I", size)
        os.pwrite(self._file, header, 0)


_ECHOED = 25
"""Frames that wait to be sent back: 0.5 s."""


class RtpStream(asyncio.DatagramProtocol):
    """One call's sound: sends the greeting and then silence at 20 ms by the clock, records what comes."""

    def __init__(self, recording: Recording | None, on_digit: Callable[[str], None]) -> None:
        self._recording = recording
        self._on_digit = on_digit
        self._transport: asyncio.DatagramTransport | None = None
        self._codec, self._payload = "PCMU", 0
        self._dtmf_payload: int | None = None
        self._peer: tuple[str, int] | None = None
        self._ssrc: int | None = None
        self._base = 0
        self._last_digit_ts: int | None = None
        self._sending: asyncio.Task[None] | None = None
        self.packets_received = 0
        self.is_echo = False
        """Send back what is heard, in the place of silence."""
        self._echoed: deque[Samples] = deque(maxlen=_ECHOED)
        self.muted_from: float = float("inf")
        self.muted_until: float = float("inf")
        """Monotonic seconds between which nothing is sent: a stretch of dead network."""

    @classmethod
    async def open(cls, address: str, recording: Recording | None, on_digit: Callable[[str], None]) -> "RtpStream":
        """Bind a free port."""
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_datagram_endpoint(lambda: cls(recording, on_digit), local_addr=(address, 0))
        return stream

    @property
    def port(self) -> int:
        """The local UDP port, for the SDP."""
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def aim(self, codec: str, payload: int, dtmf_payload: int | None, peer: tuple[str, int]) -> None:
        """Speak ``codec`` to ``peer`` from now on."""
        self._codec, self._payload, self._dtmf_payload, self._peer = codec, payload, dtmf_payload, peer

    def play(self, greeting: Samples) -> None:
        """Send ``greeting`` once and silence after it, until :meth:`close`."""
        if self._sending is not None:
            self._sending.cancel()
        self._sending = asyncio.get_running_loop().create_task(self._send(greeting))

    def close(self) -> None:
        """Stop sending and recording."""
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()
        if self._recording is not None:
            self._recording.close()
            self._recording = None

    async def _send(self, greeting: Samples) -> None:
        ssrc, sequence, stamp = random.getrandbits(32), random.getrandbits(15), random.getrandbits(31)
        silence = np.zeros(FRAME, dtype=np.int16)
        start = time.monotonic()
        for n in itertools.count():
            await asyncio.sleep(max(0.0, start + n * FRAME_S - time.monotonic()))
            frame = greeting[n * FRAME : (n + 1) * FRAME]
            if self._echoed and len(frame) < FRAME:
                frame = self._echoed.popleft()
            if len(frame) < FRAME:
                frame = np.concatenate((frame, silence[len(frame) :]))
            marker = 0x80 if n == 0 else 0
            header = struct.pack(
                "!BBHII", 0x80, marker | self._payload, (sequence + n) & 0xFFFF, (stamp + n * FRAME) & 0xFFFFFFFF, ssrc
            )
            quiet = self.muted_from <= time.monotonic() < self.muted_until
            if self._transport is not None and self._peer is not None and not quiet:
                self._transport.sendto(header + g711_encode(self._codec, frame), self._peer)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < 13 or data[0] >> 6 != 2:
            return
        _, kind, _, stamp, ssrc = struct.unpack("!BBHII", data[:12])
        payload = data[12 + 4 * (data[0] & 0x0F) :]
        if self._peer is not None and kind & 0x7F in (self._payload, self._dtmf_payload):
            self._peer = addr  # symmetric RTP (RFC 4961): answer to where the sound really comes from
        if self._dtmf_payload is not None and kind & 0x7F == self._dtmf_payload:
            self._take_digit(payload, stamp)
        elif kind & 0x7F == self._payload:
            self.packets_received += 1
            self._take_sound(payload, stamp, ssrc)
            if self.is_echo:
                self._echoed.append(g711_decode(self._codec, payload))

    def error_received(self, exc: Exception) -> None:
        """The far side's port is closed: it says good-bye by SIP, not by ICMP."""

    def _take_digit(self, payload: bytes, stamp: int) -> None:
        # One key is many packets of one timestamp (RFC 4733 §2.5.1.2); the first counts.
        if len(payload) >= 4 and stamp != self._last_digit_ts and payload[0] < len(_DIGITS):
            self._last_digit_ts = stamp
            self._on_digit(_DIGITS[payload[0]])

    def _take_sound(self, payload: bytes, stamp: int, ssrc: int) -> None:
        if self._recording is None:
            return
        if self._ssrc is None:
            self._base = stamp
        position = (stamp - self._base) & 0xFFFFFFFF
        length = self._recording.length
        if self._ssrc is not None and (ssrc != self._ssrc or not -RATE < position - length < _LONGEST_HOLE):
            self._base = (stamp - length) & 0xFFFFFFFF
            position = length
        self._ssrc = ssrc
        self._recording.lay(position, g711_decode(self._codec, payload))
