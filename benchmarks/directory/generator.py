"""Makes a directory of any size out of real services: the same for the same seed, spread as people live.

A third are real local services in another commune, under another number; the others are kinds of services that every
department has (``kinds.toml``), with the hours that real ones keep. The real ones are among them, unchanged. Numbers
are those that are set aside for fiction, so that a benchmark's data can never ring anybody.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

import msgspec

from kiosk.directory.parts import (
    Audience,
    Capacity,
    Confidence,
    Cost,
    Fees,
    Hours,
    Level,
    Phone,
    Place,
    Room,
    Strength,
    Structure,
)
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.places.table import read, spot_of
from kiosk.directory.record import Service, stable_id

SOURCE = "generated"
_FICTION = ("019900", "026191", "035301", "046571", "053649", "063998")
"""Beginnings of numbers that ARCEP keeps for films."""
_TODAY = date(2026, 11, 22)


class _Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kinds: list[tuple[str, str, str, int, str]]
    saints: list[str]
    streets: list[str]
    sentences: list[str]
    hours: list[str]


@dataclass(frozen=True)
class _World:
    """What services are made of."""

    real: tuple[Service, ...]
    hours: tuple[Hours, ...]
    communes: tuple[Spot, ...]
    people: tuple[int, ...]
    """Of the communes, added up."""
    kinds: _Kinds
    weights: tuple[int, ...]


def generated(real: Sequence[Service], count: int, seed: int = 1) -> Iterator[Service]:
    """``real``, and as many more as make ``count`` of them; none is left out when ``count`` is less."""
    yield from real
    world = _world(real)
    chance = random.Random(seed)
    for number in range(count - len(real)):
        if world.real and chance.random() < 1 / 3:
            yield _moved(world, chance, number)
        else:
            yield _of_a_kind(world, chance, number)


def communes_by_people(chance: random.Random, count: int) -> list[Spot]:
    """So many communes, a large one as much oftener as it has inhabitants."""
    communes, people = _communes()
    return chance.choices(communes, cum_weights=people, k=count)


def _communes() -> tuple[tuple[Spot, ...], tuple[int, ...]]:
    spots = (spot_of(line) for line in read())
    communes = tuple(spot for spot in spots if spot.kind is SpotKind.COMMUNE and spot.population and spot.has_point)
    # a village has a town hall too
    return communes, tuple(accumulate(spot.population + 500 for spot in communes))


def _world(real: Sequence[Service]) -> _World:
    kinds = msgspec.toml.decode((Path(__file__).parent / "kinds.toml").read_bytes(), type=_Kinds)
    communes, people = _communes()
    return _World(
        real=tuple(
            one
            for one in real
            if one.level is not Level.NATIONAL and one.place.commune and one.place.country in ("", "FR")
        ),
        hours=tuple(one.hours for one in real if one.hours.osm or one.hours.text),
        communes=communes,
        people=people,
        kinds=kinds,
        weights=tuple(kind[3] for kind in kinds.kinds),
    )


def _moved(world: _World, chance: random.Random, number: int) -> Service:
    """A real service somewhere else."""
    model = chance.choice(world.real)
    commune = chance.choices(world.communes, cum_weights=world.people)[0]
    return msgspec.structs.replace(
        model,
        id=stable_id(SOURCE, str(number)),
        source=SOURCE,
        name=model.name.replace(model.place.commune, commune.name)[:300],
        place=_place(world, chance, commune),
        area=(),
        area_text="",
        phones=_phones(chance),
        website="",
        email="",
        structure=Structure(name=model.structure.name[:200]),
    )


def _of_a_kind(world: _World, chance: random.Random, number: int) -> Service:
    needs, name, says, _, who = chance.choices(world.kinds.kinds, weights=world.weights)[0]
    commune = chance.choices(world.communes, cum_weights=world.people)[0]
    called = name.format(commune=commune.name, saint=chance.choice(world.kinds.saints))
    text = " ".join([says, *chance.sample(world.kinds.sentences, chance.randrange(1, 5))])
    stated = _TODAY - timedelta(days=chance.randrange(0, 60))
    departmental = chance.random() < 0.1
    return Service(
        id=stable_id(SOURCE, str(number)),
        source=SOURCE,
        name=called,
        description=text,
        structure=Structure(name=called),
        needs=tuple(needs.split()),
        level=Level.DEPARTMENTAL if departmental else Level.LOCAL,
        area=(commune.department,) if departmental else (),
        audiences=(Audience(who, chance.choice(list(Strength))),) if who and chance.random() < 0.7 else (),
        languages=chance.choice(((), ("fr",), ("fr", "en"), ("fr", "ar"), ("fr", "en", "ar"))),
        capacity=Capacity(chance.choice(list(Room)), stated, 30) if chance.random() < 0.1 else None,
        hours=_hours(world, chance),
        phones=_phones(chance),
        place=_place(world, chance, commune),
        fees=chance.choice(list(Fees)),
        updated_on=stated,
        verified_on=stated if chance.random() < 0.5 else None,
        confidence=chance.choice(list(Confidence)),
    )


def _hours(world: _World, chance: random.Random) -> Hours:
    """Those of a real service, usual ones, or none."""
    lot = chance.random()
    if lot < 0.3 or (lot < 0.6 and not world.hours):
        return Hours()
    return chance.choice(world.hours) if lot < 0.6 else Hours(osm=chance.choice(world.kinds.hours))


def _phones(chance: random.Random) -> tuple[Phone, ...]:
    number = f"{chance.choice(_FICTION)}{chance.randrange(10_000):04d}"
    return (Phone(number, cost=chance.choice((Cost.STANDARD, Cost.UNKNOWN, Cost.FREE))),)


def _place(world: _World, chance: random.Random, commune: Spot) -> Place:
    """An address there, within some three kilometres of its middle."""
    assert commune.latitude is not None
    assert commune.longitude is not None
    return Place(
        street=f"{chance.randrange(1, 120)} {chance.choice(world.kinds.streets)}",
        postcode=commune.postcode,
        commune=commune.name,
        insee=commune.insee,
        latitude=round(commune.latitude + chance.gauss(0, 0.012), 5),
        longitude=round(commune.longitude + chance.gauss(0, 0.017), 5),
    )
