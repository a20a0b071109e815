"""The only place that writes to standard output: one JSON document, JSON lines, or lines for a person."""

import sys
from typing import Any

import msgspec

DONE, FAILED, WRONG_USE = 0, 1, 2
"""Exit codes: done; tried and failed; wrong use or configuration."""


def document(value: Any) -> None:
    """Print ``value`` as one JSON document."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    sys.stdout.flush()


def json_line(value: Any) -> None:
    """Print ``value`` as JSON on a line of its own, at once."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.flush()


def line(text: str = "") -> None:
    """Print one line for a person; a letter that the terminal does not have becomes ``?``."""
    letters = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(letters, "replace").decode(letters) + "\n")
    sys.stdout.flush()


def mobile(seen: dict[str, Any] | None) -> str:
    """Operator, technology and signal of a mobile line, to stand behind its readiness; empty for other lines."""
    if seen is None:
        return ""
    signal = "no signal" if seen["signal_dbm"] is None else f"{seen['signal_dbm']} dBm"
    network = " ".join(filter(None, (seen["operator"] or "no operator", seen["technology"])))
    warning = f", {seen['warning']}" if seen["warning"] else ""
    return f", {seen['modem'] or 'a modem without a name'}: {network}, {signal}{warning}"


def table(rows: list[tuple[str, ...]]) -> None:
    """Print ``rows``, the first being the head, in columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
