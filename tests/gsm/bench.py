"""A mobile line on a simulated modem that is a process of its own; everything it said, in order."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hardware.modem import ModemConfig
from kiosk.calls.line import AttemptId, Ended, LineEvent, Readiness
from kiosk.gsm.line import GsmLine

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0
ONE = AttemptId("one")
TWO = AttemptId("two")
NUMBER = "0800190000"


class _Collector(logging.Handler):
    """What the drivers wrote to the log."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += record.getMessage() + "\n"


class Bench:
    """The line under test, the far end's strings, and the line's words so far."""

    def __init__(
        self, folder: Path, process: asyncio.subprocess.Process, line: GsmLine, flow: list[tuple[AttemptId, bool]]
    ) -> None:
        self.flow = flow
        """What the modem said of its buffer for our sound."""
        self.folder = folder
        self.line = line
        self.events: list[LineEvent] = []
        self._process = process
        self._news = asyncio.Event()
        self._handler = _Collector()
        logging.getLogger("hardware").addHandler(self._handler)

    @property
    def log(self) -> str:
        """The drivers' log since the start."""
        return self._handler.text

    def close(self) -> None:
        """Stop to collect the log."""
        logging.getLogger("hardware").removeHandler(self._handler)

    def hear(self, event: LineEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def control(self, text: str) -> dict[str, Any]:
        """Play the world; returns the modem's view."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(text.encode() + b"\n")
        answer = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE_S)
        state: dict[str, Any] = json.loads(answer)
        assert state.get("ok"), state
        return state

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something of the line's to be so."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 - states change on another side
                await asyncio.sleep(0.01)

    async def until_modem(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for something of the modem's to be so."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition(state := await self.control("state")):  # noqa: ASYNC110 - the modem's side
                await asyncio.sleep(0.02)
        return state

    async def heard(self, kind: type[LineEvent]) -> None:
        """Wait for an event of this kind."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(isinstance(event, kind) for event in self.events):
                self._news.clear()
                await self._news.wait()

    async def over(self) -> list[LineEvent]:
        """Wait for the end; returns all that was said."""
        await self.heard(Ended)
        return self.events

    async def ready(self) -> None:
        """Wait until the line proved itself."""
        await self.until(lambda: self.line.health.readiness is Readiness.READY)

    async def looked_at(self) -> None:
        """Wait until SIM and network were seen once, good or bad."""
        await self.until(lambda: self.line.proof_age_s is not None)


@asynccontextmanager
async def bench(
    folder: Path,
    *arguments: str,
    pin: str = "",
    emergency: frozenset[str] = frozenset(("112",)),
    ringing_s: float = ModemConfig.ringing_s,
) -> AsyncIterator[Bench]:
    """A line on a fresh simulated modem, both ended at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hardware.simulated.modem", "--dir", str(folder), *arguments,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    made: Bench | None = None
    try:
        started = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE_S))
        config = ModemConfig(
            started["at"], pin=pin, emergency=emergency, health_s=1.0, sound_s=1.5, ringing_s=ringing_s
        )
        flow: list[tuple[AttemptId, bool]] = []
        line = GsmLine(
            config,
            lambda event: made.hear(event) if made is not None else None,
            on_flow=lambda attempt, may_send: flow.append((attempt, may_send)),
        )
        made = Bench(folder, process, line, flow)
        line.start()
        yield made
    finally:
        if made is not None:
            await made.line.close()
            made.close()
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0


QUICK = ("--alert-after", "0.1", "--answer-after", "0.1")


def play(folder: Path, story: Callable[[Bench], Awaitable[None]], *arguments: str, pin: str = "") -> None:
    async def run() -> None:
        async with bench(folder, *QUICK, *arguments, pin=pin) as made:
            await story(made)

    asyncio.run(run())
