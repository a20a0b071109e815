"""The social worker's pages in the real process: painted where measured, written on with a keyboard and a finger."""

from collections.abc import Callable
from itertools import combinations

import msgspec
import numpy as np
import pytest

from kiosk.screens.desk import Desk
from kiosk.screens.desks import desk_view
from kiosk.screens.layout import layout
from kiosk.screens.shapes import Drawing, Work
from kiosk.screens.style import Panel
from kiosk.snapshot import Screen
from kiosk.speech.catalogue import load
from tests.screens import desk_pages
from tests.screens.scenes import PANELS, snapshot
from tests.screens.stage import FakeCore, Ruler, ScreenProcess, eventually, picture
from tests.screens.test_process import check_ink, middle_of

Start = Callable[..., ScreenProcess]
SMALLEST = PANELS["800x480 at 7 in"][0]


def drawn(name: str, ruler: Ruler, glass: Panel = SMALLEST) -> Drawing:
    page = desk_pages.ALL[name]
    return layout(desk_view(page, Desk().seen(page), load(page.language)), *glass.size, ruler.measure(glass.unit))


def test_every_page_is_really_drawn_and_its_code_can_be_read(core: FakeCore, start: Start, ruler: Ruler) -> None:
    decoder = pytest.importorskip("zxingcpp", reason="zxing-cpp reads QR codes; it has no wheel here")
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    for page in desk_pages.ALL.values():
        core.show(snapshot(Screen.IDLE, worker=page))
    paths = screen.has(len(desk_pages.ALL))
    taken = {title: picture(path) for title, path in zip(desk_pages.ALL, paths, strict=True)}
    for (one, first), (other, second) in combinations(taken.items(), 2):
        assert (first[::8, ::8] != second[::8, ::8]).any(axis=2).mean() > 0.01, (one, other)
    for title, image in taken.items():
        check_ink(Screen.IDLE, image, drawn(title, ruler), SMALLEST)
    read = decoder.read_barcodes(np.ascontiguousarray(taken["CARD"]))
    assert [code.text for code in read] == [desk_pages.CARD.qr]


def test_the_mode_is_opened_by_touch_or_a_letter_and_written_in(core: FakeCore, start: Start, ruler: Ruler) -> None:
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(snapshot(Screen.IDLE))
    screen.has(1)
    screen.do("text a", "key 53", "release 53")
    assert core.next_asked() == ("intent", {"key": "5"})
    core.show(snapshot(Screen.IDLE, may_work=True))
    screen.has(2)
    screen.do("text a")
    assert core.next_asked() == ("intent", {"worker": {"do": "open"}})
    empty = msgspec.structs.replace(desk_pages.SEARCH, text="")
    core.show(snapshot(Screen.IDLE, worker=empty))
    screen.has(3)
    # Three letters before the switchboard has answered the first; the digit is a letter here, no telephone key.
    screen.do("text é", "key 50", "text 2", "release 50", "text ж", "key 8", "release 8")
    place = middle_of(drawn("SEARCH", ruler), Work("show", "id", "b"), SMALLEST.unit)
    screen.do(f"down {place}", f"up {place}")
    asked = [core.next_asked()[1]["worker"] for _ in range(5)]
    assert asked == [
        {"do": "type", "text": "é"},
        {"do": "type", "text": "é2"},
        {"do": "type", "text": "é2ж"},
        {"do": "type", "text": "é2"},
        {"do": "show", "id": "b"},
    ]
    assert "é2" not in screen.log


def test_the_handset_takes_the_glass_and_what_was_typed_is_gone(core: FakeCore, start: Start, ruler: Ruler) -> None:
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    card = snapshot(Screen.IDLE, worker=desk_pages.CARD)
    core.show(card)
    screen.has(1)
    keep = middle_of(drawn("CARD", ruler), Work("keep"), SMALLEST.unit)
    screen.do("text 0", "text 6", f"down {keep}", f"up {keep}")
    assert core.next_asked() == ("intent", {"worker": {"do": "keep"}})
    core.show(snapshot(Screen.MENU))
    screen.has(2)
    screen.do("key 50", "release 50")
    assert core.next_asked() == ("intent", {"key": "2"})
    core.show(msgspec.structs.replace(card, seq=card.seq + 2))
    first, _, again = screen.has(3)
    assert np.array_equal(picture(first), picture(again))
