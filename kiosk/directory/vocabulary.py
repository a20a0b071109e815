"""The words of the directory with a fixed list of values: needs, audiences, kinds, networks, ways to come.

The list itself is data, ``config/directory/vocabulary.toml``: what data.inclusion v1 publishes, and the needs of our
own where it has none. Read once a process; any thread may ask.
"""

from functools import cache
from pathlib import Path

import msgspec

from kiosk.errors import BadInput

FOLDER = Path(__file__).resolve().parents[2] / "config" / "directory"
"""What ships with the terminal: vocabulary, helplines, mappings."""


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One word and how it reads."""

    fr: str
    en: str
    own: bool = False
    """Ours: data.inclusion has no such word."""
    within: str = ""
    """Of an own need: the theme of data.inclusion that covers it; empty when none does."""


class Values(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lists of data.inclusion v1 that need no label here."""

    kinds: frozenset[str]
    reception: frozenset[str]
    come_by: frozenset[str]
    come_for: frozenset[str]
    networks: frozenset[str]


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it, by code."""

    needs: dict[str, Term]
    audiences: dict[str, Term]
    values: Values

    def theme_of(self, need: str) -> str:
        """The theme of data.inclusion that ``need`` is, or lies within; empty when there is none."""
        term = self.needs.get(need)
        if term is None:
            return ""
        return term.within if term.own else need


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships. Raises: BadInput when the file cannot be used."""
    path = FOLDER / "vocabulary.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Vocabulary)
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(f"{path.name}: {error}; install the terminal's config/directory again") from error


def needs_above(needs: tuple[str, ...]) -> tuple[str, ...]:
    """``needs`` and every theme that they lie within: ``a--b--c``, ``a--b``, ``a``."""
    found: dict[str, None] = {}
    for need in needs:
        parts = need.split("--")
        for size in range(len(parts), 0, -1):
            found["--".join(parts[:size])] = None
    return tuple(found)
