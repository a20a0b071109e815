"""The native stack's log lines: read for what its events do not say, and shown to nobody.

They name the numbers dialled and whole SIP messages, which no log of ours may hold.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable

from kiosk.voip.baresip_ack import SecondAck
from kiosk.voip.farewell import Farewell, farewell_of

log = logging.getLogger(__name__)


class NativeLines(logging.Handler):
    """Tells the event loop the codec of each call that gets its sound, and the farewell of each that was completed.

    Sends the ACK that the stack does not repeat (:mod:`kiosk.voip.baresip_ack`). An error inside a listener of ours
    is kept.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, codec_is: Callable[[str], None], farewell_is: Callable[[Farewell], None]
    ) -> None:
        super().__init__()
        self._loop, self._codec_is, self._farewell_is = loop, codec_is, farewell_is
        self._second_ack = SecondAck()

    def attach(self) -> None:
        """Take the binding's loggers over, for the process's life."""
        native = logging.getLogger("baresip")
        native.propagate = False
        native.setLevel(logging.INFO)
        logging.getLogger("baresip.native.sip").setLevel(logging.DEBUG)
        native.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "baresip.native":
            found = re.match(r"audio: Set audio encoder: (\w+) ", record.getMessage())
            if found:
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
                    self._loop.call_soon_threadsafe(self._codec_is, found[1].lower())
        elif record.name == "baresip.native.sip":
            trace = record.getMessage()
            self._second_ack.feed(trace)
            farewell = farewell_of(trace)
            if farewell is not None:
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._farewell_is, farewell)
        elif record.exc_info and record.levelno >= logging.ERROR:
            log.error("a listener of the stack failed", exc_info=record.exc_info)
