"""HSDS (Human Services Data Specification): version 3 as JSON, 1 to 3 as tables; which one, it finds itself.

A service at several locations gives a record for each: a person goes to one. Contacts are persons and are never kept.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from kiosk.directory.bundle import Source
from kiosk.directory.parts import Audience
from kiosk.directory.record import Service, stable_id
from kiosk.directory.sources import hsds_packages, hsds_parts, hsds_tables, texts
from kiosk.directory.sources.documents import Row, rows
from kiosk.directory.sources.hsds_parts import Document
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
TEXTS = SERVICE_FIELDS - {
    "phones", "schedules", "service_areas", "service_at_locations", "languages", "organization", "required_documents",
    "attributes", "holiday_schedules", "accessibility", "cost_options", "capacities",
}  # fmt: skip
"""Fields of a service that nest nothing."""
AT_FIELDS = frozenset(
    {"id", "service_id", "location_id", "location", "phones", "schedules", "holiday_schedules", "languages", "service"}
)
NO_SERVICE = frozenset(
    {"tax_status", "tax_id", "year_incorporated", "legal_status", "logo", "uri", "organization_identifiers",
     "parent_organization_id", "locations", "programs", "latitude", "longitude", "location_type", "addresses",
     "transportation"}
)  # fmt: skip
"""What organizations and locations have, and no service."""
SHARED = frozenset({"id", "name", "alternate_name", "description", "url", "email", "phones", "schedules", "languages",
                    "attributes", "accessibility", "holiday_schedules", "organization_id"})  # fmt: skip
"""What services, organizations and locations have."""


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
            yield from _services_in(row, report)


def service_of(row: Row, source: str) -> Service | Refused:
    """The first record of one document of version 3, as :func:`read` would make it; without a report."""
    return next(record for _, record in _records([row], source, Report()))


def _services_in(row: Row, report: Report) -> list[Row]:
    """The services of a document that is one, holds some, or is a service at a location."""
    fields = row.fields
    if isinstance(fields.get("service"), dict):
        at = {key: value for key, value in fields.items() if key != "service"}
        return [Row(row.line, {**fields["service"], "service_at_locations": [at]})]
    if isinstance(fields.get("services"), list):
        organization = {key: value for key, value in fields.items() if key not in ("services", "locations")}
        whole: Document = {"organization": organization}
        homes = hsds_parts.entries(fields, "locations", row.line, report, "organization.")
        if len(homes) == 1:
            whole["service_at_locations"] = [{"location": homes[0]}]
        inside = list(enumerate(hsds_parts.entries(fields, "services", row.line, report), 1))
        if homes[1:] and not all(service.get("service_at_locations") for _, service in inside):
            report.lose(row.line, "organization.locations", "which of its organization's locations is not said")
        return [Row(f"{row.line}:services:{n}", {**whole, **service}) for n, service in inside]
    if NO_SERVICE & fields.keys() and not (SERVICE_FIELDS - SHARED) & fields.keys():
        report.read += 1
        report.lose(row.line, "services", "an organization or a location alone, without a service, is no record")
        return []
    return [row]


def _records(found: Iterable[Row], source: str, report: Report) -> Iterator[tuple[str, Service | Refused]]:
    for row in found:
        report.lose_others(row.line, row.fields, SERVICE_FIELDS, flat=TEXTS)
        all_at = hsds_parts.entries(row.fields, "service_at_locations", row.line, report)
        places = [at for at in all_at if isinstance(at.get("location"), dict)] or all_at[:1] or [{}]
        for at in places:
            report.lose_others(row.line, at, AT_FIELDS, "service_at_locations.")
            yield row.line, _service(row, at, len(places) > 1, source, report)


def _service(row: Row, at: Document, one_of_many: bool, source: str, report: Report) -> Service | Refused:
    """The service at one location: what is said of the two together, else of the service, else of the location."""
    text = row.text
    location = at["location"] if isinstance(at.get("location"), dict) else {}

    def nearest(field: str) -> list[Document]:
        said = [
            hsds_parts.entries(document, field, row.line, report, prefix)
            for document, prefix in ((at, "service_at_locations."), (row.fields, ""), (location, "location."))
        ]
        first = next(filter(None, said), [])
        if any(other and other != first for other in said):
            report.lose(row.line, field, "of the service or the location in general: this one has its own")
        return first

    if "$schema" in row.fields or isinstance(row.fields.get("properties"), dict):
        return Refused(row.line, "", "a schema, not a service")
    if not text("name"):
        return Refused(row.line, "name", "no name")
    status = text("status").lower()
    if status not in ("", "active"):
        return Refused(row.line, "status", f"the service is {status!r}: not one to send people to")
    organization = row.fields.get("organization")
    if organization not in (None, "", {}) and not isinstance(organization, dict):
        report.lose(row.line, "organization", "not an object")
    structure = hsds_parts.structure(organization if isinstance(organization, dict) else {}, row, report)
    place = hsds_parts.place(location, row, report)
    phones = hsds_parts.phones(row, _numbers(row, at, location, report), report)
    hours = hsds_parts.hours(nearest("schedules"), row, report)
    closures = hsds_tables.closures(nearest("holiday_schedules"), row.line, report)
    hours = msgspec.structs.replace(hours, closures=closures)
    terms = [one.get("taxonomy_term") or {} for one in hsds_parts.entries(row.fields, "attributes", row.line, report)]
    codes = [texts.clean(term.get("code")) for term in terms if isinstance(term, dict)]
    words = vocabulary()
    fees, prices = text("fees_description") or text("fees"), hsds_parts.prices(row, report)
    for field, other in (("fees", text("fees")), ("cost_options", prices)):
        if other and fees and other != fees:
            report.lose(row.line, field, "fees_description says what it costs")
    for code in codes:
        if code and code not in words.needs and code not in words.audiences:
            report.lose(row.line, "attributes", "a term of another taxonomy")
    key = text("id") + (f"@{texts.clean(location.get('id'))}" if one_of_many else "")
    numbers = (phone.number for phone in phones)
    service = Service(
        id=stable_id(source, key, text("name"), structure.name, place.street, *numbers),
        source=source,
        updated_on=row.day("last_modified", report),
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
        languages=hsds_parts.languages(nearest("languages"), row, report),
        interpreting=text("interpretation_services"),
        capacity=hsds_parts.capacity(row, report),
        phones=phones,
        place=place,
        area_text=hsds_parts.joined("service_areas", row, report, "name", "description"),
        hours=hours,
        come_text=text("application_process"),
        transport=texts.clean(location.get("transportation")),
        fees_text=fees or prices,
        papers=hsds_parts.joined("required_documents", row, report, "document", "name"),
        accessibility=hsds_parts.access(nearest("accessibility"), row, report),
        verified_on=row.day("assured_date", report),
        note=text("alert"),
    )
    return _with_ours(service, row, report)


def _with_ours(service: Service, row: Row, report: Report) -> Service | Refused:
    """``service`` with the fields that our own exporter put into attributes."""
    document: Document = {}
    for attribute in hsds_parts.objects(row.fields, "attributes"):
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


def _numbers(row: Row, at: Document, location: Document, report: Report) -> list[Document]:
    """Those of the service, at the location and in general; else the location's own."""
    own = hsds_parts.entries(at, "phones", row.line, report, "service_at_locations.")
    own += hsds_parts.entries(row.fields, "phones", row.line, report)
    of_location = hsds_parts.entries(location, "phones", row.line, report, "location.")
    if own and any(phone not in own for phone in of_location):
        report.lose(row.line, "location.phones", "the service has numbers of its own")
    return own or of_location
