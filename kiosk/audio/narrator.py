"""Says a scene's prompts in turn, with a breath between them, and again after the scene's pause."""

import numpy as np

from kiosk.audio.frames import FADE, FRAME, RISE, Floats, Samples, samples

BREATH = samples(0.25)
"""Between two prompts of one scene."""


class Narrator:
    """One telling of some clips. One thread; makes no sound of its own when ``clips`` is empty."""

    def __init__(self, clips: tuple[Samples, ...], repeat_after_s: float) -> None:
        self._clips = clips
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
            else:
                n = self._speak(frame[filled:])
                speaking = True
            filled += n
        return frame, speaking

    def tail(self) -> Floats:
        """The next 5 ms, fading away: what is heard of a telling that is cut here."""
        out = np.zeros(FADE, dtype=np.float32)
        if self._index < len(self._clips) and not self._rest:
            rest = self._clips[self._index][self._at : self._at + FADE]
            out[: len(rest)] = rest * (1.0 - RISE[: len(rest)])
        return out

    def _speak(self, room: Floats) -> int:
        clip = self._clips[self._index]
        n = min(len(room), len(clip) - self._at)
        room[:n] = clip[self._at : self._at + n]
        self._at += n
        if self._at == len(clip):
            self._next()
        return n

    def _next(self) -> None:
        self._at = 0
        self._index += 1
        self._rest = BREATH
        if self._index == len(self._clips):
            self.said_once = True
            if self._pause:
                self._index, self._rest = 0, self._pause
