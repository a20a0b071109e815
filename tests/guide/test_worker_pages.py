"""What the social worker sees: every view in both languages, from real services."""

# ruff: noqa: RUF001 (French has typographic apostrophes)

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from kiosk.directory import formats
from kiosk.directory.hours.openness import openness, territory_at
from kiosk.directory.index.facts import hours_of, place_of
from kiosk.directory.parts import Hours, Place, Room
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service
from kiosk.directory.search.question import Answer, Clock, Found
from kiosk.directory.vocabulary import vocabulary
from kiosk.guide.correction import Wrong
from kiosk.guide.page import Line
from kiosk.guide.worker_page import Action, Chip, Day, Row, WorkerPage, WorkerView
from kiosk.guide.worker_pages import CHOICES, COLUMNS, ROWS, Words, worker_page
from kiosk.guide.worker_state import Asked, Rules, Worker
from kiosk.rules import tongue_of
from kiosk.speech.catalogue import words_of
from kiosk.takeaway.card import card_of
from kiosk.takeaway.vcard import vcard
from tests.takeaway.relays import SHELTER, UNSURE

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)  # a Sunday, 15:30 in Paris
CLOCK = Clock(NOW, is_trusted=True)
RULES = Rules(has_printer=True, has_texts=True)
WORDS = {code: Words(tongue_of(code), words_of(code, "worker"), words_of(code, "takeaway")) for code in ("fr", "en")}
HELPLINES = formats.shipped()[0]


def found(service: Service, km: float | None = None) -> Found:
    place = place_of(service)
    territory = territory_at(place.insee, place.postcode, place.country)
    return Found(service, openness(hours_of(service), territory, NOW), km, Room.UNKNOWN, (), 0.0)


ANSWER = Answer((found(SHELTER, 1.2), found(UNSURE), *map(found, HELPLINES)), CLOCK, Spot(name="Strasbourg"))


def page(worker: Worker, language: str = "fr", rules: Rules = RULES, clock: Clock = CLOCK) -> WorkerPage:
    shown = worker_page(replace(worker, language=language), rules, WORDS[language], clock)
    assert shown is not None
    return shown


def test_what_was_found_with_its_filters() -> None:
    asked = Asked(
        text="douche", needs=("sante",), audiences=("femmes",), languages=("ar", "fr"), open="now", radius="10"
    )
    shown = page(Worker("fr", 0.0, asked=asked, answer=ANSWER, kept=(found(UNSURE),)))
    assert shown.filters == (
        Chip("need", "Besoins", "sante", is_on=True),
        Chip("audience", "Public", "Femmes", is_on=True),
        Chip("language", "Langues", "arabe, français", is_on=True),
        Chip("open", "Ouvert", "maintenant", is_on=True),
        Chip("radius", "Distance", "10 km", is_on=True),
    )
    assert (shown.title, shown.text, shown.place) == ("Recherche", "douche", "Strasbourg")
    assert shown.rows[:2] == (
        Row(
            id="own--accueil-1",
            title="Accueil de jour « L’Œuvre »",
            note="1\N{NO-BREAK SPACE}km · Strasbourg",
            open="Fermé",
            tone="closed",
            phone="0\N{NO-BREAK SPACE}800\N{NO-BREAK SPACE}12\N{NO-BREAK SPACE}34\N{NO-BREAK SPACE}56",
        ),
        Row(
            id="own--ligne-2",
            title="Médecin de garde",
            note="",
            open="À vérifier",
            tone="check",
            phone="116\N{NO-BREAK SPACE}117",
            is_kept=True,
            is_unsure=True,
        ),
    )
    assert (len(shown.rows), shown.number, shown.of) == (ROWS, 1, -(-len(ANSWER.found) // ROWS))
    assert shown.actions == (
        Action("filters", "Filtrer"),
        Action("clear", "Tout effacer"),
        Action("short_list", "Sélection (1)"),
        Action("close", "Fermer"),
    )


def test_pages_are_turned_and_the_last_one_is_the_last() -> None:
    numbers = range(1, len(ANSWER.found) + 1)
    pages = [page(Worker("fr", 0.0, answer=ANSWER, page=number)) for number in numbers]
    shown = [row.id for one in pages[: pages[0].of] for row in one.rows]
    assert shown == [one.service.id for one in ANSWER.found]
    assert page(Worker("fr", 0.0, answer=ANSWER, page=999)) == pages[pages[0].of - 1]


@pytest.mark.parametrize("name", ["need", "audience", "language", "open", "radius"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_value_of_every_filter_is_offered_once_and_in_words(name: str, language: str) -> None:
    worker = Worker("fr", 0.0, view=WorkerView.CHOOSE, filter=name)
    first = page(worker, language)
    every: list[Chip] = []
    for number in range(1, first.of + 1):
        one = page(Worker("fr", 0.0, view=WorkerView.CHOOSE, filter=name, page=number), language)
        assert len(one.choices) <= CHOICES
        every += one.choices
    assert len({chip.name for chip in every}) == len(every)
    assert all(chip.title and "_" not in chip.title and "--" not in chip.title for chip in every)
    if name == "need":
        assert {chip.name for chip in every} == set(vocabulary().needs)
        assert first.choices[0].name == "urgence--danger"


def test_a_chosen_time_stands_among_the_values() -> None:
    worker = Worker("fr", 0.0, view=WorkerView.CHOOSE, filter="open", asked=Asked(open="2026-11-24T18:00"))
    assert page(worker).choices[0] == Chip("2026-11-24T18:00", whole("24~novembre 2026, 18~h"), is_on=True)


def test_a_card_has_its_lines_its_code_and_what_this_site_can_do() -> None:
    worker = Worker("fr", 0.0, view=WorkerView.CARD, shown=found(SHELTER, 1.2), answer=ANSWER)
    shown = page(worker)
    assert shown.title == "Accueil de jour « L’Œuvre »"
    assert (shown.lines[0].role, shown.number) == ("open", 1)
    pages = [page(replace(worker, page=number)) for number in range(1, shown.of + 1)]
    assert Line("name", "Secours de la Côte") in [line for one in pages for line in one.lines]
    assert [bool(one.qr) for one in pages] == [True] + [False] * (shown.of - 1)
    assert page(replace(worker, page=99)) == pages[-1]
    assert shown.qr == vcard(card_of(SHELTER, NOW.date(), WORDS["fr"].paper))
    assert [one.do for one in shown.actions] == ["keep", "print", "send", "wrong", "back", "close"]
    bare = page(worker, rules=Rules())
    assert [one.do for one in bare.actions] == ["keep", "wrong", "back", "close"]
    unsure = page(Worker("en", 0.0, view=WorkerView.CARD, shown=found(UNSURE)), "en")
    assert unsure.lines[0].tone == "check"


def test_what_is_wrong_is_chosen_from_five_words() -> None:
    shown = page(Worker("en", 0.0, view=WorkerView.WRONG, shown=found(SHELTER)), "en")
    assert shown.title == "What is wrong?"
    assert [(one.do, one.field) for one in shown.actions] == [
        *(("report", wrong) for wrong in Wrong), ("back", ""), ("close", "")
    ]  # fmt: skip


def whole(text: str) -> str:
    """``text`` with a no-break space for each ``~``."""
    return text.replace("~", "\N{NO-BREAK SPACE}")


def test_hours_are_compared_day_by_day_from_today_in_the_local_calendar() -> None:
    kept = (found(SHELTER), found(UNSURE), found(HELPLINES[26]), found(HELPLINES[15]))
    shown = page(Worker("fr", 0.0, view=WorkerView.COMPARE, kept=kept))
    assert shown.columns == (
        "Accueil de jour « L’Œuvre »",
        "Médecin de garde",
    )
    assert shown.days[:2] == (
        Day(whole("Dimanche 22~novembre"), ("fermé", "24 heures sur 24")),
        Day(whole("Lundi 23~novembre"), (whole("9~h – 12~h, 14~h – 17~h~30"), "24 heures sur 24")),
    )
    assert (len(shown.days), len(shown.columns), shown.of) == (7, COLUMNS, 2)
    second = page(Worker("en", 0.0, view=WorkerView.COMPARE, kept=kept, page=2), "en")
    assert second.columns == ("Antidiscriminations (Défenseur des droits)", "SOS Crise")
    assert second.days[0] == Day(whole("Sunday 22~November"), ("?", "9:00 – 19:00"))
    closed = Clock(NOW.replace(month=12, day=23), is_trusted=True)
    days = page(Worker("fr", 0.0, view=WorkerView.COMPARE, kept=kept[:1]), clock=closed).days
    assert [day.cells[0] for day in days[:3]] == [whole("9~h – 12~h, 14~h – 17~h~30"), "fermé", "fermé"]


def test_midnight_is_short_in_a_column() -> None:
    late = msgspec.structs.replace(SHELTER, hours=Hours("Mo-Su,PH 18:00-24:00"))
    for language, cell in (("fr", "18~h – 0~h"), ("en", "18:00 – 0:00")):
        days = page(Worker(language, 0.0, view=WorkerView.COMPARE, kept=(found(late),)), language).days
        assert {day.cells for day in days} == {(whole(cell),)}


def test_hours_that_ask_for_school_holidays_are_compared_by_the_place_s_own() -> None:
    lille = msgspec.structs.replace(SHELTER, hours=Hours("Mo-Fr 09:00-12:00; SH off"), place=Place(insee="59350"))
    out = Clock(NOW.replace(month=12, day=21), is_trusted=True)  # a Monday of the Christmas holidays, everywhere
    for clock, cells in ((Clock(NOW, is_trusted=True), ("fermé", whole("9~h – 12~h"))), (out, ("fermé", "fermé"))):
        days = page(Worker("fr", 0.0, view=WorkerView.COMPARE, kept=(found(lille),)), clock=clock).days
        assert tuple(day.cells[0] for day in days[:2]) == cells


def test_notices_are_words_of_ours_or_of_the_slip_and_an_unknown_time_is_told() -> None:
    assert page(Worker("fr", 0.0, notice="notice.full")).notice == whole("La sélection est pleine~: huit relais.")
    printed = page(Worker("en", 0.0, notice="print.no_paper"), "en")
    assert (printed.notice, printed.tone) == ("The printer has no paper.", "check")
    good = page(Worker("en", 0.0, notice="notice.told", is_good=True), "en")
    assert good.tone == "good"
    lost = page(Worker("fr", 0.0), clock=Clock(NOW, is_trusted=False))
    assert lost.notice == whole("L’appareil ne connaît pas l’heure~: vérifiez les horaires.")


def test_a_hidden_mode_shows_nothing() -> None:
    assert worker_page(Worker("fr", 0.0, kept=(found(UNSURE),), is_hidden=True), RULES, WORDS["fr"], CLOCK) is None


@pytest.mark.parametrize("name", ["worker", "takeaway"])
def test_both_languages_have_the_same_words(name: str) -> None:
    french, english = words_of("fr", name), words_of("en", name)
    assert set(french) == set(english)
    assert [key for key, text in (*french.items(), *english.items()) if not text.strip()] == []
    for key in french:
        fields = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in (french[key], english[key])]
        assert fields[0] == fields[1], key


def test_a_page_travels_as_json() -> None:
    shown = page(Worker("fr", 0.0, answer=ANSWER))
    assert msgspec.json.decode(msgspec.json.encode(shown), type=WorkerPage) == shown
