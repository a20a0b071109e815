"""Both paths out and the voice process behind them, built from the settings: for core and for ``kiosk call``."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from hardware.modem import ModemConfig
from hardware.modem_power import PowerConfig
from hardware.text_message import Sending
from kiosk.audio.scene import Scene
from kiosk.audio.signal import Signal
from kiosk.calls.dialplan import FIXED_EMERGENCY, normalised
from kiosk.calls.line import AttemptId, Line, LineEvent, LineKind, Readiness
from kiosk.calls.states import Connected, State, visit_of
from kiosk.gsm.line import GsmLine
from kiosk.settings import Settings
from kiosk.voip.line import VoipLine
from kiosk.voip.spawn import Spawned
from kiosk.voip.voice import VoiceProcess
from kiosk.voip.wire import CallFigures, CradleHeard, HandsetFault, SoundHeard, TestSound, VoiceEvent

log = logging.getLogger(__name__)


class Lines:
    """The configured lines by kind, and the ear. On one event loop.

    ``emit`` gets every line event, ``on_figures`` what was measured of a call's sound, ``on_cradle`` of the handset's.
    """

    def __init__(
        self,
        settings: Settings,
        emit: Callable[[LineEvent], None],
        on_figures: Callable[[CallFigures], None],
        only: LineKind | None = None,
        first_voice: Spawned | None = None,
        on_cradle: Callable[[CradleHeard], None] = lambda _heard: None,
    ) -> None:
        self._settings = settings
        self._on_figures = on_figures
        self._on_cradle = on_cradle
        self.handset_fault = ""
        """Why the handset is mute, in English for the technician; empty when it is well."""
        self.on_sound: Callable[[SoundHeard], None] = lambda heard: None
        """Told what came back in a test call."""
        self.voice = VoiceProcess(settings, self._on_voice_event, self._on_voice_lost, first_voice)
        self._voip = VoipLine(settings.voip, self.voice, emit)
        self.by_kind: dict[LineKind, Line] = {}
        if settings.voip.enabled and settings.voip.server and only is not LineKind.GSM:
            self.by_kind[LineKind.VOIP] = self._voip
        self._gsm: GsmLine | None = None
        if settings.modem.enabled and settings.modem.port and only is not LineKind.VOIP:
            self._gsm = GsmLine(modem_config(settings), emit, on_flow=self._on_flow)
            self.by_kind[LineKind.GSM] = self._gsm
        self._seq = 0
        self._last: tuple[Scene, int] | None = None
        self._joined: AttemptId | None = None

    @property
    def is_settled(self) -> bool:
        """True once every line is known to be well or ill, or has nothing more to prove by itself."""
        proofless = not (self._settings.voip.register or self._settings.voip.options_interval_s)
        return all(
            line.health.readiness is not Readiness.UNKNOWN or (kind is LineKind.VOIP and proofless)
            for kind, line in self.by_kind.items()
        ) and (LineKind.VOIP not in self.by_kind or self._voip.has_engine)

    def start(self) -> None:
        """Start the mobile line; :meth:`run` does the rest."""
        if self._gsm is not None:
            self._gsm.start()

    async def run(self) -> None:
        """Keep the voice process and the probes going until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.voice.run(), name="voice")

    async def close(self) -> None:
        """Let go of the modem."""
        if self._gsm is not None:
            await self._gsm.close()

    async def send_text(self, number: str, text: str) -> Sending:
        """Send a short message over the mobile line, between calls. Raises: ValueError for what is no such text."""
        return Sending.NOT_NOW if self._gsm is None else await self._gsm.send_text(number, text)

    def let_hear(self, state: State, heard: Scene) -> None:
        """Let the ear follow ``state``: ``heard`` is its scene, and a mobile call's sound is joined or parted."""
        self._join_mobile_sound(state)
        visit = visit_of(state)
        present = heard, 0 if visit is None else visit.asked_again
        if present != self._last:
            self._last = present
            self._seq += 1
            self.voice.play(msgspec.structs.replace(heard, seq=self._seq))

    def test_sound(self, kind: LineKind, attempt: AttemptId, signal: Signal) -> None:
        """Play ``signal`` into a test call; ``on_sound`` is told what came back."""
        if kind is LineKind.GSM and (port := self._sound_port):
            self.voice.join_pcm(attempt, port, 0.0)
        self.voice.send(TestSound(attempt, signal))

    def end_test(self, attempt: AttemptId) -> None:
        """The test call is over: a mobile one's sound is parted."""
        self.voice.part_pcm(attempt)

    @property
    def _sound_port(self) -> str:
        """Where the modem's sound is today; empty where it has none that we must move."""
        if self._gsm is None or self._settings.modem.sound == "none":
            return ""
        return self._gsm.sound_port

    def _on_flow(self, attempt: AttemptId, may_send: bool) -> None:
        self.voice.hold_pcm(attempt, not may_send)

    def _join_mobile_sound(self, state: State) -> None:
        mobile = state.one if isinstance(state, Connected) and state.one.line is LineKind.GSM else None
        attempt = None if mobile is None else mobile.attempt
        if attempt == self._joined:
            return
        if self._joined is not None:
            self.voice.part_pcm(self._joined)
        if mobile is not None and (port := self._sound_port):
            dialled_s_ago = asyncio.get_running_loop().time() - mobile.started
            self.voice.join_pcm(mobile.attempt, port, dialled_s_ago)
        self._joined = attempt

    def _on_voice_event(self, event: VoiceEvent) -> None:
        match event:
            case CallFigures():
                self._on_figures(event)
            case HandsetFault(reason=reason):
                self.handset_fault = reason
            case CradleHeard():
                self._on_cradle(event)
            case SoundHeard():
                self.on_sound(event)
            case _:
                self._voip.on_voice_event(event)

    def _on_voice_lost(self) -> None:
        self.handset_fault = ""
        self._voip.on_voice_lost()


def modem_config(settings: Settings) -> ModemConfig:
    """The modem's place and rights as its driver wants them."""
    emergency = FIXED_EMERGENCY | {normalised(number) for number in settings.policy.emergency}
    return ModemConfig(
        port=settings.modem.port,
        baud=settings.modem.baud,
        pin=settings.secrets.sim_pin,
        emergency=frozenset(emergency),
        pcm_port=settings.modem.pcm_port,
        by_card=settings.modem.sound == "card",
        family=settings.modem.family,
        power=PowerConfig(settings.modem.key_pin, settings.modem.cut_pin, settings.modem.usb_power),
        black_box=Path(settings.terminal.state_dir) / "black-box" if settings.modem.black_box else None,
    )
