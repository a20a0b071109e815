"""A relay of which everything is known, in long words as sources write them, and its card page by page."""

from dataclasses import replace
from datetime import timedelta

import msgspec

from kiosk.directory.hours.openness import Closed, HolidayCheck, Open
from kiosk.directory.parts import Answer as Says
from kiosk.directory.parts import Audience, Confidence, Cost, Fees, Phone, Place, Strength, Structure
from kiosk.directory.record import Service
from kiosk.directory.search.question import Answer, Found, Openness, Room
from kiosk.guide.browse import AtCard, AtList, AtNeeds
from kiosk.guide.pages import Told, told
from kiosk.rules import tongue_of
from tests.fakes.directory import CALLED, CLOCK, NOW, SHELTER, found

FULL = msgspec.structs.replace(
    SHELTER,
    name="CENTRE COMMUNAL D\u2019ACTION SOCIALE DE SAINT-GERMAIN-EN-LAYE ET DES COMMUNES VOISINES",
    structure=Structure(name="Communauté-de-communes-du-Pays-de-Saint-Gilles-Croix-de-Vie, direction des solidarités"),
    phones=(Phone(number="0800000042", cost=Cost.FREE), Phone(number="0478000000", cost=Cost.CHARGED)),
    place=Place(
        street="1245 bis avenue du Maréchal-de-Lattre-de-Tassigny, résidence Les Mimosas",
        extra="Bâtiment C, escalier 4, 2e étage",
        postcode="78100",
        commune="Saint-Germain-en-Laye",
    ),
    audiences=tuple(
        Audience(who, Strength.EXCLUSIVE)
        for who in ("femmes", "familles", "personnes-en-situation-de-handicap", "demandeurs-emploi")
    ),
    age_min=18,
    age_max=25,
    papers=(
        "une pièce d\u2019identité, un justificatif de domicile de moins de trois mois, "
        "le dernier avis d\u2019imposition, la carte Vitale de chaque personne"
    ),
    come_text="Prendre rendez-vous par téléphone le matin, ou se présenter directement aux heures d\u2019ouverture",
    languages=("fr", "en", "ar", "es", "pt", "fsl", "nl", "ro"),
    fees=Fees.PAID,
    fees_text="1 euro par repas, gratuit pour les enfants et pour les personnes sans aucune ressource",
    accessibility="Rampe, ascenseur et boucle magnétique à l\u2019accueil ; sonner à l\u2019interphone",
    animals=Says.YES,
    confidence=Confidence.C,
)
"""Fourteen lines, most of them long."""
STATES: tuple[Openness, ...] = (
    Open(None),
    Open(NOW.replace(hour=18, minute=30)),
    Closed(None),
    Closed(NOW + timedelta(days=41)),
    HolidayCheck(NOW.date(), "saint_peter_chanel"),
)


def card_of(service: Service, state: Openness, km: float | None = 0.8, room: Room = Room.FULL) -> AtCard:
    """The first page of its card; another relay comes after it."""
    one: Found = replace(found(service, state, km), room=room)
    return AtCard(AtList(AtNeeds(), "meal", Answer((one, one), CLOCK)), 0)


def told_pages(card: AtCard, language: str) -> list[Told]:
    """All pages of a card from which the relay may be called."""
    tongue = tongue_of(language)
    count = told(card, tongue, calling=CALLED).page.of
    return [told(replace(card, page=page), tongue, calling=CALLED) for page in range(count)]
