"""The "Où s'adresser" sheets: what is marked is taken, nothing else is."""

import json
from pathlib import Path

import pytest

from kiosk.directory.parts import Cost, Payer
from kiosk.directory.record import Service
from kiosk.directory.sources import dila, texts
from kiosk.directory.sources.report import Report
from tests.directory.records import everything

DATA = Path(__file__).resolve().parents[1] / "data" / "directory" / "dila" / "ou_s_adresser.json"


def read(tmp_path: Path, text: str) -> tuple[list[Service], Report]:
    path, report = tmp_path / "d.json", Report()
    path.write_bytes(json.dumps([{"id": "R1", "text": text, "maxdate": "2020-11-03"}]).encode())
    return everything(dila.read([path], report))[0], report


def test_real_sheets_give_their_number_and_price_and_those_without_are_refused() -> None:
    report = Report()
    found, sources = everything(dila.read([DATA], report))
    by_id = {service.id: service for service in found}
    gambling = by_id["dila--R2428"]
    assert gambling.phones[0].number == "0974751313"
    assert gambling.phones[0].cost is Cost.STANDARD
    assert {key: [phone.number for phone in service.phones] for key, service in by_id.items()} == {
        "dila--R20695": ["0800066666"],
        "dila--R10386": ["116000"],
        "dila--R33472": ["0810292929"],
        "dila--R42333": ["0144956820", "0144956849"],
        "dila--R16856": ["3020"],
        "dila--R2428": ["0974751313"],
    }
    assert (by_id["dila--R16856"].phones[0].cost, by_id["dila--R16856"].phones[0].payer) == (Cost.FREE, Payer.SERVICE)
    assert by_id["dila--R20695"].phones[0].cost is Cost.UNKNOWN, "free from a landline is not free"
    assert {refused.field for refused in report.refused} == {"text"}
    assert (sources[0].licence, sources[0].state[:4]) == ("etalab-2.0", "2020")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Service Par téléphone 36 46 Service gratuit + prix appel", ["3646"]),
        ("Service Par téléphone Ouvert de 9h à 18h, 01 02 03 04 05 Par télécopie 01 02 03 04 06", ["0102030405"]),
        ("Service Par téléphone Composez le 18 ou le 112 en cas d'urgence", []),
        ("Service Par courrier 12 rue du Test 75010 Paris", []),
        ("Service Par téléphone +33 (0)1 44 78 61 40 Les mardi de 9h30 à 17h30", ["0144786140"]),
        ("Service Par téléphone 0 892 011 012 0,40 € /min", ["0892011012"]),
    ],
)
def test_only_a_number_that_is_marked_as_one_is_taken(text: str, numbers: list[str], tmp_path: Path) -> None:
    found, report = read(tmp_path, text)
    assert [phone.number for service in found for phone in service.phones] == numbers
    assert [refused.field for refused in report.refused] == ([] if numbers else ["text"])


def test_price_and_hours_of_several_numbers_are_nobodys(tmp_path: Path) -> None:
    found, report = read(tmp_path, "Deux Par téléphone Un : 01 02 03 04 05 gratuit Deux : 01 02 03 04 06 0,10 €/min")
    assert {phone.cost for phone in found[0].phones} == {Cost.UNKNOWN}
    assert [lost.field for lost in report.lost] == ["text"]
    assert found[0].description.startswith("Deux Par téléphone")


def test_the_name_is_what_stands_before_the_first_section() -> None:
    assert dila.name_in("Ircantec Institution Par courriel x") == "Ircantec Institution"
    assert dila.name_in("Urssaf Pour toute question. Par téléphone 3957") == "Urssaf"
    assert len(dila.name_in("mot " * 100)) <= dila.LONGEST_NAME


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("(gratuit) Numéro européen opérationnel depuis 28 pays", Cost.UNKNOWN),
        ("0,50 euro par minute", Cost.CHARGED),
        ("2 euros l'appel", Cost.CHARGED),
    ],
)
def test_europe_is_no_price(text: str, cost: Cost) -> None:
    assert texts.cost(text)[0] is cost
