"""What the modem's driver costs and how fast it is: ``python -m benchmarks.modem [--rounds N] [--lines N]``.

Four things, on simulated modems that are processes of their own: lines a second through a pseudo-terminal, beside
pyserial alone and python-gsmmodem-new in the same run; from our decision to ATD on the wire; from the modem's word
(BUSY, answer) to the verdict, beside python-gsmmodem-new; and from the end of a fault to readiness, for each rung.
Prints a table, writes JSON, asserts nothing.
"""

import argparse
import asyncio
import json
import os
import pty
import subprocess
import sys
import tempfile
import threading
import time
import tty
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.modem_readers import LAST
from benchmarks.report import Row, machine, publish, row
from hardware.at import Codec
from hardware.modem import Modem, ModemConfig
from hardware.modem_events import CallEnded, LineOpened, ModemEvent
from hardware.modem_power import CUT_S, GOES_OFF_S, KEY_OFF_S, KEY_ON_S, ModemPower, PowerConfig
from hardware.recovery import Ladder, Rung, Trouble

ROOT = Path(__file__).resolve().parent.parent
NUMBER = "0800190000"
PATIENCE_S = 60.0
THEIR_PATIENCE_S = 12.0
"""How long python-gsmmodem-new may take to notice that a call is over."""
A_CALL = (
    '+CLCC: 1,0,2,0,0,"*",129', '+CLCC: 1,0,3,0,0,"*",129', "VOICE CALL: BEGIN", '+CLCC: 1,0,0,0,0,"*",129',
    '+CREG: 1,"D509","80D413D",7', "+CSQ: 19,99", '+CLCC: 1,0,6,0,0,"*",129', "VOICE CALL: END: 000042",
)  # fmt: skip
"""The lines of the stream."""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="calls, and rounds of reading / 4")
    parser.add_argument("--lines", type=int, default=4000, help="in one round of reading")
    parser.add_argument("--out", type=Path, help="where to write the JSON; default: benchmark-output/modem.json")
    arguments = parser.parse_args()
    where = machine()
    rows = reading(max(1, arguments.rounds // 4), arguments.lines)
    with tempfile.TemporaryDirectory(prefix="modem-bench") as name:
        folder = Path(name)
        rows += asyncio.run(calls(folder, arguments.rounds))
        rows += theirs(folder, max(1, arguments.rounds // 5))
        rows += asyncio.run(recovery(folder, max(1, arguments.rounds // 5)))
        rows += asyncio.run(rungs(folder, max(1, arguments.rounds // 7)))
    publish("modem", where, rows, arguments.out)


def reading(rounds: int, lines: int) -> list[Row]:
    """Lines a second, and the processor's time a thousand lines, of each reader."""
    stream = "".join(f"\r\n{A_CALL[number % len(A_CALL)]}\r\n" for number in range(lines)).encode()
    rates: dict[str, list[float]] = {"codec alone": []}
    for _ in range(rounds):
        codec, began = Codec(), time.perf_counter()
        for start in range(0, len(stream), 64):
            codec.receive(stream[start : start + 64], 0.0)
        rates["codec alone"].append(lines / (time.perf_counter() - began))
        for reader in ("ours", "pyserial", "gsmmodem"):
            rates.setdefault(reader, []).append(lines / through(reader, stream))
    names = {
        "codec alone": "codec alone, in 64-byte chunks, all lines parsed",
        "ours": "our port, loop and codec, all lines parsed",
        "pyserial": "pyserial alone, lines cut, nothing parsed",
        "gsmmodem": "python-gsmmodem-new, lines cut, nothing parsed",
    }
    return [row(names[reader], found, unit="lines/s") for reader, found in rates.items()]


def through(reader: str, stream: bytes) -> float:
    """Seconds from the first byte to the last line, through a pseudo-terminal."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.modem_readers", reader, os.ttyname(theirs)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        feeder = threading.Thread(target=_feed, args=(ours, stream + f"\r\n{LAST}\r\n".encode()), daemon=True)
        feeder.start()
        found = json.loads(process.stdout.readline())
        feeder.join(PATIENCE_S)
    os.close(ours)
    os.close(theirs)
    return float(found["last"] - began)


def _feed(master: int, stream: bytes) -> None:
    while stream:
        stream = stream[os.write(master, stream[:512]) :]


class Power(ModemPower):
    """A power key and a switch on the simulated modem's supply, pressed for as long as the real ones."""

    def __init__(self, play: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(PowerConfig())
        self._play, self._loop = play, asyncio.get_running_loop()
        self.began = 0.0

    @property
    def ways(self) -> frozenset[Rung]:
        return frozenset((Rung.KEY, Rung.POWER))

    def press_key(self, is_there: bool) -> None:
        self._off_for((KEY_OFF_S + GOES_OFF_S if is_there else 0.0) + KEY_ON_S)

    def cut(self) -> None:
        self._off_for(CUT_S)

    def _off_for(self, seconds: float) -> None:
        self.began = time.monotonic()
        for text in ("vanish", "network on", "return"):
            asyncio.run_coroutine_threadsafe(_awaited(self._play(text)), self._loop).result(PATIENCE_S)
            if text == "vanish":
                time.sleep(seconds)


async def _awaited(work: Awaitable[None]) -> None:
    await work


class Bench:
    """Our driver on a simulated modem; every event, and every byte, with its time (``time.monotonic()``)."""

    def __init__(
        self, process: asyncio.subprocess.Process, journal: Path, port: str, ladder: Ladder | None = None
    ) -> None:
        self._process = process
        self._journal = journal
        self._news = asyncio.Event()
        self.events: list[tuple[float, ModemEvent]] = []
        self.wire: list[tuple[float, str, bytes]] = []
        self.power = Power(self.play)
        config = ModemConfig(port, health_s=2.0)
        self.modem = Modem(config, self._hear, self._tap, power=self.power, ladder=ladder)

    def _hear(self, event: ModemEvent) -> None:
        self.events.append((time.monotonic(), event))
        self._news.set()

    def _tap(self, direction: str, data: bytes) -> None:
        self.wire.append((time.monotonic(), direction, data))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the driver. Raises: TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._news.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._news.wait()
                except TimeoutError:
                    continue

    async def play(self, text: str) -> None:
        """One deed of the world's."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(text.encode() + b"\n")
        await asyncio.wait_for(self._process.stdout.readline(), PATIENCE_S)

    def last(self, kind: type[ModemEvent]) -> float:
        """When it was last told."""
        return next(at for at, event in reversed(self.events) if isinstance(event, kind))

    def first(self, *words: bytes) -> float | None:
        """When one of them was first written to the port; None: not yet."""
        told = (at for at, direction, data in self.wire if direction == "sent" and any(word in data for word in words))
        return next(told, None)

    def heard(self, word: bytes) -> float:
        """When it was last read from the port."""
        return next(at for at, direction, data in reversed(self.wire) if direction == "received" and word in data)

    def journalled(self, event: str) -> float:
        """When the modem last noted it."""
        notes = [json.loads(line) for line in self._journal.read_text(encoding="utf-8").splitlines()]
        return float(next(note["at"] for note in reversed(notes) if note["event"] == event))


@asynccontextmanager
async def bench(folder: Path, *options: str, ladder: Ladder | None = None) -> AsyncIterator[Bench]:
    """A fresh modem in ``folder``, which it makes, and our driver on it, ready."""
    journal = folder.with_suffix(".journal")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hardware.simulated.modem", "--dir", str(folder), "--journal", str(journal), *options,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    made = Bench(process, journal, json.loads(await process.stdout.readline())["at"], ladder)
    try:
        made.modem.start()
        await made.until(lambda: made.modem.status.is_ready)
        yield made
    finally:
        await made.modem.close()
        process.terminate()
        await process.wait()


async def calls(folder: Path, rounds: int) -> list[Row]:
    """From decisions to bytes, and from bytes to verdicts."""
    to_wire: list[float] = []
    verdicts: dict[str, list[float]] = {"BUSY": [], "far": [], "answer": []}
    async with bench(folder / "busy", "--script", "busy", "--alert-after", "0.2") as made:
        for number in range(rounds):
            began = time.monotonic()
            made.modem.dial(f"c{number}", NUMBER)
            await made.until(lambda: made.modem.call is None)
            to_wire.append(next(at for at, way, data in made.wire if at >= began and b"ATD" in data) - began)
            await made.until(lambda: isinstance(made.events[-1][1], CallEnded) or made.modem.call is None)
            verdicts["BUSY"].append(made.last(CallEnded) - made.heard(b"BUSY"))
            verdicts["far"].append(made.last(CallEnded) - made.journalled("ending"))
            await asyncio.sleep(0.6)  # the pause that the driver keeps between two calls is not measured
    async with bench(folder / "answer", "--alert-after", "0.1", "--answer-after", "0.1") as made:
        for number in range(rounds):
            made.modem.dial(f"c{number}", NUMBER)
            await made.until(lambda: any(isinstance(event, LineOpened) for _, event in made.events))
            verdicts["answer"].append(made.last(LineOpened) - made.heard(b"BEGIN"))
            made.modem.hang_up(f"c{number}")
            await made.until(lambda: made.modem.call is None)
            made.events.clear()
            await asyncio.sleep(0.6)
    return [
        row("dial decided to ATD on the wire", _ms(to_wire)),
        row("BUSY read to verdict", _ms(verdicts["BUSY"]), "<= 100 ms"),
        row("call ended at the modem to verdict, its port looked at every 20 ms", _ms(verdicts["far"]), "<= 100 ms"),
        row("answer read to line open", _ms(verdicts["answer"])),
    ]


def theirs(folder: Path, rounds: int) -> list[Row]:
    """python-gsmmodem-new at the same busy number, on the plain modem, which it knows best how to poll."""
    place = folder / "theirs"
    place.mkdir()
    options = ["--script", "busy", "--alert-after", "0.2", "--family", "generic", "--journal", str(place / "journal")]
    command = [sys.executable, "-m", "hardware.simulated.modem", "--dir", str(place), *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as modem:
        assert modem.stdout is not None
        port = str(Path(json.loads(modem.stdout.readline())["at"]).resolve())
        arguments = ["dial", port, NUMBER, str(rounds), str(THEIR_PATIENCE_S)]
        try:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-m", "benchmarks.modem_readers", *arguments],
                cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE_S + rounds * 20,
            )  # fmt: skip
        finally:
            modem.terminate()
    notes = [json.loads(line) for line in (place / "journal").read_text(encoding="utf-8").splitlines()]
    over = [note["at"] for note in notes if note["event"] == "ending"]
    told: list[dict[str, Any]] = json.loads(done.stdout)
    took = [(each["ended"] or each["began"] + THEIR_PATIENCE_S) - at for each, at in zip(told, over, strict=False)]
    how = ", ".join(sorted({each["how"] for each in told}))
    return [row(f"python-gsmmodem-new: call ended at the modem to verdict ({how})", _ms(took))]


async def recovery(folder: Path, rounds: int) -> list[Row]:
    """From the end of each fault to a modem that may be dialled again; the driver's own pauses are in it."""
    faults = {
        "network back to ready": ("network off", "network on"),
        "deaf for 3 s, hears again to ready": ("deaf on", "deaf off"),
        "module restarted (RDY) to ready": ("", "reboot"),
        "port back, opened again, to ready": ("vanish", "return"),
        "SIM card back to ready": ("sim out", "sim in"),
    }
    found: dict[str, list[float]] = {name: [] for name in faults}
    for number in range(rounds):
        for name, (begin, end) in faults.items():
            async with bench(folder / f"{name.split()[0]}-{number}") as made:
                if begin:
                    await made.play(begin)
                    if begin == "deaf on":
                        await asyncio.sleep(3.0)
                    else:
                        await made.until(lambda: not made.modem.status.is_ready)
                proved, began = made.modem.proved_at or 0.0, time.monotonic()
                await made.play(end)
                await made.until(lambda: made.modem.status.is_ready and (made.modem.proved_at or 0.0) > proved)  # noqa: B023
                found[name].append(time.monotonic() - began)
    return [row(f"recovery: {name}", _ms(values)) for name, values in found.items()]


async def rungs(folder: Path, rounds: int) -> list[Row]:
    """From the beginning of each step of the ladder to a modem that may be dialled, the step's own pulses included.

    The waiting before a step, minutes by design, is left out; the fault, a network that is gone, ends with the step.
    """
    found: dict[Rung, list[float]] = {rung: [] for rung in Rung}
    for number in range(rounds):
        for rung, values in found.items():
            ladder = Ladder({Trouble.NO_SERVICE: ((0.0, rung),)})
            async with bench(folder / f"{rung.split()[0]}-{number}", ladder=ladder) as made:
                made.wire.clear()
                await made.play("network off")
                await made.until(lambda: made.power.began > 0.0 or made.first(b"CFUN=4", b"CRESET") is not None)
                began = made.power.began or made.first(b"CFUN=4", b"CRESET") or 0.0
                if not made.power.began:
                    await made.play("network on")
                if rung is Rung.RESET:
                    await made.until(lambda: any(b"RDY" in data for _, _, data in made.wire))
                up_again = made.heard(b"RDY") if rung is Rung.RESET else began
                await made.until(lambda: made.modem.status.is_ready and (made.modem.proved_at or 0.0) > up_again)  # noqa: B023
                values.append(time.monotonic() - began)
    return [row(f"ladder: {rung}, to ready", _ms(values)) for rung, values in found.items()]


def _ms(values: list[float]) -> list[float]:
    return [value * 1000 for value in values]


if __name__ == "__main__":
    main()
