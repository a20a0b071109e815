"""A modem without a modem: a process of its own that speaks AT and sound on two pseudo-terminals.

``python -m hardware.simulated.modem --dir DIR`` makes ``DIR/at`` and ``DIR/pcm``, prints one line of JSON when
ready, and lives until SIGTERM. It survives its client's closing and opening of the ports. One line of text a
command on standard input (or on ``--control SOCKET``) plays the world; see ``docs/hardware.md``.
"""

import argparse
import asyncio
import json
import os
import signal
import stat
import sys
import time
from collections import deque
from pathlib import Path

from hardware.simulated import wav
from hardware.simulated.at_modem import AtModem
from hardware.simulated.families import FAMILIES
from hardware.simulated.far_end import SCRIPTS, Profile
from hardware.simulated.pty_port import Pty
from hardware.simulated.sound import Sound
from hardware.simulated.world import World

IDLE_S = 0.02
"""Pause before a pty without a client is looked at again."""
CHUNK_PAUSE_S = 0.002
"""Between the pieces of a split write: long enough for the host to read each one for itself."""

STATES = {0: "open", 2: "dialled", 3: "alerting", 6: "ending", None: "ended"}
"""The journal's words for +CLCC's states, and for no call."""


class SimulatedModem:
    """Wires the AT brain, the sound and the world's deeds to the loop."""

    def __init__(self, folder: Path, profile: Profile, greeting: bytes, recordings: Path, journal: Path | None) -> None:
        self._at_port = Pty(folder / "at")
        self._pcm_port = Pty(folder / "pcm")
        path = FAMILIES[profile.family].sound
        self._flow_row = path.flow if path is not None else ""
        self._flow: deque[str] = deque()
        on_flow = self._flow.append if self._flow_row else None
        self._sound = Sound(self._pcm_port, greeting, recordings, on_flow)
        self._journal = journal.open("a", encoding="utf-8", buffering=1) if journal is not None else None
        self._modem = AtModem(profile, self._sound.call, self._note, self._power)
        self._world = World(self._modem, self._sound, self)

    async def run(self) -> None:
        """Serve until cancelled."""
        self._sound.start()
        while True:
            now = time.monotonic()
            self._modem.receive(self._at_port.read(), now)
            self._modem.tick(now)
            self._sound.is_streaming = self._modem.pcm_on
            while self._flow:
                self._modem.urc(self._flow_row.format(flow=self._flow.popleft()))
            await self._write(self._modem.take())
            deadline = self._modem.deadline
            pause = IDLE_S if deadline is None else min(IDLE_S, max(0.0, deadline - time.monotonic()))
            await asyncio.sleep(pause)

    async def _write(self, data: bytes) -> None:
        size = self._modem.profile.chunk or len(data)
        for at in range(0, len(data), size or 1):
            self._at_port.write(data[at : at + size])
            if size < len(data):
                await asyncio.sleep(CHUNK_PAUSE_S)

    def _note(self, state: int | None) -> None:
        """Write down what becomes of a call; its number stays out of it."""
        if self._journal is not None:
            entry = {"at": time.monotonic(), "call": len(self._modem.dialled), "event": STATES[state]}
            self._journal.write(json.dumps(entry) + "\n")

    def _power(self, is_on: bool) -> None:
        if is_on:
            self.appear()
        else:
            self.vanish()

    def appear(self) -> None:
        """Plugged in, or powered again."""
        self._at_port.open()
        self._pcm_port.open()

    def vanish(self) -> None:
        """Unplugged, or without power."""
        self._at_port.close()
        self._pcm_port.close()

    def control(self, line: str) -> dict[str, object]:
        """Play one line of the world's doings; returns what happened."""
        return self._world.play(line)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client of the control socket."""
        while line := await reader.readline():
            writer.write(json.dumps(self.control(line.decode().strip())).encode() + b"\n")
            await writer.drain()
        writer.close()

    def close(self) -> None:
        """Take the ports away and close recording and journal."""
        self._sound.call(False)
        if self._journal is not None:
            self._journal.close()
        self.vanish()


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hardware.simulated.modem", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where the ports appear")
    parser.add_argument("--family", choices=sorted(FAMILIES), default="sim7600")
    parser.add_argument("--script", choices=sorted(SCRIPTS), default="answer")
    parser.add_argument("--play", type=Path, help="WAV the far end plays, any rate")
    parser.add_argument("--record", type=Path, help="WAV of what the far end hears; default DIR/heard-N.wav")
    parser.add_argument("--alert-after", type=float, default=0.3, metavar="S")
    parser.add_argument("--answer-after", type=float, default=0.6, metavar="S", help="from alerting")
    parser.add_argument("--no-answer-after", type=float, default=30.0, metavar="S", help="from alerting")
    parser.add_argument("--hang-up-after", type=float, default=0.0, metavar="S", help="from the answer")
    parser.add_argument("--pcm-after", type=float, default=0.0, metavar="S", help="CPCMREG refused until then")
    parser.add_argument("--pin", default="", help="lock the SIM with it")
    parser.add_argument("--pin-tries", type=int, default=3)
    parser.add_argument("--reply-after", type=float, default=0.0, metavar="S", help="a slow modem")
    parser.add_argument("--reset-takes", type=float, default=0.0, metavar="S", help="a reset takes the ports away")
    parser.add_argument("--scan-takes", type=float, default=45.0, metavar="S", help="COPS=?; any byte aborts it")
    parser.add_argument("--call-index", type=int, default=1, metavar="N", help="the call's number in +CLCC")
    parser.add_argument("--data-call", action="store_true", help="+CLCC lists a data call that never ends")
    parser.add_argument("--chunk", type=int, default=0, metavar="BYTES", help="write so many at a time")
    parser.add_argument("--extra-cr", action="store_true", help="lines end with CR CR LF")
    parser.add_argument("--journal", type=Path, help="JSON lines: when each call was dialled, alerting, open, ended")
    parser.add_argument("--control", type=Path, help="Unix socket for commands; they also come on stdin")
    return parser.parse_args()


def _can_hear_stdin() -> bool:
    """A file or /dev/null as standard input cannot be waited on, and has nothing to say."""
    mode = os.fstat(0).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(0)


async def _stdin(modem: SimulatedModem) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if text := line.decode().strip():
            _say(modem.control(text))


async def _main(arguments: argparse.Namespace) -> None:
    profile = Profile(
        family=arguments.family,
        script=arguments.script,
        alert_after_s=arguments.alert_after,
        answer_after_s=arguments.answer_after,
        no_answer_after_s=arguments.no_answer_after,
        hang_up_after_s=arguments.hang_up_after,
        pcm_after_s=arguments.pcm_after,
        pin=arguments.pin,
        pin_tries=arguments.pin_tries,
        reply_after_s=arguments.reply_after,
        reset_s=arguments.reset_takes,
        scan_s=arguments.scan_takes,
        call_index=arguments.call_index,
        has_data_call=arguments.data_call,
        chunk=max(0, arguments.chunk),
        line_end="\r\r\n" if arguments.extra_cr else "\r\n",
    )
    folder: Path = arguments.dir
    greeting = wav.load(arguments.play) if arguments.play else b""
    modem = SimulatedModem(folder, profile, greeting, arguments.record or folder, arguments.journal)
    loop = asyncio.get_running_loop()
    serving = asyncio.ensure_future(modem.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    server = None
    if arguments.control:
        arguments.control.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(modem.serve, arguments.control)
    commands = None
    try:
        commands = asyncio.ensure_future(_stdin(modem)) if _can_hear_stdin() else None
        _say({"ready": True, "at": str(folder / "at"), "pcm": str(folder / "pcm"), "pid": os.getpid()})
        await serving
    except asyncio.CancelledError:
        pass
    finally:
        if commands is not None:
            commands.cancel()
            await asyncio.gather(commands, return_exceptions=True)
        if server is not None:
            server.close()
            arguments.control.unlink(missing_ok=True)
        modem.close()


def main() -> int:
    """Entry of the process; returns its exit status."""
    arguments = _arguments()
    try:
        arguments.dir.mkdir(parents=True, exist_ok=True)
        asyncio.run(_main(arguments))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"simulated modem: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
