"""Real-time turns for what must not feel the machine's other work: the instruments, and where the network alone is
measured, all terminals alike."""

import functools
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

INSTRUMENT = 8
"""Before every terminal, and behind the terminals' own beats."""
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


def give_turns(pid: int, priority: int) -> None:
    """Give them to all threads of a process and of its children, but for those that have better ones of their own.

    For terminals that are up: while one starts, it is a second of work that the calls beside it must not feel.
    """
    with suppress(PermissionError):
        for one in _family(pid):
            with suppress(FileNotFoundError, ProcessLookupError):
                for thread in Path(f"/proc/{one}/task").iterdir():
                    if os.sched_getparam(int(thread.name)).sched_priority < priority:
                        os.sched_setscheduler(int(thread.name), os.SCHED_RR, os.sched_param(priority))


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _family(int(child))
