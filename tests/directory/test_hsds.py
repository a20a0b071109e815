"""HSDS: packages of several versions, found by themselves; version 3 out and back without a difference."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from kiosk.directory.exports import hsds as writer
from kiosk.directory.formats import shipped
from kiosk.directory.parts import Channel, Closure, Hours
from kiosk.directory.record import Service
from kiosk.directory.sources import hsds, weekly
from kiosk.directory.sources.documents import Row
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput
from tests.directory.records import FULL, as_imported, everything, services

DATA = Path(__file__).resolve().parents[1] / "data" / "directory"

DOCUMENT: dict[str, Any] = {
    "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Counselling", "status": "active", "minimum_age": 12,
    "interpretation_services": "Urdu", "assured_date": "2026-01-05", "last_modified": "2026-03-15T10:30:45.123Z",
    "phones": [{"id": "p", "number": "+44 1234 234567", "type": "text", "extension": 100}],
    "schedules": [
        {"id": "s1", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "10:00:00", "closes_at": "18:00:00"},
        {"id": "s2", "freq": "WEEKLY", "byday": "FR", "opens_at": "22:00", "closes_at": "02:00Z"},
    ],
    "languages": [{"id": "l", "name": "Urdu"}, {"id": "m", "code": "pl"}],
    "organization": {"id": "o", "name": "Example", "website": "http://example.com", "logo": "x"},
    "service_at_locations": [
        {"id": "a", "location": {"id": "l1", "latitude": 51.5, "longitude": -0.1, "addresses": [{"city": "London"}]}},
        {"id": "b", "location": {"id": "l2", "addresses": [{"city": "Leeds", "country": "GB"}]}},
    ],
    "attributes": [{"id": "t", "taxonomy_term": {"code": "sante--addictions"}}, {"taxonomy_term": {"code": "BD-180"}}],
}  # fmt: skip


def put(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "h.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_service_at_two_locations_gives_two_records(tmp_path: Path) -> None:
    report = Report()
    found, sources = everything(hsds.read([put(tmp_path, DOCUMENT)], report))
    assert [(service.place.commune, service.id.partition("@")[2]) for service in found] == [
        ("London", "l1"),
        ("Leeds", "l2"),
    ]
    first = found[0]
    assert first.hours == Hours(osm="Mo-Tu 10:00-18:00; Fr 22:00-02:00")
    assert (first.phones[0].number, first.phones[0].channel, first.phones[0].extension) == (
        "+441234234567",
        Channel.SMS,
        "100",
    )
    assert (first.languages, first.needs, first.age_min) == (("ur", "pl"), ("sante--addictions",), 12)
    assert (str(first.verified_on), str(first.updated_on)) == ("2026-01-05", "2026-03-15")
    assert sources[0].title == "HSDS 3 (JSON)"
    assert {lost.field for lost in report.lost} == {"organization.logo", "attributes"}


@pytest.mark.parametrize("form", ["list", "page", "organization", "at location"])
def test_each_nesting_of_version_3_is_read(form: str, tmp_path: Path) -> None:
    one = {**DOCUMENT, "service_at_locations": DOCUMENT["service_at_locations"][:1]}
    bare = {key: value for key, value in one.items() if key not in ("organization", "service_at_locations")}
    document: object = {
        "list": [one],
        "page": {"total_items": 1, "contents": [one]},
        "organization": {**DOCUMENT["organization"], "services": [{**one, "organization": DOCUMENT["organization"]}]},
        "at location": {
            **DOCUMENT["service_at_locations"][0],
            "service": {**bare, "organization": DOCUMENT["organization"]},
        },
    }[form]
    found, _ = everything(hsds.read([put(tmp_path, document)], Report()))
    assert [(service.name, service.structure.name, service.place.commune) for service in found] == [
        ("Counselling", "Example", "London")
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"freq": "MONTHLY", "byday": "1MO", "opens_at": "10:00", "closes_at": "12:00"},
        {"byday": "MO", "opens_at": "10:00", "closes_at": "12:00", "interval": 2},
        {"byday": "MO", "opens_at": "10:00", "closes_at": "12:00", "valid_to": "2026-12-31"},
        {"byday": "MO", "opens_at": "9am", "closes_at": "03:00"},
        {"byday": "MO", "opens_at": "10:00", "closes_at": "10:00"},
    ],
)
def test_a_schedule_that_says_more_than_a_week_or_is_unclear_stays_text(entry: dict[str, Any], tmp_path: Path) -> None:
    document = {**DOCUMENT, "schedules": [*DOCUMENT["schedules"], entry]}
    found, _ = everything(hsds.read([put(tmp_path, document)], Report()))
    assert found[0].hours.osm == ""
    assert f"{entry['opens_at']}-{entry['closes_at']}" in found[0].hours.text


def test_the_versions_of_two_real_packages_are_found() -> None:
    report = Report()
    found, sources = everything(hsds.read([DATA / "hsds_ilao"], report))
    assert sources[0].title == "HSDS 1 (tables)"
    assert [(service.name, service.structure.name, service.place.extra, service.hours.osm) for service in found] == [
        ("Free bankruptcy filing", "Upsolve", "Main office", "Mo-Fr 08:00-16:00"),
        ("IL-AFLAN", "Illinois Armed Forces Legal Aid Network", "IL-AFLAN Hotline", "Mo-Fr 09:00-17:00"),
        ("North Lawndale legal clinic", "LAF", "", ""),
    ]
    assert [phone.number for phone in found[1].structure.phones] == ["3129382106"]
    assert [(refused.line, refused.field) for refused in report.refused] == [("services.csv:4", "name")]
    assert {lost.field for lost in report.lost} == {
        "location",
        "location.phones",
        "organization_id",
        "postal_addresses",
    }
    found, sources = everything(hsds.read([DATA / "hsds_ohana"], report))
    assert sources[0].title == "HSDS 0 (Ohana) (tables)"
    by_name = {service.name: service for service in found}
    assert by_name["Fair Oaks Adult Activity Center"].structure.name == "Peninsula Family Service"
    assert by_name["Fair Oaks Adult Activity Center"].languages == ("es", "tl")
    assert by_name["Fair Oaks Adult Activity Center"].audience_text == (
        "Older adults age 55 or over, ethnic minorities and low-income persons; "
        "Age 55 or over for most programs, age 60 or over for lunch program"
    )
    assert [phone.channel for phone in by_name["Fair Oaks Adult Activity Center"].phones] == [
        Channel.VOICE,
        Channel.FAX,
    ]


def test_a_service_that_is_no_longer_offered_is_refused_and_tables_are_joined(tmp_path: Path) -> None:
    files = {
        "services": "id,organization_id,name,status\n1,9,Soup,active\n2,9,Old,defunct\n3,9,,active\n4,8,Far,\n",
        "organizations": "id,name\n9,Kitchen\n",
        "locations": "id,organization_id,name\n5,9,Hall\n",
        "services_at_location": "id,service_id,location_id\n1,1,5\n2,4,77\n",
        "physical_addresses": "id,location_id,address_1,city\n1,5,1 Main Street,Town\n",
        "regular_schedules": "id,service_id,weekday,opens_at,closes_at\n1,1,Monday,9:00 AM,1pm\n2,1,Sunday,,\n",
        "holiday_schedules": "id,service_id,closed,start_date,end_date\n1,1,true,12/24/2026,2026-12-26\n",
        "phones": "id,service_id,number\n1,1,(650) 780-7525 ext. 12\n",
        "contacts": "id,name\n1,A Person\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    report = Report()
    found, _ = everything(hsds.read([tmp_path], report))
    soup = found[0]
    assert (soup.structure.name, soup.place.street, soup.place.commune) == ("Kitchen", "1 Main Street", "Town")
    assert soup.hours.osm == "Mo 09:00-13:00"
    assert [(str(c.start), str(c.end)) for c in soup.hours.closures] == [("2026-12-24", "2026-12-26")]
    assert (soup.phones[0].number, soup.phones[0].extension) == ("6507807525", "12")
    assert [(refused.line, refused.field) for refused in report.refused] == [
        ("services.csv:2", "status"),
        ("services.csv:3", "name"),
    ]
    assert {lost.field for lost in report.lost} == {"location_id", "organization_id", "contacts"}


def test_a_folder_without_services_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no services\.csv"):
        everything(hsds.read([tmp_path], Report()))


@pytest.mark.parametrize("some", [[FULL], shipped()[0]], ids=["the full record", "the helplines"])
def test_records_come_back_whole_and_the_export_is_the_same_each_time(some: list[Service]) -> None:
    written = writer.write(some, Report())
    assert writer.write(some, Report()) == written
    assert [hsds.service_of(Row("", one), "other") for one in json.loads(written)] == some


def test_what_hsds_has_a_place_for_stands_there() -> None:
    plain = writer.document(msgspec.structs.replace(FULL, hours=Hours(osm="Mo-Fr 09:00-12:00; Sa 10:00-12:00")))
    assert [(s["byday"], s["opens_at"]) for s in plain["schedules"]] == [("MO,TU,WE,TH,FR", "09:00"), ("SA", "10:00")]
    assert plain["phones"][1]["type"] == "text"
    address = plain["service_at_locations"][0]["location"]["addresses"][0]
    assert (address["address_1"], address["postal_code"], address["country"]) == ("3 rue du Test", "75001", "FR")
    codes = [a["taxonomy_term"]["code"] for a in plain["attributes"] if "taxonomy_term" in a]
    assert codes == ["remobilisation--lien-social--solitude", "sante--addictions", "femmes", "jeunes"]


def test_the_ids_of_a_source_that_has_uuids_come_back(tmp_path: Path) -> None:
    organization = {**DOCUMENT["organization"], "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"}
    one = {**DOCUMENT, "organization": organization, "service_at_locations": DOCUMENT["service_at_locations"][:1]}
    found, _ = everything(hsds.read([put(tmp_path, one)], Report()))
    (written,) = json.loads(writer.write(found, Report()))
    assert (written["id"], written["organization"]["id"]) == (DOCUMENT["id"], organization["id"])


@settings(max_examples=40)
@given(services)
def test_any_record_comes_back_whole(any_one: Service) -> None:
    service = as_imported(any_one)
    written = json.loads(writer.write([service], Report()))
    assert hsds.service_of(Row("", written[0]), "other") == service


@pytest.mark.parametrize(
    ("osm", "spans"),
    [
        ("Mo-Tu 09:00-12:00,14:00-18:00", 4),
        ("Mo,We 09:00-12:00; Su 22:00-02:00", 3),
        ("Mo-Fr 09:00-12:00; PH off", None),
        ("Mo 09:00-12:00; Mo 14:00-16:00", None),
        ("Jan Mo 09:00-12:00", None),
        ("24/7", None),
    ],
)
def test_a_plain_week_goes_both_ways_and_more_does_not(osm: str, spans: int | None) -> None:
    found = weekly.from_osm(osm)
    assert (None if found is None else len(found)) == spans
    if found is not None:
        assert weekly.from_osm(weekly.to_osm(found)) == found


def test_closures_survive() -> None:
    assert isinstance(FULL.hours.closures[0], Closure)
    assert hsds.service_of(Row("", writer.document(FULL)), "x") == FULL


def test_what_nested_entries_say_beyond_the_record_is_reported(tmp_path: Path) -> None:
    document = {
        "id": "s1", "name": "Beds", "status": "active", "fees_description": "Free", "fees": "5 eur",
        "assured_date": "last year",
        "phones": [{"number": "0241000000", "languages": [{"code": "fr"}], "contact_id": "c1"}],
        "schedules": [{"byday": "MO", "opens_at": "10:00", "closes_at": "12:00", "attending_type": "online"}],
        "service_areas": [{"name": "Angers", "extent": "49007"}],
        "required_documents": [{"document": "Passport", "uri": "https://example.org/"}],
        "cost_options": [{"option": "Under 18s", "amount": 3, "currency": "eur", "valid_from": "2020-01-01"}],
        "accessibility": [{"description": "Ramp", "url": "https://example.org/ramp"}],
        "languages": "French",
        "organization": {"name": "House", "alternate_name": "H", "website": "https://a.example", "url": "https://b.example"},
        "service_at_locations": [{"location": {
            "id": "l1", "name": "Annex", "accessibility": [{"description": "Lift"}],
            "phones": [{"number": "0241000001"}],
            "external_identifier": "x9", "external_identifier_type": "UPRN",
            "addresses": [{"address_1": "1 rue X", "address_2": "B", "state_province": "PdL", "region": "Anjou",
                           "attention": "Z"}, {"address_1": "2 rue Y"}]}}],
    }  # fmt: skip
    report = Report()
    (found,) = everything(hsds.read([put(tmp_path, document)], report))[0]
    assert found.place.extra == "B"
    assert found.fees_text == "Free"
    assert sorted(lost.field for lost in report.lost) == [
        "accessibility", "accessibility.url", "assured_date", "cost_options", "cost_options.valid_from", "fees",
        "languages",
        "location.addresses", "location.addresses.attention", "location.addresses.region",
        "location.external_identifier", "location.name", "location.phones", "organization.alternate_name",
        "organization.url", "phones.languages", "required_documents.uri", "schedules.attending_type",
        "service_areas.extent",
    ]  # fmt: skip


def test_an_organization_or_location_without_a_service_is_no_record(tmp_path: Path) -> None:
    documents = [
        {"id": "o1", "name": "House", "legal_status": "charity", "phones": [{"number": "0241000000"}]},
        {"id": "l1", "name": "Annex", "latitude": 47.4, "longitude": -0.5},
        {"id": "o2", "name": "Home", "services": [{"id": "s1", "name": "Beds"}, "junk"]},
        {"id": "s2", "name": "Soup", "status": "active", "uri": "x"},
    ]
    report = Report()
    found, _ = everything(hsds.read([put(tmp_path, documents)], report))
    assert [service.name for service in found] == ["Beds", "Soup"]
    assert [(lost.field, lost.lines) for lost in report.lost] == [
        ("services", ["h.json:1", "h.json:2"]),
        ("services", ["h.json:3"]),
        ("uri", ["h.json:4"]),
    ]
    assert (report.read, report.refused) == (4, [])
