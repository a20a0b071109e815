"""The voice process's commands, where their order in time is the matter."""

import asyncio
import threading
from typing import Any

import pytest

from kiosk.audio.cradle import Probe
from kiosk.calls.line import AttemptId
from kiosk.health.testcall import NOTES
from kiosk.settings import Settings, Terminal
from kiosk.voip import agent
from kiosk.voip.agent import Agent
from kiosk.voip.wire import JoinPcm, TestSound

CALL = AttemptId("test-1")


class Port:
    """A modem's sound that says nothing."""

    sample_rate = 8000

    def read(self, samples: int) -> bytes:
        return b""

    def write(self, pcm: bytes) -> None:
        pass

    def queued_s(self) -> float:
        return 0.0


def probed(monkeypatch: pytest.MonkeyPatch, *commands: Any) -> list[bool]:
    """Of each probe that ``commands`` led to: was the call's sound there? Its port opens some time after them."""
    may_open, found = threading.Event(), list[bool]()

    def slow(place: str) -> Port:
        assert may_open.wait(10)
        return Port()

    async def act() -> None:
        monkeypatch.setattr(agent, "open_sound", slow)
        voice = Agent(Settings(terminal=Terminal(id="box")), None)  # type: ignore[arg-type]  # nothing is told

        def probe(attempt: AttemptId, probe: Probe) -> None:
            found.append(attempt in voice._pcm)

        monkeypatch.setattr(voice._mixer, "probe_call", probe)
        for command in commands:
            voice.spawn(command)
        for _ in range(5):
            await asyncio.sleep(agent.SOUND_WATCH_S)
        may_open.set()
        await asyncio.wait_for(asyncio.gather(*voice._tasks), 20)

    asyncio.run(act())
    return found


def test_a_test_call_is_not_judged_before_its_sound_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    joining = JoinPcm(attempt=CALL, port="/dev/null", dialled_s_ago=0.0)
    assert probed(monkeypatch, joining, TestSound(CALL, NOTES)) == [True]


def test_nor_is_it_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "SOUND_COMES_S", 0.1)
    assert probed(monkeypatch, TestSound(CALL, NOTES)) == [False]
