"""What of a relay is given away, in words, and the vCard of it."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from hardware.message_pdu import parts_of
from hardware.simulated.receipt import Line, Receipt
from kiosk.directory.hours.territory import Territory
from kiosk.directory.parts import Cost, Hours, Phone
from kiosk.directory.record import Service
from kiosk.takeaway.card import Card, Number, card_of
from kiosk.takeaway.composing import composed
from kiosk.takeaway.settings import Printer
from kiosk.takeaway.slip import Words, slip_of
from kiosk.takeaway.sms import text_of
from kiosk.takeaway.vcard import LONGEST, vcard
from kiosk.takeaway.week import hours_in_words
from tests.directory.records import services
from tests.takeaway.relays import EN, FR, SHELTER, TODAY, UNSURE


def breakable(lines: tuple[str, ...]) -> tuple[str, ...]:
    """With spaces where no-break ones are."""
    return tuple(line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)


def test_a_card_holds_what_the_record_says_and_nothing_of_the_moment() -> None:
    found = card_of(SHELTER, TODAY, FR)
    phones = tuple(replace(one, shown=one.shown.replace("\N{NO-BREAK SPACE}", " ")) for one in found.phones)
    hours, checked = breakable(found.hours), found.checked.replace("\N{NO-BREAK SPACE}", " ")
    assert replace(found, phones=phones, hours=hours, checked=checked) == Card(
        id="own--accueil-1",
        name="Accueil de jour « L’Œuvre » (Secours de la Côte)",
        phones=(
            Number("0800123456", "0 800 12 34 56", "appel gratuit"),
            Number("0123456789", "01 23 45 67 89", "prix d’un appel normal"),
            Number("0612345678", "06 12 34 56 78", "par SMS", is_voice=False),
        ),
        address=("12 bis, rue de l’Hôtel-de-Ville", "Entrée B", "67000 Strasbourg"),
        street="12 bis, rue de l’Hôtel-de-Ville",
        postcode="67000",
        commune="Strasbourg",
        hours=(
            "Lundi au vendredi : 9 h \N{EN DASH} 12 h, 14 h \N{EN DASH} 17 h 30",
            "Fermé les autres jours.",
            "Jours fériés : fermé.",
            "Fermé du 24 décembre 2026 au 26 décembre 2026.",
        ),
        come=("Téléphonez d’abord. Vous pouvez venir directement.", "Tram B, arrêt Broglie"),
        papers="Pièce d’identité si vous en avez une",
        checked="Dernière vérification : 3 octobre 2026.",
        checked_on=date(2026, 10, 3),
    )


def test_a_number_with_hours_of_its_own_is_given_away_with_them() -> None:
    line = Phone(number="0800123456", cost=Cost.FREE, hours=Hours(osm="Mo-Su,PH 08:00-20:00"))
    card = card_of(msgspec.structs.replace(SHELTER, phones=(line, *SHELTER.phones[2:])), TODAY, FR)
    assert breakable(tuple(one.hours for one in card.phones)) == (
        "Au téléphone : tous les jours : 8 h \N{EN DASH} 20 h; Jours fériés : ouvert",
        "",
    )
    printed = [piece.text for piece in slip_of([card], TODAY, FR, "0 800") if isinstance(piece, Words)]
    assert printed.index(card.phones[0].hours) == 3, "behind the name and the number"
    assert "Au telephone : tous les jours" in text_of(card, FR, 3).replace("é", "e")
    assert "Au téléphone : tous les jours" in vcard(card, 1000)
    assert card_of(SHELTER, TODAY, FR).phones[0].hours == ""


def test_a_relay_of_confidence_c_is_to_be_checked_in_both_languages() -> None:
    french, english = card_of(UNSURE, TODAY, FR), card_of(UNSURE, TODAY, EN)
    assert (french.is_unsure, english.is_unsure) == (True, True)
    assert french.caution.startswith("À VÉRIFIER")
    assert english.caution.startswith("TO BE CHECKED")
    assert french.hours == ("24 heures sur 24, tous les jours",)
    assert french.checked == "Date de vérification inconnue."
    assert english.checked == "Date of the last check not known."


@pytest.mark.parametrize(
    ("osm", "said"),
    [
        (
            "Tu,Th 09:00-12:00; PH off",
            ("Mardi, jeudi : 9 h ~ 12 h", "Fermé les autres jours.", "Jours fériés : fermé."),
        ),
        ("Mo-Su 08:00-26:00", ("Tous les jours : 8 h ~ 2 h", "Jours fériés : à vérifier.")),
        (
            "Mo-Fr 20:00-24:00; Sa 12:00-24:00; Su,PH 00:00-24:00",
            (
                "Lundi au vendredi : 20 h ~ minuit",
                "Samedi : 12 h ~ minuit",
                "Dimanche : 24 heures sur 24",
                "Jours fériés : ouvert.",
            ),
        ),
        (
            'Mo unknown "sur rendez-vous"; PH off',
            ("Lundi : sur rendez-vous", "Fermé les autres jours.", "Jours fériés : fermé."),
        ),
        ("Mo-Su,PH off", ("Fermé.", "Jours fériés : fermé.")),
        ("Jan-Mar Mo 10:00-11:00", ("le mot de la source",)),
        ("not OSM at all", ("le mot de la source",)),
        ("", ("le mot de la source",)),
    ],
)
def test_hours_for_weeks_are_told_day_by_day_or_in_the_words_of_their_source(osm: str, said: tuple[str, ...]) -> None:
    hours = Hours(osm=osm, text="le mot de  la source")
    told = hours_in_words(hours, Territory.METROPOLE, TODAY, FR)
    assert breakable(told) == tuple(line.replace("~", "\N{EN DASH}") for line in said)


def test_a_week_is_the_usual_one_although_christmas_is_in_the_next_one() -> None:
    hours = Hours(osm="Mo-Fr 09:00-17:00; PH off")
    near_christmas = hours_in_words(hours, Territory.METROPOLE, date(2026, 12, 22), EN)
    assert near_christmas == hours_in_words(hours, Territory.METROPOLE, date(2026, 6, 1), EN)


def test_where_nothing_is_known_of_the_hours_it_says_so() -> None:
    assert hours_in_words(Hours(), Territory.METROPOLE, TODAY, EN) == (
        "Opening hours not known: telephone before you go.",
    )
    assert breakable(hours_in_words(Hours(osm="Mo-Fr 09:00-17:00"), None, TODAY, FR)) == (
        "Horaires inconnus : téléphonez avant d’y aller.",
    )


def test_a_sources_own_words_lose_their_tags_and_are_cut_behind_a_sentence() -> None:
    service = Service(
        id="a--b", source="a", name="A", papers="<p>Apporter **tout** : [liste](https://x).</p> " + "mot " * 99
    )
    papers = card_of(service, TODAY, FR).papers
    assert papers.startswith("Apporter tout : liste.")
    assert len(papers) <= 240


def test_a_vcard_escapes_what_would_end_its_fields() -> None:
    service = Service(id="a--b", source="a", name="A;B, C\\D")
    assert vcard(card_of(service, TODAY, EN)).split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:A\\;B\\, C\\\\D;;;;",
        "FN:A\\;B\\, C\\\\D",
        "NOTE:Opening hours not known: telephone before you go.\\nDate of the last check not known.",
        "END:VCARD",
        "",
    ]


def test_a_vcard_never_exceeds_its_room_and_keeps_what_is_needed_most() -> None:
    card = card_of(SHELTER, TODAY, FR)
    whole = vcard(card, 10_000)
    assert "TEL:0123456789" in whole
    assert "0612345678" not in whole  # no number that only takes text messages among those to call
    for longest in range(200, len(whole.encode()) + 1):
        found = vcard(card, longest)
        assert len(found.encode()) <= longest
        assert "TEL:0800123456" in found
        # All the hours or none: half of them would be other hours.
        assert len({line in found for line in ("17 h 30", "Fermé les autres jours", "Fermé du 24 décembre")}) == 1
    assert len(vcard(card).encode()) <= LONGEST
    assert "ADR:;;12 bis\\, rue de l’Hôtel-de-Ville;Strasbourg;;67000;" in vcard(card)


def test_an_unsure_relay_is_marked_in_the_name_that_a_telephone_lists() -> None:
    found = vcard(card_of(UNSURE, TODAY, FR), 150)
    assert "FN:Médecin de garde (?)\r\n" in found
    assert "NOTE:À VÉRIFIER" in vcard(card_of(UNSURE, TODAY, FR))


FIELDS = {"BEGIN", "VERSION", "N", "FN", "TEL", "ADR", "NOTE", "END"}


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(services)
def test_any_relay_at_all_can_be_taken_away(service: Service) -> None:
    card = card_of(service, TODAY, FR)
    found = vcard(card)
    assert len(found.encode()) <= LONGEST
    assert {line.partition(":")[0] for line in found.removesuffix("\r\n").split("\r\n")} <= FIELDS
    assert found.count("BEGIN:VCARD\r\n") == 1
    text = text_of(card, FR)
    assert parts_of(text) == 1
    assert "\n" not in text
    receipt = Receipt(32)
    receipt.feed(composed(slip_of([card], TODAY, FR, "0 800"), Printer(paper_mm=58, qr="native")))
    assert receipt.faults == []
    assert max(len(line.text) for line in receipt.printed if isinstance(line, Line)) <= 32
