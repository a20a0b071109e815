"""Pages of the directory in the real process, off-screen: painted where measured, touched, and the codes read."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.screens.codes import QUIET, modules
from kiosk.screens.shapes import Key
from kiosk.snapshot import Screen
from tests.screens import leaves
from tests.screens.scenes import PANELS, snapshot
from tests.screens.stage import FakeCore, Ruler, ScreenProcess, eventually, picture
from tests.screens.test_process import check_ink, drawn, middle_of

Start = Callable[..., ScreenProcess]
ALL = tuple(leaves.ALL)
ONE_OF_EACH = ("NEEDS", "LIST", "CARD", "TAKE_AWAY", "TAKE_AWAY_CODE", "STILL_THERE")
"""On the larger panels: the same drawings, larger."""


@pytest.mark.parametrize(
    ("name", "titles"), [(name, ALL if at == 0 else ONE_OF_EACH) for at, name in enumerate(PANELS)]
)
def test_every_page_is_really_drawn_none_like_another_and_its_code_can_be_read(
    name: str, titles: tuple[str, ...], core: FakeCore, start: Start, ruler: Ruler
) -> None:
    decoder = pytest.importorskip("zxingcpp", reason="zxing-cpp reads QR codes; it has no wheel here")
    glass, _ = PANELS[name]
    screen = start(glass.width, glass.height)
    eventually("hello", lambda: not core.hellos.empty())
    sent = {title: snapshot(Screen.BROWSING, page=leaves.ALL[title]) for title in titles}
    for each in sent.values():
        core.show(each)
    taken = dict(zip(sent, (picture(path) for path in screen.has(len(sent))), strict=True))
    for (one, first), (other, second) in combinations(taken.items(), 2):
        assert (first[::8, ::8] != second[::8, ::8]).any(axis=2).mean() > 0.01, (one, other)
    for title, image in taken.items():
        check_ink(Screen.BROWSING, image, drawn(sent[title], ruler, glass), glass)
        read = [code.text for code in decoder.read_barcodes(np.ascontiguousarray(image))]
        has_code = leaves.ALL[title].qr and title != "TAKE_AWAY_HUGE"
        assert read == ([leaves.ALL[title].qr] if has_code else []), title
    assert np.array_equal(modules_seen(taken["TAKE_AWAY"], leaves.VCARD), np.array(modules(leaves.VCARD)))


def modules_seen(image: NDArray[np.uint8], content: str) -> NDArray[np.bool_]:
    """The code's modules, each of which must be a square of whole pixels, all as large; its quiet zone light."""
    dark = (image == 0).all(axis=2)
    rows, columns = (np.flatnonzero(dark.any(axis=axis)) for axis in (1, 0))
    code = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    count = len(modules(content)) - 2 * QUIET
    side, rest = divmod(code.shape[0], count)
    assert (code.shape[1], rest) == (code.shape[0], 0)
    seen = code[::side, ::side]
    assert np.array_equal(code, np.kron(seen, np.ones((side, side), dtype=bool)))
    around = image[
        rows[0] - QUIET * side : rows[-1] + 1 + QUIET * side, columns[0] - QUIET * side : columns[-1] + 1 + QUIET * side
    ].copy()
    around[QUIET * side : -QUIET * side, QUIET * side : -QUIET * side] = 255
    assert around.min() > 240, "as good as white"
    return np.pad(seen, QUIET)


def test_touches_on_a_page_are_its_keys(core: FakeCore, start: Start, ruler: Ruler) -> None:
    glass = PANELS["800x480 at 7 in"][0]
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    card = snapshot(Screen.BROWSING, page=leaves.CARD)
    core.show(card)
    screen.has(1)
    keys = ("1", "2", "3", "5", "#", "0")
    for key in keys:
        place = middle_of(drawn(card, ruler), Key(key), glass.unit)
        screen.do(f"down {place}", f"up {place}")
    assert [core.next_asked() for _ in keys] == [("intent", {"key": key}) for key in keys]
