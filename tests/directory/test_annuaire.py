"""The Annuaire de l'administration: its counters, in a file or in the answers of its interface."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.directory.parts import Audience, Channel, Cost, Family, Hours, Level, Payer, Phone, Place, Structure
from kiosk.directory.record import Service
from kiosk.directory.sources import annuaire, dila
from kiosk.directory.sources.report import Refused, Report
from kiosk.directory.vocabulary import vocabulary
from tests.directory.records import everything

COUNTER: dict[str, Any] = {
    "id": "0f7a-01", "itm_identifiant": "7", "nom": "Mission locale d'Essai", "sigle": "ML", "ancien_nom": "",
    "pivot": [{"type_service_local": "mission_locale", "code_insee_commune": ["49007", "49015"]}],
    "mission": "Accueille les jeunes.", "information_complementaire": "", "siret": "12345678900012",
    "date_modification": "06/02/2024 14:20:33", "type_repertoire": "Locale", "code_insee_commune": "49007",
    "adresse": [
        {"type_adresse": "Adresse postale", "numero_voie": "BP 1", "code_postal": "49101", "nom_commune": "Angers"},
        {"type_adresse": "Adresse", "complement1": "Bâtiment B", "complement2": "", "numero_voie": "1 rue d'Essai",
         "service_distribution": "", "code_postal": "49000", "nom_commune": "Angers", "pays": "", "continent": "",
         "longitude": "-0.55", "latitude": "47.47", "accessibilite": "ACC", "note_accessibilite": "Rampe"},
    ],
    "telephone": [{"valeur": "02 41 00 00 00", "description": "appel gratuit"}, {"valeur": "3646", "description": ""}],
    "adresse_courriel": ["accueil@essai.invalid"],
    "site_internet": [{"libelle": "", "valeur": "https://essai.invalid"}],
    "url_service_public": "https://lannuaire.invalid/essai",
    "plage_ouverture": [
        {"nom_jour_debut": "Lundi", "nom_jour_fin": "Jeudi", "valeur_heure_debut_1": "09:00:00",
         "valeur_heure_fin_1": "12:30:00", "valeur_heure_debut_2": "13:30:00", "valeur_heure_fin_2": "17:00:00",
         "commentaire": ""},
        {"nom_jour_debut": "Vendredi", "nom_jour_fin": "Vendredi", "valeur_heure_debut_1": "09:00:00",
         "valeur_heure_fin_1": "12:00:00", "valeur_heure_debut_2": "", "valeur_heure_fin_2": "", "commentaire": ""},
    ],
    "commentaire_plage_ouverture": "Fermé les jours fériés",
}  # fmt: skip
HOURS = (
    "du lundi au jeudi 09:00-12:30 et 13:30-17:00\nvendredi 09:00-12:00\nFermé les jours fériés",
    "Mo-Th 09:00-12:30,13:30-17:00; Fr 09:00-12:00; PH off",
)


def read(tmp_path: Path, *counters: Any, under: str = "service") -> tuple[list[Service], Report]:
    path, report = tmp_path / "annuaire.json", Report()
    path.write_text(json.dumps({under: counters}), encoding="utf-8")
    return everything(dila.read([path], report))[0], report


def test_a_counter_becomes_a_whole_record(tmp_path: Path) -> None:
    found, report = read(tmp_path, COUNTER)
    assert found == [
        Service(
            id="dila--0f7a-01",
            source="dila",
            source_url="https://lannuaire.invalid/essai",
            updated_on=found[0].updated_on,
            structure=Structure(name="Mission locale d'Essai", siret="12345678900012"),
            name="Mission locale d'Essai",
            aliases=("ML",),
            description="Accueille les jeunes.",
            website="https://essai.invalid",
            email="accueil@essai.invalid",
            families=(Family.SOCIAL,),
            level=Level.LOCAL,
            needs=found[0].needs,
            audiences=(Audience("jeunes"),),
            phones=(
                Phone("0241000000", cost=Cost.FREE, payer=Payer.SERVICE, label="appel gratuit"),
                Phone("3646"),
            ),
            place=Place(
                street="1 rue d'Essai",
                extra="Bâtiment B",
                postcode="49000",
                commune="Angers",
                insee="49007",
                latitude=47.47,
                longitude=-0.55,
            ),
            area=("49007", "49015"),
            hours=Hours(osm=HOURS[1], text=HOURS[0]),
            reception=("en-presentiel",),
            come_by=("telephoner",),
            accessibility="Accessible en fauteuil roulant. Rampe",
        )
    ]
    assert "se-former--trouver-sa-formation" in found[0].needs
    assert str(found[0].updated_on) == "2024-02-06"
    assert (report.refused, [lost.field for lost in report.lost]) == ([], ["adresse"])  # the postal one


def test_the_interface_s_answers_have_json_inside_texts_and_mean_the_same(tmp_path: Path) -> None:
    packed = {key: json.dumps(value) if isinstance(value, list) else value for key, value in COUNTER.items()}
    assert read(tmp_path, packed, under="results")[0] == read(tmp_path, COUNTER)[0]


@pytest.mark.parametrize(
    ("entry", "osm"),
    [
        ({"nom_jour_debut": "Monday", "valeur_heure_debut_1": "09:00", "valeur_heure_fin_1": "9:30"}, "Mo 09:00-09:30"),
        ({"nom_jour_debut": "Mardi", "valeur_heure_debut_1": "09:00:00"}, ""),
        ({"nom_jour_debut": "Mardi"}, ""),
        ({"nom_jour_debut": "Nord", "valeur_heure_debut_1": "09:00", "valeur_heure_fin_1": "12:00"}, ""),
        ({"nom_jour_debut": "Mardi", "valeur_heure_debut_1": "00:00:00", "valeur_heure_fin_1": "00:00:00"}, ""),
        ({"nom_jour_debut": "Mardi", "valeur_heure_debut_1": "15:00:00", "valeur_heure_fin_1": "09:00:00"}, ""),
        (
            {"nom_jour_debut": "Mardi", "valeur_heure_debut_1": "09:00:00", "valeur_heure_fin_1": "12:00:00",
             "commentaire": "sur rendez-vous"},
            'Tu 09:00-12:00 unknown "sur rendez-vous"',
        ),
        (
            {"nom_jour_debut": "Mardi", "valeur_heure_debut_1": "09:00:00", "valeur_heure_fin_1": "12:00:00",
             "commentaire": "par téléphone"},
            "",
        ),
    ],
)  # fmt: skip
def test_hours_that_are_not_all_clear_stay_words(tmp_path: Path, entry: dict[str, str], osm: str) -> None:
    counter = {**COUNTER, "plage_ouverture": [entry], "commentaire_plage_ouverture": ""}
    found, _ = read(tmp_path, counter)
    assert found[0].hours.osm == osm
    assert found[0].hours.text


def test_what_nobody_can_go_to_or_ring_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    found, report = read(
        tmp_path,
        {**COUNTER, "telephone": [], "adresse": []},
        {**COUNTER, "id": ""},
        {**COUNTER, "adresse": [{"type_adresse": "Adresse", "pays": "Belgique", "nom_commune": "Bruxelles"}]},
        {**COUNTER, "statut": "inactive"},
        7,
        COUNTER,
    )
    assert [service.id for service in found] == ["dila--0f7a-01"]
    assert [(refused.line.rpartition(":")[2], refused.field) for refused in report.refused] == [
        ("1", "telephone"), ("2", "id"), ("3", "adresse.pays"), ("4", "statut"), ("5", "")
    ]  # fmt: skip
    assert isinstance(report.refused[0], Refused)


def test_counters_in_a_table_with_json_in_its_cells_mean_the_same(tmp_path: Path) -> None:
    path = tmp_path / "annuaire.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        cells = [json.dumps(value) if isinstance(value, list) else value for value in COUNTER.values()]
        csv.writer(file, delimiter=";").writerows([[*COUNTER, "text"], [*cells, ""]])
    report = Report()
    assert everything(dila.read([path], report))[0] == read(tmp_path, COUNTER)[0]
    assert report.refused == []


def test_what_has_no_place_is_reported_and_names_of_persons_are_never_kept(tmp_path: Path) -> None:
    counter = {
        **COUNTER,
        "affectation_personne": [{"nom": "Essai"}],
        "reseau_social": [{"valeur": "https://x.invalid"}],
        "telephone": [{"valeur": "voir le site"}, 7],
        "telecopie": ["02 41 00 00 01"],
        "pivot": [{"type_service_local": "un_autre", "code_insee_commune": ["49"]}],
        "date_modification": "hier",
        "adresse_courriel": ["accueil@essai.invalid", "autre@essai.invalid"],
        "site_internet": [{"valeur": "https://essai.invalid", "libelle": "", "langue": "fr"}],
    }
    found, report = read(tmp_path, counter)
    assert found[0].email == "accueil@essai.invalid"
    assert found[0].phones == (Phone("0241000001", Channel.FAX),)
    assert found[0].needs == ()
    assert sorted(lost.field for lost in report.lost) == [
        "adresse", "adresse_courriel", "affectation_personne", "date_modification", "pivot",
        "pivot.code_insee_commune", "reseau_social", "site_internet.langue", "telephone", "telephone",
    ]  # fmt: skip


def test_each_kind_of_counter_is_for_needs_and_audiences_of_the_vocabulary() -> None:
    words = vocabulary()
    for kind in annuaire.kinds().values():
        assert kind.needs
        assert not [need for need in kind.needs if need not in words.needs]
        assert not [who for who in kind.audiences if who not in words.audiences]
