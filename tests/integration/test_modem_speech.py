"""Real speech over a mobile call, on each family with serial PCM: the driver, a pseudo-terminal, PESQ both ways."""

import asyncio
import importlib.util
import shutil
import subprocess
import time
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from hardware.pcm import Counters, PcmPort
from kiosk.calls.line import Answered, Ended
from tests.gsm.bench import NUMBER, ONE, Bench, bench

if importlib.util.find_spec("pesq") is None:
    pytest.skip("pesq is not installed (the extra 'bench')", allow_module_level=True)
if shutil.which("espeak-ng") is None:
    pytest.skip("espeak-ng is not installed: no speech", allow_module_level=True)

RATE = 8000
FRAME_S = 0.02
GOOD = 4.3
"""PESQ narrow band of a copy is 4.55; a lost 20 ms frame in a sentence costs more than the difference."""
Samples = NDArray[np.int16]


def spoken(path: Path, words: str) -> Samples:
    """A sentence in French at 8 kHz, with silence around it; also written to ``path``."""
    raw = path.with_suffix(".raw.wav")
    subprocess.run(["espeak-ng", "-v", "fr", "-s", "150", "-w", str(raw), words], check=True, timeout=60)
    with wave.open(str(raw)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float64)
        speech = soxr.resample(pcm, file.getframerate(), RATE)
    silence = np.zeros(RATE // 2)
    loud = np.rint(np.concatenate((silence, speech, silence)))
    samples: Samples = np.clip(loud, -32768, 32767).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(samples), "NONE", ""))
        file.writeframes(samples.tobytes())
    return samples


def score(wanted: Samples, heard: Samples) -> float:
    """PESQ narrow band of the stretch of ``heard`` that is most like ``wanted``."""
    import pesq

    if len(heard) < len(wanted):
        heard = np.concatenate((heard, np.zeros(len(wanted) - len(heard), np.int16)))
    size = 1 << (len(heard) + len(wanted)).bit_length()
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    at = int(np.argmax(match[: len(heard) - len(wanted) + 1]))
    return float(pesq.pesq(RATE, wanted, heard[at : at + len(wanted)], "nb"))


def talk(port: PcmPort, mouth: Samples, seconds: float) -> bytes:
    """What the far end says in so long, while ``mouth`` is said to it, on the 20 ms beat that the mixer keeps."""
    heard = bytearray()
    began = time.monotonic()
    for number in range(int(seconds / FRAME_S)):
        time.sleep(max(0.0, began + number * FRAME_S - time.monotonic()))
        # A late beat fetches what has gathered meanwhile.
        heard += port.read(RATE)
        at = number * 160
        port.write(mouth[at : at + 160].tobytes().ljust(320, b"\0"))
    return bytes(heard)


@pytest.mark.parametrize("family", ["sim7600", "a76xx", "quectel", "huawei"])
def test_both_hear_each_other_as_if_no_modem_were_between(tmp_path: Path, family: str) -> None:
    far = spoken(tmp_path / "far.wav", "SOS Crise, bonjour. Je vous écoute, dites-moi ce qui se passe.")
    near = spoken(tmp_path / "near.wav", "Bonsoir madame, je cherche un endroit pour dormir cette nuit.")
    heard = bytearray()
    counted = Counters()

    async def story(made: Bench) -> None:
        nonlocal counted
        port = PcmPort(str(made.folder / "pcm"))
        try:
            await made.ready()
            made.line.dial(ONE, NUMBER, "fr")
            await made.heard(Answered)
            await made.until_modem(lambda state: bool(state["pcm"]))
            seconds = max(len(far), len(near)) / RATE + 1.0
            heard.extend(await asyncio.to_thread(talk, port, near, seconds))
            counted = port.counters
        finally:
            port.close()
        assert (await made.control("state"))["pcm_lost"] == 0
        made.line.hang_up(ONE)
        await made.heard(Ended)

    async def run() -> None:
        quick = ("--alert-after", "0.1", "--answer-after", "0.2")
        async with bench(tmp_path, *quick, "--family", family, "--play", str(tmp_path / "far.wav")) as made:
            await story(made)

    asyncio.run(run())
    with wave.open(str(tmp_path / "heard-1.wav")) as file:
        at_far_end = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert score(far, np.frombuffer(bytes(heard), np.int16)) > GOOD
    assert score(near, at_far_end) > GOOD
    assert (counted.late, counted.dropped) == (0, 0)


@pytest.mark.parametrize("is_obeyed", [True, False], ids=["obeyed", "ignored"])
def test_a_full_buffer_loses_nothing_only_where_the_modems_word_is_obeyed(tmp_path: Path, is_obeyed: bool) -> None:
    lost: list[int] = []

    async def story(made: Bench) -> None:
        port = PcmPort(str(made.folder / "pcm"))
        try:
            await made.ready()
            made.line.dial(ONE, NUMBER, "fr")
            await made.heard(Answered)
            await made.until_modem(lambda state: bool(state["pcm"]))
            talking = asyncio.create_task(asyncio.to_thread(talk, port, np.ones(RATE * 3, np.int16), 3.0))
            await made.control("choke on")
            await made.until(lambda: made.flow == [(ONE, False)])
            port.hold(is_obeyed)
            await talking
            await made.control("choke off")
            await made.until(lambda: made.flow == [(ONE, False), (ONE, True)])
            lost.append((await made.control("state"))["pcm_lost"])
        finally:
            port.close()
        made.line.hang_up(ONE)
        await made.heard(Ended)

    async def run() -> None:
        async with bench(tmp_path, "--alert-after", "0.1", "--answer-after", "0.2", "--family", "quectel") as made:
            await story(made)

    asyncio.run(run())
    assert (lost[0] == 0) is is_obeyed
