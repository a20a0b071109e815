"""What the handset's ear shall hear now, whole: the audio counterpart of :class:`kiosk.snapshot.Snapshot`.

The call machine's state decides it; the voice process plays it. A restarted voice process is sent the current
scene again, so no sound depends on what went before.
"""

from enum import StrEnum

import msgspec

from kiosk.speech.sentence import Sentence


class Tone(StrEnum):
    """Sounds without words; cadences in :mod:`kiosk.audio.tones`. Never louder than the prompts."""

    NONE = ""
    READY = "ready"
    """Off hook, waiting for the person: a soft steady tone, so that the line is never dead."""
    WORKING = "working"
    """Dialling: soft double beat, unlike ringing."""
    RINGING = "ringing"
    """The far end is alerted: French ringback, 440 Hz, 1.5 s in 5 s."""
    BUSY = "busy"
    """440 Hz, 0.5 s in 1 s."""
    FAILED = "failed"
    """Falling three notes, then soft beat: no path."""
    HOWLER = "howler"
    """Please hang up: rises slowly, never above a safe level."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One scene. Prompts are said in turn; then, and under pauses, the tone sounds; a joined call is mixed in."""

    seq: int
    """Grows by one at each change. A scene with the same ``seq`` as the playing one changes nothing."""
    say: tuple[str, ...] = ()
    """Prompt names (keys of ``speech.toml`` as ``table.key``), said in turn."""
    text: tuple[Sentence, ...] = ()
    """Said after ``say``, by a voice that is made on demand (:mod:`kiosk.speech.voice`)."""
    repeat_after_s: float = 0.0
    """Say it all again after this pause, as long as the scene lasts; 0: once."""
    tone: Tone = Tone.NONE
    """Sounds whenever nothing is said."""
    join: str = ""
    """Attempt id of the call whose sound reaches the ear (and, if ``talk``, hears the mouth); empty: none."""
    talk: bool = False
    """The microphone reaches the joined call."""
    language: str = "fr"
    volume: int = 0
    """Steps from the default, -3..3, 3 dB each."""
