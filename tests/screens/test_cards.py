"""Cards as the guide splits them, laid out as they are drawn: each line whole, on the smallest panel and the others."""

from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest

from kiosk.directory.sources import helplines
from kiosk.directory.sources.report import Report
from kiosk.guide.card_pages import NAME, NAME_ROWS, reckoned, rows
from kiosk.guide.page import Page
from kiosk.guide.worker_page import WorkerView
from kiosk.guide.worker_pages import Words as WorkerWords
from kiosk.guide.worker_pages import worker_page
from kiosk.guide.worker_state import Rules, Worker
from kiosk.rules import tongue_of
from kiosk.screens import style
from kiosk.screens.desk import Desk
from kiosk.screens.desks import desk_view
from kiosk.screens.layout import layout
from kiosk.screens.pages import PageView, page_view
from kiosk.screens.shapes import Box, Drawing, Key, Words, Work
from kiosk.speech.catalogue import load, words_of
from tests.fakes.cards import FULL, STATES, card_of, told_pages
from tests.fakes.directory import CLOCK
from tests.screens.scenes import LANGUAGES, PANELS
from tests.screens.stage import ROOT, Ruler
from tests.screens.test_layout import apart, within

LETTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\u00e0\u00e2\u00e7\u00e8\u00e9\u00ea\u00eb\u00ee\u00ef"
    "\u00f4\u00f9\u00fb\u0153\u00e6\u00c0\u00c2\u00c7\u00c8\u00c9\u00ca\u00ce\u00d4\u0152.,;:!?'\u2019-\u2013()/\"&@%+"
    "\u20ac\u00b0\u00a0\u00ab\u00bb\u2026\u00b7_"
)


def drawn(view: PageView, ruler: Ruler, glass: style.Panel) -> Drawing:
    return layout(view, *glass.size, ruler.measure(glass.unit))


def check_whole(page: Page, language: str, ruler: Ruler, glass: style.Panel) -> None:
    """Each fact is drawn, all of its words; nothing lies on another; each key can be touched."""
    view = page_view(page, load(language))
    drawing = drawn(view, ruler, glass)
    texts = [shape for shape in drawing.shapes if isinstance(shape, Words)]
    seen = "".join(shape.text for shape in texts).replace(" ", "")
    assert "".join(fact.text for fact in view.facts).replace(" ", "") in seen, (glass, page.lines, seen)
    assert len(view.facts) == len(page.lines)
    if page.number == 1 and rows(page.title, NAME) <= NAME_ROWS:
        assert page.title.replace(" ", "") in seen
    for option in (*view.options, *view.ways):
        assert option.title in [shape.text for shape in texts], "a word of ours is never cut"
    for one, other in combinations(texts, 2):
        assert apart(one.box, other.box), (one, other)
    for words, target in product(texts, drawing.targets):
        assert within(words.box, target.box) or apart(words.box, target.box), (words, target)
    for target in drawing.targets:
        assert min(target.box.w, target.box.h) >= style.TOUCH - 0.01
    for left, right in combinations(drawing.targets, 2):
        assert apart(left.box, right.box, gap=3.0), (left, right)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_full_card_is_drawn_whole_on_every_panel(language: str, ruler: Ruler) -> None:
    for state in STATES:
        for told in told_pages(card_of(FULL, state), language):
            for glass, _ in PANELS.values():
                check_whole(told.page, language, ruler, glass)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_every_helpline_is_drawn_whole_on_the_smallest_panel(language: str, ruler: Ruler) -> None:
    """Names, numbers and conditions as the shipped list writes them."""
    services, _ = helplines.read([Path(ROOT, "config/directory/helplines_fr.json")], Report())
    assert services
    glass = PANELS["800x480 at 7 in"][0]
    for at, service in enumerate(services):
        for told in told_pages(card_of(service, STATES[at % len(STATES)], None), language):
            check_whole(told.page, language, ruler, glass)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_social_worker_s_card_is_drawn_whole_on_every_panel(language: str, ruler: Ruler) -> None:
    own = WorkerWords(tongue_of(language), words_of(language, "worker"), words_of(language, "takeaway"))
    rules = Rules(language=language, has_printer=True, has_texts=True)
    for state in STATES:
        worker = Worker(language, 0.0, view=WorkerView.CARD, shown=card_of(FULL, state).found)
        number, of = 0, 1
        while number < of:
            number += 1
            page = worker_page(replace(worker, page=number), rules, own, CLOCK)
            assert page is not None
            assert (page.number, page.lines != ()) == (number, True)
            of = page.of
            for glass, _ in PANELS.values():
                drawing = layout(desk_view(page, Desk(), load(language)), *glass.size, ruler.measure(glass.unit))
                texts = [shape for shape in drawing.shapes if isinstance(shape, Words)]
                seen = "".join(shape.text for shape in texts).replace(" ", "")
                assert "".join(line.text for line in page.lines).replace(" ", "") in seen, (glass, page.lines, seen)
                for one, other in combinations(texts, 2):
                    assert apart(one.box, other.box), (one, other)
                deeds = [target.deed for target in drawing.targets]
                turn = Work("turn", "page", number + 1)
                assert (turn in deeds, Work("wrong") in deeds) == (number < of, number == of)


def test_no_letter_is_wider_than_the_guide_reckons(ruler: Ruler) -> None:
    for glass, _ in PANELS.values():
        measure = ruler.measure(glass.unit)
        em = glass.font_px(style.SMALL) / glass.unit
        for letter, bold in product(LETTERS, (False, True)):
            wide = (measure(f"n{letter * 20}n", style.SMALL, bold) - measure("nn", style.SMALL, bold)) / 20 / em
            assert wide <= reckoned(letter) + 0.001, (letter, bold)


def test_a_card_with_more_pages_has_the_key_above_the_person(ruler: Ruler) -> None:
    glass = PANELS["800x480 at 7 in"][0]
    for told in told_pages(card_of(FULL, STATES[0]), "fr")[:-1]:
        drawing = drawn(page_view(told.page, load("fr")), ruler, glass)
        boxes: dict[str, Box] = {one.deed.key: one.box for one in drawing.targets if isinstance(one.deed, Key)}
        assert sorted(boxes) == ["#", "0", "1", "2", "3", "5"]
        assert (boxes["5"].x, boxes["5"].w) == pytest.approx((boxes["0"].x, boxes["0"].w))
        assert len({round(boxes[key].y, 6) for key in "123#0"}) == 1
        assert boxes["5"].bottom < boxes["0"].y
