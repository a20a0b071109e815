"""G.711 (A-law and mu-law) to 16 kHz, by a table and a half-band filter. See :class:`kiosk.voip.rtp.Decoder`."""

import numpy as np

from kiosk.audio.frames import Floats

TAPS = 33
"""Of the filter: 1 ms late, flat to 3.3 kHz, mirror images 50 dB down from 4.7 kHz on."""


def _a_law() -> Floats:
    """ITU-T G.711 table 1: every other bit is inverted, 13 bits and a sign."""
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.float32)


def _mu_law() -> Floats:
    """ITU-T G.711 table 2: all bits are inverted, 14 bits and a sign."""
    code = np.arange(256) ^ 0xFF
    size = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.float32)


def _half_band() -> Floats:
    """A low-pass at 4 of 8 kHz with Kaiser's window, for two samples out of each that comes in."""
    at = np.arange(TAPS) - TAPS // 2
    return (np.sinc(at / 2) * np.kaiser(TAPS, 4.55)).astype(np.float32)


_TABLES = {"pcma": _a_law(), "pcmu": _mu_law()}
_FILTER = _half_band()


class Doubler:
    """A stream at 8 kHz made one at 16 kHz, sample for sample two. One thread."""

    def __init__(self) -> None:
        self._past: Floats = np.zeros(TAPS - 1, dtype=np.float32)

    def feed(self, pcm: Floats) -> Floats:
        """Twice as many samples as ``pcm`` has, 1.5 ms late."""
        spread = np.zeros(2 * len(pcm), dtype=np.float32)
        spread[::2] = pcm
        line = np.concatenate((self._past, spread))
        self._past = line[len(line) - TAPS + 1 :]
        if not len(pcm):
            return spread
        out: Floats = np.convolve(line, _FILTER, mode="valid")
        return out


class G711Decoder:
    """``law``: pcma or pcmu. It has neither redundancy nor a guess of its own."""

    memory = TAPS - 1

    def __init__(self, law: str) -> None:
        self._table = _TABLES[law]
        self._doubler = Doubler()

    def decode(self, payload: bytes) -> Floats:
        return self._doubler.feed(self._table[np.frombuffer(payload, dtype=np.uint8)])

    def recover(self, following: bytes, count: int) -> Floats | None:
        return None

    def has_copy(self, payload: bytes) -> bool:
        return False

    def conceal(self, count: int) -> Floats | None:
        return None

    def is_pause(self, payload: bytes) -> bool:
        return False
