"""Records for the tests of the directory: one with everything, and Hypothesis' any record."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from hypothesis import strategies as st

from kiosk.directory.bundle import Source
from kiosk.directory.parts import (
    Answer,
    Audience,
    Capacity,
    Channel,
    Closure,
    Confidence,
    Cost,
    Family,
    Fees,
    Gender,
    Hours,
    Level,
    Payer,
    Phone,
    Place,
    Room,
    Strength,
    Structure,
)
from kiosk.directory.record import Service
from kiosk.directory.sources import texts
from kiosk.directory.sources.placing import placed
from kiosk.directory.vocabulary import vocabulary

FULL = Service(
    id="essai--accueil-1",
    source="essai",
    source_url="https://example.org/accueil-1",
    updated_on=date(2026, 10, 2),
    structure=Structure(
        id="essai--asso",
        name="Association du Test",
        description="Une association.",
        siret="12345678901234",
        networks=("ccas-cias",),
        website="https://example.org/",
        email="contact@example.org",
        phones=(Phone("0100000000"),),
        place=Place(street="1 rue du Test", postcode="75001", commune="Paris", insee="75101"),
        hours=Hours(osm="Mo-Fr 09:00-17:00"),
        accessibility_url="https://acceslibre.example.org/1",
        source_url="https://example.org/asso",
        updated_on=date(2026, 9, 1),
    ),
    name="Accueil de jour",
    aliases=("La Boutique",),
    description="Douches, café, écoute.",
    kind="accompagnement",
    website="https://example.org/jour",
    email="jour@example.org",
    families=(Family.SOCIAL, Family.PSYCHOLOGICAL),
    level=Level.LOCAL,
    needs=("remobilisation--lien-social--solitude", "sante--addictions"),
    audiences=(Audience("femmes", Strength.EXCLUSIVE), Audience("jeunes")),
    audience_text="Femmes seules ou avec enfants",
    age_min=18,
    age_max=64.5,
    gender=Gender.WOMEN,
    languages=("fr", "ar", "fsl"),
    interpreting="Dari et tigrinya par téléphone",
    capacity=Capacity(Room.LIMITED, date(2026, 11, 20), good_for_days=3, places=4, text="4 lits"),
    phones=(
        Phone("0800000001", cost=Cost.FREE, cost_text="gratuit", payer=Payer.SERVICE, hours=Hours(osm="24/7")),
        Phone("+33600000000", channel=Channel.SMS, extension="12", label="Écrire"),
    ),
    place=Place("3 rue du Test", "Fond de cour", "75001", "Paris", "75101", latitude=48.86, longitude=2.34),
    area=("75", "93"),
    area_text="Paris et Seine-Saint-Denis",
    hours=Hours("Mo-Fr 09:00-17:00; PH off", "Du lundi au vendredi", (Closure(date(2026, 12, 24), date(2027, 1, 1)),)),
    reception=("en-presentiel",),
    come_by=("telephoner", "se-presenter"),
    come_for=("usagers",),
    come_text="Venir le matin",
    come_url="https://example.org/rdv",
    transport="Métro Châtelet",
    fees=Fees.FREE,
    fees_text="Café offert",
    papers="Aucun papier",
    accessibility="Rampe et sonnette",
    animals=Answer.YES,
    weeks=4,
    hours_per_week=2.5,
    verified_on=date(2026, 11, 1),
    verified_by="mairie",
    confidence=Confidence.B,
    note="Fermé si grand froid",
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
dates = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
hours = st.builds(
    Hours,
    osm=st.sampled_from(["", "24/7", "Mo-Fr 09:00-12:00,14:00-18:00; PH off"]),
    text=words,
    closures=st.lists(st.builds(Closure, dates, dates, words), max_size=2).map(tuple),
)
phones = st.builds(
    Phone,
    number=st.from_regex(r"\+?[0-9]{2,15}", fullmatch=True).filter(str.isascii),
    channel=st.sampled_from(Channel),
    cost=st.sampled_from(Cost),
    cost_text=words,
    payer=st.sampled_from(Payer),
    hours=hours,
    extension=words,
    label=words,
)
places = st.builds(
    Place,
    street=words,
    extra=words,
    postcode=words,
    commune=words,
    insee=words,
    region=words,
    country=st.sampled_from(["", "BE"]),
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
)
tuples = st.lists(words.filter(bool), max_size=3, unique=True).map(tuple)
some_phones = st.lists(phones, max_size=2).map(tuple)
structures = st.builds(
    Structure,
    id=words,
    name=words,
    description=words,
    siret=st.sampled_from(["", "12345678901234"]),
    networks=tuples,
    website=words,
    email=words,
    phones=some_phones,
    place=places,
    hours=hours,
    accessibility_url=words,
    source_url=words,
    updated_on=st.none() | dates,
)
services = st.builds(
    Service,
    id=st.from_regex(r"[a-z]{1,8}--[a-zA-Z0-9:-]{1,12}", fullmatch=True),
    source=words.filter(bool),
    source_url=words,
    updated_on=st.none() | dates,
    structure=structures,
    name=words.filter(bool),
    aliases=tuples,
    description=words,
    kind=words,
    website=words,
    email=words,
    families=st.lists(st.sampled_from(Family), unique=True).map(tuple),
    level=st.none() | st.sampled_from(Level),
    needs=tuples | st.lists(st.sampled_from(sorted(vocabulary().needs)), max_size=3, unique=True).map(tuple),
    audiences=st.lists(st.builds(Audience, words.filter(bool), st.sampled_from(Strength)), max_size=2).map(tuple),
    audience_text=words,
    age_min=st.none() | st.integers(0, 150).map(float),
    age_max=st.none() | st.floats(0, 150),
    gender=st.sampled_from(Gender),
    languages=tuples,
    interpreting=words,
    capacity=st.none()
    | st.builds(Capacity, st.sampled_from(Room), dates, st.integers(0, 366), st.none() | st.integers(0, 99), words),
    phones=some_phones,
    place=places,
    area=tuples | st.lists(st.sampled_from(["france", "75", "971", "35238", "243500139"]), unique=True).map(tuple),
    area_text=words,
    hours=hours,
    reception=tuples,
    come_by=tuples | st.just(("telephoner", "se-presenter")),
    come_for=tuples,
    come_text=words,
    come_url=words,
    transport=words,
    fees=st.sampled_from(Fees),
    fees_text=words,
    papers=words,
    accessibility=words,
    animals=st.sampled_from(Answer),
    weeks=st.none() | st.integers(1, 99),
    hours_per_week=st.none() | st.floats(0, 168),
    verified_on=st.none() | dates,
    verified_by=words,
    confidence=st.sampled_from(Confidence),
    note=words,
)
"""Any record, also ones that no editor would write."""


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return (
            list(filter(None, dict.fromkeys(map(_clean, value))))
            if value and isinstance(value[0], str)
            else [_clean(item) for item in value]
        )
    return texts.clean(value) if isinstance(value, str) else value


def as_imported(service: Service) -> Service:
    """``service`` as an importer leaves it: texts cleaned, lists without doubles, hours with their text."""
    document = _clean(msgspec.to_builtins(service))
    document["name"], document["source"] = document["name"] or "Sans nom", document["source"] or "essai"
    document["audiences"] = [{**item, "who": item["who"] or "x"} for item in document.get("audiences", [])]
    found = msgspec.convert(document, Service)
    return msgspec.structs.replace(found, place=placed(found.place)[0])


def everything(found: tuple[Iterable[Service], Iterable[Source]]) -> tuple[list[Service], list[Source]]:
    """All that an importer finds, in its order: the services, then the sources."""
    return list(found[0]), list(found[1])
