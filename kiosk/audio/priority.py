"""A real-time turn for the thread that keeps the beat, where the system grants one.

systemd grants it with ``LimitRTPRIO=`` (docs/audio.md). Without it all works, only later beside a busy process.
"""

import logging
import os

log = logging.getLogger(__name__)

PRIORITY = 10
"""Of 1..99: before every ordinary process, behind the kernel's own sound and interrupt threads (50)."""


def ask_for_real_time() -> bool:
    """Give the calling thread real-time turns (``SCHED_RR``; its children do not inherit them).

    False where the system does not grant it; never raises. A thread that runs wild is held to 95 % of a processor
    by the kernel.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
    except (OSError, AttributeError) as error:
        log.info("no real-time priority for sound (%s); grant LimitRTPRIO=%d to the service", error, PRIORITY)
        return False
    return True
