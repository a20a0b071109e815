"""The spoken prompts: every name of ``speech.toml`` as a recording, in memory before the first call.

``python -m kiosk.speech.prompts build`` makes the recordings that are missing or whose words changed;
``check`` says which those are; ``adopt`` puts a person's recording in a synthetic one's place.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kiosk.audio.files import read_recording
from kiosk.audio.frames import FADE, FULL_SCALE, RISE, Samples, gain, samples
from kiosk.errors import BadInput

log = logging.getLogger(__name__)

ENDINGS = (".opus", ".flac", ".wav")
"""Kinds of recordings; of one name in several kinds the last is played, so that a dropped-in file counts."""


class Prompts:
    """All prompts of all languages offered. Any thread; nothing is read from the card after ``load``."""

    def __init__(self, clips: Mapping[str, Mapping[str, Samples]]) -> None:
        self._clips = clips
        self._first = next(iter(clips), "")
        self._chime = chime()

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str]) -> "Prompts":
        """The recordings of ``languages`` under ``folder``; the first one stands in for what others lack.

        A recording that cannot be read is left out, and told in the log: the chime sounds in its place.
        """
        return cls({language: _load_language(folder / language) for language in languages})

    def get(self, language: str, name: str) -> Samples:
        """The prompt ``name`` (``table.key``): in ``language``, else in the first language, else a chime.

        Never silence.
        """
        for spoken in (language, self._first):
            clip = self._clips.get(spoken, {}).get(name)
            if clip is not None:
                return clip
        return self._chime

    def names(self, language: str) -> frozenset[str]:
        """What is there in ``language``."""
        return frozenset(self._clips.get(language, {}))


def chime() -> Samples:
    """Two soft falling notes: something is said here that this terminal has no words for."""
    parts = []
    for hertz in (659.26, 523.25):
        time_s = np.arange(samples(0.35)) / samples(1.0)
        wave = np.sin(2.0 * np.pi * hertz * time_s) * np.exp(-6.0 * time_s)
        wave[:FADE] *= RISE
        wave[-FADE:] *= RISE[::-1]
        parts.append(wave * FULL_SCALE * gain(-14.0))
    return np.concatenate(parts).astype(np.int16)


def _load_language(folder: Path) -> dict[str, Samples]:
    clips: dict[str, Samples] = {}
    for path in (path for ending in ENDINGS for path in sorted(folder.glob(f"*{ending}"))):
        try:
            clips[path.stem] = _soft_ends(read_recording(path))
        except BadInput as error:
            log.error("prompt left out: %s", error)
    if not clips:
        log.error("%s: no prompts; build them with python -m kiosk.speech.prompts build", folder)
    return clips


def _soft_ends(pcm: Samples) -> Samples:
    if len(pcm) < 2 * FADE:
        return pcm
    soft = pcm.copy()
    soft[:FADE] = soft[:FADE] * RISE
    soft[-FADE:] = soft[-FADE:] * RISE[::-1]
    return soft


if __name__ == "__main__":
    from kiosk.speech.studio import main

    sys.exit(main(sys.argv[1:]))
