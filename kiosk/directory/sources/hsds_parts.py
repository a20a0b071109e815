"""What is nested in an HSDS service (numbers, hours, addresses, prices ...), each read into its part of the record.

What an entry says and the record has no place for goes to the report, by the table and the column. Pure.
"""

from typing import Any

from kiosk.directory.parts import Capacity, Channel, Hours, Phone, Place, Room, Structure
from kiosk.directory.sources import opening, texts, weekly
from kiosk.directory.sources.documents import Row
from kiosk.directory.sources.report import Report

CHANNELS = {"": Channel.VOICE, "voice": Channel.VOICE, "hotline": Channel.VOICE, "text": Channel.SMS,
            "sms": Channel.SMS, "cell": Channel.VOICE, "fax": Channel.FAX, "other": Channel.OTHER}  # fmt: skip
BEYOND = ("valid_from", "valid_to", "until", "count", "byweekno", "bymonthday", "byyearday")
"""Of a schedule: more than the days and times of each week."""
LINKS = frozenset(
    {"id", "service_id", "location_id", "organization_id", "service_at_location_id", "contact_id", "phone_id"}
)
"""By which tables name each other's rows."""
LOCATION_FIELDS = frozenset(
    {"name", "location_type", "latitude", "longitude", "transportation", "addresses", "accessibility", "phones",
     "schedules", "languages", "external_identifier", "external_identifier_type", "holiday_schedules"}
)  # fmt: skip
ORGANIZATION_FIELDS = frozenset({"name", "description", "email", "website", "url", "phones", "uri"})
Document = dict[str, Any]


def entries(document: Document, field: str, line: str, report: Report, prefix: str = "") -> list[Document]:
    """The objects of a list; what is no list of them is lost."""
    value = document.get(field)
    found = objects(document, field)
    if value not in (None, "", [], {}) and (not isinstance(value, list) or len(found) < len(value)):
        report.lose(line, prefix + field, "not a list of objects")
    return found


def objects(document: Document, field: str) -> list[Document]:
    """As :func:`entries`, where nothing is to be reported (again)."""
    value = document.get(field)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def lose_others(row: Row, entry: Document, table: str, report: Report, *known: str) -> None:
    """Report what ``entry`` of ``table`` says beside ``known``."""
    report.lose_others(row.line, entry, LINKS.union(known), f"{row.prefix}{table}.")


def structure(organization: Document, row: Row, report: Report) -> Structure:
    """Who runs the service."""
    part = Row(row.line, organization, "organization.")
    report.lose_others(row.line, organization, LINKS | ORGANIZATION_FIELDS, part.prefix)
    website, url = part.text("website"), part.text("url")
    if website and url not in ("", website):
        report.lose(row.line, "organization.url", "website says another")
    return Structure(
        id=part.text("id"),
        name=part.text("name"),
        description=part.text("description"),
        website=website or url,
        email=part.text("email"),
        source_url=part.text("uri"),
        phones=phones(part, entries(organization, "phones", row.line, report, part.prefix), report),
    )


def place(location: Document, row: Row, report: Report) -> Place:
    """The first address that is not postal, else the first, and the coordinates."""
    part = Row(row.line, location, "location.")
    report.lose_others(row.line, location, LINKS | LOCATION_FIELDS, part.prefix)
    addresses = entries(location, "addresses", row.line, report, part.prefix)
    address = next((one for one in addresses if texts.clean(one.get("address_type")).lower() != "postal"), {})
    address = address or next(iter(addresses), {})
    if len(addresses) > 1:
        report.lose(row.line, "location.addresses", "another address than the first where people can go")
    lose_others(part, address, "addresses", report, "address_1", "address_2", "city", "postal_code", "state_province",
                "region", "country", "address_type")  # fmt: skip
    extra, name = texts.clean(address.get("address_2")), part.text("name")
    state, region = texts.clean(address.get("state_province")), texts.clean(address.get("region"))
    if extra and name not in ("", extra):
        report.lose(row.line, "location.name", "the address has a second line")
    if state and region not in ("", state):
        report.lose(row.line, "location.addresses.region", "the address has a state or province")
    country = texts.clean(address.get("country")).upper()
    if country and len(country) != 2:
        report.lose(row.line, "address.country", "not a code of ISO 3166-1 with two letters")
    latitude, longitude = part.decimal("latitude", report, -90, 90), part.decimal("longitude", report, -180, 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    is_insee = part.text("external_identifier_type").upper() == "INSEE"
    if part.text("external_identifier") and not is_insee:
        report.lose(row.line, "location.external_identifier", "not an INSEE code")
    return Place(
        street=texts.clean(address.get("address_1")),
        extra=extra or name,
        postcode=texts.clean(address.get("postal_code")),
        commune=texts.clean(address.get("city")),
        insee=part.text("external_identifier") if is_insee else "",
        region=state or region,
        country=country if len(country) == 2 else "",
        latitude=latitude,
        longitude=longitude,
    )


def phones(row: Row, found_in: list[Document], report: Report) -> tuple[Phone, ...]:
    """The numbers, each once."""
    found: list[Phone] = []
    for entry in found_in:
        lose_others(row, entry, "phones", report, "number", "extension", "type", "description", "schedules")
        numbers, rest = texts.phones(texts.clean(entry.get("number")).strip('"'))
        if rest:
            report.lose(row.line, f"{row.prefix}phones.number", "not a telephone number")
        kind = texts.clean(entry.get("type")).lower()
        if kind not in CHANNELS:
            report.lose(row.line, f"{row.prefix}phones.type", f"{kind[:80]!r} is not a kind of number known here")
        for number in numbers:
            phone = Phone(
                number.number,
                channel=CHANNELS.get(kind, Channel.OTHER),
                extension=texts.clean(entry.get("extension")) or number.extension,
                label=texts.clean(entry.get("description")),
                hours=hours(entries(entry, "schedules", row.line, report, f"{row.prefix}phones."), row, report),
            )
            if phone not in found:
                found.append(phone)
    return tuple(found)


def hours(schedules: list[Document], row: Row, report: Report) -> Hours:
    """Hours of plain weekly entries; if one says more, all of it stays text."""
    spans: list[weekly.Span] = []
    is_plain = bool(schedules)
    for entry in schedules:
        lose_others(row, entry, "schedules", report, "freq", "interval", "byday", "opens_at", "closes_at",
                    "description", "notes", *BEYOND)  # fmt: skip
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


def languages(found_in: list[Document], row: Row, report: Report) -> tuple[str, ...]:
    """Their codes."""
    codes: list[str] = []
    for entry in found_in:
        lose_others(row, entry, "languages", report, "code", "name")
        code = texts.language(entry.get("code")) or texts.language(entry.get("name"))
        if code:
            codes.append(code)
        else:
            report.lose(row.line, "languages", f"{texts.clean(entry.get('name'))[:80]!r} is not known here")
    return tuple(dict.fromkeys(codes))


def capacity(row: Row, report: Report) -> Capacity | None:
    """The last statement that says how much room there was, and when (version 3.1)."""
    found = []
    for entry in entries(row.fields, "capacities", row.line, report):
        part = Row(row.line, entry, "capacities.")
        lose_others(row, entry, "capacities", report, "available", "updated", "description")
        places, stated_on = part.decimal("available", report, 0, 1_000_000), texts.day(entry.get("updated"))
        if places is None or stated_on is None:
            report.lose(row.line, "capacities", "not a number of places on a day")
            continue
        room = Room.AVAILABLE if places >= 1 else Room.FULL
        found.append(Capacity(room, stated_on, places=int(places), text=part.text("description")))
    if len(found) > 1:
        report.lose(row.line, "capacities", "another statement than the last")
    return max(found, key=lambda one: one.stated_on, default=None)


def prices(row: Row, report: Report) -> str:
    """``Under 18s: 35 gbp per 1 hour session``."""
    found = []
    for entry in entries(row.fields, "cost_options", row.line, report):
        lose_others(row, entry, "cost_options", report, "option", "amount", "currency", "amount_description")
        said = {name: texts.clean(entry.get(name)) for name in ("option", "amount", "currency", "amount_description")}
        price = " ".join(
            filter(None, (said["amount"], said["currency"] * bool(said["amount"]), said["amount_description"]))
        )
        found.append(": ".join(filter(None, (said["option"], price))))
    return "; ".join(filter(None, found))


def access(found_in: list[Document], row: Row, report: Report) -> str:
    """Access for people with disabilities, in words."""
    said = []
    for entry in found_in:
        lose_others(row, entry, "accessibility", report, "description", "name", "details")
        said.append((entry.get("description") or entry.get("name"), entry.get("details")))
    return "; ".join(filter(None, (" - ".join(filter(None, map(texts.clean, both))) for both in said)))


def joined(field: str, row: Row, report: Report, *names: str) -> str:
    """Of each entry of ``field`` the first of ``names`` that says something; the rest is lost."""
    said = []
    for entry in entries(row.fields, field, row.line, report):
        name = next((name for name in names if texts.clean(entry.get(name))), names[0])
        lose_others(row, entry, field, report, name)
        said.append(texts.clean(entry.get(name)))
    return "; ".join(filter(None, said))
