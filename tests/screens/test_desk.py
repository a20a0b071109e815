"""The social worker's keyboard and pages, without Kivy."""

from dataclasses import replace

import msgspec
import pytest

from kiosk.guide.worker_page import WorkerPage, WorkerView
from kiosk.guide.worker_pages import Words as WorkerWords
from kiosk.guide.worker_pages import worker_page
from kiosk.guide.worker_state import Rules, Worker
from kiosk.guide.worker_touch import Near, Send, Type, touch_of
from kiosk.rules import tongue_of
from kiosk.screens.desk import LONGEST, Code, Desk, Field
from kiosk.screens.desk_layout import ALPHABET, DIGITS
from kiosk.screens.desks import desk_view
from kiosk.screens.layout import layout
from kiosk.screens.link import wire_form
from kiosk.screens.shapes import Deed, Drawing, Pad, Press, Words, Work
from kiosk.screens.views import view
from kiosk.snapshot import Screen, Snapshot
from kiosk.speech.catalogue import load, words_of
from tests.fakes.directory import CLOCK, LINE_115, found
from tests.screens import desk_pages
from tests.screens.scenes import LANGUAGES, PANELS, snapshot
from tests.screens.stage import Ruler

FR = load("fr")
GLASS = PANELS["800x480 at 7 in"][0]
SEARCH, CARD = desk_pages.SEARCH, desk_pages.CARD


def drawn(page: WorkerPage, ruler: Ruler, desk: Desk | None = None) -> Drawing:
    return layout(desk_view(page, desk or Desk(), FR), *GLASS.size, ruler.measure(GLASS.unit))


def deeds(page: WorkerPage, ruler: Ruler, desk: Desk | None = None) -> list[Deed]:
    return [target.deed for target in drawn(page, ruler, desk).targets]


def texts(page: WorkerPage, ruler: Ruler, desk: Desk | None = None) -> list[str]:
    return [shape.text for shape in drawn(page, ruler, desk).shapes if isinstance(shape, Words)]


def typed(desk: Desk, letters: str, page: WorkerPage) -> tuple[Desk, list[Deed]]:
    sent = []
    for letter in letters:
        desk, deed = desk.typed(letter, page)
        sent += [deed] if deed is not None else []
    return desk, sent


def test_a_name_that_the_head_cuts_is_whole_on_the_card() -> None:
    own = WorkerWords(tongue_of("fr"), words_of("fr", "worker"), words_of("fr", "takeaway"))
    name = "Permanence d’accès aux soins de santé du centre hospitalier " * 3 + "de Créteil"
    long = found(msgspec.structs.replace(LINE_115, name=name))
    worker = Worker("fr", 0.0, shown=long, view=WorkerView.CARD)
    shown: list[str] = []
    of, number = 1, 0
    while number < of:
        number += 1
        page = worker_page(replace(worker, page=number), Rules(language="fr"), own, CLOCK)
        assert page is not None
        shown += [line.text for line in page.lines if line.role == "name"]
        of = page.of
    assert " ".join(shown) == name


def test_no_distance_of_a_row_is_shown_in_part(ruler: Ruler) -> None:
    row = msgspec.structs.replace(SEARCH.rows[0], open="Jour férié : à vérifier", note="12 km · Saint-Denis")
    assert "Jour férié : à vérifier" in texts(msgspec.structs.replace(SEARCH, rows=(row, row, row)), ruler)


def test_what_is_typed_in_letters_that_the_screen_lacks_is_dots_and_no_boxes(ruler: Ruler) -> None:
    shown = texts(msgspec.structs.replace(SEARCH, text="ملجأ 12", place="身份"), ruler)
    assert [text for text in shown if "•" in text] == ["•••• 12|", "••"]


def test_a_short_list_of_two_has_names_in_two_lines(ruler: Ruler) -> None:
    rows = tuple(msgspec.structs.replace(row, title="Centre communal d’action sociale") for row in SEARCH.rows)
    shown = [texts(msgspec.structs.replace(SEARCH, rows=rows[:count]), ruler) for count in (2, 3)]
    assert ["sociale" in " ".join(each) for each in shown] == [True, False]


def test_the_names_above_a_table_have_two_lines_where_the_days_lose_none(ruler: Ruler) -> None:
    columns = ("Centre communal d’action sociale", "Mairie")
    week = msgspec.structs.replace(desk_pages.COMPARE_WEEK, columns=columns)
    assert texts(week, ruler)[2:5] == ["Centre", "communal d’…", "Mairie"]
    assert texts(week, ruler).count("closed") == texts(desk_pages.COMPARE_WEEK, ruler).count("closed")


def test_fast_letters_are_not_lost_while_the_page_is_on_its_way() -> None:
    page = msgspec.structs.replace(SEARCH, text="")
    desk, sent = typed(Desk().seen(page), "été", page)
    assert sent == [Work("type", "text", "é"), Work("type", "text", "ét"), Work("type", "text", "été")]
    late = msgspec.structs.replace(page, text="é")
    assert desk.seen(late).written(late) == "été"
    here = msgspec.structs.replace(page, text="été")
    settled = desk.seen(here)
    assert settled.text is None
    cleared = msgspec.structs.replace(page, text="")
    assert settled.seen(cleared).written(cleared) == ""


def test_backspace_takes_the_last_letter_and_nothing_more() -> None:
    desk, deed = Desk().pressed(Code.BACKSPACE, SEARCH, ())
    assert deed == Work("type", "text", SEARCH.text[:-1])
    empty = msgspec.structs.replace(SEARCH, text="")
    assert Desk().pressed(Code.BACKSPACE, empty, ()) == (Desk(), None)
    assert desk.written(SEARCH) == SEARCH.text[:-1]


def test_a_place_goes_out_with_enter_and_letters_go_back_to_the_text() -> None:
    desk, deed = Desk().pressed(Code.TAB, SEARCH, ())
    assert (desk.field, deed) == (Field.PLACE, None)
    desk, sent = typed(desk, "69100", SEARCH)
    assert sent == []
    desk, deed = desk.pressed(Code.ENTER, SEARCH, ())
    assert deed == Work("near", "place", "69100")
    assert (desk.field, desk.place) == (Field.TEXT, "")


def test_a_number_is_asked_for_sent_once_and_forgotten() -> None:
    asked, nothing = Desk().seen(CARD).did(Work("send"), CARD)
    assert (asked.field, asked.pad, nothing) == (Field.NUMBER, 1, None)
    desk, sent = typed(asked, "06x12 34", CARD)
    assert (desk.number, sent) == ("061234", [])
    desk, deed = desk.did(Pad("done"), CARD)
    assert deed == Work("send", "number", "061234")
    assert "061234" not in repr(deed)
    assert (desk.number, desk.field, desk.pad) == ("", Field.TEXT, 0)


def test_a_number_is_gone_when_its_relay_is_left() -> None:
    desk, _ = typed(Desk().seen(CARD), "0612", CARD)
    assert desk.number == "0612"
    assert desk.seen(CARD).number == "0612"
    assert desk.seen(SEARCH).number == ""


def test_digits_go_to_the_text_where_nothing_can_be_sent() -> None:
    assert Desk().typed("1", SEARCH)[1] == Work("type", "text", SEARCH.text + "1")
    cannot = msgspec.structs.replace(CARD, actions=(), text="")
    assert Desk().typed("1", cannot)[1] == Work("type", "text", "1")


def test_nothing_typed_is_longer_than_the_switchboard_takes() -> None:
    full = msgspec.structs.replace(SEARCH, text="x" * LONGEST["text"])
    assert Desk().typed("y", full)[1] == Work("type", "text", full.text)
    place, _ = typed(Desk(field=Field.PLACE), "y" * 150, SEARCH)
    number, _ = typed(Desk(field=Field.NUMBER), "1" * 150, CARD)
    assert (len(place.place), len(number.number)) == (LONGEST["place"], LONGEST["number"])
    assert Desk().typed("\x00\n", SEARCH) == (Desk(), None)


def test_arrows_stand_on_what_can_be_touched_and_enter_touches_it(ruler: Ruler) -> None:
    targets = drawn(SEARCH, ruler).targets
    desk = Desk()
    for _ in range(len(targets) + 1):
        desk, _nothing = desk.pressed(Code.DOWN, SEARCH, targets)
    assert desk.cursor == 0
    desk, deed = desk.pressed(Code.ENTER, SEARCH, targets)
    assert deed == targets[0].deed
    assert Desk().pressed(Code.UP, SEARCH, targets)[0].cursor == len(targets) - 1
    assert Desk().pressed(Code.DOWN, SEARCH, ())[0].cursor is None


def test_page_keys_turn_pages_and_stop_at_the_ends() -> None:
    later = desk_pages.SEARCH_LATER
    turned = [Desk().pressed(code, later, ())[1] for code in (Code.PAGE_UP, Code.PAGE_DOWN)]
    assert turned == [Work("turn", "page", 1), Work("turn", "page", 3)]
    only = msgspec.structs.replace(later, number=1, of=1)
    assert [Desk().pressed(code, only, ())[1] for code in (Code.PAGE_UP, Code.PAGE_DOWN)] == [None, None]


def test_escape_leaves_the_field_then_the_page_then_the_mode() -> None:
    assert Desk(field=Field.PLACE, place="Ly").pressed(Code.ESCAPE, SEARCH, ()) == (Desk(), None)
    assert Desk(pad=2).pressed(Code.ESCAPE, SEARCH, ()) == (Desk(), None)
    assert Desk().pressed(Code.ESCAPE, CARD, ())[1] == Work("back")
    assert Desk().pressed(Code.ESCAPE, SEARCH, ())[1] == Work("close")


def test_the_drawn_keyboard_has_every_letter_and_writes_as_a_real_one(ruler: Ruler) -> None:
    halves = [deeds(SEARCH, ruler, Desk(pad=half)) for half in (1, 2)]
    for half, letters in zip(halves, ALPHABET, strict=True):
        assert [deed for deed in half if isinstance(deed, Pad) and len(deed.key) == 1] == [Pad(one) for one in letters]
        assert {Pad("space"), Pad("other"), Pad("erase"), Pad("done"), Pad("place")} <= set(half)
    number = deeds(CARD, ruler, Desk(pad=1, field=Field.NUMBER))
    assert number == [*(Pad(one) for one in DIGITS), Pad("erase"), Pad("done")]
    desk = Desk(pad=1)
    page = msgspec.structs.replace(SEARCH, text="")
    sent = []
    for key in ("m", "a", "other", "t", "space", "erase"):
        desk, deed = desk.did(Pad(key), page)
        sent.append(deed)
    assert [deed.value if isinstance(deed, Work) else None for deed in sent] == ["m", "ma", None, "mat", "mat ", "mat"]
    assert desk.pad == 2
    assert desk.did(Pad("done"), page) == (replace(desk, pad=0), None)


def test_what_leaves_the_screen_is_what_the_mode_understands(ruler: Ruler) -> None:
    for page in desk_pages.ALL.values():
        for deed in deeds(page, ruler):
            if isinstance(deed, Work) and deed != Work("send"):
                what, body = wire_form(deed)
                assert what == "intent"
                assert touch_of(body["worker"])
    for deed, touch in (
        (Work("type", "text", "dormir"), Type("dormir")),
        (Work("near", "place", "Lyon"), Near("Lyon")),
        (Work("send", "number", "0612"), Send("0612")),
    ):
        assert touch_of(wire_form(deed)[1]["worker"]) == touch


def test_every_filter_row_value_and_error_can_be_touched(ruler: Ruler) -> None:
    filters = deeds(desk_pages.FILTERS, ruler)
    assert filters == [
        Work("short_list"), Work("search"), Work("close"),
        *(Work("filter", "name", chip.name) for chip in SEARCH.filters), Work("clear"),
    ]  # fmt: skip
    search = deeds(SEARCH, ruler)
    assert Work("filters") in search
    assert "3" in texts(SEARCH, ruler), "how many are set"
    shown = [deed for deed in search if isinstance(deed, Work) and deed.do == "show"]
    assert shown == [Work("show", "id", row.id) for row in SEARCH.rows]
    assert {Work("turn", "page", 2), Work("short_list"), Work("close")} <= set(search)
    assert {Work("turn", "page", 3), Work("turn", "page", 1)} <= set(deeds(desk_pages.SEARCH_LATER, ruler))
    choose = desk_pages.CHOOSE
    assert {Work("choose", "value", chip.name) for chip in choose.choices} <= set(deeds(choose, ruler))
    wrong = [deed for deed in deeds(desk_pages.WRONG, ruler) if isinstance(deed, Work) and deed.do == "report"]
    assert [deed.value for deed in wrong] == ["number", "hours", "address", "closed", "other"]
    for page in desk_pages.ALL.values():
        assert {Work("back"), Work("close"), Work("search")} & set(deeds(page, ruler)), "a way out"


def test_what_is_chosen_is_ticked_and_not_by_colour_alone(ruler: Ruler) -> None:
    ticks = [shape for shape in drawn(desk_pages.CHOOSE, ruler).shapes if getattr(shape, "name", "") == "tick"]
    assert len(ticks) == sum(chip.is_on for chip in desk_pages.CHOOSE.choices)


def test_a_notice_is_shown_until_somebody_writes(ruler: Ruler) -> None:
    page = desk_pages.SEARCH_EMPTY
    assert page.notice in texts(page, ruler)
    desk, _ = Desk().typed("a", page)
    assert page.notice not in texts(page, ruler, desk)
    assert "a|" in texts(page, ruler, desk)
    touched, _ = desk.did(Work("clear"), page)
    assert page.notice in texts(page, ruler, touched)


def test_the_end_of_a_long_text_is_what_is_seen_while_it_is_written(ruler: Ruler) -> None:
    seen = texts(msgspec.structs.replace(SEARCH, place="Saint-Germain-en-Laye"), ruler)
    assert any(text.endswith("deux enfants|") for text in seen)
    assert any(text.startswith("Saint-Ger") for text in seen), "of the other field its beginning"


def test_a_table_of_hours_has_each_day_and_each_relay(ruler: Ruler) -> None:
    shown = texts(desk_pages.COMPARE_WEEK, ruler)
    assert [
        text
        for text in shown
        if text[:4] in ("To\u00a02", "Tu\u00a02", "We\u00a02", "Th\u00a02", "Fr\u00a02", "Sa\u00a02", "Su\u00a02")
    ] == [
        f"{name}\u00a0{day}"
        for name, day in zip(("To", "Tu", "We", "Th", "Fr", "Sa", "Su"), range(23, 30), strict=True)
    ]
    assert shown.count("closed") == 7
    assert "9h\u201312h, 14h\u2013" in " ".join(texts(desk_pages.COMPARE, ruler))


def test_the_mode_is_opened_from_idle_only_where_the_switchboard_allows(ruler: Ruler) -> None:
    for language in LANGUAGES:
        for may in (True, False):
            seen = view(snapshot(Screen.IDLE, language, may_work=may), load(language), 0)
            drawing = layout(seen, *GLASS.size, ruler.measure(GLASS.unit))
            assert [target.deed for target in drawing.targets] == ([Work("open")] if may else [])


def test_pages_travel_over_the_socket_whole() -> None:
    sent = snapshot(Screen.IDLE, worker=CARD, may_work=True)
    assert msgspec.json.decode(msgspec.json.encode(sent), type=Snapshot) == sent


@pytest.mark.parametrize("deed", [Press("help"), Pad("a")])
def test_deeds_of_other_kinds_are_left_as_they_are(deed: Deed) -> None:
    if isinstance(deed, Press):
        assert Desk().did(deed, SEARCH)[1] == deed
    else:
        assert Desk().did(deed, SEARCH)[1] == Work("type", "text", SEARCH.text + "a")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_button_of_ours_is_ever_cut(language: str, ruler: Ruler) -> None:
    own = WorkerWords(tongue_of(language), words_of(language, "worker"), words_of(language, "takeaway"))
    rules = Rules(language=language, has_printer=True, has_texts=True)
    relay = found(LINE_115)
    kept = (relay, *(found(msgspec.structs.replace(LINE_115, id=f"test--{at}")) for at in range(4)))
    states = [Worker(language, 0.0, kept=kept, shown=relay, view=each) for each in WorkerView]
    states += [Worker(language, 0.0, shown=relay, view=WorkerView.CARD)]
    for state in states:
        page = worker_page(state, rules, own, CLOCK)
        assert page is not None
        for glass, _ in PANELS.values():
            drawing = layout(desk_view(page, Desk(), load(language)), *glass.size, ruler.measure(glass.unit))
            cut = [shape for shape in drawing.shapes if isinstance(shape, Words) and shape.text.endswith("\u2026")]
            ours = [
                target.box
                for target in drawing.targets
                if not (isinstance(target.deed, Work) and target.deed.do == "show")
            ]
            assert not [shape.text for shape in cut if any(box.holds(*shape.box.middle) for box in ours)], page.view
    for desk in (Desk(pad=1), Desk(pad=2), Desk(pad=1, field=Field.NUMBER)):
        shown = layout(desk_view(SEARCH, desk, load(language)), *GLASS.size, ruler.measure(GLASS.unit)).shapes
        assert not [shape for shape in shown if isinstance(shape, Words) and shape.text.endswith("\u2026")]
