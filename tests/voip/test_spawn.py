"""A voice process's temporary files go with it, and those of a killed core with the next one."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kiosk.demo.stage import wait_until
from kiosk.voip.spawn import FOLDER, remove_left_folders, spawn_voice


def environment_of(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_voice_process_has_a_temporary_folder_of_its_own(temporary: Path) -> None:
    spawned = spawn_voice()
    try:
        # Empty for a moment, between the exec and the new program's first page.
        assert wait_until(lambda: f"TMPDIR={spawned.folder}".encode() in environment_of(spawned.process.pid), 10.0)
        assert [spawned.folder] == list(temporary.iterdir())
        (spawned.folder / "left-by-the-stack").mkdir()
    finally:
        spawned.process.kill()
        spawned.process.wait()
        spawned.ours.close()
    spawned.remove_folder()
    assert list(temporary.iterdir()) == []


def test_folders_of_a_core_that_was_killed_are_removed_and_those_of_a_living_one_stay(temporary: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (temporary / f"{FOLDER}{dead.pid}-a" / "baresip-x").mkdir(parents=True)
    mine = temporary / f"{FOLDER}{os.getpid()}-b"
    other = temporary / "somebody-elses"
    mine.mkdir()
    other.mkdir()
    remove_left_folders()
    assert set(temporary.iterdir()) == {mine, other}
