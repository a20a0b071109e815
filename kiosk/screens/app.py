"""The screen process: a window, the link, and a turn of the clock that draws when the view has changed.

It keeps nothing: killed and started again, it draws what the switchboard tells it. It may fail without touching
a call. Composition root; the only place of the process that reads the clock.
"""

import logging
import os
import signal
import time
from pathlib import Path
from typing import Any

from kiosk.errors import BadInput
from kiosk.ipc import Client, SwitchboardClient
from kiosk.screens import style, surroundings
from kiosk.screens.film import Film
from kiosk.screens.hands import Hands
from kiosk.screens.layout import layout
from kiosk.screens.link import Link
from kiosk.screens.pages import PageView
from kiosk.screens.panel import is_lifted, panel
from kiosk.screens.shapes import Deed, Drawing, Target
from kiosk.screens.views import View, shown, waiting
from kiosk.screens.window import open_window, panel_px
from kiosk.settings import Settings
from kiosk.snapshot import Snapshot
from kiosk.speech.catalogue import Catalogue, load

log = logging.getLogger(__name__)

AWAY_S = 2.0
"""Without an answer for this long, the screen says that it waits: sooner, a restart of the switchboard would blink."""


def run(settings: Settings, with_panel: bool = False, client: SwitchboardClient | None = None) -> int:
    """Draw until SIGTERM or the window's end; returns the exit code. Main thread only, once a process.

    ``with_panel`` draws the telephone beside the screen. ``client`` stands in for the switchboard in tests.

    Raises: NeedsTechnician when no window opens or SDL draws somewhere else than asked; BadInput when the first
    language has no words.
    """
    words = Words(settings.terminal.languages)
    driver = surroundings.driver_for(settings.display.driver, os.environ)
    surroundings.prepare(driver, os.environ)
    window = open_window(settings.display, driver, with_panel)
    log.info("screen: %d x %d pixels, driver %s", window.width, window.height, driver)
    link = Link(client or Client(settings.socket_path, "screen"))
    process = Process(settings, words, link, window, with_panel)
    signal.signal(signal.SIGTERM, lambda *_: process.stop())
    signal.signal(signal.SIGINT, lambda *_: process.stop())
    link.start()
    try:
        process.loop()
    finally:
        link.stop()
    return 0


class Words:
    """The catalogues, each loaded once."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        """Raises: BadInput when the first of the site's languages has no catalogue."""
        self.first = languages[0]
        self._loaded = {self.first: load(self.first)}

    def of(self, language: str) -> Catalogue:
        """The words of ``language``; those of the first when it has none, with a log line."""
        if language not in self._loaded:
            try:
                self._loaded[language] = load(language)
            except BadInput as error:
                log.error("screen: %s; shown in %s instead", error, self.first)
                self._loaded[language] = self._loaded[self.first]
        return self._loaded[language]


class Process:
    """What is on the glass, and what touches it. All methods on the main thread."""

    def __init__(self, settings: Settings, words: Words, link: Link, window: Any, with_panel: bool) -> None:
        self._words, self._link, self._window, self._with_panel = words, link, window, with_panel
        self._panel_px = panel_px(settings.display) if with_panel else 0
        self._film = Film(Path(settings.display.screenshots)) if settings.display.screenshots else None
        self._hands = Hands(with_panel)
        self._snapshot: Snapshot | None = None
        self._drawn: tuple[object, ...] | None = None
        self._shown = "-"
        self._screen = self._telephone = Drawing((), ())
        self._started = time.monotonic()
        self._stopping = False
        window.bind(
            on_key_down=self._on_key_down, on_key_up=self._on_key_up, on_flip=self._on_flip, on_resize=self._on_resize
        )

    def loop(self) -> None:
        """Draw and listen until :meth:`stop`."""
        from kivy.base import runTouchApp
        from kivy.clock import Clock
        from kivy.uix.widget import Widget

        process = self

        class Glass(Widget):
            """Hands Kivy's touches over."""

            def on_touch_down(self, touch: Any) -> bool:
                process.on_touch_down(touch.x, touch.y)
                return True

            def on_touch_move(self, touch: Any) -> bool:
                return True

            def on_touch_up(self, touch: Any) -> bool:
                process.on_touch_up(touch.x, touch.y)
                return True

        self._glass = Glass()
        Clock.schedule_interval(lambda _: self.turn(), 0)
        runTouchApp(self._glass)

    def stop(self) -> None:
        """End the loop at its next turn. May be called from a signal handler."""
        self._stopping = True

    def turn(self) -> None:
        """Take what the switchboard said, and draw if the picture is another."""
        if self._stopping:
            from kivy.base import stopTouchApp

            stopTouchApp()
            return
        is_fresh = self._take()
        seen = self._view()
        if seen is None:
            return
        telephone = (is_lifted(self._snapshot), self._snapshot is not None and self._snapshot.ready)
        state = (seen, telephone, self._hands.held)
        if state != self._drawn or is_fresh:
            if seen.name != self._shown:
                log.info("screen: %s -> %s", self._shown, seen.name)
            self._drawn, self._shown = state, seen.name
            self._draw(seen)
            if is_fresh and self._film is not None and self._snapshot is not None:
                self._film.expose(f"{self._snapshot.screen}-{seen.language}")

    def _take(self) -> bool:
        """Is there a snapshot that was not drawn yet?"""
        taken = False
        while (snapshot := self._link.next_snapshot()) is not None:
            self._snapshot, taken = snapshot, True
            if self._film is not None:
                # A picture of each: the next snapshot is for the next turn.
                break
        return taken

    def _view(self) -> View | PageView | None:
        """What is to be seen now; None in the first moments, before the switchboard had time to speak."""
        snapshot = self._snapshot
        if snapshot is None:
            has_begun = time.monotonic() - self._started >= AWAY_S
            return waiting(self._words.of(self._words.first)) if has_begun else None
        catalogue = self._words.of(snapshot.language)
        if self._link.away_s() >= AWAY_S:
            return waiting(catalogue)
        return shown(snapshot, catalogue, time.time_ns() // 1_000_000)

    def _draw(self, seen: View | PageView) -> None:
        from kiosk.screens.paint import Painter, measure

        glass = self._glass_size()
        width, height = glass.size
        canvas = self._glass.canvas
        canvas.clear()
        self._screen = layout(seen, width, height, measure(glass.unit))
        left = Painter(canvas, glass.unit, glass.height)
        left.paint(self._screen)
        left.frame(self._hands.held if self._hands.held in self._screen.targets else None)
        if self._with_panel:
            self._telephone = panel(self._snapshot, height, measure(glass.unit))
            right = Painter(canvas, glass.unit, glass.height, left_px=glass.width)
            right.paint(self._telephone)
            right.frame(self._hands.held if self._hands.held in self._telephone.targets else None)

    def _glass_size(self) -> style.Panel:
        """The window as it is, without the drawn telephone: full screen may be another size than configured."""
        width, height = self._window.size
        return style.Panel(max(1, width - self._panel_px), height)

    def _on_flip(self, *_: object) -> None:
        if self._film is not None:
            from kiosk.screens.paint import pixels_of_frame

            self._film.develop(lambda: pixels_of_frame(*self._window.size))

    def _on_resize(self, *_: object) -> None:
        self._drawn = None

    def on_touch_down(self, x_px: float, y_px: float) -> None:
        """A finger comes down, in pixels from the bottom left."""
        self._hands.touch(self._target_at(x_px, y_px))

    def on_touch_up(self, x_px: float, y_px: float) -> None:
        """A finger leaves."""
        self._do(self._hands.leave(self._target_at(x_px, y_px), time.monotonic()))

    def _target_at(self, x_px: float, y_px: float) -> Target | None:
        glass = self._glass_size()
        x, y = x_px / glass.unit, (glass.height - y_px) / glass.unit
        if x_px < glass.width:
            return self._screen.target_at(x, y)
        return self._telephone.target_at((x_px - glass.width) / glass.unit, y)

    def _on_key_down(self, _window: object, code: int, _scan: int, _text: str | None, modifiers: Any) -> bool:
        self._do(self._hands.key_down(code, frozenset(modifiers or ()), is_lifted(self._snapshot)))
        return True

    def _on_key_up(self, _window: object, code: int, *_: object) -> bool:
        self._hands.key_up(code)
        return True

    def _do(self, deed: Deed | None) -> None:
        if deed is not None:
            # The deed's kind alone: what a person dials is nobody's business.
            log.debug("screen: %s", type(deed).__name__)
            self._link.send(deed)
