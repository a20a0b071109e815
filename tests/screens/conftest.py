"""Fixtures: each process and socket is started and ended here."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.screens.stage import FakeCore, Ruler, ScreenProcess


@pytest.fixture(scope="session")
def ruler() -> Iterator[Ruler]:
    one = Ruler()
    yield one
    one.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: a Unix socket's path has 108 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="screen-") as name:
        yield Path(name)


@pytest.fixture
def core(folder: Path) -> Iterator[FakeCore]:
    one = FakeCore(folder)
    yield one
    if any(folder.glob("switchboard.sock")):
        one.close()


@pytest.fixture
def start(folder: Path, core: FakeCore) -> Iterator[Callable[..., ScreenProcess]]:
    """Starts a screen process on the fake core's socket."""
    started: list[ScreenProcess] = []

    def begin(width: int = 800, height: int = 480, panel: bool = False) -> ScreenProcess:
        started.append(ScreenProcess(folder, width, height, panel))
        return started[-1]

    yield begin
    for one in started:
        one.end()
