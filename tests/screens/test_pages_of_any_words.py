"""Whatever a source wrote, nothing leaves its box: pages of made-up words, laid out with a made-up font."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.guide.page import Item, Line, Page, PageKind
from kiosk.guide.worker_page import Action, Chip, Day, Row, WorkerPage, WorkerView
from kiosk.screens import style
from kiosk.screens.desk import Desk
from kiosk.screens.desks import desk_view
from kiosk.screens.layout import layout
from kiosk.screens.pages import page_view
from kiosk.screens.shapes import Box, Drawing, Words
from kiosk.speech.catalogue import load
from tests.screens.scenes import PANELS
from tests.screens.test_layout import apart, within

FR = load("fr")
GLASSES = st.sampled_from([glass for glass, _ in PANELS.values()])
WORDS = st.text(st.sampled_from("aeimnW-/@. \u00a0é"), max_size=120)
TONES = st.sampled_from(["", "open", "closed", "unknown", "check", "a tone of next year"])
ROLES = st.sampled_from(["name", "open", "where", "phone", "warning", "how", "a role of next year"])
PICTURES = st.sampled_from(["", "bed", "a picture of next year"])
ITEMS = st.lists(st.sampled_from("12345#0*"), unique=True).flatmap(
    lambda keys: st.tuples(*(st.builds(Item, st.just(key), WORDS, WORDS, PICTURES, TONES) for key in sorted(keys)))
)
PAGES = st.builds(
    Page,
    kind=st.sampled_from(PageKind),
    title=WORDS,
    items=ITEMS,
    lines=st.lists(st.builds(Line, ROLES, WORDS, TONES), max_size=8).map(tuple),
    qr=st.sampled_from(["", "0 800 19 00 00", "é" * 600]),
    number=st.integers(1, 99),
    of=st.integers(1, 99),
    say=st.just(""),
)
DESKS = st.builds(
    WorkerPage,
    view=st.sampled_from(WorkerView),
    language=st.just("fr"),
    title=WORDS,
    text=WORDS,
    place=WORDS,
    filters=st.lists(st.builds(Chip, WORDS, WORDS, WORDS, st.booleans()), max_size=7).map(tuple),
    choices=st.lists(st.builds(Chip, WORDS, WORDS, WORDS, st.booleans()), max_size=9).map(tuple),
    rows=st.lists(st.builds(Row, WORDS, WORDS, WORDS, WORDS, TONES, WORDS, st.booleans()), max_size=5).map(tuple),
    lines=st.lists(st.builds(Line, ROLES, WORDS, TONES), max_size=8).map(tuple),
    qr=st.sampled_from(["", "0 800 19 00 00"]),
    columns=st.lists(WORDS, max_size=3).map(tuple),
    days=st.lists(st.builds(Day, WORDS, st.lists(WORDS, max_size=4).map(tuple)), max_size=9).map(tuple),
    actions=st.lists(
        st.builds(Action, st.sampled_from(["keep", "close", "back", "report", "new"]), WORDS), max_size=7
    ).map(tuple),
    number=st.integers(1, 3),
    of=st.integers(1, 3),
    notice=WORDS,
    tone=TONES,
)


def measure(text: str, size: float, bold: bool) -> float:
    """A made-up font: wide, narrow and ordinary letters."""
    wide = sum({"W": 0.9, "m": 0.85, "i": 0.25, ".": 0.25, " ": 0.25}.get(letter, 0.55) for letter in text)
    return wide * size * (1.05 if bold else 1.0)


def check(drawing: Drawing, glass: style.Panel) -> None:
    whole = Box(0, 0, *glass.size)
    texts = [shape for shape in drawing.shapes if isinstance(shape, Words)]
    for words in texts:
        assert within(words.box, words.room), words
        assert within(words.room, whole), words
    for one, other in combinations(texts, 2):
        assert apart(one.box, other.box), (one, other)
    for words, target in product(texts, drawing.targets):
        assert within(words.box, target.box) or apart(words.box, target.box), words
    for target in drawing.targets:
        assert min(target.box.w, target.box.h) >= 20.02, target
        assert within(target.box, whole)
    for left, right in combinations(drawing.targets, 2):
        assert apart(left.box, right.box, gap=3.0), (left, right)


@settings(max_examples=40)
@given(page=PAGES, glass=GLASSES)
def test_no_page_of_the_directory_overflows(page: Page, glass: style.Panel) -> None:
    check(layout(page_view(page, FR), *glass.size, measure), glass)


@settings(max_examples=40)
@given(page=DESKS, glass=GLASSES, pad=st.sampled_from([0, 0, 0, 1, 2]))
def test_no_page_of_the_social_worker_overflows(page: WorkerPage, glass: style.Panel, pad: int) -> None:
    check(layout(desk_view(page, Desk(pad=pad), FR), *glass.size, measure), glass)
