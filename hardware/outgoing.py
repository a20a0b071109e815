"""One outgoing call on an open channel: ATD, the +CLCC poll, sound, digits, and a hang-up that is checked."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from hardware.answers import CallRow, call_row, cause
from hardware.at import Answered, Command, masked
from hardware.at_channel import AtChannel, Urgency
from hardware.call_tracker import DIAL_S, CallTracker
from hardware.families.family import Family, Sign
from hardware.modem_events import (
    CallAlerting,
    CallDialling,
    CallEnded,
    EndReason,
    LineOpened,
    ModemEvent,
    SoundFlow,
    SoundReady,
)

log = logging.getLogger(__name__)

CALL_POLL_S = 1.0
GRACE_S = 0.3
"""From a call's end to the next ATD: the END and NO CARRIER of the old call must not meet the new one."""
HANG_UP_TRIES = 3
DIAL_RESULT_S = 0.25
"""From the opening of the line to the giving up of ATD's own result: some firmware never gives one."""
RADIO_ON_S = 3.0
"""An emergency waits so long for a radio that may be off, and then dials all the same."""
PATIENCE_S = 2.0
"""An emergency waits so long for whatever the modem is busy with."""
CLCC = Command("AT+CLCC", 2.0, rows="+CLCC:")

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class OutgoingCall:
    """Event loop only. ``emit`` gets the events, the last of them a CallEnded, always and once.

    ``sound_s`` is how long sound is asked for; ``spawn`` runs a coroutine as a task that the modem owns;
    ``ringing_s`` is how long a far end rings at most.
    """

    def __init__(
        self,
        channel: AtChannel,
        tracker: CallTracker,
        is_emergency: bool,
        sound_s: float,
        emit: Callable[[ModemEvent], None],
        spawn: Spawn,
        ringing_s: float,
    ) -> None:
        self._channel = channel
        self._tracker = tracker
        self.is_emergency = is_emergency
        self._ringing_s = ringing_s
        self._unsure_since: float | None = None
        """Since when the line is open, if that may have been said at ringback."""
        self._sound_s = sound_s
        self._emit = emit
        self._spawn = spawn
        self._was_sent = False
        self._has_result = False
        self._is_learning_why = False
        self._is_sound_on = False
        self._asked_early = False

    @property
    def call(self) -> str:
        """The id it was dialled under."""
        return self._tracker.call

    @property
    def is_hanging_up(self) -> bool:
        """Whether its end was asked for."""
        return self._tracker.is_hanging_up

    @property
    def _family(self) -> Family:
        return self._tracker.family

    async def place(self, number: str, not_before: float, is_doubtful: bool) -> None:
        """Dial, then watch the call to its end. ``is_doubtful``: the radio may be off, so switch it on first."""
        tracker = self._tracker
        await asyncio.sleep(max(0.0, not_before - asyncio.get_running_loop().time()))
        if self.is_emergency and is_doubtful:
            await self._channel.ask(Command("AT+CFUN=1", RADIO_ON_S), Urgency.DIAL, patience_s=PATIENCE_S)
        answer = await self._dial(number)
        if self.is_emergency and answer is not None and answer.result.word == "ERROR" and not tracker.is_over:
            # Perhaps the result of what the dial went over; and if not, it costs nothing to say it twice.
            log.warning("call %s -> refused with ERROR; an emergency is dialled once more", tracker.call)
            answer = await self._dial(number)
        self._has_result = True
        if tracker.is_over:
            return
        if answer is not None:
            self._apply(tracker.on_dial_result(answer.result))
        elif not tracker.is_hanging_up and not tracker.is_open:
            await self._release(EndReason.TIMEOUT)
            return
        await self._poll()

    async def _dial(self, number: str) -> Answered | None:
        tracker = self._tracker
        return await self._channel.ask(
            Command(f"ATD{number};", DIAL_S),
            Urgency.DIAL,
            is_wanted=lambda: not tracker.is_over and not tracker.is_hanging_up,
            on_sent=self._on_sent,
            patience_s=PATIENCE_S if self.is_emergency else None,
        )

    def on_urc(self, urc: str) -> None:
        """A line that may be about the call. Before ATD was sent it can only be about an older one."""
        flow = self._family.audio_flow
        if flow and urc.startswith(flow):
            self._emit(SoundFlow(self.call, may_send=urc.removeprefix(flow).strip() != "0"))
            return
        if self._was_sent:
            self._apply(self._tracker.on_urc(urc))

    def hang_up(self) -> None:
        """End the call in whatever phase it is; asking twice changes nothing."""
        tracker = self._tracker
        if tracker.is_hanging_up or tracker.is_over:
            return
        tracker.is_hanging_up = True
        if self._was_sent:
            self._spawn(self._release(EndReason.OURS))
        else:
            self.end(EndReason.OURS)

    def send_digit(self, digit: str) -> None:
        """One DTMF digit, while the line is open."""
        if self._tracker.is_open:
            text = self._family.digit.format(digit=digit, index=self._tracker.index or 1)
            self._spawn(self._tell(Command(text, 3.0), Urgency.CALL))

    def end(self, reason: EndReason) -> None:
        """The call is over, whatever the modem thinks of it."""
        self._apply(self._tracker.end(reason))

    def _on_sent(self) -> None:
        self._was_sent = True

    async def _wait_for_dial_result(self) -> None:
        await asyncio.sleep(DIAL_RESULT_S)
        if self._tracker.is_open and not self._has_result:
            log.info("call %s -> open, and ATD has no result", self.call)
            self._channel.call_is_open()

    async def _poll(self) -> None:
        tracker = self._tracker
        loop = asyncio.get_running_loop()
        while not tracker.is_over:
            rows = _rows(await self._channel.ask(CLCC, Urgency.CALL))
            if rows is not None:
                self._apply(tracker.on_poll(rows))
            if (
                tracker.is_open
                and self._unsure_since is not None
                and loop.time() > self._unsure_since + self._ringing_s
            ):
                self._unsure_since = None
                log.info("call %s -> open for longer than anything rings", self.call)
                self._emit(LineOpened(self.call, is_certain=True))
            if tracker.deadline is not None and loop.time() > tracker.deadline and not tracker.is_hanging_up:
                await self._release(EndReason.NO_ANSWER)
            await asyncio.sleep(CALL_POLL_S)

    async def _release(self, reason: EndReason) -> None:
        """Hang up, and believe it only when +CLCC lists no call any more."""
        tracker = self._tracker
        for number in range(HANG_UP_TRIES):
            said = await self._channel.ask(
                Command(self._family.hang_up if number != 1 else "ATH", 5.0), Urgency.HANG_UP
            )
            listed = await self._channel.ask(CLCC, Urgency.HANG_UP)
            if tracker.is_over or _lists_call(listed) is False:
                break
            if listed is not None and not listed.result.is_ok and said is not None and said.result.is_ok:
                log.info("call %s -> the modem has no list of calls; its OK to the hang-up is believed", tracker.call)
                break
        else:
            if self.is_emergency:
                log.error("call %s -> does not hang up; an emergency call is left to the far end", tracker.call)
            else:
                log.error("call %s -> does not hang up: radio off and on", tracker.call)
                await self._channel.ask(Command("AT+CFUN=4", 15.0), Urgency.HANG_UP)
                await self._channel.ask(Command("AT+CFUN=1", 15.0), Urgency.HANG_UP)
        self.end(reason)

    async def _switch_sound_on(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._sound_s
        tries = 0
        while not self._is_sound_on and loop.time() <= deadline:
            tries += 1
            answer = await self._channel.ask(Command(self._family.audio_on, 2.0), Urgency.CALL)
            if not self._tracker.is_open:
                return
            self._is_sound_on = answer is not None and answer.result.is_ok
            if not self._is_sound_on:
                await asyncio.sleep(0.3)
        if not self._is_sound_on:
            log.error("call %s -> no sound: %s is refused", self.call, self._family.audio_on)
        elif tries > 1:
            # First-try success is a health test of the module's sound.
            log.warning("call %s -> sound only at the %d. asking", self.call, tries)
        self._emit(SoundReady(self.call, self._is_sound_on))

    async def _switch_sound_on_early(self) -> None:
        answer = await self._channel.ask(Command(self._family.audio_on, 2.0), Urgency.CALL)
        self._is_sound_on |= answer is not None and answer.result.is_ok

    async def _learn_why(self) -> None:
        """The call ended unopened and without a word: ask for the network's cause; BUSY may still come first."""
        answer = await self._channel.ask(Command("AT+CEER", 1.5, rows="+CEER:"), Urgency.CALL)
        rows = answer.rows if answer is not None else ()
        self._apply(self._tracker.on_cause(cause(rows[0]) if rows else None))

    def _apply(self, events: list[ModemEvent]) -> None:
        tracker = self._tracker
        if tracker.is_ending and not tracker.is_over and not self._is_learning_why:
            self._is_learning_why = True
            self._spawn(self._learn_why())
        for event in events:
            log.info("call %s -> %s", self.call, event.reason if isinstance(event, CallEnded) else type(event).__name__)
            self._emit(event)
            if isinstance(event, CallDialling | CallAlerting) and self._family.audio_early and not self._asked_early:
                self._asked_early = True
                self._spawn(self._switch_sound_on_early())
            if isinstance(event, LineOpened):
                self._unsure_since = None if event.is_certain else asyncio.get_running_loop().time()
                self._spawn(self._wait_for_dial_result())
                if self._family.audio_on:
                    self._spawn(self._switch_sound_on())
                else:
                    self._emit(SoundReady(self.call, True))
            if isinstance(event, CallEnded) and tracker.phase is Sign.OPEN and self._family.audio_off:
                self._spawn(self._tell(Command(self._family.audio_off, 2.0), Urgency.POLL))

    async def _tell(self, command: Command, urgency: Urgency) -> None:
        """Send a command whose failure changes nothing."""
        answer = await self._channel.ask(command, urgency)
        if answer is None or not answer.result.is_ok:
            log.info("%s -> refused", masked(command.text))


async def is_call_listed(channel: AtChannel) -> bool | None:
    """Whether an outgoing or held voice call is up; None when the modem did not say."""
    return _lists_call(await channel.ask(CLCC, Urgency.HANG_UP))


def _rows(answer: Answered | None) -> list[CallRow] | None:
    """The rows of +CLCC; None when the modem did not say."""
    if answer is None or not answer.result.is_ok:
        return None
    return [row for row in map(call_row, answer.rows) if row is not None]


def _lists_call(answer: Answered | None) -> bool | None:
    rows = _rows(answer)
    return None if rows is None else any(row.is_voice and row.state in (0, 1, 2, 3) for row in rows)
