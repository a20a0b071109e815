"""Each benchmark runs to its end with tiny counts and leaves figures that can be read. No time is asserted."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.far_end import Packet
from benchmarks.report import row, table
from benchmarks.rtp_lateness import lateness_ms
from kiosk.settings import PROJECT
from tests.system.terminals import ENV

CALL_PATH_FIGURES = {
    "baresip: core start to registered: ready to call",
    "baresip: press received by core to INVITE at the platform",
    "baresip: button edge to INVITE, 30 ms of debounce included",
    "baresip: lift edge to first prompt sample, 30 ms of debounce included",
    "voice killed to handset sounding again, a spare stands by",
    "voice killed to handset sounding again, the spare killed with it",
    "trunk known dead: press to mobile dialling",
    "trunk black-holed: press to mobile dialling",
    "rfcvoip: press received by core to INVITE at the platform",
}


def ran(folder: Path, module: str, *options: str) -> dict[str, Any]:
    """The JSON that ``module`` wrote."""
    out = folder / "figures" / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", module, *options, "--out", str(out)],
        env=ENV, cwd=PROJECT, capture_output=True, text=True, timeout=170, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    for name in (each["name"] for each in found["rows"]):
        assert f"| {name} |" in done.stdout
    return found


def assert_figures(found: dict[str, Any]) -> None:
    assert {"model", "processors", "python", "load_1_min_before", "load_1_min_after"} <= found["machine"].keys()
    for each in found["rows"]:
        assert each["n"] > 0, each
        assert 0 <= each["p50"] <= each["p99"] <= each["max"], each


@pytest.mark.timeout(180)
def test_call_path_measures_every_part_of_the_way(tmp_path: Path) -> None:
    found = ran(tmp_path, "benchmarks.call_path", "--calls", "1", "--lived", "0")
    assert_figures(found)
    assert {each["name"] for each in found["rows"]} >= CALL_PATH_FIGURES


@pytest.mark.timeout(180)
def test_rtp_lateness_measures_both_engines_with_and_without_a_screen(tmp_path: Path) -> None:
    found = ran(tmp_path, "benchmarks.rtp_lateness", "--seconds", "0.5")
    assert_figures(found)
    names = [each["name"] for each in found["rows"]]
    assert [name.split(",")[0] for name in names] == ["baresip"] * 5 + ["rfcvoip"] * 5
    assert sum("20 pictures a second" in name for name in names) == 2


def test_a_late_packet_is_late_by_its_delay_and_a_lost_one_makes_no_other_late() -> None:
    sent = [Packet(100.0 + n * 0.02, n, n * 160 + 0xFFFFFF00 & 0xFFFFFFFF) for n in (0, 1, 2, 4, 5)]
    delayed = [*sent[:3], Packet(sent[3].arrived_s + 0.007, 4, sent[3].stamp), sent[4]]
    assert [round(late, 6) for late in lateness_ms(delayed)] == [0, 0, 0, 7, 0]


def test_a_figure_without_a_measurement_says_so() -> None:
    assert table([row("nothing", [])]).splitlines()[-1] == "| nothing | - | - | - | 0 |  |"
