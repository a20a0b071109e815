"""A card that turns bits behind the file system's back: what is shown is right, and the damage is found."""

import os
import random
from pathlib import Path

import pytest

from kiosk.directory import bundle, formats
from kiosk.directory.index import live
from kiosk.directory.index.checksum import proved, with_checksum
from kiosk.directory.index.store import Damaged
from kiosk.directory.parts import Hours, Phone
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service
from kiosk.directory.search.directory import Directory
from kiosk.directory.search.question import Openness, Question
from tests.directory.search.towns import ANGERS, FOOD, SURE, at, made, relay

FLIPS = 100
HOURS = ("Mo-Fr 09:00-17:00", "Tu 10:00-12:00", "Mo,We 14:00-18:00", "24/7", "")
QUESTIONS = (
    Question("repas chaud", near=ANGERS, open_at=SURE.now, limit=30),
    Question(needs=(FOOD,), near=ANGERS, limit=30),
    Question("acueil"),
    Question("3919"),
)


def flip(index: Path, bit: int) -> None:
    """Turn one bit, and leave size and time as they were."""
    known = index.stat()
    with index.open("r+b") as file:
        file.seek(bit // 8)
        (old,) = file.read(1)
        file.seek(bit // 8)
        file.write(bytes([old ^ 1 << bit % 8]))
    os.utime(index, ns=(known.st_atime_ns, known.st_mtime_ns))


Shown = tuple[Spot | None, Service, Openness, float | None]
"""What a person reads of a relay: its record, open or not, and how far from where."""


def shown(index: Path) -> list[Shown]:
    """All that the questions find. Raises: Damaged."""
    directory = Directory(live.opened(index))
    try:
        return [
            (question.near, one.service, one.openness, one.distance_km)
            for question in QUESTIONS
            for one in directory.search(question, SURE).found
        ]
    finally:
        directory.close()


def test_no_flipped_bit_shows_a_wrong_number_hours_or_distance_and_each_is_found_and_mended(tmp_path: Path) -> None:
    towns = (
        relay(
            f"t{n}",
            f"Accueil {n}",
            description="Un repas chaud" if n % 3 else "Une douche",
            needs=(FOOD,) if n % 2 else (),
            phones=(Phone(f"02410000{n:02}"),),
            hours=Hours(HOURS[n % len(HOURS)]),
            place=at(47.4 + n / 500, -0.5),
        )
        for n in range(60)
    )
    index = made(tmp_path, *towns)
    whole = index.read_bytes()
    right = {(near, service.id): (service, *rest) for near, service, *rest in shown(index)}
    records = {service.id: service for service in bundle.read(tmp_path / "bundle").services()}
    records |= {service.id: service for service in formats.shipped()[0]}
    chance = random.Random(20261122)
    answered = refused = 0
    for bit in chance.sample(range(len(whole) * 8), FLIPS):
        flip(index, bit)
        try:
            for near, service, *rest in shown(index):
                assert service == records[service.id], f"bit {bit}"
                known = right.get((near, service.id))
                assert known is None or known == (service, *rest), f"bit {bit}"
            answered += 1
        except Damaged:
            refused += 1
        with pytest.raises(Damaged):
            live.prove(index)
        flip(index, bit)
    assert min(answered, refused) > FLIPS // 20, "both happened"
    live.prove(index)
    flip(index, chance.randrange(len(whole) * 8))
    live.build(tmp_path / "bundle", index)
    assert index.read_bytes() == whole


def test_a_page_that_cannot_be_read_any_more_is_an_error_and_not_the_end_of_the_process(tmp_path: Path) -> None:
    index = made(tmp_path, *(relay(f"t{n}", description=f"Un texte {n} " * 50) for n in range(100)))
    reader = live.opened(index)
    os.truncate(index, 8192)
    with pytest.raises(Damaged):
        reader.lines([90])
    reader.close()


@pytest.mark.parametrize("stored", [b"", b"abc", with_checksum(b"content", 8), None, "text", 7])
def test_what_was_not_stored_under_a_key_is_refused(stored: object) -> None:
    assert proved(with_checksum(b"content", 7), 7) == b"content"
    with pytest.raises(ValueError, match=r"checksum|no bytes"):
        proved(stored, 7)
