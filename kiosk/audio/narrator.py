"""Says a scene's prompts and sentences in turn, with a breath between them, and again after the scene's pause."""

import numpy as np

from kiosk.audio.frames import FADE, FRAME, RISE, Floats, Samples, samples
from kiosk.speech.voice import Saying

BREATH = samples(0.25)
"""Between two prompts of one scene."""


class Narrator:
    """One telling of some clips, and of sentences that may still be in the making. One thread.

    While the next sentence is not ready it makes no sound, and that is no speech: the scene's tone is heard.
    """

    def __init__(self, clips: tuple[Samples, ...], repeat_after_s: float, sayings: tuple[Saying, ...] = ()) -> None:
        self._clips: tuple[Samples | Saying, ...] = (*clips, *sayings)
        self._pause = samples(repeat_after_s)
        """0: said once only."""
        self._index = 0
        self._at = 0
        self._rest = 0
        """Samples of breath or pause still to pass before the next clip."""
        self.said_once = False
        """All of it has been said to the end at least once."""

    def render(self) -> tuple[Floats, bool]:
        """The next frame, and whether any of it is speech or a breath in it (not: a pause between tellings)."""
        frame = np.zeros(FRAME, dtype=np.float32)
        filled = 0
        speaking = False
        while filled < FRAME and self._index < len(self._clips):
            if self._rest:
                n = min(self._rest, FRAME - filled)
                self._rest -= n
                speaking = speaking or self._index > 0
            elif (clip := self._clip()) is None:
                break
            else:
                n = self._speak(frame[filled:], clip)
                speaking = True
            filled += n
        return frame, speaking

    def tail(self) -> Floats:
        """The next 5 ms, fading away: what is heard of a telling that is cut here."""
        out = np.zeros(FADE, dtype=np.float32)
        clip = self._clip() if self._index < len(self._clips) and not self._rest else None
        if clip is not None:
            rest = clip[self._at : self._at + FADE]
            out[: len(rest)] = rest * (1.0 - RISE[: len(rest)])
        return out

    def _clip(self) -> Samples | None:
        """What is to be said next; None while it is in the making."""
        clip = self._clips[self._index]
        return clip.clip if isinstance(clip, Saying) else clip

    def _speak(self, room: Floats, clip: Samples) -> int:
        n = min(len(room), len(clip) - self._at)
        room[:n] = clip[self._at : self._at + n]
        self._at += n
        if self._at == len(clip):
            self._next(BREATH if len(clip) else 0)
        return n

    def _next(self, rest: int) -> None:
        self._at = 0
        self._index += 1
        self._rest = rest
        if self._index == len(self._clips):
            self.said_once = True
            if self._pause:
                self._index, self._rest = 0, self._pause
