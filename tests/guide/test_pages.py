"""Every page of the directory: short, complete, and the same for eye and ear."""

import re
from dataclasses import replace

import pytest

from kiosk.directory.vocabulary import vocabulary
from kiosk.guide.browse import (
    CHOICES,
    AtCard,
    AtList,
    AtNeeds,
    AtNumber,
    AtTakeAway,
    Failed,
    Giving,
    Go,
    Searching,
    Seek,
    Stand,
    Way,
    pressed,
)
from kiosk.guide.pages import MISSING, Told, still_there, told
from kiosk.guide.tree import GROUPS
from kiosk.rules import tongue_of
from kiosk.screens.pictograms import Pictogram
from kiosk.speech.studio import languages
from tests.fakes.cards import FULL, STATES, card_of
from tests.fakes.directory import ANSWER, CALLED

LANGUAGES = languages()
LIST = AtList(AtNeeds("sleep"), "sleep_tonight", ANSWER)
TAKE_AWAY = AtTakeAway(AtCard(LIST, 0))
STANDS: list[Stand] = [
    *(AtNeeds(page=page) for page in range(3)),
    *(AtNeeds(group.name) for group in GROUPS),
    Searching(AtNeeds("sleep"), "sleep_tonight", "look"),
    Failed(AtNeeds("sleep"), "sleep_tonight"),
    LIST,
    *(AtCard(LIST, index) for index in range(3)),
    *(replace(card_of(FULL, STATES[0]), page=page) for page in range(3)),
    TAKE_AWAY,
    AtTakeAway(AtCard(LIST, 2), "print.no_paper"),
    AtNumber(TAKE_AWAY),
    AtNumber(TAKE_AWAY, "0612345"),
    AtNumber(TAKE_AWAY, "0612345678"),
    Giving(TAKE_AWAY, Way.PRINT, "give"),
    Giving(TAKE_AWAY, Way.TEXT, "give"),
]


def all_pages() -> list[tuple[str, Told]]:
    found = []
    for language in LANGUAGES:
        tongue = tongue_of(language)
        found += [(language, told(stand, tongue, calling=CALLED, ways=tuple(Way))) for stand in STANDS]
        found.append((language, still_there(tongue)))
    return found


PAGES = all_pages()


def test_at_most_four_numbered_choices_and_a_person_on_every_page() -> None:
    for _, one in PAGES:
        keys = [item.key for item in one.page.items]
        assert len(keys) == len(set(keys))
        assert sum(key in "1234" for key in keys) <= CHOICES
        is_dialled = any(MISSING in line.text for line in one.page.lines if line.role == "phone")
        assert is_dialled or "0" in keys


def test_every_key_of_a_page_is_said_with_what_it_does() -> None:
    for _, one in PAGES:
        for item in one.page.items:
            if item.key in "12345":
                assert re.search(rf"\b(touche|Touche|press|Press) {item.key}\b", one.page.say), one.page


def test_what_a_page_says_is_what_its_sentences_say() -> None:
    for language, one in PAGES:
        assert one.page.say == "\n".join(each.words for each in one.sentences)
        assert one.sentences[0].words
        assert one.page.title
        assert {each.language for each in one.sentences} <= {language, "fr"}


def test_every_pictogram_is_one_that_the_screen_draws() -> None:
    named = {item.picture for _, one in PAGES for item in one.page.items} - {""}
    assert named <= {picture.value for picture in Pictogram}


def test_every_need_is_reached_in_at_most_three_steps() -> None:
    """Steps are choices; turning a page of choices is none."""
    reached: set[str] = set()
    for group_page in range(3):
        for group_key in "1234":
            group = pressed(AtNeeds(page=group_page), group_key)
            assert isinstance(group, Go)
            assert isinstance(group.stand, AtNeeds)
            for wish_key in "1234":
                match pressed(group.stand, wish_key):
                    case Seek(wish=wish):
                        reached.update(next(each.needs for g in GROUPS for each in g.wishes if each.name == wish))
                    case other:
                        assert other is None
    missed = {need for need in vocabulary().needs if not any(_lies_in(need, theme) for theme in reached)}
    assert missed == set()
    unknown = {theme for theme in reached if not any(_lies_in(need, theme) for need in vocabulary().needs)}
    assert unknown == set()


def _lies_in(need: str, theme: str) -> bool:
    return need == theme or need.startswith(theme + "--")


def test_danger_and_shelter_come_first() -> None:
    assert [group.name for group in GROUPS[:2]] == ["danger", "sleep"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_choices_are_short(language: str) -> None:
    """FALC: what must be read to choose has a few words."""
    words = tongue_of(language).words
    long = {name: text for name, text in words.items() if name.startswith("need.") and len(text.split()) > 5}
    assert long == {}


def test_where_nothing_is_for_that_wish_the_page_says_so_and_who_can_help() -> None:
    listened = AtList(AtNeeds("eat"), "meal", ANSWER)
    other = told(listened, tongue_of("fr"))
    assert other.page.title == "Pas ici. Autre aide\u00a0:"
    assert [each.words for each in other.sentences[:3]] == [
        "Manger",
        "Je n\u2019ai rien trouvé ici pour cela.",
        "Ces lignes peuvent vous aider.",
    ]
    assert told(LIST, tongue_of("fr")).page.title == "Dormir ce soir"


def test_a_relay_that_cannot_be_called_offers_no_call() -> None:
    page = told(AtCard(LIST, 0), tongue_of("fr")).page
    assert [item.key for item in page.items] == ["2", "3", "5", "#", "0"]
    assert "gratuit" not in page.say


def test_the_last_relay_offers_no_next_one() -> None:
    page = told(AtCard(LIST, 2), tongue_of("fr"), calling=CALLED).page
    assert [item.key for item in page.items] == ["1", "2", "#", "0"]
