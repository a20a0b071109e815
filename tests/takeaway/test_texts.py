"""Text messages to people: one, plain, within the limits, and to French mobiles alone."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.message_pdu import parts_of, pdus
from hardware.text_message import Sending
from kiosk.guide.browse import Way
from kiosk.rules import ways_of
from kiosk.settings import Modem, Settings, Terminal
from kiosk.takeaway.card import card_of
from kiosk.takeaway.settings import Texts
from kiosk.takeaway.sms import mobile_of, plain, text_of
from kiosk.takeaway.texts import Posted, PostOffice
from tests.gsm.bench import bench
from tests.outbox.worlds import DrivenClock
from tests.takeaway.relays import EN, FR, SHELTER, TODAY, UNSURE

DIALLED = "06 12 34 56 78"
NUMBER = "+33612345678"


def test_a_relay_fits_one_message_with_what_is_needed_most() -> None:
    card = card_of(SHELTER, TODAY, FR)
    named = """Accueil de jour "L'OEuvre" (Secours de la Cote). 0800123456. """
    # The hours have no room, so none of them are there: half of them would be other hours.
    assert text_of(card, FR) == (
        f"{named}12 bis, rue de l'Hotel-de-Ville, Entrée B, 67000 Strasbourg. vérifié le 03/10/2026. 0123456789"
    )
    assert text_of(replace(card, address=(), hours=("Lundi : 9 h", "Fermé les autres jours.")), FR) == (
        f"{named}Lundi : 9 h; Fermé les autres jours. vérifié le 03/10/2026. 0123456789. SMS 0612345678"
    )
    unsure = text_of(card_of(UNSURE, TODAY, EN), EN)
    assert unsure == "TO BE CHECKED. Médecin de garde. 116117. 24 hours a day, every day"


@settings(max_examples=60)
@given(st.text(max_size=300), st.text(max_size=200))
def test_every_message_is_of_as_many_parts_as_allowed_and_has_the_number(name: str, street: str) -> None:
    card = replace(card_of(SHELTER, TODAY, FR), name=name, address=(street, "67000 Strasbourg"))
    for parts in (1, 2):
        text = text_of(card, FR, parts)
        assert parts_of(text) <= parts
        assert "0800123456" in text
        assert len(pdus(NUMBER, text, 0)) <= parts


def test_a_site_that_pays_two_messages_has_the_hours_in_them() -> None:
    text = text_of(card_of(SHELTER, TODAY, FR), FR, 2)
    assert parts_of(text) == 2
    assert "Lundi au vendredi : 9 h - 12 h, 14 h - 17 h 30" in text


def test_a_name_in_another_script_stays_as_it_is() -> None:
    card = replace(card_of(UNSURE, TODAY, FR), name="مركز الاستقبال اليومي", hours=())
    assert text_of(card, FR) == "A VÉRIFIER. مركز الاستقبال اليومي. 116117"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hôpital Sœurs d’Été, ça, où, Noël", "Hopital Soeurs d'Été, ca, où, Noel"),
        ("a@b_c [d] 5 €", "a@b_c [d] 5 €"),
        ("n° 12 \u2013 2e étage…", "no 12 - 2e étage..."),
        ("☎ Accueil\u00a0→ porte ½\x07", "Accueil porte 1/2"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_words_have_the_letters_of_a_message(text: str, said: str) -> None:
    assert plain(text) == said


@pytest.mark.parametrize(
    ("dialled", "number"),
    [
        ("0612345678", NUMBER),
        ("07.12.34.56.78", "+33712345678"),
        ("+33612345678", NUMBER),
        ("0033612345678", NUMBER),
        ("0123456789", None),
        ("0892123456", None),
        ("061234567", None),
        ("06123456789", None),
        ("+44612345678", None),
        ("112", None),
        ("", None),
    ],
)
def test_only_french_mobiles_are_written_to(dialled: str, number: str | None) -> None:
    assert mobile_of(dialled) == number


class Office:
    """A post office whose line answers what it is told."""

    def __init__(self, folder: Path, clock: DrivenClock, fate: Sending = Sending.SENT) -> None:
        self.clock = clock
        self.fate = fate
        self.sent: list[tuple[str, str]] = []
        self.office = PostOffice(Texts(enabled=True, per_visit=2, per_day=3), self._send, clock, folder / "texts.json")

    async def _send(self, number: str, text: str) -> Sending:
        self.sent.append((number, text))
        return self.fate

    def post(self, dialled: str = DIALLED) -> Posted:
        return asyncio.run(self.office.post(dialled, "x"))


def test_a_visit_and_a_day_have_their_limits_and_a_restart_does_not_lift_them(tmp_path: Path) -> None:
    clock = DrivenClock()
    one = Office(tmp_path, clock)
    assert [one.post() for _ in range(3)] == [Posted.SENT, Posted.SENT, Posted.ENOUGH]
    one.office.visit_over()
    assert [one.post() for _ in range(2)] == [Posted.SENT, Posted.ENOUGH]  # the third of the day
    again = Office(tmp_path, clock)
    assert again.post() is Posted.ENOUGH
    clock.push(86_401)
    assert again.post() is Posted.SENT
    assert len(one.sent) == 3
    assert (tmp_path / "texts.json").read_text() == '{"boot":"%s","sent_s":[86402.0]}' % clock.boot_name  # noqa: UP031


@pytest.mark.parametrize(
    ("fate", "posted", "counts"),
    [
        (Sending.NOT_NOW, Posted.NOT_NOW, False),
        (Sending.REFUSED, Posted.FAILED, False),
        (Sending.UNKNOWN, Posted.MAYBE, True),
    ],
)
def test_only_what_may_have_gone_out_counts(tmp_path: Path, fate: Sending, posted: Posted, counts: bool) -> None:
    one = Office(tmp_path, DrivenClock(), fate)
    assert [one.post(), one.post()] == [posted, posted]
    assert one.post() is (Posted.ENOUGH if counts else posted)


def test_a_number_that_is_no_mobile_asks_no_line(tmp_path: Path) -> None:
    one = Office(tmp_path, DrivenClock())
    assert one.post("0123456789") is Posted.NO_MOBILE
    assert one.sent == []


def test_a_message_leaves_by_the_modem_and_its_number_is_in_no_log_and_no_file(tmp_path: Path) -> None:
    text = text_of(card_of(SHELTER, TODAY, FR), FR)

    async def story() -> None:
        async with bench(tmp_path) as made:
            await made.ready()
            office = PostOffice(Texts(enabled=True), made.line.send_text, DrivenClock(), tmp_path / "texts.json")
            assert await office.post(DIALLED, text) is Posted.SENT
            assert (await made.control("state"))["texts"] == [{"number": NUMBER, "text": text}]
            for kept in (made.log, (tmp_path / "texts.json").read_text()):
                assert "612345678" not in kept
                assert "Accueil" not in kept

    asyncio.run(story())


@pytest.mark.parametrize(
    ("modem", "ways"),
    [(Modem(port="/dev/ttyUSB2"), (Way.TEXT,)), (Modem(), ()), (Modem(port="/dev/ttyUSB2", enabled=False), ())],
)
def test_a_site_without_a_mobile_line_offers_no_message(modem: Modem, ways: tuple[Way, ...]) -> None:
    assert ways_of(Settings(terminal=Terminal(id="t"), texts=Texts(enabled=True), modem=modem)) == ways
