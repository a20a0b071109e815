"""Reads an outbox's journal without changing it: for the technician, also while core runs."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.errors import BadInput
from kiosk.outbox.frames import VERSION, Spoiled, decode_changes, decode_header, scan


@dataclass(frozen=True)
class Verdict:
    """What a journal holds, and what is wrong with it."""

    frames: int
    events: int
    quarantined: int
    drafts: int
    spoiled_bytes: int
    """In the middle: records may be lost."""
    tail_bytes: int
    """After the last whole frame: a write going on now, or one that the power cut."""
    missing_frames: int
    """Frames that by their numbers should be there and are not."""
    faults: tuple[str, ...]
    """In words; empty: sound."""


def verify(path: Path) -> Verdict:
    """The verdict on the file at ``path``. Raises: BadInput when it cannot be read or is of another version."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; name the outbox's journal") from error
    header = decode_header(data)
    if header is not None and header.version != VERSION:
        raise BadInput(f"{path}: journal of version {header.version}, this software reads version {VERSION}")
    frames = spoiled = tail = 0
    live: dict[str, set[str]] = {"events": set(), "quarantine": set(), "drafts": set()}
    missing = last = 0
    faults: list[str] = [] if header is not None else ["the header is spoiled"]
    for part in scan(data):
        if isinstance(part, Spoiled):
            if part.tail:
                tail += part.end - part.start
            else:
                spoiled += part.end - part.start
                faults.append(f"bytes {part.start} to {part.end} are spoiled")
            continue
        frames += 1
        missing += part.sequence - last - 1
        last = part.sequence
        try:
            changes = decode_changes(part.payload)
        except msgspec.DecodeError as error:
            faults.append(f"frame {part.sequence}: not ours: {error}")
            continue
        for (table, doc_id), raw in changes:
            ids = live.setdefault(table, set())
            if raw is None:
                ids.discard(doc_id)
            else:
                ids.add(doc_id)
    if missing:
        faults.append(f"{missing} frames are missing")
    return Verdict(
        frames=frames,
        events=len(live["events"]),
        quarantined=len(live["quarantine"]),
        drafts=len(live["drafts"]),
        spoiled_bytes=spoiled,
        tail_bytes=tail,
        missing_frames=missing,
        faults=tuple(faults),
    )
