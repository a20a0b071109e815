"""Starts a voice process. The standard library alone: core begins with this, before its own imports.

The voice process takes longest to load (numpy, the SIP stack); beside core's loading it costs no time of its own.
"""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Spawned:
    """A voice process that loads, and our end of its socket pair."""

    process: "subprocess.Popen[bytes]"
    ours: socket.socket


def spawn_voice() -> Spawned:
    """Start one; from the main thread, whose end it notices. Raises: OSError."""
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.voip.agent", "--fd", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return Spawned(process, ours)
