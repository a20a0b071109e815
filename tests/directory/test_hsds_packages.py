"""HSDS tables, however they are handed on: what is whole is read, what is broken is named."""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.commands import directory as command
from kiosk.directory import bundle
from kiosk.directory.parts import Capacity, Hours, Place, Room
from kiosk.directory.record import Service
from kiosk.directory.sources import files, hsds
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput
from tests.directory.records import everything

FILES = {
    "services": "id,organization_id,name,status\n1,9,Soup,active\n",
    "organizations": "id,name\n9,Kitchen\n",
    "phones": "id,service_id,number\n1,1,3115552368\n",
}


def put(folder: Path, files: dict[str, str], encoding: str = "utf-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding=encoding)
    return folder


def zipped(folder: Path, name: str) -> Path:
    path = folder.parent / name
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder.parent))
    return path


def brief(found: list[Service]) -> list[tuple[str, str, str, list[str]]]:
    return [(one.source, one.name, one.structure.name, [phone.number for phone in one.phones]) for one in found]


def test_a_mark_and_another_delimiter_change_nothing(tmp_path: Path) -> None:
    files = {name: text.replace(",", ";") for name, text in FILES.items()}
    found, _ = everything(hsds.read([put(tmp_path / "kitchen", files, "utf-8-sig")], Report()))
    assert brief(found) == [("hsds-kitchen", "Soup", "Kitchen", ["3115552368"])]


def test_a_zip_with_a_description_has_its_tables_and_licence_found(tmp_path: Path) -> None:
    folder = put(tmp_path / "kitchen" / "data", {"svc": FILES["services"], "organizations": FILES["organizations"]})
    description = {
        "licenses": [{"name": "CC-BY-4.0"}],
        "resources": [{"name": "services", "path": "data/svc.csv"},
                      {"name": "organizations", "path": "data/organizations.csv"},
                      {"name": "contacts"}, 7],
    }  # fmt: skip
    (folder.parent / "datapackage.json").write_text(json.dumps(description), encoding="utf-8")
    with files.laid_out("hsds", [zipped(folder.parent, "town.zip")], tmp_path) as plain:
        found, sources = everything(hsds.read(plain, Report()))
    assert brief(found) == [("hsds-town", "Soup", "Kitchen", [])]
    assert [(source.name, source.licence) for source in sources] == [("hsds-town", "CC-BY-4.0")]


def test_a_description_cannot_reach_out_of_its_folder(tmp_path: Path) -> None:
    put(tmp_path, {"outside": FILES["phones"]})
    folder = put(tmp_path / "kitchen", {"services": FILES["services"], "organizations": FILES["organizations"]})
    description = {"resources": [{"name": "phones", "path": "../outside.csv"}]}
    (folder / "datapackage.json").write_text(json.dumps(description), encoding="utf-8")
    found, _ = everything(hsds.read([folder], Report()))
    assert brief(found) == [("hsds-kitchen", "Soup", "Kitchen", [])]


def test_several_packages_keep_their_rows_apart(tmp_path: Path) -> None:
    other = {"services": "id,name\n1,Beds\n", "phones": "id,service_id,number\n1,1,3115550000\n"}
    found, sources = everything(hsds.read([put(tmp_path / "a", FILES), put(tmp_path / "b", other)], Report()))
    assert brief(found) == [
        ("hsds-a", "Soup", "Kitchen", ["3115552368"]),
        ("hsds-b", "Beds", "", ["3115550000"]),
    ]
    assert [source.name for source in sources] == ["hsds-a", "hsds-b"]


def test_one_json_of_tables_is_a_package(tmp_path: Path) -> None:
    tables = {f"{name}.csv": rows for name, rows in {
        "services": [{"id": "1", "organization_id": "9", "name": "Soup"}],
        "organizations": [{"id": "9", "name": "Kitchen"}, 7],
        "phones": [{"id": "1", "service_id": "1", "number": "3115552368"}],
    }.items()}  # fmt: skip
    path, report = tmp_path / "tabular.json", Report()
    path.write_text(json.dumps(tables), encoding="utf-8")
    found, _ = everything(hsds.read([path], report))
    assert brief(found) == [("hsds-tabular", "Soup", "Kitchen", ["3115552368"])]
    assert [(lost.lines, lost.reason) for lost in report.lost] == [
        (["tabular.json:organizations.csv:2"], "not an object")
    ]


def test_rows_that_belong_to_nothing_and_second_ones_of_an_id_are_reported(tmp_path: Path) -> None:
    files = {
        **FILES,
        "organizations": "id,name\n9,Kitchen\n9,Another\n,Nameless\n",
        "phones": "id,service_id,number\n1,1,3115552368\n2,77,3115550000\n3,,3115550001\n",
    }
    report = Report()
    found, _ = everything(hsds.read([put(tmp_path / "a", files)], report))
    assert brief(found) == [("hsds-a", "Soup", "Kitchen", ["3115552368"])]
    assert {(lost.field, lost.reason, *lost.lines) for lost in report.lost} == {
        ("phones", "belongs to no service, location or organization of the package", "phones.csv:2", "phones.csv:3"),
        ("id", "organizations: an earlier row has this id", "organizations.csv:2"),
        ("id", "organizations: no id", "organizations.csv:3"),
    }


def schedules(tmp_path: Path, service: dict[str, Any]) -> Service:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"id": "1", "name": "Soup", **service}]), encoding="utf-8")
    return everything(hsds.read([path], Report()))[0][0]


def test_hours_in_words_are_read_and_a_number_has_hours_of_its_own(tmp_path: Path) -> None:
    week = {"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "12:00"}
    service = schedules(
        tmp_path,
        {"schedules": [{"description": "Lundi 9h-12h, sauf jours fériés"}],
         "phones": [{"number": "3115552368", "schedules": [week]}]},
    )  # fmt: skip
    assert service.hours == Hours(osm="Mo 09:00-12:00; PH off", text="Lundi 9h-12h, sauf jours fériés")
    assert service.phones[0].hours.osm == "Mo-Tu 09:00-12:00"


def test_the_licence_is_given_where_the_package_does_not_state_it_and_only_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert command.import_("hsds", [put(tmp_path / "a", FILES)], out, licence="CC-BY-4.0") == 0
    assert [source.licence for source in bundle.manifest_of(out).sources] == ["CC-BY-4.0"]
    assert "1 services" in capsys.readouterr().out
    (tmp_path / "a" / "datapackage.json").write_text('{"license": "CC0-1.0"}', encoding="utf-8")
    with pytest.raises(BadInput, match=r"states its own, CC0-1\.0"):
        command.import_("hsds", [tmp_path / "a"], out, licence="CC-BY-4.0")


DESCRIBED = {
    "organizations": "id,name,url\no1,Kitchen,https://kitchen.example\n",
    "services": "id,organization_id,name,fees\ns1,o1,Soup,Free\ns2,o1,Beds,\n",
    "locations": "id,organization_id,name,transportation\nl1,o1,Hall,Bus 7\nl2,o1,Church,\n",
    "services_at_location": "id,service_id,location_id\nal1,s1,l1\nal2,s1,l2\nal3,s2,l2\n",
    "phones": "id,service_at_location_id,location_id,number,type\n1,al1,,3115552368,voice\n2,,l2,3115550000,\n",
    "physical_addresses": "id,location_id,address_1,city\n1,l1,1 Main Street,Town\n2,l2,2 High Street,Town\n",
    "regular_schedules": "id,service_at_location_id,location_id,weekday,opens_at,closes_at\n"
    "1,al1,,Monday,9:00,12:00\n2,,l2,Friday,14:00,17:00\n",
    "eligibility": "id,service_id,eligibility\n1,s1,Federal poverty level\n2,s1,Residents of Town\n",
    "languages": "id,service_id,location_id,language\n1,s1,,Spanish\n2,,l2,Urdu\n",
    "accessibility_for_disabilities": "id,location_id,accessibility,details\n1,l1,Ramp,Ring the bell\n",
    "service_areas": "id,service_id,service_area,description\n1,s1,Town,\n2,s2,,All of the county\n",
    "contacts": "id,service_id,name\n1,s1,A Person\n",
}  # fmt: skip
"""As version 1.1 has them: small tables hang on a service, a location, or a service at a location."""


@pytest.mark.parametrize("names", ["files", "described", "singular"])
def test_what_is_said_of_a_service_at_one_location_stays_with_that_one(names: str, tmp_path: Path) -> None:
    folder = put(tmp_path / "town", DESCRIBED)
    if names == "described":  # as the specification's own description names them: in the singular
        singular = {"organizations": "organization", "services": "service", "locations": "location", "phones": "phone",
                    "services_at_location": "service_at_location", "physical_addresses": "physical_address",
                    "regular_schedules": "regular_schedule", "languages": "language",
                    "service_areas": "service_area"}  # fmt: skip
        resources = [{"name": singular.get(name, name), "path": f"{name}.csv"} for name in DESCRIBED]
        (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    if names == "singular":
        for name in ("organization", "service", "location", "phone", "language"):
            (folder / f"{name}s.csv").rename(folder / f"{name}.csv")
    report = Report()
    found, sources = everything(hsds.read([folder], report))
    assert sources[0].title == "HSDS 1 (tables)"
    assert [
        (one.id, one.place.street, [phone.number for phone in one.phones], one.hours.osm, one.languages)
        for one in found
    ] == [
        ("hsds-town--s1@l1", "1 Main Street", ["3115552368"], "Mo 09:00-12:00", ("es",)),
        ("hsds-town--s1@l2", "2 High Street", ["3115550000"], "Fr 14:00-17:00", ("es",)),
        ("hsds-town--s2", "2 High Street", ["3115550000"], "Fr 14:00-17:00", ("ur",)),
    ]
    assert [(one.audience_text, one.area_text, one.accessibility, one.transport, one.fees_text) for one in found] == [
        ("Federal poverty level; Residents of Town", "Town", "Ramp - Ring the bell", "Bus 7", "Free"),
        ("Federal poverty level; Residents of Town", "Town", "", "", "Free"),
        ("", "All of the county", "", "", ""),
    ]
    assert [lost.reason for lost in report.lost] == [
        "a table that the record has no place for",
        "of the service or the location in general: this one has its own",
    ]


def test_tables_of_version_3_bring_terms_prices_and_room(tmp_path: Path) -> None:
    files = {
        "services": "id,name,minimum_age,last_modified\ns1,Beds,18,2026-11-01\n",
        "attributes": "id,link_id,taxonomy_term_id,link_type\n1,s1,t1,\n2,s1,t2,\n",
        "taxonomy_terms": "id,code,name\nt1,logement-hebergement--rechercher-une-solution-dhebergement-temporaire,x\n"
        "t2,BH-1800,Homeless shelter\n",
        "cost_options": "id,service_id,option,amount,currency\n1,s1,Under 18s,0,eur\n2,s1,Others,5,eur\n",
        "service_capacities": "id,service_id,available,updated,description\n1,s1,4,2026-11-20,men\n"
        "2,s1,0,2026-11-21,all\n3,s1,many,2026-11-21,\n",
    }
    report = Report()
    found, sources = everything(hsds.read([put(tmp_path / "a", files)], report))
    assert sources[0].title == "HSDS 3 (tables)"
    (one,) = found
    assert one.needs == ("logement-hebergement--rechercher-une-solution-dhebergement-temporaire",)
    assert (one.age_min, one.fees_text) == (18, "Under 18s: 0 eur; Others: 5 eur")
    assert one.capacity == Capacity(Room.FULL, date(2026, 11, 21), places=0, text="all")
    assert {(lost.field, lost.reason) for lost in report.lost} == {
        ("attributes", "a term of another taxonomy"),
        ("capacities.available", "not a number from 0 to 1e+06"),
        ("capacities", "not a number of places on a day"),
        ("capacities", "another statement than the last"),
    }


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_organization_with_its_services_keeps_its_name_and_its_one_location(wrapped: bool, tmp_path: Path) -> None:
    document: Any = {
        "id": "o1", "name": "Kitchen", "phones": [{"number": "3115550000"}],
        "locations": [{"id": "l1", "addresses": [
            {"address_1": "PO Box 1", "address_type": "postal"}, {"address_1": "1 Main Street", "city": "Town"}]}],
        "services": [{"id": "s1", "name": "Soup", "status": "active"}],
    }  # fmt: skip
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"contents": [document]} if wrapped else document), encoding="utf-8")
    found, _ = everything(hsds.read([path], Report()))
    assert brief(found) == [("hsds-x", "Soup", "Kitchen", [])]
    assert [phone.number for phone in found[0].structure.phones] == ["3115550000"]
    assert found[0].place == Place(street="1 Main Street", commune="Town")


def test_a_schema_is_no_service(tmp_path: Path) -> None:
    path, report = tmp_path / "service.json", Report()
    path.write_text('{"name": "service", "type": "object", "properties": {"id": {}}}', encoding="utf-8")
    assert everything(hsds.read([path], report))[0] == []
    assert [refused.reason for refused in report.refused] == ["a schema, not a service"]


def test_names_in_capitals_empty_tables_and_missing_files_spoil_no_package(tmp_path: Path) -> None:
    folder = put(tmp_path / "town", {"SERVICES": "id,name\ns1,Beds\n", "phones": "", "languages": "id,service_id\n"})
    (folder / "SERVICES.csv").rename(folder / "SERVICES.CSV")
    resources = [{"name": "locations", "path": "locations.csv"}, {"name": "contacts", "path": "../contacts.csv"}]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    report = Report()
    assert brief(everything(hsds.read([folder], report))[0]) == [("hsds-town", "Beds", "", [])]
    assert sorted((lost.field, lost.reason) for lost in report.lost) == [
        ("../contacts.csv", "no such file in the package"),
        ("locations.csv", "no such file in the package"),
        ("phones", f"{folder / 'phones.csv'}: no head with names of columns in its first line; give a table with one"),
    ]


def test_a_package_without_services_is_an_error_and_one_with_none_is_empty(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"town: no services.csv in it; give the folder of an HSDS package"):
        everything(hsds.read([put(tmp_path / "town", {"phones": "id,number\n1,0241000000\n"})], Report()))
    report = Report()
    assert everything(hsds.read([put(tmp_path / "none", {"services": "id,name\n"})], report)) == ([], [])
    assert (report.read, report.refused) == (0, [])
