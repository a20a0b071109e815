"""HSDS as tables (versions 1 to 3, and Ohana's before them), joined into the nested form of version 3."""

import calendar
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.directory.parts import Closure
from kiosk.directory.sources import texts
from kiosk.directory.sources.documents import Row
from kiosk.directory.sources.report import Report

Document = dict[str, Any]
TABLES = {
    "organizations": "organizations", "services": "services", "locations": "locations", "phones": "phones",
    "services_at_location": "at_locations", "services_at_locations": "at_locations",
    "service_at_location": "at_locations", "service_at_locations": "at_locations",
    "physical_addresses": "addresses", "addresses": "addresses",
    "regular_schedules": "schedules", "schedules": "schedules", "schedule": "schedules",
    "holiday_schedules": "holidays", "languages": "languages", "service_areas": "areas",
    "required_documents": "documents", "accessibility": "accessibility",
    "accessibility_for_disabilities": "accessibility",
}  # fmt: skip
"""A file's name, in any version, and what it holds."""
SMALL = ("phones", "addresses", "schedules", "holidays", "languages", "areas", "documents", "accessibility")
"""Tables whose rows belong to a row of another."""
RENAMED = {
    "website": "url", "fees": "fees_description", "eligibility": "eligibility_description",
    "number_type": "type", "department": "description", "street_1": "address_1", "state": "state_province",
    "country_prefix": "", "vanity_number": "",
}  # fmt: skip
"""Columns that version 3 calls otherwise (empty: it has none)."""


@dataclass(frozen=True)
class Package:
    """The tables of one package: rows by what they hold, each with the line it stands on."""

    name: str
    licence: str
    """As the package says; empty: it does not."""
    version: str
    tables: dict[str, list[tuple[str, Document]]]

    def services(self, report: Report) -> list[Row]:
        """One row a service, nested as version 3 has it; rows that belong to nothing are reported."""
        organizations = self._by_id("organizations", report)
        by_owner = self._by_owner(report)
        locations = {key: self._location(row, by_owner) for key, row in self._by_id("locations", report).items()}
        of_organization: dict[str, list[Document]] = defaultdict(list)
        for location in locations.values():
            of_organization[location.get("organization_id", "")].append(location)
        links: dict[str, list[str]] = defaultdict(list)
        for _, row in self.tables["at_locations"]:
            links[row.get("service_id", "")].append(row.get("location_id", ""))
        found = []
        for line, row in self.tables["services"]:
            key = row.get("id", "")
            owner = row.get("organization_id", "")
            names = links.get(key) or [row[name] for name in ("location_id",) if row.get(name)]
            places = [locations[name] for name in names if name in locations]
            if len(places) < len(names):
                report.lose(line, "location_id", "no such location in the package")
            if not names:
                places = of_organization.get(owner, [])
                if len(places) > 1:
                    report.lose(line, "location", "which of its organization's locations is not said")
                    places = []
            owner = owner or next((place.get("organization_id", "") for place in places), "")
            if owner and owner not in organizations:
                report.lose(line, "organization_id", "no such organization in the package")
            organization = dict(organizations.get(owner, {}))
            organization["phones"] = by_owner["phones", "organization_id", owner] if owner else []
            nested = {name: value for name, value in row.items() if name != "location_id"}
            nested["organization"] = {k: v for k, v in organization.items() if v not in ("", [])}
            nested["service_at_locations"] = [{"location": place} for place in places]
            for field, table in (("phones", "phones"), ("schedules", "schedules"), ("holiday_schedules", "holidays"),
                                 ("languages", "languages"), ("service_areas", "areas"),
                                 ("required_documents", "documents")):  # fmt: skip
                nested[field] = by_owner[table, "service_id", key] if key else []
            _spread(nested)
            found.append(Row(line, nested))
        return found

    def _by_id(self, table: str, report: Report) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for line, row in self.tables[table]:
            key = row.get("id", "")
            if not key or key in found:
                report.lose(line, "id", f"{table}: {'no id' if not key else 'an earlier row has this id'}")
            else:
                found[key] = row
        return found

    def _by_owner(self, report: Report) -> dict[tuple[str, str, str], list[Document]]:
        """Rows of the small tables by table, kind of owner and owner's id."""
        found: dict[tuple[str, str, str], list[Document]] = defaultdict(list)
        owners = {"service_id": "services", "location_id": "locations", "organization_id": "organizations"}
        known = {(owner, row.get("id")) for owner, table in owners.items() for _, row in self.tables[table]}
        for table in SMALL:
            for line, row in self.tables[table]:
                named = [(owner, row[owner]) for owner in owners if row.get(owner)]
                for owner, key in named:
                    found[table, owner, key].append(row)
                if not known.intersection(named):
                    report.lose(line, table, "belongs to no service, location or organization of the package")
        return found

    def _location(self, row: Document, by_owner: dict[tuple[str, str, str], list[Document]]) -> Document:
        key = row["id"]
        location = {name: value for name, value in row.items() if value}
        for field, table in (("addresses", "addresses"), ("phones", "phones"), ("schedules", "schedules"),
                             ("holiday_schedules", "holidays")):  # fmt: skip
            location[field] = by_owner[table, "location_id", key]
        for field in ("accessibility", "languages"):
            listed = by_owner[field, "location_id", key]
            words = re.split(r",\s*", location[field]) if isinstance(location.get(field), str) else []
            location[field] = listed or [{"name": word} for word in words if word]
        return location


def closures(entries: list[Document], line: str, report: Report) -> tuple[Closure, ...]:
    """The days that holiday schedules say closed; other hours on a day are lost, and so are dates that are none."""
    found = []
    for entry in entries:
        start, end = (_day(entry.get(key)) for key in ("start_date", "end_date"))
        if texts.clean(entry.get("closed")).lower() not in ("true", "t", "1", "yes"):
            report.lose(line, "holiday_schedules", "other hours on a holiday")
        elif start is None or end is None or start.year < 1900 or end < start:
            report.lose(line, "holiday_schedules", "not two days of a calendar")
        else:
            found.append(Closure(start, end))
    return tuple(found)


_MONTHS = {name: at for at, name in enumerate(calendar.month_name) if name}
"""English names, as long as nobody sets a locale: the terminal sets none."""


def _day(value: Any) -> date | None:
    """As :func:`texts.day`, but ``12/24/2015`` is American, and ``January 01, 2015`` is a day."""
    text = texts.clean(value)
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})", text)
    words = re.fullmatch(r"([A-Za-z]+) (\d{1,2}), (\d{4})", text)
    try:
        if found:
            return date(int(found[3]) + (2000 if len(found[3]) == 2 else 0), int(found[1]), int(found[2]))
        if words and words[1].title() in _MONTHS:
            return date(int(words[3]), _MONTHS[words[1].title()], int(words[2]))
    except ValueError:
        return None
    return texts.day(text)


def named(row: Document) -> Document:
    """``row`` with the names of version 3, and texts cleaned."""
    named: Document = {}
    for name, value in row.items():
        key = RENAMED.get(name, name) or name
        text = texts.clean(value)
        if text and not (key != name and named.get(key)):
            named[key] = text
    if "weekday" in named:
        named["byday"] = named.pop("weekday")
    return named


def _spread(service: Document) -> None:
    """Texts that stand for a list in the older versions, as lists."""
    for field, name in (("languages", "name"), ("service_areas", "name"), ("required_documents", "document")):
        words = service.get(field)
        if isinstance(words, str):
            service[field] = [{name: word} for word in re.split(r",\s*", words)]


def version(names: set[str], tables: dict[str, list[tuple[str, Document]]]) -> str:
    """By the files and columns that only one version has."""
    columns = {name for _, row in tables["services"] for name in row}
    if names & {"attributes", "cost_options", "service_at_location"} or "assured_date" in columns:
        return "3"
    if "addresses" in names and "location_id" in columns:
        return "0 (Ohana)"
    return "2" if "schedules" in names else "1"
