"""Run as a process: files events without end, and says so, one line each, after the outbox did.

``python -m tests.outbox.writer FOLDER FIRST [settle]``
"""

import sys
from pathlib import Path

from kiosk.outbox.answers import Kept
from kiosk.outbox.clock import SystemClock
from kiosk.outbox.store import Outbox
from tests.outbox.worlds import event


def main(folder: Path, first: int, settles: bool) -> None:
    outbox = Outbox(folder / "outbox.journal", SystemClock(), None, reserve_kib=64)
    for number in range(first, first + 100_000):
        outbox.checkpoint(event(number, "draft"))
        if isinstance(outbox.put(event(number, "x" * 700)), Kept):
            print(f"put {number}", flush=True)  # noqa: T201
        if settles and number % 5 == 0:
            lease = outbox.lease(3, 60)
            outbox.settle(lease.id, [envelope.id for envelope in lease.events], {})
            for envelope in lease.events:
                print(f"sent {envelope.id}", flush=True)  # noqa: T201
        if number % 40 == 0:
            outbox._journal.compact()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] == ["settle"])
