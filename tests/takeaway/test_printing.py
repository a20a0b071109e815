"""Slips: the bytes read back by a printer of another hand, and all that goes wrong with printers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import zxingcpp

from hardware.errors import DeviceVanished
from hardware.printer import Paper, Printer, PrinterStalled, PrinterState
from hardware.simulated.printer import SimulatedPrinter
from hardware.simulated.receipt import Cut, Line, Picture, Printed, Receipt, Symbol
from kiosk.commands import printer as command
from kiosk.commands.output import DONE, FAILED
from kiosk.settings import Settings, Terminal
from kiosk.takeaway import settings
from kiosk.takeaway.card import card_of
from kiosk.takeaway.composing import composed
from kiosk.takeaway.press import Press
from kiosk.takeaway.printing import Fate, Job, Word, printed
from kiosk.takeaway.slip import Piece, Words, printable, slip_of, wrapped
from kiosk.takeaway.vcard import vcard
from tests.takeaway.relays import EN, FR, SHELTER, TODAY, UNSURE

HELPLINE = "0 800 19 00 00"
SLIP = slip_of([card_of(SHELTER, TODAY, FR)], TODAY, FR, HELPLINE)
SHORT: tuple[Piece, ...] = (Words("Bonjour"),)


def read_back(data: bytes, columns: int = 48) -> list[Printed]:
    receipt = Receipt(columns)
    receipt.feed(data)
    assert receipt.faults == []
    return receipt.printed


def scanned(picture: Picture) -> str:
    """What a telephone reads in ``picture``, with white paper around it."""
    bits = np.unpackbits(np.frombuffer(picture.rows, dtype=np.uint8)).reshape(picture.height, picture.width)
    paper = np.pad(255 * (1 - bits), 16, constant_values=255).astype(np.uint8)
    (found,) = zxingcpp.read_barcodes(paper)
    return found.text


def test_a_slip_on_58_mm_is_read_back_line_by_line() -> None:
    out = read_back(composed(SLIP, settings.Printer(paper_mm=58)), 32)
    lines = [one for one in out if isinstance(one, Line) and one.text]
    assert [line.text for line in lines] == [
        "Adresses utiles",
        "--------------------------------",
        "Accueil de jour « L'OEuvre »",
        "(Secours de la Côte)",
        "Téléphone 0 800 12 34 56 (appel",
        "gratuit)",
        "Téléphone 01 23 45 67 89 (prix",
        "d'un appel normal)",
        "Téléphone 06 12 34 56 78 (par",
        "SMS)",
        "Adresse",
        "12 bis, rue de l'Hôtel-de-Ville",
        "Entrée B",
        "67000 Strasbourg",
        "Horaires",
        "Lundi au vendredi : 9 h - 12 h,",
        "14 h - 17 h 30",
        "Fermé les autres jours.",
        "Jours fériés : fermé.",
        "Fermé du 24 décembre 2026 au",
        "26 décembre 2026.",
        "Comment venir",
        "Téléphonez d'abord. Vous pouvez",
        "venir directement.",
        "Tram B, arrêt Broglie",
        "À apporter",
        "Pièce d'identité si vous en avez",
        "une",
        "Dernière vérification :",
        "3 octobre 2026.",
        "Prenez ce code en photo : votre",
        "téléphone garde l'adresse, sans",
        "internet.",
        "--------------------------------",
        "Parler à quelqu'un : SOS Crise,",
        "0 800 19 00 00, gratuit et",
        "anonyme.",
        "Imprimé le 22 novembre 2026.",
    ]
    assert [(line.is_bold, line.is_tall) for line in lines[:6]] == [
        (True, True), (False, False), (True, True), (True, True), (True, False), (True, False)
    ]  # fmt: skip
    assert out[-1] == Cut()


@pytest.mark.parametrize("paper_mm", [58, 80])
def test_the_code_on_the_slip_is_what_a_telephone_reads_and_fits_the_paper(paper_mm: int) -> None:
    own = msgspec.convert({"paper_mm": paper_mm}, settings.Printer)
    (picture,) = [one for one in read_back(composed(SLIP, own)) if isinstance(one, Picture)]
    assert picture.width <= 384
    assert scanned(picture) == vcard(card_of(SHELTER, TODAY, FR))


def test_a_printer_that_draws_codes_itself_gets_the_same_content_or_none_where_the_site_says_so() -> None:
    (symbol,) = [one for one in read_back(composed(SLIP, settings.Printer(qr="native"))) if isinstance(one, Symbol)]
    assert symbol == Symbol(vcard(card_of(SHELTER, TODAY, FR)).encode(), 4)
    without = read_back(composed(SLIP, settings.Printer(qr="none")))
    assert [one for one in without if isinstance(one, Picture | Symbol)] == []


@pytest.mark.parametrize("page", ["CP858", "CP850", "CP1252"])
def test_french_letters_are_right_on_every_code_page(page: str) -> None:
    own = msgspec.convert({"code_page": page}, settings.Printer)
    text = "ÀÂÇÉÈÊËÎÏÔÙÛÜ àâçéèêëîïôùûüÿ « »"
    assert read_back(composed((Words(text),), own))[0] == Line(text)


def test_what_a_page_lacks_is_printed_plainly_and_never_as_another_letter() -> None:
    assert printable("Œuvre… 5 € — l’été", "cp858") == "OEuvre... 5 € - l'été"
    assert printable("À la Nuit", "cp437") == "A la Nuit"
    assert printable("Łódź", "cp858") == "?ódz"
    assert printable("ملجأ", "cp858") == ""
    assert printable("12 rue X, ملجأ السلام 3", "cp858") == "12 rue X, 3"
    assert printable("a\tb\x1bc\N{NO-BREAK SPACE}d", "cp1252") == "a b?c\N{NO-BREAK SPACE}d"


def test_no_number_and_no_time_is_cut_at_the_end_of_a_line() -> None:
    text = "Téléphone 0 800 12 34 56".replace(" ", "\N{NO-BREAK SPACE}").replace("\N{NO-BREAK SPACE}", " ", 1)
    assert wrapped(printable(text, "cp858"), 20) == ["Téléphone", "0 800 12 34 56"]


def test_several_relays_stand_on_one_slip_each_with_its_own_code_and_its_doubt() -> None:
    slip = slip_of([card_of(SHELTER, TODAY, EN), card_of(UNSURE, TODAY, EN)], None, EN, HELPLINE)
    out = read_back(composed(slip, settings.Printer()))
    names = [scanned(one).split("FN:")[1].split("\r\n")[0] for one in out if isinstance(one, Picture)]
    assert names == ["Accueil de jour « L’Œuvre » (Secours de la Côte)", "Médecin de garde (?)"]
    text = [one.text for one in out if isinstance(one, Line)]
    assert "TO BE CHECKED before you go: this may be wrong." in text
    assert not any(line.startswith("Printed on") for line in text)  # nobody knows the date: none is printed
    assert [type(one) for one in out].count(Cut) == 1


# --- the printer --------------------------------------------------------------------------------------------


@pytest.fixture
def printer() -> Iterator[SimulatedPrinter]:
    one = SimulatedPrinter()
    yield one
    one.close()


def net(printer: SimulatedPrinter) -> settings.Printer:
    return settings.Printer(connection="network", device=printer.address)


def test_a_slip_goes_out_over_the_network(printer: SimulatedPrinter) -> None:
    assert printed(Job(SHORT, net(printer))) == Word(Fate.PRINTED)
    assert printer.receipt.printed[0] == Line("Bonjour")
    assert printer.receipt.printed[-1] == Cut()


@pytest.mark.parametrize("connection", ["serial", "usb"])
def test_a_slip_goes_out_over_a_device_file(tmp_path: Path, connection: str) -> None:
    printer = SimulatedPrinter(link=tmp_path / "printer")
    own = msgspec.convert({"connection": connection, "device": str(tmp_path / "printer")}, settings.Printer)
    try:
        assert printed(Job(SLIP, own)) == Word(Fate.PRINTED)
    finally:
        printer.close()
    assert printer.receipt.faults == []
    assert printer.receipt.text.startswith("Adresses utiles\n")
    # A picture would overrun a serial printer.
    codes = [type(one) for one in printer.receipt.printed if isinstance(one, Picture | Symbol)]
    assert codes == [Symbol if connection == "serial" else Picture]


def test_what_a_printer_says_unasked_is_not_taken_for_its_answer(printer: SimulatedPrinter) -> None:
    printer.condition.noise = bytes((0x11, 0x80, 0xFF, 0x00))
    assert printed(Job(SHORT, net(printer))) == Word(Fate.PRINTED)
    printer.condition.paper = Paper.OUT
    assert printed(Job(SHORT, net(printer))).fate is Fate.NO_PAPER


def test_a_slip_goes_into_a_file_after_what_is_there(tmp_path: Path) -> None:
    out = tmp_path / "slips.bin"
    own = settings.Printer(connection="file", device=str(out))
    assert [printed(Job(SHORT, own)).fate for _ in range(2)] == [Fate.PRINTED] * 2
    assert out.read_bytes() == composed(SHORT, own) * 2


def test_a_printer_without_paper_is_told_before_anything_is_sent(printer: SimulatedPrinter) -> None:
    printer.condition.paper = Paper.OUT
    assert printed(Job(SHORT, net(printer))) == Word(Fate.NO_PAPER, "printer: no paper; put a new roll in")
    assert printer.receipt.printed == []


def test_paper_that_ends_in_the_middle_is_told(printer: SimulatedPrinter) -> None:
    printer.condition.lines_left = 5
    assert printed(Job(SLIP, net(printer))).fate is Fate.NO_PAPER


def test_a_roll_near_its_end_still_prints_and_says_so(printer: SimulatedPrinter) -> None:
    printer.condition.paper = Paper.LOW
    assert printed(Job(SHORT, net(printer))) == Word(Fate.PRINTED, is_low=True)


def test_an_open_cover_is_told(printer: SimulatedPrinter) -> None:
    printer.condition.is_open = True
    assert printed(Job(SHORT, net(printer))).fate is Fate.OPEN


def test_a_printer_that_never_answers_is_printed_on_all_the_same(printer: SimulatedPrinter) -> None:
    printer.condition.is_deaf = True
    assert printed(Job(SHORT, net(printer))) == Word(Fate.PRINTED)
    assert printer.receipt.printed[0] == Line("Bonjour")


def test_a_printer_that_takes_no_more_is_given_up(printer: SimulatedPrinter) -> None:
    printer.condition.is_stuck = True
    one = Printer("network", printer.address, stall_s=0.2)
    with pytest.raises(PrinterStalled, match="paper"):
        one.write(bytes(16_000_000))
    one.close()


@pytest.mark.parametrize(
    ("own", "fate"),
    [
        (settings.Printer(), Fate.AWAY),
        (settings.Printer(connection="usb", device="/dev/usb/no-such-printer"), Fate.AWAY),
        (settings.Printer(connection="serial", device="/dev/no-such-port"), Fate.AWAY),
        (settings.Printer(connection="network", device="127.0.0.1:1"), Fate.AWAY),
        (settings.Printer(connection="network", device="127.0.0.1:no"), Fate.AWAY),
        (settings.Printer(connection="file", device="/proc/none/such"), Fate.AWAY),
        (settings.Printer(connection="file", device="/dev/null", profile="no-such"), Fate.FAILED),
    ],
)
def test_a_printer_that_is_away_or_wrongly_set_is_a_word_and_no_error(own: settings.Printer, fate: Fate) -> None:
    word = printed(Job(SHORT, own))
    assert word.fate is fate
    assert word.why


def test_a_printer_pulled_out_while_it_is_open_is_told_apart_from_one_that_does_not_answer() -> None:
    printer = SimulatedPrinter()
    one = Printer("network", printer.address)
    assert one.state() == PrinterState(answers=True, paper=Paper.THERE)
    printer.close()
    with pytest.raises(DeviceVanished, match="cable and power"):
        one.state()
    assert one.state_or_silence() == PrinterState()
    one.close()


def test_an_installer_prints_a_slip_and_is_told_what_became_of_it(
    printer: SimulatedPrinter, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Settings(terminal=Terminal(id="t", languages=("en",)), printer=net(printer))
    assert command.test(site, as_json=False) == DONE
    assert capsys.readouterr().out == "printed\n"
    assert "SOS Crise" in printer.receipt.text
    assert "Opening hours" in printer.receipt.text
    printer.condition.is_open = True
    assert command.test(site, as_json=True) == FAILED
    told = msgspec.json.decode(capsys.readouterr().out)
    assert told == {"fate": "open", "why": "printer: its cover is open; shut it", "low": False}


def test_core_prints_by_a_process_of_its_own_and_hears_what_became_of_it(printer: SimulatedPrinter) -> None:
    printer.condition.paper = Paper.LOW
    press = Press(net(printer))
    assert press.is_fitted
    assert asyncio.run(press.print(SLIP)) == Word(Fate.PRINTED, is_low=True)
    assert press.fault == ""
    (picture,) = [one for one in printer.receipt.printed if isinstance(one, Picture)]
    assert scanned(picture) == vcard(card_of(SHELTER, TODAY, FR))
