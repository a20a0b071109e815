"""What a record costs: ``python benchmarks/outbox.py [--folder DIR] [--json FILE]`` prints a table and writes JSON.

Put latency is to the durable answer. KiB written are what the kernel counted for this process
(``/proc/self/io`` write_bytes: pages given to the disk; the file system's own journal is not in it). TinyDB's own
JSONStorage, which syncs too, runs beside it on the same folder. Numbers, never asserted.
"""

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run by its path, from a checkout

import msgspec  # noqa: E402
from tinydb import TinyDB  # noqa: E402
from tinydb.storages import JSONStorage  # noqa: E402

from kiosk.outbox.clock import SystemClock  # noqa: E402
from kiosk.outbox.envelope import Event, make_envelope  # noqa: E402
from kiosk.outbox.store import Outbox  # noqa: E402

RECORD = b'{"kind":"note","text":"' + b"x" * 900 + b'"}'
"""About as long as a call's."""
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def event(number: int) -> Event:
    """Number ``number``."""
    event_id = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(26)))
    return Event(id=event_id, kind="note", record=RECORD)


def written_kib() -> float:
    """KiB that this process has given to disks."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes")) / 1024


def measure(put: Callable[[int], None], first: int, number: int) -> dict[str, float]:
    """Latency and KiB of ``number`` puts, the first of them numbered ``first``."""
    before = written_kib()
    took: list[float] = []
    for each in range(first, first + number):
        started = time.perf_counter()
        put(each)
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    return {
        "put_p50_ms": round(took[len(took) // 2], 3),
        "put_p99_ms": round(took[len(took) * 99 // 100], 3),
        "kib_per_record": round((written_kib() - before) / number, 2),
    }


def journal_row(folder: Path, queued: int, sample: int) -> dict[str, object]:
    """The outbox with ``queued`` records: puts on top, then its drain, then its opening."""
    path = folder / f"outbox-{queued}.journal"
    outbox = Outbox(path, SystemClock(), None, reserve_kib=0)

    def put(number: int) -> None:
        outbox.put(event(number))

    filling = measure(put, 1, queued - sample)
    row: dict[str, object] = {"storage": "journal", "queued": queued, **measure(put, queued - sample + 1, sample)}
    outbox.close()
    started = time.perf_counter()
    outbox = Outbox(path, SystemClock(), None, reserve_kib=0)
    row["open_ms"] = round((time.perf_counter() - started) * 1000, 1)
    before = written_kib()
    while (lease := outbox.lease(50, 60)).id:
        outbox.settle(lease.id, [envelope.id for envelope in lease.events], {})
    row["settle_kib_per_record"] = round((written_kib() - before) / queued, 2)
    row["fill_kib_per_record"] = filling["kib_per_record"]
    outbox.close()
    return row


def tinydb_row(folder: Path, queued: int, sample: int) -> dict[str, object]:
    """TinyDB's own storage with ``queued`` records, filled in one write to be done today."""
    clock = SystemClock()
    db = TinyDB(folder / f"tinydb-{queued}.json", storage=JSONStorage)

    def document(number: int) -> dict[str, object]:
        plain: dict[str, object] = msgspec.to_builtins(make_envelope(event(number), number, clock, None))
        return plain

    db.insert_multiple(document(number) for number in range(1, queued - sample + 1))
    row: dict[str, object] = {"storage": "TinyDB JSONStorage", "queued": queued}

    def put(number: int) -> None:
        db.insert(document(number))

    row.update(measure(put, queued + 1, sample))
    db.close()
    return row


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where to write; on the card to be measured (default: temporary)")
    parser.add_argument("--json", type=Path, default=Path("benchmark-output/outbox.json"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        rows = [journal_row(folder, 1_000, 500), journal_row(folder, 10_000, 500)]
        rows += [tinydb_row(folder, 1_000, 20), tinydb_row(folder, 10_000, 5)]
    columns = list(rows[0])
    table = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(columns))]
    for line in table:
        sys.stdout.write("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) + "\n")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    report = {"machine": platform.machine(), "python": platform.python_version(), "rows": rows}
    arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
