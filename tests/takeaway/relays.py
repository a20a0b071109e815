"""Relays to take away."""

from datetime import date

from kiosk.directory.parts import Capacity, Channel, Closure, Confidence, Cost, Hours, Phone, Place, Room, Structure
from kiosk.directory.record import Service
from kiosk.speech.catalogue import words_of

TODAY = date(2026, 11, 22)
FR = words_of("fr", "takeaway")
EN = words_of("en", "takeaway")

SHELTER = Service(
    id="own--accueil-1",
    source="own",
    name="Accueil de jour « L’Œuvre »",
    structure=Structure(name="Secours de la Côte"),
    phones=(
        Phone(number="0123456789", cost=Cost.STANDARD),
        Phone(number="0800123456", cost=Cost.FREE),
        Phone(number="0612345678", channel=Channel.SMS),
    ),
    place=Place(street="12 bis, rue de l’Hôtel-de-Ville", extra="Entrée B", postcode="67000", commune="Strasbourg"),
    hours=Hours(
        osm="Mo-Fr 09:00-12:00,14:00-17:30; PH off",
        text="du lundi au vendredi 9h-12h et 14h-17h30",
        closures=(Closure(date(2026, 12, 24), date(2026, 12, 26)), Closure(date(2026, 8, 1), date(2026, 8, 9))),
    ),
    come_by=("telephoner", "se-presenter"),
    transport="Tram B, arrêt Broglie",
    papers="Pièce d’identité si vous en avez une",
    capacity=Capacity(room=Room.FULL, stated_on=TODAY),
    verified_on=date(2026, 10, 3),
    confidence=Confidence.A,
)
UNSURE = Service(
    id="own--ligne-2",
    source="own",
    name="Médecin de garde",
    phones=(Phone(number="116117", cost=Cost.FREE),),
    hours=Hours(osm="24/7", text="24/7"),
    confidence=Confidence.C,
)
