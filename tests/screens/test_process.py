"""The real process: Kivy off-screen, a real socket, real touches. What is asserted is what left the process."""

import signal
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kiosk.screens import style
from kiosk.screens.layout import layout
from kiosk.screens.panel import WIDTH, panel
from kiosk.screens.shapes import Deed, Drawing, Key, Picture, Press, Simulate, Words
from kiosk.screens.style import mm_per_px
from kiosk.screens.views import shown
from kiosk.snapshot import Screen
from kiosk.speech.catalogue import load
from tests.screens.scenes import LANGUAGES, OFFERS, PANELS, all_snapshots, snapshot
from tests.screens.stage import FakeCore, Ruler, ScreenProcess, eventually, picture

Start = Callable[..., ScreenProcess]
SMALLEST = PANELS["800x480 at 7 in"][0]


def drawn(one: object, ruler: Ruler, glass: style.Panel = SMALLEST) -> Drawing:
    """Where the process put things, by the same pure layout."""
    assert hasattr(one, "language")
    seen = shown(one, load(one.language), time.time_ns() // 1_000_000)  # type: ignore[arg-type]
    return layout(seen, *glass.size, ruler.measure(glass.unit))


def middle_of(drawing: Drawing, deed: Deed, unit: float, left_px: float = 0.0) -> str:
    box = next(target.box for target in drawing.targets if target.deed == deed)
    return f"{left_px + box.middle[0] * unit:.0f} {box.middle[1] * unit:.0f}"


@pytest.mark.parametrize("name", PANELS)
def test_every_screen_is_really_drawn_and_none_like_another(
    name: str, core: FakeCore, start: Start, ruler: Ruler
) -> None:
    glass, diagonal_in = PANELS[name]
    screen = start(glass.width, glass.height)
    eventually("hello", lambda: not core.hellos.empty())
    sent = [
        each for language in LANGUAGES for each in all_snapshots(language) if each.reason != "a reason of next year"
    ]
    for each in sent:
        core.show(each)
    taken = [picture(path) for path in screen.has(len(sent))]
    assert {image.shape for image in taken} == {(glass.height, glass.width, 3)}
    # Every fourth pixel of both directions tells two pictures apart as well, sixteen times faster.
    samples = [image[::4, ::4] for image in taken]
    for (one, first), (other, second) in combinations(zip(sent, samples, strict=True), 2):
        differing = (first != second).any(axis=2).mean()
        assert differing > 0.01, (one.screen, one.reason, one.language, other.screen, other.reason, other.language)
    for each, image in zip(sent, taken, strict=True):
        check_ink(each.screen, image, drawn(each, ruler, glass), glass)
    mm = mm_per_px(glass, diagonal_in)
    assert cap_height_px(taken[0], drawn(sent[0], ruler, glass), glass) * mm >= 7.33


def check_ink(screen: Screen, image: np.ndarray, drawing: Drawing, glass: style.Panel) -> None:
    """Text painted where it was measured: outside the measured boxes there is no dark pixel on the paper."""
    dark = (np.abs(image.astype(int) - [round(part * 255) for part in style.rgb(style.INK)]) < 40).all(axis=2)
    for shape in drawing.shapes:
        if isinstance(shape, Words | Picture):
            box = shape.box
            # Two pixels: smoothing, and a side bearing that leans out of its advance.
            rows = slice(max(0, int(box.y * glass.unit) - 2), int(box.bottom * glass.unit) + 3)
            dark[rows, max(0, int(box.x * glass.unit) - 2) : int(box.right * glass.unit) + 3] = False
    for target in drawing.targets:
        # Key caps and edges are of the same ink.
        box = target.box
        dark[
            int(box.y * glass.unit) : int(box.bottom * glass.unit) + 1,
            int(box.x * glass.unit) : int(box.right * glass.unit) + 1,
        ] = False
    assert not dark.any(), (screen, np.argwhere(dark)[:3])


def cap_height_px(image: np.ndarray, drawing: Drawing, glass: style.Panel) -> int:
    """Rows that the first letter of the title covers: B of "Besoin", as high as capitals are."""
    title = next(shape for shape in drawing.shapes if isinstance(shape, Words))
    assert title.text.startswith("B")
    box, unit = title.box, glass.unit
    letter = image[
        int(box.y * unit) : int(box.bottom * unit), int(box.x * unit) : int(box.x * unit + title.size * unit * 0.5)
    ]
    return int((letter.astype(int).sum(axis=2) < 380).any(axis=1).sum())


def test_touches_become_intents_on_release(core: FakeCore, start: Start, ruler: Ruler) -> None:
    screen = start()
    unit = SMALLEST.unit
    menu = snapshot(Screen.MENU)
    eventually("hello", lambda: not core.hellos.empty())
    core.show(menu)
    screen.has(1)
    call = middle_of(drawn(menu, ruler), Press("help"), unit)
    speak = middle_of(drawn(menu, ruler), Press("language"), unit)
    # Slid from one to the other: taken back. Then each pressed.
    screen.do(f"down {call}", f"up {speak}", f"down {call}", f"up {call}", f"down {speak}", f"up {speak}")
    assert [core.next_asked() for _ in range(2)] == [
        ("intent", {"press": "help"}),
        ("intent", {"press": "language"}),
    ]
    nothing = snapshot(Screen.NO_PATH, reason="unreachable", offers=OFFERS)
    core.show(nothing)
    screen.has(2)
    for deed in (Key("3"), Key("1"), Press("help")):
        place = middle_of(drawn(nothing, ruler), deed, unit)
        screen.do(f"down {place}", f"up {place}")
    screen.do("down 5 5", "up 5 5", "key 261", "key 261", "release 261", "key 35")
    assert [core.next_asked() for _ in range(5)] == [
        ("intent", {"key": "3"}),
        ("intent", {"key": "1"}),
        ("intent", {"press": "help"}),
        ("intent", {"key": "5"}),
        ("intent", {"key": "#"}),
    ]
    assert core.asked.empty()


def test_the_drawn_telephone_asks_for_simulated_deeds(core: FakeCore, start: Start, ruler: Ruler) -> None:
    screen = start(panel=True)
    unit = SMALLEST.unit
    idle = snapshot(Screen.IDLE)
    eventually("hello", lambda: not core.hellos.empty())
    core.show(idle)
    (first,) = screen.has(1)
    assert picture(first).shape[1] == 800 + round(WIDTH * unit)
    telephone = panel(idle, SMALLEST.size[1], ruler.measure(unit))
    for deed in (Simulate("lift"), Simulate("press", "help"), Simulate("digit", "9")):
        place = middle_of(telephone, deed, unit, left_px=800)
        screen.do(f"down {place}", f"up {place}")
    screen.do(f"key {ord('h')}", f"release {ord('h')}", "key 13")
    assert [core.next_asked() for _ in range(5)] == [
        ("sim", {"do": "lift"}),
        ("sim", {"do": "press", "name": "help"}),
        ("sim", {"do": "digit", "digit": "9"}),
        ("sim", {"do": "lift"}),
        ("sim", {"do": "press", "name": "help"}),
    ]
    core.show(snapshot(Screen.MENU))
    screen.has(2)
    screen.do(f"key {ord('h')}")
    screen.do(f"release {ord('h')}", f"key {ord('h')}")
    assert core.next_asked() == ("sim", {"do": "hang_up"})


def test_killed_and_started_again_it_draws_the_same(core: FakeCore, start: Start) -> None:
    now = snapshot(Screen.NO_PATH, "en", reason="unreachable", offers=OFFERS)
    first = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(now)
    first.has(1)
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    second = start()
    before, after = second.has(2)
    assert (before.name, after.name) == ("001-no_path-en.png", "002-no_path-en.png")
    assert np.array_equal(picture(before), picture(after))


def test_sigterm_ends_it_cleanly(core: FakeCore, start: Start) -> None:
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(snapshot(Screen.IDLE))
    screen.has(1)
    assert screen.end() == 0
    assert "Traceback" not in screen.log


def test_it_says_that_it_waits_and_comes_back_by_itself(core: FakeCore, start: Start) -> None:
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(snapshot(Screen.CONNECTED))
    screen.has(1)
    core.close()
    eventually("the waiting picture", lambda: "screen: connected -> waiting" in screen.log)
    core.open()
    core.show(snapshot(Screen.MENU))
    assert screen.has(2)[1].name == "002-menu-fr.png"
    eventually("hello again", lambda: core.hellos.qsize() >= 1)


def test_started_before_the_switchboard_it_waits_for_it(core: FakeCore, start: Start) -> None:
    core.close()
    screen = start()
    eventually("the waiting picture", lambda: "screen: - -> waiting" in screen.log)
    core.open()
    core.show(snapshot(Screen.IDLE, "en"))
    assert screen.has(1)[0].name == "001-idle-en.png"


def test_garbage_leaves_the_last_picture_and_the_next_snapshot_is_drawn(core: FakeCore, start: Start) -> None:
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(snapshot(Screen.MENU))
    screen.has(1)
    core.send(b"\x00\xff garbage\n")
    core.send(b'{"type":"snapshot","screen":"hologram"}\n')
    core.send(b'["a list"]\n')
    core.show(snapshot(Screen.CALLING))
    assert [path.name for path in screen.has(2)] == ["001-menu-fr.png", "002-calling-fr.png"]
    assert "ignored, the last picture stays" in screen.log


def test_a_language_without_words_is_shown_in_the_first(core: FakeCore, start: Start) -> None:
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(snapshot(Screen.MENU, "eo"))
    assert screen.has(1)[0].name == "001-menu-fr.png"
    assert "no such catalogue" in screen.log


def test_a_still_picture_costs_almost_nothing(core: FakeCore, start: Start) -> None:
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(snapshot(Screen.IDLE))
    screen.has(1)
    before, since = screen.processor_s(), time.monotonic()
    eventually("two seconds", lambda: time.monotonic() - since > 2.0)
    used = (screen.processor_s() - before) / (time.monotonic() - since)
    assert used < 0.15, f"{used:.1%} of a processor while nothing changes"


def test_numbers_of_pictures_go_on_after_those_of_an_earlier_run(folder: Path, core: FakeCore, start: Start) -> None:
    pictures = folder / "pictures"
    pictures.mkdir()
    (pictures / "041-idle-fr.png").write_bytes(b"")
    screen = start()
    eventually("hello", lambda: not core.hellos.empty())
    core.show(snapshot(Screen.MENU))
    assert screen.has(2)[1].name == "042-menu-fr.png"
