"""Runs one SIP engine behind its trunk as the voice process does.

Asyncio for the calls, a thread of 20 ms beats for the sound.
A process of its own, because the native stack is process-global. Commands come as JSON lines on standard input,
events leave as JSON lines on standard output::

    python -m tests.integration.engine_driver baresip '{"account": {...}, "options": {...}}'
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
import threading
import time
import wave
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.audio.frames import RATE, to_samples
from kiosk.calls.dialplan import DialPlan
from kiosk.calls.line import AttemptId
from kiosk.errors import KioskError
from kiosk.settings import Location
from kiosk.voip.accounts import may_dial
from kiosk.voip.engine import Account, CallAudio, Engine, PacketAudio, TrunkEvent
from kiosk.voip.rtp import Decoder, Format
from kiosk.voip.trunk import Trunk

BEAT_S = 0.020
SOUND_COMES_S = 5.0


class Sound:
    """Pulls and pushes one call's sound every 20 ms, from a WAV file and to one, until told to stop.

    Packets are decoded in the order in which they came, all of them: what a late beat of a busy test machine leaves of
    them is no matter of the engine. How they are played is tested in virtual time (``tests/audio``).
    """

    def __init__(self, audio: CallAudio | PacketAudio, speak: Path | None, heard: Path | None) -> None:
        self._audio, self._speak, self._heard = audio, speak, heard
        self._decoders: dict[Format, Decoder] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound")
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        rate = self._audio.sample_rate
        frame = rate // 50
        words = b""
        if self._speak is not None:
            with wave.open(str(self._speak.with_suffix(f".{rate}.wav")), "rb") as wav:
                words = wav.readframes(wav.getnframes())
        taken = bytearray()
        start, beat = time.monotonic(), 0
        while not self._stop.wait(max(0.0, start + beat * BEAT_S - time.monotonic())):
            taken += self._take(frame * 8)
            out = words[beat * 2 * frame : (beat + 1) * 2 * frame]
            self._audio.write(out.ljust(2 * frame, b"\0"))
            beat += 1
        if self._heard is not None:
            with wave.open(str(self._heard), "wb") as wav:
                wav.setnchannels(1)
                wav.setsampwidth(2)
                wav.setframerate(RATE if isinstance(self._audio, PacketAudio) else rate)
                wav.writeframes(bytes(taken))

    def _take(self, most: int) -> bytes:
        if not isinstance(self._audio, PacketAudio):
            return self._audio.read(most)
        out = b""
        for packet, kind in self._audio.feed.take():
            if kind.make_decoder is not None:
                decoder = self._decoders.setdefault(kind, kind.make_decoder())
                out += to_samples(decoder.decode(packet.payload)).tobytes()
        return out


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def told(event: TrunkEvent) -> None:
    say(event=type(event).__name__, at=time.monotonic(), **asdict(event))


async def _audio_of(engine: Trunk, attempt: AttemptId) -> CallAudio | PacketAudio | None:
    """The call's sound, which may come a moment after the answer (the voice process looks every 20 ms); or None."""
    for _ in range(round(SOUND_COMES_S / BEAT_S)):
        if (audio := engine.audio(attempt)) is not None:
            return audio
        await asyncio.sleep(BEAT_S)
    return None


def make(name: str, options: dict[str, Any]) -> Engine:
    if name == "rfcvoip":
        from kiosk.voip.pyvoip import RfcvoipEngine

        return RfcvoipEngine(**options)
    from kiosk.voip import baresip_native
    from kiosk.voip.baresip import BaresipEngine

    if options.pop("blind", False):
        baresip_native.KNOWN_MAJOR = "another release"

    native: Engine = BaresipEngine(**options)
    return native


async def drive(name: str, accounts: list[Account], options: dict[str, Any], trunk: dict[str, Any]) -> None:
    plan = DialPlan("0800190000", frozenset(), frozenset(trunk.get("allowed", ())))
    engine = Trunk(
        make(name, options),
        told,
        instance=UUID(int=7),
        terminal="box",
        location=Location(**trunk["location"]) if "location" in trunk else None,
        may_dial=partial(may_dial, plan),
        interval_s=trunk.get("interval_s", 0.0),
    )
    sounds: dict[str, Sound] = {}
    try:
        await engine.start(accounts)
    except KioskError as error:
        say(event="StartFailed", error=type(error).__name__, text=str(error))
        return
    say(event="Started")
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        attempt = AttemptId(command.get("attempt", ""))
        match command["do"]:
            case "register":
                engine.prove()
            case "dial":
                await engine.dial(attempt, command["number"], command.get("headers", {}))
            case "hang_up":
                await engine.hang_up(attempt)
            case "digit":
                await engine.send_digit(attempt, command["digit"])
            case "sound":
                audio = await _audio_of(engine, attempt)
                if audio is not None:
                    speak, heard = command.get("speak"), command.get("heard")
                    sounds[attempt] = Sound(audio, Path(speak) if speak else None, Path(heard) if heard else None)
                rate, packets = (audio.sample_rate if audio is not None else 0), isinstance(audio, PacketAudio)
                say(event="Sound", attempt=attempt, rate=rate, packets=packets)
            case "silence":
                sounds.pop(attempt).stop()
                say(event="Silence", attempt=attempt)
            case "stats":
                stats = engine.stats(attempt)
                say(event="Stats", **{key: getattr(stats, key) for key in stats.__dataclass_fields__})
            case "close":
                break
    for sound in sounds.values():
        sound.stop()
    started = time.monotonic()
    await engine.close()
    say(event="Closed", took=time.monotonic() - started, needs_restart=engine.needs_restart)


def main() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(relativeCreated)d %(name)s %(message)s")
    name, settings = sys.argv[1], json.loads(sys.argv[2])
    trunk = settings.get("trunk", {})
    accounts = [settings["account"], *([trunk["backup"]] if "backup" in trunk else [])]
    for account in accounts:
        account["codecs"] = tuple(account.get("codecs", ("pcma", "pcmu")))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(drive(name, [Account(**each) for each in accounts], settings.get("options", {}), trunk))
    sys.stderr.flush()
    os._exit(0)  # as the voice process ends: the native stack is not trusted to come down


if __name__ == "__main__":
    main()
