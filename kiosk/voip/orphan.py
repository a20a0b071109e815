"""A voice process does not outlive core: no call is left that nobody can hang up, and no sound card is held."""

import ctypes
import os
import signal
import threading
import time

PR_SET_PDEATHSIG = 1
ORPHAN_S = 3.0
"""For hanging up, after core died."""


def end_with_core() -> None:
    """From now on core's death is this process's SIGTERM, and a little later its end, whatever it hangs in."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    threading.Thread(target=_outlive_briefly, args=(os.getppid(),), name="orphan", daemon=True).start()


def _outlive_briefly(core: int) -> None:
    while os.getppid() == core:
        time.sleep(1.0)
    time.sleep(ORPHAN_S)
    os._exit(1)
