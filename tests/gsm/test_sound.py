"""The mobile call's sound: through the second serial port, both ways, and gone with it."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hardware.errors import DeviceVanished
from hardware.pcm import PcmPort
from kiosk.calls.line import Answered
from tests.gsm.bench import NUMBER, ONE, Bench, play


def test_sound_crosses_the_pcm_port_both_ways(tmp_path: Path) -> None:
    greeting = tmp_path / "greeting.wav"
    time_s = np.arange(16000 * 2) / 16000
    soundfile.write(greeting, 0.5 * np.sin(2 * np.pi * 440 * time_s), 16000)
    spoken = (8000 * np.sin(2 * np.pi * 1000 * np.arange(160) / 8000)).astype(np.int16).tobytes()
    heard = bytearray()

    async def story(made: Bench) -> None:
        await made.ready()
        made.line.dial(ONE, NUMBER, "fr")
        await made.heard(Answered)
        port = PcmPort(str(made.folder / "pcm"))
        try:
            assert port.sample_rate == 8000
            loop = asyncio.get_running_loop()
            deadline = loop.time() + 30
            while len(heard) < 16000 and loop.time() < deadline:
                heard.extend(port.read(160))
                port.write(spoken)
                await asyncio.sleep(0.02)
        finally:
            port.close()
        made.line.hang_up(ONE)
        await made.over()

    play(tmp_path, story, "--play", str(greeting))
    assert _pitch(np.frombuffer(bytes(heard), np.int16), 8000) == pytest.approx(440, abs=15)
    recorded, rate = soundfile.read(tmp_path / "heard-1.wav", dtype="int16")
    assert rate == 8000
    assert _pitch(recorded, rate) == pytest.approx(1000, abs=15)


def _pitch(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]", rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[int(np.argmax(spectrum))])


def test_pcm_port_that_vanishes_says_so_once(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        port = PcmPort(str(made.folder / "pcm"))
        await made.control("vanish")
        with pytest.raises(DeviceVanished, match="is gone"):
            port.read(160)
        assert port.read(160) == b""
        port.write(b"\0\0")
        assert not port.is_open

    play(tmp_path, story)
