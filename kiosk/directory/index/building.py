"""Writes an index from the lines of a bundle, in one new file (what stands around that: live.py).

Memory is bounded by the vocabulary and some 200 bytes a relay: lines are read one by one, twice, the second time from
the new file itself, in the order of the curve.
"""

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import msgspec

from kiosk.directory.hours.openness import usual_week
from kiosk.directory.index import schema
from kiosk.directory.index.cells import CALENDARS, Cells, Relay
from kiosk.directory.index.checksum import proved, with_checksum
from kiosk.directory.index.curve import place_on_curve
from kiosk.directory.index.facts import (
    Texts,
    calendar_of,
    home_of,
    hours_of,
    is_spread,
    place_of,
    profile_of,
    seen_on,
    statement_of,
    tags_of,
    texts_of,
)
from kiosk.directory.index.locating import commune_served, spot_of
from kiosk.directory.index.slips import forms, slips_in
from kiosk.directory.index.twins import Twins
from kiosk.directory.parts import Hours, Place
from kiosk.directory.record import parse
from kiosk.directory.vocabulary import vocabulary
from kiosk.directory.words.stemming import stem
from kiosk.errors import NeedsTechnician

PAGE_BYTES = 4096
CACHE_KIB = 32 * 1024
_KEY_BITS = 31


def write(path: Path, lines: Iterable[bytes], about: Mapping[str, str]) -> int:
    """Write the index of ``lines`` (canonical, sorted by id) to ``path``, which must not exist; how many relays it has.

    ``about`` is kept in it. The file is whole when this returns, and not yet on the card. Raises: BadInput for a line
    that is no record; NeedsTechnician for a full card among others.
    """
    try:
        return _written(path, lines, about)
    except sqlite3.Error as error:
        raise NeedsTechnician(f"{path}: {error}; free some room on the card and build it again") from error


def _written(path: Path, lines: Iterable[bytes], about: Mapping[str, str]) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        # nobody else sees the file, and after a power cut it is thrown away: no journal, no waiting for the card
        base.executescript(
            f"PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f"PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -{CACHE_KIB}; PRAGMA secure_delete = OFF;"
            f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = {schema.INDEX_VERSION};"
            f"BEGIN; {schema.CREATE}"
        )
        counts = _Writer(base).write(lines)
        base.executemany("INSERT INTO about VALUES (?, ?)", {**about, **counts}.items())
        base.execute("COMMIT")
        base.executescript(f"{schema.INDEXES} INSERT INTO words(words) VALUES ('optimize');")
    return int(counts["relays"])


class _Writer:
    """One index being written."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        self._vocabulary = vocabulary()
        self._cells = Cells()
        self._twins = Twins()
        self._hours: dict[bytes, int] = {}
        self._words: Counter[str] = Counter()
        self._terms: Counter[str] = Counter()

    def write(self, lines: Iterable[bytes]) -> dict[str, str]:
        order, points = self._records(lines)
        for number, packed in enumerate(order, 1):
            key = packed & (1 << _KEY_BITS) - 1
            self._relay(number, key, (points[2 * key], points[2 * key + 1]))
        first = next((at for at, packed in enumerate(order) if packed >> _KEY_BITS), len(order))
        self._cells.name_twins(self._twins.groups())
        self._blocks(order, points, first)
        self._spelling()
        cells = ((name, with_checksum(content, name)) for name, content in self._cells.packed().items())
        self._base.executemany("INSERT INTO cells VALUES (?, ?)", cells)
        return {"relays": str(len(order)), "spread": str(first)}

    def _records(self, lines: Iterable[bytes]) -> tuple[list[int], "array[float]"]:
        """All lines filed; their keys in the order of the curve (what is spread comes first), and points by key."""
        order: list[int] = []
        points = array("d")
        for key, line in enumerate(lines):
            service = parse(line)
            latitude, longitude = _point(place_of(service))
            self._base.execute("INSERT INTO record VALUES (?, ?, ?)", (key, service.id, with_checksum(line, key)))
            along = 0
            if latitude is not None and longitude is not None and not is_spread(service, latitude):
                along = 1 + place_on_curve(latitude, longitude)
            order.append(along << _KEY_BITS | key)
            points.extend((_NOWHERE, _NOWHERE) if latitude is None or longitude is None else (latitude, longitude))
        order.sort()
        return order, points

    def _relay(self, number: int, key: int, where: tuple[float, float]) -> None:
        line = proved(self._base.execute("SELECT line FROM record WHERE key = ?", (key,)).fetchone()[0], key)
        service = parse(line)
        latitude, longitude = (None, None) if where[0] == _NOWHERE else where
        place = place_of(service)
        spot = spot_of(place)
        home = home_of(service, spot or commune_served(service.area))
        tags = tags_of(home, is_spread(service, latitude))
        self._twins.add(number, service, place, "" if spot is None else spot.insee)
        self._base.execute(
            "INSERT INTO words (rowid, tokens) VALUES (?, ?)",
            (number, " ".join((*self._stems(texts_of(service, self._vocabulary)), *tags))),
        )
        self._cells.add(
            Relay(
                record=key,
                latitude=latitude,
                longitude=longitude,
                hours=self._hours_key(hours_of(service)),
                calendar=CALENDARS.index(calendar_of(service)),
                seen_on=seen_on(service),
                needs=service.needs,
                profile=profile_of(service, self._vocabulary),
                home=home,
                statement=statement_of(service),
            )
        )

    def _stems(self, texts: Texts) -> list[str]:
        """Its stems, each once, and those of its name once more with their mark; they are counted on the way."""
        words = {*texts.name, *texts.body}
        stems = {stem(word, schema.STEMS) for word in words}
        named = {schema.NAME_MARK + stem(word, schema.STEMS) for word in texts.name}
        self._words.update(words)
        self._terms.update(stems | named)
        return sorted(stems | named)

    def _hours_key(self, hours: Hours) -> int:
        # the words themselves stay in the record: what is weighed is whether there are any
        content = msgspec.msgpack.encode(Hours(hours.osm, "?" if hours.text else "", hours.closures))
        key = self._hours.get(content)
        if key is None:
            key = self._hours[content] = len(self._hours)
            week = usual_week(hours)
            packed = None if week is None else with_checksum(msgspec.msgpack.encode(week), key)
            self._base.execute("INSERT INTO hours VALUES (?, ?, ?)", (key, with_checksum(content, key), packed))
        return key

    def _blocks(self, order: list[int], points: "array[float]", first: int) -> None:
        """A box around every few neighbours on the curve; ``first`` is where the curve begins in ``order``."""
        for start in range(first, len(order), schema.BLOCK):
            keys = [packed & (1 << _KEY_BITS) - 1 for packed in order[start : start + schema.BLOCK]]
            north_south = [points[2 * key] for key in keys]
            east_west = [points[2 * key + 1] for key in keys]
            box = (min(north_south), max(north_south), min(east_west), max(east_west))
            self._base.execute(
                "INSERT INTO block VALUES (NULL, ?, ?, ?, ?, ?, ?)", (*box, start + 1, start + len(keys))
            )

    def _spelling(self) -> None:
        words = sorted(self._words)
        rows = (
            (key, word, term, self._terms[term], self._terms[schema.NAME_MARK + term])
            for key, word in enumerate(words)
            if (term := stem(word, schema.STEMS))
        )
        self._base.executemany("INSERT INTO word VALUES (?, ?, ?, ?, ?)", rows)
        slips = sorted(form << 32 | key for key, word in enumerate(words) for form in forms(word, slips_in(word)))
        self._base.executemany("INSERT OR IGNORE INTO slip VALUES (?, ?)", ((s >> 32, s & 0xFFFFFFFF) for s in slips))


def _point(place: Place) -> tuple[float | None, float | None]:
    """Its own, else the middle of its commune."""
    if place.latitude is not None and place.longitude is not None:
        return place.latitude, place.longitude
    spot = spot_of(place)
    return (None, None) if spot is None else (spot.latitude, spot.longitude)


_NOWHERE = 1000.0
"""In the table of points: none."""
