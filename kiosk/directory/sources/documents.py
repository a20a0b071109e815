"""Files of JSON rows, or of the same rows as a table, and one row read field by field.

Each reading says to the report what it had to leave out.
"""

import json
import mmap
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw

from kiosk.directory.sources import texts
from kiosk.directory.sources.csv_rows import ENDINGS, csv_rows
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput

BOM = b"\xef\xbb\xbf"
LARGE = 1 << 26
"""Bytes of a document that is not written anew to be read: that takes ten times the memory."""
Packed = bytes | memoryview | Raw
"""One object, not yet decoded."""
Whole = list[Raw] | dict[str, Raw]


@dataclass(frozen=True)
class Row:
    """One object of a source."""

    line: str
    """``file:number``, for the report."""
    fields: Any
    """A dictionary, once :func:`rows` has handed it out."""
    prefix: str = ""
    """Before the names of its fields, in the report."""

    def text(self, field: str) -> str:
        """The field, cleaned; empty when it is absent."""
        return texts.clean(self.fields.get(field))

    def texts(self, field: str, report: Report) -> tuple[str, ...]:
        """A list of texts, each once; anything else is lost."""
        value = listed(self.fields.get(field))
        if any(isinstance(item, dict | list | bool) for item in value):
            report.lose(self.line, self.prefix + field, "not a list of texts")
            return ()
        return tuple(dict.fromkeys(text for item in value if (text := texts.clean(item))))

    def words(self, field: str, known: Collection[str], report: Report) -> tuple[str, ...]:
        """A list of words out of ``known``, each once; others are lost."""
        found = self.texts(field, report)
        for word in found:
            if word not in known:
                report.lose(self.line, self.prefix + field, f"{word[:80]!r} is not a word of the vocabulary")
        return tuple(word for word in found if word in known)

    def shaped(self, field: str, pattern: str, report: Report) -> str:
        """A text that matches ``pattern``; another is lost."""
        text = self.text(field)
        if text and not re.fullmatch(pattern, text):
            report.lose(self.line, self.prefix + field, f"{text[:80]!r} has not the form that it should")
            return ""
        return text

    def day(self, field: str, report: Report) -> date | None:
        """A calendar day; another text is lost."""
        found = texts.day(self.fields.get(field))
        if found is None and self.text(field):
            report.lose(self.line, self.prefix + field, "not a date")
        return found

    def decimal(self, field: str, report: Report, least: float, most: float) -> float | None:
        """A number between ``least`` and ``most``; another is lost."""
        value = self.fields.get(field)
        if value in (None, ""):
            return None
        found = texts.number(value)
        if found is None or not least <= found <= most:
            report.lose(self.line, self.prefix + field, f"not a number from {least:g} to {most:g}")
            return None
        return found


def listed(value: Any) -> list[Any]:
    """``value`` as a list: itself, the list or object of JSON inside a text, of one thing, or of none.

    In tables lists are also written ``['a', 'b']`` and ``{a,b}``.
    """
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            inside = re.fullmatch(r"\s*(?:\[(.*)\]|\{(.*)\})\s*", value, re.DOTALL)
            parts = (inside[1] or inside[2] or "").split(",") if inside else [value]
            return [part.strip(" '\"") for part in parts] if inside else parts
    if value in (None, ""):
        return []
    return value if isinstance(value, list) else [value]


def rows(paths: list[Path], inside: tuple[str, ...], report: Report, owner: str = "") -> Iterator[Row]:
    """The objects of JSON files: of a list, of lists named ``inside`` an object, of lines, or the one object itself.

    An object with the key ``owner`` is one itself, whatever lists it has. Of a CSV file each row is one.

    One at a time: the file is mapped, not held. What is no object is refused. Raises: BadInput when a file cannot be
    read as JSON.
    """
    for path in paths:
        if path.suffix.lower() in ENDINGS:
            yield from (Row(line, fields) for line, fields in csv_rows(path, report))
            continue
        for where, part in _parts(path, inside, report, owner):
            for count, packed in enumerate(part, 1):
                line = f"{where}{count}"
                fields = _decoded(packed)
                if isinstance(fields, dict):
                    report.saw(fields)
                    yield Row(line, fields)
                else:
                    report.read += 1
                    report.refuse(line, "", "not an object")


def _parts(path: Path, inside: tuple[str, ...], report: Report, owner: str) -> list[tuple[str, Iterable[Packed]]]:
    """The lists of a file, not yet decoded, each with how its lines are called."""
    content: memoryview | bytes = _mapped(path)
    try:
        content, whole = _whole(content)
        if isinstance(whole, list):
            return [(f"{path.name}:", whole)]
        names = [name for name in inside if name in whole and bytes(whole[name])[:1] == b"["]
        if owner in whole:
            names = []
        if not names:
            return [(f"{path.name}:", [content])]
        for name in whole.keys() - set(names):
            if bytes(whole[name])[:1] == b"[" and msgspec.json.decode(whole[name], type=list[Raw]):
                report.lose(path.name, name, "another list: no place in the record")
        return [(f"{path.name}:{name}:", msgspec.json.decode(whole[name], type=list[Raw])) for name in names]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        first, _, _ = bytes(content[: 1 << 20]).partition(b"\n")
        if first.startswith(b"{") and first.rstrip().endswith(b"}") and len(first) + 1 < len(content):
            return [(f"{path.name}:", _lines(path))]
        if isinstance(error, msgspec.ValidationError):
            raise BadInput(f"{path}: neither a list nor an object; give what the format publishes") from error
        raise BadInput(f"{path}: not JSON ({error}); give a JSON document or JSON lines") from error


def _decoded(packed: Packed) -> Any:
    """One value of JSON; None where it is none."""
    try:
        return msgspec.json.decode(packed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        with suppress(ValueError, msgspec.DecodeError, RecursionError):
            return msgspec.json.decode(_strict(bytes(packed)))
    return None


def _whole(content: memoryview | bytes) -> tuple[memoryview | bytes, Whole]:
    """A document, and what is in it, not yet decoded; written anew if only so it is JSON. Raises: DecodeError."""
    try:
        return content, msgspec.json.decode(content, type=Whole)
    except msgspec.DecodeError as error:
        if isinstance(error, msgspec.ValidationError) or len(content) > LARGE:
            raise
        try:
            strict = _strict(content)
        except (ValueError, RecursionError):
            raise error from None
        return strict, msgspec.json.decode(strict, type=Whole)


def _strict(content: memoryview | bytes) -> bytes:
    """``content`` in UTF-8, without what many a program writes although JSON has it not: ``NaN``, and half letters.

    Raises: ValueError, RecursionError when it is no JSON in other ways.
    """
    document = json.loads(bytes(content), parse_constant=lambda _: None)
    return json.dumps(document, ensure_ascii=False).encode(errors="replace")


def _mapped(path: Path) -> memoryview:
    """The file's content without a byte order mark; what has been read of it may leave memory again."""
    try:
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                raise BadInput(f"{path}: empty; give a JSON document or JSON lines")
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; give a file that can be read") from error
    return content[len(BOM) :] if content[: len(BOM)] == BOM else content


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            if found := line.removeprefix(BOM).strip():
                yield found
