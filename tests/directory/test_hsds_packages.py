"""HSDS tables, however they are handed on: what is whole is read, what is broken is named."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kiosk.commands import directory as command
from kiosk.directory import bundle
from kiosk.directory.parts import Hours
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
