"""The mouth's way out, into a line that sends by a clock of its own."""

import numpy as np
import pytest

from kiosk.audio.far_end import SENT_SOON_S, Faults, Outward
from kiosk.audio.frames import FRAME, RATE, Samples
from tests.audio.sounds import sine


class Line:
    """Sends by its own clock; what waits is kept, up to 120 ms as the native engine does."""

    sample_rate = RATE

    def __init__(self) -> None:
        self.waiting = 0.040
        self.sent: list[bytes] = []
        self.dropped = 0

    def queued_s(self) -> float:
        return self.waiting

    def write(self, pcm: bytes) -> None:
        if self.waiting > 0.120:
            self.dropped += 1
            return
        self.waiting += len(pcm) / 2 / RATE
        self.sent.append(pcm)


def spoken(seconds: float) -> Samples:
    """Words of 0.6 s and pauses of 0.4 s."""
    words = sine(200.0, seconds)
    return np.where(np.arange(len(words)) % RATE < 0.6 * RATE, words, np.int16(0))


@pytest.mark.parametrize("ppm", [500, 100])
def test_a_sender_that_is_slower_than_the_handset_makes_no_delay_that_grows(ppm: int) -> None:
    line = Line()
    outward = Outward(line, Faults())
    mic = spoken(10.0)
    most = 0.0
    for beat in range(60 * 50):
        at = beat * FRAME % len(mic)
        outward.write(mic[at : at + FRAME])
        line.waiting = max(0.0, line.waiting - 0.020 * (1 - ppm / 1e6))
        most = max(most, line.waiting)
    assert line.dropped == 0
    assert most < SENT_SOON_S + 0.030
    assert outward.left_out / RATE == pytest.approx(60 * ppm / 1e6, abs=0.025)


def test_an_equal_clock_loses_no_sample() -> None:
    line = Line()
    outward = Outward(line, Faults())
    mic = spoken(5.0)
    for at in range(0, len(mic) - FRAME + 1, FRAME):
        outward.write(mic[at : at + FRAME])
        line.waiting -= 0.020
    assert b"".join(line.sent) == mic[: len(mic) // FRAME * FRAME].tobytes()


def test_a_burst_of_late_beats_is_not_taken_for_drift() -> None:
    """The handset's thread was held up for 100 ms, and makes up for it: nothing of it is left out."""
    line = Line()
    outward = Outward(line, Faults())
    mic = spoken(10.0)
    for beat in range(500):
        late = 100 <= beat % 250 < 105
        outward.write(mic[beat * FRAME : (beat + 1) * FRAME])
        line.waiting += 0.018 if late else 0.0
        line.waiting = max(0.020, line.waiting - 0.020 - (0.010 if line.waiting > 0.060 else 0.0))
    assert outward.left_out == 0
