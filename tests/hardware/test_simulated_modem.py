"""The simulated modem as its own process, spoken to by a plain pyserial client: it must be a believable modem."""

import json
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import serial
import soundfile

from hardware.simulated.wav import Recording, load

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0


@contextmanager
def modem(folder: Path, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hardware.simulated.modem", "--dir", str(folder), *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["ready"]
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        assert process.stdout is not None
        process.stdout.close()


def say(port: serial.Serial, command: str, until: bytes) -> bytes:
    """Send one command; what came back up to ``until``."""
    port.write(command.encode() + b"\r")
    answer: bytes = port.read_until(until)
    assert answer.endswith(until), answer
    return answer


def test_it_speaks_at_byte_for_byte(tmp_path: Path) -> None:
    with modem(tmp_path) as process, serial.Serial(str(tmp_path / "at"), timeout=PATIENCE_S) as port:
        assert say(port, "AT", b"OK\r\n") == b"AT\r\r\nOK\r\n"
        assert say(port, "ATE0", b"OK\r\n") == b"ATE0\r\r\nOK\r\n"
        assert say(port, "AT+CREG?", b"OK\r\n") == b"\r\n+CREG: 0,1\r\n\r\nOK\r\n"
        assert say(port, "AT+CPCMREG=1", b"ERROR\r\n") == b"\r\nERROR\r\n"
        assert say(port, "AT+NOSUCH", b"ERROR\r\n") == b"\r\nERROR\r\n"
        assert say(port, "AT+CLCC=1", b"OK\r\n") == b"\r\nOK\r\n"
        said = say(port, "ATD0800190000;", b"VOICE CALL: BEGIN\r\n")
        assert said == (
            b'\r\nOK\r\n\r\n+CLCC: 1,0,2,0,0,"0800190000",129\r\n'
            b'\r\n+CLCC: 1,0,3,0,0,"0800190000",129\r\n\r\nVOICE CALL: BEGIN\r\n'
        )
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    assert not (tmp_path / "at").is_symlink()


def test_it_survives_its_client_and_starts_each_call_cleanly(tmp_path: Path) -> None:
    quick = ("--alert-after", "0.05", "--answer-after", "0.05")
    with modem(tmp_path, *quick):
        for _ in range(2):
            with serial.Serial(str(tmp_path / "at"), timeout=PATIENCE_S) as port:
                say(port, "ATD112;", b"VOICE CALL: BEGIN\r\n")
                assert say(port, "AT+CHUP", b"OK\r\n").count(b"VOICE CALL: END") == 1
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == ["heard-1.wav", "heard-2.wav"]


def test_recording_plays_although_the_modem_was_killed(tmp_path: Path) -> None:
    quick = ("--alert-after", "0.05", "--answer-after", "0.05", "--record", str(tmp_path / "ear.wav"))
    with modem(tmp_path, *quick) as process:
        with (
            serial.Serial(str(tmp_path / "at"), timeout=PATIENCE_S) as at,
            serial.Serial(str(tmp_path / "pcm"), timeout=PATIENCE_S) as pcm,
        ):
            say(at, "ATE0", b"OK\r\n")
            say(at, "ATD112;", b"VOICE CALL: BEGIN\r\n")
            say(at, "AT+CPCMREG=1", b"OK\r\n")
            deadline = time.monotonic() + PATIENCE_S
            while (tmp_path / "ear.wav").stat().st_size < 4000 and time.monotonic() < deadline:
                pcm.write(b"\x00\x10" * 160)
                assert len(pcm.read(320)) == 320
            os.kill(process.pid, signal.SIGKILL)
            process.wait(PATIENCE_S)
        with wave.open(str(tmp_path / "ear.wav")) as heard:
            assert (heard.getframerate(), heard.getnchannels(), heard.getsampwidth()) == (8000, 1, 2)
            assert heard.getnframes() * 2 + 44 == (tmp_path / "ear.wav").stat().st_size


def test_greeting_is_paced_by_the_clock(tmp_path: Path) -> None:
    with (
        modem(tmp_path, "--script", "instant", "--alert-after", "0"),
        serial.Serial(str(tmp_path / "at"), timeout=PATIENCE_S) as at,
        serial.Serial(str(tmp_path / "pcm"), timeout=PATIENCE_S) as pcm,
    ):
        say(at, "ATD112;", b"VOICE CALL: BEGIN\r\n")
        say(at, "AT+CPCMREG=1", b"OK\r\n")
        began = time.monotonic()
        assert len(pcm.read(320 * 50)) == 320 * 50
        # Never early; a loaded machine may be late.
        assert time.monotonic() - began > 0.8


def test_any_sound_is_played_at_8_khz(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    time_s = np.arange(44100) / 44100
    tone = 0.25 * np.sin(2 * np.pi * 300 * time_s)
    soundfile.write(path, np.stack([tone, tone], axis=1), 44100)
    samples = np.frombuffer(load(path), "<i2")
    assert len(samples) == pytest.approx(8000, abs=2)
    assert int(np.abs(samples[1000:7000]).max()) == pytest.approx(8192, rel=0.02)
    assert int(np.argmax(np.abs(np.fft.rfft(samples[:8000])))) == 300


def test_recording_is_whole_after_each_append(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.wav")
    for number in range(1, 4):
        recording.append(b"\x01\x00" * 160)
        with wave.open(str(tmp_path / "a.wav")) as heard:
            assert heard.getnframes() == 160 * number
    recording.close()


def test_unreadable_greeting_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"not sound")
    ended = subprocess.run(
        [sys.executable, "-m", "hardware.simulated.modem", "--dir", str(tmp_path), "--play", str(tmp_path / "no.wav")],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert b"no.wav cannot be read as sound" in ended.stderr
