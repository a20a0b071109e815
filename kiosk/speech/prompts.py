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

EARLY = ("menu.", "lost.", "call.")
"""Tables that a person hears within the first seconds."""
ENDINGS = (".opus", ".flac", ".wav")
"""Kinds of recordings; of one name in several kinds the last is played, so that a dropped-in file counts."""


class Prompts:
    """All prompts of all languages offered. Any thread.

    ``load`` only looks which recordings there are; ``warm_up`` brings all of them into memory, the ones that a lifted
    handset needs first leading. One that is asked for earlier is read then and there (some milliseconds).
    """

    def __init__(self, clips: Mapping[str, Mapping[str, Samples]]) -> None:
        self._clips: dict[tuple[str, str], Samples | None] = {
            (language, name): clip for language, names in clips.items() for name, clip in names.items()
        }
        self._paths: dict[tuple[str, str], Path] = {}
        self._first = next(iter(clips), "")
        self._chime = chime()

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str]) -> "Prompts":
        """The recordings of ``languages`` under ``folder``; the first one stands in for what others lack.

        A recording that cannot be read is told in the log when its turn comes: the chime sounds in its place.
        """
        prompts = cls({language: {} for language in languages})
        for language in languages:
            found = _recordings(folder / language)
            prompts._paths.update({(language, name): path for name, path in found.items()})
        return prompts

    def warm_up(self) -> None:
        """Read every recording into memory; in a thread of its own, while the rest starts."""
        for language, name in sorted(
            self._paths, key=lambda key: (not key[1].startswith(EARLY), key[0] != self._first)
        ):
            self._clip(language, name)

    def get(self, language: str, name: str) -> Samples:
        """The prompt ``name`` (``table.key``): in ``language``, else in the first language, else a chime.

        Never silence.
        """
        for spoken in (language, self._first):
            clip = self._clip(spoken, name)
            if clip is not None:
                return clip
        return self._chime

    def names(self, language: str) -> frozenset[str]:
        """What is there in ``language``."""
        known = {**dict.fromkeys(self._paths, True), **{key: clip is not None for key, clip in self._clips.items()}}
        return frozenset(name for (spoken, name), is_there in known.items() if spoken == language and is_there)

    def _clip(self, language: str, name: str) -> Samples | None:
        key = language, name
        if key not in self._clips and key in self._paths:
            try:
                self._clips[key] = _soft_ends(read_recording(self._paths[key]))
            except BadInput as error:
                log.error("prompt left out: %s", error)
                self._clips[key] = None
        return self._clips.get(key)


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


def _recordings(folder: Path) -> dict[str, Path]:
    """Prompt names and their files; a person's recording (the later endings) comes before a synthetic one."""
    found = {path.stem: path for ending in ENDINGS for path in sorted(folder.glob(f"*{ending}"))}
    if not found:
        log.error("%s: no prompts; build them with python -m kiosk.speech.prompts build", folder)
    return found


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
