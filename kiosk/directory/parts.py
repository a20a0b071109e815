"""The parts of a directory record: words with a fixed list of values, and small frozen structures.

Under each field stands what it means and, in brackets, where HSDS 3 and data.inclusion v1 keep it
(``[HSDS | data.inclusion]``, ``-`` where they have no place for it); docs/directory.md has its table from these lines.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct


class Family(StrEnum):
    """Which of the three families of relays a service belongs to."""

    MEDICAL = "medical"
    PSYCHOLOGICAL = "psychological"
    SOCIAL = "social"


class Level(StrEnum):
    """How far a service's area reaches."""

    NATIONAL = "national"
    REGIONAL = "regional"
    DEPARTMENTAL = "departmental"
    LOCAL = "local"


class Strength(StrEnum):
    """What it means that an audience is named."""

    OPEN = "open"
    """Named among others: anybody may come."""
    PRIORITY = "priority"
    """Comes first; others may come."""
    EXCLUSIVE = "exclusive"
    """Nobody else is received."""


class Gender(StrEnum):
    """Who is received, by gender."""

    ANY = "any"
    WOMEN = "women"
    MEN = "men"


class Channel(StrEnum):
    """What a number takes. Only ``voice`` may ever be dialled."""

    VOICE = "voice"
    SMS = "sms"
    FAX = "fax"
    OTHER = "other"


class Cost(StrEnum):
    """What a call costs, as the source says it."""

    FREE = "free"
    """Call and service cost nothing."""
    STANDARD = "standard"
    """An ordinary call: the service is free, the call is not (or is within a flat rate)."""
    CHARGED = "charged"
    """Surcharged."""
    UNKNOWN = "unknown"


class Payer(StrEnum):
    """Who pays for the call."""

    SERVICE = "service"
    CALLER = "caller"
    UNKNOWN = "unknown"


class Room(StrEnum):
    """How much room a service says it has."""

    AVAILABLE = "available"
    LIMITED = "limited"
    FULL = "full"
    UNKNOWN = "unknown"


class Fees(StrEnum):
    """Does the service itself cost money."""

    FREE = "free"
    PAID = "paid"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """A question that a source may leave open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure the last check was."""

    A = "A"
    """Recent official source, or two that agree."""
    B = "B"
    """Older official source, or one source alone."""
    C = "C"
    """Old, disputed or never checked: "to be checked" on the screen, never spoken as sure."""
    UNRATED = ""
    """Nobody rated it."""


class Closure(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Days on which a service is closed although its hours say open."""

    start: date
    """First day closed, at the service's place. [schedule.valid_from | -]"""
    end: date
    """Last day closed, included. [schedule.valid_to | -]"""
    reason: str = ""
    """As the source says it. [schedule.description | -]"""


class Hours(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a service is open. All empty: unknown."""

    osm: str = ""
    """OSM ``opening_hours``, local time of the place; empty: unknown, not understood. [schedule | horaires_accueil]"""
    text: str = ""
    """The source's own words, kept also when ``osm`` says the same. [schedule.description | horaires_accueil]"""
    closures: tuple[Closure, ...] = ()
    """Temporary closures. [schedule | -]"""


class Audience(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One group of people that a service names."""

    who: Annotated[str, Meta(min_length=1)]
    """A public of data.inclusion (``config/directory/vocabulary.toml``). [attributes | publics]"""
    strength: Strength = Strength.OPEN
    """Exclusive, priority, or named among others. [attributes | -]"""


class Capacity(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a service said about its room. It decays: read it through :func:`kiosk.directory.record.room_on`."""

    room: Room
    """As stated. [service_capacity | -]"""
    stated_on: date
    """The day of the statement. [service_capacity.updated | -]"""
    good_for_days: Annotated[int, Meta(ge=0, le=366)] = 1
    """How many days after that it may be believed; then it is unknown. [attributes | -]"""
    places: Annotated[int, Meta(ge=0)] | None = None
    """How many, if it was said. [service_capacity.available | -]"""
    text: str = ""
    """The source's own words. [service_capacity.description | -]"""


class Phone(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One number."""

    number: Annotated[str, Meta(pattern=r"^\+?[0-9]{2,15}$")]
    """Digits only, national form or ``+`` and country code. Never logged. [phone.number | telephone]"""
    channel: Channel = Channel.VOICE
    """What it takes. [phone.type | -]"""
    cost: Cost = Cost.UNKNOWN
    """What a call costs. [attributes | -]"""
    cost_text: str = ""
    """The source's own words on it. [attributes | -]"""
    payer: Payer = Payer.UNKNOWN
    """Who pays. [attributes | -]"""
    hours: Hours = Hours()
    """When it is answered; empty: as the service. [schedule | -]"""
    extension: str = ""
    """To be dialled after the answer. [phone.extension | -]"""
    label: str = ""
    """Which desk it is. [phone.description | -]"""


class Place(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where it is. Empty for a service by telephone alone."""

    street: str = ""
    """Number and street. [address.address_1 | adresse]"""
    extra: str = ""
    """Building, floor, entrance. [address.address_2 | complement_adresse]"""
    postcode: str = ""
    """As the country writes it. [address.postal_code | code_postal]"""
    commune: str = ""
    """Town. [address.city | commune]"""
    insee: str = ""
    """INSEE code of the commune, five characters. [location.external_identifier | code_insee]"""
    region: str = ""
    """State or region, where an address has one. [address.state_province | -]"""
    country: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")] = ""
    """ISO 3166-1 alpha-2; empty: France. [address.country | -]"""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    """Degrees, WGS 84. [location.latitude | latitude]"""
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    """Degrees, WGS 84. [location.longitude | longitude]"""


class Structure(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The body that runs a service. Its own address, number and hours hold where the service has none."""

    id: str = ""
    """The source's id of it, as in data.inclusion. [organization.id | structure.id]"""
    name: str = ""
    """Its public name. [organization.name | structure.nom]"""
    description: str = ""
    """What it is. [organization.description | structure.description]"""
    siret: Annotated[str, Meta(pattern=r"^([0-9]{14})?$")] = ""
    """SIRET, 14 digits. [organization_identifier | structure.siret]"""
    networks: tuple[str, ...] = ()
    """National networks that it belongs to. [attributes | structure.reseaux_porteurs]"""
    website: str = ""
    """Its own pages. [organization.website | structure.site_web]"""
    email: str = ""
    """For the social worker. [organization.email | structure.courriel]"""
    phones: tuple[Phone, ...] = ()
    """Its numbers. [organization.phones | structure.telephone]"""
    place: Place = Place()
    """Where it sits. [organization.locations | structure.adresse ...]"""
    hours: Hours = Hours()
    """When it is open. [location.schedules | structure.horaires_accueil]"""
    accessibility_url: str = ""
    """Page on access for people with disabilities. [accessibility.url | structure.accessibilite_lieu]"""
    source_url: str = ""
    """Where its publisher shows it. [organization.uri | structure.lien_source]"""
    updated_on: date | None = None
    """Last change at its publisher. [metadata | structure.date_maj]"""
