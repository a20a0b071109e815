"""A modem without a modem: a process of its own that speaks AT and sound on two pseudo-terminals.

``python -m hardware.simulated.modem --dir DIR`` makes ``DIR/at`` and ``DIR/pcm``, prints one line of JSON when
ready, and lives until SIGTERM. It survives its client's closing and opening of the ports. One line of text a
command on standard input (or on ``--control SOCKET``) plays the world; see ``docs/hardware.md``.
"""

import argparse
import asyncio
import json
import os
import pty
import signal
import stat
import sys
import termios
import threading
import time
import tty
from pathlib import Path

from hardware.simulated import wav
from hardware.simulated.at_modem import FAMILIES, SCRIPTS, AtModem, Profile

FRAME_S = 0.02
FRAME_BYTES = 320
IDLE_S = 0.02
"""Pause before a pty without a client is looked at again."""
GAP_SAMPLES = 800
"""Behind the clock by more than this, the recording is filled with the silence that the far end heard."""

STATES = {0: "open", 2: "dialled", 3: "alerting", 6: "ending", None: "ended"}
"""The journal's words for +CLCC's states, and for no call."""
TIMES = frozenset(("alert_after_s", "answer_after_s", "no_answer_after_s", "hang_up_after_s", "pcm_after_s"))
"""What ``set`` may change of a profile."""


class Pty:
    """One pseudo-terminal behind a stable name; the client may come and go."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self.master = -1
        self.open()

    def open(self) -> None:
        """Make the port appear."""
        self.master, slave = pty.openpty()
        tty.setraw(slave, termios.TCSANOW)
        os.set_blocking(self.master, False)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(slave))
        # Kept open by the client alone: so its exclusive lock dies with it.
        os.close(slave)

    def close(self) -> None:
        """Make the port vanish, as an unplugged one does."""
        self._link.unlink(missing_ok=True)
        if self.master >= 0:
            os.close(self.master)
        self.master = -1

    def read(self) -> bytes:
        """What the client wrote; nothing when there is none."""
        try:
            return os.read(self.master, 4096) if self.master >= 0 else b""
        except OSError:
            return b""

    def write(self, data: bytes) -> None:
        """Give it to the client; what it does not take is lost, as on a wire."""
        try:
            if self.master >= 0:
                os.write(self.master, data)
        except OSError:
            pass


class Sound(threading.Thread):
    """Plays the greeting to the client and records it, on a 20 ms beat of the monotonic clock."""

    def __init__(self, port: Pty, greeting: bytes, recordings: Path) -> None:
        super().__init__(name="sound", daemon=True)
        self.is_streaming = False
        self._port = port
        self._greeting = greeting
        self._recordings = recordings
        self._lock = threading.Lock()
        self._recording: wav.Recording | None = None
        self._began = 0.0
        self._at = 0
        self._odd = b""
        self.calls = 0

    def call(self, is_up: bool) -> None:
        """A call opened: the greeting from its beginning, a new recording. Or it ended."""
        with self._lock:
            if self._recording is not None:
                self._recording.close()
                self._recording = None
            if is_up:
                self.calls += 1
                path = self._recordings
                if self.calls > 1 or path.is_dir():
                    folder, stem = (path, "heard") if path.is_dir() else (path.parent, path.stem)
                    path = folder / f"{stem}-{self.calls}.wav"
                self._recording = wav.Recording(path)
                self._began = time.monotonic()
                self._at = 0
                self._odd = b""

    def run(self) -> None:
        beat = time.monotonic()
        while True:
            with self._lock:
                self._frame()
            beat = max(beat + FRAME_S, time.monotonic() - 5 * FRAME_S)
            time.sleep(max(0.0, beat - time.monotonic()))

    def _frame(self) -> None:
        heard = self._odd + self._port.read()
        self._odd = b""
        if self._recording is None or not self.is_streaming:
            return
        frame = self._greeting[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        self._port.write(frame.ljust(FRAME_BYTES, b"\0"))
        if len(heard) % 2:
            heard, self._odd = heard[:-1], heard[-1:]
        due = int((time.monotonic() - self._began) * wav.RATE)
        behind = due - self._recording.samples - len(heard) // 2
        if behind > GAP_SAMPLES:
            heard = b"\0\0" * behind + heard
        if heard:
            self._recording.append(heard)


class SimulatedModem:
    """Wires the AT brain, the sound and the controls to the loop."""

    def __init__(self, folder: Path, profile: Profile, greeting: bytes, recordings: Path, journal: Path | None) -> None:
        self._at_port = Pty(folder / "at")
        self._pcm_port = Pty(folder / "pcm")
        self._sound = Sound(self._pcm_port, greeting, recordings)
        self._journal = journal.open("a", encoding="utf-8", buffering=1) if journal is not None else None
        self._modem = AtModem(profile, self._sound.call, self._note)

    async def run(self) -> None:
        """Serve until cancelled."""
        self._sound.start()
        while True:
            now = time.monotonic()
            self._modem.receive(self._at_port.read(), now)
            self._modem.tick(now)
            self._sound.is_streaming = self._modem.pcm_on
            if data := self._modem.take():
                self._at_port.write(data)
            deadline = self._modem.deadline
            pause = IDLE_S if deadline is None else min(IDLE_S, max(0.0, deadline - time.monotonic()))
            await asyncio.sleep(pause)

    def _note(self, state: int | None) -> None:
        """Write down what becomes of a call; its number stays out of it."""
        if self._journal is not None:
            entry = {"at": time.monotonic(), "call": len(self._modem.dialled), "event": STATES[state]}
            self._journal.write(json.dumps(entry) + "\n")

    def _set(self, words: str) -> dict[str, object] | None:
        """Change the far end of the next call: ``script`` and the profile's times; what is wrong with it, or None."""
        wanted = dict(word.partition("=")[::2] for word in words.split())
        try:
            script = wanted.pop("script", self._modem.profile.script)
            times = {name: float(value) for name, value in wanted.items()}
        except ValueError as error:
            return {"error": f"{words!r}: {error}; give NAME=SECONDS"}
        if script not in SCRIPTS or not times.keys() <= TIMES:
            return {"error": f"{words!r}: give script=NAME and any of {', '.join(sorted(TIMES))}"}
        for name, value in {"script": script, **times}.items():
            setattr(self._modem.profile, name, value)
        return None

    def control(self, line: str) -> dict[str, object]:
        """Play one line of the world's doings; returns what happened."""
        now = time.monotonic()
        profile = self._modem.profile
        match line.split(maxsplit=1):
            case ["hang_up"]:
                self._modem.remote_hang_up(now)
            case ["network", ("on" | "off") as state]:
                self._modem.set_network(state == "on", now)
            case ["script", script] if script in SCRIPTS:
                profile.script = script
            case ["set", words]:
                if (wrong := self._set(words)) is not None:
                    return wrong
            case ["deaf", ("on" | "off") as state]:
                profile.is_deaf = state == "on"
            case ["urc", text]:
                self._modem.urc(text)
            case ["reboot"]:
                self._modem.reset()
                self._modem.urc("RDY")
            case ["vanish"]:
                self._modem.reset()
                self._at_port.close()
                self._pcm_port.close()
            case ["return"]:
                self._at_port.open()
                self._pcm_port.open()
                self._modem.urc("RDY")
            case ["state"]:
                pass
            case _:
                return {"error": f"unknown command {line!r}; see docs/hardware.md"}
        call = self._modem.call
        return {
            "ok": True,
            "call_state": None if call is None else call.state,
            "calls": self._sound.calls,
            "dialled": self._modem.dialled,
            "digits": "".join(self._modem.digits),
            "pin_tries": profile.pin_tries,
            "pcm": self._modem.pcm_on,
            "commands": self._modem.commands,
        }

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
        self._at_port.close()
        self._pcm_port.close()


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
