"""Whatever stands in a file, an importer reports its lines and goes on, or refuses the file as a whole."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory import bundle, formats
from kiosk.directory.sources import annuaire, data_inclusion, helplines, hsds
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput
from tests.directory.records import everything

EXAMPLES = 20
"""Few, for they are run each day; with 600 each, all held as well."""
WORDS = ["", "0", "x", "9h-12h", "lundi 9h-12h", "2026-02-30", "2026-01-02T03:04:05Z", "02 41 00 00 00", "-91", "1e400",
         "null", "[1]", '{"a": 1}', "\x00", "\ud7ff", "é" * 400, "active", "true", "49000", "france"]  # fmt: skip
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.sampled_from(WORDS),
    st.text(),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(sorted(hsds.SERVICE_FIELDS)), inner, max_size=3)
    ),
    max_leaves=6,
)


def objects(fields: set[str] | frozenset[str], needed: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows of a format: some of its fields with any value, and mostly what it requires."""
    some = st.dictionaries(st.sampled_from(sorted(fields)), values, max_size=8)
    return st.builds(lambda row, has_needed: {**(needed if has_needed else {}), **row}, some, st.booleans())


def lines_add_up(found: list[Any], report: Report) -> None:
    """Every line gave a record, or is named with a reason; and what was taken makes a bundle."""
    assert all(refused.line and refused.reason for refused in report.refused)
    assert all(lost.reason for lost in report.lost)
    sources = [bundle.Source(name=service.source, licence="x") for service in found]
    assert list(bundle.verify(bundle.build(found, sources)).services()) == sorted(found, key=lambda one: one.id)


def survives(form: str, path: Path, mapping: Path | None = None) -> None:
    report = Report()
    fault = ""
    try:
        found, _ = everything(formats.read(form, [path], report, mapping))
        lines_add_up(found, report)
    except BadInput as error:
        fault = str(error)
    assert not fault or str(path) in fault


DATA_INCLUSION = {"source": "x", "structure_id": "x--1", "id": "x--1", "nom": "x", "description": "x",
                  "date_maj": "2026-01-02"}  # fmt: skip
COUNTER = {"id": "1", "nom": "x", "telephone": [{"valeur": "0241000000"}]}
HELPLINE = {"numero": "3114", "nom": "x", "confiance": "A", "canal": "voix"}
HSDS = {"id": "1", "name": "x"}
FORMATS: dict[str, tuple[st.SearchStrategy[dict[str, Any]], Callable[[list[Any]], Any]]] = {
    "data-inclusion": (
        objects(data_inclusion.SERVICE_FIELDS | data_inclusion.STRUCTURE_FIELDS, DATA_INCLUSION),
        lambda rows: {"services": rows, "structures": rows},
    ),
    "dila": (objects(annuaire.KNOWN | {"text", "maxdate"}, COUNTER), lambda rows: {"service": rows}),
    "helplines": (objects(helplines.FIELDS, HELPLINE), lambda rows: {"etat": "2026-01-02", "lignes": rows}),
    "hsds": (objects(hsds.SERVICE_FIELDS | {"service", "services", "location"}, HSDS), lambda rows: rows),
}


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_rows_of_any_content_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject
) -> None:
    rows, wrapped = FORMATS[form]
    path = tmp_path_factory.mktemp("rows") / "x.json"
    found = data.draw(st.lists(st.one_of(rows, values), max_size=3))
    path.write_text(json.dumps(wrapped(found)), encoding="utf-8")
    survives(form, path)


@pytest.mark.parametrize("form", [*FORMATS, "table"])
@settings(max_examples=EXAMPLES // 2)
@given(
    content=st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [b"[" * 3000, b"{", b"\xff\xfe{", b"\xef\xbb\xbf[]", b'{"services": 7}', b"null", b"7", b"[[]]"]
        ),
        st.builds(lambda a, b: b'{"id": "1"}\n' + a + b"\n" + b, st.binary(max_size=9), st.binary(max_size=9)),
    )
)
def test_files_of_any_bytes_are_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, form: str, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.json"
    path.write_bytes(content)
    survives(form, path, Path("angers") if form == "table" else None)


cells = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))


@settings(max_examples=EXAMPLES)
@given(
    rows=st.lists(st.lists(cells, max_size=6), max_size=4),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]),
)
def test_csv_of_any_cells_is_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    mapping = folder / "m.toml"
    mapping.write_text(
        '[source]\nname = "x"\nlicence = "CC0-1.0"\n[fields]\nname = "Nom"\nphones = "Tel"\nhours = "Heures"\n'
        '"place.latitude" = "Lat"\n"place.longitude" = "Lon"\nupdated_on = "Jour"\n'
    )
    path = folder / "x.csv"
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([["Nom", "Tel", "Heures", "Lat", "Lon", "Jour"], *rows])
    survives("table", path, mapping)


TABLES = {
    "organizations": ["id", "name", "description", "email", "url"],
    "services": ["id", "organization_id", "location_id", "name", "status", "description", "fees", "accreditations"],
    "locations": ["id", "organization_id", "name", "latitude", "longitude"],
    "services_at_location": ["id", "service_id", "location_id"],
    "phones": ["id", "service_id", "location_id", "organization_id", "number", "type", "extension"],
    "physical_addresses": ["id", "location_id", "address_1", "city", "postal_code", "country"],
    "regular_schedules": ["id", "service_id", "location_id", "weekday", "opens_at", "closes_at"],
    "holiday_schedules": ["id", "service_id", "closed", "start_date", "end_date"],
    "schedules": ["id", "service_id", "freq", "byday", "opens_at", "closes_at", "valid_from", "interval"],
    "languages": ["id", "service_id", "language"],
    "service_areas": ["id", "service_id", "service_area"],
}
ids = st.sampled_from(["1", "2", "", "é"])


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_broken_hsds_packages_are_read_or_named(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("package")
    for table in ["services", *data.draw(st.lists(st.sampled_from(sorted(TABLES)), unique=True, max_size=5))]:
        columns = data.draw(st.lists(st.sampled_from(TABLES[table]), max_size=7))
        rows = data.draw(st.lists(st.lists(st.one_of(ids, cells), max_size=len(columns) + 1), max_size=3))
        with (folder / f"{table}.csv").open("w", encoding="utf-8", errors="replace", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
    survives("hsds", folder)


def test_a_line_that_is_no_json_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = msgspec.json.encode(COUNTER)
    path.write_bytes(good + b"\n{broken\n" + good.replace(b'"1"', b'"2"') + b"\n")
    report = Report()
    found, _ = everything(formats.read("dila", [path], report))
    assert [service.id for service in found] == ["dila--1", "dila--2"]
    assert [(refused.line, refused.reason) for refused in report.refused] == [("x.jsonl:2", "not an object")]


@pytest.mark.parametrize(("encoding", "lines"), [("utf-8", False), ("utf-16", False), ("utf-8", True)])
def test_what_programs_write_although_it_is_no_json_spoils_nothing(encoding: str, lines: bool, tmp_path: Path) -> None:
    rows = [
        '{"id": "1", "name": "cut \\ud83d", "minimum_age": NaN}',
        '{"id": "2", "name": "\\ud83d\\ude00 whole", "minimum_age": 3}',
    ]
    path = tmp_path / "x.json"
    path.write_text("\n".join(rows) if lines else f"[{','.join(rows)}]", encoding=encoding)
    report = Report()
    found, _ = everything(formats.read("hsds", [path], report))
    assert [(one.name, one.age_min) for one in found] == [("cut ?", None), ("😀 whole", 3)]
    assert report.refused == []


FULL_ROWS: dict[str, dict[str, Any]] = {
    "data-inclusion": {
        **DATA_INCLUSION, "source": "dora", "description": "Un accueil", "type": "accompagnement", "frais": "gratuit",
        "thematiques": ["sante--addictions"], "publics": ["femmes"], "zone_eligibilite": ["49"],
        **dict.fromkeys(("adresse", "complement_adresse", "commune", "conditions_acces", "courriel", "frais_precisions",
                         "horaires_accueil", "lien_mobilisation", "lien_source", "mobilisation_precisions",
                         "publics_precisions"), "mots"),
        "code_postal": "49000", "code_insee": "49007", "telephone": "0241000000", "latitude": "47.4",
        "longitude": "-0.5", "modes_accueil": ["a-distance"], "modes_mobilisation": ["telephoner"],
        "mobilisable_par": ["usagers"], "nombre_semaines": "4", "volume_horaire_hebdomadaire": "2",
    },
    "dila": {
        "id": "1", "nom": "Mairie", "sigle": "M", "ancien_nom": "A", "mission": "m", "date_modification": "01/02/2026",
        "information_complementaire": "i", "siret": "12345678900012", "url_service_public": "u",
        "adresse": [{"complement1": "c", "numero_voie": "1 rue", "code_postal": "49000", "nom_commune": "Angers",
                     "latitude": "47.4", "longitude": "-0.5", "accessibilite": "ACC", "note_accessibilite": "n"}],
        "telephone": [{"valeur": "0241000000", "description": "d"}], "adresse_courriel": ["a@b.invalid"],
        "site_internet": [{"valeur": "s"}], "formulaire_contact": ["f"], "commentaire_plage_ouverture": "lundi",
        "pivot": [{"type_service_local": "mairie", "code_insee_commune": ["49007"]}], "statut": "active",
    },
    "hsds": {
        **dict.fromkeys(hsds.TEXTS - {"organization_id", "program_id", "fees"}, "words"), "id": "s1",
        "minimum_age": "1", "maximum_age": "9", "status": "active", "assured_date": "2026-01-02",
        "last_modified": "2026-01-02",
        "phones": [{"number": "0241000000", "type": "voice", "extension": "1", "description": "d", "x": "y"}],
        "schedules": [{"byday": "MO", "opens_at": "10:00", "closes_at": "12:00", "description": "d", "x": "y"}],
        "languages": [{"name": "French", "x": "y"}], "service_areas": [{"name": "a", "extent": "e"}],
        "required_documents": [{"document": "d", "uri": "u"}], "cost_options": [{"option": "o", "valid_to": "v"}],
        "accessibility": [{"description": "d", "details": "e", "url": "u"}],
        "capacities": [{"available": "1", "updated": "2026-01-02", "description": "d", "maximum": "9"}],
        "attributes": [{"taxonomy_term": {"code": "sante--addictions"}}],
        "organization": {"name": "n", "website": "w", "uri": "u", "x": "y", "phones": [{"number": "0241000001"}]},
        "service_at_locations": [{"x": "y", "location": {
            "name": "n", "transportation": "t", "latitude": "47.4", "longitude": "-0.5", "x": "y",
            "addresses": [{"address_1": "a", "city": "c", "state_province": "s", "postal_code": "p", "country": "FR",
                           "attention": "x"}]}}],
    },
}  # fmt: skip
"""Each format's fields, and some that it does not have."""


def texts_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all texts of a row, whatever they are nested in."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] if isinstance(value, str) else [way for key, item in inside for way in texts_in(item, (*path, key))]


@pytest.mark.parametrize("form", FULL_ROWS)
def test_whatever_a_row_says_is_in_the_record_or_in_the_report(form: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    silent = []
    for way in texts_in(FULL_ROWS[form]):
        row = json.loads(json.dumps(FULL_ROWS[form]))
        inner = row
        for key in way[:-1]:
            inner = inner[key]
        inner[way[-1]] = "Zqx"
        path.write_text(json.dumps([row]), encoding="utf-8")
        report = Report()
        found, _ = everything(formats.read(form, [path], report))
        name = [key for key in way if isinstance(key, str)][-1]
        is_said = any(name in lost.field or way[0] == lost.field or "Zqx" in lost.reason for lost in report.lost)
        if not (report.refused or is_said or b"Zqx" in msgspec.json.encode(found)):
            silent.append(way)
    assert silent == []


@pytest.mark.parametrize("form", FULL_ROWS)
def test_an_object_where_a_text_belongs_is_reported_and_never_shown(form: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for field, value in FULL_ROWS[form].items():
        if isinstance(value, str) and form != "dila":
            path.write_text(json.dumps([{**FULL_ROWS[form], field: {"fr": "Zqx"}}]), encoding="utf-8")
            report = Report()
            found, _ = everything(formats.read(form, [path], report))
            assert b"Zqx" not in msgspec.json.encode(found), field
            assert report.refused or any(lost.field == field for lost in report.lost), field
