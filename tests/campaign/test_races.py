"""The dial race under fire, in short: real core and voice, sipp on the trunk, a simulated modem on its pty.

The long form is ``python -m tests.campaign.races --races 1000``; what it found stands in docs/calls.md.
"""

import shutil
from pathlib import Path

import pytest

from tests.campaign.races import Report, campaign
from tests.campaign.terminal import Terminal

SEED = 3


@pytest.mark.parametrize(
    ("engine", "family", "numbers"), [("baresip", "sim7600", range(1, 20)), ("rfcvoip", "a76xx", range(20, 28))]
)
def test_in_every_race_the_caller_is_joined_to_one_line_and_every_other_is_let_go(
    engine: str, family: str, numbers: range, tmp_path: Path
) -> None:
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed (apt-get install sip-tester)")
    terminal, report = Terminal(tmp_path / "terminal", engine, family), Report()
    try:
        for _ in campaign(terminal, SEED, numbers, report):
            pass
    finally:
        terminal.close()
    told = "\n\n".join(f"{each['timeline']}\n{each['faults']}" for each in report.broken)
    if told:
        pytest.fail(told)
    assert report.races == len(numbers)
