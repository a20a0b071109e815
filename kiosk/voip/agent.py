"""Process 2: the voice process, a child of core. Composition root of handset, mixer and SIP engine.

Its loop does signalling alone; sound has a thread of its own inside the handset's back end. It ends when core's
end of the socket closes, hanging up first. It exits by ``os._exit``: the native engine's own teardown can abort.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from hardware.card_sound import CallSound, open_sound
from hardware.errors import DeviceError
from kiosk.audio.cradle import Probe, loudest_dbfs, measure, order_db
from kiosk.audio.device import HANGS
from kiosk.audio.frames import Samples
from kiosk.audio.handset import Handset, open_handset
from kiosk.audio.mixer import Mixer
from kiosk.audio.paced import NullHandset
from kiosk.calls.line import AttemptId, Cause, Ended
from kiosk.errors import BadInput, KioskError, NeedsTechnician
from kiosk.rules import plan_of
from kiosk.settings import Audio, Settings
from kiosk.speech.prompts import Prompts
from kiosk.speech.voice import Voice
from kiosk.voip import wire
from kiosk.voip.accounts import accounts_of, headers_of, instance_of, may_dial
from kiosk.voip.engine import CallAudio, PacketAudio, TrunkEvent
from kiosk.voip.engines import engine_class
from kiosk.voip.menu import steps
from kiosk.voip.orphan import end_with_core
from kiosk.voip.trunk import Trunk
from kiosk.voip.wire import (
    BEAT_S,
    Beat,
    Begin,
    CallFigures,
    Command,
    CradleHeard,
    DialVoip,
    EngineFailed,
    EngineReady,
    HandsetFault,
    HangUpVoip,
    HoldPcm,
    JoinPcm,
    PartPcm,
    PlayScene,
    ProveNow,
    SendVoipDigit,
    SoundHeard,
    TakeOver,
    TestCradle,
    TestSound,
    VoiceEvent,
    VoiceReady,
)

log = logging.getLogger(__name__)

SOUND_WATCH_S = 0.02
"""How often a live call is asked for its sound: one frame."""
FIGURES_EVERY = 50
"""Watches between two reports of a call's figures: 1 s."""
SOUND_COMES_S = 2.0
"""A mobile call's port is opened in a thread, and a test call's sound may be asked for before that is done."""


class Agent:
    """The voice process's parts and how a command reaches them. On its event loop only."""

    def __init__(self, settings: Settings, writer: asyncio.StreamWriter) -> None:
        """Load everything, hold nothing yet: this may be the spare for a long time."""
        self._settings = settings
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        prompts = Prompts.load(Path(settings.audio.prompts_dir), settings.terminal.languages)
        threading.Thread(target=prompts.warm_up, name="prompts", daemon=True).start()
        audio = settings.audio
        self._voice = Voice(prompts)
        self._mixer = Mixer(prompts, audio.sidetone_db, level_far_end=audio.level_far_end)
        with contextlib.suppress(BadInput):  # told in start_engine, when core listens
            engine_class(settings.voip.engine)
        self._handset: Handset | None = None
        self._trunk: Trunk | None = None
        self._dialled_at: dict[AttemptId, float] = {}
        self._number: list[str] = []
        self._joined: dict[AttemptId, CallAudio | PacketAudio] = {}
        self._pcm: dict[AttemptId, CallSound] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take_over(self, life: int) -> None:
        """Be the voice: from now on the handset plays."""
        self._handset = self._open_handset(_for_life(self._settings.audio, life))
        self.tell(VoiceReady())

    def tell(self, event: VoiceEvent) -> None:
        """Send one event to core."""
        if not self._writer.is_closing():
            self._writer.write(wire.encode(event))

    async def start_engine(self) -> None:
        """Bring the SIP engine and its trunk up; without them the handset and the mobile line go on."""
        voip = self._settings.voip
        if not voip.enabled or not voip.server:
            self.tell(EngineFailed("no VoIP server is configured"))
            return
        try:
            trunk = Trunk(
                engine_class(voip.engine)(),
                self._on_trunk_event,
                instance=instance_of(self._settings),
                terminal=self._settings.terminal.id,
                location=self._settings.location,
                folder=Path(self._settings.terminal.state_dir),
                menus={self._settings.helpline.number: steps(voip.menu)},
                may_dial=partial(may_dial, plan_of(self._settings), dialled=self._number),
                interval_s=voip.options_interval_s,
            )
            await trunk.start(accounts_of(self._settings))
        except KioskError as error:
            log.error("SIP engine: %s", error)
            self.tell(EngineFailed(str(error)))
            return
        self._trunk = trunk
        self.tell(EngineReady(trunk.name))

    async def perform(self, command: Command) -> None:
        """Do one command of core's."""
        trunk = self._trunk
        match command:
            case DialVoip(attempt=attempt, number=number):
                if trunk is None:
                    self.tell(Ended(attempt, Cause.NOT_READY))
                    return
                self._dialled_at[attempt] = time.monotonic()
                self._number[:] = [number]
                await trunk.dial(attempt, number, headers_of(self._settings, command.language, command.returns))
            case HangUpVoip(attempt=attempt) if trunk is not None:
                await trunk.hang_up(attempt)
            case SendVoipDigit(attempt=attempt, digit=digit) if trunk is not None:
                await trunk.send_digit(attempt, digit)
            case ProveNow() if trunk is not None:
                trunk.prove()
            case JoinPcm():
                await self._join_pcm(command)
            case HoldPcm(attempt=attempt, is_held=is_held):
                if (held := self._pcm.get(attempt)) is not None:
                    held.hold(is_held)
            case PartPcm(attempt=attempt):
                self._part_pcm(attempt)
            case TestCradle():
                self._test_cradle(command)
            case TestSound():
                await self._test_sound(command)
            case _:
                pass

    def spawn(self, command: Command) -> None:
        """Perform ``command`` beside the others: a slow BYE must not hold up the next scene."""
        if isinstance(command, PlayScene):
            self._mixer.play(command.scene, self._voice.follow(command.scene))
            return
        task = asyncio.create_task(self.perform(command))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def watch_sound(self) -> None:
        """Give the mixer each VoIP call's sound as soon as there is some, and core its figures; until cancelled."""
        turn = 0
        while True:
            await asyncio.sleep(SOUND_WATCH_S)
            turn += 1
            for attempt in list(self._dialled_at):
                self._join_voip(attempt)
                if turn % FIGURES_EVERY == 0 and attempt in self._joined:
                    self.tell(self._figures(attempt))
            if turn % FIGURES_EVERY == 0:
                for attempt in self._pcm:
                    self.tell(self._figures(attempt))

    async def close(self) -> None:
        """Let go of the handset, and hang up what is live."""
        for attempt in list(self._pcm):
            self._part_pcm(attempt)
        if self._handset is not None:
            # First: the next voice process may already be waiting for the sound card.
            self._handset.close()
        if self._trunk is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._trunk.close(), 2.5)

    # --- sound --------------------------------------------------------------------------------------------

    def _open_handset(self, audio: Audio) -> Handset:
        """The configured handset, beating; a broken one is told and replaced by silence, never by an end."""

        def on_fault(reason: str) -> None:
            self._loop.call_soon_threadsafe(self._on_handset_fault, reason)

        try:
            handset = open_handset(audio, self._mixer.talking, patient=True)
            handset.start(self._mixer.render, on_fault)
        except (BadInput, NeedsTechnician) as error:
            self.tell(HandsetFault(str(error)))
            handset = NullHandset()
            handset.start(self._mixer.render, on_fault)
        return handset

    def _on_handset_fault(self, reason: str) -> None:
        self.tell(HandsetFault(reason))
        if reason == HANGS:  # nobody hears any more: core says the call's BYE, and calls back with the next process
            os._exit(1)

    def _test_cradle(self, asked: TestCradle) -> None:
        if not self._settings.audio.hears_itself:
            self.tell(CradleHeard(asked.test, is_possible=False))
            return

        def heard(sound: Samples | None) -> None:
            levels = None if sound is None else measure(sound, asked.signal)
            self.tell(CradleHeard(asked.test, levels))

        def from_the_beat(sound: Samples | None) -> None:
            self._loop.call_soon_threadsafe(heard, sound)

        self._mixer.probe(Probe(asked.signal, from_the_beat))

    async def _test_sound(self, asked: TestSound) -> None:
        def heard(sound: Samples | None) -> None:
            if sound is None:
                self.tell(SoundHeard(asked.attempt))
                return
            levels = measure(sound, asked.signal)
            order = order_db(sound, asked.signal, levels.delay_ms)
            self.tell(SoundHeard(asked.attempt, levels, order, loudest_dbfs(sound)))

        def from_the_beat(sound: Samples | None) -> None:
            self._loop.call_soon_threadsafe(heard, sound)

        for _ in range(round(SOUND_COMES_S / SOUND_WATCH_S)):
            if asked.attempt in self._pcm or asked.attempt in self._joined:
                break
            await asyncio.sleep(SOUND_WATCH_S)
        self._mixer.probe_call(asked.attempt, Probe(asked.signal, from_the_beat))

    def _join_voip(self, attempt: AttemptId) -> None:
        audio = self._trunk.audio(attempt) if self._trunk is not None else None
        if audio is not self._joined.get(attempt) and audio is not None:
            self._joined[attempt] = audio
            self._mixer.join(attempt, audio)

    async def _join_pcm(self, joining: JoinPcm) -> None:
        attempt, now = joining.attempt, time.monotonic()
        try:
            # In a thread: a port that hangs its opener must not stop the signalling.
            pcm = await asyncio.to_thread(open_sound, joining.port)
        except DeviceError as error:
            log.error("mobile sound: %s", error)
            self.tell(HandsetFault(f"the modem's sound port: {error}"))
            return
        self._part_pcm(attempt)
        self._pcm[attempt] = pcm
        self._dialled_at.setdefault(attempt, now - joining.dialled_s_ago)
        self._mixer.join(attempt, pcm)

    def _part_pcm(self, attempt: AttemptId) -> None:
        pcm = self._pcm.pop(attempt, None)
        if pcm is None:
            return
        self.tell(self._figures(attempt))
        self._dialled_at.pop(attempt, None)
        self._mixer.join(attempt, None)
        log.info("attempt %s -> mobile sound: %s", attempt, pcm.counters)
        pcm.close()

    def _figures(self, attempt: AttemptId) -> CallFigures:
        heard = self._mixer.stats(attempt)
        dialled = self._dialled_at.get(attempt)
        first = None
        if heard.first_audio_at is not None and dialled is not None:
            first = round((heard.first_audio_at - dialled) * 1000)
        if attempt in self._pcm or self._trunk is None:
            return CallFigures(attempt, "pcm", None, None, first)
        stats = self._trunk.stats(attempt)
        return CallFigures(attempt, stats.codec, stats.loss_pct, stats.jitter_ms, first)

    # --- engine -------------------------------------------------------------------------------------------

    def _on_trunk_event(self, event: TrunkEvent) -> None:
        if isinstance(event, Ended):
            if event.attempt in self._joined:
                self.tell(self._figures(event.attempt))
                self._mixer.join(event.attempt, None)
            self._joined.pop(event.attempt, None)
            self._dialled_at.pop(event.attempt, None)
        else:
            attempt = getattr(event, "attempt", None)
            if attempt is not None:
                self._join_voip(attempt)
        self.tell(event)
        if self._trunk is not None and self._trunk.needs_restart and not (self._dialled_at or self._pcm):
            # The host's address changed: this stack cannot follow. A fresh process can, and has the scene again.
            log.warning("the SIP engine must start afresh: ending this voice process")
            os._exit(0)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a command of core's failed", exc_info=error)


def _for_life(audio: Audio, life: int) -> Audio:
    """Files back end: each life of the voice process leaves its own WAV (``ear.wav``, ``ear-2.wav``, ...)."""
    if audio.backend != "files" or not audio.output or life == 1:
        return audio
    path = Path(audio.output)
    return msgspec.structs.replace(audio, output=str(path.with_stem(f"{path.stem}-{life}")))


async def _beat(tell: Callable[[VoiceEvent], None]) -> None:
    while True:
        tell(Beat())
        await asyncio.sleep(BEAT_S)


async def serve(connection: socket.socket) -> None:
    """Serve core until its end of ``connection`` closes or SIGTERM comes."""
    reader, writer = await asyncio.open_connection(sock=connection, limit=1 << 20)
    if not (line := await reader.readline()):
        return  # core went away before it began
    begin = wire.decode(line)
    if not isinstance(begin, Begin):
        raise BadInput("voice wire: the first message must be Begin")
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    agent = Agent(begin.settings, writer)
    taking_over = wire.decode(line) if (line := await reader.readline()) else None
    if not isinstance(taking_over, TakeOver):
        # Core went away while this was the spare.
        return
    agent.take_over(taking_over.life)
    own = [
        asyncio.create_task(each)
        for each in (agent.start_engine(), _beat(agent.tell), agent.watch_sound(), _commands(reader, agent, stopping))
    ]
    await stopping.wait()
    await agent.close()
    for task in own:
        task.cancel()


async def _commands(reader: asyncio.StreamReader, agent: Agent, stopping: asyncio.Event) -> None:
    with contextlib.suppress(ConnectionError):
        while line := await reader.readline():
            agent.spawn(wire.decode(line))
    stopping.set()


def main() -> None:
    """``python -m kiosk.voip.agent --fd N``: started by core alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="voice %(levelname)s %(name)s: %(message)s")
    end_with_core()
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    status = 0
    try:
        asyncio.run(serve(socket.socket(fileno=arguments.fd)))
    except Exception:
        log.exception("voice process ends")
        status = 1
    logging.shutdown()
    os._exit(status)


if __name__ == "__main__":
    main()
