"""The modem's benchmark runs to its end with tiny counts and leaves figures that can be read. No time is asserted."""

import importlib.util
from pathlib import Path

import pytest

from tests.benchmarks.test_benchmarks_run import assert_figures, ran

FIGURES = {
    "our port, loop and codec, all lines parsed",
    "pyserial alone, lines cut, nothing parsed",
    "python-gsmmodem-new, lines cut, nothing parsed",
    "dial decided to ATD on the wire",
    "BUSY read to verdict",
    "answer read to line open",
    "recovery: module restarted (RDY) to ready",
    "recovery: port back, opened again, to ready",
}


@pytest.mark.skipif(importlib.util.find_spec("gsmmodem") is None, reason="python-gsmmodem-new is not installed")
@pytest.mark.timeout(180)
def test_modem_measures_readers_verdicts_and_recovery(tmp_path: Path) -> None:
    found = ran(tmp_path, "benchmarks.modem", "--rounds", "1", "--lines", "200")
    assert_figures(found)
    assert {each["name"] for each in found["rows"]} >= FIGURES
