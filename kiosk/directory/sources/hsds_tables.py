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
PLURALS = {
    "organizations": "organizations", "services": "services", "locations": "locations", "phones": "phones",
    "services_at_location": "at_locations", "services_at_locations": "at_locations",
    "service_at_locations": "at_locations",
    "physical_addresses": "addresses", "addresses": "addresses",
    "regular_schedules": "schedules", "schedules": "schedules",
    "holiday_schedules": "holidays", "languages": "languages", "service_areas": "areas",
    "required_documents": "documents", "accessibility": "accessibility",
    "accessibility_for_disabilities": "accessibility", "eligibilities": "eligibility",
    "cost_options": "costs", "service_capacities": "capacities", "attributes": "attributes",
    "taxonomy_terms": "terms",
}  # fmt: skip
"""A file's name, in any version, and what it holds."""


def singular(name: str) -> str:
    """``services.csv`` is the table ``service`` where its package describes itself, and in some versions its name."""
    name = name.lower().replace("-", "_").replace(" ", "_")
    for ending, other in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if name.endswith(ending) and not name.endswith("ss"):
            return name.removesuffix(ending) + other
    return name


TABLES = {singular(name): holds for name, holds in PLURALS.items()}
"""By :func:`singular` names."""
OWNERS = {
    "service_id": "services", "location_id": "locations", "organization_id": "organizations",
    "service_at_location_id": "at_locations",
}  # fmt: skip
SMALL = {
    "phones": "phones", "addresses": "addresses", "schedules": "schedules", "holiday_schedules": "holidays",
    "languages": "languages", "service_areas": "areas", "required_documents": "documents",
    "accessibility": "accessibility", "eligibility": "eligibility", "cost_options": "costs",
    "capacities": "capacities",
}  # fmt: skip
"""Tables whose rows belong to a row of another, by their names in the nested form."""
RENAMED_IN = {
    "languages": {"language": "name"}, "areas": {"service_area": "name"},
    "accessibility": {"accessibility": "description"},
}  # fmt: skip
"""Columns of one table that version 3 calls otherwise."""
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
        owned = self._by_owner(report)
        locations = {key: self._location(row, owned) for key, row in self._by_id("locations", report).items()}
        of_organization: dict[str, list[Document]] = defaultdict(list)
        for location in locations.values():
            of_organization[location.get("organization_id", "")].append(location)
        links: dict[str, list[Document]] = defaultdict(list)
        for _, row in self.tables["at_locations"]:
            links[row.get("service_id", "")].append(row)
        terms = self._attributes()
        found = []
        for line, row in self.tables["services"]:
            key = row.get("id", "")
            owner = row.get("organization_id", "")
            named = links.get(key) or [row] * bool(row.get("location_id"))
            places = [self._at(at, locations, owned) for at in named if at.get("location_id") in locations]
            if len(places) < len(named):
                report.lose(line, "location_id", "no such location in the package")
            if not named:
                places = [{"location": location} for location in of_organization.get(owner, [])]
                if len(places) > 1:
                    report.lose(line, "location", "which of its organization's locations is not said")
                    places = []
            owner = owner or next((at["location"].get("organization_id", "") for at in places), "")
            if owner and owner not in organizations:
                report.lose(line, "organization_id", "no such organization in the package")
            organization = dict(organizations.get(owner, {}))
            organization["phones"] = owned["phones", "organization_id", owner] if owner else []
            nested = {name: value for name, value in row.items() if name != "location_id"}
            nested["organization"] = {k: v for k, v in organization.items() if v not in ("", [])}
            nested["service_at_locations"] = places
            nested["attributes"] = terms.get(key, [])
            _spread(nested)
            for field, table in SMALL.items():
                if rows := owned[table, "service_id", key] if key else []:
                    nested[field] = rows
            _qualify(nested)
            found.append(Row(line, nested))
        return found

    def _at(self, row: Document, locations: dict[str, Document], owned: "Owned") -> Document:
        """A service at one location, with what is said of the two together."""
        key = row.get("id", "") if "service_id" in row else ""
        fields = ("phones", "schedules", "holiday_schedules", "languages")
        own = {field: owned[SMALL[field], "service_at_location_id", key] for field in fields} if key else {}
        said = row.get("description", "") if "service_id" in row else ""
        return {"location": locations[row["location_id"]], "description": said, **own}

    def _attributes(self) -> dict[str, list[Document]]:
        """What is attached to a service, by its id, as version 3 nests it."""
        terms = {row.get("id"): row for _, row in self.tables["terms"]}
        found: dict[str, list[Document]] = defaultdict(list)
        for _, row in self.tables["attributes"]:
            term = terms.get(row.get("taxonomy_term_id", ""), {})
            found[row.get("link_id", "")].append({**row, "taxonomy_term": term})
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

    def _by_owner(self, report: Report) -> "Owned":
        """Rows of the small tables by table, kind of owner and owner's id."""
        found: Owned = defaultdict(list)
        known = {(owner, row.get("id")) for owner, table in OWNERS.items() for _, row in self.tables[table]}
        for table in SMALL.values():
            for line, row in self.tables[table]:
                named = [(owner, row[owner]) for owner in OWNERS if row.get(owner)]
                for owner, key in named:
                    found[table, owner, key].append(row)
                if not known.intersection(named):
                    report.lose(line, table, "belongs to no service, location or organization of the package")
        return found

    def _location(self, row: Document, owned: "Owned") -> Document:
        key = row["id"]
        location = {name: value for name, value in row.items() if value}
        for field in ("addresses", "phones", "schedules", "holiday_schedules"):
            location[field] = owned[SMALL[field], "location_id", key]
        for field in ("accessibility", "languages"):
            words = re.split(r",\s*", location[field]) if isinstance(location.get(field), str) else []
            location[field] = owned[field, "location_id", key] or [{"name": word} for word in words if word]
        return location


Owned = dict[tuple[str, str, str], list[Document]]


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


def named(row: Document, table: str) -> Document:
    """``row`` of ``table`` with the names of version 3, and texts cleaned."""
    named: Document = {}
    renamed = RENAMED | RENAMED_IN.get(table, {})
    for given, value in row.items():
        name = given.strip().lower() if isinstance(given, str) else given
        key = renamed.get(name, name) or name
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


def _qualify(service: Document) -> None:
    """Who may come, where that is a table of its own (versions 1 and 2) or two columns (Ohana)."""
    entries = service.pop("eligibility", [])
    words = [service.pop("audience", ""), service.get("eligibility_description", "")]  # Ohana has both
    words += [texts.clean(entry.get(field)) for entry in entries for field in ("eligibility_description", "other")]
    if said := "; ".join(dict.fromkeys(filter(None, words))):
        service["eligibility_description"] = said
    for field in ("minimum_age", "maximum_age"):
        ages = {entry[field] for entry in entries if entry.get(field)}
        if len(ages) == 1:
            service.setdefault(field, ages.pop())


NEW = {"assured_date", "assurer_email", "eligibility_description", "fees_description", "alert", "last_modified"}
"""Columns of services that only version 3 has."""


def version(names: set[str], columns: set[str]) -> str:
    """By the tables (:func:`singular`), and columns of the services, that only one version has."""
    if names & {"attribute", "cost_option", "taxonomy_term", "service_capacity"} or columns & NEW:
        return "3"
    if "address" in names:
        return "0 (Ohana)" if "location_id" in columns else "3"
    return "2" if "schedule" in names else "1"
