"""Writes docs/settings.md from the settings' own docstrings: ``python -m kiosk.commands.manual``."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kiosk.settings import PROJECT, Settings

PAGE = PROJECT / "docs" / "settings.md"

HEAD = """# Settings

Written from `kiosk/settings.py`; do not edit here (`python -m kiosk.commands.manual` writes it anew).

Four files, each laid over the one before, key by key: the shipped `config/kiosk.toml`; a profile, if the site's file
names one of `config/profiles/` (`profile = "kamailio"`, above all tables); the site's own file (given with `--config`,
else `$KIOSK_CONFIG`, else `/etc/sos-crise/site.toml`); and the secrets file that the site's file names, readable by its
owner alone (mode 0600). `kiosk config check FILE` tells what is wrong, with the remedy.

A site's file can be as short as this:

```toml
secrets_file = "secrets.toml"

[terminal]
id = "lyon-mairie-3"
site = "Mairie du 3e"

[voip]
server = "sip.example.org"
user = "terminal-17"

[modem]
port = "/dev/serial/by-id/usb-SimTech__Incorporated_SimTech-if02-port0"
pcm_port = "/dev/serial/by-id/usb-SimTech__Incorporated_SimTech-if04-port0"
```

and its secrets:

```toml
sip_password = "..."
hub_token = "..."
```
"""


def page() -> str:
    """The page's text."""
    parts = [HEAD]
    for name, kind in _tables("", Settings):
        fields = [field for field in msgspec.structs.fields(kind) if not _is_table(field.type)]
        parts.append(f"\n## {'The secrets file' if name == 'secrets' else f'[{name}]'}\n\n{kind.__doc__}\n\n")
        parts.append("| key | default | what it is |\n| --- | --- | --- |\n")
        words = _docstrings(kind)
        for field in fields:
            key = field.name if name == "secrets" else f"{name}.{field.name}"
            parts.append(f"| `{key}` | {_default(field)} | {words.get(field.name, '')} |\n")
    return "".join(parts)


def _is_table(kind: object) -> bool:
    return hasattr(kind, "__struct_fields__")


def _tables(prefix: str, kind: type[msgspec.Struct]) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """Every table with its name, a table before the tables within it."""
    for field in msgspec.structs.fields(kind):
        if _is_table(field.type):
            name = f"{prefix}{field.name}"
            yield name, field.type
            yield from _tables(f"{name}.", field.type)


def _default(field: msgspec.structs.FieldInfo) -> str:
    default = field.default if field.default is not msgspec.NODEFAULT else None
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    if default is None:
        return "must be given"
    if isinstance(default, str) and str(PROJECT) in default:
        default = str(Path(default).relative_to(PROJECT))
    return f"`{list(default) if isinstance(default, tuple) else default!r}`"


def _docstrings(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Field name to the docstring under it."""
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)
    found = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            text = ast.literal_eval(after.value) if isinstance(after.value, ast.Constant) else ""
            found[field.target.id] = " ".join(str(text).split()).replace("|", "\\|")
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
