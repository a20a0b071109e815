"""One relay of the directory: the record that bundles, indexes and screens are made of (docs/directory.md).

Pure: any thread may use all of this. A record is frozen and holds only what a source said: what is missing stays empty
or ``unknown``, it is never guessed.
"""

import hashlib
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kiosk.directory.parts import (
    Answer,
    Audience,
    Capacity,
    Closure,
    Confidence,
    Family,
    Fees,
    Gender,
    Hours,
    Level,
    Phone,
    Place,
    Room,
    Structure,
)
from kiosk.errors import BadInput

__all__ = ["SCHEMA_VERSION", "Closure", "Hours", "Service", "canonical", "checked", "parse", "room_on", "stable_id"]

SCHEMA_VERSION = 1
"""Of :class:`Service`. Grows when a bundle of the new form cannot be read by a terminal of the old one."""


class Service(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One service that a person can be oriented to."""

    # Identity and source
    id: Annotated[str, Meta(pattern=r"^[^\s]{1,200}$")]
    """``source--key``, the same at each import of the same thing. [service.id (UUID made from it) | service.id]"""
    source: Annotated[str, Meta(min_length=1)]
    """Name of the source in the manifest, which has its licence. [metadata | service.source]"""
    source_url: str = ""
    """Where its publisher shows it. [attributes | service.lien_source]"""
    updated_on: date | None = None
    """Last change at its publisher. [service.last_modified | service.date_maj]"""

    # Structure and service
    structure: Structure = Structure()
    """Who runs it. [organization | structure]"""
    name: Annotated[str, Meta(min_length=1, max_length=300)]
    """What it is called. [service.name | service.nom]"""
    aliases: tuple[str, ...] = ()
    """Other names and former numbers, to be found by; never dialled. [service.alternate_name | -]"""
    description: str = ""
    """What it does. [service.description | service.description]"""
    kind: str = ""
    """A type of data.inclusion: ``accompagnement``, ``atelier`` ... [attributes | service.type]"""
    website: str = ""
    """Its own page. [service.url | -]"""
    email: str = ""
    """For the social worker. [service.email | service.courriel]"""

    # What for
    families: tuple[Family, ...] = ()
    """Medical, psychological, social. [attributes | -]"""
    level: Level | None = None
    """National, regional, departmental or local. [attributes | -]"""
    needs: tuple[str, ...] = ()
    """Themes of data.inclusion, and our own below them (``vocabulary.toml``). [attributes | thematiques]"""

    # For whom
    audiences: tuple[Audience, ...] = ()
    """Groups that it names. [attributes | publics]"""
    audience_text: str = ""
    """The source's own words. [service.eligibility_description | publics_precisions]"""
    age_min: Annotated[float, Meta(ge=0, le=150)] | None = None
    """Years. [service.minimum_age | -]"""
    age_max: Annotated[float, Meta(ge=0, le=150)] | None = None
    """Years, included. [service.maximum_age | -]"""
    gender: Gender = Gender.ANY
    """Who is received. [attributes | -]"""
    languages: tuple[str, ...] = ()
    """Spoken there: ISO 639-1, else 639-3 (``fsl``: French sign language). Empty: not known. [languages.code | -]"""
    interpreting: str = ""
    """Which languages through an interpreter, in words. [service.interpretation_services | -]"""
    capacity: Capacity | None = None
    """Room, on a day. [service_capacity | -]"""

    # How and where
    phones: tuple[Phone, ...] = ()
    """Its numbers, the first one first. [phones | telephone]"""
    place: Place = Place()
    """Where it is. [location, address | adresse ... longitude]"""
    area: tuple[str, ...] = ()
    """Codes: commune, department, EPCI, region, ``france``. [service_areas.extent | zone_eligibilite]"""
    area_text: str = ""
    """The same in words, where the source has only words. [service_areas.name | -]"""
    hours: Hours = Hours()
    """When it is open. [schedules | horaires_accueil]"""
    reception: tuple[str, ...] = ()
    """``en-presentiel``, ``a-distance``. [attributes | modes_accueil]"""
    come_by: tuple[str, ...] = ()
    """How to begin: ``telephoner``, ``se-presenter`` ... [attributes | modes_mobilisation]"""
    come_for: tuple[str, ...] = ()
    """Who may ask: ``usagers``, ``professionnels``. [attributes | mobilisable_par]"""
    come_text: str = ""
    """The same in words. [service.application_process | mobilisation_precisions]"""
    come_url: str = ""
    """Page to ask on. [attributes | lien_mobilisation]"""
    transport: str = ""
    """Bus, tramway, on foot. [location.transportation | -]"""
    fees: Fees = Fees.UNKNOWN
    """Does it cost money. [attributes | frais]"""
    fees_text: str = ""
    """The source's own words. [service.fees_description | frais_precisions]"""
    papers: str = ""
    """Papers to bring and conditions of access. [required_documents | conditions_acces]"""
    accessibility: str = ""
    """Access for people with disabilities, in words. [accessibility.description | -]"""
    animals: Answer = Answer.UNKNOWN
    """May an animal come along. [attributes | -]"""
    weeks: Annotated[int, Meta(ge=1)] | None = None
    """How long it lasts. [attributes | nombre_semaines]"""
    hours_per_week: Annotated[float, Meta(ge=0)] | None = None
    """How much of a week it takes. [attributes | volume_horaire_hebdomadaire]"""

    # How sure
    verified_on: date | None = None
    """When somebody last checked it. [service.assured_date | -]"""
    verified_by: str = ""
    """Who did: a body or a document, never a person. [attributes | -]"""
    confidence: Confidence = Confidence.UNRATED
    """How sure that was; C is "to be checked". [attributes | -]"""
    note: str = ""
    """What an editor should know. [service.alert | -]"""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Service)


def canonical(service: Service) -> bytes:
    """``service`` as its one JSON line, without the newline: keys sorted, what is empty left out, UTF-8."""
    return _ENCODER.encode(_without_empty(msgspec.to_builtins(service, order="sorted")))


def _without_empty(document: dict[str, Any]) -> dict[str, Any]:
    """``document`` without the parts that say nothing, 18.0 as 18: what is equal must give the same line."""
    kept = {}
    for key, value in document.items():
        if isinstance(value, dict):
            value = _without_empty(value)
        elif isinstance(value, list | tuple):
            value = [_without_empty(item) if isinstance(item, dict) else item for item in value]
        elif isinstance(value, float) and value.is_integer():
            value = int(value)
        if value not in ({}, [], ""):
            kept[key] = value
    return kept


def parse(line: bytes | str) -> Service:
    """The record of one JSON line. Raises: BadInput naming the field that is wrong."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"directory record: {error}; see docs/directory.md") from error


def checked(service: Service) -> Service:
    """``service`` itself, once each field holds what its type says. Raises: BadInput naming the field that is wrong."""
    document: dict[str, Any] = msgspec.to_builtins(service)
    try:
        msgspec.convert(document, Service)
    except msgspec.ValidationError as error:
        raise BadInput(f"directory record: {error}; see docs/directory.md") from error
    return service


def stable_id(source: str, key: str, *parts: str) -> str:
    """The id of a thing of ``source``: its ``key`` there, else a digest of ``parts`` (name, address, number).

    The same arguments give the same id on every machine and day; white space becomes ``_``.
    """
    key = "_".join(key.split())
    if not key:
        words = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
        key = hashlib.sha256(words.encode()).hexdigest()[:16]
    return f"{'_'.join(source.split())}--{key}"


def room_on(capacity: Capacity | None, day: date) -> Room:
    """What may be believed on ``day``: a statement decays to unknown, and one from the future is not believed."""
    if capacity is None or not capacity.stated_on <= day <= capacity.stated_on + timedelta(days=capacity.good_for_days):
        return Room.UNKNOWN
    return capacity.room
