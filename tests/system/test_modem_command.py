"""``kiosk modem`` as the process it is, on a simulated modem that is another: outcomes, exit codes, sound."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.serial_port import open_port
from kiosk.commands.modem_session import holder_of
from kiosk.demo.cast import spoken_wav
from kiosk.demo.sound import CROSSED
from kiosk.settings import PROJECT
from tests.system.terminals import CALLER, ENV, MOBILE_GREETING, heard

NUMBER = "0800190000"
PATIENCE_S = 60


class Simulated:
    """A simulated modem; ``tell`` plays the world."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = str(folder / "at")
        command = [sys.executable, "-m", "hardware.simulated.modem", "--dir", str(folder), *options]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, env=ENV, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert json.loads(self.process.stdout.readline())["ready"]

    def tell(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        state: dict[str, Any] = json.loads(self.process.stdout.readline())
        return state

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_S)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[list[Simulated]]:
    modems: list[Simulated] = []
    yield modems
    for modem in modems:
        modem.close()


def kiosk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "modem", *arguments],
        cwd=PROJECT, env=ENV, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def told(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The JSON lines of a dial, without what differs from run to run."""
    return [
        {key: value for key, value in json.loads(line).items() if key != "at_s"} for line in done.stdout.splitlines()
    ]


def dialled_until_open(modem: Simulated, deed: str, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and lines of a dial in which the world does ``deed`` once the line is said to be open."""
    command = [sys.executable, "-m", "kiosk", "modem", "dial", NUMBER, "--port", modem.port, "--json", *options]
    with subprocess.Popen(command, cwd=PROJECT, env=ENV, stdout=subprocess.PIPE, text=True) as dialling:
        assert dialling.stdout is not None
        lines = []
        for line in dialling.stdout:
            lines.append(json.loads(line))
            if lines[-1].get("event") == "line_open":
                modem.tell(deed)
        return dialling.wait(PATIENCE_S), lines


READY = {"event": "modem", "ready": True, "reason": ""}


def test_a_whole_call_is_told_line_by_line(tmp_path: Path, made: list[Simulated]) -> None:
    made.append(modem := Simulated(tmp_path, "--hang-up-after", "0.5"))
    done = kiosk("dial", NUMBER, "--port", modem.port, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert told(done) == [
        READY,
        {"event": "dialled", "family": "sim7600"},
        {"event": "dialling"},
        {"event": "alerting"},
        {"event": "line_open", "certain": True},
        {"event": "sound", "on": True},
        {"event": "ended", "reason": "ended by the far end", "code": None},
        {"outcome": "answered", "ended_by": "remote"},
    ]
    times = [json.loads(line)["at_s"] for line in done.stdout.splitlines()[:-1]]
    assert times == sorted(times)
    assert times[-1] - times[-2] == pytest.approx(0.5, abs=0.4)


@pytest.mark.parametrize(
    ("options", "outcome", "by", "code"),
    [
        (("--script", "busy"), "busy", "remote", 1),
        (("--script", "declined"), "declined", "remote", 1),
        (("--script", "no-answer", "--no-answer-after", "0.5"), "no_answer", "network", 1),
        (("--script", "no-network"), "no_network", "network", 1),
        (("--script", "no-sim"), "no_sim", "modem", 1),
        (("--pin", "1234"), "sim_locked", "modem", 1),
        (("--script", "drop"), "failed", "network", 1),
        (("--script", "data-only"), "no_voice", "modem", 1),
        (("--script", "ringback", "--family", "a76xx", "--hang-up-after", "0.3"), "line_open", "remote", 0),
    ],
)
def test_each_end_has_its_outcome_and_exit_code(
    options: tuple[str, ...], outcome: str, by: str, code: int, tmp_path: Path, made: list[Simulated]
) -> None:
    made.append(modem := Simulated(tmp_path, *options))
    done = kiosk("dial", NUMBER, "--port", modem.port)
    assert done.stdout.splitlines()[-1] == f"{outcome}, ended by {by}"
    assert done.returncode == code, done.stderr
    assert NUMBER not in done.stdout + done.stderr


@pytest.mark.parametrize("family", ["a76xx", "sim800", "quectel", "huawei", "ublox", "generic"])
def test_each_family_is_probed_and_dialled(family: str, tmp_path: Path, made: list[Simulated]) -> None:
    made.append(modem := Simulated(tmp_path, "--family", family))
    probed = json.loads(kiosk("probe", "--port", modem.port, "--json").stdout)
    assert (probed["verdict"], probed["family"]) == ("ready", family)
    code, lines = dialled_until_open(modem, "hang_up", "--family", family)
    is_believed = family not in ("a76xx", "generic")
    assert lines[-1] == {"outcome": "answered" if is_believed else "line_open", "ended_by": "remote"}
    assert code == 0


def test_seconds_count_from_the_open_line_and_we_end_the_call(tmp_path: Path, made: list[Simulated]) -> None:
    made.append(modem := Simulated(tmp_path))
    done = kiosk("dial", NUMBER, "--port", modem.port, "--json", "--seconds", "0.3")
    assert told(done)[-1] == {"outcome": "answered", "ended_by": "caller"}
    assert modem.tell("state")["call_state"] is None


@pytest.mark.parametrize("family", ["sim7600", "huawei"])
def test_speech_crosses_both_ways_in_files(family: str, tmp_path: Path, made: list[Simulated]) -> None:
    greeting = str(spoken_wav("helpline-mobile", tmp_path))
    made.append(modem := Simulated(tmp_path, "--family", family, "--play", greeting))
    said, out = spoken_wav("caller", tmp_path), tmp_path / "out.wav"
    done = kiosk("dial", NUMBER, "--port", modem.port, "--play", str(said), "--record", str(out))
    assert done.stdout.splitlines()[-1] == "answered, ended by caller"
    assert heard(MOBILE_GREETING, out) > CROSSED
    assert heard(CALLER, tmp_path / "heard-1.wav") > CROSSED


def test_a_modem_that_is_pulled_in_the_call_ends_it_as_lost(tmp_path: Path, made: list[Simulated]) -> None:
    made.append(modem := Simulated(tmp_path))
    code, lines = dialled_until_open(modem, "vanish")
    assert code == 1
    assert lines[-1] == {"outcome": "modem_lost", "ended_by": "modem"}


def test_an_emergency_number_is_dialled_on_a_simulated_modem_alone(tmp_path: Path, made: list[Simulated]) -> None:
    for number in ("112", "15", "+112", "911", "1 1 2"):
        done = kiosk("dial", number, "--port", "/dev/ttyS0")
        assert (done.returncode, done.stdout) == (2, "")
        assert "never tried on a live network" in done.stderr
    made.append(modem := Simulated(tmp_path, "--hang-up-after", "0.2"))
    assert kiosk("dial", "112", "--port", modem.port).returncode == 0
    assert modem.tell("state")["dialled"] == ["112"]


def test_probe_tells_what_it_is_and_why_it_cannot_call(tmp_path: Path, made: list[Simulated]) -> None:
    made.append(modem := Simulated(tmp_path))
    done = kiosk("probe", "--port", modem.port, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert (found["verdict"], found["ready"], found["family"], found["sim"]) == ("ready", True, "sim7600", "READY")
    assert (found["operator"], found["technology"], found["reason"]) == ("SIMULATED", "LTE", "")
    assert "SIM7600" in found["model"]
    modem.tell("script no-sim")
    done = kiosk("probe", "--port", modem.port)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{modem.port}: no_sim: no SIM card")


def test_a_port_that_another_program_holds_is_refused_with_its_holder(tmp_path: Path, made: list[Simulated]) -> None:
    made.append(modem := Simulated(tmp_path))
    port = open_port(modem.port)
    try:
        done = kiosk("probe", "--port", modem.port)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{modem.port} is held by process {os.getpid()}" in done.stderr
    finally:
        port.close()
    assert holder_of(modem.port) == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("probe", "--port", "/dev/nowhere"), "/dev/nowhere is not there"),
        (("probe",), "give --port"),
        (("dial", "12a", "--port", "/dev/nowhere"), "no telephone number"),
        (("dial", NUMBER, "--port", "/dev/nowhere", "--family", "nokia"), "sim7600"),
        (("dial", NUMBER, "--port", "/dev/nowhere", "--play", "/no.wav"), "/no.wav"),
        (("replay", "/no.txt"), "/no.txt"),
    ],
)
def test_wrong_use_names_the_thing_and_exits_with_two(arguments: tuple[str, ...], said: str) -> None:
    done = kiosk(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_replay_prints_what_the_driver_concludes() -> None:
    done = kiosk("replay", "tests/transcripts/16-huawei-e1550-full-call.txt", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert (found["family"], found["technology"]) == ("huawei", "UMTS")
    assert [(call["outcome"], call["ended_by"]) for call in found["calls"]] == [("answered", "remote")]
    assert [event["event"] for event in found["calls"][0]["events"]] == ["dialling", "alerting", "line_open", "ended"]
