"""The table of docs/directory.md: every field of the record with its places in HSDS 3 and data.inclusion v1.

``python -m kiosk.directory.manual`` writes it from the docstrings of :mod:`kiosk.directory.record` and
:mod:`kiosk.directory.parts`; a test holds the page to them.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "directory.md"
START, END = "<!-- made by kiosk.directory.manual: start -->", "<!-- made by kiosk.directory.manual: end -->"
WORDS = re.compile(r"(.*?)\s*\[([^\[\]|]+) \| ([^\[\]]+)\]", re.DOTALL)
"""What a field's docstring says, and its two counterparts."""


def fields(source: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Class, field, meaning, place in HSDS, place in data.inclusion; of the fields that say where they are kept."""
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, after in zip(node.body, node.body[1:], strict=False):
            if not (isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr)):
                continue
            if isinstance(field.target, ast.Name) and isinstance(after.value, ast.Constant):
                found = WORDS.fullmatch(" ".join(str(after.value.value).split()))
                if found:
                    yield node.name, field.target.id, found[1], found[2], found[3]


def table() -> str:
    """The table, in Markdown."""
    rows = ["| field | what | HSDS 3 | data.inclusion v1 |", "|---|---|---|---|"]
    for source in (HERE / "record.py", HERE / "parts.py"):
        for owner, name, what, hsds, inclusion in fields(source):
            field = name if owner == "Service" else f"{owner}.{name}"
            rows.append(f"| `{field}` | {what.replace('|', chr(92) + '|')} | {hsds} | {inclusion} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """``text`` of the page with the table as it is now."""
    before, _, rest = text.partition(START)
    return f"{before}{START}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
