"""Which lines of a card stand on which page: all of them, in the order of their weight, and none twice."""

from dataclasses import replace
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.index.facts import place_of
from kiosk.directory.parts import Confidence, Place
from kiosk.directory.search.question import Answer, Room
from kiosk.directory.sources import helplines
from kiosk.directory.sources.report import Report
from kiosk.guide.browse import AtCard, AtList, AtNeeds
from kiosk.guide.card_pages import NARROW, ROWS, WIDE, card_pages, rows
from kiosk.guide.pages import Told, told
from kiosk.rules import tongue_of
from kiosk.speech.studio import languages
from kiosk.speech.tongue import Entry
from tests.fakes.cards import FULL, STATES, card_of, told_pages
from tests.fakes.directory import CALLED, CLOCK, LINE_115, found

ROOT = Path(__file__).resolve().parents[2]
ROLES = st.sampled_from(["name", "warning", "open", "room", "where", "phone", "who", "papers", "checked"])
TEXTS = st.text(st.sampled_from("aiMW-. \u00a0é9"), min_size=1, max_size=160).map(str.strip).filter(bool)
ENTRIES = st.lists(st.builds(Entry, ROLES, TEXTS, st.just(())), max_size=12)


@settings(max_examples=100)
@given(entries=ENTRIES)
def test_each_line_is_on_one_page_whole_or_going_on_over_the_leaf(entries: list[Entry]) -> None:
    pages = card_pages("3919", entries)
    shown = [entry for page in pages for entry in page]
    assert sorted("".join(entry.text for entry in shown).replace(" ", "")) == sorted(
        "".join(entry.text for entry in entries).replace(" ", "")
    )
    assert all(pages) or not entries
    for page in pages:
        assert sum(min(rows(entry.text, WIDE), rows(entry.text, NARROW)) for entry in page) <= ROWS


def test_what_one_page_holds_stays_on_one() -> None:
    entries = [Entry("open", "Ouvert jour et nuit", ()), Entry("phone", "Téléphone : 115, appel gratuit", ())]
    assert card_pages("115", entries) == (tuple(entries),)
    assert card_pages("115", []) == ((),)


def test_a_short_line_fills_what_a_long_one_leaves() -> None:
    words = "République " * 4
    first, long, short = Entry("open", words * 2, ()), Entry("where", words * 2, ()), Entry("who", "Pour : femmes", ())
    pages = card_pages("Accueil", [first, long, short])
    assert pages == ((first, short), (long,))
    second = Entry("where", "Entrée B", ())
    assert card_pages("Accueil", [first, long, second]) == ((first,), (long, second))


def test_a_text_longer_than_a_page_goes_on_behind_a_word_and_is_said_with_both_parts() -> None:
    long = Entry("where", " ".join(["République"] * 30), ())
    pages = card_pages("Accueil", [long])
    assert [len(page) for page in pages] == [1] * len(pages)
    assert len(pages) > 1
    assert " ".join(page[0].text for page in pages) == long.text


def test_a_name_too_long_for_the_head_is_also_a_line_and_a_short_one_is_not() -> None:
    long = "Centre communal d\u2019action sociale de Saint-Germain-en-Laye, accueil sans domicile"
    assert [entry.text for page in card_pages(long, []) for entry in page] == [long]
    assert card_pages("Centre communal d\u2019action sociale", []) == ((),)


def test_the_number_of_a_line_that_has_no_place_is_on_its_first_page() -> None:
    services, _ = helplines.read([ROOT / "config/directory/helplines_fr.json"], Report())
    remote = [
        service for service in services if place_of(service) == Place() and service.confidence is not Confidence.C
    ]
    assert remote
    for language, service in product(languages(), remote):
        first = told_pages(card_of(service, STATES[0], None, room=Room.UNKNOWN), language)[0].page
        assert "phone" in [line.role for line in first.lines], (language, service.name)


def test_caution_and_state_are_on_the_first_page_whatever_the_relay_is_called() -> None:
    for language in languages():
        for state in STATES:
            first = told_pages(card_of(FULL, state), language)[0].page
            roles = [line.role for line in first.lines]
            assert roles[:2] == ["warning", "open"], (language, state, roles)


def test_the_first_page_tells_what_all_pages_show_and_how_to_read_on() -> None:
    for language in languages():
        pages = told_pages(card_of(FULL, STATES[0]), language)
        assert len(pages) > 2
        said = pages[0].page.say
        for page in pages[1:]:
            for sentence in own(page):
                assert sentence in said
        for page in pages[:-1]:
            assert tongue_of(language).put("choice.read_on_said") in page.page.say
        assert "5" not in [item.key for item in pages[-1].page.items]


def own(page: Told) -> list[str]:
    """What a further page says of the relay, behind its name and number and before the keys."""
    words = [each.words for each in page.sentences[2:]]
    return words[: next(at for at, each in enumerate(words) if each.startswith(("Pour appeler", "For a free call")))]


def test_a_further_page_tells_its_own_lines_and_keeps_the_keys() -> None:
    pages = [one.page for one in told_pages(card_of(FULL, STATES[0]), "fr")]
    assert [(page.number, page.of) for page in pages] == [(at, len(pages)) for at in range(1, len(pages) + 1)]
    for page in pages[:-1]:
        assert [item.key for item in page.items] == ["1", "2", "3", "5", "#", "0"]
    assert [item.key for item in pages[-1].items] == ["1", "2", "3", "#", "0"]
    last = pages[-1]
    assert last.say.splitlines()[1] == f"Page {len(pages)} sur {len(pages)}."
    assert "boucle magnétique" in last.say
    assert "Ouvert" not in last.say


def test_a_card_of_few_lines_has_one_page_and_none_to_turn() -> None:
    one = found(LINE_115)
    card = AtCard(AtList(AtNeeds(), "meal", Answer((one, one), CLOCK)), 0)
    page = told(card, tongue_of("fr"), calling=CALLED).page
    assert (page.number, page.of) == (1, 1)
    assert "5" not in [item.key for item in page.items]


def test_a_page_that_a_language_does_not_have_is_its_last_one() -> None:
    card = card_of(FULL, STATES[0])
    last = told_pages(card, "fr")[-1].page
    assert told(replace(card, page=40), tongue_of("fr"), calling=CALLED).page == last
