"""Files of JSON rows, and one row read field by field: each reading says to the report what it had to leave out."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from kiosk.directory.sources import texts
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput


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
        value = self.fields.get(field)
        if value in (None, "", []):
            return ()
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            report.lose(self.line, self.prefix + field, "not a list")
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


def document(path: Path) -> Any:
    """A JSON document, or a list of those of a JSON-lines file. Raises: BadInput."""
    try:
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        try:
            return msgspec.json.decode(content)
        except msgspec.DecodeError:
            lines = content.splitlines()
            if len(lines) < 2 or not lines[0].startswith(b"{") or not lines[0].rstrip().endswith(b"}"):
                raise
            return [_line(line) for line in lines if line.strip()]
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; give a file that can be read") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: not JSON ({error}); give a JSON document or JSON lines") from error


def _line(line: bytes) -> Any:
    """One of JSON lines; a broken one is handed on as text, and refused by whoever expects an object."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return line.decode(errors="replace")


def rows(paths: list[Path], inside: tuple[str, ...], report: Report) -> Iterator[Row]:
    """The objects of JSON files: of a list, or of the lists named ``inside`` an object, or the one object itself.

    What is no object is refused. Raises: BadInput when a file cannot be read as JSON.
    """
    for path in paths:
        whole = document(path)
        if isinstance(whole, dict):
            names = [name for name in inside if isinstance(whole.get(name), list)]
            parts = [(f"{path.name}:{name}:", whole[name]) for name in names] or [(f"{path.name}:", [whole])]
        elif isinstance(whole, list):
            parts = [(f"{path.name}:", whole)]
        else:
            raise BadInput(f"{path}: neither a list nor an object; give what the format publishes")
        for where, found in parts:
            for count, fields in enumerate(found, 1):
                if isinstance(fields, dict):
                    yield Row(f"{where}{count}", fields)
                else:
                    report.read += 1
                    report.refuse(f"{where}{count}", "", "not an object")
