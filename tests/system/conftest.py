"""The stage of the system tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.terminals import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    one = Scene(tmp_path)
    yield one
    one.close()
