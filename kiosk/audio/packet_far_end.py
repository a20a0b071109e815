"""A call's sound made from its packets, one 20 ms frame at 16 kHz each time the mixer asks, whatever the network does.

Packets wait in the jitter buffer and are decoded when they are to be heard: a lost one is recovered from its successor,
guessed by the codec, or carried on from the past; the delay is set right by leaving out or repeating single periods
of the voice. docs/audio.md has the whole way with its figures.
"""

import time
from collections.abc import Callable

import numpy as np

from kiosk.audio.comfort import Comfort
from kiosk.audio.conceal import HISTORY, Repetition, bridged, fade, join_length
from kiosk.audio.far_end import FarEndStats, Faults, Outward
from kiosk.audio.frames import FADE, FRAME, FULL_SCALE, RATE, RISE, Floats, Samples, gain, level_dbfs, samples
from kiosk.audio.jitter import Empty, JitterBuffer, Lost, Pause, Play
from kiosk.audio.stretch import lengthened, rms, shortened
from kiosk.voip.engine import PacketAudio
from kiosk.voip.rtp import Decoder, Format

HEARD_DBFS = -60.0
TOO_LONG = samples(0.020)
"""Delay above the wanted that is taken away in pauses..."""
FAR_TOO_LONG = samples(0.080)
"""...and from here on in words, too."""
PAUSE = samples(0.160)
"""Quiet for this long is a pause; what is shorter may be a consonant's, where 10 ms less are heard as a stumble."""
TOO_SHORT = samples(0.004)
"""Delay missing that is added in pauses..."""
FAR_TOO_SHORT = samples(0.020)
"""...and from here on in words, too."""
BETWEEN = samples(0.060)
"""At least this much sound between two changes in words."""
GUESSED = samples(0.100)
"""Of a hole a codec's own guess is heard for this long; then the background."""
QUIET_ABOVE_FLOOR_DB = 6.0
_MOST_STEPS = 64
"""For one frame."""


class PacketFarEnd:
    """One call's sound. ``read``, ``fade_out`` and ``write`` belong to the mixer's thread; ``stats`` to any."""

    def __init__(self, audio: PacketAudio, clock: Callable[[], float] = time.monotonic) -> None:
        self._feed, self._clock = audio.feed, clock
        self._faults = Faults()
        self._outward = Outward(audio, self._faults)
        self._buffer = JitterBuffer()
        self._decoders: dict[Format, Decoder] = {}
        self._decoder: Decoder | None = None
        self._comfort = Comfort()
        self._ready: Floats = np.zeros(0, dtype=np.float32)
        self._past: Floats = np.zeros(HISTORY, dtype=np.float32)
        self._repetition: Repetition | None = None
        self._filled = 0
        """Samples of the present hole."""
        self._guessing = False
        """It was filled by the codec, which goes on from there by itself."""
        self._since_change = self._quiet = 0
        """Samples since the last change of delay, and since the last word."""
        self._frames = self._underruns = self._trimmed = 0
        self._first_audio_at: float | None = None

    @property
    def stats(self) -> FarEndStats:
        """As of now."""
        return FarEndStats(
            self._first_audio_at,
            self._frames,
            self._underruns - self._buffer.mistaken,
            self._trimmed * 1000 // RATE,
            self._faults.count,
        )

    @property
    def held(self) -> int:
        """Samples decoded ahead."""
        return len(self._ready)

    def read(self) -> Floats:
        """The next frame for the ear; silence while there is nothing to hear. Never raises."""
        try:
            frame = self._frame()
        except Exception as error:
            self._faults.note("read", error)
            frame = np.zeros(FRAME, dtype=np.float32)
        if self._first_audio_at is None and level_dbfs(frame) > HEARD_DBFS and self._decoder is not None:
            self._first_audio_at = self._clock()
        if self._first_audio_at is not None:
            self._frames += 1
        return frame

    def fade_out(self) -> Floats:
        """The last ``FADE`` samples to be heard, from what is already here, fading to silence."""
        out = np.zeros(FADE, dtype=np.float32)
        n = min(FADE, len(self._ready))
        out[:n] = self._ready[:n] * (1.0 - RISE[:n])
        return out

    def write(self, mic: Samples) -> None:
        """One frame from the mouth to the line. Never raises."""
        self._outward.write(mic)

    # --- one frame --------------------------------------------------------------------------------------------

    def _frame(self) -> Floats:
        for packet, kind in self._feed.take():
            self._buffer.put(packet, kind)
        now = self._clock()
        for _ in range(_MOST_STEPS):
            if len(self._ready) >= FRAME:
                break
            self._ready = np.concatenate((self._ready, self._more(now)))
        frame, self._ready = self._ready[:FRAME], self._ready[FRAME:]
        if len(frame) < FRAME:
            frame = np.concatenate((frame, np.zeros(FRAME - len(frame), dtype=np.float32)))
        return frame

    def _more(self, now: float) -> Floats:
        match self._buffer.next(now):
            case Play(packet=packet, format=kind):
                out = self._play(packet.payload, kind)
            case Lost(count=count, following=following):
                out = self._lost(count, following, now)
            case Pause(count=count):
                out = self._pause(count)
            case Empty(count=count, heard=heard):
                out = self._bridge(count) if heard else np.zeros(count, dtype=np.float32)
        self._past = np.concatenate((self._past, out))[-HISTORY:]
        return out

    def _play(self, payload: bytes, kind: Format) -> Floats:
        decoder = self._decoder_of(kind)
        pcm = decoder.decode(payload) if decoder is not None else np.zeros(0, dtype=np.float32)
        if decoder is None or not len(pcm):
            self._buffer.advance(FRAME)  # a packet of nonsense: as good as lost
            return self._bridge(FRAME)
        self._buffer.advance(len(pcm), pausing=decoder.is_pause(payload))
        self._comfort.learn(pcm)
        return self._fitted(self._joined(pcm))

    def _lost(self, count: int, following: bytes | None, now: float) -> Floats:
        if following is None or self._decoder is None:
            return self._bridge(count)
        copy = self._decoder.recover(following, count)
        if copy is not None:
            return self._joined(copy)
        if self._decoder.conceal(0) is not None:
            return self._bridge(count)
        # Nothing but our own guess; the sound after the hole is here already, and makes it a better one.
        repetition, self._repetition = self._repetition or Repetition(self._past), None
        step = self._buffer.next(now)
        if not isinstance(step, Play):
            self._repetition = repetition
            return self._bridge(count)
        after = self._play(step.packet.payload, step.format)
        spoilt = min(self._decoder.memory, len(after))
        onward = repetition.take(count + spoilt) * fade(self._filled, count + spoilt)
        self._underruns += self._filled == 0
        self._filled = 0
        return np.concatenate((bridged(onward, after[spoilt:]), after[spoilt:]))

    def _pause(self, count: int) -> Floats:
        if self._buffer.noise_level is not None:
            self._comfort.told(self._buffer.noise_level)
        guess = self._decoder.conceal(count) if count and self._decoder is not None else None
        return self._joined(guess if guess is not None else self._comfort.noise(count))

    def _decoder_of(self, kind: Format) -> Decoder | None:
        decoder = self._decoders.get(kind)
        if decoder is None and kind.make_decoder is not None:
            decoder = self._decoders[kind] = kind.make_decoder()
        if decoder is not self._decoder and decoder is not None:
            self._decoder = decoder
        return decoder

    # --- holes ------------------------------------------------------------------------------------------------

    def _bridge(self, count: int) -> Floats:
        """``count`` samples of a hole: the codec's guess, or the past carried on; in the end the background."""
        if self._repetition is None:
            self._underruns += 1
            self._repetition, self._filled = Repetition(self._past), 0
        guess = None
        if self._decoder is not None and self._filled < GUESSED:
            guess = self._decoder.conceal(count)
        self._guessing = guess is not None
        carried = self._repetition.take(count) * fade(self._filled, count)
        out = carried if guess is None else guess
        background = self._comfort.noise(count) * (1.0 - fade(self._filled, count))
        self._filled += count
        return (out + background).astype(np.float32)

    def _joined(self, pcm: Floats) -> Floats:
        """Real sound again: it comes in over what the hole was filled with."""
        if self._repetition is None or not len(pcm):
            return pcm
        if not self._guessing or self._filled > GUESSED:
            spoilt = self._decoder.memory if self._decoder is not None else 0
            lap = min(len(pcm), spoilt + join_length(self._filled))
            spoilt = min(spoilt, lap - 1)
            filling = self._repetition.take(lap) * fade(self._filled, lap) + self._comfort.noise(lap)
            rise = np.zeros(lap, dtype=np.float32)
            rise[spoilt:] = np.arange(1, lap - spoilt + 1, dtype=np.float32) / (lap - spoilt)
            pcm = np.concatenate((pcm[:lap] * rise + filling * (1.0 - rise), pcm[lap:])).astype(np.float32)
        self._repetition, self._filled = None, 0
        return pcm

    # --- delay ------------------------------------------------------------------------------------------------

    def _fitted(self, pcm: Floats) -> Floats:
        """``pcm`` made shorter or longer by a period where the delay is not what it should be."""
        self._since_change += len(pcm)
        quiet = FULL_SCALE * gain(self._comfort.level_dbfs + QUIET_ABOVE_FLOOR_DB)
        self._quiet = self._quiet + len(pcm) if rms(pcm) < quiet else 0
        surplus = self._buffer.surplus()
        in_pause = self._quiet >= PAUSE
        in_words = (surplus > FAR_TOO_LONG or surplus < -FAR_TOO_SHORT) and self._since_change >= BETWEEN
        if -TOO_SHORT < surplus < TOO_LONG or not (in_pause or in_words):
            return pcm
        out = shortened(pcm, surplus, quiet) if surplus > 0 else lengthened(self._past, pcm, -surplus, quiet)
        changed = len(out) - len(pcm)
        if changed:
            self._buffer.stretched(changed)
            self._trimmed -= min(0, changed)
            self._since_change = 0
        return out
