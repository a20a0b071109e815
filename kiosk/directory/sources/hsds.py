"""HSDS (Human Services Data Specification): version 3 as JSON, 1 to 3 as tables; which one, it finds itself.

A service at several locations gives a record for each: a person goes to one. Contacts are persons and are never kept.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from kiosk.directory.bundle import Source
from kiosk.directory.parts import Audience, Capacity, Channel, Hours, Phone, Place, Room, Structure
from kiosk.directory.record import Service, stable_id
from kiosk.directory.sources import hsds_packages, hsds_tables, opening, texts, weekly
from kiosk.directory.sources.documents import Row, rows
from kiosk.directory.sources.report import Refused, Report, keep_good
from kiosk.directory.vocabulary import vocabulary

NOT_STATED = "not stated"
"""Instead of a licence: whoever publishes the bundle must ask for it (``--licence``)."""
OURS = "sos-crise:"
"""Before the ``link_type`` of an attribute that holds a field of our record: JSON in its ``value``."""
SERVICE_FIELDS = frozenset(
    {"id", "name", "alternate_name", "description", "url", "email", "status", "interpretation_services",
     "application_process", "fees_description", "fees", "eligibility_description", "minimum_age", "maximum_age",
     "assured_date", "last_modified", "alert", "phones", "schedules", "service_areas", "service_at_locations",
     "languages", "organization", "organization_id", "required_documents", "attributes", "holiday_schedules",
     "program_id", "accessibility", "cost_options", "capacities"}
)  # fmt: skip
AT_FIELDS = frozenset(
    {"id", "service_id", "location_id", "location", "phones", "schedules", "holiday_schedules", "languages", "service"}
)
CHANNELS = {"": Channel.VOICE, "voice": Channel.VOICE, "hotline": Channel.VOICE, "text": Channel.SMS,
            "sms": Channel.SMS, "cell": Channel.VOICE, "fax": Channel.FAX}  # fmt: skip
BEYOND = ("valid_from", "valid_to", "until", "count", "byweekno", "bymonthday", "byyearday")
"""Of a schedule: more than the days and times of each week."""
Document = dict[str, Any]


def read(paths: list[Path], report: Report) -> tuple[Iterator[Service], Iterator[Source]]:
    """The services of HSDS packages (``hsds_packages.py``) and JSON files. Raises: BadInput, see the package."""
    named: dict[str, Source] = {}

    def records() -> Iterator[tuple[str, Service | Refused]]:
        for source, found in _groups(paths, report):
            named[source.name] = source
            yield from _records(found, source.name, report)

    used: set[str] = set()

    def services() -> Iterator[Service]:
        for service in keep_good(records(), report):
            used.add(service.source)
            yield service

    def sources() -> Iterator[Source]:
        yield from (named.get(name, Source(name=name, licence=NOT_STATED)) for name in sorted(used))

    return services(), sources()


def _groups(paths: list[Path], report: Report) -> Iterator[tuple[Source, Iterable[Row]]]:
    """Each package with its services; all documents of version 3 are one."""
    for package in hsds_packages.packages([path for path in paths if hsds_packages.is_package(path)], report):
        yield _of_package(package, report)
    documents = [path for path in paths if not hsds_packages.is_package(path)]
    if documents:
        name = f"hsds-{documents[0].resolve().stem}"
        found = _documents(documents, report)
        yield Source(name=name, licence=NOT_STATED, title="HSDS 3 (JSON)"), found


def _of_package(package: hsds_tables.Package, report: Report) -> tuple[Source, Iterable[Row]]:
    title = f"HSDS {package.version} (tables)"
    source = Source(name=f"hsds-{package.name}", licence=package.licence or NOT_STATED, title=title)
    return source, package.services(report)


def _documents(paths: list[Path], report: Report) -> Iterator[Row]:
    for row in rows(paths, ("services", "contents", "items"), report, owner="name"):
        if package := hsds_packages.tabular(Path(row.line.partition(":")[0]), row.fields, report):
            yield from package.services(report)
        else:
            yield from _services_in(row)


def service_of(row: Row, source: str) -> Service | Refused:
    """The first record of one document of version 3, as :func:`read` would make it; without a report."""
    return next(record for _, record in _records([row], source, Report()))


def _services_in(row: Row) -> list[Row]:
    """The services of a document that is one, holds some, or is a service at a location."""
    if isinstance(row.fields.get("service"), dict):
        at = {key: value for key, value in row.fields.items() if key != "service"}
        return [Row(row.line, {**row.fields["service"], "service_at_locations": [at]})]
    if isinstance(row.fields.get("services"), list):
        organization = {key: value for key, value in row.fields.items() if key != "services"}
        whole: Document = {"organization": organization}
        if len(homes := _list(organization, "locations")) == 1:
            whole["service_at_locations"] = [{"location": homes[0]}]
        inside = [service for service in row.fields["services"] if isinstance(service, dict)]
        return [Row(f"{row.line}:services:{n}", {**whole, **s}) for n, s in enumerate(inside, 1)]
    return [row]


def _records(found: Iterable[Row], source: str, report: Report) -> Iterator[tuple[str, Service | Refused]]:
    for row in found:
        report.lose_others(row.line, row.fields, SERVICE_FIELDS)
        all_at = _list(row.fields, "service_at_locations")
        places = [at for at in all_at if isinstance(at.get("location"), dict)] or all_at[:1] or [{}]
        for at in places:
            report.lose_others(row.line, at, AT_FIELDS, "service_at_locations.")
            yield row.line, _service(row, at, len(places) > 1, source, report)


def _service(row: Row, at: Document, one_of_many: bool, source: str, report: Report) -> Service | Refused:
    """The service at one location: what is said of the two together, else of the service, else of the location."""
    text = row.text
    location = at["location"] if isinstance(at.get("location"), dict) else {}

    def nearest(field: str) -> list[Document]:
        return _list(at, field) or _list(row.fields, field) or _list(location, field)

    if "$schema" in row.fields or isinstance(row.fields.get("properties"), dict):
        return Refused(row.line, "", "a schema, not a service")
    if not text("name"):
        return Refused(row.line, "name", "no name")
    status = text("status").lower()
    if status not in ("", "active"):
        return Refused(row.line, "status", f"the service is {status!r}: not one to send people to")
    organization = row.fields.get("organization")
    structure = _structure(organization if isinstance(organization, dict) else {}, row, report)
    place = _place(location, row, report)
    phones = _phones(row, _list(at, "phones") + _list(row.fields, "phones") or _list(location, "phones"), report)
    hours = _hours(nearest("schedules"), row, report)
    closures = hsds_tables.closures(nearest("holiday_schedules"), row.line, report)
    hours = msgspec.structs.replace(hours, closures=closures)
    terms = [one.get("taxonomy_term") or {} for one in _list(row.fields, "attributes")]
    codes = [texts.clean(term.get("code")) for term in terms if isinstance(term, dict)]
    words = vocabulary()
    for code in codes:
        if code and code not in words.needs and code not in words.audiences:
            report.lose(row.line, "attributes", "a term of another taxonomy")
    key = text("id") + (f"@{texts.clean(location.get('id'))}" if one_of_many else "")
    numbers = (phone.number for phone in phones)
    service = Service(
        id=stable_id(source, key, text("name"), structure.name, place.street, *numbers),
        source=source,
        updated_on=texts.day(row.fields.get("last_modified")),
        structure=structure,
        name=text("name"),
        aliases=tuple(filter(None, [text("alternate_name")])),
        description=text("description"),
        website=text("url"),
        email=text("email"),
        needs=tuple(dict.fromkeys(code for code in codes if code in words.needs)),
        audiences=tuple(Audience(code) for code in dict.fromkeys(codes) if code in words.audiences),
        audience_text=text("eligibility_description"),
        age_min=row.decimal("minimum_age", report, 0, 150),
        age_max=row.decimal("maximum_age", report, 0, 150),
        languages=_languages(nearest("languages"), row, report),
        interpreting=text("interpretation_services"),
        capacity=_capacity(row, report),
        phones=phones,
        place=place,
        area_text=_join(_list(row.fields, "service_areas"), "name", "description"),
        hours=hours,
        come_text=text("application_process"),
        transport=texts.clean(location.get("transportation")),
        fees_text=text("fees_description") or text("fees") or _prices(_list(row.fields, "cost_options")),
        papers=_join(_list(row.fields, "required_documents"), "document", "name"),
        accessibility=_access(nearest("accessibility")),
        verified_on=texts.day(row.fields.get("assured_date")),
        note=text("alert"),
    )
    return _with_ours(service, row, report)


def _with_ours(service: Service, row: Row, report: Report) -> Service | Refused:
    """``service`` with the fields that our own exporter put into attributes."""
    document: Document = {}
    for attribute in _list(row.fields, "attributes"):
        field = texts.clean(attribute.get("link_type"))
        if field.startswith(OURS):
            try:
                document[field.removeprefix(OURS)] = msgspec.json.decode(str(attribute.get("value")))
            except msgspec.DecodeError:
                report.lose(row.line, field, "not JSON")
    if not document:
        return service
    try:
        return msgspec.convert({**msgspec.to_builtins(service), **document}, Service)
    except msgspec.ValidationError as error:
        return Refused(row.line, "attributes", str(error))


def _structure(organization: Document, row: Row, report: Report) -> Structure:
    part = Row(row.line, organization, "organization.")
    known = {"id", "name", "alternate_name", "description", "email", "website", "url", "phones", "locations", "uri"}
    report.lose_others(row.line, organization, frozenset(known), part.prefix)
    return Structure(
        id=part.text("id"),
        name=part.text("name"),
        description=part.text("description"),
        website=part.text("website") or part.text("url"),
        email=part.text("email"),
        source_url=part.text("uri"),
        phones=_phones(part, _list(organization, "phones"), report),
    )


def _place(location: Document, row: Row, report: Report) -> Place:
    part = Row(row.line, location, "location.")
    known = {"id", "name", "location_type", "latitude", "longitude", "transportation", "addresses", "accessibility",
             "phones", "schedules", "languages", "organization_id", "external_identifier", "holiday_schedules",
             "external_identifier_type"}  # fmt: skip
    report.lose_others(row.line, location, frozenset(known), part.prefix)
    addresses = _list(location, "addresses")
    address = next((one for one in addresses if texts.clean(one.get("address_type")).lower() != "postal"), {})
    address = address or next(iter(addresses), {})
    country = texts.clean(address.get("country")).upper()
    if country and len(country) != 2:
        report.lose(row.line, "address.country", "not a code of ISO 3166-1 with two letters")
    latitude, longitude = part.decimal("latitude", report, -90, 90), part.decimal("longitude", report, -180, 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    is_insee = part.text("external_identifier_type").upper() == "INSEE"
    return Place(
        street=texts.clean(address.get("address_1")),
        extra=texts.clean(address.get("address_2")) or part.text("name"),
        postcode=texts.clean(address.get("postal_code")),
        commune=texts.clean(address.get("city")),
        insee=part.text("external_identifier") if is_insee else "",
        region=texts.clean(address.get("state_province")) or texts.clean(address.get("region")),
        country=country if len(country) == 2 else "",
        latitude=latitude,
        longitude=longitude,
    )


def _phones(row: Row, entries: list[Document], report: Report) -> tuple[Phone, ...]:
    found: list[Phone] = []
    for entry in entries:
        numbers, rest = texts.phones(texts.clean(entry.get("number")).strip('"'))
        if rest:
            report.lose(row.line, f"{row.prefix}phones.number", "not a telephone number")
        kind = texts.clean(entry.get("type")).lower()
        for number in numbers:
            phone = Phone(
                number.number,
                channel=CHANNELS.get(kind, Channel.OTHER),
                extension=texts.clean(entry.get("extension")) or number.extension,
                label=texts.clean(entry.get("description")),
                hours=_hours(_list(entry, "schedules"), row, report),
            )
            if phone not in found:
                found.append(phone)
    return tuple(found)


def _hours(schedules: list[Document], row: Row, report: Report) -> Hours:
    """Hours of plain weekly entries; if one says more, all of it stays text."""
    spans: list[weekly.Span] = []
    is_plain = bool(schedules)
    for entry in schedules:
        found = _spans(entry)
        if found is None:
            is_plain = False
            report.lose(row.line, "schedules", "more than days and times of a plain week: kept as text")
        else:
            spans += found
    text = "\n".join(dict.fromkeys(filter(None, (_words(entry, is_plain) for entry in schedules))))
    if not any(entry.get(key) for entry in schedules for key in ("opens_at", "closes_at", *BEYOND)):
        return opening.hours(text, is_whole=True)
    return Hours(osm=weekly.to_osm(spans) if is_plain else "", text=text)


def _words(entry: Document, is_plain: bool) -> str:
    """What an entry says in words; where the entries do not become OSM, with its days and times."""
    words = [texts.clean(entry.get(key)) for key in ("description", "notes")]
    times = [texts.clean(entry.get(key)) for key in ("opens_at", "closes_at")]
    if not is_plain and any(times):
        words.insert(0, f"{texts.clean(entry.get('byday'))} {'-'.join(times)}".strip())
    return "\n".join(filter(None, words))


def _spans(entry: Document) -> list[weekly.Span] | None:
    if any(entry.get(key) for key in BEYOND) or texts.clean(entry.get("interval") or 1) != "1":
        return None
    if not entry.get("opens_at") and not entry.get("closes_at") and not entry.get("description"):
        return []  # a day without times: closed
    times = weekly.times(texts.clean(entry.get("opens_at")), texts.clean(entry.get("closes_at")))
    days = [weekly.NAMES.get(day.strip().lower()) for day in texts.clean(entry.get("byday")).split(",")]
    if entry.get("freq", "WEEKLY") != "WEEKLY" or times is None or None in days:
        return None
    return [(day, *times) for day in days if day]


def _languages(entries: list[Document], row: Row, report: Report) -> tuple[str, ...]:
    codes: list[str] = []
    for entry in entries:
        code = texts.language(entry.get("code")) or texts.language(entry.get("name"))
        if code:
            codes.append(code)
        else:
            report.lose(row.line, "languages", f"{texts.clean(entry.get('name'))[:80]!r} is not known here")
    return tuple(dict.fromkeys(codes))


def _capacity(row: Row, report: Report) -> Capacity | None:
    """The last statement that says how much room there was, and when (version 3.1)."""
    found = []
    for entry in _list(row.fields, "capacities"):
        part = Row(row.line, entry, "capacities.")
        places, stated_on = part.decimal("available", report, 0, 1_000_000), texts.day(entry.get("updated"))
        if places is None or stated_on is None:
            report.lose(row.line, "capacities", "not a number of places on a day")
            continue
        room = Room.AVAILABLE if places >= 1 else Room.FULL
        found.append(Capacity(room, stated_on, places=int(places), text=part.text("description")))
    return max(found, key=lambda one: one.stated_on, default=None)


def _prices(entries: list[Document]) -> str:
    """``Under 18s: 35 gbp per 1 hour session``."""
    found = []
    for entry in entries:
        said = {name: texts.clean(entry.get(name)) for name in ("option", "amount", "currency", "amount_description")}
        price = " ".join(
            filter(None, (said["amount"], said["currency"] * bool(said["amount"]), said["amount_description"]))
        )
        found.append(": ".join(filter(None, (said["option"], price))))
    return "; ".join(filter(None, found))


def _access(entries: list[Document]) -> str:
    said = ((entry.get("description") or entry.get("name"), entry.get("details")) for entry in entries)
    return "; ".join(filter(None, (" - ".join(filter(None, map(texts.clean, both))) for both in said)))


def _join(entries: list[Document], *fields: str) -> str:
    """Of each entry the first of ``fields`` that says something."""
    said = (next((text for field in fields if (text := texts.clean(entry.get(field)))), "") for entry in entries)
    return "; ".join(filter(None, said))


def _list(document: Document, field: str) -> list[Document]:
    value = document.get(field)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
