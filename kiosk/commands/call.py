"""``kiosk call``: one call from the command line, without a switchboard, by the same machine and lines.

It obeys the number policy, leaves no record, and with ``--play`` or ``--record`` uses WAV files in the handset's
place: the far end hears the one, and nothing but the far end is in the other.
"""

import asyncio
import contextlib
import logging
import signal
import wave
from pathlib import Path
from typing import Any

import msgspec

from kiosk.audio.scene import Scene
from kiosk.calls.controller import Controller, MediaFigures
from kiosk.calls.dialplan import normalised
from kiosk.calls.line import AttemptId, LineEvent, LineKind
from kiosk.calls.record import CallRecord, EndedBy
from kiosk.calls.scenes import scene
from kiosk.calls.states import Connected, HandsetLifted, HandsetReplaced, LeftOffHook, Menu, Over, State
from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED, WRONG_USE
from kiosk.errors import BadInput
from kiosk.lines import Lines
from kiosk.rules import LoopTime, plan_of, rules_of
from kiosk.settings import Settings
from kiosk.voip.wire import CallFigures

log = logging.getLogger(__name__)

PROOF_WAIT_S = 4.0
"""How long the lines may take to prove themselves before the call is dialled all the same."""
AFTER_PLAY_S = 0.5
RELEASE_S = 1.5
"""For BYE, CHUP and the last figures, after the handset is down."""


class CallResult(msgspec.Struct, frozen=True):
    """The JSON document of ``kiosk call``; fields as in docs/cli.md."""

    answered: bool
    ended_by: str
    attempts: list[dict[str, Any]]


class _Sheet:
    """A keeper that keeps the one record in hand."""

    def __init__(self) -> None:
        self.record: CallRecord | None = None

    def checkpoint(self, record: CallRecord) -> None:
        self.record = record

    def file(self, record: CallRecord) -> None:
        self.record = record


def call(
    settings: Settings,
    number: str,
    *,
    line: str,
    play: Path | None,
    record: Path | None,
    seconds: float | None,
    as_json: bool,
) -> int:
    """Place the call and tell how it went. Raises: BadInput, NeedsTechnician."""
    with_files = play is not None or record is not None
    if with_files:
        audio = msgspec.structs.replace(
            settings.audio,
            backend="files",
            input=str(play or ""),
            output=str(record or ""),
            sidetone_db=-60.0,
        )
        settings = msgspec.structs.replace(settings, audio=audio)
    # The technician wants to see this call, not the next three.
    calls = msgspec.structs.replace(settings.calls, rescues=0)
    # Nor does one call need more proof of the path than itself.
    voip = msgspec.structs.replace(settings.voip, options_interval_s=0.0)
    settings = msgspec.structs.replace(settings, calls=calls, voip=voip)
    if seconds is None and play is not None:
        seconds = _length_s(play) + AFTER_PLAY_S
    only = None if line == "auto" else LineKind(line)
    result, why = asyncio.run(_Call(settings, only, seconds, bare=with_files).place(number))
    if why:
        log.error("%s", why)
    if as_json:
        output.document(result)
    else:
        output.line(f"{'answered' if result.answered else 'not answered'}, ended by {result.ended_by}")
        for each in result.attempts:
            output.line(f"  {each['line']} ({each['engine']}): {each['result']} ({each['cause']})")
    if not result.answered and not result.attempts and not normalised(number).removeprefix("+").isdigit():
        return WRONG_USE
    return DONE if result.answered else FAILED


class _Call:
    """One visit: lift, ask for the number, and down again when it is over."""

    def __init__(self, settings: Settings, only: LineKind | None, seconds: float | None, *, bare: bool) -> None:
        self._settings = settings
        self._plan = plan_of(settings)
        self._rules = rules_of(settings, self._plan)
        self._only = only
        self._seconds = seconds
        self._bare = bare
        self._over = asyncio.Event()
        self._sheet = _Sheet()
        self._late: dict[AttemptId, MediaFigures] = {}
        self._lines: Lines
        self._controller: Controller

    async def place(self, number: str) -> tuple[CallResult, str]:
        """The call's result, and in English why it was refused, if it was."""
        loop = asyncio.get_running_loop()
        self._lines = Lines(self._settings, self._on_line_event, self._on_figures, self._only)
        if not self._lines.by_kind:
            wanted = self._only or "any line"
            raise BadInput(f"{wanted} is not configured; set voip.server or modem.port in the site's file")
        self._controller = Controller(
            self._rules, self._plan, self._lines.by_kind, self._sheet, self._on_change, LoopTime()
        )
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self._over.set)
        self._lines.start()
        running = asyncio.create_task(self._lines.run())
        try:
            return await self._visit(number)
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            await self._lines.close()

    async def _visit(self, number: str) -> tuple[CallResult, str]:
        self._controller.handle(HandsetLifted())
        await self._lines_proved()
        refusal = self._controller.ask_for(number)
        if refusal is not None:
            return CallResult(False, EndedBy.REFUSED, []), f"the number is refused: {refusal.reason}"
        await self._over.wait()
        self._controller.handle(HandsetReplaced())
        await asyncio.sleep(RELEASE_S)
        record = self._sheet.record
        if record is None:
            return CallResult(False, EndedBy.DROP, []), "no line could be tried"
        attempts = [self._shown(record, number) for number in range(len(record.attempts))]
        return CallResult(record.answered, record.ended_by, attempts), ""

    def _shown(self, record: CallRecord, number: int) -> dict[str, Any]:
        shown: dict[str, Any] = msgspec.to_builtins(record.attempts[number])
        # Figures that came after the handset was down.
        late = self._late.get(AttemptId(f"{record.visit}-{number + 1}"))
        if late is not None:
            measured = {key: value for key, value in msgspec.to_builtins(late).items() if value not in ("", None)}
            shown.update(measured)
        return shown

    async def _lines_proved(self) -> None:
        """Wait until each line is known to be well or ill, for a while: then dial whatever is known."""
        until = asyncio.get_running_loop().time() + PROOF_WAIT_S
        while asyncio.get_running_loop().time() < until:
            if self._lines.voice.is_ready and self._lines.is_settled:
                return
            await asyncio.sleep(0.02)

    def _on_line_event(self, event: LineEvent) -> None:
        self._controller.handle(event)

    def _on_figures(self, event: CallFigures) -> None:
        figures = MediaFigures(event.codec, event.loss_pct, event.jitter_ms, event.first_audio_ms)
        self._late[event.attempt] = figures
        self._controller.note_figures(event.attempt, figures)

    def _on_change(self, state: State) -> None:
        self._lines.let_hear(state, self._heard(state))
        match state:
            case Connected() if self._seconds is not None:
                asyncio.get_running_loop().call_later(self._seconds, self._over.set)
            case Over() | LeftOffHook():
                self._over.set()
            case _:
                pass

    def _heard(self, state: State) -> Scene:
        full = scene(state, self._rules)
        if self._bare or isinstance(state, Menu):
            return Scene(seq=0, join=full.join, talk=full.talk, language=full.language)
        return full


def _length_s(path: Path) -> float:
    try:
        with wave.open(str(path)) as recording:
            return float(recording.getnframes() / recording.getframerate())
    except (OSError, EOFError, wave.Error) as error:
        raise BadInput(f"{path}: cannot be played: {error}; give a WAV file") from error
