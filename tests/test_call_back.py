"""Who is called back after a restart, and who is not."""

import asyncio
import math
from pathlib import Path

import pytest

from kiosk import call_back
from kiosk.bookmark import Bookmark
from kiosk.call_back import CallBack
from kiosk.calls.dialplan import Target
from tests.calls.worlds import HELPLINE, PLAN


class World:
    """Lines that settle when told to, and an ear."""

    is_settled = True

    def __init__(self, folder: Path) -> None:
        self.path = folder / "call"
        self.heard: list[Target] = []

    def switchboard(self) -> CallBack:
        """The next one, just started."""
        fresh = CallBack(Bookmark(self.path), PLAN, self, lambda event: self.heard.append(event.target))
        fresh.start()
        return fresh


async def all_done() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait_for(asyncio.gather(*others), 20)


def ended_in_a_call(folder: Path) -> None:
    bookmark = Bookmark(folder / "call")
    bookmark.note(HELPLINE.number)
    bookmark.keep()
    bookmark.note(None)  # what ending the call says


def test_the_first_handset_found_up_is_called_back_and_only_once(tmp_path: Path) -> None:
    async def act() -> None:
        world = World(tmp_path)
        ended_in_a_call(tmp_path)
        board = world.switchboard()
        board.lifted()
        board.lifted()
        await all_done()
        assert [each.number for each in world.heard] == [HELPLINE.number]
        world.switchboard().lifted()
        await all_done()
        assert len(world.heard) == 1

    asyncio.run(act())


def test_a_call_that_was_over_is_not_called_back(tmp_path: Path) -> None:
    async def act() -> None:
        world = World(tmp_path)
        bookmark = Bookmark(tmp_path / "call")
        bookmark.note(HELPLINE.number)
        bookmark.note(None)
        world.switchboard().lifted()
        await all_done()
        assert world.heard == []

    asyncio.run(act())


def test_a_handset_lifted_later_is_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_back, "STILL_UP_S", -math.inf)

    async def act() -> None:
        world = World(tmp_path)
        ended_in_a_call(tmp_path)
        world.switchboard().lifted()
        await all_done()
        assert world.heard == []

    asyncio.run(act())


def test_it_waits_for_the_lines_but_not_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_back, "POLL_S", 0.01)
    monkeypatch.setattr(call_back, "LINES_UP_S", 0.1)

    async def act() -> None:
        world = World(tmp_path)
        world.is_settled = False
        ended_in_a_call(tmp_path)
        world.switchboard().lifted()
        await asyncio.sleep(0)
        assert world.heard == []
        await all_done()
        assert len(world.heard) == 1

    asyncio.run(act())
