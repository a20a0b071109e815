"""A call's sound as the mixer wants it: one 20 ms frame at 16 kHz each time it asks, whatever the line does.

The line delivers when the network pleases and at the codec's rate. Here it is resampled, kept in a small cushion
against jitter, continued over holes, and trimmed when the far clock is faster than ours.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from kiosk.audio.conceal import HISTORY, continuation
from kiosk.audio.frames import (
    FADE,
    FRAME,
    FULL_SCALE,
    RATE,
    RISE,
    Floats,
    Samples,
    gain,
    level_dbfs,
    samples,
    to_samples,
)
from kiosk.audio.resampler import Resampler
from kiosk.audio.stretch import rms, shortened
from kiosk.voip.engine import CallAudio

log = logging.getLogger(__name__)

PREFILL = samples(0.060)
"""Sound waits until this much is here; 40 ms of it remain as the cushion once the first frame is out."""
TRIM_ABOVE = samples(0.060)
"""A cushion that never fell under this for a second is more than the line's jitter needs..."""
TRIM_TO = samples(0.040)
"""...and is cut back to this."""
TRIM_AT_ONCE = samples(0.200)
"""More than this is a backlog (a call that was not listened to, a stall that burst): cut back at once."""
WATCH = 50
"""Frames over which the cushion is watched: 1 s."""
SENT_SOON_S = 0.040
"""Outwards: at most this much waits all the time."""
MUTTERED = FULL_SCALE * gain(-45.0)
"""A frame of the mouth below this is a pause."""
LONGEST_READ_S = 0.5
"""At most this much is taken from the line in one frame's time."""
HEARD_DBFS = -60.0
"""A frame above this level is real sound, not a codec's idea of nothing."""


@dataclass(frozen=True)
class FarEndStats:
    """What the ear got from one call."""

    first_audio_at: float | None = None
    """``time.monotonic()`` of the first frame with real sound."""
    frames: int = 0
    """Frames played from the first sound on."""
    underruns: int = 0
    """Times the sound broke off because the line had not delivered."""
    trimmed_ms: int = 0
    """Sound thrown away to keep the delay small."""
    faults: int = 0
    """Exceptions inside the line's own sound object."""


class FarEnd:
    """One call's sound. ``read``, ``fade_out`` and ``write`` belong to the mixer's thread; ``stats`` to any."""

    def __init__(self, audio: CallAudio, clock: Callable[[], float] = time.monotonic) -> None:
        self._audio = audio
        self._clock = clock
        self._rate = audio.sample_rate
        self._longest_read = int(LONGEST_READ_S * self._rate)
        self._inward = Resampler(self._rate, RATE)
        self._faults = Faults()
        self._outward = Outward(audio, self._faults)
        self._cushion: Floats = np.zeros(0, dtype=np.float32)
        self._past: Floats = np.zeros(HISTORY, dtype=np.float32)
        self._carried: Floats = np.zeros(0, dtype=np.float32)
        """What is left of the continuation of a hole."""
        self._waiting = True
        self._lowest = TRIM_AT_ONCE
        self._watched = 0
        self._frames = self._underruns = self._trimmed = 0
        self._first_audio_at: float | None = None

    @property
    def stats(self) -> FarEndStats:
        """As of now."""
        return FarEndStats(
            self._first_audio_at, self._frames, self._underruns, self._trimmed * 1000 // RATE, self._faults.count
        )

    @property
    def held(self) -> int:
        """Samples in the cushion: the delay this stage adds now."""
        return len(self._cushion)

    def read(self) -> Floats:
        """The next frame for the ear; silence while there is nothing to hear. Never raises."""
        self._take_in()
        self._trim()
        if self._waiting and len(self._cushion) < PREFILL:
            frame = self._carry_on(FRAME)
        elif len(self._cushion) < FRAME:
            frame = self._break_off()
        else:
            frame = self._play()
        self._past = np.concatenate((self._past[FRAME:], frame))
        return frame

    def fade_out(self) -> Floats:
        """The last ``FADE`` samples to be heard, from what is already here, fading to silence."""
        out = np.zeros(FADE, dtype=np.float32)
        n = 0 if self._waiting else min(FADE, len(self._cushion))
        out[:n] = self._cushion[:n] * (1.0 - RISE[:n])
        return out

    def write(self, mic: Samples) -> None:
        """One frame from the mouth to the line. Never raises."""
        self._outward.write(mic)

    def _take_in(self) -> None:
        try:
            pcm = self._audio.read(self._longest_read)
            if not pcm:
                return
            fresh = np.frombuffer(pcm[: len(pcm) & ~1], dtype=np.int16).astype(np.float32)
        except Exception as error:
            self._faults.note("read", error)
            return
        self._cushion = np.concatenate((self._cushion, self._inward.feed(fresh)))

    def _play(self) -> Floats:
        frame, self._cushion = self._cushion[:FRAME].copy(), self._cushion[FRAME:]
        if self._waiting:
            # Out of the hole: the continuation (or silence) makes room for the real sound within 5 ms.
            frame[:FADE] = frame[:FADE] * RISE + self._carry_on(FADE) * (1.0 - RISE)
            self._waiting = False
        if self._first_audio_at is None and level_dbfs(frame) > HEARD_DBFS:
            self._first_audio_at = self._clock()
        if self._first_audio_at is not None:
            self._frames += 1
        return frame

    def _break_off(self) -> Floats:
        """The line is late: play what there is, go on in its manner, and wait for a new cushion."""
        self._underruns += 1
        rest, self._cushion = self._cushion, self._cushion[:0]
        self._carried = continuation(np.concatenate((self._past, rest))[-HISTORY:])
        self._waiting = True
        return np.concatenate((rest, self._carry_on(FRAME - len(rest))))

    def _carry_on(self, count: int) -> Floats:
        out = np.zeros(count, dtype=np.float32)
        n = min(count, len(self._carried))
        out[:n] = self._carried[:n]
        self._carried = self._carried[n:]
        return out

    def _trim(self) -> None:
        held = len(self._cushion) - FRAME
        self._lowest = min(self._lowest, held)
        self._watched += 1
        if held > TRIM_AT_ONCE or (self._watched >= WATCH and self._lowest > TRIM_ABOVE):
            self._drop((held if held > TRIM_AT_ONCE else self._lowest) - TRIM_TO)
        elif self._watched < WATCH:
            return
        self._watched, self._lowest = 0, TRIM_AT_ONCE

    def _drop(self, count: int) -> None:
        """Leave ``count`` samples out, the two ends laid over each other for 5 ms."""
        kept = self._cushion[count:].copy()
        if not self._waiting:
            kept[:FADE] = kept[:FADE] * RISE + self._cushion[:FADE] * (1.0 - RISE)
        self._cushion = kept
        self._trimmed += count


class Mouthpiece(Protocol):
    """What is needed of a call's sound to speak into it; see :class:`kiosk.voip.engine.CallAudio`."""

    @property
    def sample_rate(self) -> int: ...
    def write(self, pcm: bytes) -> None: ...


@runtime_checkable
class Queue(Protocol):
    """A mouthpiece that can say how much waits in it."""

    def queued_s(self) -> float: ...


class Faults:
    """Counts what fails in one call's sound, and puts the first into the log. One thread."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, doing: str, error: Exception) -> None:
        self.count += 1
        if self.count == 1:
            log.error("call audio: %s failed; silence from this call while it goes on failing", doing, exc_info=error)


class Outward:
    """The mouth's frames on their way to the line, at the line's rate. One thread.

    Our clock and the sender's never agree quite. Where ours is the faster one, what waits to be sent grows: as soon as
    it never fell under :data:`SENT_SOON_S` for a second, some milliseconds of a quiet frame are left out.
    """

    def __init__(self, audio: Mouthpiece, faults: Faults) -> None:
        self._audio, self._faults = audio, faults
        self._resampler = Resampler(RATE, audio.sample_rate)
        self._lowest_s, self._watched, self._surplus = 1.0, 0, 0
        self.left_out = 0
        """Samples at 16 kHz."""

    def write(self, mic: Samples) -> None:
        """One frame. Never raises."""
        try:
            pcm = to_samples(self._resampler.feed(self._trimmed(mic.astype(np.float32))))
            if len(pcm):
                self._audio.write(pcm.tobytes())
        except Exception as error:
            self._faults.note("write", error)

    def _trimmed(self, mic: Floats) -> Floats:
        if not isinstance(self._audio, Queue):
            return mic
        self._lowest_s = min(self._lowest_s, self._audio.queued_s())
        self._watched += 1
        if self._watched >= WATCH:
            self._surplus = samples(max(0.0, self._lowest_s - SENT_SOON_S))
            self._lowest_s, self._watched = 1.0, 0
        in_words = self._surplus > samples(SENT_SOON_S)
        if self._surplus <= 0 or not (in_words or rms(mic) < MUTTERED):
            return mic
        kept = shortened(mic, self._surplus, MUTTERED)
        self._surplus -= len(mic) - len(kept)
        self.left_out += len(mic) - len(kept)
        return kept
