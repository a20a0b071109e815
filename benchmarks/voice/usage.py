"""What processes take of the machine, from /proc (proc(5)): processor seconds and resident memory."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
VOICE = "kiosk.voip.agent"


@dataclass(frozen=True)
class Usage:
    """What one process had used by ``at_s`` (monotonic seconds)."""

    at_s: float
    processor_s: float
    resident_mib: float
    peak_mib: float


def usage(pid: int) -> Usage:
    """Raises: OSError when the process is gone."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    sizes = {line.partition(":")[0]: line.split()[1] for line in told.splitlines() if line.startswith("Vm")}
    return Usage(
        time.monotonic(),
        (int(fields[11]) + int(fields[12])) / TICKS,
        int(sizes.get("VmRSS", "0")) / 1024,
        int(sizes.get("VmHWM", "0")) / 1024,
    )


def voice_of(pid: int) -> int:
    """The process that carries the sound: of our terminal the voice process that works, else ``pid`` itself.

    A spare voice stands by and has done less; the one that took the call worked more.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    voices = [int(child) for child in children if VOICE in _command(int(child))]
    return max(voices, key=lambda each: usage(each).processor_s, default=pid)


def seconds_a_minute(before: Usage, after: Usage) -> float:
    """Processor seconds in a minute of call."""
    return (after.processor_s - before.processor_s) / (after.at_s - before.at_s) * 60


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
