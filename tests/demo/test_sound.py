"""The demo's proof can fail: another sentence, silence and noise are not taken for what was said."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from kiosk.audio.files import read_recording
from kiosk.demo.cast import SPEECH
from kiosk.demo.sound import CROSSED, presence, similarity

CALLER, HELPLINE = SPEECH / "caller.opus", SPEECH / "helpline.opus"


def written(path: Path, pcm: npt.NDArray[np.floating]) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(np.clip(pcm, -32768, 32767).astype("<i2").tobytes())
    return path


@pytest.fixture
def telephone(tmp_path: Path) -> Path:
    """The caller's sentence after a telephone: half a second late, quieter, band-limited, over some noise."""
    said = read_recording(CALLER).astype(float)
    spectrum = np.fft.rfft(said)
    hertz = np.fft.rfftfreq(len(said), 1 / 16_000)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    narrow = np.fft.irfft(spectrum, len(said)) * 0.3
    noise = np.random.default_rng(1).normal(0, 20, len(said) + 8000)
    noise[8000:] += narrow
    return written(tmp_path / "telephone.wav", noise)


def test_the_sentence_is_recognised_through_a_telephone(telephone: Path) -> None:
    assert similarity(CALLER, telephone) > CROSSED


def test_another_sentence_is_not(telephone: Path) -> None:
    assert similarity(HELPLINE, telephone) < 0.5


def test_silence_and_noise_are_nothing(tmp_path: Path) -> None:
    assert similarity(CALLER, written(tmp_path / "silence.wav", np.zeros(160_000))) < 0.3
    noise = np.random.default_rng(2).normal(0, 3000, 160_000)
    assert similarity(CALLER, written(tmp_path / "noise.wav", noise)) < 0.5


def test_a_prompt_is_found_under_another_voice(tmp_path: Path) -> None:
    prompt, over = read_recording(HELPLINE).astype(float), read_recording(CALLER).astype(float) * 0.25
    size = min(len(prompt), len(over))
    mixed = written(
        tmp_path / "mixed.wav", np.concatenate([np.zeros(5000), prompt[:size] + over[:size], np.zeros(9000)])
    )
    clip = written(tmp_path / "clip.wav", prompt[:size])
    assert presence(clip, mixed) == pytest.approx(1.0, abs=0.05)
    assert presence(clip, mixed, from_s=2.0) < 0.3
