"""The first bundle: the French helplines, as shipped and when a line is wrong."""

import json
from pathlib import Path
from typing import Any

from kiosk.directory import bundle, formats
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.printing import printed
from kiosk.directory.parts import Channel, Confidence, Cost, Payer
from kiosk.directory.sources import helplines
from kiosk.directory.sources.report import Report
from kiosk.directory.vocabulary import vocabulary

GOOD: dict[str, Any] = {
    "numero": "08 00 00 00 00", "nom": "Ligne", "horaires": None, "cout": "gratuit", "langues": ["fr", "dari"],
    "public": "tous", "canal": "voix", "confiance": "C", "sources": ["mairie"], "note": "", "alias": [],
}  # fmt: skip


def test_all_that_ships_becomes_a_sound_bundle_and_nothing_is_refused_or_lost() -> None:
    report = Report()
    services, sources = helplines.read([helplines.SHIPPED], report)
    assert (report.read, report.refused, report.lost) == (33, [], [])
    assert bundle.verify(bundle.build(services, sources)).manifest.counts["services"] == 33
    assert sources[0].licence == "CC0-1.0"


def test_each_keeps_its_number_confidence_and_date_and_says_what_it_is_for() -> None:
    rows = json.loads(helplines.SHIPPED.read_text(encoding="utf-8"))["lignes"]
    services = formats.shipped()[0]
    assert [service.phones[0].number for service in services] == [row["numero"] for row in rows]
    assert [service.confidence for service in services] == [row["confiance"] for row in rows]
    assert {str(service.verified_on) for service in services} == {"2026-11-21"}
    assert [service.hours.osm for service in services] == [
        printed(parse(row["horaires"])) if row["horaires"] else "" for row in rows
    ]
    assert all(service.needs and service.families for service in services)
    assert {need for service in services for need in service.needs} <= vocabulary().needs.keys()
    assert {audience.who for service in services for audience in service.audiences} <= vocabulary().audiences.keys()


def test_114_is_never_a_voice_number_and_only_what_is_called_free_is_free() -> None:
    by_id = {service.id.partition("--")[2]: service for service in formats.shipped()[0]}
    assert by_id["114"].phones[0].channel is Channel.SMS
    assert "telephoner" not in by_id["114"].come_by
    prices = {number: (service.phones[0].cost, service.phones[0].payer) for number, service in by_id.items()}
    assert prices["3114"] == (Cost.FREE, Payer.SERVICE)
    standard = {number for number, price in prices.items() if price == (Cost.STANDARD, Payer.CALLER)}
    assert standard == {
        "0972394050", "0980980930", "0974751313", "3989", "0153624030",
        "0145394000", "0140444645", "0143460062", "0146214646",
    }  # fmt: skip


def test_a_bad_line_is_refused_by_field_and_the_others_are_read(tmp_path: Path) -> None:
    rows = [
        GOOD,
        {**GOOD, "numero": "appelez-nous"},
        {**GOOD, "numero": "3115", "nom": " "},
        {**GOOD, "numero": "3116", "confiance": "D"},
        {**GOOD, "numero": "3117", "canal": "tchat"},
        GOOD,
        {**GOOD, "nom": "Autre"},
        "rien",
        {**GOOD, "numero": "3118", "couleur": "rouge"},
    ]
    path = tmp_path / "h.json"
    path.write_text(json.dumps({"etat": "2026-11-01", "lignes": rows}), encoding="utf-8")
    report = Report()
    services, _ = helplines.read([path], report)
    assert [service.phones[0].number for service in services] == ["0800000000", "3118"]
    assert services[0].confidence is Confidence.C
    assert (services[0].languages, services[0].interpreting) == (("fr", "prs"), "")
    assert [(refused.line, refused.field) for refused in report.refused] == [
        ("h.json:2", "numero"),
        ("h.json:3", "nom"),
        ("h.json:4", "confiance"),
        ("h.json:5", "canal"),
        ("h.json:7", "id"),
        ("h.json:8", ""),
    ]
    losses = {(lost.field, lost.reason): lost.lines for lost in report.lost}
    assert losses[("couleur", "no place in the record")] == ["h.json:9"]
    assert losses[("", "the same record as an earlier line")] == ["h.json:6"]
