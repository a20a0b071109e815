r"""A conversation with a modem as text: what the tests' recordings and the black box's files are written in. Pure.

One step a line: ``> TEXT`` the host sends TEXT and CR; ``< TEXT`` the modem sends one line between CR LF; ``b> `` and
``b< `` the same as raw bytes with escapes (``\r``, ``\x1a``), each one write or one read; ``@ N`` N seconds pass;
``~ TEXT`` something happens beside the line; ``= TEXT`` what whoever wrote the file concludes; ``# KEY: VALUE`` a head.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.S)
_NAMED = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_HEAD = re.compile(r"#\s*([a-z][a-z ]*):\s*(.*)")


@dataclass(frozen=True)
class Sent:
    """The host wrote these bytes."""

    data: bytes


@dataclass(frozen=True)
class Arrived:
    """The modem's bytes, as one read gave them."""

    data: bytes


@dataclass(frozen=True)
class Passed:
    """Time, in seconds."""

    seconds: float


@dataclass(frozen=True)
class Happened:
    """Something beside the line: the port vanished, the far end acted."""

    text: str


Step = Sent | Arrived | Passed | Happened


@dataclass(frozen=True)
class Transcript:
    """A whole file."""

    head: dict[str, str] = field(default_factory=dict)
    """``modem``, ``family``, ``reason``, ...: the ``# KEY: VALUE`` lines, keys in lower case."""
    steps: tuple[Step, ...] = ()
    meant: tuple[str, ...] = ()
    """The ``=`` lines: for people and tests."""


def read(text: str) -> Transcript:
    """The file's text. Raises: ValueError naming the line that is none of the format."""
    head: dict[str, str] = {}
    steps: list[Step] = []
    meant: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        kind, _, rest = line.partition(" ")
        match kind:
            case ">":
                steps.append(Sent(rest.encode() + b"\r"))
            case "<":
                steps.append(Arrived(b"\r\n" + rest.encode() + b"\r\n"))
            case "b>":
                steps.append(Sent(unescaped(rest)))
            case "b<":
                steps.append(Arrived(unescaped(rest)))
            case "@":
                steps.append(Passed(_seconds(rest, number)))
            case "~":
                steps.append(Happened(rest.strip()))
            case "=":
                meant.append(rest.strip())
            case _ if line.startswith("#"):
                if found := _HEAD.fullmatch(line):
                    head.setdefault(found[1], found[2].strip())
            case _ if line.strip():
                raise ValueError(f"line {number}: begins with none of > < b> b< @ ~ = #")
    return Transcript(head, tuple(steps), tuple(meant))


def write(transcript: Transcript) -> str:
    """The file's text; :func:`read` gives the same transcript back."""
    return "\n".join([*_lines(transcript), ""])


def escaped(data: bytes) -> str:
    """Bytes as the rest of a ``b<`` line."""
    return "".join(_shown(byte) for byte in data)


def unescaped(text: str) -> bytes:
    r"""The bytes of a ``b<`` or ``b>`` line's rest; an unknown escape stands for its character."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return chr(int(name[1:], 16)) if len(name) == 3 else _NAMED.get(name, name)

    return _ESCAPE.sub(value, text).encode("latin-1", "replace")


def timed(steps: Iterable[tuple[float, Step]]) -> Iterator[Step]:
    """Steps with the times at which they were, in seconds of any clock, with the pauses between as steps."""
    before: float | None = None
    for at, step in steps:
        if before is not None and round(at - before, 3) > 0:
            yield Passed(round(at - before, 3))
        before = at
        yield step


def _seconds(text: str, number: int) -> float:
    match = re.match(r"\s*(\d+(?:\.\d+)?)", text)
    if match is None:
        raise ValueError(f"line {number}: @ {text!r} is not a number of seconds")
    return float(match[1])


def _lines(transcript: Transcript) -> Iterator[str]:
    for key, value in transcript.head.items():
        yield f"# {key}: {' '.join(value.split())}"
    for step in transcript.steps:
        match step:
            case Sent(data):
                yield f"b> {escaped(data)}"
            case Arrived(data):
                yield f"b< {escaped(data)}"
            case Passed(seconds):
                yield f"@ {seconds:.3f}"
            case Happened(text):
                yield f"~ {' '.join(text.split())}"
    for text in transcript.meant:
        yield f"= {' '.join(text.split())}"


def _shown(byte: int) -> str:
    for name, character in (("\\\\", "\\"), ("\\r", "\r"), ("\\n", "\n")):
        if byte == ord(character):
            return name
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"
