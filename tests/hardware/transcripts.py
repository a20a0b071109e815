"""The recorded conversations of tests/transcripts, read by the player that ships."""

from pathlib import Path

from hardware import replay
from hardware.at import AtEvent
from hardware.transcript import Transcript, read

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
FILES = sorted(path for path in FOLDER.glob("*.txt") if not path.name.startswith("00"))


def transcript_of(path: Path) -> Transcript:
    """The file as steps."""
    return read(path.read_text(encoding="utf-8"))


def play(path: Path, chunk: int | None = None) -> list[AtEvent]:
    """All events of the conversation, its bytes cut into chunks of ``chunk`` (None: as recorded)."""
    return replay.play(transcript_of(path).steps, chunk)
