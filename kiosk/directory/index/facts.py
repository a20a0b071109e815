"""What an index keeps of a relay: what it is judged by, its words, and the places it is filed under. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from kiosk.directory.hours.openness import territory_at
from kiosk.directory.hours.schools import zone_at
from kiosk.directory.index.cells import Calendar, Home, Profile, Statement
from kiosk.directory.parts import Channel, Cost, Gender, Hours, Level, Place, Room
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service
from kiosk.directory.vocabulary import Vocabulary, needs_above
from kiosk.directory.words.folding import tokens

EVERYWHERE = "france"
"""The area of a national service."""
YOUNG, OLD = (16.0, 25.0), (60.0, 150.0)
"""Years of ``jeunes`` and ``seniors``: who receives nobody of that age refuses the group."""
_NOT_IN_A_CODE = re.compile(r"[^\w:-]|_", re.ASCII)


class Reach(IntEnum):
    """How a relay can be called."""

    NONE = 0
    VOICE = 1
    FREE = 2


class Texts(NamedTuple):
    """The folded words of a relay."""

    name: tuple[str, ...]
    """Names and numbers: what a person may ask for by name."""
    body: tuple[str, ...]
    """All else."""


def hours_of(service: Service) -> Hours:
    """When it is there for somebody: of a service without a place its first voice number's hours, if it has any.

    Else its own; where it has none, those of the structure, else those of its first voice number.
    """
    line = next((one.hours for one in service.phones if one.channel is Channel.VOICE), Hours())
    if line != Hours() and place_of(service) == Place():
        return line
    if service.hours != Hours() or service.structure.hours != Hours():
        return service.hours if service.hours != Hours() else service.structure.hours
    return line


def place_of(service: Service) -> Place:
    """Its place; where it has none, that of the structure, unless it is reached from a distance alone."""
    if service.place != Place() or service.reception == ("a-distance",) or service.level is Level.NATIONAL:
        return service.place
    return service.structure.place


def calendar_of(service: Service) -> Calendar:
    """Whose clock and holidays its hours go by: those of its place.

    Of a relay without one where its structure sits, unless it is national: then Paris.
    """
    place = place_of(service)
    if place == Place() and service.level is not Level.NATIONAL:
        place = service.structure.place
    return Calendar(territory_at(place.insee, place.postcode, place.country), zone_at(place.insee))


def department_of(place: Place) -> str:
    """The department of an address by its INSEE code, else its postcode; empty abroad or where neither says."""
    code = place.insee or place.postcode
    if place.country not in ("", "FR") or len(code) != 5:
        return ""
    if place.insee[:2] in ("2A", "2B"):
        return place.insee[:2]
    if not code.isdigit():
        return ""
    if not place.insee and code.startswith("20"):
        # the postcodes of Corsica: 200, 201 Corse-du-Sud, 202, 206 Haute-Corse
        return "2A" if code[:3] in ("200", "201") else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def areas_of(service: Service, region: str) -> tuple[str, ...]:
    """The codes that it serves; where it names none, those that its level and place say. ``R84``: a region's.

    ``region``: the code of the one that it is in; empty: not known.
    """
    if service.area:
        is_regional = service.level is Level.REGIONAL
        codes = (EVERYWHERE if code in ("99100", "FR") else code for code in service.area)
        return tuple(f"R{code}" if is_regional and len(code) == 2 else code for code in codes)
    if service.level is Level.NATIONAL:
        return (EVERYWHERE,)
    if service.level is Level.REGIONAL and region:
        return (f"R{region}",)
    if service.level is Level.DEPARTMENTAL:
        return tuple(filter(None, (department_of(place_of(service)),)))
    return ()


def texts_of(service: Service, vocabulary: Vocabulary) -> Texts:
    """What it can be found by."""
    name = [service.name, *service.aliases, service.structure.name, *(phone.number for phone in service.phones)]
    need = [label for code in needs_above(service.needs) for label in _labels(code, vocabulary)]
    for audience in service.audiences:
        if term := vocabulary.audiences.get(audience.who):
            need += [term.fr, term.en]
    place = place_of(service)
    body = [
        *need,
        *(service.description, service.structure.description, service.audience_text, service.area_text),
        *(service.come_text, service.fees_text, service.papers, service.accessibility, service.interpreting),
        *(service.transport, service.kind, place.street, place.commune, place.postcode, place.region),
        *service.structure.networks,
    ]
    return Texts(*(tokens("\n".join(filter(None, some))) for some in (name, body)))


def _labels(code: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    term = vocabulary.needs.get(code)
    return (term.fr, term.en) if term else (code.replace("--", " ").replace("-", " "),)


def tags_of(home: Home, is_spread: bool) -> Iterator[str]:
    """The places that it is filed under; their kinds are told apart by what stands before the colon.

    ``a:`` area served (``a:-``: it has no place and names none), ``d:`` department and ``g:`` region that it is in.
    """
    found = [f"a:{code}" for code in home.serves]
    if is_spread and not home.serves:
        found.append("a:-")
    if home.department:
        found.append(f"d:{home.department}")
    if home.region:
        found.append(f"g:{home.region}")
    return map(coded, found)


@lru_cache(maxsize=4096)
def coded(code: str) -> str:
    """``code`` as one token of the index: small letters, digits, ``:`` and ``-``."""
    return _NOT_IN_A_CODE.sub("-", code.casefold())


def refuses(service: Service, who: str) -> bool:
    """Whether its ages or gender shut out everybody of the group ``who``."""
    if who == "femmes" and service.gender is Gender.MEN:
        return True
    ages = {"jeunes": YOUNG, "seniors": OLD}.get(who)
    if ages is None:
        return False
    too_old = service.age_max is not None and service.age_max < ages[0]
    return too_old or (service.age_min is not None and service.age_min > ages[1])


def is_spread(service: Service, latitude: float | None) -> bool:
    """Whether it is found by the area that it serves; else it is found by where it is."""
    return latitude is None or service.level in (Level.NATIONAL, Level.REGIONAL, Level.DEPARTMENTAL)


def reach_of(service: Service) -> Reach:
    """How it can be called."""
    voice = [one for one in (service.phones or service.structure.phones) if one.channel is Channel.VOICE]
    if not voice:
        return Reach.NONE
    return Reach.FREE if any(one.cost is Cost.FREE for one in voice) else Reach.VOICE


def profile_of(service: Service, vocabulary: Vocabulary) -> Profile:
    """Who it is and whom it is for."""
    return Profile(
        level=service.level,
        confidence=service.confidence,
        phone=int(reach_of(service)),
        audiences=tuple((one.who, one.strength) for one in service.audiences),
        refused=tuple(who for who in vocabulary.audiences if refuses(service, who)),
        languages=service.languages,
    )


def home_of(service: Service, spot: Spot | None) -> Home:
    """Where it is, and where it is for; ``spot``: the commune that it is in, else the one that it serves."""
    region = spot.region if spot else ""
    department = department_of(place_of(service)) or (spot.department if spot else "")
    return Home(areas_of(service, region), department, region)


def statement_of(service: Service) -> Statement | None:
    """What it says of its room; None: nothing."""
    said = service.capacity
    if said is None or said.room is Room.UNKNOWN:
        return None
    return Statement(said.room, said.stated_on.toordinal(), _day_after(said.stated_on, said.good_for_days))


def seen_on(service: Service) -> int:
    """The day on which it was checked or changed, as an ordinal; 0: not known."""
    day = max(filter(None, (service.verified_on, service.updated_on)), default=None)
    return day.toordinal() if day else 0


def _day_after(day: date, days: int) -> int:
    return (day + timedelta(days)).toordinal() if day.year < date.max.year - 1 else date.max.toordinal()
