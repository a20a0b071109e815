"""Where everything goes, measured with the real font on every screen, language and panel."""

from itertools import combinations, product

import pytest

from kiosk.screens import style
from kiosk.screens.desks import DeskView
from kiosk.screens.layout import layout
from kiosk.screens.lines import clip, wrap
from kiosk.screens.pages import PageView
from kiosk.screens.panel import WIDTH, panel
from kiosk.screens.shapes import Box, Drawing, Fill, Press, Words
from kiosk.screens.style import mm_per_px
from kiosk.screens.views import View, view
from kiosk.snapshot import Offer, Screen
from kiosk.speech.catalogue import load
from tests.screens.scenes import LANGUAGES, NOW_MS, PANELS, all_desks, all_pages, all_views, snapshot
from tests.screens.stage import Ruler

EVERY = list(product(PANELS, LANGUAGES))
HAIR = 0.02
"""Units; a fortieth of a pixel is nobody's overflow."""


def drawings(name: str, language: str, ruler: Ruler) -> list[tuple[str, Drawing, Box]]:
    glass, _ = PANELS[name]
    width, height = glass.size
    measure = ruler.measure(glass.unit)
    whole = Box(0, 0, width, height)
    every: list[View | PageView | DeskView] = [*all_views(language), *all_pages(language), *all_desks(language)]
    every.append(view(snapshot(Screen.IDLE, language, may_work=True), load(language), NOW_MS))
    return [(seen.name, layout(seen, width, height, measure), whole) for seen in every]


def within(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - HAIR
        and inner.y >= outer.y - HAIR
        and inner.right <= outer.right + HAIR
        and inner.bottom <= outer.bottom + HAIR
    )


def apart(one: Box, other: Box, gap: float = 0.0) -> bool:
    return (
        one.right + gap <= other.x + HAIR
        or other.right + gap <= one.x + HAIR
        or one.bottom + gap <= other.y + HAIR
        or other.bottom + gap <= one.y + HAIR
    )


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_text_leaves_its_room_or_the_screen(name: str, language: str, ruler: Ruler) -> None:
    for screen, drawing, whole in drawings(name, language, ruler):
        for words in (shape for shape in drawing.shapes if isinstance(shape, Words)):
            assert within(words.box, words.room), (screen, words)
            assert within(words.room, whole), (screen, words)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_text_lies_on_another_or_across_the_edge_of_a_button(name: str, language: str, ruler: Ruler) -> None:
    for screen, drawing, _ in drawings(name, language, ruler):
        texts = [shape for shape in drawing.shapes if isinstance(shape, Words)]
        for one, other in combinations(texts, 2):
            assert apart(one.box, other.box), (screen, one.text, other.text)
        for words, target in product(texts, drawing.targets):
            assert within(words.box, target.box) or apart(words.box, target.box), (screen, words.text)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_targets_are_wide_enough_for_a_thumb_and_apart(name: str, language: str, ruler: Ruler) -> None:
    glass, diagonal_in = PANELS[name]
    mm = glass.unit * mm_per_px(glass, diagonal_in)
    for screen, drawing, whole in drawings(name, language, ruler):
        for target in drawing.targets:
            assert min(target.box.w, target.box.h) * mm >= 20, (screen, target)
            assert within(target.box, whole), (screen, target)
        for one, other in combinations(drawing.targets, 2):
            assert apart(one.box, other.box, gap=3 / mm), (screen, one, other)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_only_two_sizes_and_never_below_the_floor(name: str, language: str, ruler: Ruler) -> None:
    for screen, drawing, _ in drawings(name, language, ruler):
        texts = [shape for shape in drawing.shapes if isinstance(shape, Words)]
        assert {words.size >= style.SMALL for words in texts} == {True}, screen
        if screen.startswith("worker_"):
            # For who sits at the screen: no farther than an arm.
            continue
        # The title, always the first words of a picture, is of the size that EN 301 549 5.1.4 asks for.
        assert texts[0].size >= style.MAIN
        assert texts[0].bold


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_text_and_its_ground_have_the_contrast(name: str, language: str, ruler: Ruler) -> None:
    """Measured on the drawing itself: the colour of each text against the last fill painted under it."""
    for screen, drawing, _ in drawings(name, language, ruler):
        fills: list[Fill] = []
        for shape in drawing.shapes:
            if isinstance(shape, Fill):
                fills.append(shape)
            elif isinstance(shape, Words):
                under = next(fill for fill in reversed(fills) if fill.box.holds(*shape.box.middle))
                assert style.contrast(shape.colour, under.colour) >= 7, (screen, shape.text)


def test_a_long_site_name_is_cut_and_nothing_else_moves(ruler: Ruler) -> None:
    glass, _ = PANELS["800x480 at 7 in"]
    measure = ruler.measure(glass.unit)
    words = load("fr")

    def texts(site: str) -> list[Words]:
        drawing = layout(view(snapshot(Screen.IDLE, site=site), words, NOW_MS), *glass.size, measure)
        return [shape for shape in drawing.shapes if isinstance(shape, Words)]

    usual, long = texts("Accueil"), texts("Centre communal d\u2019action sociale de Saint-Germain-en-Laye")
    footer = next(one for one in long if one.text.endswith("…"))
    assert within(footer.box, footer.room)
    assert [one.text for one in long if one is not footer] == [one.text for one in usual if one.text != "Accueil"]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_number_that_a_site_may_offer_fits_its_tile(name: str, language: str, ruler: Ruler) -> None:
    glass, _ = PANELS[name]
    words = load(language)
    names = [key.removeprefix("offer.") for key in words.read if key.startswith("offer.")]
    numbers = [Offer("1", one, one) for one in names if one.isdecimal()]
    assert len(numbers) > 8
    for i in range(len(numbers)):
        offers = tuple((numbers + numbers)[i : i + 3])
        seen = view(snapshot(Screen.UNANSWERED, language, reason="busy", offers=offers), words, NOW_MS)
        drawing = layout(seen, *glass.size, ruler.measure(glass.unit))
        for shape in drawing.shapes:
            assert not isinstance(shape, Words) or within(shape.box, shape.room), shape


def test_help_number_and_a_time_of_hours_fit_beside_the_title(ruler: Ruler) -> None:
    glass, _ = PANELS["800x480 at 7 in"]
    drawing = layout(view(snapshot(Screen.CONNECTED), load("en"), NOW_MS), *glass.size, ruler.measure(glass.unit))
    assert "1:02:05" in [shape.text for shape in drawing.shapes if isinstance(shape, Words)]


def test_the_call_button_is_the_largest(ruler: Ruler) -> None:
    for name, language in EVERY:
        for screen, drawing, _ in drawings(name, language, ruler):
            calls = [target for target in drawing.targets if target.deed == Press("help")]
            others = [target for target in drawing.targets if target.deed != Press("help")]
            for call, other in product(calls, others):
                assert call.box.w * call.box.h >= other.box.w * other.box.h - HAIR, (screen, language)


@pytest.mark.parametrize("name", PANELS)
def test_the_drawn_telephone_fits_beside_the_screen(name: str, ruler: Ruler) -> None:
    glass, _ = PANELS[name]
    height = glass.size[1]
    drawing = panel(snapshot(Screen.IDLE), height, ruler.measure(glass.unit))
    for target in drawing.targets:
        assert within(target.box, Box(0, 0, WIDTH, height))
    for one, other in combinations(drawing.targets, 2):
        assert apart(one.box, other.box), (one, other)


def test_lines_break_between_words_evenly_and_never_inside_a_number() -> None:
    def width(text: str) -> float:
        return float(len(text))

    assert wrap("", 10, width) == ()
    assert wrap("un deux", 10, width) == ("un deux",)
    assert wrap("Pour parler à quelqu\u2019un", 18, width) == ("Pour parler", "à quelqu\u2019un")
    assert wrap("le 0\u00a0800\u00a019", 7, width) == ("le", "0\u00a0800\u00a019")
    assert clip("Saint-Vincent", 8, width) == "Saint-V…"
    assert clip("Saint", 8, width) == "Saint"
