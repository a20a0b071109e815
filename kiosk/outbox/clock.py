"""Time as a terminal without a clock battery has it: since boot, by the wall, and how far to believe the wall.

Code that decides gets the time passed in; the shells hold a :class:`Clock`, and tests one that they drive.
"""

import ctypes
import time
from enum import StrEnum
from pathlib import Path
from typing import Protocol

BUILT_MS = 1_767_225_600_000
"""2026-01-01: a wall clock before this software was written is wrong for certain."""

_STA_UNSYNC = 0x0040
_TIME_ERROR = 5


class ClockQuality(StrEnum):
    """How far the wall clock can be believed. Wire value."""

    NONE = "none"
    """No battery, no network time since boot: it stands where it stood when the power went, or in 1970."""
    SET = "set"
    """From a battery clock, or set by hand."""
    SYNCED = "synced"
    """Disciplined by network time."""


class Clock(Protocol):
    """What the outbox and the courier need of time. Any thread; none of them blocks."""

    def boot(self) -> str:
        """Names this boot (a UUID)."""

    def boot_ms(self) -> int:
        """Milliseconds since boot, sleep counted; never steps."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC; may step."""

    def quality(self) -> ClockQuality:
        """How far to believe ``wall_ms`` now."""


def judge(wall_ms: int, *, disciplined: bool, battery: bool) -> ClockQuality:
    """Quality of a wall clock, from three facts. Pure."""
    if wall_ms < BUILT_MS:
        return ClockQuality.NONE
    if disciplined:
        return ClockQuality.SYNCED
    return ClockQuality.SET if battery else ClockQuality.NONE


class SystemClock:
    """The machine's clocks."""

    def __init__(self) -> None:
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()

    def boot(self) -> str:
        """The kernel's boot id."""
        return self._boot

    def boot_ms(self) -> int:
        """CLOCK_BOOTTIME."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def wall_ms(self) -> int:
        """CLOCK_REALTIME."""
        return time.time_ns() // 1_000_000

    def quality(self) -> ClockQuality:
        """From the kernel's discipline, timesyncd's mark, and whether a battery clock is there."""
        disciplined = _kernel_is_disciplined() or Path("/run/systemd/timesync/synchronized").exists()
        battery = any(
            hctosys.read_text(encoding="ascii").strip() == "1" for hctosys in Path("/sys/class/rtc").glob("*/hctosys")
        )
        return judge(self.wall_ms(), disciplined=disciplined, battery=battery)


class _Timex(ctypes.Structure):
    """``struct timex`` of adjtimex(2), as far as ``status``; the rest is room."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 32),
    )


def _kernel_is_disciplined() -> bool:
    timex = _Timex()  # modes 0: read only
    state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    return 0 <= state < _TIME_ERROR and not timex.status & _STA_UNSYNC
