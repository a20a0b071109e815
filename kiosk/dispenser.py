"""Lets a caller take a relay along: the call machine asks for it, and hears as an event what became of it."""

import asyncio
import logging
from collections.abc import Callable

from kiosk.calls.states import Give
from kiosk.guide.browse import Way
from kiosk.takeaway.handing import Handing

log = logging.getLogger(__name__)


class Dispenser:
    """On core's event loop. Nothing waits for it: whoever asked may have hung up by the end."""

    def __init__(self, handing: Handing) -> None:
        self._handing = handing
        self._tasks: set[asyncio.Task[None]] = set()

    def give(self, what: Give, on_given: Callable[[str], None]) -> None:
        """Print or send it; ``on_given`` gets a name of ``takeaway.toml``. Returns at once."""
        task = asyncio.get_running_loop().create_task(self._give(what, on_given))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def _give(self, what: Give, on_given: Callable[[str], None]) -> None:
        if what.way is Way.TEXT:
            handed = await self._handing.send(what.service, what.number, what.language)
        else:
            handed = await self._handing.print((what.service,), what.language)
        on_given(handed.notice)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a slip or a message failed: %s", type(error).__name__)
