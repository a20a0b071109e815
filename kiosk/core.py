"""Process 1, the switchboard: composition root of panel, call machine, lines, voice and outbox.

It outlives everything else: no screen, no courier, no sound card, no network and no card stop it.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Mapping
from typing import Any

import msgspec

from hardware.errors import DeviceError
from hardware.inputs import ButtonPressed, InputFailed, InputRecovered, KeyHeld, KeyPressed, Panel, PanelEvent
from hardware.inputs import HandsetLifted as PanelLifted
from hardware.inputs import HandsetReplaced as PanelReplaced
from hardware.simulated.pins import SimulatedPanel
from kiosk import intents, notify
from kiosk.bookmark import Bookmark
from kiosk.call_back import CallBack
from kiosk.calls.controller import Controller, MediaFigures, busy_line
from kiosk.calls.dialplan import Target, normalised
from kiosk.calls.line import LineEvent, LineKind
from kiosk.calls.record import Purpose
from kiosk.calls.scenes import scene
from kiosk.calls.snapshots import Place, snapshot
from kiosk.calls.states import (
    Connected,
    DigitPressed,
    Event,
    HandsetLifted,
    HandsetReplaced,
    Idle,
    Menu,
    Over,
    State,
    Stopped,
    live_tries,
)
from kiosk.dispenser import Dispenser
from kiosk.errors import BadInput
from kiosk.handset.warden import Warden
from kiosk.health.beacon import Beacon
from kiosk.health.gather import Gatherer
from kiosk.health.reporter import Reporter
from kiosk.health.testcall import TestCalls
from kiosk.intents import Meanings
from kiosk.ipc import Server
from kiosk.keeper import OutboxKeeper
from kiosk.librarian import Librarian
from kiosk.lines import Lines
from kiosk.outbox.clock import SystemClock
from kiosk.panels import move_fingers, open_panel
from kiosk.readiness import Condition, Trouble, trouble
from kiosk.rules import LoopTime, plan_of, rules_of
from kiosk.settings import Settings
from kiosk.status import faults_of, status_of
from kiosk.takeaway.handing import Handing
from kiosk.voip.spawn import Spawned
from kiosk.voip.wire import CallFigures, CradleHeard
from kiosk.workplace import Workplace

log = logging.getLogger(__name__)

POLL_S = 0.25
"""How often health is read for lights, screen and status."""
TEND_S = 15.0
"""How often the outbox is tended: records held back are written, room is taken back."""


class Core:
    """The switchboard's parts. Everything on its event loop, but for what says otherwise."""

    def __init__(self, settings: Settings, first_voice: Spawned | None = None) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        plan = plan_of(settings)
        self._rules = rules_of(settings, plan)
        helpline = Target(normalised(settings.helpline.number), Purpose.HELPLINE, "helpline")
        self._meanings = Meanings(helpline, self._rules)
        self._place = Place(settings.terminal.site, settings.helpline.shown)
        self._lines = Lines(
            settings, self._on_line_event, self._on_figures, first_voice=first_voice, on_cradle=self._on_cradle
        )
        self._warden = Warden(settings, self._lines.voice.send, LoopTime().wall_ms)
        self._keeper = OutboxKeeper(settings, self._on_filed)
        self._librarian = Librarian(settings, SystemClock())
        self._handing = Handing(settings, self._lines.send_text, self._librarian.clock)
        inward = (self._librarian, Dispenser(self._handing))
        outward = (self._lines.by_kind, self._keeper, self._on_change, LoopTime())
        self._controller = Controller(self._rules, plan, *outward, *inward)
        self._workplace = Workplace(settings, self._librarian, self._keeper, self._handing, self._show_now)
        told = (lambda: self._controller.health, self._trouble, lambda: self._panel_fault)
        self._gatherer = Gatherer(settings, self._lines, self._warden, self._keeper, *told)
        note = settings.socket_path.with_name("health.json")
        self.health = Reporter(settings.health, self._gatherer.read, self._keeper.file_event, SystemClock(), note)
        """Files the health reports."""
        is_idle = lambda: isinstance(self._controller.state, Idle)  # noqa: E731
        self._beacon = Beacon(settings, self.health.now, self._lines.send_text, is_idle, SystemClock())
        self._test_calls = TestCalls(
            settings.voip.test_number, self._lines, self.health.note_test_call, LoopTime().wall_ms
        )
        self._server = Server(settings.socket_path, self._answer, self._greeting)
        self._bookmark = Bookmark(settings.socket_path.with_name("call"))
        self._call_back = CallBack(self._bookmark, plan, self._lines, self._controller.handle)
        self._panel: Panel | SimulatedPanel | None = None
        self._panel_fault: str = ""
        self._courier: Mapping[str, Any] = {}
        self._snapshot_seq = 0
        self._since_ms = LoopTime().wall_ms()
        self._last_snapshot: object = None
        self._last_call: object = None
        self._last_screen: object = None

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then hang up, write what is to be written, and return."""
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, stopping.set)
        # A second core would fight over modem and card: the socket says so before anything is touched.
        await self._server.start()
        self._keeper.open()
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self._lines.run(), name="lines"),
                tasks.create_task(self._watch(), name="watch"),
                tasks.create_task(self._warden.load(), name="warden"),
                tasks.create_task(self.health.run(), name="health"),
                tasks.create_task(self._beacon.run(), name="beacon"),
                tasks.create_task(self._librarian.run(), name="librarian"),
            ]
            self._lines.start()
            self._call_back.start()
            self._open_panel()
            self._on_change(self._controller.state)
            notify.ready()
            log.info("switchboard ready")
            await stopping.wait()
            notify.stopping()
            self._bookmark.keep()
            self._controller.handle(Stopped())
            if self._panel is not None:
                self._panel.close()
            for task in running:
                task.cancel()
        self._workplace.close()
        await self._lines.close()
        self._warden.close()
        self._gatherer.close()
        self._librarian.close()
        await self._keeper.close()
        await self._server.close()

    # --- inputs -------------------------------------------------------------------------------------------

    def _open_panel(self) -> None:
        def from_its_thread(event: PanelEvent) -> None:
            self._loop.call_soon_threadsafe(self._on_panel_event, event)

        try:
            self._panel = open_panel(self._settings.hardware, from_its_thread)
        except DeviceError as error:
            self._panel_fault = str(error)
            log.error("panel: %s", error)

    def _on_panel_event(self, event: PanelEvent) -> None:
        self._warden.feel(event)
        match event:
            case PanelLifted():
                self._lifted()
            case PanelReplaced():
                self._controller.handle(HandsetReplaced())
            case ButtonPressed(name=name):
                self._press(name)
            case KeyPressed(key=key):
                self._key(key)
            case KeyHeld(key=key):
                self._mean(intents.of_held_key(key, self._controller.state))
            case InputFailed() | InputRecovered():
                self._show(self._controller.state)

    def _lifted(self) -> None:
        """The handset went up; or it still is, from a call that ended with the switchboard before this one."""
        self._test_calls.break_off()
        self._controller.handle(HandsetLifted())
        self._call_back.lifted()

    def _press(self, name: str) -> None:
        self._mean(intents.of_button(name, self._controller.state, self._meanings))

    def _key(self, key: str) -> None:
        self._mean(intents.of_key(key, self._controller.state, self._meanings))

    def _mean(self, meant: Event | None) -> None:
        if meant is not None:
            self._controller.handle(meant)

    # --- lines and voice ----------------------------------------------------------------------------------

    def _on_line_event(self, event: LineEvent) -> None:
        if not self._test_calls.takes(event):
            self._controller.handle(event)

    def _on_figures(self, event: CallFigures) -> None:
        figures = MediaFigures(event.codec, event.loss_pct, event.jitter_ms, event.first_audio_ms)
        self._controller.note_figures(event.attempt, figures)

    def _on_cradle(self, event: CradleHeard) -> None:
        self._warden.hear(event)

    # --- outputs ------------------------------------------------------------------------------------------

    def _on_change(self, state: State) -> None:
        """Let ear, eye and lights follow the state; called after every change of it."""
        tries = live_tries(state)
        self._warden.follow(state)
        self._workplace.follow(state)
        self._bookmark.note(tries[-1].target.number if tries else None)
        self._lines.let_hear(state, scene(state, self._rules))
        self._show(state)
        if self._panel is not None:
            self._panel.set_light("call", "on" if isinstance(state, Connected) else "off")

    def _show(self, state: State) -> None:
        found = self._trouble()
        stuck = tuple(self._warden.inputs)
        shown = snapshot(state, self._rules, self._place, self._since_ms, trouble=found, stuck=stuck)
        shown = msgspec.structs.replace(shown, worker=self._workplace.page, may_work=self._workplace.may_open)
        if (shown.screen, shown.reason) != self._last_screen:
            self._last_screen = (shown.screen, shown.reason)
            self._since_ms = LoopTime().wall_ms()
            shown = msgspec.structs.replace(shown, since_ms=self._since_ms)
        if shown != self._last_snapshot:
            self._last_snapshot = shown
            self._snapshot_seq += 1
            self._server.push("screen", self._present())
        call = self._call_state()
        if call != self._last_call:
            self._last_call = call
            self._server.push("courier", call)
        if self._panel is not None:
            self._panel.set_light("ready", "on" if found is Trouble.NONE else "off")

    def _show_now(self) -> None:
        self._show(self._controller.state)

    def _present(self) -> dict[str, Any]:
        plain = msgspec.to_builtins(self._last_snapshot)
        return {**plain, "seq": self._snapshot_seq}

    def _trouble(self) -> Trouble:
        """What light, screen and status follow: never look alive when dead."""
        warden = self._warden
        return trouble(
            Condition(
                lines=self._controller.health,
                is_voice_up=self._lines.voice.is_ready,
                sound_fault=self._lines.handset_fault,
                cradle_fault=warden.cradle_fault,
                hook_fault=warden.hook_fault,
                panel_fault=self._panel_fault,
            )
        )

    async def _watch(self) -> None:
        """Let screen and lights follow the lines' health; beat the watchdog; until cancelled."""
        next_tending = self._loop.time() + TEND_S
        while True:
            await asyncio.sleep(POLL_S)
            self._show(self._controller.state)
            self._test_calls.tick(is_idle=isinstance(self._controller.state, Idle))
            self._warden.tick(can_play=self._lines.voice.is_ready and not self._lines.handset_fault)
            notify.beat()
            if self._loop.time() >= next_tending:
                next_tending += TEND_S
                self._keeper.retry()

    def _on_filed(self) -> None:
        self._server.push("courier", {"type": "outbox_changed"})

    # --- the socket ---------------------------------------------------------------------------------------

    def _call_state(self) -> dict[str, Any]:
        line = busy_line(self._controller.state) or self._test_calls.line
        return {"type": "call_state", "up": line is not None, "line": line or ""}

    def _greeting(self, role: str) -> list[Mapping[str, Any]]:
        if role == "screen" and self._last_snapshot is not None:
            return [self._present()]
        if role == "courier":
            return [self._call_state()]
        return []

    async def _answer(self, method: str, params: Mapping[str, Any]) -> Any:
        match method:
            case "status":
                return await self._status()
            case "health":
                return msgspec.to_builtins(await self.health.now())
            case "line.test":
                return await self._test_line(params)
            case "intent":
                return self._intent(params)
            case "sim":
                move_fingers(self._panel, params)
                return {}
            case "courier.report":
                self._courier = dict(params)
                if params.get("problem") == "":
                    self._beacon.reached()
                self._server.push("cli", {"type": "courier_report", **params})
                return {}
            case "sync.now":
                self._server.push("courier", {"type": "sync_now"})
                return {}
            case _ if method.startswith("handset."):
                return await self._warden.answer(method, params)
            case _ if method.startswith("outbox."):
                return await self._keeper.answer(method, dict(params))
        raise BadInput(f"{method}: no such method; docs/ipc.md lists them")

    async def _test_line(self, params: Mapping[str, Any]) -> Any:
        kinds = [str(kind) for kind in self._lines.by_kind]
        kind = params.get("line")
        if kind not in kinds:
            raise BadInput(f"line {kind!r}: give one of {', '.join(kinds) or 'none: no line is configured'}")
        if not self._settings.voip.test_number:
            raise BadInput("no number answers test calls; set voip.test_number in the site's file")
        if not isinstance(self._controller.state, Idle):
            raise BadInput("the handset is in use; hang it up first")
        return msgspec.to_builtins(await self._test_calls.now(LineKind(kind)))

    def _intent(self, params: Mapping[str, Any]) -> dict[str, Any]:
        self._warden.touched()
        match params:
            case {"press": str(name)} if name in intents.BUTTONS:
                self._press(name)
            case {"key": str(key)} if len(key) == 1 and key in intents.KEYS:
                self._key(key)
            case {"worker": dict(touch)}:
                self._workplace.touch(touch)
                if isinstance(self._controller.state, Menu | Over):
                    # Somebody is there: the handset lies beside the screen.
                    self._controller.handle(DigitPressed("5"))
            case _:
                keys = ", ".join(params)
                raise BadInput(f"intent {keys!r}: give press (one of {', '.join(intents.BUTTONS)}), key or worker")
        return {}

    async def _status(self) -> dict[str, Any]:
        try:
            outbox = await self._keeper.answer("outbox.stats", {})
        except Exception as error:
            outbox = {"error": str(error)}
        # after the card's answer: one moment's truth, whole
        state, found = self._controller.state, self._trouble()
        return {
            **status_of(self._settings, state, found, self._controller.health, self._lines),
            "screen": getattr(self._last_snapshot, "screen", ""),
            "test_calls": msgspec.to_builtins(self.health.test_calls),
            "faults": faults_of(self._panel_fault, self._lines, self._warden, self._keeper, outbox, self._handing),
            "directory": self._librarian.status(),
            "outbox": outbox,
            "courier": dict(self._courier),
        }


def run(settings: Settings, first_voice: Spawned | None = None) -> int:
    """Run the switchboard in this process until it is told to stop.

    ``first_voice``: a voice process that already loads beside these imports.
    """

    async def main() -> None:
        await Core(settings, first_voice).run()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
    return 0
