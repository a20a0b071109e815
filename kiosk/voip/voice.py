"""Core's hold on the voice process: starts it, talks to it, and puts another in its place when it dies or hangs.

A spare stands by with everything loaded and nothing held, so that a caller whose voice process died hears again
within a blink: loading alone takes a second here, and several on a Pi. What the ear should hear is kept as the
last scene, so that the next voice process goes on where the dead one stopped. All methods on core's event loop.
"""

import asyncio
import logging
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.audio.scene import Scene
from kiosk.calls.line import AttemptId
from kiosk.errors import BadInput
from kiosk.settings import Settings
from kiosk.voip import wire
from kiosk.voip.spawn import Spawned, spawn_voice
from kiosk.voip.wire import Beat, Begin, Command, HoldPcm, JoinPcm, PartPcm, PlayScene, TakeOver, VoiceEvent, VoiceReady

log = logging.getLogger(__name__)

START_S = 10.0
"""A voice process that is not ready by then is ended and started anew."""
HUNG_S = 4.0
"""No beat for this long: its loop hangs (FIELD_FAILURES 9). Nobody is spoken to meanwhile, so it is short."""
SPARE_AFTER_S = 2.0
"""From one process's taking over to the loading of the next: loading must not disturb its first words."""
SPARE_LOOK_S = 2.0
"""How often the spare is looked after."""
GRACE_S = 2.5
"""For hanging up, when the voice process is told to end."""
SETTLED_S = 30.0
PAUSES_S = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Before each loading in a row; a process that lived :data:`SETTLED_S` starts the row again."""


class VoiceProcess:
    """The supervised child. ``on_event`` gets its events; ``on_lost`` is called each time it died."""

    def __init__(
        self,
        settings: Settings,
        on_event: Callable[[VoiceEvent], None],
        on_lost: Callable[[], None],
        first: Spawned | None = None,
    ) -> None:
        """``first``: a process that core started before all else, to be the first voice."""
        self._settings = settings
        self._first = first
        self._on_event = on_event
        self._on_lost = on_lost
        self._voice: _Child | None = None
        self._spare: _Child | None = None
        self._ready = False
        self._scene: Scene | None = None
        self._pcm: dict[AttemptId, JoinPcm] = {}
        self._heard = 0.0
        self.restarts = 0

    @property
    def is_ready(self) -> bool:
        """True while the handset plays what it is told."""
        return self._ready

    @property
    def pid(self) -> int | None:
        """Process id of the running child, for the status report and the tests that kill it."""
        return None if self._voice is None else self._voice.process.pid

    @property
    def spare_pid(self) -> int | None:
        """Process id of the one that stands by."""
        return None if self._spare is None else self._spare.process.pid

    async def run(self) -> None:
        """Keep a voice process alive until cancelled."""
        loop = asyncio.get_running_loop()
        failures = 0
        try:
            while True:
                if self._spare is None or self._spare.is_dead:
                    # Only loading anew is worth a pause: a living spare takes over at once.
                    await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
                    await self._load_spare()
                started = loop.time()
                await self._one_life()
                failures = 0 if loop.time() - started > SETTLED_S else failures + 1
                self.restarts += 1
        finally:
            for child in (self._voice, self._spare):
                if child is not None:
                    await child.end()

    def play(self, scene: Scene) -> None:
        """Let the ear hear ``scene`` now, and again after a restart."""
        self._scene = scene
        self.send(PlayScene(scene))

    def join_pcm(self, attempt: AttemptId, port: str, dialled_s_ago: float) -> None:
        """Give the mixer the sound of a mobile call, now and after a restart."""
        self._pcm[attempt] = joined = JoinPcm(attempt, port, dialled_s_ago)
        self.send(joined)

    def hold_pcm(self, attempt: AttemptId, is_held: bool) -> None:
        """The modem takes no more of our sound just now, or again."""
        if attempt in self._pcm:
            self.send(HoldPcm(attempt, is_held))

    def part_pcm(self, attempt: AttemptId) -> None:
        """Take it away again. Unknown attempts are ignored."""
        joined = self._pcm.pop(attempt, None)
        if joined is not None:
            self.send(PartPcm(joined.attempt))

    def send(self, command: Command) -> bool:
        """Send at once; False when there is no ready voice process to send to."""
        if not self._ready or self._voice is None:
            return False
        self._voice.writer.write(wire.encode(command))
        return True

    async def _one_life(self) -> None:
        self._voice, self._spare = self._spare, None
        if self._voice is None:
            return
        self._voice.writer.write(wire.encode(TakeOver(self.restarts + 1)))
        log.info("voice process %d takes over", self._voice.process.pid)
        spares = asyncio.create_task(self._keep_a_spare())
        try:
            await self._listen(self._voice)
        finally:
            spares.cancel()
            was_ready, self._ready = self._ready, False
            dead, self._voice = self._voice, None
            if was_ready:
                self._on_lost()
            # A hung process still holds the sound card and the SIP port: the next one needs them free.
            await dead.end()

    async def _load(self) -> "_Child | None":
        """A voice process that loads what it needs and then waits to take over."""
        try:
            spawned, self._first = self._first or spawn_voice(), None
        except OSError:
            log.exception("a voice process cannot be started")
            return None
        reader, writer = await asyncio.open_connection(sock=spawned.ours, limit=1 << 20)
        writer.write(wire.encode(Begin(self._settings)))
        return _Child(spawned, reader, writer)

    async def _load_spare(self) -> None:
        """Load another in the place of none, or of a dead one: its socket and its folder go with it."""
        dead, self._spare = self._spare, None
        if dead is not None:
            await dead.end()
        self._spare = await self._load()

    async def _keep_a_spare(self) -> None:
        """Have one standing by, and another when that one dies; until cancelled."""
        await asyncio.sleep(SPARE_AFTER_S)
        while True:
            if self._spare is None or self._spare.is_dead:
                await self._load_spare()
            await asyncio.sleep(SPARE_LOOK_S)

    async def _listen(self, child: "_Child") -> None:
        while True:
            try:
                # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with a beat.
                async with asyncio.timeout(HUNG_S if self._ready else START_S):
                    line = await child.reader.readline()
            except TimeoutError:
                # It cannot hang up any more, and holds the sound card and the SIP port: no grace.
                log.error("the voice process hangs: ended")
                child.kill()
                return
            except (ConnectionError, ValueError) as error:
                log.error("the voice process broke off: %s", error)
                return
            if not line:
                log.error("the voice process died")
                return
            try:
                event = wire.decode(line)
            except BadInput as error:
                log.error("%s", error)
                continue
            match event:
                case Beat():
                    pass
                case VoiceReady():
                    self._went_ready()
                    self._on_event(event)
                case _:
                    self._on_event(event)

    def _went_ready(self) -> None:
        self._ready = True
        for joined in self._pcm.values():
            self.send(joined)
        if self._scene is not None:
            self.send(PlayScene(self._scene))


@dataclass(frozen=True)
class _Child:
    """One voice process and our end of its socket."""

    spawned: Spawned
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        return self.spawned.process

    @property
    def is_dead(self) -> bool:
        return self.process.poll() is not None

    async def end(self) -> None:
        """End it if it still lives: the closed socket is its notice, and hanging up takes it a moment."""
        self.writer.close()
        try:
            await asyncio.to_thread(self.process.wait, GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            await asyncio.to_thread(self.process.wait)
        await asyncio.to_thread(self.spawned.remove_folder)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
