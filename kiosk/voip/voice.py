"""Core's hold on the voice process: starts it, talks to it, and starts it again when it dies or hangs.

What the ear should hear is kept here as the last scene, so that a fresh voice process goes on where the dead one
stopped. All methods on core's event loop.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Callable

from kiosk.audio.scene import Scene
from kiosk.calls.line import AttemptId
from kiosk.errors import BadInput
from kiosk.settings import Settings
from kiosk.voip import wire
from kiosk.voip.wire import Beat, Begin, Command, JoinPcm, PartPcm, PlayScene, VoiceEvent, VoiceReady

log = logging.getLogger(__name__)

START_S = 10.0
"""A voice process that is not ready by then is ended and started anew."""
HUNG_S = 4.0
"""No beat for this long: its loop hangs (FIELD_FAILURES 9). Nobody is spoken to meanwhile, so it is short."""
PAUSES_S = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Before each restart in a row; a process that lived 30 s starts the row again."""


class VoiceProcess:
    """The supervised child. ``on_event`` gets its events; ``on_lost`` is called each time it died."""

    def __init__(
        self,
        settings: Settings,
        on_event: Callable[[VoiceEvent], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._on_event = on_event
        self._on_lost = on_lost
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
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
        return None if self._process is None else self._process.pid

    async def run(self) -> None:
        """Keep a voice process alive until cancelled."""
        loop = asyncio.get_running_loop()
        failures = 0
        try:
            while True:
                await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
                started = loop.time()
                await self._one_life()
                failures = 0 if loop.time() - started > 30 else failures + 1
                self.restarts += 1
        finally:
            await self._end()

    def play(self, scene: Scene) -> None:
        """Let the ear hear ``scene`` now, and again after a restart."""
        self._scene = scene
        self.send(PlayScene(scene))

    def join_pcm(self, attempt: AttemptId, port: str, dialled_s_ago: float) -> None:
        """Give the mixer the sound of a mobile call, now and after a restart."""
        self._pcm[attempt] = joined = JoinPcm(attempt, port, dialled_s_ago)
        self.send(joined)

    def part_pcm(self, attempt: AttemptId) -> None:
        """Take it away again. Unknown attempts are ignored."""
        joined = self._pcm.pop(attempt, None)
        if joined is not None:
            self.send(PartPcm(joined.attempt))

    def send(self, command: Command) -> bool:
        """Send at once; False when there is no ready voice process to send to."""
        if not self._ready or self._writer is None:
            return False
        self._writer.write(wire.encode(command))
        return True

    async def _one_life(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "kiosk.voip.agent", "--fd", str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except OSError:
            ours.close()
            log.exception("the voice process cannot be started")
            return
        finally:
            theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=1 << 20)
        self._writer.write(wire.encode(Begin(self._settings, life=self.restarts + 1)))
        log.info("voice process %d started", self._process.pid)
        try:
            await self._listen(reader)
        finally:
            was_ready, self._ready = self._ready, False
            self._writer.close()
            self._writer = None
            await self._end()
            if was_ready:
                self._on_lost()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await asyncio.wait_for(reader.readline(), HUNG_S if self._ready else START_S)
            except TimeoutError:
                log.error("the voice process hangs: ended")
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

    async def _end(self) -> None:
        """End the child if it still lives: it has had its closed socket as a notice."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        try:
            await asyncio.wait_for(process.wait(), 2.5)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
