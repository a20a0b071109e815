"""Reads an index: who matches, what they are judged by, which words it knows. It never writes to the file.

One thread at a time. What SQLite says of a damaged file becomes :class:`Damaged`, whose remedy is to build it again.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kiosk.directory.hours.schedule import Kind
from kiosk.directory.index import schema
from kiosk.directory.index.cells import Cells
from kiosk.directory.index.checksum import proved
from kiosk.directory.index.slips import distance, forms, slips_in
from kiosk.directory.parts import Hours
from kiosk.errors import NeedsTechnician

CACHED_HOURS = 4096

Week = tuple[tuple[int, int, Kind], ...]
Range = tuple[int, int]
"""Numbers of relays, both ends included."""


class Damaged(NeedsTechnician):
    """The file is no index that can be read, or not one of this release. Remedy: build it again from its bundle."""


class Term(NamedTuple):
    """A stem that some relay has."""

    term: str
    relays: int
    """How many have it."""
    named: int
    """How many have it in a name."""


Block = tuple[float, float, float, float, int, int]
"""Neighbours on the curve: south, north, west and east of the box around them in degrees, first and last number."""


class Index:
    """An index that was opened. Close it, or leave its ``with``."""

    def __init__(self, path: Path) -> None:
        """Open ``path``. Raises: Damaged unless it is an index of this release."""
        self.path = path
        self._cells: Cells | None = None
        self._hours: dict[int, tuple[Hours, Week | None]] = {}
        with _reading(path):
            # nobody writes to the file behind this name: a new index is another file that takes the name
            self._base = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
            )
        try:
            with _reading(path):
                # a page that the card cannot read any more is an error here; of a mapped file it would be SIGBUS, the
                # end of the process that carries the calls
                self._base.execute("PRAGMA mmap_size = 0")
                form = self._one("PRAGMA application_id"), self._one("PRAGMA user_version")
                if form != ((schema.APPLICATION_ID,), (schema.INDEX_VERSION,)):
                    raise Damaged(f"{path}: no index of this release of the terminal; build it again from its bundle")
                self.about: dict[str, str] = dict(self._base.execute("SELECT name, value FROM about"))
                self.relays = int(self.about["relays"])
        except (KeyError, ValueError) as error:
            self._base.close()
            raise Damaged(f"{path}: does not say what it holds; build it again from its bundle") from error
        except Damaged:
            self._base.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def numbers(self, match: str, ranges: Iterable[Range]) -> list[int]:
        """The relays of ``ranges`` that fit the full-text expression ``match``."""
        found: list[int] = []
        with _reading(self.path):
            for first, last in ranges:
                rows = self._base.execute(
                    "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?", (match, first, last)
                )
                found += [number for (number,) in rows.fetchall()]
        return found

    def cells(self) -> Cells:
        """What every relay is judged by; read once."""
        if self._cells is None:
            with _reading(self.path):
                stored = self._base.execute("SELECT name, cells FROM cells")
                self._cells = Cells.unpacked({name: proved(cells, name) for name, cells in stored})
                if len(self._cells) != self.relays:
                    raise Damaged(f"{self.path}: cells are missing; build it again from its bundle")
        return self._cells

    def blocks(self, south: float, north: float, west: float, east: float) -> list[Block]:
        """The blocks whose boxes touch this one."""
        with _reading(self.path):
            found = self._base.execute(
                "SELECT south, north, west, east, first, last FROM block"
                " WHERE south <= ? AND north >= ? AND west <= ? AND east >= ?",
                (north, south, east, west),
            )
            return found.fetchall()

    def lines(self, records: Sequence[int]) -> list[bytes]:
        """The canonical lines of records by their keys, in that order. Raises: Damaged when one is missing."""
        if not records:
            return []
        with _reading(self.path):
            asked = f"SELECT key, line FROM record WHERE key IN ({', '.join('?' * len(records))})"
            found = dict(self._base.execute(asked, tuple(records)).fetchall())
            if not found.keys() >= set(records):
                raise Damaged(f"{self.path}: a record is missing; build it again from its bundle")
            return [proved(found[key], key) for key in records]

    def line_of(self, id_: str) -> bytes | None:
        """The canonical line of the record ``id_``; None: there is none."""
        with _reading(self.path):
            row = self._one("SELECT line, key, id FROM record WHERE id = ?", id_)
            if row is not None and row[2] != id_:
                raise Damaged(f"{self.path}: the way to a record leads to another; build it again from its bundle")
            return None if row is None else proved(row[0], row[1])

    def lines_of(self, key: str) -> list[bytes]:
        """The canonical lines of the record ``key``, else of those whose ids are ``source--key``; it reads all ids."""
        whole = self.line_of(key)
        if whole is not None:
            return [whole]
        with _reading(self.path):
            asked = "SELECT line, key FROM record WHERE substr(id, instr(id, '--') + 2) = ?"
            return [proved(line, number) for line, number in self._base.execute(asked, (key,))]

    def hours(self, key: int) -> tuple[Hours, Week | None]:
        """Hours by their key, without their words, and the usual week where there is one; the last are remembered."""
        known = self._hours.get(key)
        if known is None:
            with _reading(self.path):
                row = self._one("SELECT hours, week FROM hours WHERE key = ?", key)
                if row is None:
                    raise Damaged(f"{self.path}: hours are missing; build it again from its bundle")
                hours, week = (None if packed is None else proved(packed, key) for packed in row)
                if len(self._hours) >= CACHED_HOURS:
                    self._hours.clear()
                known = self._hours[key] = _HOURS.decode(hours or b""), None if week is None else _WEEK.decode(week)
        return known

    def term_of(self, word: str) -> Term | None:
        """The stem of a folded word; None: no relay has the word."""
        with _reading(self.path):
            row = self._one("SELECT term, relays, named FROM word WHERE word = ?", word)
        return None if row is None else Term._make(row)

    def terms_from(self, start: str, most: int) -> list[Term]:
        """The stems of words that begin with ``start``, those of most relays first."""
        with _reading(self.path):
            found = self._base.execute(
                "SELECT term, max(relays), max(named) FROM word WHERE word >= ? AND word < ? GROUP BY term"
                " ORDER BY max(relays) DESC, term LIMIT ?",
                (start, start + "\U0010ffff", most),
            )
            return list(map(Term._make, found))

    def terms_near(self, word: str) -> tuple[list[Term], int]:
        """What ``word`` may be a slip for, and how many slips off: the nearest alone, commonest first."""
        most = slips_in(word)
        met: dict[str, Term] = {}
        with _reading(self.path):
            for form in forms(word, most):
                for near, *term in self._base.execute(
                    "SELECT word.word, word.term, word.relays, word.named FROM slip JOIN word ON word.key = slip.word"
                    " WHERE slip.form = ?",
                    (form,),
                ):
                    met[near] = Term._make(term)
        near_by: dict[int, set[Term]] = {}
        for near, found in met.items():
            if (slips := distance(word, near, min(most, slips_in(near)))) <= most:
                near_by.setdefault(slips, set()).add(found)
        if not near_by:
            return [], 0
        slips = min(near_by)
        return sorted(near_by[slips], key=lambda one: (-one.relays, one.term)), slips

    def prove(self) -> None:
        """Read all of it. Raises: Damaged saying what does not hold."""
        with _reading(self.path):
            said = self._one("PRAGMA integrity_check(1)")
            relays = self._one("SELECT count(*) FROM record")
        if said != ("ok",):
            raise Damaged(f"{self.path}: {said[0] if said else 'unreadable'}; build it again from its bundle")
        if relays != (self.relays,):
            raise Damaged(f"{self.path}: it lacks relays; build it again from its bundle")
        self.cells()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._base.execute(sql, values).fetchone()
        return row


_HOURS = msgspec.msgpack.Decoder(Hours)
_WEEK = msgspec.msgpack.Decoder(Week)


class _reading:
    """What a damaged file makes SQLite and msgspec say, said as :class:`Damaged`. Hundreds of times a question."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.ProgrammingError):
            return  # ours, not the file's
        if isinstance(error, (sqlite3.Error, msgspec.DecodeError, KeyError, ValueError)):
            raise Damaged(f"{self._path}: {error}; build it again from its bundle") from error
