"""The numbers of a relay in words: what a call costs, and whether the line is answered, apart from the door."""

from datetime import timedelta

import msgspec
import pytest

from kiosk.directory.hours.openness import Answer, Closed, Open, Unknown
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.index.facts import hours_of
from kiosk.directory.parts import Channel, Confidence, Cost, Hours, Payer, Phone, Place
from kiosk.directory.record import Service
from kiosk.directory.search.question import Clock
from kiosk.rules import tongue_of
from kiosk.speech.entries import card
from kiosk.speech.openings import brief
from kiosk.speech.phones import cost_words, line_state
from kiosk.speech.readings import NO_BREAK
from kiosk.speech.tongue import Tongue
from tests.fakes.directory import CLOCK, NOW, SHELTER, found

FRENCH, ENGLISH = tongue_of("fr"), tongue_of("en")
NIGHT = Clock(NOW.replace(hour=22), is_trusted=True)
DAY_LINE = Phone(number="0148000001", cost=Cost.STANDARD, hours=Hours("Mo-Fr 09:00-17:00"))
HOSTEL = msgspec.structs.replace(SHELTER, hours=Hours("Mo-Su 18:00-24:00"), phones=(DAY_LINE,))
"""Open in the evening, called in the day."""


def told(service: Service, answer: Answer, clock: Clock, tongue: Tongue = FRENCH) -> list[tuple[str, str, str]]:
    """Tone, what is shown, and what is said, of the door and of the numbers."""
    entries = [one for one in card(found(service, answer), clock, tongue) if one.role in ("open", "phone")]
    return [
        (one.tone, one.text.replace(NO_BREAK, " "), " ".join(each.words for each in one.said).replace(NO_BREAK, " "))
        for one in entries
    ]


def test_a_line_that_is_shut_at_night_says_so_and_when_it_opens_although_the_door_is_open() -> None:
    midnight = Open(NIGHT.now.replace(hour=0) + timedelta(days=1))
    assert told(HOSTEL, midnight, NIGHT) == [
        ("open", "Sur place : ouvert jusqu’à minuit", "Sur place : ouvert jusqu’à minuit"),
        (
            "",
            "Téléphone : 01 48 00 00 01, prix d’un appel normal",
            "Téléphone : zéro 1, 48, zéro zéro, zéro zéro, zéro 1, prix d’un appel normal",
        ),
        (
            "closed",
            "Au téléphone : fermé. Ouvre demain à 9 h",
            "Au téléphone : fermé. Ouvre demain à 9 heures",
        ),
    ]
    assert [line[:2] for line in told(HOSTEL, midnight, NIGHT, ENGLISH)] == [
        ("open", "On site: open until midnight"),
        ("", "Telephone: 01 48 00 00 01, price of an ordinary call"),
        ("closed", "By telephone: closed. Opens tomorrow at 09:00"),
    ]


def test_a_line_that_is_answered_while_the_door_is_shut_says_so() -> None:
    lines = told(HOSTEL, Closed(NOW.replace(hour=18)), CLOCK)
    assert [line[:2] for line in lines] == [
        ("closed", "Sur place : fermé. Ouvre à 18 h"),
        ("", "Téléphone : 01 48 00 00 01, prix d’un appel normal"),
        ("open", "Au téléphone : ouvert jusqu’à 17 h"),
    ]


def test_a_number_without_hours_or_with_its_relay_s_is_answered_as_the_relay_is_and_nothing_is_said_twice() -> None:
    state = Open(NOW.replace(hour=18))
    for hours in (Hours(), SHELTER.hours, HOSTEL.hours):
        one = msgspec.structs.replace(HOSTEL, phones=(msgspec.structs.replace(DAY_LINE, hours=hours),))
        assert [line[0] for line in told(one, state, CLOCK)] == ["open", ""]
        assert line_state(one.phones[0], found(one, state), CLOCK) == state


def test_a_line_of_an_unsure_relay_and_one_without_a_clock_are_never_sure() -> None:
    unsure = msgspec.structs.replace(HOSTEL, confidence=Confidence.C)
    assert told(unsure, Open(None), NIGHT)[-1][:2] == ("check", "Au téléphone : fermé. Ouvre demain à 9 h, à vérifier")
    blind = Clock(NIGHT.now, is_trusted=False)
    assert told(HOSTEL, Unknown(Reason.CLOCK), blind)[-1][:2] == (
        "unknown",
        "Au téléphone : heure inconnue. Vérifiez les horaires",
    )


def test_a_line_overseas_goes_by_its_own_clock() -> None:
    reunion = Place(street="1 rue de Paris", postcode="97400", commune="Saint-Denis", insee="97411")
    there = msgspec.structs.replace(HOSTEL, place=reunion)
    at_noon = Clock(NOW.replace(hour=12), is_trusted=True)
    assert line_state(DAY_LINE, found(there), CLOCK) == Closed(NOW.replace(hour=6) + timedelta(days=1))
    assert isinstance(line_state(DAY_LINE, found(there), at_noon), Open)


def test_a_helpline_without_a_place_is_open_when_its_line_is() -> None:
    line = msgspec.structs.replace(HOSTEL, place=Place(), hours=Hours("24/7"))
    assert hours_of(line) == DAY_LINE.hours
    assert told(line, Closed(None), CLOCK)[0][:2] == ("closed", "Fermé")
    assert [tone for tone, _, _ in told(line, Closed(None), CLOCK)] == ["closed", ""], "and it is said once"
    assert brief(found(line, Open(NOW.replace(hour=17))), CLOCK, FRENCH)[0] == f"Ouvert jusqu’à 17{NO_BREAK}h"


PLUS = "plus le prix d’un appel"
CHARGED = [
    ("0,06 € /min + prix d'un appel", f"0,06 € par minute, {PLUS}", f"6 centimes par minute, {PLUS}"),
    ("( 0.15 € /min)", "0,15 € par minute", "15 centimes par minute"),
    ("0,50 euro par minute", "0,50 € par minute", "50 centimes par minute"),
    ("Service 0,05 € /appel + prix appel", f"0,05 € par appel, {PLUS}", f"5 centimes par appel, {PLUS}"),
    ("1,35 € l'appel", "1,35 € par appel", "1 euros 35 par appel"),
    ("3,00 € la minute", "3,00 € par minute", "3 euros par minute"),
    ("0,80 €/min TTC", "0,80 € par minute", "80 centimes par minute"),
    # Two prices, one of which nobody knows what for, and none: it costs money, and no more is known.
    ("0,05 €/appel puis 0,10 €/min", "appel payant", "appel payant"),
    ("0,12 €", "appel payant", "appel payant"),
    ("Numéro violet ou majoré : service payant", "appel payant", "appel payant"),
    ("10,150 €/min", "appel payant", "appel payant"),
    ("", "appel payant", "appel payant"),
]


@pytest.mark.parametrize(("source", "shown", "said"), CHARGED)
def test_a_price_is_read_where_there_is_one_alone_and_it_says_of_what(source: str, shown: str, said: str) -> None:
    phone = Phone(number="0892000001", cost=Cost.CHARGED, cost_text=source)
    assert (cost_words(phone, FRENCH.words), cost_words(phone, FRENCH.words, aloud=True)) == (shown, said)
    assert cost_words(phone, FRENCH.paper) == shown, "on paper as on the screen"


def test_what_a_call_costs_is_said_as_people_say_it() -> None:
    def words(**known: object) -> tuple[str, str]:
        phone = msgspec.structs.replace(Phone(number="0148000001"), **known)
        return cost_words(phone, FRENCH.words), cost_words(phone, ENGLISH.words, aloud=True)

    assert words(cost=Cost.FREE) == ("appel gratuit", "free call")
    assert words(cost=Cost.STANDARD) == ("prix d’un appel normal", "price of an ordinary call")
    assert words(cost=Cost.CHARGED, cost_text="0,15 €/min") == ("0,15 € par minute", "15 cents a minute")
    assert words() == ("", ""), "nobody knows"
    assert words(payer=Payer.SERVICE) == ("appel gratuit", "free call")
    assert words(cost=Cost.FREE, channel=Channel.SMS) == ("", ""), "what a message costs is another price"
