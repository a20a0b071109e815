"""Starts a voice process. The standard library alone: core begins with this, before its own imports.

The voice process takes longest to load (numpy, the SIP stack); beside core's loading it costs no time of its own.
It gets a folder of its own for temporary files, which core removes when it is gone: the SIP stack leaves a folder
behind at each end, and a voice process may end often in a year.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = "sos-crise-voice-"
"""Beginning of the temporary folders' names; the process id of the core that made it follows."""


@dataclass(frozen=True)
class Spawned:
    """A voice process that loads, and our end of its socket pair."""

    process: "subprocess.Popen[bytes]"
    ours: socket.socket
    folder: Path
    """Its temporary files; removed by :meth:`remove_folder` when it has ended."""

    def give_up(self) -> None:
        """End it: nobody will need it."""
        self.process.kill()
        self.process.wait()
        self.ours.close()
        self.remove_folder()

    def remove_folder(self) -> None:
        """Take its temporary files away. Never raises: what stays is taken by a later start."""
        shutil.rmtree(self.folder, ignore_errors=True)


def spawn_voice() -> Spawned:
    """Start one; from the main thread, whose end it notices. Raises: OSError."""
    remove_left_folders()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.voip.agent", "--fd", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            # numpy would start a thread for each processor: no sum here uses them, and core loads beside.
            env={**os.environ, "PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(folder)},
        )
    except OSError:
        ours.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        theirs.close()
    return Spawned(process, ours, folder)


def remove_left_folders() -> None:
    """Remove the folders of cores that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        core = folder.name.removeprefix(FOLDER).partition("-")[0]
        if core.isdigit() and not Path(f"/proc/{core}").exists():
            shutil.rmtree(folder, ignore_errors=True)
