"""The whole story, as a newcomer runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.settings import PROJECT


@pytest.mark.timeout(400)
def test_the_scripted_demo_goes_as_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    env = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--scripted", "--out", str(out)],
        env={**env, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, timeout=360, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((out / "report.json").read_text())
    assert [each["ok"] for each in report["steps"]] == [True] * 7
    shown = {path.stem.split("-")[1] for path in (out / "screens").glob("*.png")}
    assert {"idle", "menu", "calling", "alerting", "connected", "rescue"} <= shown
    assert sorted(path.name for path in out.glob("step-*.wav")) == [
        f"step-{step}-{who}-heard.wav" for step in (1, 2, 3, 4) for who in ("caller", "helpline")
    ]
