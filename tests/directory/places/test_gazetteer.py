"""The place that a person names, in any of the ways that people name it."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.places.gazetteer import MOST, gazetteer
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.places.table import made, read, spot_of
from kiosk.errors import BadInput

LINES = read()
COMMUNES = [spot_of(line) for line in LINES[::97] if "\tcommune\t" in line]


def found(text: str) -> list[str]:
    """What ``text`` finds, by code."""
    return [spot.insee or spot.department or spot.region for spot in gazetteer().find(text)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Saint-Denis", ["97411", "93066", "11339", "30247"]),
        ("st denis", ["97411", "93066", "11339", "30247"]),
        ("SAINTDENIS", ["97411", "93066", "11339", "30247"]),
        ("Saint-Denis (93)", ["93066"]),
        ("Saint-Denis, Réunion", ["97411"]),
        ("93200 Saint-Denis", ["93066"]),
        ("93205 SAINT-DENIS CEDEX 2", ["93066"]),
        ("93205", ["93"]),
        ("PARIS CEDEX 13", ["75113"]),
        ("69423 Lyon Cedex 03", ["69383"]),
        ("Marseille Cedex 20", ["13055"]),
        ("75012", ["75112", "75056"]),
        ("Paris 12e", ["75112"]),
        ("12ème arrondissement de Paris", ["75112"]),
        ("Marseille 1er", ["13201"]),
        ("69003 Lyon", ["69383", "69123"]),
        ("paris", ["75056", "75"]),
        ("93", ["93"]),
        ("le 93", ["93"]),
        ("département 2a", ["2A"]),
        ("1", ["01"]),
        ("974", ["974"]),
        ("seine saint denis", ["93"]),
        ("La Réunion", ["974", "47222"]),
        ("Île de France", ["11"]),
        ("38185", ["38185"]),
        ("2a004", ["2A004"]),
        ("20000", ["2A004"]),
        ("havre", ["76351"]),
        ("Villeneuve s/ Lot", ["47323"]),
        ("Nouméa", ["98818"]),
        ("باريس", []),
        ("", []),
        ("xyzzyq", []),
        ("99999", []),
    ],
)
def test_a_place_is_found_in_any_spelling(text: str, codes: list[str]) -> None:
    assert found(text) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("marseile", "13055"),
        ("Monpelier", "34172"),
        ("Strabsourg", "67482"),
        ("parsi", "75056"),
        ("lile", "59350"),
        ("grenob", "38185"),
        ("clermont", "63113"),
        ("Evry", "91228"),
        ("brive", "19031"),
        ("Vienne", "38544"),
        ("Creuse", "23"),
    ],
)
def test_the_likeliest_place_comes_first(text: str, code: str) -> None:
    assert found(text)[0] == code


@settings(max_examples=50)
@given(st.sampled_from(COMMUNES))
def test_every_commune_is_found_by_name_with_postcode_and_by_code(commune: Spot) -> None:
    if commune.postcode:
        assert commune.insee in found(f"{commune.postcode} {commune.name}")
        assert commune.insee in [spot.insee for spot in gazetteer().by_postcode(commune.postcode)]
    assert commune.insee in found(commune.insee)
    assert gazetteer().by_insee(commune.insee) == commune


def test_a_code_that_is_a_postcode_and_an_insee_code_answers_both() -> None:
    # 80290 is the postcode of more communes than are answered, and Estrées-lès-Crécy's INSEE code.
    assert len(gazetteer().by_postcode("80290")) > 20
    assert found("80290")[1] == "80290"


@settings(max_examples=30)
@given(st.text(max_size=30))
def test_any_text_gets_an_answer_of_bounded_length(text: str) -> None:
    assert len(gazetteer().find(text)) <= MOST


def test_a_commune_without_a_point_stands_in_the_middle_of_its_own_and_says_so() -> None:
    papara, papeete, polynesia = (gazetteer().find(name)[0] for name in ("98712", "Papeete", "Polynésie française"))
    assert (papara.is_exact, papeete.is_exact, papara.latitude) == (False, True, polynesia.latitude)
    assert all(spot_of(line).has_point or "\t984\t" in line or "\t989\t" in line for line in LINES)


def test_a_spot_carries_its_codes() -> None:
    assert gazetteer().find("Saint-Étienne 42")[0] == Spot(
        name="Saint-Étienne", insee="42218", postcode="42000", department="42", region="84", epci="244200770",
        latitude=45.4301, longitude=4.3791, kind=SpotKind.COMMUNE, population=173_136,
    )  # fmt: skip


def test_the_table_is_made_the_same_each_time_and_in_order() -> None:
    row = {"type": "commune-actuelle", "dep": "01", "region": "84", "epci_siren": "1", "codes_postaux": "01000"}
    rows = [
        {**row, "nom": "Le Bourg", "insee": "01002", "population": "30", "lat": "46.2", "lon": "5.2"},
        {**row, "nom": "Aix", "insee": "01001", "population": "10", "lat": "46.0", "lon": "5.0"},
        {**row, "nom": "Sans-Point", "insee": "01003", "population": "5", "lat": "", "lon": ""},
    ]
    department = {"code": "01", "region": "84", "nom": "Ain"}
    table = made(rows, [department], [{"code": "84", "nom": "Rhône-Alpes"}])
    assert table == made(reversed(rows), [department], [{"code": "84", "nom": "Rhône-Alpes"}])
    lines = gzip.decompress(table).decode().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["ain", "aix", "bourg", "rhonealpes", "sanspoint"]
    placed = spot_of(lines[-1])
    assert (placed.latitude, placed.longitude, placed.is_exact) == (46.15, 5.15, False)


def test_a_missing_or_damaged_table_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    damaged = tmp_path / "places.tsv.gz"
    with pytest.raises(BadInput, match="install"):
        read(damaged)
    damaged.write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(BadInput, match="install"):
        read(damaged)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("PACA", "Provence-Alpes-Côte d'Azur"),
        ("IDF", "Île-de-France"),
        ("région parisienne", "Île-de-France"),
        ("Paname", "Paris"),
    ],
)
def test_a_place_is_found_by_what_people_call_it(called: str, name: str) -> None:
    assert gazetteer().find(called)[0].name == name


def test_a_region_knows_its_departments() -> None:
    assert gazetteer().departments_of("52") == ("44", "49", "53", "72", "85")
    assert gazetteer().departments_of("none") == ()
