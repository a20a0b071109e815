"""Opus and G.722, decoded by the libraries inside the native stack. See :class:`kiosk.voip.rtp.Decoder`.

Opus is decoded at 16 kHz and mono right away, whatever was sent: no resampler after it.
"""

import ctypes
import weakref
from typing import Any

import numpy as np

from kiosk.audio.frames import FULL_SCALE, RATE, Floats
from kiosk.errors import NeedsTechnician

LONGEST = RATE * 120 // 1000
"""Samples of the longest Opus packet: 120 ms (RFC 6716 §2.1.4)."""
_PAUSE_BYTES = 2
"""An Opus packet no longer than this says that nothing is sent for now (RFC 6716 §3.1: one frame, and it is empty)."""
_NOTHING: Floats = np.zeros(0, dtype=np.float32)


class OpusDecoder:
    """Opus (RFC 6716): recovers a lost packet from the next one's redundancy, and conceals what has none by itself."""

    memory = 0

    def __init__(self, library: Any) -> None:
        """``library``: :func:`kiosk.voip.baresip_native.load`. Raises: NeedsTechnician: out of memory."""
        self._library = library
        self._state = library.opus_decoder_create(RATE, 1, None)
        if not self._state:
            raise NeedsTechnician("libopus makes no decoder; look at the memory that is left")
        self._out = (ctypes.c_float * LONGEST)()
        weakref.finalize(self, library.opus_decoder_destroy, self._state)

    def decode(self, payload: bytes) -> Floats:
        return self._decode(payload, LONGEST, fec=False)

    def recover(self, following: bytes, count: int) -> Floats | None:
        if count > LONGEST or not self.has_copy(following):
            return None
        found = self._decode(following, count, fec=True)
        return found if len(found) == count else None

    def has_copy(self, payload: bytes) -> bool:
        return bool(self._library.opus_packet_has_lbrr(payload, len(payload)) == 1)

    def conceal(self, count: int) -> Floats | None:
        if not count:
            return _NOTHING
        # It conceals in steps of 2.5 ms.
        step = RATE // 400
        wanted = min(LONGEST, -(-count // step) * step)
        guess = self._decode(None, wanted, fec=False)
        return guess[:count] if len(guess) >= count else None

    def is_pause(self, payload: bytes) -> bool:
        return len(payload) <= _PAUSE_BYTES

    def _decode(self, payload: bytes | None, most: int, *, fec: bool) -> Floats:
        size = len(payload) if payload is not None else 0
        count = self._library.opus_decode_float(self._state, payload, size, self._out, most, int(fec))
        if count <= 0:
            return _NOTHING  # it is no Opus
        return np.array(self._out[:count], dtype=np.float32) * np.float32(FULL_SCALE)


class G722Decoder:
    """G.722 at 64 kbit/s: 16 kHz, each byte two samples."""

    memory = 22  # of its filter bank; the predictors are back within some milliseconds more

    def __init__(self, library: Any) -> None:
        """``library``: :func:`kiosk.voip.baresip_native.load`. Raises: NeedsTechnician: out of memory."""
        self._library = library
        self._state = library.g722_decoder_new(64_000, 0)
        if not self._state:
            raise NeedsTechnician("libg722 makes no decoder; look at the memory that is left")
        weakref.finalize(self, library.g722_decoder_destroy, self._state)

    def decode(self, payload: bytes) -> Floats:
        out = (ctypes.c_int16 * (2 * len(payload) + 2))()
        count = self._library.g722_decode(self._state, payload, len(payload), out)
        return np.array(out[: max(0, count)], dtype=np.float32)

    def recover(self, following: bytes, count: int) -> Floats | None:
        return None

    def has_copy(self, payload: bytes) -> bool:
        return False

    def conceal(self, count: int) -> Floats | None:
        return None

    def is_pause(self, payload: bytes) -> bool:
        return False
