"""All words a person reads or hears, by name, in one language.

Each language is a folder of ``config/locales`` with ``screen.toml`` (read), ``speech.toml`` (heard, recorded) and
``guide.toml`` (the directory's: read, and said by a voice made on demand); a name is ``table.key`` in its file. A
missing word is an error when the catalogue is loaded against another, never a blank on the screen:
``tests/speech/test_catalogue.py`` holds all languages to the same names.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import BadInput

LOCALES = Path(__file__).resolve().parents[2] / "config" / "locales"


@dataclass(frozen=True)
class Catalogue:
    """The words of one language: ``read`` for the screen, ``spoken`` for the ear."""

    language: str
    read: Mapping[str, str]
    spoken: Mapping[str, str]


def load(language: str, folder: Path = LOCALES) -> Catalogue:
    """The catalogue of ``language`` (ISO 639-1). Raises: BadInput when it is missing or not TOML of strings."""
    home = folder / language
    return Catalogue(language, _words(home / "screen.toml"), _words(home / "speech.toml"))


def words_of(language: str, name: str, folder: Path = LOCALES) -> Mapping[str, str]:
    """The words of ``name``.toml alone, for what is neither the caller's screen nor spoken. Raises: BadInput."""
    return _words(folder / language / f"{name}.toml")


def load_guide(language: str, folder: Path = LOCALES) -> Mapping[str, str]:
    """The directory's words in ``language``. Raises: BadInput as :func:`load`."""
    return _words(folder / language / "guide.toml")


def _words(path: Path) -> Mapping[str, str]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{path}: no such catalogue; offer another language or add the file") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: not TOML: {error}; correct the file") from error
    words: dict[str, str] = {}
    for table, entries in tables.items():
        if not isinstance(entries, dict):
            raise BadInput(f"{path}: {table}: stands outside a table; put it under one, as [menu]")
        for key, text in entries.items():
            if not isinstance(text, str):
                raise BadInput(f"{path}: {table}.{key} = {text!r}: not a text; put it in quotes")
            words[f"{table}.{key}"] = text
    return words
