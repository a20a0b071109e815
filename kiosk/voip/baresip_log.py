"""The native stack's log lines: read for what its events do not say, and shown to nobody.

They name the numbers dialled and whole SIP messages, which no log of ours may hold.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


class NativeLines(logging.Handler):
    """Hands the lines of ``baresip.native`` over to the event loop; an error inside a listener of ours is kept."""

    def __init__(self, loop: asyncio.AbstractEventLoop, take: Callable[[str], None]) -> None:
        super().__init__()
        self._loop, self._take = loop, take

    def attach(self) -> None:
        """Take the binding's loggers over, for the process's life."""
        native = logging.getLogger("baresip")
        native.propagate = False
        native.setLevel(logging.INFO)
        native.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "baresip.native":
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
                self._loop.call_soon_threadsafe(self._take, record.getMessage())
        elif record.exc_info and record.levelno >= logging.ERROR:
            log.error("a listener of the stack failed", exc_info=record.exc_info)
