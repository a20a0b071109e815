"""How long a frame takes to mix, and how true the paced beat is, alone and beside a busy process.

``python -m benchmarks.mixer [--seconds S] [--json FILE]`` prints a table and JSON. A frame has 20 ms; what counts
is the slowest one in a hundred, and the lateness beside a neighbour that never rests, with and without the
real-time turn that :mod:`kiosk.audio.priority` asks for.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from kiosk.audio.frames import FRAME, FRAME_S, RATE, SILENCE, Samples
from kiosk.audio.mixer import Mixer
from kiosk.audio.paced import Beat
from kiosk.audio.scene import Scene, Tone
from kiosk.calls.line import AttemptId
from kiosk.speech.prompts import Prompts

CALL = AttemptId("bench")
BUSY = "while True: pass"


class NoisyCall:
    """A call that always has a frame of noise, at the codec's rate."""

    def __init__(self, rate: int) -> None:
        self.sample_rate = rate
        self._frame = np.random.default_rng(1).integers(-4000, 4000, rate // 50, dtype=np.int16).tobytes()

    def read(self, samples: int) -> bytes:
        return self._frame[: 2 * samples]

    def write(self, pcm: bytes) -> None:
        del pcm


def scenes() -> dict[str, tuple[Scene, int]]:
    """What is measured, and the rate of the call in it (0: none)."""
    return {
        "tone": (Scene(seq=1, tone=Tone.RINGING), 0),
        "prompt": (Scene(seq=1, say=("bench.speech",), tone=Tone.READY), 0),
        "call at 8 kHz": (Scene(seq=1, join=CALL, talk=True), 8_000),
        "call at 16 kHz": (Scene(seq=1, join=CALL, talk=True), 16_000),
        "call at 48 kHz": (Scene(seq=1, join=CALL, talk=True), 48_000),
        "prompt over a call at 48 kHz": (Scene(seq=1, say=("bench.speech",), join=CALL, talk=True), 48_000),
    }


def mixer_for(scene: Scene, rate: int) -> Mixer:
    speech: Samples = np.random.default_rng(2).integers(-3000, 3000, 600 * RATE, dtype=np.int16)
    mixer = Mixer(Prompts({"fr": {"bench.speech": speech}}), sidetone_db=-24.0)
    if rate:
        mixer.join(CALL, NoisyCall(rate))
    mixer.play(scene)
    return mixer


def render_times_us(scene: Scene, rate: int, frames: int) -> list[float]:
    """Microseconds of each ``render``, back to back."""
    mixer = mixer_for(scene, rate)
    mic = np.random.default_rng(3).integers(-3000, 3000, FRAME, dtype=np.int16).tobytes()
    times = []
    for _ in range(frames):
        begun = time.perf_counter()
        mixer.render(mic)
        times.append((time.perf_counter() - begun) * 1e6)
    if mixer.faults:
        raise SystemExit(f"{mixer.faults} frames failed: the figures would be worth nothing")
    return times


def lateness_ms(seconds: float, real_time: bool) -> list[float]:
    """Milliseconds by which each beat of a real mixer came after its due time, as the most punctual one tells it."""
    scene, rate = scenes()["prompt over a call at 48 kHz"]
    mixer = mixer_for(scene, rate)
    late: list[float] = []
    enough = threading.Event()
    begun = time.monotonic()

    def tick() -> None:
        late.append((time.monotonic() - begun - len(late) * FRAME_S) * 1e3)
        mixer.render(SILENCE)
        if len(late) * FRAME_S >= seconds:
            enough.set()

    beat = Beat(tick, "bench", real_time=real_time)
    beat.start()
    enough.wait(seconds * 4 + 5)
    beat.stop()
    return [value - min(late) for value in late]


def beside_busy_processes(measure: Callable[[], list[float]], busy: int) -> list[float]:
    """``measure()`` while that many processes never rest."""
    neighbours = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(busy)]
    try:
        return measure()
    finally:
        for neighbour in neighbours:
            neighbour.kill()
            neighbour.wait()


def figures(values: list[float]) -> dict[str, float]:
    p50, p99, worst = np.percentile(values, [50, 99, 100])
    return {"p50": round(float(p50), 3), "p99": round(float(p99), 3), "max": round(float(worst), 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each measurement of the beat")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    given = parser.parse_args()
    processors = os.cpu_count() or 1
    frames = max(200, int(given.seconds / FRAME_S))
    result: dict[str, object] = {
        "machine": platform.machine(),
        "processors": processors,
        "python": platform.python_version(),
        "render_us": {name: figures(render_times_us(*what, frames)) for name, what in scenes().items()},
        "beat_late_ms": {
            f"{busy} busy neighbours, {'real-time' if real_time else 'ordinary'}": figures(
                beside_busy_processes(partial(lateness_ms, given.seconds, real_time), busy)
            )
            for real_time in (False, True)
            for busy in (0, 1, processors)
        },
    }
    for table, unit in (("render_us", "us a frame (of 20,000)"), ("beat_late_ms", "ms late")):
        sys.stdout.write(f"\n{unit:34} {'p50':>9} {'p99':>9} {'max':>9}\n")
        rows = result[table]
        assert isinstance(rows, dict)
        for name, row in rows.items():
            sys.stdout.write(f"{name:34} {row['p50']:9.2f} {row['p99']:9.2f} {row['max']:9.2f}\n")
    text = json.dumps(result, indent=1)
    sys.stdout.write(f"\n{text}\n")
    if given.json is not None:
        given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
