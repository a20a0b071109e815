"""Pages of the directory: what is drawn of them, without Kivy."""

from dataclasses import replace

import msgspec
import pytest

from kiosk.directory.search.question import Answer
from kiosk.guide.browse import AtCard, AtList, AtNeeds, AtNumber, AtTakeAway, Failed, Stand, Way, pages_of
from kiosk.guide.page import Item, Line, Page, PageKind
from kiosk.guide.pages import still_there, told
from kiosk.guide.tree import GROUPS
from kiosk.rules import tongue_of
from kiosk.screens import style
from kiosk.screens.codes import QUIET, modules
from kiosk.screens.layout import layout
from kiosk.screens.lines import fit
from kiosk.screens.pages import MARKS, page_view
from kiosk.screens.pictograms import Pictogram
from kiosk.screens.shapes import Box, Code, Drawing, Key, Picture, Words
from kiosk.screens.sheet import Sheet
from kiosk.screens.views import shown, waiting
from kiosk.snapshot import Screen, Snapshot
from kiosk.speech.catalogue import load
from tests.fakes.directory import CALLED, CLOCK, LINE_115, found
from tests.screens import leaves
from tests.screens.scenes import LANGUAGES, NOW_MS, PANELS, all_pages, all_views, snapshot
from tests.screens.stage import Ruler

FR = load("fr")
GLASS = PANELS["800x480 at 7 in"][0]


def drawn(page: Page, ruler: Ruler, glass: style.Panel = GLASS) -> Drawing:
    return layout(page_view(page, FR), *glass.size, ruler.measure(glass.unit))


def texts(drawing: Drawing) -> list[str]:
    return [shape.text for shape in drawing.shapes if isinstance(shape, Words)]


def keys(drawing: Drawing) -> list[str]:
    return sorted(target.deed.key for target in drawing.targets if isinstance(target.deed, Key))


def test_every_key_of_a_page_can_be_touched_and_no_other(ruler: Ruler) -> None:
    for name, page in leaves.ALL.items():
        assert keys(drawn(page, ruler)) == sorted({item.key for item in page.items}), name


def test_the_person_stands_in_the_corner_of_every_page_and_is_drawn_as_the_call_button(ruler: Ruler) -> None:
    for name, page in leaves.ALL.items():
        if page is leaves.NUMBER:
            # While a number is dialled, 0 is a digit of it.
            continue
        corner = next(target.box for target in drawn(page, ruler).targets if target.deed == Key("0"))
        assert (corner.right, corner.bottom) == pytest.approx((GLASS.size[0] - 3.0, GLASS.size[1] - 2.4)), name


def test_a_list_of_two_has_room_for_two_lines_of_a_name_and_one_of_three_for_one(ruler: Ruler) -> None:
    name = "Centre communal d’action sociale de Saint-Denis"
    item = Item("1", name, "Ouvert · 800 m", tone="open")
    for count in (1, 2, 3):
        items = tuple(msgspec.structs.replace(item, key=str(at)) for at in range(1, count + 1))
        shown = texts(drawn(msgspec.structs.replace(leaves.LIST, items=items), ruler))
        whole = ["Centre communal d’action", "sociale de Saint-Denis"]
        assert (whole[0] in shown, whole[1] in shown) == (count < 3, count < 3), count
        assert any(text.endswith("…") for text in shown) == (count == 3)
        assert shown.count("Ouvert · 800 m") == count


@pytest.mark.parametrize(
    ("note", "room", "kept"),
    [
        ("Fermé · 12 km · Saint-Denis", 40, "Fermé · 12 km · Saint-Denis"),
        ("Fermé · 12 km · Saint-Denis", 20, "Fermé · 12 km"),
        ("Fermé · 12 km · Saint-Denis", 9, "Fermé"),
        ("Fermé. Ouvre demain à 9 h", 20, "Fermé"),
        ("Horaires inconnus", 10, "Horaires…"),
    ],
)
def test_of_a_state_and_a_distance_nothing_is_left_in_part(note: str, room: int, kept: str) -> None:
    assert Sheet(lambda text, size, bold: float(len(text))).parts(note, room, 1.0, False) == (kept,)


def test_never_more_than_four_numbered_choices() -> None:
    many = tuple(Item(str(key), "Manger") for key in range(1, 10))
    for kind in PageKind:
        assert [one.deed for one in page_view(Page(kind=kind, title="", items=many, say=""), FR).options] == [
            Key("1"),
            Key("2"),
            Key("3"),
            Key("4"),
        ]


def test_whether_a_relay_is_open_is_a_shape_and_a_word_never_colour_alone(ruler: Ruler) -> None:
    assert len({mark.picture for mark in MARKS.values()}) == len(MARKS)
    assert len({mark.colour for mark in MARKS.values()}) == len(MARKS)
    for mark in MARKS.values():
        assert style.contrast(mark.colour, style.WHITE) >= 7
        assert style.contrast(mark.colour, style.PAPER) >= 7
    for page in (leaves.LIST, leaves.LIST_FOUR):
        drawing = drawn(page, ruler)
        pictures = [shape.name for shape in drawing.shapes if isinstance(shape, Picture)]
        for item in page.items:
            if item.tone and item.note:
                assert MARKS[item.tone].picture in pictures, item
                assert any(text.split()[0] == item.note.split()[0].rstrip(".") for text in texts(drawing)), item


def test_a_mark_without_words_is_not_drawn_in_a_row(ruler: Ruler) -> None:
    bare = Page(kind=PageKind.LIST, title="Deuil", items=(Item("1", "3114", tone="open"),), say="")
    assert not [shape for shape in drawn(bare, ruler).shapes if isinstance(shape, Picture) and shape.name == "tick"]


def test_a_card_shows_what_weighs_most_and_never_half_a_line(ruler: Ruler) -> None:
    for glass, _ in PANELS.values():
        seen = texts(drawn(leaves.CARD, ruler, glass))
        assert " ".join(seen).startswith("Accueil de jour Saint-Vincent 1/3")
        assert "Ouvert jusqu\u2019à 17\u00a0h\u00a030" in seen
        assert any(text.startswith("Où : 12 rue de la République") for text in seen)
        seen = texts(drawn(leaves.CARD_MORE, ruler, glass))
        assert "Téléphone : 04\u00a078\u00a000\u00a000\u00a000, appel gratuit" in seen


def test_to_call_is_what_stands_out_on_a_card_and_only_where_it_is_offered() -> None:
    with_call, without = leaves.CARD, msgspec.structs.replace(leaves.CARD, items=leaves.CARD.items[1:])
    assert [one.is_main for one in page_view(with_call, FR).options] == [True, False, False]
    assert [one.is_main for one in page_view(without, FR).options] == [False, False]


def test_what_is_said_does_not_draw_a_page_anew() -> None:
    said = msgspec.structs.replace(leaves.CARD, say="Accueil de jour Saint-Vincent. Ouvert.")
    assert page_view(said, FR) == page_view(leaves.CARD, FR)
    turned = msgspec.structs.replace(leaves.CARD, number=3)
    assert page_view(turned, FR) != page_view(leaves.CARD, FR)


def test_a_name_from_next_year_is_drawn_as_a_question_and_an_unknown_role_all_the_same() -> None:
    assert page_view(leaves.NEEDS_LONG, FR).options[1].picture is Pictogram.QUESTION
    assert "Animaux acceptés" in [fact.text for fact in page_view(leaves.CARD_LONG, FR).facts]


def test_a_number_being_dialled_is_counted_in_pairs() -> None:
    assert page_view(leaves.NUMBER_WHOLE, FR).facts[0].text == "\u00a0".join(["\u2022\u2022"] * 4 + ["42"])


def test_notices_differ_in_picture() -> None:
    pages = (leaves.SEARCHING, leaves.FAILED, leaves.STILL_THERE, leaves.NUMBER, leaves.NUMBER_WHOLE)
    assert [page_view(page, FR).picture for page in pages] == [
        Pictogram.HOURGLASS,
        Pictogram.OUT_OF_ORDER,
        Pictogram.ANYONE,
        Pictogram.MOBILE,
        Pictogram.MOBILE,
    ]


def test_each_kind_of_page_has_a_picture_and_a_colour_of_its_own_among_all_screens() -> None:
    for language in LANGUAGES:
        views = {seen.kind: seen for seen in all_pages(language)}
        assert len({seen.tone for seen in views.values()}) == len(PageKind)
        assert len({seen.picture for seen in views.values()}) == len(PageKind)
        assert not {seen.tone for seen in views.values()} & {seen.tone for seen in all_views(language)}
        for seen in views.values():
            assert style.contrast(style.WHITE, seen.tone) >= 7


def test_browsing_without_a_page_waits() -> None:
    assert shown(snapshot(Screen.BROWSING), FR, NOW_MS) == waiting(FR)


def test_a_page_left_over_on_another_screen_is_not_drawn() -> None:
    over = snapshot(Screen.MENU, page=leaves.CARD)
    assert shown(over, FR, NOW_MS).name == Screen.MENU


def test_pages_travel_over_the_socket_whole() -> None:
    sent = snapshot(Screen.BROWSING, page=leaves.TAKE_AWAY)
    assert msgspec.json.decode(msgspec.json.encode(sent), type=Snapshot) == sent


def test_a_right_to_left_language_has_the_page_mirrored_and_nothing_lost(ruler: Ruler) -> None:
    width, height = GLASS.size
    measure = ruler.measure(GLASS.unit)
    for page in leaves.ALL.values():
        seen = page_view(page, FR)
        here, there = (layout(one, width, height, measure) for one in (seen, replace(seen, language="ar")))
        assert texts(there) == texts(here)
        assert [target.deed for target in there.targets] == [target.deed for target in here.targets]
        for one, other in zip(here.targets, there.targets, strict=True):
            assert other.box == Box(width - one.box.right, one.box.y, one.box.w, one.box.h)


def test_a_code_is_square_quiet_and_as_large_as_the_page_allows(ruler: Ruler) -> None:
    rows = modules(leaves.VCARD)
    assert {len(row) for row in rows} == {len(rows)}
    assert not any(any(row) for row in (*rows[:QUIET], *rows[-QUIET:]))
    for glass, _ in PANELS.values():
        (code,) = [shape for shape in drawn(leaves.TAKE_AWAY, ruler, glass).shapes if isinstance(shape, Code)]
        assert int(code.box.w * glass.unit) // len(rows) >= 4, "pixels a module"


def test_what_no_code_can_hold_leaves_the_other_ways(ruler: Ruler) -> None:
    assert modules("é" * 4000) == ()
    drawing = drawn(leaves.TAKE_AWAY_HUGE, ruler)
    assert not [shape for shape in drawing.shapes if isinstance(shape, Code)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_ours_is_ever_cut(language: str, ruler: Ruler) -> None:
    """Names and addresses may be cut, and are; what the terminal itself says must be shortened instead."""
    tongue, words = tongue_of(language), load(language)
    needs = [AtNeeds(group) for group in ("", *(group.name for group in GROUPS))]
    needs = [replace(stand, page=page) for stand in needs for page in range(pages_of(stand))]
    wishes = [wish for group in GROUPS for wish in group.wishes]
    lines = [found(msgspec.structs.replace(LINE_115, needs=wish.needs)) for wish in wishes]
    lists = [AtList(AtNeeds(), wish.name, Answer((line,), CLOCK)) for wish, line in zip(wishes, lines, strict=True)]
    lists.append(AtList(AtNeeds(), wishes[0].name, Answer((), CLOCK)))
    card = AtCard(replace(lists[0], answer=Answer((found(LINE_115), found(LINE_115)), CLOCK)), 0)
    take_away = AtTakeAway(card)
    stands: list[Stand] = [*needs, *lists, card, take_away, AtNumber(take_away), AtNumber(take_away, "0612345678")]
    pages = [told(stand, tongue, calling=CALLED, ways=tuple(Way)).page for stand in stands]
    for glass, _ in PANELS.values():
        for page in (*pages, still_there(tongue).page, told(Failed(AtNeeds(), "meal"), tongue).page):
            drawing = layout(page_view(page, words), *glass.size, ruler.measure(glass.unit))
            cut = [text for text in texts(drawing) if text.endswith("\u2026")]
            assert not [text for text in cut if not text.startswith("Samu")], page.title


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("", 2, ()),
        ("Saint-Vincent", 0, ()),
        ("un deux", 2, ("un deux",)),
        ("un deux trois quatre", 2, ("un deux", "trois quatre")),
        ("un deux trois quatre cinq", 2, ("un deux", "trois quatr…")),
        ("Saint-Germain-en-Laye", 2, ("Saint-", "Germain-en-…")),
        ("Saint-Germain-en-Laye", 3, ("Saint-", "Germain-en-", "Laye")),
        ("abcdefghijklmnop", 2, ("abcdefghijkl", "mnop")),
        ("  un   deux ", 1, ("un deux",)),
        ("tél. 0\u00a0800\u00a019", 2, ("tél.", "0\u00a0800\u00a019")),
    ],
)
def test_words_that_a_source_chose_always_fit(text: str, most: int, lines: tuple[str, ...]) -> None:
    got = fit(text, 12, most, lambda part: float(len(part)))
    assert got == lines
    assert all(len(line) <= 12 for line in got)


def test_a_further_page_has_one_line_for_the_name_and_each_gives_it_whole_where_the_head_has_no_room() -> None:
    page = Page(kind=PageKind.CARD, title=leaves.LONG_NAME, lines=(Line("name", leaves.LONG_NAME),), say="")
    first, second = (page_view(msgspec.structs.replace(page, number=at, of=2), FR) for at in (1, 2))
    assert (first.title_lines, [fact.text for fact in first.facts]) == (2, [leaves.LONG_NAME])
    assert (second.title_lines, [fact.text for fact in second.facts]) == (1, [leaves.LONG_NAME])


def test_a_fact_without_words_is_left_out() -> None:
    page = Page(
        kind=PageKind.CARD, title="3919", lines=(Line("phone", ""), Line("open", "Fermé", "closed")), say=""
    )  # fmt: skip
    assert [fact.text for fact in page_view(page, FR).facts] == ["Fermé"]
