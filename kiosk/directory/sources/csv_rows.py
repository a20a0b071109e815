"""CSV files as people save them, row by row: any usual encoding and delimiter, and a broken row spoils no other."""

import codecs
import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput

ENDINGS = (".csv", ".tsv")
LONGEST_CELL = 1 << 20
"""Characters; what is longer has lost its closing quotation mark."""
OPEN_ENDED = "a quotation mark that does not end"
DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r'"?sep=(.)"?')
"""A first line by which spreadsheets tell each other the delimiter."""


def csv_rows(path: Path, report: Report, delimiter: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a CSV file (UTF-8, UTF-16 with its mark, else Windows 1252), by the names in its head.

    A row with more filled cells than the head has columns is refused, and so is one whose quotation mark does not end:
    then the lines behind it are read again as rows of their own. Raises: BadInput when the file cannot be read or has
    no head.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
            start, first = 0, file.readline()
            if said := SEPARATOR.fullmatch(first.strip()):
                delimiter, start, first = delimiter or said[1], file.tell(), file.readline()
            if not first.strip():
                raise BadInput(f"{path}: no head with names of columns in its first line; give a table with one")
            delimiter = delimiter or max(DELIMITERS, key=first.count)
            file.seek(start)
            lines = _Lines(file)
            head = next(iter(csv.reader(lines, delimiter=delimiter)))
            for name, times in Counter(head).items():
                if times > 1:
                    report.lose(path.name, name, "two columns of one name: the last one is taken")
            report.saw(dict.fromkeys(head))
            yield from _rows(lines, head, delimiter, path.name, report)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; give a file that can be read") from error
    except csv.Error as error:
        raise BadInput(f"{path}: {error}; give a CSV file") from error


class _Lines:
    """The lines of a file, which can be taken back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        """Since :meth:`keep`."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._file)
        self.taken.append(line)
        return line

    def keep(self) -> None:
        """What was taken so far is done with."""
        self.taken.clear()

    def take_back_but_one(self) -> None:
        """All lines taken since but the first shall be read again."""
        self._waiting.extendleft(reversed(self.taken[1:]))
        self.taken.clear()


def _rows(
    lines: _Lines, head: list[str], delimiter: str, file: str, report: Report
) -> Iterator[tuple[str, dict[str, Any]]]:
    count = 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.keep()
        try:
            row = next(reader, None)
        except csv.Error:
            # within one line, marks that somebody forgot to double; over several, one that does not end
            row = next(csv.reader(lines.taken, delimiter=delimiter)) if len(lines.taken) == 1 else [OPEN_ENDED]
            lines.take_back_but_one()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        if row is None:
            return
        if not row:  # an empty line
            continue
        count += 1
        line = f"{file}:{count}"
        if row == [OPEN_ENDED]:
            report.read += 1
            report.refuse(line, "", OPEN_ENDED)
        elif any(row[len(head) :]):
            report.read += 1
            report.refuse(line, "", "more cells than the head has columns")
        else:
            yield line, dict(zip(head, [*row, *[None] * (len(head) - len(row))], strict=False))


def _encoding(path: Path) -> str:
    """How ``path`` is written: only all of it can tell."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    try:
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
