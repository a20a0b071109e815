"""HSDS 3 as JSON: a list of services, each nested as the specification's full form; the importer reads it back whole.

What HSDS has a place for stands there. Each field of the record that would not come back the same from those places is
written once more as an attribute (``link_type`` ``sos-crise:FIELD``, JSON in ``value``), which HSDS allows: so nothing
is lost between terminals, and others read what they know.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from kiosk.directory.hours.expression import DAYS
from kiosk.directory.parts import Channel, Hours, Phone, Place
from kiosk.directory.record import Service
from kiosk.directory.sources import hsds, weekly
from kiosk.directory.sources.documents import Row
from kiosk.directory.sources.report import Refused, Report
from kiosk.directory.vocabulary import vocabulary

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://soscrise.org/directory")
"""Of the UUIDs that HSDS wants: the source's own where it has such, else made from our ids, the same at each export."""
TYPES = {Channel.VOICE: "voice", Channel.SMS: "text", Channel.FAX: "fax", Channel.OTHER: "other"}
ICAL = dict(zip(DAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
Document = dict[str, Any]


def write(services: list[Service], report: Report) -> bytes:
    """``services`` as one JSON list. Nothing is lost or refused."""
    documents = []
    for service in services:
        report.read += 1
        documents.append(document(service))
    return msgspec.json.format(msgspec.json.encode(documents), indent=1)


def document(service: Service) -> Document:
    """One service as HSDS 3."""
    key = service.id
    structure = service.structure
    words = vocabulary()
    terms = [(need, "thematiques", words.needs) for need in service.needs]
    terms += [(audience.who, "publics", words.audiences) for audience in service.audiences]
    place = service.place
    location = {
        "id": _uuid(key, "location"),
        "location_type": "physical" if place.street or place.commune or place.latitude is not None else "virtual",
        "latitude": place.latitude,
        "longitude": place.longitude,
        "transportation": service.transport,
        "external_identifier": place.insee,
        "external_identifier_type": "INSEE" if place.insee else "",
        "addresses": [_address(key, place)] if place != Place() else [],
        "accessibility": _named(key, "accessibility", "description", service.accessibility),
    }
    found = {
        "id": _own(key.partition("--")[2]) or _uuid(key, "service"),
        "name": service.name,
        "alternate_name": next(iter(service.aliases), ""),
        "description": service.description,
        "url": service.website,
        "email": service.email,
        "status": "active",
        "interpretation_services": service.interpreting,
        "application_process": service.come_text,
        "fees_description": service.fees_text,
        "eligibility_description": service.audience_text,
        "minimum_age": service.age_min,
        "maximum_age": service.age_max,
        "assured_date": service.verified_on.isoformat() if service.verified_on else "",
        "last_modified": _moment(service),
        "alert": service.note,
        "phones": _phones(key, "phone", service.phones),
        "schedules": _schedules(key, service.hours),
        "service_areas": _named(key, "area", "name", service.area_text),
        "languages": [{"id": _uuid(key, "language", code), "code": code} for code in service.languages],
        "required_documents": _named(key, "papers", "document", service.papers),
        "organization": _filled(
            {
                "id": _own(structure.id) or _uuid(service.source, "organization", structure.id or key),
                "name": structure.name or service.name,
                "description": structure.description or structure.name or service.name,
                "website": structure.website,
                "email": structure.email,
                "uri": structure.source_url,
                "phones": _phones(key, "organization phone", structure.phones),
            }
        ),
        "service_at_locations": [{"id": _uuid(key, "at"), "location": _filled(location)}],
        "attributes": [
            {
                "id": _uuid(key, "term", code),
                "link_entity": "service",
                "taxonomy_term": {
                    "id": _uuid("term", code),
                    "code": code,
                    "name": known[code].fr,
                    "description": known[code].en,
                    "taxonomy": f"data.inclusion {taxonomy}" if not known[code].own else f"sos-crise {taxonomy}",
                },
            }
            for code, taxonomy, known in terms
            if code in known
        ],
    }
    mapped = _filled(found)
    mapped["attributes"] = [*mapped.get("attributes", []), *_rest(service, mapped)]
    return _filled(mapped)


def _rest(service: Service, found: Document) -> list[Document]:
    """An attribute for each field that the importer would not find as it is."""
    back = hsds.service_of(Row("", found), "")
    bare: Document = {} if isinstance(back, Refused) else {n: getattr(back, n) for n in back.__struct_fields__}
    return [
        {
            "id": _uuid(service.id, "field", name),
            "link_type": f"{hsds.OURS}{name}",
            "link_entity": "service",
            "value": msgspec.json.encode(getattr(service, name), order="sorted").decode(),
        }
        for name in service.__struct_fields__
        if bare.get(name) != getattr(service, name)
    ]


def _own(key: str) -> str:
    """``key`` itself if it is a UUID as HSDS writes one, else nothing."""
    try:
        return key if str(uuid.UUID(key)) == key else ""
    except ValueError:
        return ""


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


def _filled(row: Document) -> Document:
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def _moment(service: Service) -> str:
    if service.updated_on is None:
        return ""
    day = service.updated_on
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _named(key: str, what: str, field: str, text: str) -> list[Document]:
    return [{"id": _uuid(key, what), field: text}] if text else []


def _address(key: str, place: Place) -> Document:
    """An address as HSDS requires it; what is not known is empty."""
    return {
        "id": _uuid(key, "address"),
        "address_1": place.street,
        "address_2": place.extra,
        "city": place.commune,
        "state_province": place.region,
        "postal_code": place.postcode,
        "country": place.country or "FR",
        "address_type": "physical",
    }


def _phones(key: str, what: str, phones: tuple[Phone, ...]) -> list[Document]:
    return [
        _filled(
            {
                "id": _uuid(key, what, str(count)),
                "number": phone.number,
                "type": TYPES[phone.channel],
                "extension": int(phone.extension) if phone.extension.isascii() and phone.extension.isdigit() else None,
                "description": phone.label,
            }
        )
        for count, phone in enumerate(phones)
    ]


def _schedules(key: str, hours: Hours) -> list[Document]:
    """Weekly entries where the hours are a plain week; else one in words."""
    spans = weekly.from_osm(hours.osm) if hours.osm else []
    text = hours.text if hours.text != hours.osm else ""
    if not spans:
        return [{"id": _uuid(key, "schedule"), "description": hours.text or hours.osm}] if hours != Hours() else []
    days: dict[tuple[str, str], list[str]] = {}
    for day, opens, closes in spans:
        days.setdefault((opens, closes), []).append(ICAL[day])
    return [
        _filled(
            {
                "id": _uuid(key, "schedule", *times),
                "freq": "WEEKLY",
                "byday": ",".join(named),
                "opens_at": times[0],
                "closes_at": times[1],
                "description": text,
            }
        )
        for times, named in days.items()
    ]
