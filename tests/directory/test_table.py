"""Tables: seven territories in seven layouts, other layouts, and what is wrong with a mapping or a row."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.directory.parts import Channel, Fees, Hours, Phone, Place
from kiosk.directory.record import Service
from kiosk.directory.sources import mapping, table, texts
from kiosk.directory.sources.report import Report
from kiosk.directory.vocabulary import vocabulary
from kiosk.errors import BadInput
from tests.directory.records import everything

DATA = Path(__file__).resolve().parents[1] / "data" / "directory" / "mednum"
ONLINE = "numerique--acceder-a-des-services-en-ligne"
PAPERS = "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives"
NET = "numerique--acceder-a-une-connexion-internet"
BASICS = "numerique--maitriser-les-fondamentaux-du-numerique"

SECOND: dict[str, dict[str, Any]] = {
    "aix-en-provence": {
        "id": "mednum-aix-en-provence--2", "name": "Mairie de Quartier - Val Saint Andre, Arc, La Torse",
        "phone": "0488718380", "where": ("80 RUE JEAN PARES", "13100", "Aix-en-Provence", 43.516226, 5.4696493),
        "hours": "Mo-Fr 08:00-12:15,13:15-16:30", "needs": (ONLINE, NET), "updated": "2024-01-31",
    },
    "angers": {
        "id": "mednum-angers--19", "name": "APF, Délégation Maine-et-Loire", "phone": "0241348134",
        "where": ("22 boulevard Deux Croix", "49000", "Angers", 47.47669773, -0.52842798),
        "hours": "Du lundi au vendredi, de 9h30 à 17h", "needs": (BASICS, PAPERS, NET, ONLINE), "updated": "2022-09-26",
    },
    "corse": {
        "id": "mednum-corse--cce9017b9de07c9d", "name": "Mairie de Piobbeta", "phone": "0608377603",
        "where": ("Mairie de Piobetta", "20234", "PIOBETTA", 42.34519, 9.38286),
        "hours": "Le lundi de 9h00 à 12h00 et sur rendez-vous.", "needs": (), "updated": "None",
    },
    "epernay": {
        "id": "mednum-epernay--5a2e6ba5-0942-4a7d-884f-0a36e3ae3f45", "name": "France Services Epernay Agglo Champagne",
        "phone": "0326526946", "where": ("10 Rue des Loriots", "51130", "Vertus", 48.89911545, 4.006917375),
        "hours": "du lundi au vendredi de 8h30 à 12h15 et de 13h45 à 17h",
        "needs": (ONLINE, PAPERS, BASICS, NET, "sante--acces-aux-soins"), "updated": "2022-12-27",
    },
    "gironde": {
        "id": "mednum-gironde--6376d288d84d63b0", "name": "ACIFOP", "phone": "0557254040",
        "where": ("7 Bis rue Max Linder", "33500", "Libourne", 44.93815, -0.235791),
        "hours": "", "needs": (ONLINE, PAPERS, BASICS), "updated": "2019-11-18",
    },
    "hub-lo": {
        "id": "mednum-hub-lo--5", "name": "ADSEA 28 : PÔLE DE JOUR POUR ADOLESCENTS", "phone": "",
        "where": ("37 rue de la Chacatière", "28300", "LEVES", 48.470335, 1.475026),
        "hours": "", "needs": (ONLINE,), "updated": "2020-06-25",
    },
    "la-creuse": {
        "id": "mednum-la-creuse--2", "name": "Dun Le Palestel - La Palette", "phone": "0587660000",
        "where": ("le Panel des Possibles 9 place de la Poste", "23800", "Dun le Palestel", 46.305347, 1.663651),
        "hours": "Mercredi de 14h à 15H30", "needs": (BASICS,), "updated": "None",
    },
}  # fmt: skip


def brief(service: Service) -> dict[str, Any]:
    place = service.place
    return {
        "id": service.id,
        "name": service.name,
        "phone": service.phones[0].number if service.phones else "",
        "where": (place.street, place.postcode, place.commune, place.latitude, place.longitude),
        "hours": service.hours.text,
        "needs": service.needs,
        "updated": str(service.updated_on),
    }


def read(territory: str) -> tuple[list[Service], Report]:
    report = Report()
    return everything(table.read([DATA / f"{territory}.json"], report, mapping.load(Path(territory))))[0], report


@pytest.mark.parametrize("territory", sorted(SECOND))
def test_each_of_seven_layouts_gives_the_record_that_a_person_would_write(territory: str) -> None:
    services, report = read(territory)
    assert SECOND[territory] in [brief(service) for service in services]
    twice = sum(lost.count for lost in report.lost if lost.reason == "the same record as an earlier line")
    assert report.read == len(services) + len(report.refused) + twice >= 4
    assert not [lost for lost in report.lost if lost.reason == "no such column in the table"]


@pytest.mark.parametrize("territory", sorted(SECOND))
def test_every_word_in_a_shipped_mapping_is_one_of_the_vocabulary(territory: str) -> None:
    loaded = mapping.load(Path(territory))
    words = vocabulary()
    known = {"needs": words.needs.keys(), "audiences": words.audiences.keys(), "come_by": words.values.come_by}
    for target, allowed in known.items():
        for rule in loaded.rules(target):
            for meaning in rule.map.values():
                assert {meaning} if isinstance(meaning, str) else set(meaning) <= set(allowed)


def test_the_same_place_twice_is_told_and_coordinates_out_of_bounds_are_lost() -> None:
    services, report = read("corse")
    assert [(refused.line, refused.field) for refused in report.refused] == [("corse.json:7", "id")]
    assert [lost.lines for lost in report.lost if "earlier line" in lost.reason] == [["corse.json:4"]]
    services, report = read("hub-lo")
    assert services[2].place.latitude is services[2].place.longitude is None
    assert [(lost.field, lost.lines) for lost in report.lost if "bounds" in lost.reason] == [
        ("c_lat_coor1", ["hub-lo.json:3"])
    ]


def test_two_numbers_and_a_number_for_text_messages_are_told_apart() -> None:
    services, _ = read("gironde")
    assert [phone.number for phone in services[3].phones] == ["0666372432", "0981827997"]
    assert services[4].phones == (Phone("0649180075", channel=Channel.SMS),)


MAPPING = """
[source]
name = "essai"
licence = "CC0-1.0"
[fields]
name = "Nom"
phones = "Tél"
updated_on = "Maj"
languages = { column = "Langues", split = ";" }
fees = { column = "Prix", map = { "gratuit" = "free", "à payer" = "paid" } }
needs = [
    { value = "sante--addictions" },
    { column = "Quoi", split = ",", map = { manger = "equipement-et-alimentation--alimentation", rien = [] } },
]
"place.latitude" = "Lat"
"place.longitude" = "Lon"
"""


def load(tmp_path: Path, text: str = MAPPING) -> mapping.TableMapping:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    return mapping.load(path)


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "cp1252")])
def test_a_csv_file_is_read_by_its_head_whatever_its_delimiter_and_encoding(
    delimiter: str, encoding: str, tmp_path: Path
) -> None:
    rows = [
        ["Nom", "Tél", "Maj", "Langues", "Prix", "Quoi", "Lat", "Lon", "Reste"],
        ["L'Été", "01 02 03 04 05", "3/11/2026", "Français;Arabe;Klingon", "À PAYER", "Manger", "48.5", "2.5", "x"],
        ["", "0102030406", "", "", "", "", "", "", ""],
        ["Deux", "0102030407", "hier", "", "cher", "rien", "nord", "2", ""],
    ]
    path = tmp_path / "t.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([*rows, ["Trop"] * 10])
    report = Report()
    services, sources = everything(table.read([path], report, load(tmp_path)))
    assert [service.name for service in services] == ["L'Été", "Deux"]
    first = services[0]
    assert (first.languages, first.fees, str(first.updated_on)) == (("fr", "ar"), Fees.PAID, "2026-11-03")
    assert first.needs == ("sante--addictions", "equipement-et-alimentation--alimentation")
    assert services[1].needs == ("sante--addictions",)
    assert sources[0].licence == "CC0-1.0"
    assert sorted((refused.line, refused.field) for refused in report.refused) == [("t.csv:2", "Nom"), ("t.csv:4", "")]
    assert sorted((lost.field, lost.lines[0]) for lost in report.lost) == [
        ("Langues", "t.csv:1"), ("Lat", "t.csv:3"), ("Maj", "t.csv:3"), ("Prix", "t.csv:3"), ("Reste", "t.csv:1"),
    ]  # fmt: skip


def test_a_column_that_the_table_lacks_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"Nom": "Un"}]', encoding="utf-8")
    report = Report()
    assert len(everything(table.read([path], report, load(tmp_path)))[0]) == 1
    missing = [lost.field for lost in report.lost if lost.reason == "no such column in the table"]
    assert missing == ["Langues", "Lat", "Lon", "Maj", "Prix", "Quoi", "Tél"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (MAPPING + 'colour = "x"', "fields.colour: no such field"),
        (MAPPING.replace('"Tél"', "{ colum = 'Tél' }"), "colum"),
        (MAPPING + 'note = { column = "a", pattern = "(" }', "fields.note: '(' is no regular expression"),
        (MAPPING + 'note = { column = "a", pattern = "a" }', "has no group"),
        ("[", "correct the mapping"),
        (MAPPING.replace("licence", "license"), "licen"),
    ],
)
def test_a_wrong_mapping_is_named_with_its_field(text: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        load(tmp_path, text)
    assert what in str(error.value)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("+33 (0)2 41 43 28 13", ["0241432813"]),
        ("326533780", ["0326533780"]),
        ("01/02/03/04/05", ["0102030405"]),
        ("01.02.03.04.05 - 06 07 08 09 10", ["0102030405", "0607080910"]),
        ("00 681 72 27 15", ["+681722715"]),
        ("34 00", ["3400"]),
        ("02 47 74 56 08 / --", ["0247745608"]),
        ("sur demande", []),
    ],
)
def test_numbers_are_read_as_they_are_dialled(written: str, read_as: list[str]) -> None:
    assert [phone.number for phone in texts.phones(written)[0]] == read_as


WEEKLY = """
[source]
name = "essai"
licence = "CC0-1.0"
[fields]
name = "nom.court"
"place.commune" = "lieux.0.ville"
"place.longitude" = "geo.coordinates.0"
"place.latitude" = "geo.coordinates.1"
hours = "horaires.note"
"hours.monday" = "horaires.lundi"
"hours.tuesday" = { columns = ["horaires.mardi_matin", "horaires.mardi_soir"], join = " et " }
"""


def test_nested_json_is_read_by_paths_and_what_no_path_names_is_reported(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(WEEKLY, encoding="utf-8")
    row = {
        "nom": {"court": "Accueil", "long": "Accueil de jour"},
        "lieux": [{"ville": "Angers"}, {"ville": "Trélazé"}],
        "geo": {"coordinates": [-0.55, 47.47]},
        "horaires": {"lundi": "9h-12h", "mardi_matin": "9h-12h", "mardi_soir": "14h-17h"},
    }
    path, report = tmp_path / "t.json", Report()
    path.write_text(json.dumps([row, {"nom": {"court": "Autre"}, "horaires": {"note": "en août", "lundi": "9h"}}]))
    found, _ = everything(table.read([path], report, mapping.load(tmp_path / "m.toml")))
    assert found[0].name == "Accueil"
    assert found[0].place == Place(commune="Angers", latitude=47.47, longitude=-0.55)
    assert found[0].hours == Hours(
        osm="Mo 09:00-12:00; Tu 09:00-12:00,14:00-17:00", text="lundi : 9h-12h\nmardi : 9h-12h et 14h-17h"
    )
    assert found[1].hours == Hours(text="en août\nlundi : 9h")
    assert [(lost.field, lost.reason) for lost in report.lost] == [
        ("lieux.1.ville", "no place in the record"),
        ("nom.long", "no place in the record"),
    ]


@pytest.mark.parametrize("last", ["y", '"y"', '""'])
def test_a_quotation_mark_that_does_not_end_costs_its_own_row_alone(last: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = ["Nom,Tél,Reste", 'Un,0102030401,"deux, avec\nd\'autres, en\nlignes"', 'Deux,0102030402,"perdu']
    more = ["Trois,0102030403,x", f"Quatre,0102030404,{last}", "", "Cinq,0102030405,z"]
    path.write_text("\n".join([*rows, *more]), encoding="utf-8")
    report = Report()
    found, _ = everything(table.read([path], report, load(tmp_path)))
    assert [service.name for service in found] == ["Un", "Trois", "Quatre", "Cinq"]
    assert [(refused.line, refused.reason) for refused in report.refused] == [
        ("t.csv:2", "a quotation mark that does not end")
    ]


def test_quotation_marks_that_nobody_doubled_are_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('Nom,Tél\n"Le "Petit" Accueil",0102030401\nDeux,0102030402\n', encoding="utf-8")
    report = Report()
    found, _ = everything(table.read([path], report, load(tmp_path)))
    assert [(service.name[:9], service.phones[0].number) for service in found] == [
        ('Le Petit"', "0102030401"),
        ("Deux", "0102030402"),
    ]
    assert report.refused == []


TOWN = """
[source]
name = "ville"
licence = "etalab-2.0"
[bounds]
latitude = [43.0, 48.0]
longitude = [4.0, 8.0]
[fields]
name = "nom"
phones = "telephone"
hours = "horaires"
"place.postcode" = "cp"
"place.insee" = "insee"
"place.latitude" = { column = "geom", pattern = '^\\s*(-?[\\d.,]+?)\\s*[,;]\\s*-?[\\d.]' }
"place.longitude" = { column = "geom", pattern = '[,;]\\s*(-?[\\d.]+)\\s*$' }
needs = [
    { column = "acces", pattern = '^(Oui|Non)\\b', map = { non = [], oui = "INTERNET" } },
    { column = "demarches", map = { oui = "numerique--acceder-a-des-services-en-ligne", non = [] } },
]
"""


def test_what_a_spreadsheet_did_to_codes_and_coordinates_is_put_right_and_said(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(TOWN.replace("INTERNET", NET), encoding="utf-8")
    rows = [
        {"nom": "Rézo", "cp": 68200, "insee": 68224.0, "geom": "47.7698,7.32193", "acces": "Oui, pour les adhérents",
         "demarches": "Non", "telephone": "03 89 42 85 20 - 06 31 63 62 69", "horaires": "Lundi de 10h à 12h"},
        {"nom": "Biot", "cp": 6410, "insee": "6018", "geom": "7.072513, 43.615591", "acces": "Non",
         "demarches": "Oui", "telephone": 326533780, "horaires": ""},
        {"nom": "Loin", "cp": "98800", "insee": "98818", "geom": "-22.27,166.44"},
    ]  # fmt: skip
    path, report = tmp_path / "ville.json", Report()
    path.write_text(json.dumps(rows), encoding="utf-8")
    found, _ = everything(table.read([path], report, mapping.load(tmp_path / "m.toml")))
    assert [
        (one.place, [phone.number for phone in one.phones], one.hours.osm, [need.split("--")[1] for need in one.needs])
        for one in found
    ] == [
        (
            Place(postcode="68200", insee="68224", latitude=47.7698, longitude=7.32193),
            ["0389428520", "0631636269"],
            "Mo 10:00-12:00",
            ["acceder-a-une-connexion-internet"],
        ),
        (
            Place(postcode="06410", insee="06018", latitude=43.615591, longitude=7.072513),
            ["0326533780"],
            "",
            ["acceder-a-des-services-en-ligne"],
        ),
        (Place(postcode="98800", insee="98818"), [], "", []),
    ]
    assert {(lost.field, lost.reason, *lost.lines) for lost in report.lost} == {
        ("geom", "latitude and longitude were exchanged; they are put right", "ville.json:2"),
        ("geom", "coordinates outside the bounds of the mapping", "ville.json:3"),
    }


def test_a_first_line_that_names_the_delimiter_is_no_head(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(TOWN, encoding="utf-8")
    path = tmp_path / "ville.csv"
    path.write_text('sep=;\r\nnom;cp\r\n"Un, deux";68200\r\n', encoding="utf-8-sig", newline="")
    found, _ = everything(table.read([path], Report(), mapping.load(tmp_path / "m.toml")))
    assert [(one.name, one.place.postcode) for one in found] == [("Un, deux", "68200")]
