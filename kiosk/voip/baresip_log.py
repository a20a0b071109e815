"""The native stack's log lines: read for what its events do not say, and shown to nobody.

They name the numbers dialled and whole SIP messages, which no log of ours may hold.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable

log = logging.getLogger(__name__)


class NativeLines(logging.Handler):
    """Tells the event loop the codec of each call that gets its sound. An error inside a listener of ours is kept."""

    def __init__(self, loop: asyncio.AbstractEventLoop, codec_is: Callable[[str], None]) -> None:
        super().__init__()
        self._loop, self._codec_is = loop, codec_is

    def attach(self) -> None:
        """Take the binding's loggers over, for the process's life."""
        native = logging.getLogger("baresip")
        native.propagate = False
        native.setLevel(logging.INFO)
        native.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "baresip.native":
            found = re.match(r"audio: Set audio encoder: (\w+) ", record.getMessage())
            if found:
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
                    self._loop.call_soon_threadsafe(self._codec_is, found[1].lower())
        elif record.exc_info and record.levelno >= logging.ERROR:
            log.error("a listener of the stack failed", exc_info=record.exc_info)
