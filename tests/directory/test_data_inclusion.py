"""data.inclusion v1: read as published, written valid, and nothing comes back different without being said to."""

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from kiosk.directory.exports import data_inclusion as writer
from kiosk.directory.formats import shipped
from kiosk.directory.parts import Fees, Hours, Level
from kiosk.directory.record import Service
from kiosk.directory.sources import data_inclusion, files, opening
from kiosk.directory.sources.report import Report
from tests.directory.records import FULL, as_imported, everything, services

DATA = Path(__file__).resolve().parents[1] / "data" / "directory" / "data_inclusion"

STRUCTURE: dict[str, Any] = {
    "source": "dora", "id": "dora--asso-1", "nom": "Centre social Le Tournesol", "date_maj": "2025-02-14",
    "description": "Un centre social.", "siret": "12345678901234", "reseaux_porteurs": ["ccas-cias"],
    "site_web": "https://tournesol.example.org/", "telephone": "0299000000", "code_postal": "35000",
    "commune": "Rennes", "code_insee": "35238", "adresse": "1 rue de Brest", "latitude": 48.11, "longitude": -1.68,
    "horaires_accueil": "Mo-Fr 08:30-12:30; PH off", "courriel": "accueil@example.org",
    "lien_source": "https://dora.example.org/1", "accessibilite_lieu": "https://acceslibre.example.org/1",
}  # fmt: skip
SERVICE: dict[str, Any] = {
    "source": "dora", "id": "dora--service-1", "structure_id": "dora--asso-1", "nom": "Petit-déjeuner",
    "description": "Un petit-déjeuner, chaque matin.\n\nSans condition.", "date_maj": "2025-03-01",
    "lien_source": "https://dora.example.org/s1", "type": "aide-materielle",
    "thematiques": ["equipement-et-alimentation--alimentation", "remobilisation--lien-social"],
    "publics": ["personnes-en-situation-durgence", "femmes"], "publics_precisions": "Personnes à la rue",
    "telephone": "0299000001", "courriel": "dej@example.org", "adresse": "3 rue de Brest",
    "complement_adresse": "Au fond", "code_postal": "35000", "commune": "Rennes", "code_insee": "35238",
    "latitude": 48.111, "longitude": -1.681, "zone_eligibilite": ["35238", "243500139"],
    "horaires_accueil": "Mo-Su 07:30-09:30", "modes_accueil": ["en-presentiel"],
    "modes_mobilisation": ["se-presenter", "telephoner"], "mobilisable_par": ["usagers"],
    "mobilisation_precisions": "Venir", "lien_mobilisation": "https://example.org/venir", "frais": "gratuit",
    "frais_precisions": "Café offert", "conditions_acces": "Aucune", "nombre_semaines": 4,
    "volume_horaire_hebdomadaire": 2.5,
}  # fmt: skip


def put(tmp_path: Path, document: object, name: str = "di.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_service_takes_every_field_and_comes_back_the_same(tmp_path: Path) -> None:
    report = Report()
    found, sources = everything(
        data_inclusion.read(
            [put(tmp_path, [SERVICE], "services.json"), put(tmp_path, [STRUCTURE], "structures.json")], report
        )
    )
    assert (report.refused, report.lost) == ([], [])
    assert [(source.name, source.licence) for source in sources] == [("dora", "etalab-2.0")]
    assert (found[0].fees, found[0].level, found[0].structure.siret) == (Fees.FREE, Level.LOCAL, "12345678901234")
    report = Report()
    assert json.loads(writer.write(found, report)) == {"services": [SERVICE], "structures": [STRUCTURE]}
    assert (report.refused, report.lost) == ([], [])


@pytest.mark.parametrize(
    "form", ["one file", "items with structure inside", "a search", "GeoJSON", "structure", "JSON lines"]
)
def test_each_published_form_is_read(form: str, tmp_path: Path) -> None:
    match form:
        case "one file":
            path = put(tmp_path, {"services": [SERVICE], "structures": [STRUCTURE]})
        case "items with structure inside":
            path = put(tmp_path, {"items": [{**SERVICE, "structure": STRUCTURE}], "total": 1})
        case "a search":
            found_near = {"service": {**SERVICE, "structure": STRUCTURE}, "distance": 3}
            path = put(tmp_path, {"items": [found_near], "total": 1, "page": 1, "size": 50, "pages": 1})
        case "structure":
            path = put(tmp_path, {**STRUCTURE, "services": [SERVICE]})
        case "GeoJSON":
            features = [{"type": "Feature", "geometry": None, "properties": one} for one in (SERVICE, STRUCTURE)]
            path = put(tmp_path, {"type": "FeatureCollection", "features": features})
        case _:
            path = tmp_path / "di.jsonl"
            path.write_text(json.dumps(STRUCTURE) + "\n" + json.dumps(SERVICE) + "\n", encoding="utf-8")
    report = Report()
    found, _ = everything(data_inclusion.read([path], report))
    assert (found[0].structure.name, report.refused) == ("Centre social Le Tournesol", [])


@pytest.mark.parametrize("lists", ["JSON", "Python", "PostgreSQL"])
def test_tables_of_services_and_structures_are_read_like_documents(lists: str, tmp_path: Path) -> None:
    def cell(value: Any) -> str:
        if not isinstance(value, list):
            return "" if value is None else str(value)
        written = {"JSON": json.dumps(value), "Python": str(value), "PostgreSQL": "{" + ",".join(value) + "}"}
        return written[lists]

    folder = tmp_path / "di"
    folder.mkdir()
    for name, row in (("services", SERVICE), ("structures", {**STRUCTURE, "description": None})):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(row), list(map(cell, row.values()))])
    report = Report()
    with files.laid_out("data-inclusion", [folder]) as plain:
        found, _ = everything(data_inclusion.read(plain, report))
    bare = {**STRUCTURE, "description": None}
    document = put(tmp_path, {"services": [SERVICE], "structures": [bare]})
    assert (found, report.refused, report.lost) == (everything(data_inclusion.read([document], Report()))[0], [], [])


def test_coordinates_that_cannot_be_there_are_put_right_or_lost(tmp_path: Path) -> None:
    def at(key: str, latitude: float, longitude: float, **others: str) -> dict[str, Any]:
        return {**SERVICE, "id": f"dora--{key}", "latitude": latitude, "longitude": longitude, **others}

    rows = [at("exchanged", -1.68, 48.11), at("nowhere", 0, 0), at("réunion", -20.88, 55.45, code_insee="97411"),
            at("mayotte", -12.78, 45.23, code_postal="97600"), at("corse", 41.92, 8.73)]  # fmt: skip
    report = Report()
    found, _ = everything(data_inclusion.read([put(tmp_path, [STRUCTURE, *rows])], report))
    assert [(one.place.latitude, one.place.longitude) for one in found] == [
        (48.11, -1.68),
        (None, None),
        (-20.88, 55.45),
        (-12.78, 45.23),
        (41.92, 8.73),
    ]
    assert [(lost.field, lost.reason, lost.lines) for lost in report.lost] == [
        ("latitude", "0, 0 is in the sea: not known", ["di.json:3"]),
        ("latitude", "latitude and longitude were exchanged; they are put right", ["di.json:2"]),
    ]


def test_what_stands_beside_the_lists_or_among_the_services_of_a_structure_is_reported(tmp_path: Path) -> None:
    report = Report()
    structure = {**STRUCTURE, "services": [SERVICE, "junk"]}
    found, _ = everything(
        data_inclusion.read([put(tmp_path, {"structures": [structure], "zones": [{"a": 1}], "pages": []})], report)
    )
    assert [service.id for service in found] == ["dora--service-1"]
    assert [(refused.line, refused.reason) for refused in report.refused] == [
        ("di.json:structures:1:services:2", "not an object")
    ]
    assert [(lost.field, lost.lines) for lost in report.lost] == [("zones", ["di.json"])]


def test_of_two_structures_of_one_id_the_first_is_taken_and_the_other_reported(tmp_path: Path) -> None:
    report = Report()
    other = {**STRUCTURE, "nom": "Une autre"}
    found, _ = everything(data_inclusion.read([put(tmp_path, [STRUCTURE, other, STRUCTURE, SERVICE])], report))
    assert found[0].structure.name == "Centre social Le Tournesol"
    assert [(lost.field, lost.lines) for lost in report.lost] == [
        ("", ["di.json:3"]),
        ("id", ["di.json:2"]),
    ]


def test_a_line_without_what_is_required_is_refused_by_field_and_the_rest_is_read(tmp_path: Path) -> None:
    bad = [{**SERVICE, "id": f"dora--{field}", field: None} for field in ("nom", "description", "source", "date_maj")]
    bad += [{**SERVICE, "id": "dora--d", "date_maj": "hier"}, {**SERVICE, "id": ""}]
    report = Report()
    found, _ = everything(data_inclusion.read([put(tmp_path, [STRUCTURE, *bad, 7, SERVICE])], report))
    assert [service.id for service in found] == ["dora--service-1"]
    assert sorted((refused.line, refused.field) for refused in report.refused) == [
        ("di.json:2", "nom"),
        ("di.json:3", "description"),
        ("di.json:4", "source"),
        ("di.json:5", "date_maj"),
        ("di.json:6", "date_maj"),
        ("di.json:7", "id"),
        ("di.json:8", ""),
    ]


def test_other_spellings_of_the_same_values_are_read_alike(tmp_path: Path) -> None:
    """As tools between the publisher and here write them: lists inside texts, numbers as texts, days with times."""
    odd = {
        **SERVICE,
        **{key: json.dumps(value) for key, value in SERVICE.items() if isinstance(value, list)},
        **{key: str(value).replace(".", ",") for key, value in SERVICE.items() if isinstance(value, float)},
        "date_maj": f"{SERVICE['date_maj']}T10:20:30.000+02:00",
        "_di_extra": None,
    }
    report = Report()
    found, _ = everything(data_inclusion.read([put(tmp_path, {"services": [odd], "structures": [STRUCTURE]})], report))
    plain, _ = everything(
        data_inclusion.read([put(tmp_path, {"services": [SERVICE], "structures": [STRUCTURE]})], Report())
    )
    assert (found, report.refused, report.lost) == (plain, [], [])


def test_an_optional_value_that_cannot_be_used_is_lost_and_said_so(tmp_path: Path) -> None:
    odd = {
        **SERVICE, "thematiques": ["jardinage", "sante--addictions"], "latitude": 95, "code_postal": "3500",
        "telephone": "sur demande", "frais": "libre", "contact_nom_prenom": "Ann Onyme", "couleur": "bleu",
        "zone_eligibilite": ["par ici", "35"], "structure_id": "dora--autre",
    }  # fmt: skip
    report = Report()
    found, _ = everything(data_inclusion.read([put(tmp_path, [odd, STRUCTURE])], report))
    service = found[0]
    assert (service.needs, service.place.latitude, service.place.postcode) == (("sante--addictions",), None, "")
    assert (service.phones, service.fees, service.area, service.level) == (
        (),
        Fees.UNKNOWN,
        ("35",),
        Level.DEPARTMENTAL,
    )
    assert b"Onyme" not in msgspec.json.encode(service)
    assert {lost.field for lost in report.lost} == {
        "thematiques", "latitude", "code_postal", "telephone", "frais", "contact_nom_prenom", "couleur",
        "zone_eligibilite", "structure_id", "structure",
    }  # fmt: skip
    assert report.refused == []


def valid(document: bytes) -> None:
    for rows, name in (("services", "service"), ("structures", "structure")):
        schema = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
        for row in json.loads(document)[rows]:
            jsonschema.validate(row, schema)


def test_the_helplines_are_written_valid_and_the_full_record_names_what_it_loses() -> None:
    valid(writer.write(shipped()[0], Report()))
    report = Report()
    valid(writer.write([FULL], report))
    assert {lost.field for lost in report.lost} == {
        *writer.NO_PLACE, "needs", "audiences.strength", "level", "phones", "hours.text", "hours.closures",
    }  # fmt: skip


@settings(max_examples=40)
@given(services)
def test_what_comes_back_different_was_said_to_be_lost(
    tmp_path_factory: pytest.TempPathFactory, any_one: Service
) -> None:
    service = as_imported(any_one)
    report = Report()
    document = writer.write([service], report)
    if report.refused:
        assert {refused.field for refused in report.refused} <= {"updated_on", "name"}
        return
    path = tmp_path_factory.mktemp("di") / "di.json"
    path.write_bytes(document)
    back = everything(data_inclusion.read([path], Report()))[0][0]
    lost = {lost.field.split(".")[0] for lost in report.lost}
    for field in service.__struct_fields__:
        if field not in lost:
            assert as_read(getattr(back, field)) == as_read(getattr(service, field)), field


def as_read(value: Any) -> Any:
    """Hours that are OSM have it as their text as well, when they were read."""
    if isinstance(value, Hours):
        return opening.hours(value.osm or value.text).osm or value.text
    if hasattr(value, "hours"):
        value = msgspec.structs.replace(value, hours=as_read(value.hours))
    return value
