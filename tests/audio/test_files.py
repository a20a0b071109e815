"""The files handset: its beat, where the mouth begins, and a WAV that plays whatever ends the process."""

import os
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio.files import FilesHandset, read_recording, write_opus
from kiosk.audio.frames import FRAME, RATE, SILENCE, Samples, level_dbfs
from kiosk.audio.handset import open_handset
from kiosk.audio.paced import FORGIVEN_S, Beat, NullHandset
from kiosk.errors import BadInput
from kiosk.settings import Audio
from tests.audio.sounds import sine, strength

PATIENCE_S = 20.0


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        tick.wait(0.01)


def write_wav(path: Path, pcm: Samples, rate: int = RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(pcm.tobytes())
    return path


def read_wav(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)


def no_fault(text: str) -> None:
    raise AssertionError(text)


def recording(heard: list[bytes]) -> Callable[[bytes], bytes]:
    """A mixer that keeps what the mouth said and says nothing."""

    def render(mic: bytes) -> bytes:
        heard.append(mic)
        return SILENCE

    return render


def test_the_ear_s_wav_holds_exactly_what_was_rendered(tmp_path: Path) -> None:
    said: list[bytes] = []

    def render(mic: bytes) -> bytes:
        assert mic == SILENCE
        said.append(np.full(FRAME, len(said), dtype=np.int16).tobytes())
        return said[-1]

    handset = open_handset(Audio(backend="files", output=str(tmp_path / "ear.wav")))
    handset.start(render, no_fault)
    wait_for(lambda: len(said) >= 60, "60 frames")
    handset.close()
    assert read_wav(tmp_path / "ear.wav").tobytes() == b"".join(said)


def test_the_mouth_is_the_recording_and_then_silence(tmp_path: Path) -> None:
    speech = sine(500.0, 0.21)
    heard: list[bytes] = []
    handset = FilesHandset(write_wav(tmp_path / "mouth.wav", speech), None)
    handset.start(recording(heard), no_fault)
    wait_for(lambda: len(heard) >= 15, "15 frames")
    handset.close()
    assert b"".join(heard[:15]) == speech.tobytes().ljust(15 * 2 * FRAME, b"\0")


def test_the_recording_starts_when_a_call_listens_and_again_for_the_next(tmp_path: Path) -> None:
    speech = np.arange(5 * FRAME, dtype=np.int16)
    calls = iter(["", "", "one", "one", "", "one", "two", "two", ""])
    heard: list[bytes] = []
    handset = FilesHandset(write_wav(tmp_path / "mouth.wav", speech), None, lambda: next(calls, ""))
    handset.start(recording(heard), no_fault)
    wait_for(lambda: len(heard) >= 9, "9 frames")
    handset.close()
    first, second, third = (speech[at : at + FRAME].tobytes() for at in (0, FRAME, 2 * FRAME))
    assert heard[:9] == [SILENCE, SILENCE, first, second, SILENCE, third, first, second, SILENCE]


def test_recordings_of_other_kinds_are_made_16_khz_mono(tmp_path: Path) -> None:
    stereo = np.repeat(sine(500.0, 0.5, rate=48_000)[:, None], 2, axis=1).reshape(-1)
    pcm = read_recording(write_wav(tmp_path / "stereo.wav", stereo, 48_000, 2))
    assert len(pcm) == RATE // 2
    assert strength(pcm, 500.0) == pytest.approx(-20.0, abs=0.2)


def test_opus_keeps_length_and_level(tmp_path: Path) -> None:
    pcm = sine(500.0, 1.0)
    write_opus(tmp_path / "tone.opus", pcm)
    back = read_recording(tmp_path / "tone.opus")
    assert len(back) == len(pcm)
    assert strength(back[RATE // 4 :], 500.0) == pytest.approx(-20.0, abs=0.5)


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no\.wav.*give WAV"):
        open_handset(Audio(backend="files", input=str(tmp_path / "no.wav")))


def test_an_ear_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    handset = open_handset(Audio(backend="files", output=str(tmp_path / "no" / "ear.wav")))
    with pytest.raises(BadInput, match=r"ear\.wav.*existing folder"):
        handset.start(lambda _mic: SILENCE, no_fault)


def test_a_full_card_costs_the_recording_and_not_the_beat() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    faults: list[str] = []
    beats: list[bytes] = []
    handset = FilesHandset(None, Path("/dev/full"))
    handset.start(recording(beats), faults.append)
    wait_for(lambda: bool(faults), "the fault")
    told_at = len(beats)
    wait_for(lambda: len(beats) >= told_at + 10, "the beat going on")
    handset.close()
    assert len(faults) == 1
    assert "make room" in faults[0]


CHILD = """
import sys
from pathlib import Path
import numpy as np
from kiosk.audio.files import FilesHandset
frame = np.full(320, 1234, dtype=np.int16).tobytes()
count = 0
def render(mic):
    global count
    count += 1
    if count == 130:
        print("go", flush=True)
    return frame
FilesHandset(None, Path(sys.argv[1])).start(render, print)
sys.stdin.read()
"""


def test_killed_at_any_moment_the_wav_still_plays(tmp_path: Path) -> None:
    ear = tmp_path / "ear.wav"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(ear)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdin is not None
    with child, child.stdout, child.stdin:
        assert child.stdout.readline() == b"go\n"
        child.send_signal(signal.SIGKILL)
        child.wait(PATIENCE_S)
    pcm = read_wav(ear)
    # 2.6 s were rendered; the header is at most about one second behind.
    assert len(pcm) >= 1.4 * RATE
    assert (pcm == 1234).all()
    assert read_recording(ear).tobytes() == pcm.tobytes()


def test_the_beat_keeps_absolute_time() -> None:
    """500 ms of beats come within 500 ms and a little, though each beat works for 5 ms: lateness does not add up."""
    times: list[float] = []

    def work() -> None:
        times.append(time.monotonic())
        while time.monotonic() - times[-1] < 0.005:
            pass

    beat = Beat(work, "test-beat")
    beat.start()
    wait_for(lambda: len(times) >= 51, "51 beats")
    beat.stop()
    if beat.restarts:
        pytest.skip("this machine stalled for longer than the beat forgives")
    took = times[50] - times[0]
    assert 0.98 <= took <= 1.0 + FORGIVEN_S


def test_after_a_stall_the_beat_starts_anew_without_a_burst() -> None:
    times: list[float] = []

    def stall_once() -> None:
        times.append(time.monotonic())
        if len(times) == 5:
            threading.Event().wait(FORGIVEN_S + 0.2)

    beat = Beat(stall_once, "test-beat")
    beat.start()
    wait_for(lambda: len(times) >= 12, "12 beats")
    beat.stop()
    assert beat.restarts >= 1
    # Made good by a burst, the seven beats after the stall would come at once.
    assert times[11] - times[5] >= 0.1


def test_the_null_handset_beats_in_silence_and_stops() -> None:
    beats: list[bytes] = []
    handset = open_handset(Audio(backend="none"))
    assert isinstance(handset, NullHandset)
    handset.start(recording(beats), no_fault)
    wait_for(lambda: len(beats) >= 5, "5 beats")
    handset.close()
    assert set(beats) == {SILENCE}
    assert "handset-null" not in {thread.name for thread in threading.enumerate()}


def test_the_sound_that_was_played_is_loud_enough_to_be_there(tmp_path: Path) -> None:
    """The whole way once: mixer, beat, file."""
    from kiosk.audio.mixer import Mixer
    from kiosk.audio.scene import Scene
    from tests.audio.sounds import prompts

    mixer = Mixer(prompts(one=sine(600.0, 0.5)), -24.0)
    mixer.play(Scene(seq=1, say=("test.one",)))
    handset = FilesHandset(None, tmp_path / "ear.wav", mixer.talking)
    handset.start(mixer.render, no_fault)
    wait_for(lambda: (tmp_path / "ear.wav").stat().st_size > 2 * RATE, "a second of sound")
    handset.close()
    heard = read_wav(tmp_path / "ear.wav")
    assert strength(heard[FRAME : RATE // 2], 600.0) == pytest.approx(-20.0, abs=0.4)
    assert level_dbfs(heard[RATE * 6 // 10 :]) < -50.0
