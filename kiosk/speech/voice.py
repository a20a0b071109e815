"""Says what nobody recorded: sentences rendered one by one, ahead of the ear, in a thread of their own.

The first is heard while the second is made. Rendering is a child process a sentence (:mod:`kiosk.speech.espeak`), so
that neither the sound's beat nor the signalling waits for it. What was rendered is kept in memory until the handset is
hung up, and nowhere else: it says what somebody looked up.
"""

import contextlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from kiosk.audio.frames import Samples, samples
from kiosk.audio.scene import Scene
from kiosk.errors import BadInput, KioskError
from kiosk.speech.espeak import levelled, synthesize
from kiosk.speech.prompts import Prompts
from kiosk.speech.sentence import Sentence

log = logging.getLogger(__name__)

KEPT = samples(240.0)
"""Samples kept for ``*`` and the way back: 7.7 MB."""
NOTHING: Samples = np.zeros(0, dtype=np.int16)
INSTEAD = "guide.read_screen"
"""The prompt that is heard when the voice cannot be made."""
NICE = 5
PATIENCE_S = 4.0
"""For one sentence; beyond it the person is told to read the screen."""


class Saying:
    """One sentence on its way to the ear. Any thread."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.clip: Samples | None = None
        """None until it is rendered; empty when there is nothing to say any more."""


class Voice:
    """The voice made on demand. Methods from one thread.

    ``render``: how a sentence becomes sound; raises KioskError when it cannot.
    """

    def __init__(self, prompts: Prompts, render: Callable[[Sentence], Samples] | None = None) -> None:
        self._prompts = prompts
        self._render = render or rendered
        self._changed = threading.Condition()
        self._wanted: list[Saying] = []
        self._instead: Samples = NOTHING
        self._kept: OrderedDict[Sentence, Samples] = OrderedDict()
        self._size = 0
        self._is_told = False
        threading.Thread(target=self._run, name="voice-on-demand", daemon=True).start()

    def follow(self, scene: Scene) -> tuple[Saying, ...]:
        """The sentences of ``scene`` as they become ready, in order; what an earlier one still wanted is given up.

        In place of the first that cannot be rendered, and of all behind it, a recorded prompt sends the person to the
        screen and to the helpline.
        """
        if not (scene.say or scene.text or scene.tone or scene.join):
            self._forget()
        sayings = tuple(Saying(each) for each in scene.text)
        instead = self._prompts.get(scene.language, INSTEAD) if sayings else NOTHING
        with self._changed:
            for each in sayings:
                each.clip = self._kept.get(each.sentence)
            self._wanted, self._instead = [each for each in sayings if each.clip is None], instead
            self._changed.notify()
        return sayings

    def _forget(self) -> None:
        """The visit is over: nothing of it stays in memory."""
        with self._changed:
            self._kept.clear()
            self._size = 0

    # --- in its thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            # This thread's alone, and its children's: the sound comes first.
            os.setpriority(os.PRIO_PROCESS, 0, NICE)
        while True:
            with self._changed:
                while not self._wanted:
                    self._changed.wait()
                saying = self._wanted[0]
            try:
                clip = self._render(saying.sentence)
            except (KioskError, OSError, ValueError, MemoryError) as error:
                self._failed(saying, error)
                continue
            with self._changed:
                # Given up meanwhile, or the visit is over: it is neither heard nor kept.
                if self._wanted and self._wanted[0] is saying:
                    self._keep(saying.sentence, clip)
                    saying.clip = clip
                    del self._wanted[0]
                    self._is_told = False

    def _failed(self, saying: Saying, error: Exception) -> None:
        with self._changed:
            if not self._is_told:
                # Once, and without the words: they say what somebody looked up.
                log.error("the voice on demand is silent: %s", error)
                self._is_told = True
            if self._wanted and self._wanted[0] is saying:
                for each in self._wanted[1:]:
                    each.clip = NOTHING
                saying.clip = self._instead
                self._wanted = []

    def _keep(self, sentence: Sentence, clip: Samples) -> None:
        self._kept[sentence] = clip
        self._size += len(clip)
        while self._size > KEPT:
            self._size -= len(self._kept.popitem(last=False)[1])


def rendered(sentence: Sentence) -> Samples:
    """``sentence`` by espeak-ng, as loud as the recorded prompts; empty where it says nothing. Raises: KioskError."""
    sound = synthesize(sentence.language, sentence.words, PATIENCE_S)
    try:
        return levelled(sound)
    except BadInput:
        return NOTHING  # a name of signs alone has no sound
