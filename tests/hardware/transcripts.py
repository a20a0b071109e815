"""Reads the recorded conversations of tests/transcripts and plays them to the codec (00-FORMAT.txt)."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hardware.at import AtEvent, Codec, Command

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
FILES = sorted(path for path in FOLDER.glob("*.txt") if not path.name.startswith("00"))


@dataclass(frozen=True)
class Sent:
    text: str


@dataclass(frozen=True)
class Arrived:
    data: bytes


@dataclass(frozen=True)
class Passed:
    seconds: float


def steps(path: Path) -> Iterator[Sent | Arrived | Passed]:
    for line in path.read_text().splitlines():
        if line.startswith("> "):
            yield Sent(line[2:])
        elif line.startswith("< "):
            yield Arrived(b"\r\n" + line[2:].encode() + b"\r\n")
        elif line.startswith("b< "):
            yield Arrived(_unescaped(line[3:]))
        elif line.startswith("b> "):
            yield Sent(_unescaped(line[3:]).decode().rstrip("\r"))
        elif line.startswith("@ "):
            yield Passed(float(line[2:]))


def _unescaped(text: str) -> bytes:
    return bytes(ast.literal_eval('b"' + text.replace('"', '\\"') + '"'))


def command_of(text: str) -> Command:
    """The command as the driver would describe it."""
    if re.fullmatch(r"AT\+CG(MM|MI|MR|SN)", text, re.I):
        return Command(text, rows="*")
    match = re.fullmatch(r"AT([+^][A-Z]+)(\?|=\?|=\"SC\",2)?", text, re.I)
    return Command(text, 5.0, rows=f"{match[1].upper()}:" if match else "")


def play(path: Path, chunk: int | None = None) -> list[AtEvent]:
    """All events of the conversation, its bytes cut into chunks of ``chunk`` (None: as recorded)."""
    codec = Codec()
    now = 100.0
    events: list[AtEvent] = []

    def pass_time(until: float) -> None:
        nonlocal now
        while (deadline := codec.deadline) is not None and deadline <= until:
            now = max(now, deadline)
            events.extend(codec.tick(now))
            codec.take()
        now = max(now, until)

    for step in steps(path):
        match step:
            case Sent(text):
                pass_time(now + 0.15)
                while not codec.is_ready:
                    assert codec.deadline is not None
                    pass_time(codec.deadline)
                assert codec.send(command_of(text), now) == text.encode() + b"\r"
            case Arrived(data):
                size = chunk or len(data) or 1
                for start in range(0, len(data), size):
                    events += codec.receive(data[start : start + size], now)
                    codec.take()
            case Passed(seconds):
                pass_time(now + seconds)
    pass_time(now + 0.15)
    return events
