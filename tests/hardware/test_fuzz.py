"""The fuzzer's own rules on inputs of Hypothesis's making, and a short run of the fuzzer itself."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.hardware.fuzz_at import COMMANDS, WORDS, check

ROOT = Path(__file__).resolve().parents[2]
RUN_S = 8

TURNS = st.one_of(
    st.sampled_from(range(128, 128 + len(WORDS))).map(lambda size: bytes((0, size))),
    st.tuples(st.just(2), st.integers(1, 255)).map(lambda turn: bytes((2, 1, turn[1]))),
    st.integers(0, len(COMMANDS) - 1).map(lambda which: bytes((3, 1, which))),
    st.binary(max_size=31).map(lambda data: bytes((0, len(data))) + data),
    st.just(bytes((4, 0))),
)


@given(st.integers(0, 255), st.integers(0, 255), st.lists(TURNS, max_size=40))
@settings(max_examples=300)
@example(0, 0, [bytes((3, 1, 7)), bytes((0, 139))])
@example(1, 0x92, [b"\x00\xb3", b"DCC\x01C", b"\xf7\xf8", b"\xfe\xff"])
def test_any_course_of_bytes_commands_and_time_ends_well(family: int, chunk: int, script: list[bytes]) -> None:
    check(bytes((family, chunk)) + b"".join(script))


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="needs atheris (extra fuzz): no wheel for this Python"
)
def test_a_short_run_of_the_fuzzer_finds_nothing(tmp_path: Path) -> None:
    run = subprocess.run(
        # Of one seed: what a long run by hand finds becomes an example above.
        [sys.executable, "-m", "tests.hardware.fuzz_at", str(RUN_S), str(tmp_path), "-seed=1"],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    tried = re.search(r"number_of_executed_units: (\d+)", run.stderr)
    assert tried is not None
    assert int(tried[1]) > 500
