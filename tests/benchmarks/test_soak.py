"""The soak in short: calls with faults leave no open file, thread, process or temporary file behind.

The long form is ``python -m benchmarks.soak``; what it found stands in docs/calls.md.
"""

import random
from pathlib import Path

import pytest

from benchmarks import soak_faults as faults
from benchmarks.soak import Soak, one_call
from benchmarks.soak_figures import Sample, growths, table
from benchmarks.soak_stand import SoakStand

BEFORE = (faults.voice_killed, faults.spare_killed, faults.platform_killed)
"""What is made once and kept (a thread for waiting, a second look at the platform) is made by these."""
THEN = (
    *(faults.nothing, faults.voice_killed, faults.garbage_at_sip_and_sound, faults.handset_flapped),
    *(faults.platform_killed, faults.garbage_at_the_socket, faults.courier_killed, faults.spare_killed, faults.nothing),
)
ALLOWED_WORKERS = 3
"""Of the loop's own pool, which fills up to its size in time; a thread left by each fault would be more."""
ALLOWED_KIB = 6 * 1024
"""What core may grow in nine calls: its allocator's doing. A leak shows in the long form."""


@pytest.mark.timeout(180)
def test_calls_with_faults_leave_nothing_behind(tmp_path: Path) -> None:
    stand, soak, dice = SoakStand(tmp_path, "baresip"), Soak(), random.Random(7)
    try:
        for fault in BEFORE:
            one_call(stand, fault, dice, soak, fault.__name__)
        before = stand.figures()
        for fault in THEN:
            one_call(stand, fault, dice, soak, fault.__name__)
        after = stand.figures()
    finally:
        stand.close()
    counted = [name for name in before if not name.endswith(("memory", "journal")) and name != "core threads"]
    assert {name: after[name] for name in counted} == {name: before[name] for name in counted}
    assert after["core threads"] <= before["core threads"] + ALLOWED_WORKERS
    assert after["core memory"] < before["core memory"] + ALLOWED_KIB
    assert soak.lost == []
    assert list((tmp_path / "tmp").iterdir()) == [], "the voice processes' temporary files outlived core"


def test_a_figure_that_grows_is_a_leak_and_one_that_is_reset_with_its_process_is_not() -> None:
    samples = [
        Sample(10 * n, 1 + n // 10, {"core open files": 20.0 + n, "core threads": 6.0, "voice threads": 9.0 + n // 10})
        for n in range(20)
    ]
    assert [(each.name, round(each.per_100_calls or 0.0, 6), each.leaks) for each in growths(samples)] == [
        ("core open files", 10.0, True),
        ("core threads", 0.0, False),
        ("voice threads", 0.0, False),
    ]
    assert "| core open files | 20 | 39 | 39 | +10.00 | LEAK |" in table(growths(samples))


def test_too_few_looks_say_nothing_of_growth() -> None:
    (only,) = growths([Sample(0, 1, {"core threads": 5.0}), Sample(10, 1, {"core threads": 9.0})])
    assert (only.per_100_calls, only.leaks) == (None, False)
