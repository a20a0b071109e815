"""The real screen process with hands: ``run()`` on the switchboard's socket, and commands on its standard input.

``down X Y``, ``up X Y`` (pixels from the top left), ``key CODE [modifier]``, ``release CODE``, ``text LETTERS``: Kivy's
own touch for tests, and the window's own key events. Arguments: runtime folder, screenshot folder, width, height,
``panel`` or not.
"""

import logging
import queue
import sys
import threading
from typing import Any

from kiosk.screens.app import run
from kiosk.settings import Display, Settings, Terminal


def main() -> int:
    """Run until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    runtime, pictures, width, height, *rest = sys.argv[1:]
    settings = Settings(
        terminal=Terminal(id="test", runtime_dir=runtime),
        display=Display(width=int(width), height=int(height), driver="offscreen", screenshots=pictures),
    )
    threading.Thread(target=_hands, daemon=True).start()
    return run(settings, with_panel="panel" in rest)


def _hands() -> None:
    wishes: queue.SimpleQueue[str] = queue.SimpleQueue()
    armed = False
    for line in sys.stdin:
        wishes.put(line)
        if not armed:
            # The window exists by now: whoever writes has seen a picture.
            from kivy.clock import Clock

            Clock.schedule_interval(lambda _: _one(wishes), 0)
            armed = True


def _one(wishes: "queue.SimpleQueue[str]") -> None:
    from kivy.core.window import Window
    from kivy.tests.common import UnitTestTouch

    if wishes.empty():
        return
    match wishes.get().split():
        case ["down", x, y]:
            _touches.append(UnitTestTouch(float(x), Window.height - float(y)))
            _touches[-1].touch_down()
        case ["up", x, y]:
            touch = _touches.pop()
            touch.touch_move(float(x), Window.height - float(y))
            touch.touch_up()
        case ["key", code, *modifiers]:
            Window.dispatch("on_key_down", int(code), 0, None, modifiers)
        case ["text", letters]:
            Window.dispatch("on_textinput", letters)
        case ["release", code]:
            Window.dispatch("on_key_up", int(code), 0)


_touches: list[Any] = []

if __name__ == "__main__":
    sys.exit(main())
