"""Where everything that the ear hears meets: prompts, tones, the joined call, and the person's own voice.

The back end's thread calls :meth:`Mixer.render` every 20 ms; nothing in it raises, waits, or touches the disk.
Scenes and calls come from other threads and take effect at the next frame. Levels: docs/audio.md.
"""

import logging
from collections import deque
from collections.abc import Callable

import numpy as np

from kiosk.audio import tones
from kiosk.audio.cradle import Probe
from kiosk.audio.far_end import FarEnd, FarEndStats
from kiosk.audio.frames import (
    FADE,
    FRAME,
    FRAME_BYTES,
    RISE,
    SILENCE,
    Floats,
    Samples,
    gain,
    to_samples,
)
from kiosk.audio.level import Leveller
from kiosk.audio.limiter import Limiter
from kiosk.audio.narrator import Narrator
from kiosk.audio.packet_far_end import PacketFarEnd
from kiosk.audio.scene import Scene, Tone
from kiosk.calls.line import AttemptId
from kiosk.speech.prompts import Prompts
from kiosk.speech.voice import Saying
from kiosk.voip.engine import CallAudio, PacketAudio

log = logging.getLogger(__name__)

STEP_DB = 3.0
"""One step of the volume key."""
STEPS = 3
"""Steps either way: 18 dB in all (EN 301 549 8.2.1.1)."""
DUCK_DB = -12.0
"""The far end, while a prompt is said over it."""
DUCK_FRAMES = 3
"""Frames in which the far end gives way, and comes back: 60 ms."""
SIDETONE_OFF_DB = -60.0
KEPT_STATS = 16
"""Calls whose figures are kept after they left."""

_BLANK = Scene(seq=-1)


class Mixer:
    """The ear's sound, frame by frame.

    ``on_said(seq)`` is called from the render thread when all prompts of a scene have been said once; a scene that
    says nothing never calls it. It must return at once.
    """

    def __init__(
        self,
        prompts: Prompts,
        sidetone_db: float,
        on_said: Callable[[int], None] | None = None,
        *,
        level_far_end: bool = False,
    ) -> None:
        for tone in Tone:
            tones.prepared(tone)
        self._comfort = tones.comfort()
        self._comfort_at = 0
        self._prompts = prompts
        self._sidetone = gain(sidetone_db) if sidetone_db > SIDETONE_OFF_DB else 0.0
        self._on_said = on_said
        self._wanted: tuple[Scene, tuple[Saying, ...]] = _BLANK, ()
        self._scene = _BLANK
        self._arrivals: deque[tuple[AttemptId, FarEnd | PacketFarEnd | None]] = deque()
        self._calls: dict[AttemptId, FarEnd | PacketFarEnd] = {}
        self._figures: dict[AttemptId, FarEnd | PacketFarEnd] = {}
        self._narrator = Narrator((), 0.0)
        self._told = True
        self._tone_at = 0
        self._tone_gain = 0.0
        self._call_gain = 1.0
        self._leveller = Leveller() if level_far_end else None
        self._volume = 1.0
        self._fresh_call = True
        self._probe: Probe | None = None
        self._next_probe: Probe | None = None
        self._far_probe: tuple[AttemptId, Probe] | None = None
        self._next_far_probe: tuple[AttemptId, Probe] | None = None
        self._limiter = Limiter()
        self.faults = 0
        """Frames lost to an error of ours; each was silence. The first is logged."""

    def play(self, scene: Scene, sayings: tuple[Saying, ...] = ()) -> None:
        """Let the ear hear ``scene`` from the next frame on. Any thread; of several, the last counts.

        ``sayings``: its text, sentence by sentence, which may still be in the making.
        """
        self._wanted = scene, sayings

    def join(self, attempt: AttemptId, audio: CallAudio | PacketAudio | None) -> None:
        """Supply the sound of a call (None: it has none any more). Heard while the scene joins it. Any thread."""
        self._arrivals.append((attempt, far_end_of(audio) if audio is not None else None))

    def probe(self, probe: Probe) -> None:
        """Begin a cradle test with the next frame; broken off as soon as anything else is to be heard. Any thread."""
        self._next_probe = probe

    def probe_call(self, attempt: AttemptId, probe: Probe) -> None:
        """The same with the far end of a call that nobody hears; broken off when the call leaves. Any thread."""
        self._next_far_probe = attempt, probe

    def stats(self, attempt: AttemptId) -> FarEndStats:
        """What the ear got from a call; also for a while after it left. Any thread."""
        far_end = self._figures.get(attempt)
        return far_end.stats if far_end is not None else FarEndStats()

    def talking(self) -> str:
        """Attempt that hears the mouth now, empty when none does. Any thread."""
        scene = self._scene
        return scene.join if scene.talk and scene.join in self._calls else ""

    def render(self, mic: bytes) -> bytes:
        """The ear's next 20 ms, given the mouth's last 20 ms. Never raises; one thread."""
        try:
            return self._render(mic)
        except Exception:
            self.faults += 1
            if self.faults == 1:
                log.exception("mixer: a frame failed; silence in its place")
            return SILENCE

    def _render(self, mic: bytes) -> bytes:
        heard = np.frombuffer(mic, dtype=np.int16) if len(mic) == FRAME_BYTES else _fitted(mic)
        edge = self._change()
        speech, speaking = self._narrator.render()
        ear = speech
        ear += self._tone(speaking)
        ear += self._far_end(heard, speaking)
        ear[:FADE] += edge
        self._turn_volume(ear)
        if self._is_sounding:
            ear += heard * np.float32(self._sidetone)
        self._test(ear, heard)
        self._test_call()
        out = to_samples(self._limiter.limit(ear)).tobytes()
        self._tell()
        return out

    def _change(self) -> Floats:
        """Take over new calls and a new scene; returns 5 ms of what they cut off, fading away."""
        edge = np.zeros(FADE, dtype=np.float32)
        while self._arrivals:
            attempt, far_end = self._arrivals.popleft()
            if attempt == self._scene.join:
                edge += self._leave(attempt)
            if far_end is None:
                self._calls.pop(attempt, None)
            else:
                self._calls[attempt] = self._figures[attempt] = far_end
                while len(self._figures) > KEPT_STATS:
                    del self._figures[next(iter(self._figures))]
        before, (scene, sayings) = self._scene, self._wanted
        if scene.seq == before.seq:
            return edge
        self._scene = scene
        if _differ_in_volume_alone(before, scene):
            # The person turned it up in the middle of a word: the word goes on. The new scene is told of, too.
            self._told = not _says(scene)
            return edge
        edge += self._narrator.tail()
        self._narrator = Narrator(
            tuple(self._prompts.get(scene.language, name) for name in scene.say), scene.repeat_after_s, sayings
        )
        self._told = not _says(scene)
        if scene.tone != before.tone:
            edge += tones.tone(before.tone, self._tone_at, FADE) * (1.0 - RISE) * self._tone_gain
            self._tone_at, self._tone_gain = 0, 0.0
        if scene.join != before.join:
            edge += self._leave(AttemptId(before.join))
        return edge

    def _leave(self, attempt: AttemptId) -> Floats:
        far_end = self._calls.get(attempt)
        if far_end is None:
            return np.zeros(FADE, dtype=np.float32)
        edge = far_end.fade_out() * self._call_gain
        self._call_gain = 0.0
        if self._leveller is not None:
            edge *= gain(self._leveller.gain_db)
            self._leveller = Leveller()  # another voice, another loudness
        return edge

    def _tone(self, speaking: bool) -> Floats:
        """The tone, under pauses; and faint hiss while there is no call, so that silence never sounds dead."""
        out = np.zeros(FRAME, dtype=np.float32)
        scene = self._scene
        if scene.join not in self._calls and (_says(scene) or scene.tone or scene.join):
            at = self._comfort_at
            out += self._comfort[at : at + FRAME]
            self._comfort_at = (at + FRAME) % len(self._comfort)
        target = 0.0 if speaking else 1.0
        if self._tone_gain or target:
            out += tones.tone(scene.tone, self._tone_at, FRAME) * _slope(self._tone_gain, target)
            self._tone_at += FRAME
        self._tone_gain = target
        return out

    def _far_end(self, mic: Samples, speaking: bool) -> Floats:
        far_end = self._calls.get(AttemptId(self._scene.join))
        if far_end is None:
            return np.zeros(FRAME, dtype=np.float32)
        if self._scene.talk:
            far_end.write(mic)
        target = gain(DUCK_DB) if speaking else 1.0
        step = (1.0 - gain(DUCK_DB)) / DUCK_FRAMES
        reached = self._call_gain + min(step, max(-step, target - self._call_gain))
        frame = far_end.read()
        if self._leveller is not None:
            frame = self._leveller.level(frame)
        out = frame * _slope(self._call_gain, reached)
        self._call_gain = reached
        return out

    @property
    def _is_sounding(self) -> bool:
        return bool(_says(self._scene) or self._scene.tone or self._scene.join)

    def _test(self, ear: Floats, heard: Samples) -> None:
        """The cradle test's frame, if one runs. It gives way at once: whoever lifts the handset is greeted."""
        if self._next_probe is not None:
            fresh, self._next_probe = self._next_probe, None
            if self._probe is not None:
                ear[:FADE] += self._probe.break_off()
            self._probe = fresh
        if self._probe is None:
            return
        if self._is_sounding:
            ear[:FADE] += self._probe.break_off()
            self._probe = None
            return
        ear += self._probe.next(heard)
        if self._probe.is_over:
            self._probe = None

    def _test_call(self) -> None:
        """A test call's frame, if one is up: its far end hears our notes, and the ear hears nothing of it."""
        if self._next_far_probe is not None:
            self._far_probe, self._next_far_probe = self._next_far_probe, None
        if self._far_probe is None:
            return
        attempt, probe = self._far_probe
        far_end = self._calls.get(attempt)
        if far_end is None or attempt == self._scene.join:
            probe.break_off()
            self._far_probe = None
            return
        far_end.write(to_samples(probe.next(to_samples(far_end.read()))))
        if probe.is_over:
            self._far_probe = None

    def _turn_volume(self, ear: Floats) -> None:
        wanted = gain(STEP_DB * max(-STEPS, min(STEPS, self._scene.volume)))
        if wanted != 1.0 or self._volume != 1.0:
            ear *= _slope(self._volume, wanted)
        self._volume = wanted

    def _tell(self) -> None:
        if self._told or not self._narrator.said_once:
            return
        self._told = True
        if self._on_said is not None:
            self._on_said(self._scene.seq)


def far_end_of(audio: CallAudio | PacketAudio) -> FarEnd | PacketFarEnd:
    """The one face of both kinds of far end: a stream that is decoded already, and packets."""
    return PacketFarEnd(audio) if isinstance(audio, PacketAudio) else FarEnd(audio)


def _says(scene: Scene) -> bool:
    return bool(scene.say or scene.text)


def _differ_in_volume_alone(before: Scene, after: Scene) -> bool:
    return before.volume != after.volume and (
        (before.say, before.text, before.repeat_after_s, before.tone, before.join, before.talk, before.language)
        == (after.say, after.text, after.repeat_after_s, after.tone, after.join, after.talk, after.language)
    )


_UP = (np.arange(1, FRAME + 1, dtype=np.float32) / FRAME).astype(np.float32)


def _slope(start: float, end: float) -> Floats:
    """Gains from ``start`` to ``end`` over one frame, so that no change of loudness clicks."""
    return (np.float32(start) + np.float32(end - start) * _UP).astype(np.float32)


def _fitted(mic: bytes) -> Samples:
    """A microphone frame of the wrong length, cut or filled with silence."""
    return np.frombuffer(mic[:FRAME_BYTES].ljust(FRAME_BYTES, b"\0"), dtype=np.int16)
