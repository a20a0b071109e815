"""The search of this house, and four others over the same records, behind one face.

The others get what they are good at: all words of a record in one field, the words of the question joined by "or",
their own ranking. Distance and opening times are not theirs: what they find is cut to the radius and to what is open by
the same sums that ours are checked with, until the page is full.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, Protocol

from kiosk.directory.hours.openness import Closed, openness, territory_at
from kiosk.directory.index import live
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service, parse
from kiosk.directory.search.directory import Directory
from kiosk.directory.search.question import Clock, Question
from kiosk.directory.vocabulary import vocabulary
from kiosk.directory.words.folding import folded, tokens

PAGE = 10
READ_AT_MOST = 2000
"""Results of a peer that are looked at to fill one page within a radius."""


@dataclass(frozen=True)
class Asked:
    """One question to any engine."""

    text: str
    language: str = "fr"
    near: Spot | None = None
    radius_km: float | None = None
    open_at: datetime | None = None


class Engine(Protocol):
    """An index in a folder of its own."""

    name: str

    def build(self, data: Path, folder: Path) -> None:
        """Index the canonical lines in the file ``data``, which are sorted by id; its bundle lies beside it."""
        ...

    def open(self, folder: Path) -> None: ...

    def search(self, asked: Asked) -> list[str]:
        """Ids, best first, at most :data:`PAGE`."""
        ...


class Ours:
    name = "ours"

    def build(self, data: Path, folder: Path) -> None:
        live.build(bundle_of(data), folder / "index.sqlite")

    def open(self, folder: Path) -> None:
        self._directory = Directory.open(folder / "index.sqlite")

    def search(self, asked: Asked) -> list[str]:
        question = Question(
            text=asked.text, near=asked.near, radius_km=asked.radius_km, open_at=asked.open_at, language=asked.language
        )
        answer = self._directory.search(question, Clock(asked.open_at or NOON, is_trusted=True))
        return [found.service.id for found in answer.found]


NOON = datetime.fromisoformat("2026-11-24T14:30:00+01:00")
"""A Tuesday, when much is open."""


class RawFts:
    """SQLite's FTS5 as it comes: accents folded, bm25."""

    name = "raw FTS5"

    def build(self, data: Path, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "fts.sqlite")) as base:
            base.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')")
            base.execute("CREATE TABLE record (number INTEGER PRIMARY KEY, line BLOB)")
            for number, line in enumerate(lines_of(data), 1):
                base.execute("INSERT INTO words(rowid, text) VALUES (?, ?)", (number, text_of(line)))
                base.execute("INSERT INTO record VALUES (?, ?)", (number, line))
            base.commit()

    def open(self, folder: Path) -> None:
        self._base = sqlite3.connect(f"file:{folder / 'fts.sqlite'}?mode=ro", uri=True)

    def search(self, asked: Asked) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in tokens(asked.text))
        rows = self._base.execute(
            "SELECT line FROM words JOIN record ON number = words.rowid"
            " WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?",
            (words or '""', READ_AT_MOST),
        )
        return page((parse(line) for (line,) in rows), asked)


class TinyScan:
    """TinyDB: every record is looked at; the score is how many words of the question it has."""

    name = "TinyDB scan"

    def build(self, data: Path, folder: Path) -> None:
        from tinydb import TinyDB

        with closing(TinyDB(folder / "tiny.json")) as base:
            base.insert_multiple(
                {"line": line.decode(), "words": " ".join(tokens(text_of(line)))} for line in lines_of(data)
            )

    def open(self, folder: Path) -> None:
        from tinydb import TinyDB
        from tinydb.middlewares import CachingMiddleware
        from tinydb.storages import JSONStorage

        # without the cache the whole file is parsed again at each question
        cached: Any = CachingMiddleware
        self._base = TinyDB(folder / "tiny.json", storage=cached(JSONStorage))

    def search(self, asked: Asked) -> list[str]:
        from tinydb import where

        words = set(tokens(asked.text))

        def score(text: Any) -> int:
            return len(words.intersection(text.split()))

        found: list[Any] = self._base.search(where("words").test(lambda text: score(text) > 0))
        found.sort(key=lambda one: -score(one["words"]))
        return page((parse(one["line"]) for one in found[:READ_AT_MOST]), asked)


class Whoosh:
    """Whoosh-Reloaded with its French analysis: stems and stop words, BM25F."""

    name = "whoosh"

    def build(self, data: Path, folder: Path) -> None:
        from whoosh import fields, index
        from whoosh.analysis import CharsetFilter, LanguageAnalyzer
        from whoosh.support.charset import accent_map

        analyzer = LanguageAnalyzer("fr") | CharsetFilter(accent_map)
        made = index.create_in(folder, fields.Schema(text=fields.TEXT(analyzer=analyzer), line=fields.STORED))
        writer = made.writer(limitmb=256)
        for line in lines_of(data):
            writer.add_document(text=text_of(line), line=line)
        writer.commit()

    def open(self, folder: Path) -> None:
        from whoosh import index
        from whoosh.qparser import OrGroup, QueryParser

        self._index = index.open_dir(folder)
        self._searcher = self._index.searcher()
        self._parser = QueryParser("text", self._index.schema, group=OrGroup)

    def search(self, asked: Asked) -> list[str]:
        query = self._parser.parse(" ".join(tokens(asked.text)))
        limit = READ_AT_MOST if asked.radius_km else 10 * PAGE
        return page((parse(hit["line"]) for hit in self._searcher.search(query, limit=limit)), asked)


class Tantivy:
    """Tantivy's Python edition with its French stems, BM25."""

    name = "tantivy"

    def build(self, data: Path, folder: Path) -> None:
        import tantivy

        made = tantivy.Index(self._schema(), path=str(folder))
        self._register(made)
        writer = made.writer(256_000_000, num_threads=1)
        for line in lines_of(data):
            writer.add_document(tantivy.Document(text=[folded(text_of(line))], line=[line.decode()]))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        import tantivy

        self._index = tantivy.Index.open(str(folder))
        self._register(self._index)
        self._searcher = self._index.searcher()

    def search(self, asked: Asked) -> list[str]:
        query = self._index.parse_query(" ".join(tokens(asked.text)), ["text"])
        limit = READ_AT_MOST if asked.radius_km else 10 * PAGE
        hits = self._searcher.search(query, limit).hits
        return page((parse(self._searcher.doc(address)["line"][0]) for _, address in hits), asked)

    def _schema(self) -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="french")
        builder.add_text_field("line", stored=True, index_option="basic", tokenizer_name="raw")
        return builder.build()

    def _register(self, made: Any) -> None:
        import tantivy

        analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("french"))
            .build()
        )
        made.register_tokenizer("french", analyzer)


ENGINES: dict[str, type[Engine]] = {engine.name: engine for engine in (Ours, RawFts, TinyScan, Whoosh, Tantivy)}


def missing(name: str) -> bool:
    """Whether the library of this engine is not installed (extra ``bench``)."""
    wanted = {"whoosh": "whoosh", "tantivy": "tantivy"}.get(name)
    with suppress(ImportError):
        if wanted:
            __import__(wanted)
        return False
    return True


def text_of(line: bytes) -> str:
    """All that a record says, needs by their names: what a peer searches in."""
    service, terms = parse(line), vocabulary().needs
    labels = [f"{terms[need].fr} {terms[need].en}" for need in service.needs if need in terms]
    place = service.place
    said = (service.name, *service.aliases, service.structure.name, service.description, *labels, service.audience_text)
    return " ".join(filter(None, (*said, place.commune, place.postcode)))


def page(found: Iterable[Service], asked: Asked) -> list[str]:
    """The first of ``found`` that are near enough and not surely closed."""
    ids: list[str] = []
    for service in _fitting(found, asked):
        ids.append(service.id)
        if len(ids) == PAGE:
            break
    return ids


def _fitting(found: Iterable[Service], asked: Asked) -> Iterator[Service]:
    for service in found:
        away = distance_km(service, asked.near)
        if asked.radius_km is not None and (away is None or away > asked.radius_km):
            continue
        place = service.place
        if asked.open_at is not None and isinstance(
            openness(service.hours, territory_at(place.insee, place.postcode, place.country), asked.open_at), Closed
        ):
            continue
        yield service


def distance_km(service: Service, near: Spot | None) -> float | None:
    """As the crow flies; None where one of the two has no point."""
    place = service.place
    if near is None or near.latitude is None or near.longitude is None:
        return None
    if place.latitude is None or place.longitude is None:
        return None
    one, other = radians(near.latitude), radians(place.latitude)
    half = sin((other - one) / 2) ** 2
    half += cos(one) * cos(other) * sin(radians(place.longitude - near.longitude) / 2) ** 2
    return 12742 * asin(sqrt(half))


def lines_of(data: Path) -> Iterator[bytes]:
    """The records, one by one."""
    with data.open("rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


def bundle_of(data: Path) -> Path:
    """Where the bundle of the records in ``data`` is."""
    return data.with_suffix(".bundle")


def bytes_in(folder: Path) -> int:
    """Of all files there."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
