"""What the cradle test plays and what it heard, as core and the voice process say it to each other. Pure.

Without numpy, so that core, which only passes it on, is ready before that library would be loaded: the sums are in
:mod:`kiosk.audio.cradle`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """What is played and listened to. Travels to the voice process (:class:`kiosk.voip.wire.TestCradle`)."""

    hertz: tuple[float, ...] = (620.0, 1040.0, 1720.0)
    """The notes, one after the other; no one a harmonic of another, none near 50 Hz hum's."""
    note_s: float = 0.1
    dbfs: float = -30.0
    """Root mean square of each note."""
    quiet_s: float = 0.3
    """Listened to before the first note: the room's own noise."""
    longest_delay_s: float = 0.3
    """From earpiece back to microphone, with both buffers of the sound card."""

    @property
    def whole_s(self) -> float:
        """How long the whole test takes."""
        return self.quiet_s + len(self.hertz) * self.note_s + self.longest_delay_s


@dataclass(frozen=True)
class Levels:
    """What came back: one figure a note, in dBFS (root mean square)."""

    tone_dbfs: tuple[float, ...]
    """The note at its frequency, the noise there taken off."""
    noise_dbfs: tuple[float, ...]
    """The noise in the same band before the notes."""
    snr_db: tuple[float, ...]
    """What was heard while the note sounded, against that noise."""
    delay_ms: float
    """From earpiece to microphone; without meaning where nothing came back."""
