"""Real-time turns for what must not feel the machine's other work: the instruments, and where the network alone is
measured, all terminals alike."""

import functools
import subprocess

INSTRUMENT = 8
"""Before every terminal, whose start takes seconds of work, and behind the terminals' own beats."""
TERMINAL = 5


@functools.cache
def real_time(priority: int) -> tuple[str, ...]:
    """Words that give the command after them real-time turns (chrt(1)), or none where the system does not grant it."""
    words = ("chrt", "--rr", str(priority))
    try:
        asked = subprocess.run([*words, "true"], capture_output=True, timeout=10, check=False)
    except OSError:
        return ()
    return words if asked.returncode == 0 else ()
