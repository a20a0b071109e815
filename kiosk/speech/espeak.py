"""The synthetic voice: espeak-ng, run once a sentence. Any thread; it blocks for some hundredths of a second."""

import io
import shutil
import subprocess
import wave

import numpy as np

from kiosk.audio.frames import FULL_SCALE, Samples, gain, level_dbfs, samples
from kiosk.audio.resampler import resample
from kiosk.errors import BadInput, NeedsTechnician

LEVEL_DBFS = -20.0
"""Root mean square of the spoken parts of all that is said."""
PEAK_DBFS = -3.0
VOICES = {"fr": "fr-fr", "en": "en-gb", "zh": "cmn"}
"""espeak-ng's voices; another language uses its own code."""
WORDS_A_MINUTE = 145
PITCH = 42
LONGEST_S = 20.0
"""For one sentence; a voice that takes longer hangs."""


def synthesize(language: str, words: str, timeout_s: float = LONGEST_S) -> Samples:
    """``words`` as 16 kHz mono. Raises: NeedsTechnician when espeak-ng is not installed, fails or hangs.

    The words go in by its standard input, so that no list of processes shows what somebody looks up.
    """
    program = shutil.which("espeak-ng")
    if program is None:
        raise NeedsTechnician("espeak-ng: not found; install the package espeak-ng")
    command = [program, "-v", VOICES.get(language, language), "-s", str(WORDS_A_MINUTE), "-p", str(PITCH), "--stdout"]
    try:
        done = subprocess.run(
            [*command, "--stdin", "-b", "1"], input=words.encode(), capture_output=True, timeout=timeout_s, check=False
        )
        if done.returncode != 0:
            raise NeedsTechnician(f"espeak-ng: failed: {done.stderr.decode(errors='replace').strip()}")
        with wave.open(io.BytesIO(done.stdout)) as sound:
            rate = sound.getframerate()
            pcm = np.frombuffer(sound.readframes(len(done.stdout)), dtype=np.int16)
    except subprocess.TimeoutExpired as error:
        raise NeedsTechnician(f"espeak-ng: said nothing in {timeout_s:.0f} s; install it again") from error
    except (OSError, EOFError, wave.Error) as error:
        raise NeedsTechnician(f"espeak-ng: cannot be run ({error}); install it again") from error
    return resample(pcm, rate)


def levelled(pcm: Samples) -> Samples:
    """Trimmed to the speech, at ``LEVEL_DBFS``, with peaks within ``PEAK_DBFS``. Raises: BadInput on silence."""
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > FULL_SCALE * gain(-45.0))
    if len(loud) == 0:
        raise BadInput("the recording is silent; record it again")
    margin = samples(0.03)
    kept = pcm[max(0, int(loud[0]) - margin) : int(loud[-1]) + margin].astype(np.float64)
    for _ in range(4):
        # Peaks are rounded off and the level is made good, a few times over: it settles within 0.1 dB.
        kept *= gain(LEVEL_DBFS - active_level_dbfs(kept))
        ceiling = FULL_SCALE * gain(PEAK_DBFS)
        kept = np.clip(kept, -ceiling, ceiling)
    return np.rint(kept).astype(np.int16)


def active_level_dbfs(pcm: np.typing.NDArray[np.float64] | Samples) -> float:
    """Root mean square of the 20 ms stretches that are speech (within 30 dB of the loudest)."""
    step = samples(0.02)
    whole = np.asarray(pcm[: len(pcm) // step * step], dtype=np.float64).reshape(-1, step)
    power = (whole * whole).mean(axis=1)
    spoken = whole[power > power.max() * 1e-3]
    return level_dbfs(spoken.reshape(-1).astype(np.float32))
