"""Real-time turns for what must not feel the machine's other work: the instruments, and where the network alone is
measured, all terminals alike."""

import functools
import subprocess


@functools.cache
def real_time() -> tuple[str, ...]:
    """Words that give the command after them real-time turns (chrt(1)), or none where the system does not grant it."""
    words = ("chrt", "--rr", "5")
    try:
        asked = subprocess.run([*words, "true"], capture_output=True, timeout=10, check=False)
    except OSError:
        return ()
    return words if asked.returncode == 0 else ()
