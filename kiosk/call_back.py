"""Calls back who was in a call when the switchboard before this one ended, and still holds the handset."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from kiosk.bookmark import Bookmark
from kiosk.calls.dialplan import DialPlan, Target
from kiosk.calls.states import CutOffByRestart

STILL_UP_S = 3.0
"""A handset found up so soon after the start was up before it."""
LINES_UP_S = 6.0
"""How long it waits for a line to come up."""
POLL_S = 0.25


class CanSettle(Protocol):
    """:class:`kiosk.lines.Lines`."""

    @property
    def is_settled(self) -> bool:
        """Every line has come up, or has said that it will not."""


class CallBack:
    """Once, at the first lifting after a start. Core's event loop only."""

    def __init__(
        self, bookmark: Bookmark, plan: DialPlan, lines: CanSettle, handle: Callable[[CutOffByRestart], object]
    ) -> None:
        """``handle``: the call machine's ear."""
        self._bookmark, self._plan, self._lines, self._handle = bookmark, plan, lines, handle
        self._cut_off: tuple[str, float] | None = None
        self._calling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """The switchboard is up; whose handset is found up now was cut off."""
        called = self._bookmark.take()
        self._cut_off = None if called is None else (called, asyncio.get_running_loop().time())

    def lifted(self) -> None:
        """The handset went up, or was found up."""
        cut_off, self._cut_off = self._cut_off, None
        if cut_off is None or asyncio.get_running_loop().time() - cut_off[1] > STILL_UP_S:
            return
        target = self._plan.relay(cut_off[0], is_free=True)  # it was allowed when it was dialled
        if isinstance(target, Target):
            self._calling = asyncio.create_task(self._call(target), name="call back")

    async def _call(self, target: Target) -> None:
        for _ in range(round(LINES_UP_S / POLL_S)):
            if self._lines.is_settled:
                break
            await asyncio.sleep(POLL_S)
        self._handle(CutOffByRestart(target))
