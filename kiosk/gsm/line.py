"""The mobile line: the Line protocol over :mod:`hardware.modem`."""

import asyncio
import logging
from collections.abc import Callable

from hardware.black_box import BlackBox
from hardware.modem import Modem, ModemConfig
from hardware.modem_events import (
    CallAlerting,
    CallDialling,
    CallEnded,
    EndReason,
    LineOpened,
    ModemEvent,
    ModemStatus,
    SoundFlow,
    SoundReady,
    StatusChanged,
)
from hardware.text_message import Sending
from kiosk.calls.line import (
    Alerted,
    Answered,
    AttemptId,
    Cause,
    Ended,
    LineEvent,
    LineHealth,
    LineKind,
    MediaStalled,
    MobileProof,
    Progressed,
    Readiness,
)

log = logging.getLogger(__name__)

PROOF_S = 60.0
"""A look at SIM and network older than this proves nothing any more."""

_CAUSES = {
    EndReason.FAR_END: Cause.HUNG_UP_BY_REMOTE,
    EndReason.OURS: Cause.HUNG_UP_BY_CALLER,
    EndReason.BUSY: Cause.BUSY,
    EndReason.DECLINED: Cause.DECLINED,
    EndReason.NO_ANSWER: Cause.NO_ANSWER,
    EndReason.NO_NETWORK: Cause.UNREACHABLE,
    EndReason.NOT_FOUND: Cause.NOT_FOUND,
    EndReason.TIMEOUT: Cause.TIMEOUT,
    EndReason.MODEM_LOST: Cause.MODEM_LOST,
    EndReason.NOT_READY: Cause.NOT_READY,
    EndReason.FAILED: Cause.FAILED,
}


class GsmLine:
    """The path over the mobile network. Core's event loop only; implements :class:`kiosk.calls.line.Line`.

    ``emit`` is called on that loop, never from inside a method. A ``config`` with an empty port is a line that
    is not there: dead, and each dial ends at once with NOT_READY. ``on_status`` hears each change of the modem's
    status, for the snapshot and the health report; ``on_flow`` whether the modem takes more of our sound just now.
    """

    def __init__(
        self,
        config: ModemConfig,
        emit: Callable[[LineEvent], None],
        on_status: Callable[[ModemStatus], None] | None = None,
        on_flow: Callable[[AttemptId, bool], None] | None = None,
    ) -> None:
        self._is_configured = bool(config.port)
        self._sound_s = config.sound_s
        self._emit = emit
        self._on_status = on_status
        self._on_flow = on_flow
        self._box = None if config.black_box is None else BlackBox(config.black_box)
        self._modem = Modem(config, self._on_modem_event, None if self._box is None else self._box.traffic)
        self._live: set[AttemptId] = set()

    @property
    def kind(self) -> LineKind:
        """Always the mobile one."""
        return LineKind.GSM

    @property
    def engine(self) -> str:
        """The modem family's name, for the records."""
        return self._modem.family.name

    @property
    def status(self) -> ModemStatus:
        """What was last proved of the modem."""
        return self._modem.status

    @property
    def sound_port(self) -> str:
        """The serial port of the call's sound as it is named today; empty where there is none."""
        return self._modem.sound_port

    @property
    def proof_age_s(self) -> float | None:
        """Seconds since SIM and network were last seen whole; None before the first time."""
        at = self._modem.proved_at
        return None if at is None else asyncio.get_running_loop().time() - at

    @property
    def health(self) -> LineHealth:
        """Ready only on a fresh proof; dead where the modem itself says why it cannot."""
        if not self._is_configured:
            return LineHealth(Readiness.DEAD, "no modem is configured; set modem.port")
        readiness, reason = self._judged()
        status = self._modem.status
        seen = MobileProof(status.model, status.operator, status.technology, status.signal_dbm, status.warning)
        return LineHealth(
            readiness,
            reason,
            self.proof_age_s,
            status.is_registered if status.is_open else None,
            mobile=seen if status.is_open else None,
        )

    def _judged(self) -> tuple[Readiness, str]:
        status = self._modem.status
        age_s = self.proof_age_s
        if age_s is None:
            # Nothing was proved yet. A port that was tried in vain is dead; one that opens may come any moment.
            is_coming = self._modem.is_open or status == ModemStatus()
            return Readiness.UNKNOWN if is_coming else Readiness.DEAD, status.reason
        if status.reason:
            return Readiness.DEAD, status.reason
        if age_s > PROOF_S and self._modem.call is None:
            return Readiness.UNKNOWN, f"no proof of SIM and network for {age_s:.0f} s"
        return Readiness.READY, ""

    def start(self) -> None:
        """Begin to look for the modem."""
        if self._is_configured:
            self._modem.start()

    async def close(self) -> None:
        """Hang up what is up and give the port back; at most about 2 s."""
        await self._modem.close()
        # The modem's last words are on the loop's next turn.
        await asyncio.sleep(0)
        for attempt in list(self._live):
            self._end(attempt, Cause.HUNG_UP_BY_CALLER)
        if self._box is not None:
            await self._box.close()

    def dial(self, attempt: AttemptId, number: str, language: str) -> None:
        """Start dialling; the language cannot travel on this path. A second dial ends with NOT_READY."""
        self._live.add(attempt)
        if not self._is_configured:
            asyncio.get_running_loop().call_soon(self._end, attempt, Cause.NOT_READY)
            return
        try:
            self._modem.dial(attempt, number)
        except ValueError as error:
            log.error("attempt %s -> not dialled: %s", attempt, error)
            asyncio.get_running_loop().call_soon(self._end, attempt, Cause.NOT_FOUND)

    def hang_up(self, attempt: AttemptId) -> None:
        """End the attempt in whatever phase it is, also before the number was sent."""
        self._modem.hang_up(attempt)

    def send_digit(self, attempt: AttemptId, digit: str) -> None:
        """One DTMF digit on an open line."""
        self._modem.send_digit(attempt, digit)

    async def send_text(self, number: str, text: str) -> Sending:
        """Send a short message between calls. Raises: ValueError for what is no such text."""
        return await self._modem.send_text(number, text) if self._is_configured else Sending.NOT_NOW

    def _on_modem_event(self, event: ModemEvent) -> None:
        if self._box is not None:
            self._box.note(event)
        match event:
            case CallDialling(call):
                self._tell(Progressed(AttemptId(call)))
            case CallAlerting(call):
                self._tell(Alerted(AttemptId(call)))
            case LineOpened(call, is_certain):
                self._tell(Answered(AttemptId(call), certain=is_certain))
            case SoundReady(call, is_on):
                if not is_on:
                    self._tell(MediaStalled(AttemptId(call), self._sound_s))
            case SoundFlow(call, may_send):
                if self._on_flow is not None:
                    self._on_flow(AttemptId(call), may_send)
            case CallEnded(call, reason, code):
                self._end(AttemptId(call), _CAUSES[reason], code)
            case StatusChanged(status):
                if self._on_status is not None:
                    self._on_status(status)

    def _tell(self, event: LineEvent) -> None:
        if event.attempt in self._live:
            self._emit(event)

    def _end(self, attempt: AttemptId, cause: Cause, code: int | None = None) -> None:
        if attempt in self._live:
            self._live.discard(attempt)
            self._emit(Ended(attempt, cause, code))
